"""What hours are counted from, and which of them are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchword.features.abuse.rules import ADMITTED
from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.rules import Status
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName, Receipt, State
from watchword.features.figures.counting.rules import LEASE, Hours, Place
from watchword.features.figures.rules import HOUR, Hour, Line, Lines, Trip, Way, begins
from watchword.foundation.clock import MICROSECOND, microseconds_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

NOT_COUNTED = ", ".join(f"'{purpose}'" for purpose in sorted(FOR_STAFF))

CODES = f"""
    with bite as materialized (
        select organisation_id, id, created_at, status from challenges
        where organisation_id = :organisation_id
          and created_at >= :since and created_at < :until and (created_at, id) > (:at, :above)
          and purpose not in ({NOT_COUNTED})
        order by created_at, id limit :most
    )
    select
        bite.id, bite.created_at, bite.status, a.vouched_at,
        m.channel, m.provider, m.state, m.receipt
    from bite
    left join askings a
        on bite.status = '{Status.CANCELLED}'
        and a.organisation_id = bite.organisation_id and a.id = bite.id
    left join messages m on m.organisation_id = bite.organisation_id and m.about = bite.id
    order by bite.created_at, bite.id, m.created_at, m.id
"""  # noqa: S608 - words of ours

STARTS = """
    select id, at, channel, provider, outcome, price, returned, times from starts
    where organisation_id = :organisation_id
      and at >= :since and at < :until and (at, id) > (:at, :above)
    order by at, id limit :most
"""

DISCOVER = """
    insert into figure_hours (organisation_id, hour, counted, due_at)
    with known as materialized (
        select o.organisation_id, coalesce((
            select f.hour + 1 from figure_hours f
            where f.organisation_id = o.organisation_id order by f.hour desc limit 1
        ), 0) * :each as since
        from organisations o
    ),
    found as materialized (
        select
            known.organisation_id,
            (
                select c.created_at from challenges c
                where c.organisation_id = known.organisation_id and c.created_at >= known.since
                order by c.created_at, c.id limit 1
            ) as code_at,
            (
                select s.at from starts s
                where s.organisation_id = known.organisation_id and s.at >= known.since
                order by s.at, s.id limit 1
            ) as start_at
        from known
    )
    select
        organisation_id,
        (case when code_at is null or start_at < code_at then start_at else code_at end) / :each,
        0, :now
    from found
    where code_at is not null or start_at is not null
    on conflict (organisation_id, hour) do nothing
"""

TAKE = """
    update figure_hours set due_at = :later
    where (organisation_id, hour) in (
        with due as materialized (
            select organisation_id, hour from figure_hours
            where due_at is not null and due_at <= :now
            order by due_at limit 1
            for update skip locked
        )
        select organisation_id, hour from due
    )
    returning organisation_id, hour
"""

SETTLE = """
    update figure_hours set counted = :counted, due_at = :due_at
    where organisation_id = :organisation_id and hour = :hour
"""

MICROSECONDS = HOUR // MICROSECOND
HOURS = Hours(discover=DISCOVER, take=TAKE)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was asked for, with its messages. It `is_verified` if it was typed back, or if
    the application says so, which had it typed itself."""

    id: str
    at: int
    is_verified: bool
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """A message that was asked for, and what the guard wrote down about it."""

    id: str
    at: int
    lines: Lines


class CountedStore:
    """What the codes of one organisation became, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def codes(self, hour: Hour, after: Code | None, most: int) -> Sequence[Code]:
        """Give codes of an hour, the oldest first, behind one that was given before."""
        rows = await self._transaction.all(
            CODES,
            organisation_id=self._ours,
            **_between(hour, after),
            most=most,
        )
        together: dict[str, list[Row]] = {}
        for row in rows:
            together.setdefault(row["id"], []).append(row)
        return [_code(its) for its in together.values()]

    async def starts(self, hour: Hour, after: Begun | None, most: int) -> Sequence[Begun]:
        """Do the same for what was begun: what it may have cost, or that it was blocked."""
        rows = await self._transaction.all(
            STARTS, organisation_id=self._ours, **_between(hour, after), most=most
        )
        return [Begun(row["id"], row["at"], _begun(row)) for row in rows]

    async def settle(self, hour: Hour, codes: int, due_at: datetime | None) -> None:
        """Write down that an hour was counted, and when it is to be counted again."""
        await self._transaction.run(
            SETTLE,
            organisation_id=self._ours,
            hour=hour,
            counted=codes,
            due_at=microseconds_if_any(due_at),
        )


class HourLanes:
    """The hours of all organisations: whoever counts takes what is due next."""

    def __init__(self, transaction: Transaction, hours: Hours) -> None:
        self._transaction = transaction
        self._hours = hours

    async def discover(self) -> int:
        """Find for each organisation the next hour in which something happened; count them."""
        return await self._transaction.run(
            self._hours.discover, each=MICROSECONDS, now=to_microseconds(self._transaction.now())
        )

    async def take(self) -> Place | None:
        """Take an hour that is due, for the time of a lease."""
        now = self._transaction.now()
        row = await self._transaction.one(
            self._hours.take, now=to_microseconds(now), later=to_microseconds(now + LEASE)
        )
        if row is None:
            return None
        return Place(OrganisationId(Id(row["organisation_id"])), Hour(row["hour"]))


def _between(hour: Hour, after: Code | Begun | None) -> dict[str, int | str]:
    """Begin where the last bite ended, so that nothing is read twice to be passed over."""
    begin = to_microseconds(begins(hour))
    return {
        "since": after.at if after else begin,
        "until": to_microseconds(begins(hour + 1)),
        "at": after.at if after else begin,
        "above": after.id if after else "",
    }


def _begun(row: Row) -> Lines:
    way = Way(Channel(row["channel"]), ProviderName(row["provider"] or ""))
    if row["outcome"] != ADMITTED:
        return {way: Line(blocked=row["times"])}
    # What was given back was not spent.
    return {way: Line(cost=max((row["price"] or 0) - row["returned"], 0))}


def _code(rows: Sequence[Row]) -> Code:
    first = rows[0]
    return Code(
        id=first["id"],
        at=first["created_at"],
        is_verified=first["status"] == Status.VERIFIED or first["vouched_at"] is not None,
        trips=tuple(_trip(row) for row in rows if row["state"] is not None),
    )


def _trip(row: Row) -> Trip:
    receipt = row["receipt"]
    return Trip(
        Way(Channel(row["channel"]), ProviderName(row["provider"])),
        State(row["state"]),
        None if receipt is None else Receipt(receipt),
    )
