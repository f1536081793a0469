"""What happens when customers change how they are reached, and when two entries are one person."""

from collections.abc import Sequence

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.contacts.service import Contacts
from watchword.features.customers.duplicates.store import DuplicateStore
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import (
    Changes,
    Customer,
    CustomerContact,
    CustomerId,
    target_of,
)
from watchword.features.customers.service import Customers
from watchword.features.wallet.arrivals.rules import Arrival, Kind, Step
from watchword.features.wallet.arrivals.service import Arrivals, Begun
from watchword.features.wallet.changes.rules import (
    LastOne,
    NotOne,
    Stale,
    TheirsAlready,
    likely,
    same,
)
from watchword.features.wallet.notices.rules import CHANNELS
from watchword.features.wallet.notices.rules import Kind as Notice
from watchword.features.wallet.notices.service import Notices
from watchword.features.wallet.rules import Holder
from watchword.features.wallet.sessions.rules import Visit, is_fresh
from watchword.features.wallet.sessions.store import SessionStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

ONE_PERSON = "The customer proved both entries in the wallet and asked for it."


class ContactChanges:
    def __init__(
        self,
        *,
        storage: Storage,
        customers: Customers,
        contacts: Contacts,
        arrivals: Arrivals,
        notices: Notices,
    ) -> None:
        self._storage = storage
        self._customers = customers
        self._contacts = contacts
        self._arrivals = arrivals
        self._notices = notices

    async def customer(self, visit: Visit) -> Customer:
        """Give who is signed in, with all that they are reached by."""
        return await self._customers.read(visit.organisation.id, visit.customer_id)

    async def begin(
        self,
        visit: Visit,
        contact: Contact,
        replaces: ContactId | None,
        *,
        locale: str,
        address: str,
    ) -> Begun | Stale | TheirsAlready:
        """Send a code to a contact point that is to be theirs, in place of another or beside it."""
        if not is_fresh(visit.session, self._storage.now()):
            return Stale()
        customer = await self.customer(visit)
        if replaces is not None and not _is_open(customer.contact(replaces)):
            raise NotFound("contact point")
        wanted = (contact.kind, contact.canonical.reveal())
        if any(
            (each.kind, each.contact.canonical.reveal()) == wanted and each.verified_at
            for each in customer.contacts
        ):
            return TheirsAlready()
        return await self._arrivals.begin(
            visit.organisation,
            [contact],
            kind=Kind.CONTACT,
            locale=locale,
            address=address,
            visit=visit,
            replaces=None if replaces is None else str(replaces),
        )

    async def remove(self, visit: Visit, id: ContactId) -> Stale | LastOne | None:
        """Let a contact point be theirs no more; nothing, if that went well."""
        async with self._storage.begin(visit.organisation.id) as transaction:
            if not is_fresh(visit.session, transaction.now()):
                return Stale()
            customer = await self._customers.get(
                transaction, visit.organisation.id, visit.customer_id
            )
            going = customer.contact(id)
            if going is None or not _is_open(going):
                raise NotFound("contact point")
            if not any(each.verified_at for each in customer.contacts if each.contact_id != id):
                return LastOne()
            await SessionStore(transaction, visit.organisation.id).keep(visit.session.id)
            await self._customers.amend(transaction, visit, customer.id, Changes(removes=[id]))
            await self._note(transaction, visit, customer.id, going.kind)
            left = await self._customers.get(transaction, visit.organisation.id, customer.id)
            word = next((each.contact.masked for each in left.contacts if each.verified_at), "")
            await self._notices.tell_all(
                transaction, visit, left, Notice.CONTACT, word=word, old=going
            )
        self._notices.announce(visit.organisation)
        return None

    async def take(
        self,
        transaction: Transaction,
        holder: Holder,
        contact_id: ContactId,
        replaces: ContactId | None = None,
    ) -> Customer | None:
        """Let a contact point be a customer's who has just proven it. Tell them everywhere.

        Give who else is the same person beyond doubt; of whoever may be, staff see it.
        """
        whose = holder.organisation.id
        before = await self._customers.get(transaction, whose, holder.customer_id)
        contact = await self._contacts.open(transaction, whose, contact_id)
        old = None if replaces is None else before.contact(replaces)
        is_new = before.contact(contact_id) is None
        removes = [] if old is None or old.contact_id == contact_id else [old.contact_id]
        if is_new or removes:
            changes = Changes(adds=[contact] if is_new else [], removes=removes)
            await self._customers.amend(transaction, holder, before.id, changes)
        await self._customers.mark_verified(transaction, whose, before.id, contact_id)
        await self._note(transaction, holder, before.id, contact.kind)
        after = await self._customers.get(transaction, whose, before.id)
        await self._notices.tell_all(
            transaction,
            holder,
            after,
            Notice.CONTACT,
            word=contact.masked,
            new=contact_id,
            old=old if removes else None,
        )
        return await self._other(transaction, holder, after, contact_id)

    async def merge(self, visit: Visit, secret: Secret) -> Customer | NotOne:
        """Let somebody be one with whom they have just shown to be. Their own entry stays."""
        arrival = await self._arrivals.look(visit.organisation, secret)
        if not _asks_to_merge(arrival, visit):
            return NotOne()
        assert arrival is not None and arrival.facts.other_id is not None  # noqa: S101, PT018 - it asks
        other = CustomerId(Id(arrival.facts.other_id))
        merged = await self._customers.merge(visit, visit.customer_id, other, ONE_PERSON)
        await self._arrivals.leave(visit.organisation, secret)
        if not isinstance(merged, Customer):
            return NotOne()
        async with self._storage.begin(visit.organisation.id) as transaction:
            await self._notices.tell_all(transaction, visit, merged, Notice.MERGED)
        self._notices.announce(visit.organisation)
        return merged

    async def _other(
        self, transaction: Transaction, holder: Holder, customer: Customer, contact_id: ContactId
    ) -> Customer | None:
        whose = holder.organisation.id
        shared = await ReachedStore(transaction, whose).sharing([contact_id])
        ids = {id for _, id in shared} - {customer.id}
        others: Sequence[Customer] = [
            *(await self._customers.some(transaction, whose, ids)).values()
        ]
        matches = likely(customer, others)
        match = same(matches, contact_id)
        if match is not None:
            return match.customer
        pairs = ((customer.id, each.customer.id, each.traits) for each in matches)
        await DuplicateStore(transaction, whose).add(pairs)
        return None

    async def _note(
        self, transaction: Transaction, caller: Caller, id: CustomerId, kind: ContactKind
    ) -> None:
        entry = Entry(
            action=Action.WALLET_CONTACT_CHANGED,
            actor=caller.actor,
            target=target_of(id),
            details={"kind": kind},
        )
        await AuditStore(transaction, caller.organisation.id).add(entry)


def _is_open(contact: CustomerContact | None) -> bool:
    """Say whether customers change such a contact point themselves: no postal address."""
    return contact is not None and contact.kind in CHANNELS


def _asks_to_merge(arrival: Arrival | None, visit: Visit) -> bool:
    if arrival is None or arrival.step is not Step.MERGE or arrival.facts.other_id is None:
        return False
    return arrival.customer_id == visit.customer_id
