"""Staff write down what a customer says about offers, and see how it came about."""

import re

import pytest

from tests.features.consents.people import write
from tests.features.customers.people import phone
from tests.web.console.people import Browser, Office
from tests.web.console.test_cards import LIST, caller, card, owner
from watchword.features.cards.rules import Card
from watchword.features.consents.rules import Scope, Source
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["caller", "card", "owner"]

AGREES = {"agrees": "yes", "scope": "text"}


async def contact_of(browser: Browser, card: Card) -> str:
    page = await browser.read(f"{LIST}/{card.id}")
    found = re.search(
        r'name="contact" value="([0-9a-f-]+)"><input type="hidden" name="scope" value="text"', page
    )
    assert found is not None
    return found[1]


async def sources(services: Services, organisation: Organisation) -> list[Source]:
    seen = await services.consents.entries.look(organisation, phone())
    return [each.source for each in seen.records]


async def test_what_a_customer_says_is_written_down_with_what_they_were_told(
    owner: Browser, card: Card, services: Services, organisation: Organisation
) -> None:
    contact = await contact_of(owner, card)

    reply = await owner.send(
        f"{LIST}/{card.id}/offers", of=f"{LIST}/{card.id}", contact=contact, told="on", **AGREES
    )

    assert reply.status_code == 303
    seen = await services.consents.entries.look(organisation, phone())
    assert seen.allowed == {Scope.TEXT}
    assert seen.records[0].shown is not None
    assert seen.records[0].shown.text in await owner.read(f"{LIST}/{card.id}")

    reply = await owner.send(
        f"{LIST}/{card.id}/offers",
        of=f"{LIST}/{card.id}",
        contact=contact,
        agrees="no",
        scope="text",
    )

    assert reply.status_code == 303
    assert await sources(services, organisation) == [Source.STAFF, Source.STAFF]


async def test_nobody_agrees_who_was_not_told_to_what(
    owner: Browser, card: Card, services: Services, organisation: Organisation
) -> None:
    contact = await contact_of(owner, card)

    reply = await owner.send(
        f"{LIST}/{card.id}/offers", of=f"{LIST}/{card.id}", contact=contact, **AGREES
    )

    assert reply.status_code == 422
    assert await sources(services, organisation) == []


async def test_for_whoever_said_stop_staff_agree_to_nothing(
    owner: Browser, card: Card, services: Services, organisation: Organisation
) -> None:
    contact = await contact_of(owner, card)
    await write(services, "STOP", of=organisation)

    reply = await owner.send(
        f"{LIST}/{card.id}/offers", of=f"{LIST}/{card.id}", contact=contact, told="on", **AGREES
    )

    assert reply.status_code == 422
    assert "wants no offers" in await owner.read(f"{LIST}/{card.id}")


@pytest.mark.parametrize("role", [Role.MARKETING, Role.ANALYST])
async def test_who_may_not_write_it_down_is_refused(office: Office, card: Card, role: Role) -> None:
    browser = await office.enter(role)

    reply = await browser.send(f"{LIST}/{card.id}/offers", of="/console/account", **AGREES)

    assert reply.status_code == 403
