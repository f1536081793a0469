"""What every way to spend points has at hand: points and rewards, which move together or not."""

from dataclasses import dataclass
from uuid import UUID

from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.organisations.rules import LocationId
from watchword.features.points.ledger import (
    MoreThanSpent,
    NothingReserved,
    ReservedBefore,
    TooFewPoints,
)
from watchword.features.points.service import Points
from watchword.features.rewards.rules import MayNotTake, Reward
from watchword.features.rewards.service import Rewards
from watchword.foundation.errors import NotFound, WatchwordError
from watchword.foundation.storage import ConstraintViolated, StorageConflict, Transaction


class BooksDiffer(WatchwordError):
    """Points are not where a redemption or a voucher says that they are. This is a mistake of
    ours."""


IN_ONE_ROW = (BooksDiffer, ConstraintViolated, NotFound, StorageConflict)
"""Faults of one redemption or one voucher: whoever goes through many goes on with the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A reward that an account wants; `id` is that of the redemption or the voucher, `basket` what
    is bought beside it."""

    id: UUID
    account_id: AccountId
    reward: Reward
    location_id: LocationId | None
    basket: int | None


@dataclass(frozen=True, slots=True)
class Books:
    points: Points
    rewards: Rewards

    async def put_by(
        self, transaction: Transaction, caller: Caller, wanted: Reservation
    ) -> MayNotTake | None:
        """Judge the account and the reward before either moves; hold the account first, as
        everybody does."""
        place = (transaction, caller.organisation.id)
        held = await self.points.hold(*place, wanted.account_id)
        taken = await self.rewards.take(
            *place,
            wanted.reward,
            wanted.account_id,
            balance=held.balance.available,
            location_id=wanted.location_id,
            basket=wanted.basket,
        )
        if isinstance(taken, MayNotTake):
            return taken
        price = wanted.reward.points
        must_move(await self.points.reserve(*place, held, wanted.id, price, actor=caller.actor))
        return None


def must_move(moved: object) -> None:
    """Raise if points do not move as it is written that they do."""
    if isinstance(moved, NothingReserved | MoreThanSpent | TooFewPoints | ReservedBefore):
        raise BooksDiffer("Points are not where a redemption or a voucher says.")
