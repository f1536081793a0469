"""What happens to contact points on a real database: known again, and read by nobody else."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.stores import at_rest, found, new_organisations
from watchword.features.contacts.rules import Contact, ContactId, read_email, read_phone
from watchword.features.contacts.service import Contacts
from watchword.features.organisations.rules import Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.sealing import SealBroken
from watchword.foundation.storage import Storage, StorageConflict, Transaction, Value

NUMBER, TYPED = "+491701234567", "0170 / 123 45 67"
ADDRESS = "Ann.Smith@example.org"
HERE = "organisation_id = :whose and id = :id"
COUNT = "select count(*) as found from contact_points where organisation_id = :organisation_id"


def phone(typed: str = NUMBER) -> Contact:
    reading = read_phone(typed, "DE")
    assert isinstance(reading, Contact)
    return reading


def email(typed: str = ADDRESS) -> Contact:
    reading = read_email(typed)
    assert isinstance(reading, Contact)
    return reading


@pytest.fixture
def contacts(house: Storage) -> Contacts:
    return new_contacts(house)


def new_contacts(storage: Storage) -> Contacts:
    return Contacts(storage=storage, organisations=new_organisations(storage))


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, "bank")


@pytest.fixture
async def shop(house: Storage) -> Organisation:
    return await found(house, "shop")


async def recognise(
    storage: Storage, contacts: Contacts, organisation: Organisation, contact: Contact
) -> ContactId:
    async with storage.begin(organisation.id) as transaction:
        return await contacts.recognise(transaction, organisation.id, contact)


async def read(
    storage: Storage, contacts: Contacts, organisation: Organisation, id: ContactId
) -> Contact:
    async with storage.reading(organisation.id) as transaction:
        return await contacts.open(transaction, organisation.id, id)


async def count(storage: Storage, organisation: Organisation) -> int:
    async with storage.reading(organisation.id) as transaction:
        row = await transaction.one(COUNT, organisation_id=str(organisation.id))
    assert row is not None
    return int(row["found"])


class TestAContactPoint:
    async def test_is_known_again_however_it_was_typed(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        first = await recognise(house, contacts, bank, phone(NUMBER))

        assert await recognise(house, contacts, bank, phone(TYPED)) == first
        assert await recognise(house, new_contacts(house), bank, phone(TYPED)) == first
        assert await count(house, bank) == 1

    async def test_is_another_for_another_address(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        ids = {
            await recognise(house, contacts, bank, contact)
            for contact in (phone(), phone("+491701234568"), email(), email("bob@example.org"))
        }

        assert len(ids) == 4

    async def test_can_be_read_again(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        for contact in (phone(), email()):
            id = await recognise(house, contacts, bank, contact)

            opened = await read(house, new_contacts(house), bank, id)
            assert opened.kind == contact.kind
            assert opened.address.reveal() == contact.address.reveal()
            assert opened.masked == contact.masked

    async def test_that_twenty_meet_at_once_is_made_exactly_once(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        ids = await asyncio.gather(*(recognise(house, contacts, bank, phone()) for _ in range(20)))

        assert len({*ids}) == 1
        assert await count(house, bank) == 1
        assert (await read(house, contacts, bank, ids[0])).address.reveal() == NUMBER

    async def test_that_is_gone_as_soon_as_it_was_there_is_a_fault_and_not_an_answer(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        await recognise(house, contacts, bank, phone())  # now it knows the keys

        async with house.reading(bank.id) as transaction:
            fickle: Any = Fickle(transaction)
            with pytest.raises(StorageConflict):
                await contacts.recognise(fickle, bank.id, email())

    async def test_can_be_looked_for_without_being_kept(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        assert await contacts.find(bank.id, phone()) is None
        assert await count(house, bank) == 0

        id = await recognise(house, contacts, bank, phone())
        assert await contacts.find(bank.id, phone(TYPED)) == id

    async def test_is_lost_with_the_transaction_that_made_it(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        with pytest.raises(ZeroDivisionError):
            async with house.begin(bank.id) as transaction:
                await contacts.recognise(transaction, bank.id, phone())
                raise ZeroDivisionError

        assert await contacts.find(bank.id, phone()) is None


@dataclass
class Fickle:
    """A transaction in which somebody else adds each row first, and takes it away again."""

    transaction: Transaction

    def now(self) -> datetime:
        return self.transaction.now()

    async def one(self, sql: str, **values: Value) -> None:
        return None

    async def run(self, sql: str, **values: Value) -> int:
        return 0


class TestAnotherOrganisation:
    async def test_knows_the_same_number_by_another_id_and_another_index(
        self, house: Storage, contacts: Contacts, bank: Organisation, shop: Organisation
    ) -> None:
        banks = await recognise(house, contacts, bank, phone())
        shops = await recognise(house, contacts, shop, phone())

        assert banks != shops
        async with house.reading("*") as transaction:
            rows = await transaction.all("select blind_index, sealed_value from contact_points")
        assert len({row["blind_index"] for row in rows}) == 2
        assert len({row["sealed_value"] for row in rows}) == 2

    async def test_cannot_even_see_it(
        self, house: Storage, contacts: Contacts, bank: Organisation, shop: Organisation
    ) -> None:
        id = await recognise(house, contacts, bank, phone())

        with pytest.raises(NotFound):
            await read(house, contacts, shop, id)
        with pytest.raises(NotFound):
            await read(house, contacts, shop, ContactId(uuid4()))


class TestAThief:
    async def test_of_the_database_finds_no_address(
        self, house: Storage, contacts: Contacts, bank: Organisation, migrated: str
    ) -> None:
        await recognise(house, contacts, bank, phone())
        await recognise(house, contacts, bank, email())

        stolen = (await at_rest(migrated)).lower()

        assert b"contact" in stolen or b"phone" in stolen  # so the search looks at the right place
        for word in (NUMBER, NUMBER[1:], "1701234567", ADDRESS.lower(), "ann.smith"):
            assert word.encode() not in stolen
            assert word.encode().hex().encode() not in stolen

    @pytest.mark.parametrize("column", ["sealed_value", "person_id"])
    async def test_who_swaps_columns_of_two_contact_points_breaks_the_seal(
        self, house: Storage, contacts: Contacts, bank: Organisation, column: str
    ) -> None:
        one = await recognise(house, contacts, bank, phone())
        other = await recognise(house, contacts, bank, phone("+491701234568"))

        await copy(house, column, (bank, one), (bank, other))

        assert (await read(house, contacts, bank, one)).address.reveal() == NUMBER
        with pytest.raises(SealBroken):
            await read(house, contacts, bank, other)

    async def test_who_moves_a_value_with_its_key_to_another_organisation_breaks_the_seal(
        self, house: Storage, contacts: Contacts, bank: Organisation, shop: Organisation
    ) -> None:
        banks = await recognise(house, contacts, bank, phone())
        shops = await recognise(house, contacts, shop, phone("+491701234568"))

        await copy(house, "sealed_value", (bank, banks), (shop, shops))

        with pytest.raises(SealBroken):
            await read(house, contacts, shop, shops)

    async def test_who_moves_the_key_of_a_person_too_breaks_the_seal_all_the_same(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        one = await recognise(house, contacts, bank, phone())
        other = await recognise(house, contacts, bank, phone("+491701234568"))

        await copy(house, "sealed_value", (bank, one), (bank, other))
        await copy(house, "person_id", (bank, one), (bank, other))

        with pytest.raises(SealBroken):
            await read(house, contacts, bank, other)


async def copy(
    storage: Storage,
    column: str,
    giver: tuple[Organisation, ContactId],
    taker: tuple[Organisation, ContactId],
) -> None:
    """Put what stands in a column of one contact point into another one."""
    async with storage.begin("*") as transaction:
        row = await transaction.one(
            f"select {column} as it from contact_points where {HERE}",  # noqa: S608
            whose=str(giver[0].id),
            id=str(giver[1]),
        )
        assert row is not None
        changed = await transaction.run(
            f"update contact_points set {column} = :it where {HERE}",  # noqa: S608
            it=row["it"],
            whose=str(taker[0].id),
            id=str(taker[1]),
        )
        assert changed == 1


class TestARotation:
    async def test_of_the_organisations_key_leaves_all_readable_before_and_after_rewrapping(
        self, house: Storage, bank: Organisation
    ) -> None:
        organisations = new_organisations(house)
        contacts = Contacts(storage=house, organisations=organisations)
        ids = [
            await recognise(house, contacts, bank, phone(f"+4917012345{number}"))
            for number in range(10, 15)
        ]
        newest = await organisations.rotate_data_key(bank.id, "test")
        assert await contacts.count_old_keys(bank.id, newest) == 5
        assert (await read(house, contacts, bank, ids[0])).address.reveal() == "+491701234510"

        assert await contacts.rewrap(bank.id, newest) == 5

        assert await contacts.rewrap(bank.id, newest) == 0
        assert await contacts.count_old_keys(bank.id, newest) == 0
        opened = [await read(house, new_contacts(house), bank, id) for id in ids]
        assert [each.address.reveal()[-2:] for each in opened] == ["10", "11", "12", "13", "14"]

    async def test_that_another_process_made_is_noticed_when_reading(
        self, house: Storage, contacts: Contacts, bank: Organisation
    ) -> None:
        await recognise(house, contacts, bank, phone())  # now it knows the old keys
        await new_organisations(house).rotate_data_key(bank.id, "test")
        id = await recognise(house, new_contacts(house), bank, phone("+491701234568"))

        assert (await read(house, contacts, bank, id)).address.reveal() == "+491701234568"
