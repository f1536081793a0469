"""What Twilio is told, and how its replies are understood."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS, read_settings
from tests.stand_ins.http_gateway import HANG, RESET, Answer, Fault, Gateway, running_gateway
from watchword.features.delivery.rules import (
    Accepted,
    Channel,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.twilio import Twilio, TwilioSettings, compose, read_reply

ACCOUNT = "AC" + "0a" * 16
KEY = "SK" + "0b" * 16
SERVICE = "MG" + "0c" * 16
SETTINGS = TwilioSettings(account_sid=ACCOUNT, auth_token=Secret("t0ken"), sender="+14155552345")


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        gateway.behave(Answer(status=201, body=b'{"sid": "SM1"}'))
        yield gateway


async def send(gateway: Gateway, settings: TwilioSettings = SETTINGS) -> SendOutcome:
    settings = msgspec.structs.replace(settings, base_url=gateway.url, timeout_seconds=0.2)
    twilio = Twilio(settings, SURROUNDINGS)
    outcome = await twilio.send(MESSAGE)
    await twilio.close()
    return outcome


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, b'{"sid": "SM1", "status": "queued"}', Accepted("SM1")),
        (200, b'{"sid": "SM1"}', Accepted("SM1")),
        (201, b"<html>", Accepted(None)),
        (201, b'{"sid": 1e400}', Accepted(None)),
        (400, b'{"code": 21211, "message": "+447700900123 is invalid"}', Refused("Twilio 21211")),
        (400, b'{"code": "21211"}', Refused("HTTP 400")),
        (400, b'{"code": true}', Refused("HTTP 400")),
        (400, b'{"code": [21211]}', Refused("HTTP 400")),
        (400, b"bad number", Refused("HTTP 400")),
        (400, b'{"code": 14107}', Unavailable("Twilio 14107")),
        (400, b'{"code": 30001}', Unavailable("Twilio 30001")),
        (401, b'{"code": 20003}', Unavailable("authentication refused")),
        (403, b"", Unavailable("authentication refused")),
        (404, b'{"code": 20404}', Unavailable("account unknown")),
        (429, b'{"code": 20429}', Unavailable("HTTP 429")),
        (500, b"", Uncertain("HTTP 500")),
        (502, b"", Uncertain("HTTP 502")),
        (503, b"", Unavailable("HTTP 503")),
        (504, b"", Uncertain("HTTP 504")),
        (307, b"", Refused("redirect")),
        (100, b"", Uncertain("HTTP 100")),
    ],
)
def test_a_reply_means(status: int, body: bytes, outcome: SendOutcome) -> None:
    assert read_reply(Reply(status, body)) == outcome


def test_who_is_asked_to_wait_waits_as_long_as_told() -> None:
    pause = timedelta(seconds=7)

    assert read_reply(Reply(429, b"", pause)) == Unavailable("HTTP 429", pause)


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: some.lists(part) | some.dictionaries(some.sampled_from(["sid", "code"]), part),
).map(msgspec.json.encode)
deep = some.sampled_from([b"[" * 60_000, b'{"sid":' * 9_000, b'{"sid": %s}' % (b"9" * 9_000)])


@given(some.integers(0, 999), some.binary() | documents | deep)
def test_no_reply_is_beyond_understanding(status: int, body: bytes) -> None:
    outcome = read_reply(Reply(status, body))

    assert isinstance(outcome, Accepted | Refused | Unavailable | Uncertain)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=200, body=b"<html>"), Accepted(None)),
        (Answer(status=400, body=b'{"code": 21211}'), Refused("Twilio 21211")),
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
    }


async def test_the_token_is_in_one_place_only(gateway: Gateway) -> None:
    await send(gateway)

    asked = gateway.requests[0]
    assert asked.headers["Authorization"] == basic(ACCOUNT, "t0ken")
    others = [value for name, value in asked.headers.items() if name != "Authorization"]
    assert "t0ken" not in f"{asked.path}{asked.body!r}{others}"


async def test_a_key_can_stand_for_the_account(gateway: Gateway) -> None:
    settings = msgspec.structs.replace(
        SETTINGS, auth_token=None, api_key_sid=KEY, api_key_secret=Secret("s3cret")
    )

    await send(gateway, settings)

    assert gateway.requests[0].path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/")
    assert gateway.requests[0].headers["Authorization"] == basic(KEY, "s3cret")


def test_a_messaging_service_can_stand_for_the_sender() -> None:
    settings = msgspec.structs.replace(SETTINGS, sender=None, messaging_service_sid=SERVICE)

    form = compose(settings, MESSAGE, NOW)

    assert form["MessagingServiceSid"] == SERVICE
    assert "From" not in form


@given(some.timedeltas())
def test_twilio_drops_what_can_no_longer_help(left: timedelta) -> None:
    try:
        message = replace(MESSAGE, not_after=NOW + left)
    except OverflowError:
        return

    period = int(compose(SETTINGS, message, NOW)["ValidityPeriod"])

    assert 1 <= period <= 36_000
    assert period == left // timedelta(seconds=1) or not 1 <= left.total_seconds() <= 36_001


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
        (FILE.replace("auth_token", "# "), "Give either `auth_token`, or"),
        (FILE + f'api_key_sid = "{KEY}"', "together"),
        (FILE + f'api_key_sid = "{KEY}"\napi_key_secret = "s"', "Give either `auth_token`, or"),
        (FILE + f'messaging_service_sid = "{SERVICE}"', "either `sender` or"),
        (FILE.replace("sender", "# "), "either `sender` or"),
        (FILE.replace("Bank", "A name that is too long"), "at most 11"),
        (FILE.replace('sender = "Bank"', 'messaging_service_sid = "M"'), "begins with MG"),
        (FILE.replace("auth_token", 'api_key_sid = "S"\napi_key_secret'), "begins with SK"),
        (FILE + 'base_url = "http://api.twilio.com"', "https://"),
        (FILE + "timeout_seconds = 0", "more than 0"),
        (FILE + "time_out = 1", "unknown field"),
    ],
)
def test_settings_that_will_not_do_are_refused_with_advice(wrong: str, advice: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=advice) as refusal:
        read_settings(TwilioSettings, wrong)

    assert "t0ken" not in str(refusal.value)


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
