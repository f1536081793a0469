"""What happens to blocks: staff look at them, and lift them."""

from datetime import datetime
from functools import partial

import structlog

from watchword.features.abuse.history.store import AnswerStore, StartStore
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rules import (
    AlreadyOver,
    Block,
    BlockId,
    BlockState,
    Lifted,
    OperatorsOwn,
    lifted,
    shuts_out,
    state_of,
)
from watchword.features.abuse.store import BlockStore, TallyStore
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Blocks:
    """What staff see of the guard's work. They may end a block, and never make one."""

    def __init__(self, *, storage: Storage, rulebook: Rulebook, requests: Requests) -> None:
        self._storage = storage
        self._rulebook = rulebook
        self._requests = requests

    async def page(
        self,
        organisation_id: OrganisationId,
        *,
        most: int,
        after: Bookmark | None = None,
        state: BlockState | None = None,
    ) -> tuple[Page[Block], datetime]:
        """Give a page of blocks, the newest first; and the time that it is."""
        async with self._storage.reading(organisation_id) as transaction:
            now = transaction.now()
            store = BlockStore(transaction, organisation_id)
            found = await store.page(after, most + 1, state=state, now=now)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id)), now

    async def find(self, organisation_id: OrganisationId, id: BlockId) -> tuple[Block, datetime]:
        """Give a block, and the time that it is."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await BlockStore(transaction, organisation_id).find(id)
            now = transaction.now()
        if found is None:
            raise NotFound("block")
        return found, now

    def is_operators_own(self, block: Block) -> bool:
        """Say whether only the operator may lift it."""
        return self._rulebook.is_locked(block.rule)

    async def lift(
        self,
        caller: Caller,
        id: BlockId,
        once: Once | None = None,
        *,
        is_operator: bool,
        reason: str = "",
    ) -> Lifted | AlreadyOver | OperatorsOwn | OtherBody:
        """End a block before its time. What was counted until then is forgotten.

        To lift a cap on money is to spend more, so that is for the operator alone. A `reason` goes
        into the audit.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(
                self._lift, transaction, caller, id, is_operator=is_operator, reason=reason
            )
            outcome = await self._requests.once(transaction, whose, once, {Lifted}, work)
        if isinstance(outcome, Lifted):
            self._rulebook.forget(whose)
            log.info("block.lifted", block_id=str(id), rule=outcome.block.rule)
        return outcome

    async def _lift(
        self,
        transaction: Transaction,
        caller: Caller,
        id: BlockId,
        *,
        is_operator: bool,
        reason: str,
    ) -> Lifted | AlreadyOver | OperatorsOwn:
        whose = caller.organisation.id
        store, tallies = BlockStore(transaction, whose), TallyStore(transaction, whose)
        found = await store.find(id)
        if found is None:
            raise NotFound("block")
        if not is_operator and self._rulebook.is_locked(found.rule):
            return OperatorsOwn(found.rule)
        now = transaction.now()
        if not shuts_out(found) and state_of(found, now) is BlockState.STANDING:
            # Before the tally, as those do who answer, so that nobody waits for each other.
            await AnswerStore(transaction, whose).clear()
        # Those who are being blocked hold the tally first, for the same reason.
        await tallies.hold([found.subject])
        outcome = lifted(await store.hold(id), caller.actor, now)
        if isinstance(outcome, AlreadyOver):
            return outcome
        # Clocks differ a little. With the tally held, no start that it counted is later than this.
        newest = await StartStore(transaction, whose).newest()
        await tallies.clear(found.subject, max(now, newest or now))
        await store.lift(outcome.block)
        entry = Entry(
            action=Action.BLOCK_LIFTED,
            actor=caller.actor,
            target=str(id),
            details={"rule": found.rule, **({"reason": reason} if reason else {})},
        )
        await AuditStore(transaction, whose).add(entry)
        return outcome
