"""What Twilio is told when a code goes out by WhatsApp."""

from dataclasses import replace
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS, read_settings
from tests.providers.channels.twilio import ACCOUNT, CONTENT, HERE, KEY, SERVICE, WHATSAPP, told
from tests.stand_ins.http_gateway import Answer, running_gateway
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import Report, Reported
from watchword.features.delivery.rules import Accepted, Receipt, Refused
from watchword.foundation.secret import Secret
from watchword.providers.channels.whatsapp.twilio import (
    TwilioWhatsapp,
    TwilioWhatsappSettings,
    compose,
)

GERMAN, TEN = "HX" + "1d" * 16, "HX" + "2d" * 16
SETTINGS = msgspec.structs.replace(
    WHATSAPP, templates={"5": {"en": CONTENT, "de": GERMAN}, "10": {"en": TEN}}
)


async def test_a_message_becomes_a_form() -> None:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "SM1"}'))
        whatsapp = TwilioWhatsapp(
            msgspec.structs.replace(SETTINGS, base_url=gateway.url), SURROUNDINGS
        )
        outcome = await whatsapp.send(MESSAGE)
        await whatsapp.close()

    (asked,) = gateway.requests
    assert outcome == Accepted("SM1")
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert parse_qs(asked.body.decode(), strict_parsing=True) == {
        "To": ["whatsapp:+447700900123"],
        "From": ["whatsapp:+14155552345"],
        "ContentSid": [CONTENT],
        "ContentVariables": ['{"1":"482913"}'],
        "ValidityPeriod": ["300"],
        "StatusCallback": [HERE],
    }


def form(settings: TwilioWhatsappSettings = SETTINGS, **changes: object) -> dict[str, str]:
    message = replace(MESSAGE, **changes)  # type: ignore[arg-type]
    composed = compose(settings, message, SURROUNDINGS.callbacks, NOW)
    assert isinstance(composed, dict)
    return composed


def test_minutes_and_language_choose_the_template() -> None:
    assert form(locale="de")["ContentSid"] == GERMAN
    assert form(locale="de-AT", minutes=9)["ContentSid"] == GERMAN
    assert form(locale="de", minutes=10)["ContentSid"] == TEN
    assert form(locale="tr", minutes=5)["ContentSid"] == CONTENT


@given(some.text(), some.text(), some.none() | some.text().map(Secret))
def test_no_words_of_ours_and_no_address_go_into_it(
    text: str, greeting: str, subject: Secret | None
) -> None:
    plain = form()

    assert form(text=Secret(text), greeting=Secret(greeting), subject=subject) == plain
    assert "Body" not in plain
    assert "://" not in "".join(value for name, value in plain.items() if name != "StatusCallback")


def test_what_no_template_can_say_is_not_sent() -> None:
    def refusal(**changes: object) -> object:
        message = replace(MESSAGE, **changes)  # type: ignore[arg-type]
        only_german = msgspec.structs.replace(SETTINGS, templates={"5": {"de": GERMAN}})
        return compose(only_german, message, SURROUNDINGS.callbacks, NOW)

    assert refusal(minutes=4) == Refused("no template for 4 minutes")
    assert refusal(locale="en") == Refused("no template in this language")
    assert refusal(code=None) == Refused("no code")


def test_a_link_goes_alone_in_a_template_of_its_own() -> None:
    linked = msgspec.structs.replace(SETTINGS, link_templates={"en": TEN})
    link = {"code": None, "entry": "https://codes.example.org/k/abc234"}
    message = replace(MESSAGE, **link)  # type: ignore[arg-type]

    asked = form(linked, **link)
    assert asked["ContentSid"] == TEN
    assert asked["ContentVariables"] == '{"1":"abc234"}'
    refused = compose(SETTINGS, message, SURROUNDINGS.callbacks, NOW)
    assert refused == Refused("no template for links")


async def test_what_is_refused_is_not_asked_for() -> None:
    async with running_gateway() as gateway:
        whatsapp = TwilioWhatsapp(
            msgspec.structs.replace(SETTINGS, base_url=gateway.url), SURROUNDINGS
        )
        assert await whatsapp.send(replace(MESSAGE, minutes=1)) == Refused(
            "no template for 1 minutes"
        )
        await whatsapp.close()

    assert gateway.requests == []


def test_a_messaging_service_can_stand_for_the_sender() -> None:
    settings = msgspec.structs.replace(SETTINGS, sender=None, messaging_service_sid=SERVICE)

    assert form(settings)["MessagingServiceSid"] == SERVICE
    assert "From" not in form(settings)


def test_without_a_token_no_receipts_are_asked_for() -> None:
    by_key = msgspec.structs.replace(
        SETTINGS, auth_token=None, api_key_sid=KEY, api_key_secret=Secret("s")
    )

    assert "StatusCallback" not in form(by_key)


def test_whoever_reads_it_is_reported() -> None:
    heard = TwilioWhatsapp(SETTINGS, SURROUNDINGS).read_callback(
        told({"MessageSid": "SM1", "MessageStatus": "read"})
    )

    assert heard == Reported(
        (Report(receipt=Receipt.READ, message_id=MESSAGE.id, reference="SM1"),)
    )


FILE = f"""
kind = "twilio_whatsapp"
account_sid = "{ACCOUNT}"
auth_token = "t0ken"
sender = "+14155552345"
templates = {{ 5 = {{ en = "{CONTENT}" }}, 10 = {{ en = "{TEN}" }} }}
"""


def test_settings_are_read_from_a_file_and_show_no_token() -> None:
    settings = read_settings(TwilioWhatsappSettings, FILE)

    assert settings.templates == {"5": {"en": CONTENT}, "10": {"en": TEN}}
    assert settings.channels == {Channel.WHATSAPP}
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("AC", "XX"), "begins with AC"),
        (FILE.replace("+1415", "Bank"), "on WhatsApp"),
        (FILE.replace("sender", "# "), "either `sender` or"),
        (FILE + f'messaging_service_sid = "{SERVICE}"', "either `sender` or"),
        (FILE.replace('sender = "+14155552345"', 'messaging_service_sid = "M"'), "begins with MG"),
        (FILE.replace("HX", "XX"), "begins with HX"),
        (FILE.replace(f'{{ en = "{TEN}" }}', "{}"), "for one language at least"),
        (FILE.replace("10 =", "100 ="), "from 1 to 90"),
        (FILE.replace("templates", "# "), "templates"),
        (FILE + 'text = "{code}"', "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(TwilioWhatsappSettings, wrong)

    assert "t0ken" not in str(refusal.value)
