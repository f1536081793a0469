"""Where it is kept what days came to, and whose PINs are to be counted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from watchword.features.activation.scenarios import Scenario
from watchword.features.activation.standings import Stand, Standing
from watchword.features.calls.surveys.rules import LEASE, Day, Ended, Survey
from watchword.foundation.clock import EPOCH, microseconds_if_any, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

GET = "select * from pin_surveys where organisation_id = :organisation_id"

HOLD = f"{GET} for update"

SAVE = """
    insert into pin_surveys (organisation_id, due_at, begun_at, ended_at, ended)
    values (:organisation_id, :due_at, :begun_at, :ended_at, :ended)
    on conflict (organisation_id) do update set
        due_at = excluded.due_at, begun_at = excluded.begun_at, ended_at = excluded.ended_at,
        ended = excluded.ended
"""

TAKE = """
    update pin_surveys set due_at = :later, begun_at = :now
    where organisation_id in (
        with due as materialized (
            select organisation_id from pin_surveys
            where due_at is not null and due_at <= :now
            order by due_at limit 1
            for update skip locked
        )
        select organisation_id from due
    )
    returning organisation_id
"""

CLEAR = "delete from pin_figures where organisation_id = :organisation_id and day = :day"

ADD = """
    insert into pin_figures (organisation_id, day, standing, scenario, members)
    values (:organisation_id, :day, :standing, :scenario, :members)
"""

DAYS = """
    select * from pin_figures where organisation_id = :organisation_id and day > :since
    order by day, standing, scenario
"""


class SurveyStore:
    """The survey of one organisation and its days, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def get(self) -> Survey:
        return _survey(await self._transaction.one(GET, organisation_id=self._ours))

    async def hold(self) -> Survey:
        return _survey(await self._transaction.one(HOLD, organisation_id=self._ours))

    async def save(self, survey: Survey) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            due_at=microseconds_if_any(survey.due_at),
            begun_at=microseconds_if_any(survey.begun_at),
            ended_at=microseconds_if_any(survey.ended_at),
            ended=survey.ended,
        )

    async def keep(self, day: date, stands: Mapping[Stand, int]) -> None:
        """Keep what a day came to, in the place of an earlier survey of it."""
        number = _number(day)
        await self._transaction.run(CLEAR, organisation_id=self._ours, day=number)
        if stands:
            await self._transaction.many(
                ADD,
                [
                    {
                        "organisation_id": self._ours,
                        "day": number,
                        "standing": stand.standing,
                        "scenario": stand.scenario or "",
                        "members": members,
                    }
                    for stand, members in stands.items()
                ],
            )

    async def days(self, until: datetime, most: int) -> Sequence[Day]:
        """Give the last days, the newest last."""
        rows = await self._transaction.all(
            DAYS, organisation_id=self._ours, since=_number(until.date()) - most
        )
        days: dict[int, dict[Stand, int]] = {}
        for row in rows:
            stand = Stand(
                Standing(row["standing"]), Scenario(row["scenario"]) if row["scenario"] else None
            )
            days.setdefault(row["day"], {})[stand] = row["members"]
        return [Day((EPOCH + timedelta(days=day)).date(), its) for day, its in days.items()]


class SurveyLanes:
    """The surveys of all organisations: whoever counts takes what is due next."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def take(self) -> OrganisationId | None:
        """Take a survey that is due, for the time of a lease."""
        now = self._transaction.now()
        row = await self._transaction.one(
            TAKE, now=to_microseconds(now), later=to_microseconds(now + LEASE)
        )
        return None if row is None else OrganisationId(Id(row["organisation_id"]))


def _number(day: date) -> int:
    """Give the day since 1970."""
    return (day - EPOCH.date()).days


def _survey(row: Row | None) -> Survey:
    if row is None:
        return Survey()
    return Survey(
        due_at=moment_if_any(row["due_at"]),
        begun_at=moment_if_any(row["begun_at"]),
        ended_at=moment_if_any(row["ended_at"]),
        ended=None if row["ended"] is None else Ended(row["ended"]),
    )
