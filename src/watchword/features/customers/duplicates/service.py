"""What happens to duplicates: staff look at both, and say that they are one person, or two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.service import Contacts
from watchword.features.customers.accounts.rules import Account
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.desk import Desk
from watchword.features.customers.duplicates.rules import (
    AlreadyDecided,
    Duplicate,
    DuplicateId,
    DuplicateState,
)
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.matching import Match, compare
from watchword.features.customers.rules import Customer, CustomerId, CustomerState, target_of
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import Reasonless, find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

COUNTED_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two customers who may be one person, beside each other. `match` is of the second."""

    duplicate: Duplicate
    first: Customer
    second: Customer
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A pair, and what each of the two holds."""

    pair: Pair
    accounts: Mapping[CustomerId, Sequence[Account]]


class Duplicates:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, contacts: Contacts
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Pair]:
        """Give what is to be decided, what was found first before the rest."""
        async with self._storage.reading(organisation_id) as transaction:
            store = DuplicateStore(transaction, organisation_id)
            page = page_of(await store.open(after, most + 1), most, _bookmark)
            desk = self._desk(transaction, organisation_id)
            return Page(await _opened(desk, page.items), page.after)

    async def find(self, organisation_id: OrganisationId, id: DuplicateId) -> Beside:
        """Give one pair, as long as it is to be decided."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await DuplicateStore(transaction, organisation_id).get(id)
            if found is None or found.state is not DuplicateState.OPEN:
                raise NotFound("duplicate")
            pairs = await _opened(self._desk(transaction, organisation_id), [found])
            if not pairs:
                raise NotFound("duplicate")
            store = AccountStore(transaction, organisation_id)
            accounts = {id: await store.of(id) for id in (found.first_id, found.second_id)}
        return Beside(pair=pairs[0], accounts=accounts)

    async def is_known(self, organisation_id: OrganisationId, id: DuplicateId) -> bool:
        """Say whether there is such a question, or was one."""
        async with self._storage.reading(organisation_id) as transaction:
            return await DuplicateStore(transaction, organisation_id).get(id) is not None

    async def count(self, organisation_id: OrganisationId) -> int:
        """Count what is to be decided; more than a hundred are a hundred."""
        async with self._storage.reading(organisation_id) as transaction:
            return await DuplicateStore(transaction, organisation_id).count_open(COUNTED_AT_MOST)

    async def dismiss(
        self, caller: Caller, id: DuplicateId, reason: str
    ) -> Duplicate | AlreadyDecided | Reasonless:
        """Note that two customers are two people. Nobody is asked about them again."""
        if fault := find_fault_of_reason(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = DuplicateStore(transaction, whose)
            decided = await store.dismiss(id, caller.actor)
            found = await store.get(id)
            if found is None:
                raise NotFound("duplicate")
            if not decided:
                return AlreadyDecided()
            entry = Entry(
                action=Action.DUPLICATE_DISMISSED,
                actor=caller.actor,
                target=target_of(found.first_id),
                details={"other": target_of(found.second_id), "reason": reason.strip()},
            )
            await AuditStore(transaction, whose).add(entry)
        return found

    def _desk(self, transaction: Transaction, organisation_id: OrganisationId) -> Desk:
        return Desk(transaction, organisation_id, self._organisations, self._contacts)


async def _opened(desk: Desk, found: Sequence[Duplicate]) -> Sequence[Pair]:
    ids = {id for each in found for id in (each.first_id, each.second_id)}
    sealed = [
        each
        for each in await desk.customers.some(sorted(ids, key=str))
        if each.customer.state is CustomerState.ACTIVE
    ]
    people = {each.id: each for each in await desk.open(sealed)}
    pairs = []
    for each in found:
        first, second = people.get(each.first_id), people.get(each.second_id)
        if first is not None and second is not None:
            contacts = [one.contact for one in first.contacts]
            match = compare(first.profile, contacts, second)
            pairs.append(Pair(duplicate=each, first=first, second=second, match=match))
    return pairs


def _bookmark(duplicate: Duplicate) -> Bookmark:
    return Bookmark(duplicate.found_at, duplicate.id)
