"""The shops of the demonstration: what a newcomer finds there, made as anybody would make it."""

import pytest

from tests.whole_house import dealt, services
from watchword.cli.demo_house import SAMPLES
from watchword.cli.demo_people import customers
from watchword.cli.demo_shop import SHOPS, Stocked, stock
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.results.rules import Stage
from watchword.features.contacts.rules import Contact, read_phone
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["dealt", "services"]


async def found(services: Services, slug: str) -> Organisation:
    sample = next(each for each in SAMPLES if each.slug == slug)
    made = await services.organisations.found(
        slug=slug,
        name=sample.name,
        mode=Mode.TEST,
        country=sample.country,
        locale=sample.locale,
        actor="test",
    )
    assert isinstance(made, Organisation)
    return made


@pytest.mark.parametrize("slug", [*SHOPS])
async def test_each_shop_has_all_that_a_newcomer_plays_with(services: Services, slug: str) -> None:
    organisation, shop = await found(services, slug), SHOPS[slug]

    stocked = await stock(services, organisation)
    again = await stock(services, organisation)

    assert isinstance(stocked, Stocked)
    assert isinstance(stocked.till, Secret)
    assert again == Stocked(shop.patron)  # Nothing comes twice, and a key is shown once.
    places = await services.configuration.locations.all(organisation.id)
    rewards = (await services.rewards.page(organisation.id, None, 50)).items
    assert {each.name for each in places} == {*shop.places}
    assert len(rewards) == len(shop.offers)
    assert all({"de", "en"} == {*each.names} for each in rewards)
    (card,) = (await services.cards.cards.page(organisation.id, most=10)).items
    page = await services.statements.page(organisation.id, card.account_id, None, 10)
    assert card.state == "verified"
    assert {each.place for each in page.items} == {shop.places[0]}
    assert [each.reward(organisation.locale) for each in page.items if each.was_spent][:1] == [
        shop.offers[0][0][organisation.locale]
    ]
    (campaign,) = (await services.campaigns.page(organisation.id, None, 10)).items
    results = await services.of_campaigns.results.of(organisation.id, campaign)
    assert (campaign.state, results.of(Stage.SENT)) == (State.DONE, 1)
    balance = await services.points.read(organisation.id, card.account_id)
    assert balance.available >= shop.offers[1][1], "There is something to be had."


async def test_who_sells_nothing_has_no_shop(services: Services) -> None:
    lakeside = await found(services, "lakeside")

    assert await stock(services, lakeside) is None
    assert not await services.configuration.locations.all(lakeside.id)


def test_the_telephone_of_the_customer_is_nobody_else_s() -> None:
    for slug, shop in SHOPS.items():
        country = next(each.country for each in SAMPLES if each.slug == slug)
        assert isinstance(read_phone(shop.patron.mobile, country), Contact)
    assert SHOPS["sonnenhof"].patron.mobile not in customers().decode()
