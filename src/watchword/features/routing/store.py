"""Where plans of fallback are kept, and how many codes each provider brought back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import ProviderName
from watchword.features.routing.ratios import REMEMBERED, Figure, Figures
from watchword.features.routing.rules import Plan, Step
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

FIND = """
    select steps from plans where organisation_id = :organisation_id and purpose = :purpose
"""

ALL = "select purpose, steps from plans where organisation_id = :organisation_id order by purpose"

SAVE = """
    insert into plans (organisation_id, purpose, steps, changed_at)
    values (:organisation_id, :purpose, :steps, :now)
    on conflict (organisation_id, purpose)
    do update set steps = excluded.steps, changed_at = excluded.changed_at
"""

REMOVE = "delete from plans where organisation_id = :organisation_id and purpose = :purpose"

FIGURES = """
    select
        provider, sum(sent) as sent, sum(verified) as verified,
        sum(case when number_start = :number_start then sent else 0 end) as sent_alike,
        sum(case when number_start = :number_start then verified else 0 end) as verified_alike
    from route_figures
    where organisation_id = :organisation_id and channel = :channel and day > :since
    group by provider
"""

COUNT = """
    insert into route_figures (
        organisation_id, channel, number_start, provider, day, sent, verified
    ) values (:organisation_id, :channel, :number_start, :provider, :day, :sent, :verified)
    on conflict (organisation_id, channel, number_start, provider, day) do update set
        sent = route_figures.sent + excluded.sent,
        verified = route_figures.verified + excluded.verified
"""

FORGET = """
    delete from route_figures where (organisation_id, channel, number_start, provider, day) in (
        select organisation_id, channel, number_start, provider, day from route_figures
        where day <= :before limit :most
    )
"""

DAY = timedelta(days=1) // timedelta(microseconds=1)


class PlanStore:
    """The plans of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def find(self, purpose: str) -> Plan | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, purpose=purpose)
        return None if row is None else _read(row["steps"])

    async def all(self) -> Mapping[str, Plan]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return {row["purpose"]: _read(row["steps"]) for row in rows}

    async def save(self, purpose: str, plan: Plan) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            purpose=purpose,
            steps=msgspec.json.encode(plan.steps).decode(),
            now=to_microseconds(self._transaction.now()),
        )

    async def remove(self, purpose: str) -> bool:
        removed = await self._transaction.run(REMOVE, organisation_id=self._ours, purpose=purpose)
        return removed == 1


class FigureStore:
    """What became of the codes of one organisation, by provider."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def figures(self, channel: Channel, number_start: str) -> Figures:
        rows = await self._transaction.all(
            FIGURES,
            organisation_id=self._ours,
            channel=channel,
            number_start=number_start,
            since=_day(self._transaction.now() - REMEMBERED),
        )
        return Figures(
            alike={
                ProviderName(row["provider"]): Figure(
                    int(row["sent_alike"]), int(row["verified_alike"])
                )
                for row in rows
            },
            everywhere={
                ProviderName(row["provider"]): Figure(int(row["sent"]), int(row["verified"]))
                for row in rows
            },
        )

    async def count(
        self,
        channel: Channel,
        number_start: str,
        provider: str,
        *,
        sent: int = 0,
        verified: int = 0,
    ) -> None:
        await self._transaction.run(
            COUNT,
            organisation_id=self._ours,
            channel=channel,
            number_start=number_start,
            provider=provider,
            day=_day(self._transaction.now()),
            sent=sent,
            verified=verified,
        )


class FigureSweep:
    """Figures of all organisations that nobody asks for any more."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        before = _day(self._transaction.now() - REMEMBERED)
        return await self._transaction.run(FORGET, before=before, most=most)


def _day(moment: datetime) -> int:
    return to_microseconds(moment) // DAY


def _read(steps: str) -> Plan:
    read: Sequence[Step] = msgspec.json.decode(steps, type=tuple[Step, ...])
    return Plan(tuple(read))
