"""Whose an old card is, and that nobody can get at it by knowing less than its customer does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.cards.deck import card
from tests.features.customers.people import ANNA, customer
from tests.stores import NOON
from watchword.features.cards.claims.rules import Because
from watchword.features.cards.on_file import as_on_file, is_on_file
from watchword.features.cards.registration.rules import (
    Candidate,
    Decision,
    Fresh,
    Linked,
    Queued,
    decide,
    is_exact,
)
from watchword.features.cards.rules import CardState
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.matching import Likeness, Match
from watchword.features.customers.rules import CustomerId, Origin
from watchword.foundation.ids import new_id

CONTACT = ContactId(new_id())


def match(
    *,
    name: Likeness = Likeness.SAME,
    born: bool | None = True,
    reached: bool = True,
    lives: bool = False,
    origin: Origin = Origin.IMPORT,
) -> Match:
    return Match(
        customer=replace(customer(ANNA), origin=origin),
        name=name,
        birth_date=born,
        contacts=[CONTACT] if reached else [],
        address=lives,
    )


def candidate(its: Match | None = None, **said: object) -> Candidate:
    known: dict[str, object] = {"card": card(), "match": its or match()}
    return Candidate(**{**known, **said})  # type: ignore[arg-type]


def decided(*candidates: Candidate, typed_number: bool = False) -> Decision:
    return decide(candidates, typed_number=typed_number)


def because(decision: Decision) -> Because:
    assert isinstance(decision, Queued), decision
    return decision.because


class TestAnExactMatch:
    @pytest.mark.parametrize(
        ("its", "is_numbered"),
        [
            (match(), False),
            (match(reached=False, lives=True), False),
            (match(born=None), True),
            (match(born=None, reached=False, lives=True), True),
        ],
    )
    def test_links(self, its: Match, *, is_numbered: bool) -> None:
        exact = candidate(its, is_numbered=is_numbered)

        assert decided(exact, typed_number=is_numbered) == Linked(exact.card)

    def test_links_although_a_namesake_shares_the_telephone(self) -> None:
        father = candidate(match(born=False))
        son = candidate()

        assert decided(father, son) == Linked(son.card)

    def test_of_two_cards_links_the_one_whose_number_was_typed(self) -> None:
        one, other = candidate(), candidate(is_numbered=True)

        assert decided(one, other, typed_number=True) == Linked(other.card)

    def test_links_again_where_whoever_came_first_never_came_back(self) -> None:
        left = candidate(card=card(linked_from=CustomerId(new_id())), is_waited_for=False)

        assert decided(left) == Linked(left.card)


class TestStaffDecide:
    @pytest.mark.parametrize(
        "its",
        [
            match(name=Likeness.NEAR),
            match(name=Likeness.DIFFERENT),
            match(born=None),
            match(born=False),
            match(reached=False),
        ],
    )
    def test_where_too_little_agrees(self, its: Match) -> None:
        assert because(decided(candidate(its))) is Because.WEAK

    def test_where_two_cards_would_be_theirs(self) -> None:
        both = decided(candidate(), candidate())

        assert because(both) is Because.DOUBLE
        assert isinstance(both, Queued)
        assert len(both.candidates) == 2

    def test_where_the_number_is_of_somebody_else(self) -> None:
        theirs = candidate(match(name=Likeness.DIFFERENT, reached=False), is_numbered=True)

        assert because(decided(theirs, candidate(), typed_number=True)) is Because.CONTRADICTING

    def test_where_the_number_goes_with_the_name_and_the_date_of_birth_does_not(self) -> None:
        wrong = candidate(match(born=False), is_numbered=True)

        assert because(decided(wrong, typed_number=True)) is Because.CONTRADICTING

    def test_where_there_is_no_card_of_the_number_that_was_typed(self) -> None:
        assert because(decided(candidate(), typed_number=True)) is Because.CONTRADICTING

    @pytest.mark.parametrize(
        "said",
        [
            {"state": CardState.VERIFIED},
            {"state": CardState.BLOCKED},
            {"frozen_at": NOON},
        ],
    )
    def test_where_the_card_is_in_somebodys_hand(self, said: dict[str, object]) -> None:
        taken = decided(candidate(card=card(**said)))

        assert because(taken) is Because.TAKEN
        assert isinstance(taken, Queued)
        assert taken.freezes is None

    def test_where_two_claim_one_card_and_it_is_frozen(self) -> None:
        claimed = card(linked_from=CustomerId(new_id()))

        twice = decided(candidate(card=claimed, is_waited_for=True))

        assert twice == Queued(Because.CLAIMED_TWICE, (claimed.id,), freezes=claimed.id)


class TestNobody:
    def test_is_known(self) -> None:
        assert decided() == Fresh()
        assert decided(typed_number=True) == Fresh()

    def test_claims_what_is_deleted(self) -> None:
        assert decided(candidate(card=card(state=CardState.DELETED))) == Fresh()

    def test_claims_what_somebody_typed_and_never_showed(self) -> None:
        assert decided(candidate(match(origin=Origin.REGISTRATION))) == Fresh()


MATCHES = st.builds(
    match,
    name=st.sampled_from(Likeness),
    born=st.sampled_from([True, False, None]),
    reached=st.booleans(),
    lives=st.booleans(),
)
CANDIDATES = st.lists(
    st.builds(
        candidate,
        MATCHES,
        card=st.builds(
            card,
            state=st.sampled_from(CardState),
            frozen_at=st.sampled_from([None, NOON]),
            linked_from=st.sampled_from([None, CustomerId(new_id())]),
        ),
        is_numbered=st.booleans(),
        is_waited_for=st.booleans(),
    ),
    max_size=4,
)


@given(candidates=CANDIDATES, typed_number=st.booleans())
def test_nothing_links_but_what_is_exact_alone_and_free(
    candidates: list[Candidate], *, typed_number: bool
) -> None:
    decision = decide(candidates, typed_number=typed_number)

    if isinstance(decision, Linked):
        [chosen] = [each for each in candidates if each.card == decision.card]
        its = chosen.match
        assert is_exact(chosen)
        assert its.name is Likeness.SAME
        assert its.birth_date is True or (chosen.is_numbered and its.birth_date is None)
        assert its.contacts or its.address
        assert chosen.card.state is CardState.UNVERIFIED
        assert chosen.card.frozen_at is None
        assert not chosen.is_waited_for


@given(candidates=CANDIDATES, typed_number=st.booleans())
def test_the_order_of_what_was_found_decides_nothing(
    candidates: list[Candidate], *, typed_number: bool
) -> None:
    one = decide(candidates, typed_number=typed_number)
    other = decide([*reversed(candidates)], typed_number=typed_number)

    if isinstance(one, Queued) and isinstance(other, Queued):
        assert {*one.candidates} == {*other.candidates}
        assert (one.because, one.freezes) == (other.because, other.freezes)
    else:
        assert one == other


class TestAnOldCardIsProven:
    def test_where_its_customer_was_reached(self) -> None:
        assert is_on_file(CONTACT, match())
        assert is_on_file(ContactId(new_id()), match(reached=False, lives=True))

    def test_nowhere_else(self) -> None:
        assert not is_on_file(ContactId(new_id()), match())
        assert not is_on_file(CONTACT, match(reached=False))

    def test_nowhere_when_its_customer_is_forgotten(self) -> None:
        assert as_on_file(customer(ANNA), None).contacts == ()
