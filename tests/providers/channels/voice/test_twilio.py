"""A call: it rings, somebody presses a key, and only then hears the code."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element, fromstring

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.providers.channels.twilio import ACCOUNT, CALLED, HERE, KEY, told
from tests.providers.channels.twilio import VOICE as SETTINGS
from tests.stand_ins.http_gateway import Answer, Asked, running_gateway
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import Speaks
from watchword.features.delivery.receipts import (
    Denied,
    Heard,
    NotBelieved,
    Report,
    Reported,
    WordsWanted,
)
from watchword.features.delivery.rules import Accepted, Receipt, Refused
from watchword.features.templates.rules import LOCALES, say_denied, say_notice_over, say_over, spell
from watchword.foundation.secret import Secret
from watchword.providers.channels.voice.languages import LANGUAGES
from watchword.providers.channels.voice.twilio import TwilioVoice, TwilioVoiceSettings

CODE = "482913"
WORDS = replace(
    CALLED, text=Secret(f"Your code is: {spell(CODE)}. Once more: {spell(CODE)}. Goodbye.")
)
VOICE = TwilioVoice(SETTINGS, SURROUNDINGS)


async def call(settings: TwilioVoiceSettings = SETTINGS) -> tuple[object, Asked]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "CA1"}'))
        voice = TwilioVoice(msgspec.structs.replace(settings, base_url=gateway.url), SURROUNDINGS)
        outcome = await voice.send(WORDS)
        await voice.close()
    (asked,) = gateway.requests
    return outcome, asked


async def test_a_call_asks_for_its_words_later() -> None:
    outcome, asked = await call()

    assert outcome == Accepted("CA1", asks_for_words=True)
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert parse_qs(asked.body.decode(), strict_parsing=True) == {
        "To": ["+447700900123"],
        "From": ["+14155552345"],
        "Url": [HERE],
        "Method": ["POST"],
        "StatusCallback": [HERE],
        "StatusCallbackMethod": ["POST"],
        "Timeout": ["30"],
        "TimeLimit": ["180"],
    }


async def test_nothing_secret_is_in_what_rings() -> None:
    _, asked = await call()

    said = asked.body.decode()
    assert CODE not in said
    assert "Twiml" not in said


async def test_a_machine_can_be_told_from_a_person() -> None:
    _, asked = await call(msgspec.structs.replace(SETTINGS, machine_detection=True))

    assert parse_qs(asked.body.decode())["MachineDetection"] == ["Enable"]


async def test_without_a_greeting_nobody_is_called() -> None:
    assert await VOICE.send(replace(WORDS, greeting=None)) == Refused("no greeting")


CALL = "CA1"


def hear(url: str = HERE, **fields: str) -> Heard:
    return VOICE.read_callback(told({"CallSid": CALL, **fields}, url))


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({"CallStatus": "in-progress"}, WordsWanted(MESSAGE.id, pressed=False, reference=CALL)),
        ({"CallStatus": "ringing"}, WordsWanted(MESSAGE.id, pressed=False, reference=CALL)),
        ({"CallStatus": "in-progress", "Digits": "1"}, WordsWanted(MESSAGE.id, reference=CALL)),
        (
            {"CallStatus": "in-progress", "Digits": ""},
            WordsWanted(MESSAGE.id, pressed=False, reference=CALL),
        ),
        (
            {"CallStatus": "in-progress", "Digits": "5"},
            WordsWanted(MESSAGE.id, pressed=False, reference=CALL),
        ),
        (
            {"CallStatus": "in-progress", "Digits": "11"},
            WordsWanted(MESSAGE.id, pressed=False, reference=CALL),
        ),
        ({"CallStatus": "in-progress", "Digits": "9"}, Denied(MESSAGE.id, CALL)),
        ({"CallStatus": "completed", "Digits": "9"}, Denied(MESSAGE.id, CALL)),
        (
            {"CallStatus": "in-progress", "AnsweredBy": "human"},
            WordsWanted(MESSAGE.id, pressed=False, reference=CALL),
        ),
        (
            {"CallStatus": "in-progress", "AnsweredBy": "unknown", "Digits": "1"},
            WordsWanted(MESSAGE.id, reference=CALL),
        ),
        ({"CallStatus": "in-progress", "CallbackSource": "call-progress-events"}, Reported()),
    ],
)
def test_somebody_on_the_telephone_wants(fields: dict[str, str], heard: Heard) -> None:
    assert hear(**fields) == heard


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"CallStatus": "completed"}, "no key pressed"),
        ({"CallStatus": "completed", "Digits": "1"}, "no key pressed"),
        ({"CallStatus": "busy"}, "busy"),
        ({"CallStatus": "no-answer"}, "not answered"),
        ({"CallStatus": "failed"}, "call failed"),
        ({"CallStatus": "failed", "ErrorCode": "13224"}, "Twilio 13224"),
        ({"CallStatus": "canceled"}, "call cancelled"),
        ({"CallStatus": "in-progress", "AnsweredBy": "machine_start"}, "answered by a machine"),
        ({"CallStatus": "in-progress", "AnsweredBy": "fax"}, "answered by a machine"),
        (
            {"CallStatus": "in-progress", "AnsweredBy": "machine_start", "Digits": "1"},
            "answered by a machine",
        ),
    ],
)
def test_a_call_that_told_nobody_the_code_has_failed(fields: dict[str, str], reason: str) -> None:
    assert hear(**fields) == Reported(
        (Report(receipt=Receipt.FAILED, message_id=MESSAGE.id, reference=CALL, reason=reason),)
    )


@pytest.mark.parametrize(
    ("query", "asked"), [("?asked=1", 1), ("?asked=2", 2), ("?asked=10", 3), ("?asked=x", 3)]
)
def test_how_often_was_asked_is_known_from_the_address(query: str, asked: int) -> None:
    assert hear(HERE + query, CallStatus="in-progress", Digits="5") == WordsWanted(
        MESSAGE.id, pressed=False, asked=asked, reference=CALL
    )


def test_a_call_of_no_message_wants_nothing() -> None:
    callback = told({"CallStatus": "in-progress", "Digits": "1"})

    assert VOICE.read_callback(replace(callback, about=None)) == Reported()


@pytest.mark.parametrize("key", ["1", "9", ""])
def test_nobody_else_can_press_a_key(key: str) -> None:
    callback = told({"CallStatus": "in-progress", "Digits": key}, token="another")  # noqa: S106

    assert VOICE.read_callback(callback) == NotBelieved("signature")


def document(spoken: tuple[str, bytes]) -> Element:
    media_type, body = spoken
    assert media_type == "text/xml"
    return fromstring(body)  # noqa: S314 - our own


def test_a_greeting_is_said_twice_and_waits_for_one_key() -> None:
    said = document(VOICE.greet(WORDS, 0))

    assert [step.tag for step in said] == ["Gather", "Gather", "Hangup"]
    for gather in said.findall("Gather"):
        assert gather.get("numDigits") == "1"
        assert gather.get("action") == f"{HERE}?asked=1"
        assert gather.findtext("Say") == "Hello. Press 1 to hear your code."


def test_who_presses_another_key_is_asked_again_twice_at_most() -> None:
    asked, rounds = 0, 0
    while (gather := document(VOICE.greet(WORDS, asked)).find("Gather")) is not None:
        rounds += 1
        heard = hear(gather.attrib["action"], CallStatus="in-progress", Digits="5")
        assert isinstance(heard, WordsWanted)
        assert not heard.pressed
        asked = heard.asked

    assert rounds == 3
    assert [step.tag for step in document(VOICE.greet(WORDS, asked))] == ["Hangup"]


codes = some.text("0123456789", min_size=6, max_size=10)


@given(codes, some.integers(0, 9), some.sampled_from([*LANGUAGES]))
def test_before_a_key_is_pressed_nothing_of_the_code_is_said(
    code: str, asked: int, locale: str
) -> None:
    message = replace(WORDS, code=Secret(code), text=Secret(spell(code)), locale=locale)
    plain = replace(WORDS, code=None, text=Secret(""), locale=locale)

    assert VOICE.greet(message, asked) == VOICE.greet(plain, asked)


@given(codes, some.sampled_from([*LOCALES]))
def test_the_code_is_said_digit_by_digit(code: str, locale: str) -> None:
    words = f"Code: {spell(code)}. Code: {spell(code)}."

    said = document(VOICE.speak(replace(WORDS, text=Secret(words), locale=locale)))

    (slow,) = said.iter("prosody")
    parts = [slow.text or "", *(pause.tail or "" for pause in slow)]
    digits = [digit for part in parts for digit in part if digit.isascii() and digit.isdecimal()]
    assert "".join(digits) == code * 2
    assert all(sum(map(str.isdecimal, part)) <= 2 for part in parts)
    assert [step.tag for step in said] == ["Say", "Hangup"]
    assert said[0].get("language") == LANGUAGES[locale]


def test_each_language_may_have_its_own_voice() -> None:
    settings = msgspec.structs.replace(SETTINGS, voices={"de": "Polly.Vicki"})
    voice = TwilioVoice(settings, SURROUNDINGS)

    def speaker(locale: str) -> str | None:
        return document(voice.speak(replace(WORDS, locale=locale)))[0].get("voice")

    assert (speaker("de"), speaker("en")) == ("Polly.Vicki", None)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("say", [say_over, say_denied, say_notice_over])
def test_whoever_is_told_no_more_hears_why_in_the_language_of_the_message(
    say: Callable[[str], str], locale: str
) -> None:
    said = document(VOICE.take_leave(say(locale), locale))

    assert [step.tag for step in said] == ["Say", "Hangup"]
    assert said[0].get("language") == LANGUAGES[locale]
    assert said[0].text == say(locale)


def test_it_fills_its_ports() -> None:
    assert isinstance(VOICE, Speaks)
    assert (VOICE.knows_repeats, VOICE.gives_receipts) == (False, True)
    assert SETTINGS.channels == {Channel.VOICE}


FILE = f"""
kind = "twilio_voice"
account_sid = "{ACCOUNT}"
auth_token = "t0ken"
sender = "+14155552345"
voices = {{ de = "Polly.Vicki" }}
machine_detection = true
"""


def test_settings_are_read_from_a_file_and_show_no_token() -> None:
    settings = read_settings(TwilioVoiceSettings, FILE)

    assert settings.machine_detection
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("+1415", "Bank"), "number that calls"),
        (FILE.replace("sender", "# "), "sender"),
        (FILE.replace("Polly.Vicki", '<Say>"').replace('""', '"'), "such as Polly.Vicki"),
        (
            FILE.replace("auth_token", f'api_key_sid = "{KEY}"\napi_key_secret'),
            "`auth_token` is needed",
        ),
        (FILE + 'text = "{code}"', "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(TwilioVoiceSettings, wrong)

    assert "t0ken" not in str(refusal.value)
