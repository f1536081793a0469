"""What may still become of a redemption: each act, in each state, in time and too late."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.redemptions.rules import (
    HELD_FOR,
    AlreadySpent,
    MoreThanLeft,
    NotCommitted,
    OtherOrder,
    OtherReversal,
    Redemption,
    RedemptionId,
    Reversal,
    State,
    TooLate,
    committed,
    released,
    reversed_,
)
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.rules import Proof, TillSessionId

SECOND = timedelta(seconds=1)
LAST, OVER = NOON + HELD_FOR - SECOND, NOON + HELD_FOR
RESERVED = Redemption(
    id=RedemptionId(UUID(int=1)),
    session_id=TillSessionId(UUID(int=2)),
    account_id=AccountId(UUID(int=3)),
    customer_id=CustomerId(UUID(int=4)),
    reward_id=RewardId(UUID(int=5)),
    points=60,
    value=500,
    currency="EUR",
    way=Proof.SENT_CODE,
    client="api_key:1",
    reserved_at=NOON,
    expires_at=OVER,
)
COMMITTED = replace(RESERVED, state=State.COMMITTED, order_id="a", committed_at=NOON)
RELEASED = replace(RESERVED, state=State.RELEASED, ended_at=NOON)
PART = replace(COMMITTED, reversed=20)
REVERSED = replace(COMMITTED, state=State.REVERSED, reversed=60, ended_at=NOON)


@pytest.mark.parametrize(
    ("before", "order", "ends"),
    [
        (COMMITTED, "a", COMMITTED),
        (COMMITTED, "b", OtherOrder()),
        (COMMITTED, None, OtherOrder()),
        (PART, "a", PART),
        (PART, "b", OtherOrder()),
        (RELEASED, "a", TooLate(State.RELEASED)),
        (REVERSED, "a", TooLate(State.REVERSED)),
        (REVERSED, "b", TooLate(State.REVERSED)),
    ],
)
def test_what_was_decided_is_told_however_late(
    before: Redemption, order: str | None, ends: object
) -> None:
    for now in (NOON, LAST, OVER, OVER + timedelta(days=400)):
        assert committed(before, order, now) == ends


def test_what_waits_is_spent_until_its_half_hour_is_over_and_not_at_its_end() -> None:
    spent = committed(RESERVED, "a", LAST)

    assert isinstance(spent, Redemption)
    assert (spent.state, spent.order_id, spent.committed_at) == (State.COMMITTED, "a", LAST)
    assert committed(RESERVED, "a", OVER) == TooLate(State.RESERVED)


def test_what_waits_is_released_and_what_is_spent_never_is() -> None:
    gone = released(RESERVED, OVER)

    assert isinstance(gone, Redemption)
    assert gone.state is State.RELEASED
    assert released(RELEASED, OVER) == RELEASED
    assert [released(each, NOON) for each in (COMMITTED, PART, REVERSED)] == [AlreadySpent()] * 3


@pytest.mark.parametrize(
    ("before", "wanted", "told", "ends"),
    [
        (RESERVED, None, None, NotCommitted()),
        (RELEASED, None, None, TooLate(State.RELEASED)),
        (PART, 41, None, MoreThanLeft(40)),
        (REVERSED, None, None, MoreThanLeft(0)),
        (REVERSED, 1, None, MoreThanLeft(0)),
        (PART, 0, None, MoreThanLeft(40)),
        (PART, 20, 20, PART),
        (PART, 19, 20, OtherReversal()),
        (PART, None, 20, OtherReversal()),
        (REVERSED, None, 40, REVERSED),
        (REVERSED, 40, 40, REVERSED),
        (REVERSED, 60, 40, OtherReversal()),
    ],
)
def test_a_reversal_is_judged_by_what_is_left_and_by_what_its_reference_did(
    before: Redemption, wanted: int | None, told: int | None, ends: object
) -> None:
    asked = None if wanted is None else Reversal("r", wanted)
    earlier = None if told is None else Reversal("r", told)

    assert reversed_(before, asked, earlier, NOON) == ends


def test_a_reward_that_costs_nothing_comes_back_once() -> None:
    free = replace(COMMITTED, points=0)
    back = reversed_(free, None, None, NOON)

    assert isinstance(back, Redemption)
    assert back.state is State.REVERSED
    assert reversed_(back, None, None, NOON) == MoreThanLeft(0)


@given(parts=st.lists(st.integers(-5, 70) | st.none(), max_size=12))
def test_whatever_is_asked_back_never_more_comes_than_was_spent(parts: list[int | None]) -> None:
    redemption, given_back = COMMITTED, 0
    for number, points in enumerate(parts):
        wanted = None if points is None else Reversal(str(number), points)
        after = reversed_(redemption, wanted, None, NOON)
        if isinstance(after, Redemption):
            given_back += after.reversed - redemption.reversed
            redemption = after
        assert 0 <= given_back == redemption.reversed <= redemption.points
        assert (redemption.state is State.REVERSED) == (given_back == redemption.points)
