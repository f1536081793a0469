"""The parts that know who customers are."""

from dataclasses import dataclass

from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.withdrawals.service import Withdrawals
from watchword.features.contacts.service import Contacts
from watchword.features.customers.duplicates.service import Duplicates
from watchword.features.customers.pending.service import PendingCodes
from watchword.features.customers.service import Customers
from watchword.features.idempotency.service import Requests
from watchword.features.imports.intake.service import ImportKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.storage import Storage
from watchword.wiring.audiences import AudienceServices, audience_services


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerServices:
    """All that doors may ask about customers. Whoever listens to them is told in `Assembly`."""

    customers: Customers
    duplicates: Duplicates
    audiences: AudienceServices


def customer_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    *,
    mailroom: Mailroom,
    requests: Requests,
) -> CustomerServices:
    customers = Customers(
        storage=storage, organisations=organisations, contacts=contacts, requests=requests
    )
    customers.be_heard_by(PendingCodes(withdrawals=Withdrawals(mailroom=mailroom)))
    customers.be_heard_by(ImportKeys())
    return CustomerServices(
        customers=customers,
        duplicates=Duplicates(storage=storage, organisations=organisations, contacts=contacts),
        audiences=audience_services(storage, organisations, customers, requests),
    )
