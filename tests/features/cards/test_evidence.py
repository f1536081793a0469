"""Who may confirm what, where, on which evidence: the whole table, without any database."""

from dataclasses import replace

import pytest

from tests.features.cards.deck import PHONE, card, confirmed
from tests.features.customers.people import ANNA, customer, email, phone, post
from tests.stores import NOON
from watchword.features.cards.evidence import (
    Compared,
    Evidence,
    find_fault,
    is_on,
    may_be_confirmed,
    may_begin,
    may_confirm,
    noted,
    offered,
)
from watchword.features.cards.means import CHANNELS, PERMISSIONS, Means
from watchword.features.cards.recent import Known
from watchword.features.cards.rules import blocked, derived, frozen
from watchword.features.cards.verdicts import (
    AlreadyVerified,
    Frozen,
    NeedsReason,
    NoCallBack,
    NoEvidence,
    NotAllowed,
    NotAtWork,
    NotOffered,
    YourOwnCard,
)
from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Method, Verification
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffId, StaffMember, StaffState
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret

NORTH, SOUTH = LocationId(new_id()), LocationId(new_id())
ALL_ON = Verification(other_for_staff=True)
ANN = customer(ANNA, phone(), email(), post())
REFERENCE = Secret("ABC234")


def member(*grants: Grant) -> StaffMember:
    return StaffMember(
        id=StaffId(new_id()),
        contact_id=ContactId(new_id()),
        name="Ben",
        masked="b•••@example.org",
        locale="de",
        state=StaffState.ACTIVE,
        grants=grants,
        created_at=NOON,
    )


MATRIX = {
    Means.IN_STORE: {Role.CLERK, Role.MANAGER, Role.OWNER},
    Means.PHONE: {Role.PHONE_AGENT, Role.MANAGER, Role.OWNER},
    Means.OTHER: {Role.MANAGER, Role.OWNER},
}


@pytest.mark.parametrize("means", list(MATRIX))
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("granted", [None, NORTH])
@pytest.mark.parametrize("there", [None, NORTH, SOUTH])
def test_a_role_counts_for_its_means_and_at_its_location_alone(
    means: Means, role: Role, granted: LocationId | None, there: LocationId | None
) -> None:
    reaches = granted is None or granted == there

    outcome = may_confirm(member(Grant(role, granted)), means, there, ALL_ON, is_own=False)

    if role in MATRIX[means] and reaches:
        assert outcome is None
    else:
        assert outcome == NotAllowed(PERMISSIONS[means])


@pytest.mark.parametrize("means", list(CHANNELS))
def test_what_a_code_proves_nobody_confirms_by_hand(means: Means) -> None:
    owner = member(Grant(Role.OWNER))

    assert may_confirm(owner, means, None, ALL_ON, is_own=False) == NotOffered(means)


def test_what_is_switched_off_nobody_confirms_by() -> None:
    owner, off = member(Grant(Role.OWNER)), Verification(methods=(Method.SMS,))

    for means in PERMISSIONS:
        assert may_confirm(owner, means, None, off, is_own=False) == NotOffered(means)
        assert not is_on(means, off)


@pytest.mark.parametrize("means", list(PERMISSIONS))
def test_nobody_verifies_their_own_card_whatever_they_are(means: Means) -> None:
    owner = member(Grant(Role.OWNER))

    assert may_confirm(owner, means, None, ALL_ON, is_own=True) == YourOwnCard()


@pytest.mark.parametrize(
    ("compared", "reference", "is_enough"),
    [
        ({Compared.NAME, Compared.BIRTH_DATE}, REFERENCE, True),
        ({Compared.NAME, Compared.CARD}, REFERENCE, True),
        ({Compared.NAME}, REFERENCE, False),
        ({Compared.BIRTH_DATE, Compared.CARD}, REFERENCE, False),
        (set(), REFERENCE, False),
        ({Compared.NAME, Compared.BIRTH_DATE}, None, False),
        ({Compared.NAME, Compared.BIRTH_DATE, Compared.ADDRESS}, None, True),
        ({Compared.BIRTH_DATE, Compared.ADDRESS, Compared.CARD}, None, False),
    ],
)
def test_the_name_and_one_thing_more_are_compared_and_without_a_reference_two(
    compared: set[Compared], reference: Secret | None, *, is_enough: bool
) -> None:
    evidence = Evidence(compared=frozenset(compared), reference=reference)

    fault = find_fault(evidence, Means.IN_STORE, Known(ANN), "")

    assert fault == (None if is_enough else NoEvidence(2 if reference else 3))


