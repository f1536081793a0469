"""Somebody who has left traces in every table that can hold one, each with a canary in it.

The rows are written straight into the tables, as the data map says that they belong to a person. So
a table that is added to the map is seeded too, and one that is not in the map fails a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.whole_house import email
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.suppressions.rules import digest_of
from watchword.features.privacy.mapping import Emptied, Link, Stays, Subject, Table
from watchword.features.privacy.tables import OF_PEOPLE
from watchword.features.sandbox.rules import found_by
from watchword.features.sandbox.service import COLUMN
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.sealing import Place
from watchword.foundation.storage import Transaction, Value
from watchword.migrations.schema import schema
from watchword.wiring import Services

WHOSE = "select person_id from contact_points where id = :id"
ADDRESS = "canary.of.an.address@example.org"
READ_BY_RULES: Mapping[str, Mapping[str, Value]] = {
    "staff": {"state": "disabled"},
    "suppressions": {"kind": "marketing", "contact_kind": "email"},
    "customers": {"state": "merged", "origin": "staff", "merged_into": None},
}
"""Words that somebody has to understand before a person is forgotten."""
BY_ITSELF = frozenset({"contact_points", "person_keys"})
"""They are there because somebody was recognised."""


@dataclass
class Seeded:
    """What was seeded: canaries that must not outlive the person, and those that may."""

    contact: Contact
    contact_id: ContactId
    person_id: str
    goes: dict[str, str] = field(default_factory=dict)
    stays: dict[str, str] = field(default_factory=dict)


def canary_of(table: str, column: str) -> str:
    return f"canary-{table}-{column}".replace("_", "-")


async def seed(services: Services, client: Client) -> Seeded:
    """Let somebody leave a trace wherever one can be left."""
    whose, contact = client.organisation.id, email(ADDRESS)
    async with services.storage.begin(whose) as transaction:
        id = await services.contacts.recognise(transaction, whose, contact)
        keys = await services.organisations.keys(transaction, whose)
        row = await transaction.one(WHOSE, id=str(id))
        assert row is not None
        seeded = Seeded(contact, id, row["person_id"])
        ids: dict[Subject, Value] = {
            **{subject: str(new_id()) for subject in Subject},
            Subject.CONTACT: str(id),
            Subject.PERSON: seeded.person_id,
            Subject.INBOX: keys.blind(COLUMN, found_by(ADDRESS)),
            Subject.OPT_OUT: digest_of(keys, contact),
        }
        sower = _Sower(services, transaction, whose, ids, seeded)
        for table in OF_PEOPLE:
            if table.name not in BY_ITSELF:
                await sower.sow(table)
    return seeded


@dataclass
class _Sower:
    services: Services
    transaction: Transaction
    whose: OrganisationId
    ids: Mapping[Subject, Value]
    seeded: Seeded

    async def sow(self, table: Table) -> None:
        """Write a row for each way in which the table can refer to a person."""
        for number, link in enumerate(table.links):
            row = {**_row(table, f"{number}"), **READ_BY_RULES.get(table.name, {})}
            row["organisation_id"] = str(self.whose)
            for subject, column in table.gives.items():
                # What leads on has one id, so that what it leads to is found.
                row[column] = self.ids[subject] if number == 0 else str(new_id())
            if table.name == "customer_contacts":
                # By it, it is found who somebody is, before anything else is.
                row["customer_id"] = self.ids[Subject.CUSTOMER]
            row[link.column] = _word(link, self.ids[link.subject])
            if table.opens is not None:
                if table.opens.person:
                    row[table.opens.person] = self.seeded.person_id
                row[table.opens.column] = await self._sealed(table, str(row["id"]))
            _note(table, row, self.seeded)
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            await self.transaction.run(
                f"insert into {table.name} ({names}) values ({places})",  # noqa: S608 - of ours
                **row,
            )

    async def _sealed(self, table: Table, row_id: str) -> bytes:
        assert table.opens is not None
        place = Place(self.whose, table.name, table.opens.place, row_id)
        said = canary_of(table.name, table.opens.name)
        self.seeded.goes[f"{table.name}.{table.opens.name}"] = said
        id = self.seeded.contact_id
        return await self.services.contacts.seal(self.transaction, id, said, place)


def _row(table: Table, mark: str) -> dict[str, Value]:
    """Give a row in which each column that holds words holds a canary."""
    columns = schema.tables[table.name].columns
    canaries: dict[str, Value] = {
        column.name: f"{canary_of(table.name, column.name)}-{mark}"
        for column in columns
        if column.type.python_type is str
    }
    numbers: dict[str, Value] = {
        column.name: None if column.nullable else 1 + column.primary_key * int(mark)
        for column in columns
        if column.type.python_type is int
    }
    blobs: dict[str, Value] = {
        column.name: f"{canary_of(table.name, column.name)}-{mark}".encode()
        for column in columns
        if column.type.python_type is bytes
    }
    return {**canaries, **numbers, **blobs}


def _note(table: Table, row: Mapping[str, Value], seeded: Seeded) -> None:
    """Note which canaries of a row must go, and which may stay."""
    for column, value in row.items():
        said = value.decode("latin-1") if isinstance(value, bytes) else value
        if not isinstance(said, str) or not said.startswith("canary"):
            continue
        match table.fate:
            case Stays():
                seeded.stays[f"{table.name}.{column}"] = said
            case Emptied(columns) if column not in columns:
                seeded.stays[f"{table.name}.{column}"] = said
            case _:
                seeded.goes[f"{table.name}.{column} {said[-1]}"] = said


def _word(link: Link, id: Value) -> Value:
    if not isinstance(id, str):
        return id
    return f"{link.before}{id}:canary" if link.goes_on else f"{link.before}{id}"
