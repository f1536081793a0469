"""Two customers who are one person: found, decided on by staff, and made one."""

from collections.abc import Sequence

import pytest

from tests.features.customers.people import BORN, Shop, email, phone
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.duplicates.rules import AlreadyDecided, Duplicate
from watchword.features.customers.duplicates.service import Duplicates, Pair
from watchword.features.customers.matching import Trait
from watchword.features.customers.rules import (
    Customer,
    CustomerId,
    NewCustomer,
    NotThemselves,
    Origin,
    Profile,
    target_of,
)
from watchword.features.staff.rules import Reasonless
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Transaction

WHY = "same person, seen at the counter"


@pytest.fixture
def duplicates(shop: Shop) -> Duplicates:
    return Duplicates(
        storage=shop.storage, organisations=shop.organisations, contacts=shop.contacts
    )


async def queue(shop: Shop, duplicates: Duplicates) -> Sequence[Pair]:
    return (await duplicates.page(shop.organisation.id, None, 10)).items


async def merge(shop: Shop, kept: Customer, merged: Customer) -> Customer:
    customer = await shop.customers.merge(shop.caller, kept.id, merged.id, WHY)
    assert isinstance(customer, Customer)
    return customer


class TestAMerge:
    async def test_leaves_one_who_has_what_both_had(self, shop: Shop) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        other = await shop.add("Anna", "Mueller", phone(), email(), born=BORN)

        kept = await merge(shop, anna, other)

        assert kept.id == anna.id
        assert kept.profile == Profile("Anna", "Müller", BORN)
        assert {each.contact.masked for each in kept.contacts} == {phone().masked, email().masked}
        assert await shop.names("Müller") == ["Anna Müller"]
        assert await shop.names("0170 1234567") == ["Anna Müller"]

    async def test_keeps_what_either_has_shown_to_be_theirs(self, shop: Shop) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        other = await shop.add("Anna", "Mueller", phone())
        whose, id = shop.organisation.id, other.contacts[0].contact_id
        async with shop.storage.begin(whose) as transaction:
            await shop.customers.mark_verified(transaction, whose, other.id, id)

        kept = await merge(shop, anna, other)

        assert kept.contacts[0].verified_at is not None

    async def test_lets_old_ids_answer_through_any_number_of_merges(self, shop: Shop) -> None:
        first, second, third = [await shop.add("Anna", "Müller", born=BORN) for _ in "123"]

        await merge(shop, second, first)
        await merge(shop, third, second)

        assert {(await shop.read(each.id)).id for each in (first, second, third)} == {third.id}
        assert (await shop.names(str(first.id))) == ["Anna Müller"]

    async def test_keeps_no_key_and_no_name_of_the_other(self, shop: Shop) -> None:
        anna, other = await shop.add("Anna", "Müller"), await shop.add("Anni", "Miller")

        await merge(shop, anna, other)

        async with shop.storage.reading(shop.organisation.id) as transaction:
            row = await transaction.one(
                """
                select c.sealed_profile,
                    (select count(*) from person_keys k where k.person_id = c.person_id) as keys,
                    (select count(*) from customer_terms t where t.customer_id = c.id) as terms
                from customers c where c.id = :id
                """,
                id=str(other.id),
            )
        assert row is not None
        assert (row["sealed_profile"], row["keys"], row["terms"]) == (b"", 0, 0)

    async def test_hands_accounts_over(self, shop: Shop) -> None:
        anna, other = await shop.add("Anna", "Müller"), await shop.add("Anna", "Müller")
        whose = shop.organisation.id
        async with shop.storage.begin(whose) as transaction:
            await shop.customers.open_account(transaction, whose, other.id, NewAccount(points=7))

        await merge(shop, anna, other)

        async with shop.storage.reading(whose) as transaction:
            held = await shop.customers.accounts(transaction, whose, anna.id)
            assert [each.points for each in held] == [7]
            assert await shop.customers.accounts(transaction, whose, other.id) == []

    async def test_is_told_with_what_was_and_what_is(self, shop: Shop) -> None:
        anna, other = await shop.add("Anna", "Müller"), await shop.add("Anni", "Miller", phone())
        ear = Ear()
        shop.customers.be_heard_by(ear)

        kept = await merge(shop, anna, other)

        assert ear.merges == [(kept, other)]

    async def test_of_somebody_with_themselves_is_refused(self, shop: Shop) -> None:
        anna, other = await shop.add("Anna", "Müller"), await shop.add("Anna", "Müller")
        await merge(shop, anna, other)

        for one, two in ((anna, anna), (anna, other), (other, anna)):
            outcome = await shop.customers.merge(shop.caller, one.id, two.id, WHY)
            assert outcome == NotThemselves()

    async def test_needs_a_reason_that_stands_in_the_ledger(self, shop: Shop) -> None:
        anna, other = await shop.add("Anna", "Müller"), await shop.add("Anna", "Müller")

        refused = await shop.customers.merge(shop.caller, anna.id, other.id, " ")
        await merge(shop, anna, other)

        assert isinstance(refused, Reasonless)
        async with shop.storage.reading(shop.organisation.id) as transaction:
            audit = AuditStore(transaction, shop.organisation.id)
            entries = await audit.about(target_of(anna.id))
        details = {entry.action: entry.details for entry in entries}
        assert details[Action.CUSTOMER_MERGED] == {"merged": target_of(other.id), "reason": WHY}


