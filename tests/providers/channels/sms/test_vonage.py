"""What Vonage is told, how its replies are understood, and what it is believed later."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS, read_settings
from tests.providers.channels.test_silence import (
    BEHAVIOURS,
    TOKEN,
    assert_nothing_slipped,
    heard,
    loud_loop,
)
from tests.stand_ins.http_gateway import HANG, RESET, Answer, Fault, Gateway, running_gateway
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.ports import HearsCallbacks
from watchword.features.delivery.rules import Accepted, Refused, SendOutcome, Unavailable, Uncertain
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.vonage import (
    Vonage,
    VonageSettings,
    compose,
    read_reply,
)

__all__ = ["heard"]

SIGNATURE = Secret("a signature secret of Vonage's own")
SETTINGS = VonageSettings(api_key="abcd1234", api_secret=Secret("s3cret"), sender="+14155552345")
REPORTING = msgspec.structs.replace(SETTINGS, signature_secret=SIGNATURE)
UUID_ = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
FAULTS = "https://developer.vonage.com/api-errors/messages#"


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=202, body=b'{"message_uuid": "%s"}' % UUID_.encode()))
        yield gateway


async def send(gateway: Gateway, settings: VonageSettings = SETTINGS) -> SendOutcome:
    settings = msgspec.structs.replace(settings, base_url=gateway.url, timeout_seconds=2.0)
    vonage = Vonage(settings, SURROUNDINGS)
    outcome = await vonage.send(MESSAGE)
    await vonage.close()
    return outcome


def fault(code: object) -> bytes:
    return msgspec.json.encode({"type": f"{FAULTS}{code}", "title": "T", "detail": "+447700900123"})


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (202, b'{"message_uuid": "%s"}' % UUID_.encode(), Accepted(UUID_)),
        (200, b'{"message_uuid": "u-1", "workflow_id": "w"}', Accepted("u-1")),
        (202, b"<html>", Accepted(None)),
        (202, b'{"message_uuid": ["u"]}', Accepted(None)),
        (402, b'{"type": "https://developer.vonage.com/api-errors#low-balance"}', "no credit"),
        (401, b'{"type": "https://developer.vonage.com/api-errors#x"}', "authentication refused"),
        (403, b"", "authentication refused"),
        (422, fault(1000), "too many requests"),
        (422, fault(1060), "account barred"),
        (422, fault(1100), Unavailable("not passed on", recipient=True)),
        (422, fault(1120), Refused("sender not allowed")),
        (422, fault(1420), Refused("sender not allowed")),
        (422, fault(1430), Refused("number refused")),
        (422, fault(1010), Refused("Vonage 1010")),
        (422, fault("1010&to=+447700900123"), Refused("HTTP 422")),
        (422, fault("٣٣٣٣"), Refused("HTTP 422")),
        (422, b'{"type": "about:blank", "title": 1430}', Refused("number refused")),
        (422, b'{"type": "about:blank", "title": "1430"}', Refused("number refused")),
        (422, b'{"type": 7, "title": true}', Refused("HTTP 422")),
        (400, b"bad number", Refused("HTTP 400")),
        (404, b"", "service unknown"),
        (429, fault(1000), "too many requests"),
        (429, b"", "HTTP 429"),
        (500, fault(1030), Uncertain("fault at Vonage")),
        (500, b"", Uncertain("HTTP 500")),
        (503, b"", "HTTP 503"),
        (504, b"", Uncertain("HTTP 504")),
        (307, b"", Refused("redirect")),
        (100, b"", Uncertain("HTTP 100")),
    ],
)
def test_a_reply_means(status: int, body: bytes, outcome: SendOutcome | str) -> None:
    meant = Unavailable(outcome) if isinstance(outcome, str) else outcome

    assert read_reply(Reply(status, body)) == meant


def test_who_is_asked_to_wait_waits_as_long_as_told() -> None:
    pause = timedelta(seconds=7)

    assert read_reply(Reply(429, b"", pause)) == Unavailable("HTTP 429", pause)


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: (
        some.lists(part)
        | some.dictionaries(
            some.sampled_from(["message_uuid", "client_ref", "status", "error", "type", "title"]),
            part,
        )
    ),
).map(msgspec.json.encode)
deep = some.sampled_from([b"[" * 60_000, b'{"error":' * 9_000, b'{"title": %s}' % (b"9" * 9_000)])


@given(some.integers(0, 999), some.binary() | documents | deep)
def test_no_reply_is_beyond_understanding(status: int, body: bytes) -> None:
    outcome = read_reply(Reply(status, body))

    assert isinstance(outcome, Accepted | Refused | Unavailable | Uncertain)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=200, body=b"<html>"), Accepted(None)),
        (Answer(status=400, body=fault(1120)), Refused("sender not allowed")),
        (Answer(status=401), Unavailable("authentication refused")),
        (
            Answer(status=429, headers={"Retry-After": "7"}),
            Unavailable("HTTP 429", timedelta(seconds=7)),
        ),
        (Answer(status=500), Uncertain("HTTP 500")),
        (Answer(status=307, headers={"Location": "/else"}), Refused("redirect")),
        (RESET, Uncertain("connection lost")),
        (HANG, Uncertain("timeout")),
    ],
    ids=str,
)
async def test_over_the_wire_it_means_the_same(
    gateway: Gateway, answer: Answer | Fault, outcome: SendOutcome
) -> None:
    gateway.behave(answer)

    assert await send(gateway) == outcome
    assert len(gateway.requests) == 1


async def test_where_nobody_listens_it_is_unavailable() -> None:
    async with running_gateway() as gone:
        pass

    assert await send(gone) == Unavailable("connection refused")


async def test_a_message_becomes_a_document(gateway: Gateway) -> None:
    outcome = await send(gateway)

    asked = gateway.requests[0]
    assert outcome == Accepted(UUID_)
    assert (asked.method, asked.path) == ("POST", "/v1/messages")
    assert asked.headers["Content-Type"] == "application/json"
    assert json.loads(asked.body) == {
        "message_type": "text",
        "channel": "sms",
        "to": "447700900123",
        "from": "14155552345",
        "text": "Your code is 482913.",
        "client_ref": str(MESSAGE.id),
        "ttl": 300,
    }


async def test_who_can_be_believed_is_asked_to_report(gateway: Gateway) -> None:
    await send(gateway, REPORTING)

    asked = json.loads(gateway.requests[0].body)
    assert asked["webhook_url"] == f"https://codes.example.org/callbacks/carrier/{MESSAGE.id}"
    assert asked["webhook_version"] == "v1"


async def test_the_secret_is_in_one_place_only(gateway: Gateway) -> None:
    await send(gateway, REPORTING)

    asked = gateway.requests[0]
    assert asked.headers["Authorization"] == "Basic " + b64encode(b"abcd1234:s3cret").decode()
    others = [value for name, value in asked.headers.items() if name != "Authorization"]
    assert "s3cret" not in f"{asked.path}{asked.body!r}{others}"
    assert SIGNATURE.reveal() not in f"{asked.path}{asked.body!r}{asked.headers}"


@given(some.timedeltas())
def test_vonage_drops_what_can_no_longer_help(left: timedelta) -> None:
    try:
        message = replace(MESSAGE, not_after=NOW + left)
    except OverflowError:
        return

    life = json.loads(compose(SETTINGS, message, "https://c.example", NOW))["ttl"]

    assert 20 <= life <= 604_800
    assert life == left // timedelta(seconds=1) or not 20 <= left.total_seconds() <= 604_801


async def test_text_that_is_none_is_refused() -> None:
    vonage = Vonage(SETTINGS, SURROUNDINGS)

    assert await vonage.send(replace(MESSAGE, text=Secret("\ud800"))) == Refused("text")
    await vonage.close()


def test_it_does_not_know_repeats_and_reports_only_what_it_can_sign() -> None:
    assert not Vonage(SETTINGS, SURROUNDINGS).knows_repeats
    assert not Vonage(SETTINGS, SURROUNDINGS).gives_receipts
    assert Vonage(REPORTING, SURROUNDINGS).gives_receipts
    assert isinstance(Vonage(REPORTING, SURROUNDINGS), HearsCallbacks)
    assert SETTINGS.channels == {Channel.SMS}


@pytest.mark.parametrize("number", range(len(BEHAVIOURS)))
async def test_it_is_silent_about_what_it_carries(
    heard: pytest.LogCaptureFixture,
    number: int,
) -> None:
    async with running_gateway() as stand_in, loud_loop():
        stand_in.behave(BEHAVIOURS[number])
        settings = VonageSettings(
            api_key="abcd1234",
            api_secret=Secret(TOKEN),
            signature_secret=Secret(TOKEN * 2),
            sender="Bank",
            base_url=stand_in.url,
            timeout_seconds=2.0,
        )
        provider = Vonage(settings, SURROUNDINGS)
        outcome = await provider.send(MESSAGE)
        await provider.close()

    assert stand_in.requests
    assert_nothing_slipped(heard, settings, provider, outcome)


FILE = """
kind = "vonage"
api_key = "abcd1234"
api_secret = "s3cret"
sender = "Bank"
signature_secret = "a signature secret"
"""


def test_settings_are_read_from_a_file_and_show_no_secret() -> None:
    settings = read_settings(VonageSettings, FILE)

    assert settings.api_secret.reveal() == "s3cret"
    assert "s3cret" not in repr(settings)
    assert "a signature" not in repr(settings)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (FILE.replace("abcd1234", "a:b"), "`api_key` is not one"),
        (FILE.replace("s3cret", ""), "`api_secret` is not one"),
        (FILE.replace("s3cret", "sécret"), "`api_secret` is not one"),
        (FILE.replace("Bank", "A name that is too long"), "at most 11"),
        (FILE.replace("Bank", "+0123"), "at most 11"),
        (FILE.replace("a signature secret", "short"), "could be guessed"),
        (FILE + 'base_url = "http://api.nexmo.com"', "https://"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(VonageSettings, wrong)

    assert "s3cret" not in str(refusal.value)
