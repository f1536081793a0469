"""What somebody may have meant by what they typed, and how a list is read."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.challenges.policies import FOR_STAFF, Purpose
from watchword.features.challenges.register.rules import (
    REFERENCE_AT_MOST,
    SHOWN_PURPOSES,
    UNUSUAL_ENDS,
    NothingTyped,
    Sieve,
    Through,
    Wanted,
    read_wanted,
)
from watchword.features.challenges.rules import Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.foundation.ids import new_id


def wanted(typed: str) -> Wanted:
    read = read_wanted(typed, "DE")
    assert isinstance(read, Wanted), read
    return read


@given(st.text(max_size=300))
def test_whatever_is_typed_is_looked_for_as_it_is_or_not_at_all(typed: str) -> None:
    read = read_wanted(typed, "DE")

    if isinstance(read, Wanted):
        assert read.reference == typed.strip()
        assert 1 <= len(read.reference) <= REFERENCE_AT_MOST
    else:
        assert read == NothingTyped()


@given(st.uuids(version=4))
def test_an_id_is_one_in_every_spelling_of_it(id: UUID) -> None:
    for typed in (str(id), str(id).upper(), f" {id} "):
        assert str(wanted(typed).id) == str(id)
    assert wanted(id.hex).id is None, "this is how nobody copies one from us"


def test_a_number_may_be_a_reference_too() -> None:
    read = wanted("0170 1234567")

    assert read.contact is not None
    assert read.contact.address.reveal() == "+491701234567"
    assert read.reference == "0170 1234567"


def test_an_address_is_read_in_any_case() -> None:
    read = wanted("Ann@Example.ORG")

    assert read.contact is not None
    assert read.contact.kind is ContactKind.EMAIL
    assert read.contact.canonical.reveal() == "ann@example.org"


def test_what_is_searched_for_does_not_print() -> None:
    assert "1234567" not in repr(wanted("0170 1234567"))


@pytest.mark.parametrize(
    ("sieve", "way"),
    [
        (Sieve(), Through.NEWEST),
        (Sieve(status=Status.DENIED), Through.UNUSUAL),
        (Sieve(status=Status.VERIFIED), Through.SOME),
        (Sieve(status=Status.PENDING), Through.SOME),
        (Sieve(status=Status.DENIED, channel=Channel.SMS), Through.SOME),
        (Sieve(purpose=Purpose.STEP_UP), Through.SOME),
        (Sieve(contact_id=ContactId(new_id()), status=Status.VERIFIED), Through.CONTACT),
    ],
)
def test_a_list_is_read_by_the_order_that_serves_it(sieve: Sieve, way: Through) -> None:
    assert sieve.way is way


def test_every_state_is_usual_or_has_an_index_of_its_own() -> None:
    usual = {Status.PENDING, Status.VERIFIED, Status.EXPIRED}

    assert usual | UNUSUAL_ENDS == {*Status}
    assert not usual & UNUSUAL_ENDS


def test_with_which_codes_staff_sign_in_cannot_be_asked_for() -> None:
    assert not FOR_STAFF & {*SHOWN_PURPOSES}
    assert FOR_STAFF | {*SHOWN_PURPOSES} == {*Purpose}
