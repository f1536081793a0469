"""What happens to customers on a real database."""

import pytest

from tests.features.customers.people import BORN, Shop, email, new_shop, phone
from tests.stores import at_rest, found
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import NewAccount, Role
from watchword.features.customers.rules import (
    CONTACTS_AT_MOST,
    BadField,
    Changes,
    Customer,
    CustomerId,
    NewCustomer,
    Origin,
    OutOfDate,
    Profile,
    target_of,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.foundation.storage import Storage, Transaction


class TestACustomer:
    async def test_is_kept_and_read_again(self, shop: Shop) -> None:
        made = await shop.add("Anna", "Müller", phone(), email(), born=BORN)

        read = await shop.read(made.id)

        assert read == made
        assert read.profile == Profile("Anna", "Müller", BORN)
        assert {each.contact.masked for each in read.contacts} == {phone().masked, email().masked}
        assert read.locale == "de"

    async def test_rests_unreadable(self, shop: Shop, migrated: str) -> None:
        await shop.add("Theodora", "Gänsebühl", email("theodora@example.org"), born=BORN)

        rests = (await at_rest(migrated)).lower()

        assert b"theodora" not in rests
        assert "gänsebühl".encode() not in rests
        assert b"gansebuhl" not in rests
        assert b"1980-05-17" not in rests

    async def test_of_another_organisation_is_not_there(self, house: Storage, shop: Shop) -> None:
        made = await shop.add("Anna", "Müller", phone())
        other = new_shop(house, await found(house, "other"))

        with pytest.raises(NotFound):
            await other.read(made.id)
        assert await other.names("Müller") == []
        assert await other.names("0170 1234567") == []

    async def test_that_nobody_knows_is_not_found(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            await shop.read(CustomerId(new_id()))

    async def test_has_not_more_contact_points_than_anybody_has(self, shop: Shop) -> None:
        many = [email(f"anna{number}@example.org") for number in range(CONTACTS_AT_MOST + 1)]
        new = NewCustomer(profile=Profile("A", "B"), contacts=many, origin=Origin.API)

        assert isinstance(await shop.customers.create(shop.caller, new), BadField)

    async def test_leaves_a_trace_without_a_name(self, shop: Shop, house: Storage) -> None:
        made = await shop.add("Anna", "Müller", phone())
        await shop.change(made, Changes(profile=Profile("Anna", "Schmidt"), adds=[email()]))

        async with house.reading(shop.organisation.id) as transaction:
            audit = AuditStore(transaction, shop.organisation.id)
            entries = await audit.about(target_of(made.id))

        assert {entry.action: entry.details for entry in entries} == {
            "customer.created": {"origin": "staff"},
            "customer.changed": {"what": "family_name contacts_added"},
        }


class TestAChange:
    async def test_is_found_by_the_new_name_alone(self, shop: Shop) -> None:
        made = await shop.add("Anna", "Müller")

        changed = await shop.change(made, Changes(profile=Profile("Anna", "Schmidt")))

        assert changed.version == made.version + 1
        assert await shop.names("Schmidt") == ["Anna Schmidt"]
        assert await shop.names("Müller") == []

    async def test_of_what_somebody_else_has_changed_since_is_refused(self, shop: Shop) -> None:
        made = await shop.add("Anna", "Müller")
        await shop.change(made, Changes(locale="en"))

        changes = Changes(profile=Profile("Anna", "Schmidt"))
        refused = await shop.customers.change(shop.caller, made.id, changes, made.version)

        assert refused == OutOfDate(made.version + 1)
        assert (await shop.read(made.id)).profile == made.profile

    async def test_adds_and_removes_contact_points(self, shop: Shop) -> None:
        made = await shop.add("Anna", "Müller", phone())

        changes = Changes(adds=[email()], removes=[made.contacts[0].contact_id])
        changed = await shop.change(made, changes)

        assert [each.contact.masked for each in changed.contacts] == [email().masked]
        assert await shop.names("0170 1234567") == []

    async def test_is_heard_in_the_same_transaction(self, shop: Shop) -> None:
        made, deaf = await shop.add("Anna", "Müller"), Deaf()
        shop.customers.be_heard_by(deaf)

        with pytest.raises(RuntimeError, match="cannot hear"):
            await shop.change(made, Changes(profile=Profile("Anna", "Schmidt")))

        assert deaf.heard == [("Anna Müller", "Anna Schmidt")]
        assert (await shop.read(made.id)).profile == made.profile


class TestAContactPoint:
    async def test_is_shared_by_a_family_and_verified_by_one(
        self, shop: Shop, house: Storage
    ) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        otto = await shop.add("Otto", "Müller", phone("+49 170 123 45 67"))
        id = anna.contacts[0].contact_id
        assert otto.contacts[0].contact_id == id

        async with house.begin(shop.organisation.id) as transaction:
            whose = shop.organisation.id
            assert await shop.customers.mark_verified(transaction, whose, anna.id, id)
            stranger = CustomerId(new_id())
            assert not await shop.customers.mark_verified(transaction, whose, stranger, id)

        assert (await shop.read(anna.id)).contacts[0].verified_at == house.now()
        assert (await shop.read(otto.id)).contacts[0].verified_at is None

    async def test_that_does_not_work_is_bad_for_all_who_have_it_until_one_shows_otherwise(
        self, shop: Shop, house: Storage
    ) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        otto = await shop.add("Otto", "Müller", phone())
        whose, id = shop.organisation.id, anna.contacts[0].contact_id

        async with house.begin(whose) as transaction:
            assert await shop.customers.mark_bad(transaction, whose, id) == 2
        async with house.begin(whose) as transaction:
            await shop.customers.mark_verified(transaction, whose, anna.id, id)

        assert (await shop.read(anna.id)).contacts[0].bad_since is None
        assert (await shop.read(otto.id)).contacts[0].bad_since == house.now()


async def test_an_account_has_a_holder(shop: Shop, house: Storage) -> None:
    anna = await shop.add("Anna", "Müller")
    whose = shop.organisation.id

    async with house.begin(whose) as transaction:
        opened = await shop.customers.open_account(
            transaction, whose, anna.id, NewAccount(points=120, turnover=4_999)
        )
        held = await shop.customers.accounts(transaction, whose, anna.id)

    assert held == [opened]
    assert (held[0].points, held[0].turnover, held[0].role) == (120, 4_999, Role.PRIMARY)


class Deaf:
    """Hears, and then cannot do what it should."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        self.heard.append((before.profile.name, after.profile.name))
        raise RuntimeError("cannot hear")

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        raise AssertionError("Nobody was merged.")

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        raise AssertionError("Nobody was forgotten.")
