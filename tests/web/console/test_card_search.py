"""Whoever looks at a card comes back to what they had found, and nobody reads what they typed."""

from datetime import timedelta

from tests.features.customers.people import phone
from tests.stores import MovableTime
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.web.console.test_cards import LIST, caller, card, customer
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["caller", "card"]


async def search(browser: Browser) -> str:
    """Give the address of what was found."""
    reply = await browser.send(f"{LIST}/search", of=LIST, find="Müller")
    assert reply.status_code == 303
    return reply.headers["location"]


async def test_what_was_found_has_an_address_that_says_nothing(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    other = await customer(services, caller, phone("0170 7654321"))
    await services.cards.cards.create(caller, other.id)
    clerk = english(await office.enter(Role.CLERK))

    address = await search(clerk)

    assert address.startswith(f"{LIST}/found?asked=")
    assert "ller" not in address
    for _ in range(2):
        page = await clerk.read(address)
        assert page.count("Anna Müller") == 2
        assert {"•••" in each for each in page.split("Anna Müller")[1:]} == {True}


async def test_it_is_nobody_elses_and_over_within_the_hour(
    office: Office, services: Services, caller: Operator, card: Card, time: MovableTime
) -> None:
    other = await customer(services, caller, phone("0170 7654321"))
    await services.cards.cards.create(caller, other.id)
    clerk = english(await office.enter(Role.CLERK))
    colleague = english(await office.enter(Role.CLERK, email="other@example.org"))
    address = await search(clerk)

    assert (await colleague.pages.get(address)).headers["location"] == LIST
    time.pass_by(timedelta(hours=1, minutes=1))
    late = await office.sign_in(clerk.member)
    assert (await late.pages.get(address)).headers["location"] == LIST
