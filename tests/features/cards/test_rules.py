"""What a card's history comes to, and what a card is good for."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.cards.deck import EMAIL, PHONE, card, confirmed, withdrawn
from tests.stores import NOON
from watchword.features.cards.means import ASSURANCE, CHANNELS, PERMISSIONS, Means
from watchword.features.cards.means import Assurance as Sure
from watchword.features.cards.rules import (
    Because,
    Card,
    CardState,
    Kind,
    Verification,
    are_new,
    blocked,
    come_to,
    deleted,
    derived,
    frozen,
    linked,
    may_collect,
    may_redeem,
    shows_balance,
    standing,
    thawed,
    unblocked,
)
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.settings.sections import Method
from watchword.foundation.ids import new_id

LATER = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("means", "sure"),
    [
        (Means.SMS, Sure.CONTACT),
        (Means.EMAIL, Sure.CONTACT),
        (Means.WHATSAPP, Sure.CONTACT),
        (Means.LETTER, Sure.MATCHED),
        (Means.PHONE, Sure.MATCHED),
        (Means.IN_STORE, Sure.SEEN),
        (Means.OTHER, Sure.NONE),
    ],
)
def test_each_of_the_seven_means_is_worth_so_much(means: Means, sure: Sure) -> None:
    found = come_to([confirmed(means)])

    assert found is not None
    assert (found.means, found.assurance) == (means, sure)


def test_each_means_is_a_code_s_or_a_colleague_s_and_all_but_one_can_be_switched_on() -> None:
    assert {*CHANNELS} | {*PERMISSIONS} == {*Means} == {*ASSURANCE}
    assert not {*CHANNELS} & {*PERMISSIONS}
    assert {*Means} - {*map(Means, Method)} == {Means.OTHER}


def test_a_card_of_which_nothing_is_known_is_not_verified() -> None:
    assert come_to([]) is None


def test_two_contact_points_that_answered_are_worth_as_much_as_having_been_seen() -> None:
    found = come_to([confirmed(Means.SMS, PHONE), confirmed(Means.EMAIL, EMAIL, 2)])

    assert found is not None
    assert found.assurance is Sure.SEEN


def test_two_messages_to_one_telephone_are_worth_no_more_than_one() -> None:
    found = come_to([confirmed(Means.SMS, PHONE), confirmed(Means.WHATSAPP, PHONE, 2)])

    assert found is not None
    assert (found.means, found.assurance) == (Means.WHATSAPP, Sure.CONTACT)


def test_an_override_raises_nothing() -> None:
    alone = come_to([confirmed(Means.OTHER)])
    above = come_to([confirmed(Means.SMS, PHONE), confirmed(Means.OTHER, EMAIL, 2)])

    assert alone is not None
    assert above is not None
    assert alone.assurance is Sure.NONE
    assert (above.means, above.assurance) == (Means.SMS, Sure.CONTACT)


@pytest.mark.parametrize("because", list(Because))
def test_what_was_withdrawn_does_not_count_and_what_comes_after_does(because: Because) -> None:
    history = [confirmed(Means.SMS, PHONE), withdrawn(because)]

    assert come_to(history) is None
    again = come_to([*history, confirmed(Means.EMAIL, EMAIL, 3)])
    assert again is not None
    assert again.since == history[0].at + timedelta(minutes=2)


def test_with_a_contact_point_falls_only_what_rests_on_it() -> None:
    history = [
        confirmed(Means.SMS, PHONE),
        confirmed(Means.IN_STORE, None, 2),
        withdrawn(Because.CONTACT_CHANGED, PHONE, 3),
    ]

    assert [line.means for line in standing(history)] == [Means.IN_STORE]
    assert come_to([history[0], history[2]]) is None


def test_a_blocked_card_stays_blocked_whatever_is_confirmed() -> None:
    shut = blocked(card(), NOON)

    held = derived(shut, [confirmed(Means.SMS, PHONE)], LATER)
    open_again = unblocked(held, [confirmed(Means.SMS, PHONE)], LATER)

    assert held.state is CardState.BLOCKED
    assert open_again.state is CardState.VERIFIED
    assert unblocked(shut, [], LATER).state is CardState.UNVERIFIED


def test_a_deleted_card_comes_back_by_no_confirmation() -> None:
    gone = deleted(card(), NOON)

    after = derived(gone, [confirmed(Means.IN_STORE)], LATER)

    assert (after.state, after.deleted_at) == (CardState.DELETED, NOON)


def test_only_a_card_at_work_is_blocked_and_only_a_blocked_one_works_again() -> None:
    mine, shut, gone = card(), blocked(card(), NOON), deleted(card(), NOON)

    assert unblocked(mine, [confirmed(Means.SMS, PHONE)], LATER) == mine
    assert blocked(shut, LATER) == shut
    assert blocked(gone, LATER) == unblocked(gone, [], LATER) == deleted(gone, LATER) == gone


def test_what_changes_nothing_leaves_the_version_alone() -> None:
    once = derived(card(), [confirmed(Means.SMS, PHONE)], LATER)

    assert once.version == 2
    assert derived(once, [confirmed(Means.SMS, PHONE)], LATER + timedelta(days=1)) == once


VERIFIED = derived(card(), [confirmed(Means.SMS, PHONE)], NOON)
OLD = linked(card(), CustomerId(new_id()), NOON)


class Good(NamedTuple):
    """What a card is good for."""

    collects: bool = False
    redeems: bool = False
    shows: bool = False


ALL, COLLECTS = Good(collects=True, redeems=True, shows=True), Good(collects=True)


@pytest.mark.parametrize(
    ("said", "good"),
    [
        (card(), Good(collects=True, shows=True)),
        (OLD, COLLECTS),
        (derived(OLD, [confirmed(Means.SMS, PHONE)], NOON), ALL),
        (VERIFIED, ALL),
        (frozen(VERIFIED, NOON), COLLECTS),
        (frozen(card(), NOON), COLLECTS),
        (thawed(frozen(VERIFIED, NOON), NOON), ALL),
        (blocked(VERIFIED, NOON), Good()),
        (deleted(VERIFIED, NOON), Good()),
    ],
)
def test_what_a_card_is_good_for(said: Card, good: Good) -> None:
    assert Good(may_collect(said), may_redeem(said), shows_balance(said)) == good


def test_to_redeem_it_may_be_asked_to_be_surer() -> None:
    assert may_redeem(VERIFIED, Sure.CONTACT)
    assert not may_redeem(VERIFIED, Sure.MATCHED)


def test_whose_a_card_was_first_is_not_forgotten_by_a_second_claim() -> None:
    twice = linked(OLD, CustomerId(new_id()), LATER)

    assert twice.linked_from == OLD.linked_from


def test_a_card_is_new_to_whoever_has_it_if_it_never_was_anybody_else_s() -> None:
    mine = card()

    assert are_new([mine], mine.customer_id)
    assert not are_new([mine, card()], mine.customer_id)
    assert not are_new([OLD], OLD.customer_id)


contacts = st.sampled_from([PHONE, EMAIL, None])
lines = st.one_of(
    st.builds(confirmed, st.sampled_from(list(Means)), contacts),
    st.builds(withdrawn, st.sampled_from(list(Because)), contacts),
)
histories = st.lists(lines, max_size=12).map(
    lambda found: [replace(line, position=place) for place, line in enumerate(found, 1)]
)


@given(histories)
def test_after_all_is_withdrawn_nothing_stands_whatever_was_before(
    history: list[Verification],
) -> None:
    assert come_to([*history, withdrawn(Because.REVOKED)]) is None


@given(histories)
def test_overrides_never_make_a_history_worth_more(history: list[Verification]) -> None:
    proven = [line for line in history if line.means is not Means.OTHER]
    with_all, without = come_to(history), come_to(proven)

    before = Sure.NONE if without is None else without.assurance
    assert (Sure.NONE if with_all is None else with_all.assurance) == before


@given(histories)
def test_what_stands_was_confirmed_and_is_part_of_the_history(history: list[Verification]) -> None:
    live = standing(history)

    assert all(line.kind is Kind.CONFIRMED and line in history for line in live)
    assert (come_to(history) is None) == (not live)
