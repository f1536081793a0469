"""What happens when a person is forgotten: their key is destroyed, and all that it locked with it.

It is done in an order that can be begun again at any point: as long as the contact point is there,
what is left can be found. With it goes the key, in one transaction; whatever still arrives in that
moment is swept up after it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import structlog

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.rules import Challenge
from watchword.features.challenges.withdrawals.service import Withdrawals
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import digest_of
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.customers.rules import CustomerId, target_of
from watchword.features.customers.service import Customers
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.desk import (
    Whole,
    destroy,
    gather,
    seeds_of,
    whole_customer,
    whole_person,
)
from watchword.features.privacy.mapping import Subject
from watchword.features.privacy.rules import (
    Erased,
    Erasure,
    StillStaff,
    find_fault,
    subject_of,
)
from watchword.features.privacy.service import People
from watchword.features.privacy.store import PeopleStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, StorageConflict, Transaction, Value

ROUNDS_AT_MOST = 5
"""So often we look again for what arrived while we were at it. Then it is left to the sweep."""

ERASED = "erased"

log = structlog.get_logger()


class Erasures:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        customers: Customers,
        people: People,
        approvals: Approvals,
        withdrawals: Withdrawals,
        forget: Callable[[], None],
    ) -> None:
        """`forget` lets go of what this process remembers of people."""
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._customers = customers
        self._people = people
        self._approvals = approvals
        self._withdrawals = withdrawals
        self._forget = forget

    async def erase(self, caller: Caller, contact: Contact, reason: str) -> Erasure:
        """Forget a person. Whoever is forgotten already stays so: it can be asked again."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            id = await self._contacts.known(transaction, whose, contact)
            if id is None:
                is_opted_out = await self._is_opted_out(transaction, whose, [contact])
                now = transaction.now()
                return Erased(at=now, was_known=False, rows={}, is_opted_out=is_opted_out)
            whole = await whole_person(transaction, whose, self._contacts, id)
        return await self._erase(caller, whole, subject_of(id), reason)

    async def erase_customer(self, caller: Caller, id: CustomerId, reason: str) -> Erasure:
        """Forget a customer, with the contact points that nobody else has."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            customer = await self._customers.get(transaction, whose, id)
            whole = await whole_customer(transaction, whose, self._contacts, customer.id)
        return await self._erase(caller, whole, target_of(customer.id), reason)

    async def _erase(self, caller: Caller, whole: Whole, subject: str, reason: str) -> Erasure:
        whose = caller.organisation.id
        async with self._storage.reading(whose) as transaction:
            keys = await self._organisations.keys(transaction, whose)
            contacts = [*whole.contacts.values()]
            is_opted_out = await self._is_opted_out(transaction, whose, contacts)
            now = transaction.now()
        begun = await self._begin(caller, whole, subject)
        if isinstance(begun, StillStaff | NeedsSecondPerson):
            return begun
        rows, ids = await self._destroy(whose, seeds_of(keys, whole))
        ended = [*begun, *await self._end(caller, whole, reason)]
        more, _ = await self._destroy(whose, ids)
        await self._let_go(caller, whole, ended)
        return Erased(
            at=now,
            was_known=True,
            rows=Counter(rows) + Counter(more) + Counter(contact_points=len(contacts)),
            ended=len(ended),
            is_opted_out=is_opted_out,
        )

    async def _is_opted_out(
        self, transaction: Transaction, whose: OrganisationId, contacts: Sequence[Contact]
    ) -> bool:
        keys = await self._organisations.keys(transaction, whose)
        store = SuppressionStore(transaction, whose)
        return any([await store.of(digest_of(keys, contact)) for contact in contacts])

    async def _begin(
        self, caller: Caller, whole: Whole, subject: str
    ) -> Sequence[Challenge] | StillStaff | NeedsSecondPerson:
        """End what is pending, if the person may be forgotten at all; give it."""
        whose, kind = caller.organisation.id, Kind.PERSON_ERASURE
        is_alone = not await self._people.needs_second_person(caller, kind)
        async with self._storage.begin(whose) as transaction:
            store = PeopleStore(transaction, whose)
            for id in whole.contacts:
                await store.hold(id)
                if await store.works_here(id):
                    return StillStaff()
            if not is_alone and not await self._approvals.take(
                transaction, whose, kind, subject, actor=caller.actor
            ):
                return NeedsSecondPerson(subject)
            return [
                challenge
                for id in whole.contacts
                for challenge in await self._withdrawals.end_all(
                    transaction, caller, id, reason=ERASED
                )
            ]

    async def _destroy(
        self, whose: OrganisationId, seeds: Mapping[Subject, Collection[Value]]
    ) -> tuple[Mapping[str, int], Mapping[Subject, Collection[Value]]]:
        """Destroy all that is found, until nothing is; give what it was, and by which ids."""
        rows: Counter[str] = Counter()
        ids: Mapping[Subject, Collection[Value]] = seeds
        for _ in range(ROUNDS_AT_MOST):
            async with self._storage.reading(whose) as transaction:
                found = await gather(transaction, whose, ids)
            ids = found.ids
            try:
                async with self._storage.begin(whose) as transaction:
                    changed = await destroy(transaction, whose, found)
            except StorageConflict:
                continue  # Somebody was at the same rows, and we at theirs.
            if not changed:
                break
            rows.update(changed)
        return rows, ids

    async def _end(self, caller: Caller, whole: Whole, reason: str) -> Sequence[Challenge]:
        """Destroy the keys. What began since we looked ends now, and nothing begins after it."""
        whose, ended = caller.organisation.id, list[Challenge]()
        async with self._storage.begin(whose) as transaction:
            store, audit = PeopleStore(transaction, whose), AuditStore(transaction, whose)
            for id in whole.contacts:
                person_id = await store.hold(id)
                if person_id is None:
                    continue  # Somebody else has just done the same.
                ended += await self._withdrawals.end_all(transaction, caller, id, reason=ERASED)
                await store.destroy(id, person_id)
                entry = Entry(
                    action=Action.PERSON_ERASED,
                    actor=caller.actor,
                    target=str(id),
                    details={"reason": reason.strip()},
                )
                await audit.add(entry)
            if whole.customer_id is not None:
                await self._customers.forget(transaction, caller, whole.customer_id, reason)
        return ended

    async def _let_go(self, caller: Caller, whole: Whole, ended: Sequence[Challenge]) -> None:
        """Let nothing of the person stand in a log or in memory; tell applications without names.

        Last, for whatever they were told before has been destroyed, and this may stay.
        """
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            nameless = [replace(challenge, reference=None) for challenge in ended]
            await self._withdrawals.tell(transaction, caller, nameless)
        self._withdrawals.announce(whose)
        self._forget()
        is_log_empty = await self._storage.empty_log()
        for id in whole.contacts:
            if not is_log_empty:
                # Somebody is reading just now. The next sweep empties it.
                log.info("person.still_in_the_log", contact_id=str(id))
            log.info("person.erased", contact_id=str(id))
