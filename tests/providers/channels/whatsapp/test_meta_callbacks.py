"""What Meta tells us is believed only with its signature, and understood one status at a time."""

from dataclasses import replace
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.providers.channels.messages import MESSAGE, SURROUNDINGS
from tests.providers.channels.whatsapp.account import (
    SECONDS,
    SETTINGS,
    VERIFY_TOKEN,
    asked,
    document,
    posted,
    status,
)
from watchword.features.delivery.receipts import (
    Callback,
    Echo,
    Heard,
    NotBelieved,
    Report,
    Reported,
)
from watchword.features.delivery.rules import MessageId, Receipt
from watchword.providers.channels.whatsapp.meta import MetaWhatsapp

WHATSAPP = MetaWhatsapp(SETTINGS, SURROUNDINGS)
WEEK = 7 * 24 * 60 * 60
HANDSHAKE = f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=1158201444"
DELIVERED = Report(receipt=Receipt.DELIVERED, message_id=MESSAGE.id, reference="wamid.1")


def hear(*statuses: object) -> Heard:
    return WHATSAPP.read_callback(posted(document(*statuses)))


def test_who_knows_our_token_gets_the_challenge_back() -> None:
    assert WHATSAPP.read_callback(asked(HANDSHAKE)) == Echo("1158201444")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "hub.challenge=1158201444&hub.mode=subscribe",
        HANDSHAKE.replace(VERIFY_TOKEN, "another"),
        HANDSHAKE.replace(VERIFY_TOKEN, ""),
        HANDSHAKE.replace("subscribe", "unsubscribe"),
        HANDSHAKE.replace("1158201444", "%3Cscript%3E"),
        HANDSHAKE.replace("1158201444", "1" * 201),
        HANDSHAKE.replace("1158201444", ""),
        HANDSHAKE + f"&hub.verify_token={VERIFY_TOKEN}",
        HANDSHAKE.replace(VERIFY_TOKEN, "\udcff"),
    ],
)
def test_nobody_else_does_and_nothing_else_is_echoed(query: str) -> None:
    assert isinstance(WHATSAPP.read_callback(asked(query)), NotBelieved)


@pytest.mark.parametrize(
    ("told", "reported"),
    [
        (status("delivered"), DELIVERED),
        (status("read"), replace(DELIVERED, receipt=Receipt.READ)),
        (
            status("failed", errors=[{"code": 131026, "title": "+447700900123"}]),
            replace(DELIVERED, receipt=Receipt.FAILED, reason="Meta 131026"),
        ),
        (
            status("failed", errors=[{"code": "131026"}]),
            replace(DELIVERED, receipt=Receipt.FAILED, reason="failed"),
        ),
        (status("failed"), replace(DELIVERED, receipt=Receipt.FAILED, reason="failed")),
        (
            status("delivered", biz_opaque_callback_data="another's"),
            replace(DELIVERED, message_id=None),
        ),
        (status("delivered", id=None), replace(DELIVERED, reference=None)),
        (status("delivered", timestamp=str(SECONDS - WEEK)), DELIVERED),
    ],
)
def test_a_status_is_a_receipt(told: object, reported: Report) -> None:
    assert hear(told) == Reported((reported,))


@pytest.mark.parametrize(
    "told",
    [
        status("sent"),
        status("deleted"),
        status("DELIVERED"),
        status("delivered", timestamp=str(SECONDS - WEEK - 1)),
        status("delivered", timestamp=str(SECONDS + WEEK + 1)),
        status("delivered", timestamp=SECONDS),
        status("delivered", timestamp="٣"),
        status("delivered", timestamp="9" * 400),
        status("delivered", timestamp=None),
        status("delivered", id=None, biz_opaque_callback_data=None),
        {},
    ],
)
def test_what_is_old_or_says_nothing_new_is_passed_over(told: object) -> None:
    assert hear(told) == Reported()
    assert hear(told, status("delivered"), told) == Reported((DELIVERED,))


def test_one_request_may_speak_of_many_messages() -> None:
    other = MessageId(UUID(int=8))
    first = document(status("delivered"), status("read", biz_opaque_callback_data=str(other)))
    second = document(status("failed"))
    told = {**first, "entry": [*first["entry"], *second["entry"]]}

    heard = WHATSAPP.read_callback(posted(told))

    assert isinstance(heard, Reported)
    assert [(one.message_id, one.receipt) for one in heard.reports] == [
        (MESSAGE.id, Receipt.DELIVERED),
        (other, Receipt.READ),
        (MESSAGE.id, Receipt.FAILED),
    ]


RIGHT = posted(document(status("delivered")))


def signed(said: str) -> Callback:
    return replace(RIGHT, headers={"x-hub-signature-256": said})


@pytest.mark.parametrize(
    "callback",
    [
        posted(document(status("delivered")), "another"),
        replace(RIGHT, body=RIGHT.body.replace(b"delivered", b"failed")),
        replace(RIGHT, body=RIGHT.body + b" "),
        replace(RIGHT, method="PUT"),
        replace(RIGHT, method="GET"),
        replace(RIGHT, headers={}),
        signed(""),
        signed("sha256="),
        signed(RIGHT.headers["x-hub-signature-256"].removeprefix("sha256=")),
        signed(RIGHT.headers["x-hub-signature-256"].replace("sha256", "sha1")),
        signed("sha256=\udcff"),
    ],
)
def test_what_meta_did_not_sign_is_not_believed(callback: Callback) -> None:
    assert isinstance(WHATSAPP.read_callback(callback), NotBelieved)
    assert WHATSAPP.read_callback(RIGHT) == Reported((DELIVERED,))


def test_without_the_secret_nothing_is_believed() -> None:
    unsure = msgspec.structs.replace(SETTINGS, app_secret=None, verify_token=None)
    whatsapp = MetaWhatsapp(unsure, SURROUNDINGS)

    assert whatsapp.read_callback(RIGHT) == NotBelieved("no app_secret")
    assert whatsapp.read_callback(asked(HANDSHAKE)) == NotBelieved("no app_secret")
    assert not whatsapp.gives_receipts


documents = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda part: (
        some.lists(part)
        | some.dictionaries(
            some.sampled_from(["entry", "changes", "value", "statuses", "status", "errors"]), part
        )
    ),
)


@given(some.binary() | documents)
def test_whatever_meta_signs_is_understood(body: object) -> None:
    assert isinstance(WHATSAPP.read_callback(posted(body)), Reported)


@given(some.text(), some.binary(), some.text(), some.sampled_from(["GET", "POST", "PUT"]))
def test_no_request_is_beyond_understanding(
    query: str, body: bytes, said: str, method: str
) -> None:
    callback = replace(signed(said), method=method, body=body, url=f"https://a.example/?{query}")

    assert isinstance(WHATSAPP.read_callback(callback), NotBelieved)
