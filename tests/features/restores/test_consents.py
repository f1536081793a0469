"""Who has taken their consent back does not agree again because a copy of yesterday says so."""

from tests.features.consents.people import agree, book, may, write
from tests.features.restores.test_customers_and_cards import take
from tests.whole_house import dealt, services, shop
from watchword.features.clients.rules import Client
from watchword.features.consents.rules import Standing
from watchword.features.restores.rules import What
from watchword.features.restores.store import TakenStore
from watchword.wiring import Services

__all__ = ["dealt", "services", "shop"]


async def test_a_consent_that_was_withdrawn_since_is_withdrawn_once_more(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)
    [given] = await book(services, shop)

    assert await take(services, shop.organisation, What.CONSENT, given.id) == 1
    assert await take(services, shop.organisation, What.CONSENT, given.id) == 0

    assert not await may(services, shop)
    assert (await book(services, shop))[0].standing is Standing.WITHDRAWN
    await agree(services, shop)
    assert await may(services, shop)


async def test_the_ledger_names_the_consent_that_was_withdrawn(
    services: Services, shop: Client
) -> None:

    await agree(services, shop)
    [given] = await book(services, shop)
    since = services.storage.now()

    await write(services, "STOP")

    async with services.storage.reading(shop.organisation.id) as transaction:
        taken = await TakenStore(transaction, shop.organisation.id).since(since)
    assert (What.CONSENT, str(given.id)) in {(each.what, each.id) for each in taken}
