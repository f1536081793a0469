"""A customer without a card has a page as well: how they are reached, and what they agreed to."""

import re

import pytest

from tests.features.consents.people import write
from tests.features.customers.people import phone
from tests.web.console.people import Browser, Office
from tests.web.console.test_cards import LIST, caller, card, customer, owner
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.consents.rules import Scope, Source
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id
from watchword.wiring import Services

__all__ = ["caller", "card", "owner"]

AGREEING = re.compile(
    r'name="contact" value="([0-9a-f-]+)"><input type="hidden" name="scope" value="text"'
)


@pytest.fixture
async def anna(services: Services, caller: Operator) -> Customer:
    return await customer(services, caller)


def page_of(customer: Customer) -> str:
    return f"{LIST}/of/{customer.id}"


async def test_a_search_leads_to_a_page_that_shows_how_they_are_reached(
    owner: Browser, anna: Customer
) -> None:
    found = await owner.send(f"{LIST}/search", of=LIST, find="Müller")
    listed = await owner.read(found.headers["location"])

    assert f'href="{page_of(anna)}?lang=en"' in listed
    page = await owner.read(page_of(anna))
    assert all(each.contact.masked in page for each in anna.contacts)
    assert "not agreed" in page
    assert f'href="/console/cards/new?customer={anna.id}&amp;lang=en"' in page


async def test_what_they_say_about_offers_is_written_down_there(
    owner: Browser, anna: Customer, services: Services, organisation: Organisation
) -> None:
    path = page_of(anna)
    agreeing = AGREEING.search(await owner.read(path))
    assert agreeing is not None
    said = {"contact": agreeing[1], "scope": "text"}

    untold = await owner.send(f"{path}/offers", of=path, agrees="yes", **said)
    told = await owner.send(f"{path}/offers", of=path, agrees="yes", told="on", **said)

    assert (untold.status_code, told.status_code) == (422, 303)
    seen = await services.consents.entries.look(organisation, phone())
    assert seen.allowed == {Scope.TEXT}
    assert seen.records[0].shown is not None
    assert seen.records[0].shown.text in await owner.read(path)

    await owner.send(f"{path}/offers", of=path, agrees="no", **said)

    seen = await services.consents.entries.look(organisation, phone())
    assert [each.source for each in seen.records] == [Source.STAFF, Source.STAFF]
    assert not seen.allowed


async def test_their_stop_is_seen_there_and_staff_do_not_lift_it(
    owner: Browser, anna: Customer, services: Services, organisation: Organisation
) -> None:
    path = page_of(anna)
    agreeing = AGREEING.search(await owner.read(path))
    assert agreeing is not None
    await write(services, "STOP", of=organisation)

    refused = await owner.send(
        f"{path}/offers", of=path, contact=agreeing[1], scope="text", agrees="yes", told="on"
    )

    assert refused.status_code == 422
    assert "wants no offers" in await owner.read(path)


async def test_they_are_tagged_there(owner: Browser, anna: Customer) -> None:
    path = page_of(anna)

    refused = await owner.send(f"{path}/tags", of=path, tags="x" * 33)
    saved = await owner.send(f"{path}/tags", of=path, tags="garden, roses")

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert ">roses<" in await owner.read(path)


async def test_who_has_a_card_is_found_on_its_page_and_who_is_nobody_nowhere(
    owner: Browser, card: Card
) -> None:
    known = await owner.pages.get(f"{LIST}/of/{card.customer_id}")
    unknown = await owner.pages.get(f"{LIST}/of/{new_id()}")

    assert known.headers["location"] == f"{LIST}/{card.id}"
    assert unknown.headers["location"] == LIST


@pytest.mark.parametrize(("what", "role"), [("offers", Role.MARKETING), ("tags", Role.CLERK)])
async def test_who_may_not_write_there_is_refused(
    office: Office, anna: Customer, what: str, role: Role
) -> None:
    browser = await office.enter(role)

    reply = await browser.send(f"{page_of(anna)}/{what}", of="/console/account", tags="garden")

    assert reply.status_code == 403
