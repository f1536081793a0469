"""Where rewards are kept."""

from collections.abc import Sequence

import msgspec

from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import REWARDS_AT_MOST, Reward, RewardId, RewardState
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction, Value

NEVER = 2**62
"""Later than any moment."""

ADD = """
    insert into rewards (
        organisation_id, id, names, points, value, currency, pos_discount_id, locations,
        starts_at, ends_at, stock, taken, counted_since, at_least, state, version,
        created_at, updated_at
    ) values (
        :organisation_id, :id, :names, :points, :value, :currency, :pos_discount_id, :locations,
        :starts_at, :ends_at, :stock, :taken, :counted_since, :at_least, :state, :version,
        :created_at, :updated_at
    )
"""

SAVE = """
    update rewards set
        names = :names, points = :points, value = :value, currency = :currency,
        pos_discount_id = :pos_discount_id, locations = :locations, starts_at = :starts_at,
        ends_at = :ends_at, stock = :stock, taken = :taken, counted_since = :counted_since,
        at_least = :at_least, state = :state, version = :version, updated_at = :updated_at
    where organisation_id = :organisation_id and id = :id
"""

COUNT_TAKEN = """
    update rewards set taken = :taken where organisation_id = :organisation_id and id = :id
"""

GET = "select * from rewards where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

ACTIVE = """
    select * from rewards
    where organisation_id = :organisation_id and state = 'active'
    order by points, id limit :most
"""

COUNT = """
    select count(*) as found from rewards
    where organisation_id = :organisation_id and state <> 'ended'
"""

PAGE = """
    select * from rewards
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""


class RewardStore:
    """The rewards of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, reward: Reward) -> None:
        created_at = to_microseconds(reward.created_at)
        row = _to_row(reward)
        await self._transaction.run(ADD, organisation_id=self._ours, created_at=created_at, **row)

    async def save(self, reward: Reward) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_to_row(reward))

    async def count_taken(self, reward: Reward) -> None:
        """Note how many of a reward that is held are taken."""
        await self._transaction.run(
            COUNT_TAKEN, organisation_id=self._ours, id=str(reward.id), taken=reward.taken
        )

    async def get(self, id: RewardId) -> Reward | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: RewardId) -> Reward | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def active(self) -> Sequence[Reward]:
        """Give those that are switched on, whether or not it is their time, cheapest first."""
        rows = await self._transaction.all(ACTIVE, organisation_id=self._ours, most=REWARDS_AT_MOST)
        return [_from_row(row) for row in rows]

    async def count(self) -> int:
        """Count those that are not over for good."""
        row = await self._transaction.one(COUNT, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Reward]:
        """Give rewards, the newest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            before=NEVER if after is None else to_microseconds(after.created_at),
            below="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]


def _to_row(reward: Reward) -> dict[str, Value]:
    return {
        "id": str(reward.id),
        "names": msgspec.json.encode(reward.names).decode(),
        "points": reward.points,
        "value": reward.value,
        "currency": reward.currency,
        "pos_discount_id": reward.pos_discount_id,
        "locations": " ".join(sorted(str(each) for each in reward.locations)),
        "starts_at": microseconds_if_any(reward.starts_at),
        "ends_at": microseconds_if_any(reward.ends_at),
        "stock": reward.stock,
        "taken": reward.taken,
        "counted_since": microseconds_if_any(reward.counted_since),
        "at_least": reward.at_least,
        "state": reward.state,
        "version": reward.version,
        "updated_at": to_microseconds(reward.updated_at),
    }


def _from_row(row: Row) -> Reward:
    return Reward(
        id=RewardId(Id(row["id"])),
        names=msgspec.json.decode(row["names"]),
        points=row["points"],
        value=row["value"],
        currency=row["currency"],
        pos_discount_id=row["pos_discount_id"],
        locations=frozenset(LocationId(Id(each)) for each in row["locations"].split()),
        starts_at=moment_if_any(row["starts_at"]),
        ends_at=moment_if_any(row["ends_at"]),
        stock=row["stock"],
        taken=row["taken"],
        counted_since=moment_if_any(row["counted_since"]),
        at_least=row["at_least"],
        state=RewardState(row["state"]),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
    )
