"""Of customers and cards, nothing lives again that was taken away after the backup was made."""

import pytest

from tests.features.customers.people import email, phone
from tests.whole_house import dealt, services
from watchword.features.cards.rules import Card, CardState
from watchword.features.clients.rules import Operator
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.customers.search.rules import Found
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.restores.rules import Taken, What
from watchword.features.restores.service import take_away
from watchword.features.restores.store import RestoredTables
from watchword.foundation.clock import to_microseconds
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services

__all__ = ["dealt", "services"]


@pytest.fixture
async def shop(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="shop", name="Shop", mode=Mode.LIVE, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


@pytest.fixture
async def anna(services: Services, shop: Organisation) -> Customer:
    made = await services.customers.create(
        Operator(name="test", organisation=shop),
        NewCustomer(
            profile=Profile("Anna", "Müller"), contacts=(phone(), email()), origin=Origin.STAFF
        ),
    )
    assert isinstance(made, Customer)
    return made


async def take(services: Services, shop: Organisation, what: What, id: object) -> int:
    at = to_microseconds(services.storage.now())
    line = Taken(at=at, organisation=str(shop.id), what=what, id=str(id))
    async with services.storage.begin(EVERYWHERE) as transaction:
        return await take_away(transaction, RestoredTables(transaction), line)


async def test_a_customer_who_was_forgotten_since_is_forgotten_once_more(
    services: Services, shop: Organisation, anna: Customer
) -> None:
    assert await take(services, shop, What.CUSTOMER, anna.id) == 1

    with pytest.raises(NotFound):
        await services.customers.read(shop.id, anna.id)
    found = await services.customers.search(shop.id, "Anna Müller", None, 10)
    assert isinstance(found, Found)
    assert not found.customers
    assert await take(services, shop, What.CUSTOMER, anna.id) == 0


async def test_a_card_that_was_blocked_since_is_blocked_until_staff_have_looked(
    services: Services, shop: Organisation, anna: Customer
) -> None:
    card = await services.cards.cards.create(Operator(name="test", organisation=shop), anna.id)
    assert isinstance(card, Card)

    assert await take(services, shop, What.CARD, card.id) == 1

    assert (await services.cards.cards.read(shop.id, card.id)).state is CardState.BLOCKED
