"""What happens to schemes: they are made, found, changed and removed."""

from collections.abc import Callable
from time import monotonic

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.schemes.meters.store import BoundStore, MeterStore
from watchword.features.schemes.rules import (
    SCHEMES_AT_MOST,
    Manner,
    Scheme,
    SchemeId,
    TooManySchemes,
    begun,
    changed,
)
from watchword.features.schemes.senders.store import SenderStore
from watchword.features.schemes.store import SchemeStore
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage, Transaction

FRESH_FOR = 3.0  # seconds; a scheme that is changed elsewhere is as it was here until then


class Schemes:
    def __init__(self, *, storage: Storage, seconds: Callable[[], float] = monotonic) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale."""
        self._storage = storage
        self._known = Remembered[tuple[OrganisationId, SchemeId], Scheme | None](
            fresh_for=FRESH_FOR, seconds=seconds
        )

    async def known(
        self, transaction: Transaction, organisation_id: OrganisationId, id: SchemeId
    ) -> Scheme | None:
        """Look a scheme up, as it may have been some seconds ago: each code asks for it."""

        async def read() -> Scheme | None:
            return await SchemeStore(transaction, organisation_id).find(id)

        return await self._known.find((organisation_id, id), read)

    async def find(self, caller: Caller, id: SchemeId) -> Scheme | None:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            return await SchemeStore(transaction, whose).find(id)

    async def all(self, caller: Caller, after: Bookmark | None, most: int) -> Page[Scheme]:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            return await SchemeStore(transaction, whose).all(after, most)

    async def create(self, caller: Caller, name: str, manner: Manner) -> Scheme | TooManySchemes:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = SchemeStore(transaction, whose)
            if await store.count() >= SCHEMES_AT_MOST:
                return TooManySchemes()
            scheme = begun(SchemeId(new_id()), name, manner, transaction.now())
            await store.add(scheme)
            await _note(transaction, caller, Action.SCHEME_CREATED, scheme.id)
        self._known.forget((whose, scheme.id))
        return scheme

    async def change(
        self, caller: Caller, id: SchemeId, wanted: Callable[[Scheme], tuple[str, Manner]]
    ) -> Scheme | None:
        """Change a scheme; `wanted` gives name and manner from what they were."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = SchemeStore(transaction, whose)
            scheme = await store.hold(id)
            if scheme is None:
                return None
            scheme = changed(scheme, *wanted(scheme), transaction.now())
            await store.save(scheme)
            await _note(transaction, caller, Action.SCHEME_CHANGED, id)
        self._known.forget((whose, id))
        return scheme

    async def remove(self, caller: Caller, id: SchemeId) -> bool:
        """Remove a scheme with its meters and senders. Nobody finds codes under it any more, and
        they end by themselves."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            removed = await SchemeStore(transaction, whose).remove(id)
            if removed:
                await BoundStore(transaction, whose).remove_of(id)
                await MeterStore(transaction, whose).remove_of(id)
                await SenderStore(transaction, whose).remove_of(id)
                await _note(transaction, caller, Action.SCHEME_REMOVED, id)
        self._known.forget((whose, id))
        return removed


async def _note(transaction: Transaction, caller: Caller, action: Action, id: SchemeId) -> None:
    entry = Entry(action=action, actor=caller.actor, target=Noun.SCHEME.of(id))
    await AuditStore(transaction, caller.organisation.id).add(entry)
