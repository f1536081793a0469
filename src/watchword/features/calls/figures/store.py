"""Where it is kept what hours of calls came to, and which of them are to be counted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from watchword.features.activation.dialogue.steps import Ending
from watchword.features.calls.figures.rules import End, Kind, Stage, Sum, Told
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.figures.counting.rules import Hours
from watchword.features.figures.rules import Hour, Window, begins
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    to_microseconds,
)
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

CALLS = """
    with bite as materialized (
        select id, profile_id, started_at, ended_at, ending from calls
        where organisation_id = :organisation_id and is_trial = 0
          and started_at >= :since and started_at < :until and (started_at, id) > (:at, :above)
        order by started_at, id limit :most
    )
    select bite.*, l.turn, l.at as said_at, l.kind, l.what, l.why
    from bite
    left join call_lines l on l.organisation_id = :organisation_id and l.call_id = bite.id
      and (l.kind = 'decided' or (l.kind = 'asked' and l.what = 'new_pin'))
    order by bite.started_at, bite.id, l.position
"""

CLEAR = "delete from call_figures where organisation_id = :organisation_id and hour = :hour"

ADD = """
    insert into call_figures (
        organisation_id, hour, profile_id, outcome, stage, standing, scenario, calls
    ) values (
        :organisation_id, :hour, :profile_id, :outcome, :stage, :standing, :scenario, :calls
    )
"""

SUMS = """
    select
        (hour - :first) / :hours_each as part, profile_id, outcome, stage, standing, scenario,
        sum(calls) as calls
    from call_figures
    where organisation_id = :organisation_id and hour >= :first and hour < :until
      and (:profile_id = '' or profile_id = :profile_id)
    group by part, profile_id, outcome, stage, standing, scenario
    order by part, profile_id, outcome, stage, standing, scenario
"""

DISCOVER = """
    insert into call_figure_hours (organisation_id, hour, due_at)
    with known as materialized (
        select o.organisation_id, coalesce((
            select f.hour + 1 from call_figure_hours f
            where f.organisation_id = o.organisation_id order by f.hour desc limit 1
        ), 0) * :each as since
        from organisations o
    ),
    found as materialized (
        select known.organisation_id, (
            select c.started_at from calls c
            where c.organisation_id = known.organisation_id and c.started_at >= known.since
            order by c.started_at, c.id limit 1
        ) as call_at
        from known
    )
    select organisation_id, call_at / :each, :now from found where call_at is not null
    on conflict (organisation_id, hour) do nothing
"""

TAKE = """
    update call_figure_hours set due_at = :later
    where (organisation_id, hour) in (
        with due as materialized (
            select organisation_id, hour from call_figure_hours
            where due_at is not null and due_at <= :now
            order by due_at limit 1
            for update skip locked
        )
        select organisation_id, hour from due
    )
    returning organisation_id, hour
"""

SETTLE = """
    update call_figure_hours set due_at = :due_at
    where organisation_id = :organisation_id and hour = :hour
"""

HOURS = Hours(discover=DISCOVER, take=TAKE)


class CallFigureStore:
    """The calls of one organisation in counts, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def calls(self, hour: Hour, after: Told | None, most: int) -> Sequence[tuple[Told, bool]]:
        """Give calls of an hour, the oldest first, each with whether it has ended."""
        begin = to_microseconds(begins(hour))
        rows = await self._transaction.all(
            CALLS,
            organisation_id=self._ours,
            since=begin,
            until=to_microseconds(begins(hour + 1)),
            at=after.at if after else begin,
            above=after.id if after else "",
            most=most,
        )
        together: dict[str, list[Row]] = {}
        for row in rows:
            together.setdefault(row["id"], []).append(row)
        return [(_told(its), its[0]["ended_at"] is not None) for its in together.values()]

    async def save(self, hour: Hour, counts: Mapping[Kind, int]) -> None:
        """Keep what an hour came to, in the place of what was counted before."""
        await self._transaction.run(CLEAR, organisation_id=self._ours, hour=hour)
        if not counts:
            return
        await self._transaction.many(
            ADD,
            [
                {
                    "organisation_id": self._ours,
                    "hour": hour,
                    "profile_id": str(kind.profile_id),
                    "outcome": kind.end,
                    "stage": kind.stage,
                    "standing": kind.standing,
                    "scenario": kind.scenario,
                    "calls": calls,
                }
                for kind, calls in counts.items()
            ],
        )

    async def settle(self, hour: Hour, due_at: datetime | None) -> None:
        await self._transaction.run(
            SETTLE, organisation_id=self._ours, hour=hour, due_at=microseconds_if_any(due_at)
        )

    async def sums(self, frame: Window, profile_id: UUID | None) -> Sequence[Sum]:
        rows = await self._transaction.all(
            SUMS,
            organisation_id=self._ours,
            first=frame.first,
            hours_each=frame.hours_each,
            until=frame.first + frame.parts * frame.hours_each,
            profile_id="" if profile_id is None else str(profile_id),
        )
        return [Sum(int(row["part"]), _kind(row), int(row["calls"])) for row in rows]


def _told(rows: Sequence[Row]) -> Told:
    first = rows[0]
    return Told(
        id=first["id"],
        at=first["started_at"],
        profile_id=UUID(first["profile_id"]),
        ending=None if first["ending"] is None else Ending(first["ending"]),
        lines=[_line(row) for row in rows if row["kind"] is not None],
    )


def _line(row: Row) -> LogLine:
    return LogLine(
        turn=row["turn"],
        at=from_microseconds(row["said_at"]),
        kind=LineKind(row["kind"]),
        what=row["what"],
        why=row["why"],
    )


def _kind(row: Row) -> Kind:
    return Kind(
        UUID(row["profile_id"]),
        End(row["outcome"]),
        Stage(row["stage"]),
        row["standing"],
        row["scenario"],
    )