class TestADuplicate:
    async def test_is_found_when_a_customer_comes(self, shop: Shop, duplicates: Duplicates) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        await shop.add("Otto", "Müller", phone())
        again = await shop.add("anna", "MUELLER", phone("+49 170 1234567"))

        [pair] = await queue(shop, duplicates)

        assert {pair.first.id, pair.second.id} == {anna.id, again.id}
        assert pair.duplicate.because == [Trait.NAME, Trait.CONTACT]
        assert await duplicates.count(shop.organisation.id) == 1

    async def test_is_not_asked_about_twice(self, shop: Shop, duplicates: Duplicates) -> None:
        for _ in range(2):
            await shop.add("Anna", "Müller", phone())
        [pair] = await queue(shop, duplicates)

        said = await duplicates.dismiss(shop.caller, pair.duplicate.id, "mother and daughter")
        again = await duplicates.dismiss(shop.caller, pair.duplicate.id, "mother and daughter")

        assert isinstance(said, Duplicate)
        assert again == AlreadyDecided()
        assert await queue(shop, duplicates) == []
        with pytest.raises(NotFound):
            await duplicates.find(shop.organisation.id, pair.duplicate.id)

    async def test_is_dismissed_for_a_reason(self, shop: Shop, duplicates: Duplicates) -> None:
        for _ in range(2):
            await shop.add("Anna", "Müller", phone())
        [pair] = await queue(shop, duplicates)

        assert isinstance(await duplicates.dismiss(shop.caller, pair.duplicate.id, ""), Reasonless)
        assert len(await queue(shop, duplicates)) == 1

    async def test_is_over_when_both_are_one_and_asked_of_the_one_who_is_left(
        self, shop: Shop, duplicates: Duplicates
    ) -> None:
        first, second, third = [await shop.add("Anna", "Müller", phone()) for _ in "123"]
        assert len(await queue(shop, duplicates)) == 3

        await merge(shop, first, second)

        [pair] = await queue(shop, duplicates)
        assert {pair.first.id, pair.second.id} == {first.id, third.id}

    async def test_shows_what_both_hold(self, shop: Shop, duplicates: Duplicates) -> None:
        new = NewCustomer(
            profile=Profile("Anna", "Müller", BORN),
            origin=Origin.IMPORT,
            account=NewAccount(points=3),
        )
        for _ in range(2):
            await shop.customers.create(shop.caller, new)
        [pair] = await queue(shop, duplicates)

        beside = await duplicates.find(shop.organisation.id, pair.duplicate.id)

        assert [[each.points for each in held] for held in beside.accounts.values()] == [[3], [3]]


class TestManyAtOnce:
    async def test_are_kept_as_one_is(self, shop: Shop) -> None:
        kept = await bring(shop, new("Anna", "Müller"), new("Otto", "Kloebner", account=5))

        assert await shop.names("Müller") == ["Anna Müller"]
        assert await shop.names("klöbner otto") == ["Otto Kloebner"]
        assert await shop.names("anna@example.org") == ["Anna Müller"]
        read = [await shop.read(id) for id in kept]
        assert [each.profile.name for each in read] == ["Anna Müller", "Otto Kloebner"]
        async with shop.storage.reading(shop.organisation.id) as transaction:
            held = await shop.customers.accounts(transaction, shop.organisation.id, kept[1])
        assert [each.points for each in held] == [5]

    async def test_share_contact_points_with_each_other_and_with_who_was_here(
        self, shop: Shop
    ) -> None:
        anna = await shop.add("Anna", "Müller", phone())
        eva, ina = await bring(shop, new("Eva", "Groß", 1), new("Ina", "Groß", 1))

        ids = {(await shop.read(each)).contacts[0].contact_id for each in (anna.id, eva, ina)}

        assert ids == {anna.contacts[0].contact_id}

    async def test_are_duplicates_of_each_other_and_of_who_was_here(
        self, shop: Shop, duplicates: Duplicates
    ) -> None:
        anna = await shop.add("Anna", "Müller", phone(), born=BORN)

        otto, again, mueller, _ = await bring(
            shop,
            new("Otto", "Klein", 2),
            new("Otto", "Klein", 2),
            new("Mueller", "Anna", born=True),
            new("Eva", "Müller", 1),
        )

        found = {
            frozenset((pair.first.id, pair.second.id)): [*pair.duplicate.because]
            for pair in await queue(shop, duplicates)
        }
        assert found == {
            frozenset((otto, again)): [Trait.NAME, Trait.CONTACT],
            frozenset((anna.id, mueller)): [Trait.NAME, Trait.BIRTH_DATE],
        }


def new(
    given: str, family: str, line: int = 0, *, born: bool = False, account: int = 0
) -> NewCustomer:
    contacts = [phone(f"0170 123456{6 + line}")] if line else [email(f"{given}@example.org")]
    return NewCustomer(
        profile=Profile(given, family, BORN if born else None),
        contacts=contacts,
        origin=Origin.IMPORT,
        account=NewAccount(points=account) if account else None,
    )


async def bring(shop: Shop, *news: NewCustomer) -> list[CustomerId]:
    async with shop.storage.begin(shop.organisation.id) as transaction:
        kept = await shop.customers.add_many(transaction, shop.caller, news)
    return [each.id for each in kept]


class Ear:
    """Hears of merges."""

    def __init__(self) -> None:
        self.merges: list[tuple[Customer, Customer]] = []

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None: ...

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        self.merges.append((kept, merged))

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None: ...
