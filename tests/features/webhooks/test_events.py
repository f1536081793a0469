"""What a webhook tells: little, and never what must not leave the house."""

import re
from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.docs.manual import page
from tests.features.webhooks.bureau import event
from tests.stores import NOON
from watchword.features.webhooks.events import (
    BYTES_AT_MOST,
    FIELDS,
    Event,
    EventId,
    EventKind,
    TellsTooMuch,
    body_of,
)
from watchword.foundation.ids import new_id

SECRETS = {"code", "pin", "phone", "email", "address", "text", "transaction", "name"}


def test_the_body_is_that_of_standard_webhooks() -> None:
    body = body_of(event(EventKind.CHALLENGE_OPENED, attempts_left=5, to="+49•••••4567"))

    assert msgspec.json.decode(body) == {
        "type": "challenge.opened",
        "timestamp": "2030-01-01T12:00:00Z",
        "data": {"attempts_left": 5, "to": "+49•••••4567"},
    }


def test_times_are_told_in_utc() -> None:
    at = datetime(2030, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    told = body_of(
        Event(kind=EventKind.WEBHOOK_TEST, id=EventId(new_id()), at=at, about="x", data={})
    )

    assert msgspec.json.decode(told)["timestamp"] == "2030-01-01T12:00:00Z"
    assert at == NOON


@pytest.mark.parametrize("kind", EventKind)
def test_no_kind_has_a_place_for_a_secret(kind: EventKind) -> None:
    assert not SECRETS & FIELDS[kind]


@pytest.mark.parametrize("field", sorted(SECRETS))
def test_what_has_no_place_is_not_told(field: str) -> None:
    with pytest.raises(TellsTooMuch, match=field):
        body_of(event(EventKind.CHALLENGE_OPENED, **{field: "135792"}))


@pytest.mark.parametrize("address", ["+491701234567", "+49 170 1234567", "ann@example.org"])
@pytest.mark.parametrize(
    ("kind", "field"), [(EventKind.CHALLENGE_OPENED, "to"), (EventKind.BLOCK_BEGAN, "subject")]
)
def test_an_address_that_is_not_masked_is_not_told(
    kind: EventKind, field: str, address: str
) -> None:
    with pytest.raises(TellsTooMuch) as refused:
        body_of(event(kind, **{field: address}))

    assert address not in str(refused.value)


@pytest.mark.parametrize(
    "subject",
    ["+49 1701•••xxxx", "a•••@example.org", "+1684", "api_key:1", "requester 12345678"],
)
def test_what_staff_see_of_a_block_is_told(subject: str) -> None:
    assert subject in body_of(event(EventKind.BLOCK_BEGAN, subject=subject)).decode()


def test_what_is_longer_than_twenty_kilobytes_is_not_told() -> None:
    short = body_of(event(reference="x" * (BYTES_AT_MOST - 100)))

    assert len(short) <= BYTES_AT_MOST
    with pytest.raises(TellsTooMuch):
        body_of(event(reference="x" * BYTES_AT_MOST))


def test_an_event_does_not_show_what_it_says() -> None:
    assert "shop order" not in repr(event(reference="shop order"))


@given(some.sampled_from(EventKind), some.text(max_size=300))
def test_whatever_is_said_can_be_read_again(kind: EventKind, said: str) -> None:
    field = min(FIELDS[kind] - {"to", "subject", "about"})

    assert msgspec.json.decode(body_of(event(kind, **{field: said})))["data"] == {field: said}


def test_the_manual_tells_of_every_kind() -> None:
    told = page("how-to/receive-webhooks.md").section("What is told").named

    assert set(told) == set(EventKind)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z_]+", kind) for kind in EventKind)
