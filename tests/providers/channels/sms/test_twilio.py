"""What Twilio is told, and how its replies are understood."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs

import msgspec
import pytest

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS, read_settings
from tests.providers.channels.twilio import ACCOUNT, HERE, KEY, SERVICE, told
from tests.providers.channels.twilio import SMS as SETTINGS
from tests.stand_ins.http_gateway import Answer, Gateway, running_gateway
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import NotBelieved, Reported
from watchword.features.delivery.rules import Accepted, Refused, SendOutcome
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings, compose


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "SM1"}'))
        yield gateway


async def send(gateway: Gateway, settings: TwilioSettings = SETTINGS) -> SendOutcome:
    settings = msgspec.structs.replace(settings, base_url=gateway.url, timeout_seconds=2.0)
    twilio = Twilio(settings, SURROUNDINGS)
    outcome = await twilio.send(MESSAGE)
    await twilio.close()
    return outcome


async def test_a_message_becomes_a_form(gateway: Gateway) -> None:
    outcome = await send(gateway)

    asked = gateway.requests[0]
    assert outcome == Accepted("SM1")
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert parse_qs(asked.body.decode(), strict_parsing=True) == {
        "To": ["+447700900123"],
        "From": ["+14155552345"],
        "Body": ["Your code is 482913."],
        "ValidityPeriod": ["300"],
        "StatusCallback": [HERE],
    }


BY_KEY = msgspec.structs.replace(SETTINGS, api_key_sid=KEY, api_key_secret=Secret("s3cret"))
WITHOUT_TOKEN = msgspec.structs.replace(BY_KEY, auth_token=None)


@pytest.mark.parametrize("settings", [BY_KEY, WITHOUT_TOKEN], ids=["with token", "alone"])
async def test_a_key_can_stand_for_the_account(gateway: Gateway, settings: TwilioSettings) -> None:
    await send(gateway, settings)

    assert gateway.requests[0].path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/")
    assert gateway.requests[0].headers["Authorization"] == basic(KEY, "s3cret")


def test_who_cannot_believe_twilio_asks_for_no_receipts() -> None:
    assert "StatusCallback" not in compose(WITHOUT_TOKEN, MESSAGE, SURROUNDINGS.callbacks, NOW)
    assert not Twilio(WITHOUT_TOKEN, SURROUNDINGS).gives_receipts
    assert Twilio(BY_KEY, SURROUNDINGS).gives_receipts


def test_it_reads_what_twilio_reports() -> None:
    twilio = Twilio(SETTINGS, SURROUNDINGS)

    assert isinstance(twilio.read_callback(told({"MessageStatus": "sent"})), Reported)
    assert isinstance(twilio.read_callback(told({}, token="another")), NotBelieved)  # noqa: S106


def test_a_messaging_service_can_stand_for_the_sender() -> None:
    settings = msgspec.structs.replace(SETTINGS, sender=None, messaging_service_sid=SERVICE)

    form = compose(settings, MESSAGE, SURROUNDINGS.callbacks, NOW)

    assert form["MessagingServiceSid"] == SERVICE
    assert "From" not in form


async def test_text_that_is_none_is_refused() -> None:
    twilio = Twilio(SETTINGS, SURROUNDINGS)

    assert await twilio.send(replace(MESSAGE, text=Secret("\ud800"))) == Refused("text")
    await twilio.close()


def test_it_does_not_know_repeats() -> None:
    assert not Twilio(SETTINGS, SURROUNDINGS).knows_repeats
    assert SETTINGS.channels == {Channel.SMS}


FILE = f"""
kind = "twilio"
account_sid = "{ACCOUNT}"
auth_token = "t0ken"
sender = "Bank"
"""


def test_settings_are_read_from_a_file_and_show_no_token() -> None:
    settings = read_settings(TwilioSettings, FILE)

    assert settings.auth_token is not None
    assert settings.auth_token.reveal() == "t0ken"
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("AC", "XX"), "begins with AC"),
        (FILE.replace("auth_token", "# "), "Give `auth_token`, or"),
        (FILE + f'api_key_sid = "{KEY}"', "together"),
        (FILE + f'messaging_service_sid = "{SERVICE}"', "either `sender` or"),
        (FILE.replace("sender", "# "), "either `sender` or"),
        (FILE.replace("Bank", "A name that is too long"), "at most 11"),
        (FILE.replace('sender = "Bank"', 'messaging_service_sid = "M"'), "begins with MG"),
        (FILE.replace("auth_token", 'api_key_sid = "S"\napi_key_secret'), "begins with SK"),
        (FILE + 'base_url = "http://api.twilio.com"', "https://"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(TwilioSettings, wrong)

    assert "t0ken" not in str(refusal.value)


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
