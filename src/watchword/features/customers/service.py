"""What happens to customers: they come, are changed, found, and told of to whoever listens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.accounts.rules import Account, AccountId, NewAccount, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.bulk.service import Bulk, Kept
from watchword.features.customers.desk import Desk, sealed_new
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.matching import Match
from watchword.features.customers.merges.service import Merges
from watchword.features.customers.ports import Hears, Unites
from watchword.features.customers.reached.store import NewLink, ReachedStore
from watchword.features.customers.rules import (
    BadField,
    Changes,
    Customer,
    CustomerId,
    Made,
    NewCustomer,
    NotMerged,
    Origin,
    OutOfDate,
    Profile,
    Refused,
    changed,
    erased,
    find_fault_of_contacts,
    target_of,
    what_changed,
)
from watchword.features.customers.search.rules import Bookmark as SearchBookmark
from watchword.features.customers.search.rules import Found, TooShort
from watchword.features.customers.search.service import Search
from watchword.features.customers.store import SealedCustomer
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


class Customers:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        requests: Requests,
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._organisations = organisations
        self._contacts = contacts
        self._search = Search(storage=storage, organisations=organisations, contacts=contacts)
        self._listeners: list[Hears] = []
        self._uniting: list[Unites] = []
        self._bulk = Bulk(organisations=organisations, contacts=contacts)
        self._merges = Merges(
            organisations=organisations, contacts=contacts, listeners=self._listeners
        )

    def be_heard_by(self, listener: Hears) -> None:
        """Tell somebody from now on what happens to customers, inside the same transaction."""
        self._listeners.append(listener)

    def let_unite(self, listener: Unites) -> None:
        """Tell somebody from now on when accounts become one, inside the same transaction."""
        self._uniting.append(listener)

    async def create(self, caller: Caller, new: NewCustomer) -> Customer | BadField:
        if fault := find_fault_of_contacts(len(new.contacts)):
            return fault
        async with self._storage.begin(caller.organisation.id) as transaction:
            return await self.add(transaction, caller, new)

    async def create_once(
        self, caller: Caller, new: NewCustomer, once: Once | None
    ) -> Customer | BadField | OtherBody:
        """Do the same once, however often the same request comes; it gives them as they are."""
        if fault := find_fault_of_contacts(len(new.contacts)):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Made:
                return Made((await self.add(transaction, caller, new)).id)

            outcome = await self._requests.once(transaction, whose, once, {Made}, work)
            if isinstance(outcome, OtherBody):
                return outcome
            return await self.get(transaction, whose, outcome.id)

    async def add(self, transaction: Transaction, caller: Caller, new: NewCustomer) -> Customer:
        """Keep a new customer, and note whom else they may be."""
        whose = caller.organisation.id
        matches: Sequence[Match] = []
        if new.origin is not Origin.REGISTRATION:
            # Who registers is matched there, and what comes of it stands in the queue of claims.
            matches = await self.matching(transaction, whose, new.profile, new.contacts)
        desk = self._desk(transaction, whose)
        sealed = sealed_new(await desk.keys(), new, caller.organisation.locale).sealed
        await desk.customers.add(sealed)
        await self._link(transaction, whose, sealed.id, new.contacts)
        if new.account is not None:
            await self.open_account(transaction, whose, sealed.id, new.account)
        pairs = ((sealed.id, match.customer.id, match.traits) for match in matches)
        await DuplicateStore(transaction, whose).add(pairs)
        await _note(transaction, caller, Action.CUSTOMER_CREATED, sealed.id, origin=new.origin)
        return await desk.get(sealed.id)

    async def add_many(
        self, transaction: Transaction, caller: Caller, news: Sequence[NewCustomer]
    ) -> Sequence[Kept]:
        """Do the same for many at once, in their order. It is as fast as one statement for each
        table can be, and writes nothing in the audit: whoever brings so many writes one line."""
        return await self._bulk.add_many(transaction, caller, news)

    async def change(
        self, caller: Caller, id: CustomerId, changes: Changes, version: int, *, reason: str = ""
    ) -> Customer | Refused:
        """Change a customer as somebody saw them: in that `version`, or not at all. Staff say why,
        and it stands in the ledger."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            return await self.amend(transaction, caller, id, changes, version, reason=reason)

    async def amend(
        self,
        transaction: Transaction,
        caller: Caller,
        id: CustomerId,
        changes: Changes,
        version: int | None = None,
        *,
        reason: str = "",
    ) -> Customer | Refused:
        """Do the same as part of somebody's transaction; without a `version`, as they are."""
        whose = caller.organisation.id
        desk = self._desk(transaction, whose)
        before, sealed = await desk.hold(id)
        if version not in (None, before.version):
            return OutOfDate(before.version)
        count = len(before.contacts) + len(changes.adds) - len(changes.removes)
        if fault := find_fault_of_contacts(count):
            return fault
        after = changed(before, changes, transaction.now())
        await desk.customers.save(await desk.reseal(sealed, after))
        for contact_id in changes.removes:
            await desk.reached.remove(after.id, contact_id)
        await self._link(transaction, whose, after.id, changes.adds)
        after = await desk.get(after.id)
        said = {"reason": reason.strip()} if reason.strip() else {}
        what = " ".join(what_changed(before, after))
        await _note(transaction, caller, Action.CUSTOMER_CHANGED, after.id, what=what, **said)
        for listener in self._listeners:
            await listener.changed(transaction, caller, before, after)
        return after

    async def merge(
        self, caller: Caller, kept: CustomerId, merged: CustomerId, reason: str
    ) -> Customer | NotMerged:
        """Let two customers be one. From now on both ids lead to the one who is kept."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            return await self.unite(transaction, caller, kept, merged, reason)

    async def unite(
        self,
        transaction: Transaction,
        caller: Caller,
        kept: CustomerId,
        merged: CustomerId,
        reason: str,
    ) -> Customer | NotMerged:
        """Do the same as part of somebody's transaction."""
        return await self._merges.merge(transaction, caller, kept, merged, reason)

    async def forget(
        self, transaction: Transaction, caller: Caller, id: CustomerId, reason: str
    ) -> None:
        """Destroy the key of a customer, and all that leads to them; an empty row stays.

        Their contact points are not touched: whoever forgets a whole person sees to them.
        """
        whose = caller.organisation.id
        desk = self._desk(transaction, whose)
        sealed = await desk.customers.hold(id)
        if sealed is None or sealed.customer.deleted_at is not None:
            return
        for alias in await desk.customers.aliases(id):
            await self._empty(desk, transaction, alias)
        await desk.reached.remove_all(id)
        await AccountStore(transaction, whose).drop_holder(id)
        await DuplicateStore(transaction, whose).drop(id)
        await self._empty(desk, transaction, id)
        await _note(transaction, caller, Action.CUSTOMER_ERASED, id, reason=reason.strip())
        for listener in self._listeners:
            await listener.erased(transaction, caller, id)

    async def _empty(self, desk: Desk, transaction: Transaction, id: CustomerId) -> None:
        sealed = await desk.customers.hold(id)
        if sealed is not None:
            customer = erased(sealed.customer, transaction.now())
            await desk.customers.empty(replace(sealed, customer=customer))

    async def read(self, organisation_id: OrganisationId, id: CustomerId) -> Customer:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.get(transaction, organisation_id, id)

    async def get(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CustomerId
    ) -> Customer:
        """Read a customer; the id of one who was merged gives the one who has become of them."""
        return await self._desk(transaction, organisation_id).get(id)

    async def some(
        self, transaction: Transaction, organisation_id: OrganisationId, ids: Iterable[CustomerId]
    ) -> Mapping[CustomerId, Customer]:
        """Read some customers at once; an id of one who was merged leads to who has become of
        them. Who was forgotten is not among them."""
        return await self._desk(transaction, organisation_id).some({*ids})

    async def left(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        ids: Iterable[CustomerId],
        since: datetime,
    ) -> Mapping[CustomerId, Sequence[Contact]]:
        """Give how some customers were reached before, of what they do not have any more since
        then."""
        return await self._desk(transaction, organisation_id).left({*ids}, since)

    async def named(
        self, transaction: Transaction, organisation_id: OrganisationId, ids: Iterable[CustomerId]
    ) -> Mapping[CustomerId, Customer]:
        """Do the same without how they are reached, for lists that show names."""
        return await self._desk(transaction, organisation_id).named({*ids})

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Customer]:
        """Give customers, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            desk = self._desk(transaction, organisation_id)
            page = page_of(await desk.customers.page(after, most + 1), most, _bookmark)
            return Page(await desk.open(page.items), page.after)

    async def search(
        self,
        organisation_id: OrganisationId,
        typed: str,
        after: SearchBookmark | None = None,
        most: int = 25,
    ) -> Found | TooShort:
        return await self._search.search(organisation_id, typed, after, most)

    async def matching(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        profile: Profile,
        contacts: Sequence[Contact],
    ) -> Sequence[Match]:
        """Give who may be the same person, those first of whom most agrees."""
        return await self._search.matching(transaction, organisation_id, profile, contacts)

    async def mark_verified(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: CustomerId,
        contact_id: ContactId,
    ) -> bool:
        """Note that a customer has shown a contact point to be theirs, if they have it."""
        return await ReachedStore(transaction, organisation_id).mark_verified(id, contact_id)

    async def mark_bad(
        self, transaction: Transaction, organisation_id: OrganisationId, contact_id: ContactId
    ) -> int:
        """Note that nothing arrives at a contact point, for all who have it; count them."""
        return await ReachedStore(transaction, organisation_id).mark_bad(contact_id)

    async def open_account(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: CustomerId,
        new: NewAccount,
    ) -> Account:
        account = opened(AccountId(new_id()), new, transaction.now())
        await AccountStore(transaction, organisation_id).add([(account, id)])
        return account

    async def unite_accounts(
        self, transaction: Transaction, caller: Caller, into: AccountId, other: AccountId
    ) -> bool:
        """Let one account have what both had, and end the other. Currencies are not mixed."""
        accounts = AccountStore(transaction, caller.organisation.id)
        if not await accounts.may_unite(into, other):
            return False
        for listener in self._uniting:
            await listener.united(transaction, caller, into, other)
        await accounts.unite(into, other)
        return True

    async def accounts(
        self, transaction: Transaction, organisation_id: OrganisationId, id: CustomerId
    ) -> Sequence[Account]:
        """Give what a customer holds, alone or with others."""
        return await AccountStore(transaction, organisation_id).of(id)

    async def accounts_of(
        self, transaction: Transaction, organisation_id: OrganisationId, ids: Iterable[CustomerId]
    ) -> Mapping[CustomerId, Sequence[Account]]:
        """Give what each of some customers holds."""
        return await AccountStore(transaction, organisation_id).of_some({*ids})

    async def _link(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: CustomerId,
        contacts: Sequence[Contact],
    ) -> None:
        links = [
            NewLink(
                id,
                await self._contacts.recognise(transaction, organisation_id, contact),
                contact.kind,
            )
            for contact in contacts
        ]
        await ReachedStore(transaction, organisation_id).add(links)

    def _desk(self, transaction: Transaction, organisation_id: OrganisationId) -> Desk:
        return Desk(transaction, organisation_id, self._organisations, self._contacts)


def _bookmark(sealed: SealedCustomer) -> Bookmark:
    return Bookmark(sealed.customer.created_at, sealed.customer.id)


async def _note(
    transaction: Transaction, caller: Caller, action: Action, id: CustomerId, **details: str
) -> None:
    entry = Entry(action=action, actor=caller.actor, target=target_of(id), details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
