"""Customers as tests need them: people with names, telephones and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.stores import new_organisations, new_requests
from watchword.features.clients.rules import Operator
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact, ContactId, read_email, read_phone
from watchword.features.contacts.service import Contacts
from watchword.features.customers.rules import (
    Changes,
    Customer,
    CustomerContact,
    CustomerId,
    CustomerState,
    NewCustomer,
    Origin,
    Profile,
)
from watchword.features.customers.search.rules import Found
from watchword.features.customers.service import Customers
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage

BORN = date(1980, 5, 17)
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ANNA = Profile("Anna", "Müller", BORN)


def phone(typed: str = "0170 1234567") -> Contact:
    read = read_phone(typed, "DE")
    assert isinstance(read, Contact)
    return read


def email(typed: str = "anna@example.org") -> Contact:
    read = read_email(typed)
    assert isinstance(read, Contact)
    return read


def post(
    street: str = "Gartenstraße 5", *, name: str = "Anna Müller", code: str = "80331"
) -> Contact:
    read = read_post(Place(name, street, code, "München", "DE"))
    assert isinstance(read, Contact)
    return read


def customer(profile: Profile = ANNA, *contacts: Contact) -> Customer:
    """Make a customer who was never kept."""
    return Customer(
        id=CustomerId(new_id()),
        person_id="somebody",
        profile=profile,
        locale="de",
        state=CustomerState.ACTIVE,
        origin=Origin.STAFF,
        contacts=[
            CustomerContact(
                contact_id=ContactId(new_id()), kind=each.kind, contact=each, added_at=NOON
            )
            for each in contacts
        ],
        version=1,
        created_at=NOON,
        updated_at=NOON,
    )


@dataclass
class Shop:
    """A shop and its customers."""

    storage: Storage
    organisation: Organisation
    organisations: Organisations
    contacts: Contacts
    customers: Customers

    @property
    def caller(self) -> Operator:
        return Operator(name="test", organisation=self.organisation)

    async def add(
        self,
        given: str,
        family: str,
        *contacts: Contact,
        born: date | None = None,
        origin: Origin = Origin.STAFF,
    ) -> Customer:
        new = NewCustomer(profile=Profile(given, family, born), contacts=contacts, origin=origin)
        made = await self.customers.create(self.caller, new)
        assert isinstance(made, Customer)
        return made

    async def names(self, typed: str, *, most: int = 25) -> Sequence[str]:
        """Give the names of all who are found, page by page."""
        names, after = list[str](), None
        while True:
            found = await self.customers.search(self.organisation.id, typed, after, most)
            assert isinstance(found, Found)
            assert len(found.customers) <= most
            names += [each.profile.name for each in found.customers]
            after = found.after
            if after is None:
                return names

    async def change(self, before: Customer, changes: Changes) -> Customer:
        changed = await self.customers.change(self.caller, before.id, changes, before.version)
        assert isinstance(changed, Customer)
        return changed

    async def read(self, id: CustomerId) -> Customer:
        return await self.customers.read(self.organisation.id, id)


def new_shop(storage: Storage, organisation: Organisation) -> Shop:
    organisations = new_organisations(storage)
    contacts = Contacts(storage=storage, organisations=organisations)
    customers = Customers(
        storage=storage,
        organisations=organisations,
        contacts=contacts,
        requests=new_requests(storage),
    )
    return Shop(storage, organisation, organisations, contacts, customers)
