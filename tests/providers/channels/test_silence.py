"""Whatever happens, no provider lets slip what it carries or what it signs in with."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, now
from tests.stand_ins.certificates import authority
from tests.stand_ins.http_gateway import HANG, RESET, Answer, Behaviour, running_gateway
from tests.stand_ins.mail_server import LOGGER as MAIL_SERVER
from tests.stand_ins.mail_server import running_mail_server
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Provider
from watchword.features.delivery.rules import Address, Unavailable
from watchword.foundation.secret import Secret
from watchword.providers.channels.email.mail import compose
from watchword.providers.channels.email.smtp import Smtp, SmtpSettings, read_sender
from watchword.providers.channels.http_gateway import HttpGateway
from watchword.providers.channels.http_gateway_settings import HttpGatewaySettings
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings
from watchword.providers.channels.voice.twilio import TwilioVoice, TwilioVoiceSettings
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsapp, TwilioWhatsappSettings

PHONE, MAILBOX, CODE, SUBJECT, TOKEN = (
    "+447700900123",
    "Jo.Doe@example.org",
    "482913",
    "Your sign-in",
    "t0ken-s3cret",
)
SECRETS = {PHONE, MAILBOX, CODE, SUBJECT, TOKEN, "Your code", "7700900123", "Jo.Doe"}
CALLED = replace(MESSAGE, greeting=Secret("Your code is near. Press 1."))
LETTER = replace(MESSAGE, address=Address(MAILBOX), channel=Channel.EMAIL)

TELL_TALE = b"%s %s %s" % (PHONE.encode(), CODE.encode(), TOKEN.encode())
BEHAVIOURS: list[Behaviour] = [
    Answer(status=status, body=TELL_TALE, headers={"X-Echo": TELL_TALE.decode()})
    for status in (201, 302, 400, 401, 429, 500, 503)
]
BEHAVIOURS += [RESET, HANG]


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that any library says, at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def assert_nothing_slipped(heard: pytest.LogCaptureFixture, *shown: object) -> None:
    # The mail server is a stand-in for somebody else's, who may note what it likes.
    records = [record for record in heard.records if record.name != MAIL_SERVER]
    said = [f"{record.getMessage()} {_without_clocks(record)}" for record in records]
    for text in [*said, *map(repr, shown), *map(str, shown)]:
        assert not [secret for secret in SECRETS if secret in text]


def _without_clocks(record: logging.LogRecord) -> dict[str, object]:
    """Give what a record holds but for moments and threads, whose digits may be those of a code."""
    clocks = {"created", "msecs", "relativeCreated", "thread", "process"}
    return {name: held for name, held in record.__dict__.items() if name not in clocks}


@asynccontextmanager
async def loud_loop() -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    try:
        yield
    finally:
        loop.set_debug(False)


def twilio(url: str) -> tuple[TwilioSettings, Provider]:
    settings = TwilioSettings(
        account_sid="AC" + "0a" * 16,
        auth_token=Secret(TOKEN),
        sender="Bank",
        base_url=url,
        timeout_seconds=2.0,
    )
    return settings, Twilio(settings, SURROUNDINGS)


def gateway(url: str) -> tuple[HttpGatewaySettings, Provider]:
    settings = HttpGatewaySettings(
        channel=Channel.SMS,
        url=url,
        token=Secret(TOKEN),
        headers={"Authorization": Secret("Bearer {token}")},
        body={"to": "{to}", "text": "{text}", "subject": "{subject}"},
        timeout_seconds=2.0,
    )
    return settings, HttpGateway(settings, SURROUNDINGS)


def twilio_whatsapp(url: str) -> tuple[TwilioWhatsappSettings, Provider]:
    settings = TwilioWhatsappSettings(
        account_sid="AC" + "0a" * 16,
        auth_token=Secret(TOKEN),
        sender="+14155552345",
        templates={"5": {"en": "HX" + "0d" * 16}},
        base_url=url,
        timeout_seconds=2.0,
    )
    return settings, TwilioWhatsapp(settings, SURROUNDINGS)


def twilio_voice(url: str) -> tuple[TwilioVoiceSettings, Provider]:
    settings = TwilioVoiceSettings(
        account_sid="AC" + "0a" * 16,
        auth_token=Secret(TOKEN),
        sender="+14155552345",
        base_url=url,
        timeout_seconds=2.0,
    )
    return settings, TwilioVoice(settings, SURROUNDINGS)


def meta_whatsapp(url: str) -> tuple[MetaWhatsappSettings, Provider]:
    settings = MetaWhatsappSettings(
        phone_number_id="106540352242922",
        access_token=Secret(TOKEN),
        app_secret=Secret(TOKEN),
        verify_token=Secret(TOKEN),
        templates={"5": "code_five"},
        base_url=url,
        timeout_seconds=2.0,
    )
    return settings, MetaWhatsapp(settings, SURROUNDINGS)


OVER_HTTP = [twilio, twilio_whatsapp, twilio_voice, meta_whatsapp, gateway]


@pytest.mark.parametrize("make", OVER_HTTP)
@pytest.mark.parametrize("number", range(len(BEHAVIOURS)))
async def test_a_provider_over_http_is_silent(
    heard: pytest.LogCaptureFixture,
    make: Callable[[str], tuple[msgspec.Struct, Provider]],
    number: int,
) -> None:
    async with running_gateway() as stand_in, loud_loop():
        stand_in.behave(BEHAVIOURS[number])
        settings, provider = make(stand_in.url)
        outcome = await provider.send(CALLED)
        await provider.close()

    assert stand_in.requests
    assert_nothing_slipped(heard, settings, provider, outcome)


@pytest.mark.parametrize("make", OVER_HTTP)
async def test_a_provider_over_http_is_silent_about_a_gateway_that_is_gone(
    heard: pytest.LogCaptureFixture, make: Callable[[str], tuple[msgspec.Struct, Provider]]
) -> None:
    async with running_gateway() as gone, loud_loop():
        pass
    _, provider = make(gone.url)

    outcome = await provider.send(CALLED)
    await provider.close()

    assert isinstance(outcome, Unavailable)
    assert_nothing_slipped(heard, outcome)


@pytest.mark.parametrize(
    "replies",
    [
        {},
        {"RCPT": f"550 no {MAILBOX} here"},
        {"END": f"451 {CODE} is spam"},
        {"RCPT": f"what? {MAILBOX}"},
        {"END": "reset"},
        {"END": "hang"},
    ],
    ids=str,
)
@pytest.mark.parametrize("password", [TOKEN, f"not {TOKEN}"])
async def test_a_mail_server_is_spoken_to_in_silence(
    heard: pytest.LogCaptureFixture, replies: dict[str, str], password: str
) -> None:
    async with running_mail_server("starttls", users={"bank": TOKEN}) as server, loud_loop():
        server.behave(**replies)
        settings = SmtpSettings(
            host="localhost",
            port=server.port,
            username="bank",
            password=Secret(password),
            sender="codes@bank.example",
            ca_file=authority().ca_file,
            timeout_seconds=2.0,
        )
        provider = Smtp(settings, SURROUNDINGS)
        outcome = await provider.send(LETTER)
        await provider.close()

    assert_nothing_slipped(heard, settings, provider, outcome)


def test_a_mail_does_not_show_what_is_in_it(heard: pytest.LogCaptureFixture) -> None:
    mail = compose(replace(LETTER, address=Address("x@y.example")), read_sender("b@c.de"), now())

    assert_nothing_slipped(heard, mail)
