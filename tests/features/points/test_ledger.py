"""What transfers come to, as pure rules."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.stores import NOON
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.points.ledger import (
    PATHS,
    Balance,
    Book,
    Kind,
    Spending,
    TooFewPoints,
    Transfer,
    TransferId,
    adjusting,
    after,
    change_of,
    shown,
    spending,
)

OURS, OTHER = AccountId(UUID(int=1)), AccountId(UUID(int=2))


def transfer(kind: Kind, points: int, path: tuple[Book, Book] | None = None) -> Transfer:
    giver, taker = path or PATHS[kind]
    return Transfer(
        id=TransferId(UUID(int=3)),
        account_id=OURS,
        kind=kind,
        giver=giver,
        taker=taker,
        points=points,
        actor="test",
        at=NOON,
    )


def test_what_is_put_by_cannot_be_spent_and_is_not_lost() -> None:
    balance = after(Balance(available=100), transfer(Kind.RESERVED, 60))

    assert balance == Balance(available=40, reserved=60)


def test_nobody_spends_what_they_do_not_have() -> None:
    assert after(Balance(available=59), transfer(Kind.RESERVED, 60)) == TooFewPoints(59)
    taking = transfer(Kind.ADJUSTED, 60, adjusting(-60))
    assert after(Balance(available=59, reserved=9), taking) == TooFewPoints(59)


@given(st.sampled_from([*PATHS]), st.integers(0, 1000), st.integers(0, 500), st.integers(0, 500))
def test_whatever_happens_nothing_falls_below_nought(
    kind: Kind, points: int, available: int, reserved: int
) -> None:
    balance = after(Balance(available=available, reserved=reserved), transfer(kind, points))

    if isinstance(balance, Balance):
        assert balance.available >= 0
        assert balance.reserved >= 0
        assert balance.available - available == change_of(transfer(kind, points), OURS)


def test_points_that_come_from_another_account_are_told_to_both() -> None:
    moved = Transfer(
        id=TransferId(UUID(int=4)),
        account_id=OURS,
        other_account_id=OTHER,
        kind=Kind.MERGED,
        giver=Book.AVAILABLE,
        taker=Book.AVAILABLE,
        points=7,
        actor="test",
        at=NOON,
    )

    assert change_of(moved, OURS) == -7
    assert change_of(moved, OTHER) == 7


def test_what_stands_of_a_redemption_is_what_was_spent_and_did_not_come_back() -> None:
    put_by = transfer(Kind.RESERVED, 60)

    assert spending([put_by]) == Spending(reserved=60, waits=True)
    assert spending([put_by, transfer(Kind.RELEASED, 60)]) == Spending()
    spent = [put_by, transfer(Kind.COMMITTED, 60)]
    assert spending(spent) == Spending(spent=60)
    assert spending([*spent, transfer(Kind.REVERSED, 25)]) == Spending(spent=35)


def test_a_reward_that_costs_nothing_is_put_by_all_the_same() -> None:
    assert spending([transfer(Kind.RESERVED, 0)]).waits
    assert not spending([transfer(Kind.RESERVED, 0), transfer(Kind.COMMITTED, 0)]).waits


def test_hidden_points_look_like_none() -> None:
    balance = Balance(available=5, reserved=2)

    assert shown(balance, hides_points=True) == Balance(available=0)
    assert shown(balance, hides_points=False) == balance
