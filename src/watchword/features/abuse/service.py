"""What happens when a code is asked for: rules are looked up, and what is asked is counted."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from watchword.features.abuse.cases.service import Case, Tell
from watchword.features.abuse.history.store import AnswerStore, StartStore, StartSweep
from watchword.features.abuse.judging import gauges_of, trace_of
from watchword.features.abuse.rulebook.service import InForce, Rulebook
from watchword.features.abuse.rules import Admitted, Answer, BlockId, Decision, Start
from watchword.features.abuse.rulesets import Spray
from watchword.features.abuse.spray import SPRAY_KEY, is_sprayed, kind_of, shard_of
from watchword.features.abuse.store import AbuseSweep, BlockStore, TallyStore
from watchword.features.abuse.tallies import Mark, begins, part_begins
from watchword.features.abuse.words import block_of_spray
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import dial_code_of
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.prices.rules import Money
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction

LONGEST_SPAN = timedelta(days=2)
"""Longer than any span that is counted in, with the part of it that has begun."""

log = structlog.get_logger()


class Guard:
    """Stands before every message: says whether it may be sent, and counts it if so.

    It hears too what became of codes, for some rules go by how many come back.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        rulebook: Rulebook,
        tell: Tell,
        keep: timedelta,
        served: Callable[[Mode], Collection[Channel]],
    ) -> None:
        """`keep`: how long starts are kept, for rules to be tried on them.

        `served` names the channels that somebody serves: no other is a way round a block.
        """
        self._storage = storage
        self._organisations = organisations
        self._rulebook = rulebook
        self._tell = tell
        self._keep = keep
        self._served = served

    async def admit(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        """Decide whether a code may be sent, and count it if so.

        Call it with the budgets held, and before anything else is locked. A refusal is written
        down: commit it like any other outcome.
        """
        case = await self._case(transaction, organisation, start, now)
        return Admitted() if case is None else await case.decide(self._tell)

    async def admit_again(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        """Decide on one more message of a challenge: a resend, or a step of its plan.

        It counts and costs like any message, but no further code has to come back for it.
        """
        case = await self._case(transaction, organisation, start, now, new_id())
        return Admitted() if case is None else await case.decide(self._tell)

    async def consider(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        """Decide as `admit` would, and keep nothing. A transaction that only reads will do."""
        case = await self._case(transaction, organisation, start, now)
        return Admitted() if case is None else await case.foresee()

    async def answered(
        self,
        transaction: Transaction,
        organisation: Organisation,
        answer: Answer,
        now: datetime,
    ) -> None:
        """Note that a code was typed. Call it last: what it locks, others wait for."""
        force = await self._rulebook.in_force(transaction, organisation)
        if force is None:
            return
        if answer.is_right:
            await StartStore(transaction, organisation.id).verified(answer.challenge_id, now)
        if answer.is_known:
            return  # Nobody becomes known by guessing, and none of their codes is longer.
        rule = force.ruleset.spray
        if rule.on and await self._is_sprayed(transaction, organisation, rule, answer, now):
            await self._step_up(transaction, organisation, force, now)

    async def came_back(
        self,
        transaction: Transaction,
        organisation: Organisation,
        challenge_id: UUID,
        now: datetime,
    ) -> None:
        """Note that a code was read, by the word of whoever had it typed. Nobody typed it here, so
        among answers it is none."""
        if await self._rulebook.in_force(transaction, organisation) is not None:
            await StartStore(transaction, organisation.id).verified(challenge_id, now)

    async def give_back(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        challenge_id: UUID,
        money: Money,
    ) -> None:
        """Give back what was reserved for a message of a challenge that was surely not sent."""
        await StartStore(transaction, organisation_id).give_back(challenge_id, money.micros)

    async def forget(self, most: int) -> int:
        """Drop what nothing is decided by any more, in all organisations."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            kept_since = transaction.now() - self._keep
            counted_since = transaction.now() - LONGEST_SPAN
            starts, abuse = StartSweep(transaction), AbuseSweep(transaction)
            return max(
                await starts.forget(kept_since, most),
                await starts.forget_answers(counted_since, most),
                await abuse.forget_blocks(kept_since, most),
                await abuse.forget_tallies(counted_since, most),
            )

    async def _case(
        self,
        transaction: Transaction,
        organisation: Organisation,
        start: Start,
        now: datetime,
        again: UUID | None = None,
    ) -> Case | None:
        """Put together what a start is judged by; nothing, where there are no rules."""
        force = await self._rulebook.in_force(transaction, organisation)
        if force is None:
            return None
        digest, prefix = None, start.contact.prefix
        if prefix is not None:
            keys = await self._organisations.keys(transaction, organisation.id)
            digest = keys.blind("prefix", prefix.reveal()).hex()
        trace = trace_of(start, digest, now, again)
        gauges = gauges_of(trace, force.ruleset, dial_code_of(organisation.country))
        return Case(
            transaction,
            organisation,
            force,
            start=start,
            trace=trace,
            gauges=gauges,
            served=self._served(organisation.mode),
            spared=self._rulebook.spares(force, start.contact_id),
        )

    async def _is_sprayed(
        self,
        transaction: Transaction,
        organisation: Organisation,
        rule: Spray,
        answer: Answer,
        now: datetime,
    ) -> bool:
        """Count an answer, and say whether it is one wrong one too many."""
        answers = AnswerStore(transaction, organisation.id)
        since = begins(rule.seconds, now)
        more = await answers.weigh(answer, now, since)
        if more is None:
            return False
        kind, shard = kind_of(answer.channel), shard_of(answer.challenge_id)
        await answers.add(kind, rule.seconds, part_begins(rule.seconds, now), shard, more)
        if answer.is_right:
            return False
        return is_sprayed(rule, await answers.count(kind, rule.seconds, since))

    async def _step_up(
        self, transaction: Transaction, organisation: Organisation, force: InForce, now: datetime
    ) -> None:
        """Make codes longer for a while, unless they are already. Nobody is shut out by that."""
        id = BlockId(new_id())
        block = block_of_spray(id, force.ruleset, now)
        mark = Mark(id, block.expires_at, spares_known=True)
        if not await TallyStore(transaction, organisation.id).mark(SPRAY_KEY, mark):
            return
        await BlockStore(transaction, organisation.id).add(block)
        await self._tell(transaction, organisation.id, block)
        self._rulebook.forget(organisation.id)
        log.warning("organisation.sprayed", block_id=str(id))
