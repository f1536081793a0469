"""What becomes of a customer who asks what is known, or to be forgotten."""

import pytest

from tests.features.customers.people import BORN, email, phone, post
from tests.stores import MovableTime, at_rest
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.customers.search.rules import Found
from watchword.features.privacy.keeping import Chosen, Keep, periods
from watchword.features.privacy.rules import Erased
from watchword.features.privacy.views import PersonExport
from watchword.foundation.errors import NotFound
from watchword.wiring import Services

WHY = "asked for it by letter"


async def add(services: Services, shop: Client, given: str, *contacts: Contact) -> Customer:
    new = NewCustomer(
        profile=Profile(given, "Gänsebühl", BORN),
        contacts=contacts,
        origin=Origin.STAFF,
        account=NewAccount(points=120),
    )
    made = await services.customers.create(shop, new)
    assert isinstance(made, Customer)
    return made


async def export(services: Services, shop: Client, contact: Contact) -> PersonExport:
    told = await services.privacy.people.export(shop, contact, WHY)
    assert isinstance(told, PersonExport)
    return told


async def erase(services: Services, shop: Client, customer: Customer) -> Erased:
    erased = await services.privacy.erasures.erase_customer(shop, customer.id, WHY)
    assert isinstance(erased, Erased)
    return erased


async def test_an_export_shows_a_customer_whole(services: Services, shop: Client) -> None:
    await add(services, shop, "Theodora", phone(), email(), post())

    told = await export(services, shop, phone())

    [customer] = told.sections["customers"]
    assert customer["profile"] == {
        "given_name": "Theodora",
        "family_name": "Gänsebühl",
        "birth_date": "1980-05-17",
    }
    addresses = {each["address"] for each in told.sections["contact_points"]}
    assert {phone().address.reveal(), email().address.reveal()} < addresses
    assert [each["points"] for each in told.sections["accounts"]] == [120]


async def test_by_a_telephone_that_a_family_shares_nobody_is_told_of_the_others(
    services: Services, shop: Client
) -> None:
    await add(services, shop, "Theodora", phone(), email())
    await add(services, shop, "Balduin", phone())

    told = await export(services, shop, phone())

    assert "customers" not in told.sections
    assert [each["kind"] for each in told.sections["contact_points"]] == ["phone"]


async def test_whoever_is_forgotten_leaves_nothing_that_can_be_read(
    services: Services, shop: Client, migrated: str
) -> None:
    anna = await add(services, shop, "Theodora", phone(), email())

    await erase(services, shop, anna)

    whose = shop.organisation.id
    with pytest.raises(NotFound):
        await services.customers.read(whose, anna.id)
    for typed in ("Gänsebühl", "0170 1234567", "anna@example.org", str(anna.id)):
        found = await services.customers.search(whose, typed)
        assert isinstance(found, Found)
        assert not found.customers
    assert anna.person_id.encode() not in await at_rest(migrated)
    assert await services.contacts.find(whose, phone()) is None


async def test_a_telephone_that_a_family_shares_is_not_forgotten_with_one_of_them(
    services: Services, shop: Client
) -> None:
    anna = await add(services, shop, "Theodora", phone(), email())
    otto = await add(services, shop, "Balduin", phone())

    await erase(services, shop, anna)

    read = await services.customers.read(shop.organisation.id, otto.id)
    assert [each.contact.masked for each in read.contacts] == [phone().masked]
    assert await services.contacts.find(shop.organisation.id, email()) is None


async def test_with_their_only_contact_point_a_customer_is_forgotten_whole(
    services: Services, shop: Client
) -> None:
    anna = await add(services, shop, "Theodora", phone(), email())

    assert isinstance(await services.privacy.erasures.erase(shop, phone(), WHY), Erased)

    with pytest.raises(NotFound):
        await services.customers.read(shop.organisation.id, anna.id)
    assert await services.contacts.find(shop.organisation.id, email()) is None


async def test_whoever_was_merged_into_them_is_forgotten_with_them(
    services: Services, shop: Client
) -> None:
    anna, other = [await add(services, shop, "Theodora", email()) for _ in "12"]
    await services.customers.merge(shop, anna.id, other.id, "same person")

    await erase(services, shop, other)

    for each in (anna, other):
        with pytest.raises(NotFound):
            await services.customers.read(shop.organisation.id, each.id)


async def test_a_customers_contact_point_is_kept_though_nothing_was_ever_sent_there(
    services: Services, shop: Client, time: MovableTime
) -> None:
    anna = await add(services, shop, "Theodora", phone())
    async with services.storage.begin(shop.organisation.id) as transaction:
        await services.contacts.recognise(transaction, shop.organisation.id, email())

    time.pass_by(periods(Chosen())[Keep.CONTACTS] * 2)
    await services.privacy.retention.sweep(100)

    assert await services.contacts.find(shop.organisation.id, email()) is None
    read = await services.customers.read(shop.organisation.id, anna.id)
    assert [each.contact.masked for each in read.contacts] == [phone().masked]
