"""Why a reward is not taken along to a place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.sections import Offline
from watchword.features.rewards.rules import Reward, RewardId
from watchword.features.tills.terminals.rules import Terminal, TerminalId
from watchword.features.vouchers.rules import (
    NotThere,
    TooManyOut,
    Voucher,
    VoucherId,
    WishId,
    choice_of,
    places_of,
    refuse,
)
from watchword.foundation.ids import Id

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
NORTH, SOUTH = LocationId(Id(int=1)), LocationId(Id(int=2))
BOUNDS = Offline(offline_vouchers=True, vouchers_by_customer=2, value_by_customer=2_000)
FULL = TooManyOut(2, 2_000)
HERE = Location(id=NORTH, name="Nord", time_zone=None, created_at=NOON)
TILL = Terminal(
    id=TerminalId(Id(int=3)), location_id=NORTH, name="1", fingerprint=b"", created_at=NOON
)
MUG = Reward(
    id=RewardId(Id(int=4)),
    names={"en": "Mug"},
    points=60,
    value=500,
    currency="EUR",
    at_least=100,
    created_at=NOON,
    updated_at=NOON,
)


def out(*values: int) -> Sequence[Voucher]:
    return [
        Voucher(
            wish_id=WishId(Id(int=number)),
            id=VoucherId(Id(int=number)),
            customer_id=CustomerId(Id(int=5)),
            account_id=AccountId(Id(int=6)),
            reward_id=MUG.id,
            location_id=NORTH,
            points=60,
            value=value,
            currency="EUR",
            at_least=0,
            pos_discount_id=None,
            key_version=1,
            digest=b"",
            taken_at=NOON,
            ends_at=NOON,
            releases_at=NOON,
        )
        for number, value in enumerate(values)
    ]


CASES = [
    pytest.param(MUG, HERE, TILL, out(), None, id="nothing is in the way"),
    pytest.param(MUG, HERE, TILL, out(1_500), None, id="to the bound"),
    pytest.param(MUG, HERE, TILL, out(1_501), FULL, id="worth too much"),
    pytest.param(MUG, HERE, TILL, out(1, 1), FULL, id="too many"),
    pytest.param(None, HERE, TILL, out(), NotThere(), id="no reward"),
    pytest.param(MUG, None, TILL, out(), NotThere(), id="no place"),
    pytest.param(MUG, replace(HERE, closed_at=NOON), TILL, out(), NotThere(), id="closed"),
    pytest.param(MUG, HERE, replace(TILL, revoked_at=NOON), out(), NotThere(), id="revoked"),
    pytest.param(MUG, HERE, replace(TILL, location_id=SOUTH), out(), NotThere(), id="elsewhere"),
]


@pytest.mark.parametrize(("reward", "place", "till", "has_out", "refused"), CASES)
def test_what_is_refused_is_not_offered_either(
    reward: Reward | None,
    place: Location | None,
    till: Terminal,
    has_out: Sequence[Voucher],
    refused: NotThere | TooManyOut | None,
) -> None:
    with_till = places_of([till])

    assert refuse(reward, place, with_till=with_till, out=has_out, bounds=BOUNDS) == refused

    choice = choice_of(
        BOUNDS,
        has_out,
        60,
        rewards=[reward] if reward else [],
        locations=[place] if place else [],
        tills=[till],
        now=NOON,
    )
    assert choice.rewards == (() if refused else (MUG,))


@pytest.mark.parametrize(
    ("reward", "points", "is_blocked"),
    [
        (MUG, 59, False),
        (MUG, None, False),
        (MUG, 60, True),
        (replace(MUG, stock=1, taken=1), 60, False),
        (replace(MUG, locations=frozenset({SOUTH})), 60, False),
        (replace(MUG, starts_at=NOON + timedelta(seconds=1)), 60, False),
    ],
)
def test_what_nobody_may_have_is_not_offered(
    reward: Reward, points: int | None, *, is_blocked: bool
) -> None:
    choice = choice_of(
        BOUNDS,
        [],
        points,
        is_blocked=is_blocked,
        rewards=[reward],
        locations=[HERE],
        tills=[TILL],
        now=NOON,
    )

    assert choice.rewards == ()
