"""The parts that take customers and cards in from files, and write them into one."""

from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.audit.rules import Noun
from watchword.features.contacts.rules import ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.customers.bulk.service import Bulk
from watchword.features.imports.exports.service import CustomerExports
from watchword.features.imports.intake.service import Intake
from watchword.features.imports.ports import Book
from watchword.features.imports.service import Imports
from watchword.features.imports.uploads.service import Uploads
from watchword.features.imports.working.service import Working
from watchword.features.organisations.service import Organisations
from watchword.features.staff.rules import StaffId
from watchword.features.staff.store import StaffStore
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportServices:
    """All that doors and workers may ask about files with customers."""

    imports: Imports
    uploads: Uploads
    working: Working
    exports: CustomerExports


def import_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    approvals: Approvals,
    sealer: Sealer,
    *,
    book: Book,
) -> ImportServices:
    bulk = Bulk(organisations=organisations, contacts=contacts)
    imports = Imports(
        storage=storage,
        organisations=organisations,
        intake=Intake(organisations=organisations, bulk=bulk, book=book),
        locales=LOCALES,
        reached_at=_reached_at,
    )
    return ImportServices(
        imports=imports,
        uploads=Uploads(storage=storage, approvals=approvals, sealer=sealer),
        working=Working(
            storage=storage, organisations=organisations, imports=imports, sealer=sealer
        ),
        exports=CustomerExports(
            storage=storage, organisations=organisations, contacts=contacts, approvals=approvals
        ),
    )


async def _reached_at(
    transaction: Transaction, organisation_id: OrganisationId, actor: str
) -> ContactId | None:
    if not actor.startswith(Noun.STAFF.prefix):
        return None
    sealed = await StaffStore(transaction, organisation_id).get(
        StaffId(Id(actor.removeprefix(Noun.STAFF.prefix)))
    )
    return None if sealed is None else sealed.contact_id
