"""What Meta is told, and how its replies are understood."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS, read_settings
from tests.providers.channels.whatsapp.account import ACCESS_TOKEN, SETTINGS
from tests.stand_ins.http_gateway import (
    HALF_A_REPLY,
    HANG,
    RESET,
    Answer,
    Behaviour,
    Gateway,
    running_gateway,
)
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import Accepted, Refused, SendOutcome, Unavailable, Uncertain
from watchword.features.templates.rules import LOCALES
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp, compose, read_reply
from watchword.providers.channels.whatsapp.meta_account import MetaWhatsappSettings
from watchword.providers.channels.whatsapp.meta_answers import (
    ANSWERS,
    PERMANENT,
    RECIPIENT,
    TEMPORARY,
)

TAKEN = b'{"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}'


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(body=TAKEN))
        yield gateway


async def send(gateway: Gateway) -> SendOutcome:
    settings = msgspec.structs.replace(SETTINGS, base_url=gateway.url, timeout_seconds=2.0)
    whatsapp = MetaWhatsapp(settings, SURROUNDINGS)
    outcome = await whatsapp.send(MESSAGE)
    await whatsapp.close()
    return outcome


def fault(code: object) -> bytes:
    return msgspec.json.encode({"error": {"message": "+447700900123", "code": code}})


async def test_a_message_becomes_a_document(gateway: Gateway) -> None:
    outcome = await send(gateway)

    (asked,) = gateway.requests
    assert outcome == Accepted("wamid.1")
    assert (asked.method, asked.path) == ("POST", "/v23.0/106540352242922/messages")
    assert msgspec.json.decode(asked.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "447700900123",
        "type": "template",
        "template": {
            "name": "code_five",
            "language": {"policy": "deterministic", "code": "en"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "482913"}]},
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "0",
                    "parameters": [{"type": "text", "text": "482913"}],
                },
            ],
        },
        "biz_opaque_callback_data": str(MESSAGE.id),
    }


async def test_the_token_is_in_one_place_only(gateway: Gateway) -> None:
    await send(gateway)

    asked = gateway.requests[0]
    assert asked.headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    others = [value for name, value in asked.headers.items() if name != "Authorization"]
    assert ACCESS_TOKEN not in f"{asked.path}{asked.body!r}{others}"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(body=b"<html>"), Accepted(None)),
        (Answer(status=400, body=fault(131026)), Refused("not on WhatsApp")),
        (Answer(status=400, body=b"no"), Refused("HTTP 400")),
        (Answer(status=401, body=fault(190)), Unavailable("authentication refused")),
        (
            Answer(status=429, headers={"Retry-After": "7"}, body=fault(130429)),
            Unavailable("too many requests", timedelta(seconds=7)),
        ),
        (Answer(status=500), Uncertain("HTTP 500")),
        (Answer(status=307, headers={"Location": "/else"}), Refused("redirect")),
        (RESET, Uncertain("connection lost")),
        (HANG, Uncertain("timeout")),
        (HALF_A_REPLY, Accepted(None)),
    ],
    ids=str,
)
async def test_a_bad_answer_means(
    gateway: Gateway, answer: Behaviour, outcome: SendOutcome
) -> None:
    gateway.behave(answer)

    assert await send(gateway) == outcome
    assert len(gateway.requests) == 1


async def test_where_nobody_listens_it_is_unavailable() -> None:
    async with running_gateway() as gone:
        pass

    assert await send(gone) == Unavailable("connection refused")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, TAKEN, Accepted("wamid.1")),
        (200, b'{"messages": []}', Accepted(None)),
        (200, b'{"messages": [{"id": {}}]}', Accepted(None)),
        (200, fault(131026), Accepted(None)),
        (400, fault(132001), Refused("template wrong")),
        (400, fault(131047), Refused("template needed")),
        (400, fault(999999), Refused("Meta 999999")),
        (400, fault("131026"), Refused("HTTP 400")),
        (400, fault(code=True), Refused("HTTP 400")),
        (400, fault(-1), Refused("HTTP 400")),
        (400, fault(10**12), Refused("HTTP 400")),
        (400, fault(80007), Unavailable("too many requests")),
        (400, fault(131056), Unavailable("too many for this number", recipient=True)),
        (400, fault(0), Unavailable("authentication refused")),
        (403, fault(10), Unavailable("authentication refused")),
        (403, fault(131031), Unavailable("account blocked")),
        (404, fault(131030), Refused("number not approved")),
        (404, b"", Unavailable("sender not set up")),
        (500, fault(131016), Unavailable("out of service")),
        (500, fault(1), Uncertain("Meta 1")),
        (503, b"", Unavailable("HTTP 503")),
    ],
)
def test_a_reply_means(status: int, body: bytes, outcome: SendOutcome) -> None:
    assert read_reply(Reply(status, body)) == outcome


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: (
        some.lists(part)
        | some.dictionaries(some.sampled_from(["error", "code", "messages", "id"]), part)
    ),
).map(msgspec.json.encode)


@given(some.integers(0, 999), some.binary() | documents)
def test_no_reply_is_beyond_understanding(status: int, body: bytes) -> None:
    outcome = read_reply(Reply(status, body))

    assert isinstance(outcome, Accepted | Refused | Unavailable | Uncertain)
    assert isinstance(outcome, Accepted) == (status // 100 == 2)


def test_each_number_is_in_the_table_once() -> None:
    groups = (PERMANENT, TEMPORARY, RECIPIENT)
    numbers = [one for group in groups for codes in group.values() for one in codes]

    assert len(numbers) == len({*numbers})
    assert {f"Meta {number}" for number in numbers} == {*ANSWERS} - {"HTTP 404"}


def composed(settings: MetaWhatsappSettings = SETTINGS, **changes: object) -> Any:  # noqa: ANN401
    return compose(settings, replace(MESSAGE, **changes))  # type: ignore[arg-type]


@given(some.integers(0, 200))
def test_what_is_stated_is_at_most_the_real_life(minutes: int) -> None:
    asked = composed(minutes=minutes)

    stated = {"code_five": 5, "code_ten": 10}
    if minutes < 5:
        assert asked == Refused(f"no template for {minutes} minutes")
    else:
        assert stated[asked["template"]["name"]] == (5 if minutes < 10 else 10)


@given(some.text(), some.text(), some.none() | some.text().map(Secret))
def test_no_words_of_ours_and_no_address_go_into_it(
    text: str, greeting: str, subject: Secret | None
) -> None:
    plain = composed()

    assert composed(text=Secret(text), greeting=Secret(greeting), subject=subject) == plain
    assert "://" not in str(plain)


def test_without_a_code_nothing_is_sent() -> None:
    assert composed(code=None) == Refused("no code")


def test_a_link_goes_alone_in_a_template_of_its_own() -> None:
    linked = msgspec.structs.replace(SETTINGS, link_template="where_to_type")
    message = replace(MESSAGE, code=None, entry="https://codes.example.org/k/abc234")
    asked = compose(linked, message)

    assert isinstance(asked, dict)
    assert asked["template"]["name"] == "where_to_type"
    [button] = asked["template"]["components"]
    assert button["parameters"] == [{"type": "text", "text": "abc234"}]
    assert compose(SETTINGS, message) == Refused("no template for links")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_that_we_have_is_asked_for_by_its_own_name(locale: str) -> None:
    assert composed(locale=locale)["template"]["language"]["code"] == locale


def test_a_template_may_have_another_english() -> None:
    settings = msgspec.structs.replace(SETTINGS, languages={"en": "en_GB", "en-us": "en_US"})

    def language(locale: str) -> object:
        return composed(settings, locale=locale)["template"]["language"]["code"]

    assert language("en") == "en_GB"
    assert language("en-US") == "en_US"
    assert language("de-AT") == "de"
    assert language("fi") == "en_GB"


def test_it_serves_whatsapp_and_does_not_know_repeats() -> None:
    whatsapp = MetaWhatsapp(SETTINGS, SURROUNDINGS)

    assert (whatsapp.knows_repeats, whatsapp.gives_receipts) == (False, True)
    assert SETTINGS.channels == {Channel.WHATSAPP}


FILE = """
kind = "meta_whatsapp"
phone_number_id = "106540352242922"
access_token = "t0ken"
templates = { 5 = "code_five" }
languages = { en = "en_GB" }
"""
SECRETS = 'app_secret = "s3cret"\nverify_token = "t0ken-too"'


def test_settings_are_read_from_a_file_and_show_no_secret() -> None:
    settings = read_settings(MetaWhatsappSettings, FILE + SECRETS)

    assert settings.access_token.reveal() == "t0ken"
    assert "t0ken" not in repr(settings)
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("106540352242922", "+14155552345"), "not the telephone number"),
        (FILE.replace('"t0ken"', '"t0 ken"'), "access_token"),
        (FILE.replace("code_five", "Code five"), "a-z, 0-9 and _"),
        (FILE.replace("5 =", "91 ="), "from 1 to 90"),
        (FILE.replace("en_GB", "English"), "such as en_GB"),
        (FILE + 'app_secret = "s3cret"', "together"),
        (FILE + 'verify_token = "s3cret"', "together"),
        (FILE + SECRETS.replace("s3cret", ""), "anybody could guess"),
        (FILE + SECRETS.replace("t0ken-too", ""), "anybody could guess"),
        (FILE + 'business_account_id = "mine"', "business_account_id"),
        (FILE + 'version = "23"', "such as v23.0"),
        (FILE + 'base_url = "http://graph.facebook.com"', "https://"),
        (FILE + 'text = "{code}"', "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(MetaWhatsappSettings, wrong)

    assert "t0ken" not in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
