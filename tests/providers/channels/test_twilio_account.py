"""What all ways through Twilio share: signing in, answers, signatures, and receipts."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS
from tests.providers.channels.twilio import (
    CALLED,
    HERE,
    KEY,
    SMS,
    TOKEN,
    VOICE,
    WHATSAPP,
    signature,
    told,
)
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
from watchword.features.delivery.ports import HearsCallbacks, Provider, Surroundings
from watchword.features.delivery.receipts import (
    Callback,
    Heard,
    NotBelieved,
    Report,
    Reported,
)
from watchword.features.delivery.rules import (
    Accepted,
    Receipt,
    Refused,
    SendOutcome,
    Unavailable,
    Uncertain,
)
from watchword.foundation.secret import Secret
from watchword.providers.channels.answers import Meaning
from watchword.providers.channels.http_exchange import Reply
from watchword.providers.channels.sms.twilio import Twilio
from watchword.providers.channels.twilio_account import (
    TwilioAccount,
    read_reply,
    read_signed,
    read_told,
    spellings,
    validity,
)
from watchword.providers.channels.twilio_answers import ANSWERS, PERMANENT, RECIPIENT, TEMPORARY
from watchword.providers.channels.voice.twilio import TwilioVoice
from watchword.providers.channels.whatsapp.twilio import TwilioWhatsapp

Open: TypeAlias = Callable[[str, Surroundings], Provider]


def sms(url: str, around: Surroundings = SURROUNDINGS) -> Provider:
    return Twilio(msgspec.structs.replace(SMS, base_url=url, timeout_seconds=2.0), around)


def whatsapp(url: str, around: Surroundings = SURROUNDINGS) -> Provider:
    return TwilioWhatsapp(
        msgspec.structs.replace(WHATSAPP, base_url=url, timeout_seconds=2.0), around
    )


def voice(url: str, around: Surroundings = SURROUNDINGS) -> Provider:
    return TwilioVoice(msgspec.structs.replace(VOICE, base_url=url, timeout_seconds=2.0), around)


def read_sms(account: TwilioAccount, callback: Callback) -> Heard:
    return read_told(account, callback, Channel.SMS)


every_way = pytest.mark.parametrize("open_way", [sms, whatsapp, voice])


async def send(gateway: Gateway, open_way: Open) -> SendOutcome:
    provider = open_way(gateway.url, SURROUNDINGS)
    outcome = await provider.send(CALLED)
    await provider.close()
    return outcome


@every_way
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=201, body=b'{"sid": "XX1"}'), Accepted("XX1")),
        (Answer(status=200, body=b"<html>"), Accepted(None)),
        (Answer(status=400, body=b'{"code": 21211}'), Refused("number not valid")),
        (Answer(status=400, body=b"no"), Refused("HTTP 400")),
        (Answer(status=401), Unavailable("authentication refused")),
        (
            Answer(status=429, headers={"Retry-After": "7"}),
            Unavailable("HTTP 429", timedelta(seconds=7)),
        ),
        (Answer(status=500), Uncertain("HTTP 500")),
        (Answer(status=307, headers={"Location": "/else"}), Refused("redirect")),
        (RESET, Uncertain("connection lost")),
        (HANG, Uncertain("timeout")),
        (HALF_A_REPLY, Accepted(None)),
    ],
    ids=str,
)
async def test_a_bad_answer_means(open_way: Open, answer: Behaviour, outcome: SendOutcome) -> None:
    async with running_gateway() as gateway:
        gateway.behave(answer)
        said = await send(gateway, open_way)

    asks = open_way is voice
    expected = replace(outcome, asks_for_words=asks) if isinstance(outcome, Accepted) else outcome
    assert said == expected
    assert len(gateway.requests) == 1


@every_way
async def test_where_nobody_listens_it_is_unavailable(open_way: Open) -> None:
    async with running_gateway() as gone:
        pass

    assert await send(gone, open_way) == Unavailable("connection refused")


@every_way
async def test_the_token_is_in_one_place_only(open_way: Open) -> None:
    async with running_gateway() as gateway:
        await send(gateway, open_way)

    asked = gateway.requests[0]
    assert asked.headers["Authorization"] == basic(SMS.account_sid, TOKEN)
    others = [value for name, value in asked.headers.items() if name != "Authorization"]
    assert TOKEN not in f"{asked.path}{asked.body!r}{others}"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, b'{"sid": "SM1", "status": "queued"}', Accepted("SM1")),
        (201, b'{"sid": "SM1", "code": 21211}', Accepted("SM1")),
        (201, b'{"sid": 1e400}', Accepted(None)),
        (400, b'{"code": 21610, "message": "+447700900123 said stop"}', Refused("opted out")),
        (400, b'{"code": 21408}', Refused("country not allowed")),
        (400, b'{"code": 63016}', Refused("template needed")),
        (400, b'{"code": 99999}', Refused("Twilio 99999")),
        (400, b'{"code": 1}', Refused("HTTP 400")),
        (400, b'{"code": 12345678}', Refused("HTTP 400")),
        (400, b'{"code": "21211"}', Refused("HTTP 400")),
        (400, b'{"code": true}', Refused("HTTP 400")),
        (400, b'{"code": [21211]}', Refused("HTTP 400")),
        (400, b'{"code": 14107}', Unavailable("too many for this number", recipient=True)),
        (400, b'{"code": 63018}', Unavailable("too many for this number", recipient=True)),
        (401, b'{"code": 20003}', Unavailable("authentication refused")),
        (403, b"", Unavailable("authentication refused")),
        (404, b'{"code": 20404}', Unavailable("account unknown")),
        (404, b"", Unavailable("account unknown")),
        (500, b'{"code": 21211}', Uncertain("HTTP 500")),
        (503, b"", Unavailable("HTTP 503")),
        (504, b"", Uncertain("HTTP 504")),
        (100, b"", Uncertain("HTTP 100")),
    ],
)
def test_a_reply_means(status: int, body: bytes, outcome: SendOutcome) -> None:
    assert read_reply(Reply(status, body)) == outcome


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: some.lists(part) | some.dictionaries(some.sampled_from(["sid", "code"]), part),
).map(msgspec.json.encode)
deep = some.sampled_from([b"[" * 60_000, b'{"sid":' * 9_000, b'{"sid": %s}' % (b"9" * 9_000)])


@given(some.integers(0, 999), some.binary() | documents | deep)
def test_no_reply_is_beyond_understanding(status: int, body: bytes) -> None:
    outcome = read_reply(Reply(status, body))

    assert isinstance(outcome, Accepted | Refused | Unavailable | Uncertain)
    assert isinstance(outcome, Accepted) == (status // 100 == 2)


def test_each_number_is_in_the_table_once() -> None:
    groups = (PERMANENT, TEMPORARY, RECIPIENT)
    numbers = [one for group in groups for codes in group.values() for one in codes]

    assert len(numbers) == len({*numbers})
    assert {f"Twilio {number}" for number in numbers} == {*ANSWERS} - {"HTTP 404"}
    assert ANSWERS["Twilio 30003"].meaning is Meaning.PERMANENT


@given(some.timedeltas())
def test_twilio_drops_what_can_no_longer_help(left: timedelta) -> None:
    try:
        message = replace(MESSAGE, not_after=NOW + left)
    except OverflowError:
        return

    period = int(validity(message, NOW))

    assert 1 <= period <= 36_000
    assert period == left // timedelta(seconds=1) or not 1 <= left.total_seconds() <= 36_001


def test_a_signature_is_made_as_twilio_shows_it_in_its_manual() -> None:
    account = msgspec.structs.replace(SMS, auth_token=Secret("12345"))
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    callback = told(fields, "https://mycompany.com/myapp.php?foo=1&bar=2", "12345")

    assert callback.headers["x-twilio-signature"] == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert read_signed(account, callback) == fields


ARRIVED = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+447700900123"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://a.example/callbacks/x", "https://a.example/callbacks/x"),
        ("https://a.example/callbacks/x", "https://a.example:443/callbacks/x"),
        ("https://a.example:443/callbacks/x", "https://a.example/callbacks/x"),
        ("http://a.example/callbacks/x", "http://a.example:80/callbacks/x"),
        ("https://a.example:8443/callbacks/x", "https://a.example:8443/callbacks/x"),
    ],
)
def test_the_usual_port_may_be_signed_or_not(ours: str, theirs: str) -> None:
    assert read_signed(SMS, told(ARRIVED, ours, signed=theirs)) == ARRIVED


@pytest.mark.parametrize("url", ["https://a.example:8443/x", "ftp://a/", "https://a:b/x", ""])
def test_another_port_is_written_in_one_way(url: str) -> None:
    assert spellings(url) == (url,)


def changed(callback: Callback, **headers: str) -> Callback:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(callback, headers={**callback.headers, **named})


RIGHT = told(ARRIVED)


@pytest.mark.parametrize(
    "callback",
    [
        told(ARRIVED, token="another"),  # noqa: S106 - of a stand-in
        told(ARRIVED, signed=HERE + "0"),
        told(ARRIVED, "https://a.example:8443/x", signed="https://a.example/x"),
        replace(RIGHT, body=RIGHT.body.replace(b"delivered", b"failed")),
        replace(RIGHT, body=RIGHT.body + b"&ErrorCode=30003"),
        replace(RIGHT, url=HERE + "?more=1"),
        replace(RIGHT, method="GET"),
        replace(RIGHT, headers={"content-type": RIGHT.headers["content-type"]}),
        changed(RIGHT, x_twilio_signature=""),
        changed(RIGHT, x_twilio_signature="\udcff"),
        changed(RIGHT, content_type="application/json"),
        changed(RIGHT, content_type=""),
        replace(RIGHT, body=RIGHT.body + b"&" + RIGHT.body),
        replace(RIGHT, body=b"\xff"),
    ],
)
def test_what_twilio_did_not_sign_is_not_believed(callback: Callback) -> None:
    assert isinstance(read_sms(SMS, callback), NotBelieved)
    assert isinstance(read_sms(SMS, RIGHT), Reported)


def in_json(document: object, hashed: bytes | None = None) -> Callback:
    body = msgspec.json.encode(document)
    url = f"{HERE}?bodySHA256={sha256(hashed or body).hexdigest()}"
    headers = {"content-type": "application/json", "x-twilio-signature": signature(url)}
    return replace(RIGHT, url=url, headers=headers, body=body)


def test_a_document_is_believed_by_its_hash_in_the_signed_address() -> None:
    assert read_sms(SMS, in_json(ARRIVED)) == read_sms(SMS, RIGHT)
    assert read_sms(SMS, in_json(ARRIVED, b"another")) == NotBelieved("body not signed")
    assert read_sms(SMS, in_json([ARRIVED])) == NotBelieved("body not signed")
    assert read_sms(SMS, replace(in_json(ARRIVED), url=HERE)) == NotBelieved("signature")


def test_without_the_token_nothing_is_believed() -> None:
    by_key = msgspec.structs.replace(
        SMS, auth_token=None, api_key_sid=KEY, api_key_secret=Secret("s")
    )

    assert read_sms(by_key, RIGHT) == NotBelieved("no auth_token")
    assert not Twilio(by_key, SURROUNDINGS).gives_receipts


@every_way
def test_a_real_twilio_cannot_reach_a_machine_that_has_no_name(open_way: Open) -> None:
    at_home = replace(SURROUNDINGS, callbacks="http://127.0.0.1:8000/callbacks/carrier")

    assert not open_way("https://api.twilio.com", at_home).gives_receipts
    assert open_way("http://127.0.0.1:9", at_home).gives_receipts
    assert open_way("https://api.twilio.com", SURROUNDINGS).gives_receipts


@pytest.mark.parametrize(
    ("fields", "reported"),
    [
        ({"MessageStatus": "delivered"}, (Receipt.DELIVERED, None)),
        ({"MessageStatus": "delivered", "ErrorCode": "30003"}, (Receipt.DELIVERED, None)),
        ({"MessageStatus": "read"}, (Receipt.READ, None)),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "30003"},
            (Receipt.FAILED, "Twilio 30003"),
        ),
        ({"MessageStatus": "failed", "ErrorCode": "63024"}, (Receipt.FAILED, "Twilio 63024")),
        ({"MessageStatus": "failed"}, (Receipt.FAILED, "failed")),
        ({"MessageStatus": "failed", "ErrorCode": "+4477"}, (Receipt.FAILED, "failed")),
        ({"MessageStatus": "canceled"}, (Receipt.FAILED, "canceled")),
        ({"MessageStatus": "sent"}, None),
        ({"MessageStatus": "queued"}, None),
        ({"MessageStatus": "partially_delivered"}, None),
        ({"MessageStatus": "DELIVERED"}, None),
        ({"SmsStatus": "received"}, None),
    ],
)
def test_a_status_is_a_receipt(
    fields: dict[str, str], reported: tuple[Receipt, str | None] | None
) -> None:
    heard = read_sms(SMS, told({"MessageSid": "SM1", **fields}))

    expected = () if reported is None else (report(*reported),)
    assert heard == Reported(expected)


def report(receipt: Receipt, reason: str | None) -> Report:
    return Report(receipt=receipt, message_id=MESSAGE.id, reference="SM1", reason=reason)


def test_a_status_without_our_id_is_known_by_the_name_that_twilio_gave() -> None:
    heard = read_sms(SMS, replace(told(ARRIVED), about=None))

    assert heard == Reported((Report(receipt=Receipt.DELIVERED, reference="SM1"),))


def test_a_status_of_nothing_is_nothing() -> None:
    assert read_sms(SMS, replace(told({"MessageStatus": "read"}), about=None)) == Reported()


WAYS = [open_way("https://api.twilio.com", SURROUNDINGS) for open_way in (sms, whatsapp, voice)]


@given(some.dictionaries(some.text(min_size=1), some.text(), max_size=9))
def test_whatever_twilio_tells_is_understood(fields: dict[str, str]) -> None:
    for way in WAYS:
        assert isinstance(way, HearsCallbacks)
        assert not isinstance(way.read_callback(told(fields)), NotBelieved)


@given(some.binary(), some.text(), some.sampled_from(["POST", "GET", "PUT"]))
def test_no_request_is_beyond_understanding(body: bytes, said: str, method: str) -> None:
    callback = replace(changed(RIGHT, x_twilio_signature=said), body=body, method=method)

    assert isinstance(read_sms(SMS, callback), NotBelieved)


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
