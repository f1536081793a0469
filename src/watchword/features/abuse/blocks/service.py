"""What happens to blocks: staff look at them, and lift them."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from watchword.features.abuse.history.store import AnswerStore
from watchword.features.abuse.rulebook.service import Rulebook
from watchword.features.abuse.rules import AlreadyOver, Block, BlockId, RuleName, lifted
from watchword.features.abuse.store import BlockStore, TallyStore
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage

log = structlog.get_logger()


class Blocks:
    def __init__(self, *, storage: Storage, rulebook: Rulebook) -> None:
        self._storage = storage
        self._rulebook = rulebook

    async def page(
        self,
        organisation_id: OrganisationId,
        *,
        most: int,
        after: BlockId | None = None,
        only_active: bool = False,
    ) -> tuple[Sequence[Block], datetime]:
        """Give blocks, the newest first, from behind one on; and the time that it is."""
        async with self._storage.reading(organisation_id) as transaction:
            store = BlockStore(transaction, organisation_id)
            last = None if after is None else await store.find(after)
            if after is not None and last is None:
                raise NotFound("block")
            now = transaction.now()
            blocks = await store.page(last, most, only_active=only_active, now=now)
        return blocks, now

    async def lift(self, caller: Caller, id: BlockId) -> Block | AlreadyOver:
        """End a block before its time. What was counted until then is forgotten."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = BlockStore(transaction, whose)
            # Whoever is being blocked holds the tally first, so that nobody waits for each other.
            found = await store.find(id)
            if found is None:
                raise NotFound("block")
            await TallyStore(transaction, whose).hold([found.subject])
            block = lifted(await store.hold(id), caller.actor, transaction.now())
            if isinstance(block, AlreadyOver):
                return block
            await TallyStore(transaction, whose).clear(block.subject)
            if block.rule is RuleName.SPRAY:
                await AnswerStore(transaction, whose).clear()
            await store.lift(block)
            entry = Entry(
                action=Action.BLOCK_LIFTED,
                actor=caller.actor,
                target=str(id),
                details={"rule": block.rule},
            )
            await AuditStore(transaction, whose).add(entry)
        self._rulebook.forget(whose)
        log.info("block.lifted", block_id=str(id), rule=block.rule)
        return block