def test_on_the_telephone_what_somebody_recites_is_not_enough() -> None:
    recited = Evidence(compared=frozenset(Compared), reference=REFERENCE)
    number, mailbox, address = (each.contact_id for each in ANN.contacts)

    def fault(evidence: Evidence) -> object:
        return find_fault(evidence, Means.PHONE, Known(ANN), "")

    assert fault(recited) == NoCallBack()
    assert fault(replace(recited, called_back=mailbox)) == NoCallBack()
    assert fault(replace(recited, called_back=address)) == NoCallBack()
    assert fault(replace(recited, called_back=PHONE)) == NoCallBack()
    assert fault(replace(recited, called_back=number)) is None
    assert fault(replace(recited, read_back=Secret("123456"))) is None


def test_a_number_that_leads_nowhere_is_not_called_back() -> None:
    number = replace(ANN.contacts[0], bad_since=NOON)
    gone = replace(ANN, contacts=[number])
    evidence = Evidence(compared=frozenset(Compared), called_back=number.contact_id)

    assert find_fault(evidence, Means.PHONE, Known(gone), "") == NoCallBack()


@pytest.mark.parametrize("reason", ["", "  ", "ab", "x" * 201, "one\ntwo"])
def test_the_seventh_means_needs_a_reason_and_nothing_else(reason: str) -> None:
    bare = Evidence(compared=frozenset())

    assert find_fault(bare, Means.OTHER, Known(ANN), reason) == NeedsReason()
    assert find_fault(bare, Means.OTHER, Known(ANN), "Lost the telephone.") is None


def test_what_was_compared_is_noted_in_words_and_nothing_is_quoted() -> None:
    evidence = Evidence(
        compared=frozenset({Compared.CARD, Compared.NAME}),
        reference=REFERENCE,
        called_back=PHONE,
        read_back=Secret("123456"),
    )

    said = noted(evidence, is_approved=True)

    assert said == ("name", "card", "reference", "call_back", "read_back", "approved")
    assert "ABC234" not in repr(evidence)
    assert "123456" not in repr(evidence)


VERIFIED = derived(card(), [confirmed(Means.SMS, PHONE)], NOON)


def test_only_a_card_that_waits_can_be_shown_to_be_somebody_s() -> None:
    assert may_begin(card()) is None
    assert may_begin(VERIFIED) == AlreadyVerified(VERIFIED)
    assert may_begin(frozen(card(), NOON)) == Frozen()
    assert may_begin(blocked(card(), NOON)) == NotAtWork()


def test_staff_make_a_card_surer_and_never_less_sure() -> None:
    assert may_be_confirmed(VERIFIED, Means.IN_STORE) is None
    assert may_be_confirmed(VERIFIED, Means.OTHER) == AlreadyVerified(VERIFIED)
    seen = derived(card(), [confirmed(Means.IN_STORE)], NOON)
    assert may_be_confirmed(seen, Means.PHONE) == AlreadyVerified(seen)
    assert may_be_confirmed(frozen(VERIFIED, NOON), Means.IN_STORE) == Frozen()


def test_ways_are_offered_in_the_order_of_the_organisation_as_far_as_they_lead_somewhere() -> None:
    settings = Verification(methods=(Method.PHONE, Method.EMAIL, Method.SMS, Method.LETTER))
    only_mail = replace(ANN, contacts=ANN.contacts[1:2])

    ways = offered(settings, ANN, {*CHANNELS})
    narrow = offered(settings, only_mail, {*CHANNELS})
    unserved = offered(settings, ANN, {Means.SMS})

    assert [means for means, _ in ways] == [Means.PHONE, Means.EMAIL, Means.SMS, Means.LETTER]
    assert [means for means, _ in narrow] == [Means.EMAIL]
    assert [means for means, _ in unserved] == [Means.PHONE, Means.SMS]


def test_no_text_message_is_offered_to_a_telephone_on_the_wall_nor_to_a_number_gone_bad() -> None:
    wall = customer(ANNA, phone("089 1234567"))
    bad = replace(ANN, contacts=[replace(ANN.contacts[0], bad_since=NOON)])

    assert offered(Verification(methods=(Method.SMS,)), wall, {*CHANNELS}) == []
    assert offered(Verification(methods=(Method.SMS,)), bad, {*CHANNELS}) == []


def test_where_a_contact_point_alone_is_not_enough_only_what_is_worth_more_is_offered() -> None:
    settings = Verification(more_than_contact=True)

    ways = offered(settings, ANN, {*CHANNELS})

    assert [means for means, _ in ways] == [Means.LETTER, Means.IN_STORE, Means.PHONE]
