"""What one transaction about a person has at hand: all rows that name them, in any table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import digest_of
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.privacy.mapping import Dropped, Emptied, Subject, Table
from watchword.features.privacy.store import PeopleStore
from watchword.features.privacy.tables import OF_PEOPLE
from watchword.features.sandbox.rules import found_by
from watchword.features.sandbox.service import COLUMN
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

WITH_THE_KEY = frozenset({"contact_points", "person_keys"})
"""They go last, together: as long as they are there, what was begun can be finished."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """All rows about a person, by table; and the ids by which they were found."""

    ids: dict[Subject, set[Value]] = field(default_factory=dict)
    rows: dict[str, dict[tuple[Value, ...], Row]] = field(default_factory=dict)

    def of(self, table: Table) -> Sequence[Row]:
        return list(self.rows.get(table.name, {}).values())

    def counts(self) -> Mapping[str, int]:
        return {name: len(rows) for name, rows in self.rows.items() if rows}


@dataclass(frozen=True, slots=True)
class Whole:
    """A person, as far as contact points tell: those that are theirs alone, and who they are."""

    contacts: Mapping[ContactId, Contact]
    customer_id: CustomerId | None = None


async def whole_person(
    transaction: Transaction, organisation_id: OrganisationId, contacts: Contacts, id: ContactId
) -> Whole:
    """Say whose a contact point is. One that several customers share is nobody's: whoever asks for
    what is known about it is not told of the others, and nobody is forgotten with it."""
    reached = ReachedStore(transaction, organisation_id)
    sharing = {customer_id for _, customer_id in await reached.sharing([id])}
    if len(sharing) != 1:
        return Whole({id: await contacts.open(transaction, organisation_id, id)})
    [customer_id] = sharing
    return await whole_customer(transaction, organisation_id, contacts, customer_id, id)


async def whole_customer(
    transaction: Transaction,
    organisation_id: OrganisationId,
    contacts: Contacts,
    id: CustomerId,
    *more: ContactId,
) -> Whole:
    """Give a customer with the contact points that nobody else has."""
    alone = await ReachedStore(transaction, organisation_id).alone(id)
    ids = dict.fromkeys((*more, *alone))
    return Whole(
        {each: await contacts.open(transaction, organisation_id, each) for each in ids}, id
    )


def seeds_of(keys: OrganisationKeys, whole: Whole) -> Mapping[Subject, set[Value]]:
    """Give what the search for a person begins with."""
    known = whole.contacts.values()
    return {
        Subject.CONTACT: {*map(str, whole.contacts)},
        Subject.CUSTOMER: set() if whole.customer_id is None else {str(whole.customer_id)},
        Subject.INBOX: {keys.blind(COLUMN, found_by(each.address.reveal())) for each in known},
        Subject.OPT_OUT: {digest_of(keys, each) for each in known},
    }


async def gather(
    transaction: Transaction,
    organisation_id: OrganisationId,
    seeds: Mapping[Subject, Collection[Value]],
) -> Gathered:
    """Follow every link of the data map, until nothing new is found."""
    store = PeopleStore(transaction, organisation_id)
    found = Gathered({subject: {*seeds.get(subject, ())} for subject in Subject})
    asked: set[tuple[str, int, Value]] = set()
    is_growing = True
    while is_growing:
        is_growing = False
        for table in OF_PEOPLE:
            for number, link in enumerate(table.links):
                new = {
                    id for id in found.ids[link.subject] if (table.name, number, id) not in asked
                }
                if not new:
                    continue
                asked |= {(table.name, number, id) for id in new}
                for row in await store.about(table, link, new):
                    is_growing |= _keep(found, table, row)
    return found


def _keep(found: Gathered, table: Table, row: Row) -> bool:
    """Put a row to the others, and say whether it leads on."""
    key = tuple(row[name] for name in table.key)
    found.rows.setdefault(table.name, {})[key] = row
    before = sum(map(len, found.ids.values()))
    for subject, column in table.gives.items():
        found.ids[subject].add(row[column])
    return sum(map(len, found.ids.values())) > before


async def destroy(
    transaction: Transaction, organisation_id: OrganisationId, found: Gathered
) -> Mapping[str, int]:
    """Drop and empty what was found, as the data map has it; count the rows that were changed."""
    store, changed = PeopleStore(transaction, organisation_id), {}
    for table in OF_PEOPLE:
        rows, fate = found.of(table), table.fate
        if table.name in WITH_THE_KEY or not rows:
            continue
        if isinstance(fate, Dropped):
            await store.drop(table, rows)
            changed[table.name] = len(rows)
        elif isinstance(fate, Emptied):
            full = [row for row in rows if not fate.is_done(row)]
            await store.empty(table, full)
            changed[table.name] = len(full)
    return {name: count for name, count in changed.items() if count}
