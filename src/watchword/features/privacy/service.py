"""What is known about a person: counted for staff, and handed out to whoever asks for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from watchword.features.approvals.rules import Kind
from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller, Operator
from watchword.features.contacts.rules import FORGOTTEN, Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import Suppression, digest_of
from watchword.features.contacts.suppressions.store import SuppressionStore
from watchword.features.ledger.rules import EntryId
from watchword.features.ledger.service import Ledger, NotYet
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.desk import Gathered, gather, seeds_of, whole_person
from watchword.features.privacy.mapping import Opened, Table
from watchword.features.privacy.rules import (
    BadReason,
    NothingKnown,
    contact_in,
    find_fault,
    subject_of,
)
from watchword.features.privacy.tables import NAMED, OF_PEOPLE
from watchword.features.privacy.views import FORMAT, PersonExport, Record, record
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Row, Storage, Transaction

PROOFS_AT_MOST = 200
"""More would make a document that nobody can read; of the others the ledger itself gives proofs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is about a person, in numbers: enough to decide what to do."""

    contact_id: ContactId
    masked: str
    counts: Mapping[str, int]
    works_here: bool
    suppressions: Sequence[Suppression]
    address: str = field(repr=False)


Exported: TypeAlias = PersonExport | NothingKnown | BadReason | NeedsSecondPerson


class People:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        approvals: Approvals,
        ledger: Ledger,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._approvals = approvals
        self._ledger = ledger

    async def find(self, organisation_id: OrganisationId, contact: Contact) -> Known | NothingKnown:
        """Say what there is about a person, without showing any of it."""
        async with self._storage.reading(organisation_id) as transaction:
            id = await self._contacts.known(transaction, organisation_id, contact)
            keys = await self._organisations.keys(transaction, organisation_id)
            store = SuppressionStore(transaction, organisation_id)
            suppressions = await store.of(digest_of(keys, contact))
            if id is None:
                return NothingKnown(suppressions)
            whole = await whole_person(transaction, organisation_id, self._contacts, id)
            found = await gather(transaction, organisation_id, seeds_of(keys, whole))
            known = await self._contacts.open(transaction, organisation_id, id)
        staff = found.of(NAMED["staff"])
        return Known(
            contact_id=id,
            masked=known.masked,
            counts=found.counts(),
            works_here=any(row["state"] != "disabled" for row in staff),
            suppressions=suppressions,
            address=known.address.reveal(),
        )

    async def masked(
        self, organisation_id: OrganisationId, subjects: Collection[str]
    ) -> Mapping[str, str]:
        """Say whom requests are about, if about somebody; of the forgotten, nothing is said."""
        ids = {subject: id for subject in subjects if (id := contact_in(subject))}
        if not ids:
            return {}
        async with self._storage.reading(organisation_id) as transaction:
            known = {
                subject: await self._contacts.seen(transaction, organisation_id, id)
                for subject, id in ids.items()
            }
        return {
            subject: "" if contact is FORGOTTEN else contact.masked
            for subject, contact in known.items()
        }

    async def address_of(self, organisation_id: OrganisationId, subject: str) -> str | None:
        """Give the address that a request is about; nothing, if the person is forgotten."""
        id = contact_in(subject)
        if id is None:
            return None
        async with self._storage.reading(organisation_id) as transaction:
            try:
                known = await self._contacts.open(transaction, organisation_id, id)
            except NotFound:
                return None
        return known.address.reveal()

    async def export(self, caller: Caller, contact: Contact, reason: str) -> Exported:
        """Give everything about a person. That it was given stands in the ledger."""
        if fault := find_fault(reason):
            return fault
        whose = caller.organisation.id
        is_alone = not await self.needs_second_person(caller, Kind.PERSON_EXPORT)
        async with self._storage.reading(whose) as transaction:
            id = await self._contacts.known(transaction, whose, contact)
            keys = await self._organisations.keys(transaction, whose)
            if id is None:
                store = SuppressionStore(transaction, whose)
                return NothingKnown(await store.of(digest_of(keys, contact)))
        # First it is written down, so that nobody gets it without a trace.
        if not await self._note(caller, id, reason, is_alone=is_alone):
            return NeedsSecondPerson(subject_of(id))
        async with self._storage.reading(whose) as transaction:
            whole = await whole_person(transaction, whose, self._contacts, id)
            found = await gather(transaction, whose, seeds_of(keys, whole))
            sections = {
                table.section: await self._records(transaction, whose, id, table, found)
                for table in OF_PEOPLE
            }
            made_at = transaction.now()
        return PersonExport(
            format=FORMAT,
            made_at=made_at,
            organisation=caller.organisation.name,
            contact_point=contact.masked,
            sections={name: records for name, records in sections.items() if records},
            proofs=await self._proofs(whose, found),
        )

    async def needs_second_person(self, caller: Caller, kind: Kind) -> bool:
        """Say whether somebody may not do it alone. Whoever runs the machine answers for it."""
        if isinstance(caller, Operator):
            return False
        return await self._approvals.needs_second_person(caller.organisation.id, kind)

    async def _note(self, caller: Caller, id: ContactId, reason: str, *, is_alone: bool) -> bool:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if not is_alone:
                permit = await self._approvals.take(
                    transaction,
                    whose,
                    Kind.PERSON_EXPORT,
                    subject_of(id),
                    actor=caller.actor,
                )
                if permit is None:
                    return False
            entry = Entry(
                action=Action.PERSON_EXPORTED,
                actor=caller.actor,
                target=str(id),
                details={"reason": reason.strip()},
            )
            await AuditStore(transaction, whose).add(entry)
        return True

    async def _records(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        id: ContactId,
        table: Table,
        found: Gathered,
    ) -> list[Record]:
        records = []
        for row in found.of(table):
            opened = None
            if table.opens is not None:
                place = Place(whose, table.name, table.opens.place, row["id"])
                opened = await self._opened(transaction, id, table.opens, row, place)
            records.append(record(table, row, opened))
        return records

    async def _opened(
        self, transaction: Transaction, id: ContactId, opens: Opened, row: Row, place: Place
    ) -> str | None:
        sealed = row[opens.column]
        if sealed is None:
            return None
        if opens.person:
            person_id = str(row[opens.person])
            return await self._contacts.unseal_of(transaction, person_id, sealed, place)
        return await self._contacts.unseal(transaction, id, sealed, place)

    async def _proofs(self, whose: OrganisationId, found: Gathered) -> list[Record]:
        entries = sorted(found.of(NAMED["audit_entries"]), key=lambda row: int(row["at"]))
        proofs: list[Record] = []
        for row in entries[-PROOFS_AT_MOST:]:
            if row["leaf_position"] is None:
                continue
            try:
                receipt = await self._ledger.receipt(whose, EntryId(Id(row["id"])))
            except NotFound:
                continue
            if not isinstance(receipt, NotYet):
                proof: dict[str, Any] = msgspec.json.decode(receipt)
                proofs.append(proof)
        return proofs
