"""What happens to audiences: they are saved, changed, counted and let go of."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from watchword.features.audiences.lists.store import MemberStore
from watchword.features.audiences.ports import Needed
from watchword.features.audiences.rules import (
    AUDIENCES_AT_MOST,
    Audience,
    AudienceId,
    AudienceOutOfDate,
    BadFilter,
    Choice,
    Count,
    Filter,
    Listed,
    ListNeeded,
    NameTaken,
    Refused,
    Tally,
    TooManyAudiences,
    changed,
    find_fault_of_name,
    made,
    read_filter,
    target_of,
)
from watchword.features.audiences.store import AudienceStore
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.rules import START
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.templates.rules import LOCALES
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

AT_ONCE = 2_000
"""Customers that one statement goes through. It takes some hundredths of a second."""
PATIENCE = 2.0
"""Seconds after which a count is shown as far as it is."""


class Audiences:
    def __init__(
        self,
        *,
        storage: Storage,
        requests: Requests,
        needed: Needed,
        at_once: int = AT_ONCE,
        patience: float = PATIENCE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._needed = needed
        self._at_once = at_once
        self._patience = patience
        self._clock = clock

    async def create(
        self, caller: Caller, name: str, filter: Filter, once: Once | None = None
    ) -> Audience | Refused | OtherBody:
        """Save a filter under a name."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._create, transaction, caller, name, filter)
            return await self._requests.once(transaction, whose, once, (Audience,), work)

    async def _create(
        self, transaction: Transaction, caller: Caller, name: str, filter: Filter
    ) -> Audience | BadFilter | TooManyAudiences | NameTaken:
        read = await self.reading(transaction, caller.organisation.id, filter)
        if isinstance(read, BadFilter):
            return read
        audience = made(AudienceId(new_id()), name, read, transaction.now())
        return await self.keep(transaction, caller, audience)

    async def keep(
        self, transaction: Transaction, caller: Caller, audience: Audience
    ) -> Audience | BadFilter | TooManyAudiences | NameTaken:
        """Keep a new audience, whatever it is made of."""
        if fault := find_fault_of_name(audience.name):
            return fault
        store = AudienceStore(transaction, caller.organisation.id)
        if await store.count_all() >= AUDIENCES_AT_MOST:
            return TooManyAudiences()
        if not await store.add(audience):
            return NameTaken()
        await note(transaction, caller, Action.AUDIENCE_CREATED, audience)
        return audience

    async def change(
        self, caller: Caller, id: AudienceId, name: str, filter: Filter, version: int
    ) -> Audience | Refused:
        """Change an audience as somebody saw it. Of a list, the name changes alone."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = AudienceStore(transaction, whose)
            before = await _held(store, id)
            if fault := find_fault_of_name(name):
                return fault
            read = await self.reading(transaction, whose, filter)
            if isinstance(read, BadFilter):
                return read
            if await store.is_named(name.strip(), other_than=id):
                return NameTaken()
            after = changed(before, name, read, version, transaction.now())
            if not isinstance(after, AudienceOutOfDate):
                await store.save(after)
                await note(transaction, caller, Action.AUDIENCE_CHANGED, after)
        return after

    async def remove(self, caller: Caller, id: AudienceId) -> ListNeeded | None:
        """Let go of an audience, and of its list.

        Of a filter a campaign keeps what it says, from when it was offered. Those on a list stand
        there alone, so the list stays until no campaign means it.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = AudienceStore(transaction, whose)
            audience = await _held(store, id)
            if audience.is_list and await self._needed(transaction, whose, id):
                return ListNeeded()
            await MemberStore(transaction, whose).drop(id)
            await store.drop(id)
            await note(transaction, caller, Action.AUDIENCE_REMOVED, audience)
        return None

    async def find(self, organisation_id: OrganisationId, id: AudienceId) -> Audience:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.get(transaction, organisation_id, id)

    async def get(
        self, transaction: Transaction, organisation_id: OrganisationId, id: AudienceId
    ) -> Audience:
        audience = await AudienceStore(transaction, organisation_id).get(id)
        if audience is None:
            raise NotFound("audience")
        return audience

    async def all(self, organisation_id: OrganisationId) -> Sequence[Audience]:
        """Give all audiences by name: there are no more than a menu can hold."""
        async with self._storage.reading(organisation_id) as transaction:
            return await AudienceStore(transaction, organisation_id).all()

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Audience]:
        """Give audiences, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await AudienceStore(transaction, organisation_id).newest(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def read(self, organisation_id: OrganisationId, filter: Filter) -> Filter | BadFilter:
        """Read a filter that is not saved."""
        async with self._storage.reading(organisation_id) as transaction:
            return await self.reading(transaction, organisation_id, filter)

    async def reading(
        self, transaction: Transaction, organisation_id: OrganisationId, filter: Filter
    ) -> Filter | BadFilter:
        read = read_filter(filter, LOCALES, transaction.now().date())
        if isinstance(read, Filter):
            locations = LocationStore(transaction, organisation_id)
            for id in read.bought_at:
                if await locations.get(id) is None:
                    return BadFilter("bought_at", "There is no such location.")
        return read

    async def count(self, organisation_id: OrganisationId, choice: Choice) -> Count:
        """Count whom an audience means, and whom of them one may write to by which channel.

        Each part is a statement of its own, so nobody waits for a large organisation's count; and
        whoever asks waits so long and no longer.
        """
        counted, after, began = Count(of_list=isinstance(choice, Listed)), START, self._clock()
        while True:
            async with self._storage.reading(organisation_id) as transaction:
                store = AudienceStore(transaction, organisation_id)
                part, goes_on = await store.count(choice, after, self._at_once)
            counted = counted.and_(part)
            if goes_on is None:
                return counted
            if self._clock() - began > self._patience:
                return replace(counted, is_whole=False)
            after = goes_on


async def _held(store: AudienceStore, id: AudienceId) -> Audience:
    audience = await store.hold(id)
    if audience is None:
        raise NotFound("audience")
    return audience


async def note(
    transaction: Transaction, caller: Caller, action: Action, audience: Audience
) -> None:
    tally = audience.tally or Tally()
    details: dict[str, str | int] = {"name": audience.name}
    if audience.is_list:
        details |= {"rows": tally.read}
        if not tally.is_few:
            details |= {"found": tally.found}
    target = target_of(audience.id)
    entry = Entry(action=action, actor=caller.actor, target=target, details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
