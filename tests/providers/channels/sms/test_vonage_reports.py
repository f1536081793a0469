"""What Vonage is believed later, and what its reports mean."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import jwt
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, NOW, SURROUNDINGS
from watchword.features.delivery.receipts import Callback, Heard, NotBelieved, Report, Reported
from watchword.features.delivery.rules import MessageId, Receipt
from watchword.foundation.secret import Secret
from watchword.providers.channels.sms.vonage import (
    RECEIPTS,
    Vonage,
    VonageSettings,
    read_callback,
)

SIGNATURE = Secret("a signature secret of Vonage's own")
SETTINGS = VonageSettings(api_key="abcd1234", api_secret=Secret("s3cret"), sender="+14155552345")
REPORTING = msgspec.structs.replace(SETTINGS, signature_secret=SIGNATURE)
UUID_ = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
FAULTS = "https://developer.vonage.com/api-errors/messages#"

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


def status(**changes: object) -> dict[str, object]:
    return {
        "message_uuid": UUID_,
        "to": "447700900123",
        "from": "14155552345",
        "timestamp": "2026-03-01T12:00:00Z",
        "channel": "sms",
        "client_ref": str(MESSAGE.id),
        "status": "delivered",
        **changes,
    }


def signed(body: bytes, *, secret: Secret = SIGNATURE, **changes: object) -> Callback:
    claims = {
        "iat": int(NOW.timestamp()),
        "jti": "c5ba8f24",
        "iss": "Vonage",
        "payload_hash": sha256(body).hexdigest(),
        "api_key": "abcd1234",
        **changes,
    }
    key = secret.reveal()
    return called(body, {"authorization": f"Bearer {jwt.encode(claims, key, algorithm='HS256')}"})


def called(body: bytes, headers: Mapping[str, str]) -> Callback:
    url = f"https://codes.example.org/callbacks/carrier/{MESSAGE.id}"
    return Callback(method="POST", url=url, headers=headers, body=body, about=MESSAGE.id)


def hear(said: Mapping[str, object]) -> Heard:
    return read_callback(SIGNATURE, signed(msgspec.json.encode(said)), NOW)


@pytest.mark.parametrize(
    ("said", "report"),
    [
        ("delivered", Report(receipt=Receipt.DELIVERED)),
        ("read", Report(receipt=Receipt.READ)),
        ("rejected", Report(receipt=Receipt.FAILED, reason="Vonage rejected")),
        ("undeliverable", Report(receipt=Receipt.FAILED, reason="Vonage undeliverable")),
    ],
)
def test_a_status_is_a_receipt(said: str, report: Report) -> None:
    expected = replace(report, message_id=MESSAGE.id, reference=UUID_)

    assert hear(status(status=said)) == Reported((expected,))


@pytest.mark.parametrize("said", ["submitted", "accepted", "", "DELIVERED"])
def test_any_other_status_is_nothing_to_us(said: str) -> None:
    assert hear(status(status=said)) == Reported()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"type": f"{FAULTS}1180", "title": "Absent"}, "Vonage 1180"),
        ({"type": "about:blank", "title": 1180}, "Vonage 1180"),
        ({"error": {"type": f"{FAULTS}rejected", "title": "1180"}}, "Vonage 1180"),
        ({"type": f"{FAULTS}+447700900123", "title": "+447700900123"}, "Vonage rejected"),
        ({"error": []}, "Vonage rejected"),
        ("+447700900123", "Vonage rejected"),
        (None, "Vonage rejected"),
    ],
)
def test_a_failure_says_why_in_a_word_of_ours(error: object, reason: str) -> None:
    said = hear(status(status="rejected", error=error))

    assert isinstance(said, Reported)
    assert [report.reason for report in said.reports] == [reason]


def test_a_report_names_the_message_by_our_id_or_by_theirs() -> None:
    other = MessageId(UUID(int=9))

    by_ours = hear(status(client_ref=str(other), message_uuid=None))
    by_theirs = hear(status(client_ref="not ours"))

    assert by_ours == Reported((Report(receipt=Receipt.DELIVERED, message_id=other),))
    assert by_theirs == Reported((Report(receipt=Receipt.DELIVERED, reference=UUID_),))
    assert hear(status(client_ref=None, message_uuid=None)) == Reported()


def test_the_same_report_twice_says_the_same_twice() -> None:
    assert hear(status()) == hear(status())


BODY = msgspec.json.encode(status())


@pytest.mark.parametrize(
    "callback",
    [
        called(BODY, {}),
        called(BODY, {"authorization": "Basic YWJjZDEyMzQ6czNjcmV0"}),
        called(BODY, {"authorization": "Bearer a.b.c"}),
        signed(BODY, secret=Secret("another secret that is long enough.")),
        signed(BODY, iat=int(NOW.timestamp()) - 301),
        signed(BODY, iat=int(NOW.timestamp()) + 301),
        signed(BODY, iat=None),
        signed(BODY, payload_hash=None),
        signed(BODY, payload_hash=sha256(b"{}").hexdigest()),
        replace(signed(BODY), body=msgspec.json.encode(status(status="rejected"))),
        replace(signed(BODY), body=b""),
    ],
)
def test_what_vonage_did_not_sign_just_now_is_not_believed(callback: Callback) -> None:
    assert isinstance(Vonage(REPORTING, SURROUNDINGS).read_callback(callback), NotBelieved)
    assert isinstance(Vonage(REPORTING, SURROUNDINGS).read_callback(signed(BODY)), Reported)


def test_without_a_secret_nobody_is_believed() -> None:
    vonage = Vonage(SETTINGS, SURROUNDINGS)

    assert isinstance(vonage.read_callback(signed(BODY)), NotBelieved)
    assert isinstance(vonage.read_callback(signed(BODY, secret=Secret("\0" * 32))), NotBelieved)


@given(some.binary() | documents | deep)
def test_no_signed_body_is_beyond_understanding(body: bytes) -> None:
    said = read_callback(SIGNATURE, signed(body), NOW)

    assert isinstance(said, Reported)
    assert len(said.reports) <= 1


def test_a_body_beyond_all_measure_is_not_read() -> None:
    body = BODY[:-1] + b', "more": "%s"}' % (b"x" * 300_000)

    assert read_callback(SIGNATURE, signed(body), NOW) == Reported()


@given(documents, some.sampled_from([*RECEIPTS]))
def test_a_report_quotes_nothing_that_was_said(error: bytes, said: str) -> None:
    body = msgspec.json.encode(status(status=said, error=msgspec.Raw(error)))

    reported = read_callback(SIGNATURE, signed(body), NOW)

    assert isinstance(reported, Reported)
    for report in reported.reports:
        assert report.reason in {None, f"Vonage {said}"} or (report.reason or "")[-4:].isdigit()
