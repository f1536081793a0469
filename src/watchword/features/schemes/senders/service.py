"""What happens to the choice of senders: it is made, changed, told and taken back."""

from collections.abc import Sequence
from dataclasses import replace

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.schemes.rules import NoScheme, SchemeId
from watchword.features.schemes.senders.rules import CountryTaken, Sender
from watchword.features.schemes.senders.store import SenderStore
from watchword.features.schemes.store import SchemeStore
from watchword.foundation.storage import Storage, Transaction


class Senders:
    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def of(self, caller: Caller, scheme_id: SchemeId) -> Sequence[Sender]:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            return await SenderStore(transaction, whose).of(scheme_id)

    async def choose(
        self, caller: Caller, scheme_id: SchemeId, country: str, service_sid: str
    ) -> Sender | NoScheme | CountryTaken:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if await SchemeStore(transaction, whose).hold(scheme_id) is None:
                return NoScheme()
            now = transaction.now()
            sender = Sender(
                scheme_id=scheme_id,
                country=country,
                service_sid=service_sid,
                created_at=now,
                changed_at=now,
            )
            if not await SenderStore(transaction, whose).add(sender):
                return CountryTaken()
            await _note(transaction, caller, scheme_id)
        return sender

    async def change(
        self, caller: Caller, scheme_id: SchemeId, country: str, service_sid: str
    ) -> Sender | None:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await SchemeStore(transaction, whose).hold(scheme_id)
            store = SenderStore(transaction, whose)
            there = {each.country: each for each in await store.of(scheme_id)}
            if country not in there:
                return None
            now = transaction.now()
            sender = replace(there[country], service_sid=service_sid, changed_at=now)
            await store.save(sender)
            await _note(transaction, caller, scheme_id)
        return sender

    async def remove(self, caller: Caller, scheme_id: SchemeId, country: str) -> bool:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            removed = await SenderStore(transaction, whose).remove(scheme_id, country)
            if removed:
                await _note(transaction, caller, scheme_id)
        return removed


async def _note(transaction: Transaction, caller: Caller, id: SchemeId) -> None:
    entry = Entry(
        action=Action.SCHEME_CHANGED,
        actor=caller.actor,
        target=Noun.SCHEME.of(id),
        details={"part": "senders"},
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
