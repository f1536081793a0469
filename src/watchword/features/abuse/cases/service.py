"""What happens to one message that is asked for: its tallies are held, judged, and written."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

import structlog

from watchword.features.abuse.history.store import StartStore
from watchword.features.abuse.judging import (
    Costs,
    Facts,
    Gauge,
    Passed,
    Stands,
    Trips,
    Verdict,
    forbidden,
    is_unsold,
    is_worth_keeping,
    judge,
    wanted,
)
from watchword.features.abuse.rulebook.service import InForce
from watchword.features.abuse.rules import (
    ADMITTED,
    Admitted,
    Block,
    Blocked,
    BlockId,
    Decision,
    RuleName,
    Start,
    Trace,
    kept_refusal,
)
from watchword.features.abuse.spared.rules import without
from watchword.features.abuse.spray import admitted
from watchword.features.abuse.store import BlockStore, TallyStore
from watchword.features.abuse.tallies import FRESH, Mark, Tally, begins, returns_begin
from watchword.features.abuse.words import WHOLE, Ground, block_of, refusal, said_of
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Transaction

Tell: TypeAlias = Callable[[Transaction, OrganisationId, Block], Awaitable[None]]
"""Told of a block that begins; inside the transaction, so that what is told and kept are one."""

log = structlog.get_logger()


class Case:
    """One message of one organisation, seen from inside one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        organisation: Organisation,
        force: InForce,
        *,
        start: Start,
        trace: Trace,
        gauges: Sequence[Gauge],
        served: Collection[Channel],
        spared: Collection[RuleName],
    ) -> None:
        """`spared`: rules that do not hold for the number."""
        self._transaction = transaction
        self._organisation = organisation
        self._force = force
        self._start = start
        self._ground = Ground(force.ruleset, organisation.country, served)
        self._trace = trace
        self._gauges = without(gauges, spared)
        self._spared = spared
        self._keys = [gauge.key for gauge in self._gauges]
        self._tallies = TallyStore(transaction, organisation.id)
        self._starts = StartStore(transaction, organisation.id)
        self._blocks = BlockStore(transaction, organisation.id)

    async def decide(self, tell: Tell) -> Decision:
        """Decide, and write down what was decided."""
        if rule := self._forbidden():
            await self._note_refusal(rule, self._trace.country or "")
            return self._refused(rule)
        if not self._gauges:
            if is_worth_keeping(self._trace, self._gauges):
                await self._starts.add(self._trace, ADMITTED)
            return self._admitted()
        verdict = await self._judged(await self._tallies.hold(self._keys))
        match verdict:
            case Passed(tallies):
                await self._tallies.save(tallies)
                await self._starts.add(self._trace, ADMITTED)
                return self._admitted()
            case Stands(block_id):
                standing = await self._standing(block_id)
                await self._note_refusal(standing.rule, str(block_id))
                return standing
            case Costs(until):
                await self._note_refusal(RuleName.SPEND, WHOLE)
                return self._refused(RuleName.SPEND, until)
            case Trips():
                return await self._block(verdict, tell)
            case _:
                assert_never(verdict)

    async def foresee(self) -> Decision:
        """Decide in the same way, and write nothing."""
        if rule := self._forbidden():
            return self._refused(rule)
        tallies = await self._tallies.read(self._keys) if self._keys else {}
        verdict = await self._judged(tallies)
        match verdict:
            case Passed():
                return self._admitted()
            case Stands(block_id):
                return await self._standing(block_id)
            case Costs(until):
                return self._refused(RuleName.SPEND, until)
            case Trips():
                return self._refused(verdict.rule, verdict.until)
            case _:
                assert_never(verdict)

    async def _judged(self, tallies: Mapping[str, Tally]) -> Verdict:
        """Judge by the tallies, and by those facts that can make a difference."""
        ruleset, now = self._force.ruleset, self._trace.at
        asked = wanted(self._gauges, tallies, ruleset, now)
        is_low, returned = False, {}
        if asked.shares:
            since = begins(ruleset.conversion.seconds, now)
            settled = now - timedelta(seconds=ruleset.conversion.grace_seconds)
            shares = await self._starts.shares(self._trace.prefix or "", since, settled)
            is_low = is_unsold(shares, ruleset.conversion)
        for gauge in asked.returned:
            prefix = None if gauge.subject == WHOLE else self._trace.prefix
            since = returns_begin(tallies.get(gauge.key, FRESH), gauge.seconds, now)
            returned[gauge.key] = await self._starts.returned(prefix, since)
        return judge(self._trace, self._gauges, tallies, Facts(is_low, returned), ruleset)

    async def _block(self, trip: Trips, tell: Tell) -> Blocked:
        """Make a block, and tell of it."""
        id, now = BlockId(new_id()), self._trace.at
        block = block_of(trip, id, self._start, self._ground, now)
        await self._tallies.mark(trip.gauge.key, Mark(id, trip.until, trip.spares_known))
        await self._blocks.add(block)
        await self._note_refusal(trip.rule, str(id))
        await tell(self._transaction, self._organisation.id, block)
        log.warning("block.began", block_id=str(id), rule=trip.rule)
        return said_of(block)

    async def _standing(self, id: BlockId) -> Blocked:
        block = await self._blocks.find(id)
        if block is None:
            raise NotFound("block")  # It is kept for longer than it can stand.
        return said_of(block)

    async def _note_refusal(self, rule: RuleName, subject: str) -> None:
        await self._starts.add(kept_refusal(self._trace, rule, subject), rule)

    def _forbidden(self) -> RuleName | None:
        home = self._organisation.country
        return forbidden(self._trace, self._force.ruleset, home, self._spared)

    def _refused(self, rule: RuleName, until: datetime | None = None) -> Blocked:
        return refusal(rule, self._start, self._ground, until)

    def _admitted(self) -> Admitted:
        return admitted(self._trace, self._force.step_up_at(self._trace.at))
