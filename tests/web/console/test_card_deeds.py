"""What was done to a card stands on its page, with who did it and why."""

import re

from tests.features.customers.people import phone
from tests.web.console.forced import english
from tests.web.console.people import Office
from tests.web.console.test_cards import CONTACT, LIST, caller, card
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["caller", "card"]


async def test_a_card_says_who_blocked_it_and_why(office: Office, card: Card) -> None:
    owner = english(await office.enter(Role.OWNER, name="Berta"))
    await owner.send(f"{LIST}/{card.id}/blockings", of=f"{LIST}/{card.id}", reason="Karte verloren")
    clerk = english(await office.enter(Role.CLERK))

    page = await clerk.read(f"{LIST}/{card.id}")

    done = page.partition("What was done to it")[2]
    assert re.search(r"<p>Blocked</p>\s*<p[^>]*>Berta.*</p>\s*<p[^>]*>Karte verloren</p>", done)
    assert "it collects points" not in page


async def test_a_frozen_card_shows_its_number_to_whoever_decides_whose_it_is(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    async with services.storage.begin(caller.organisation.id) as transaction:
        await services.cards.cards.freeze(transaction, caller, card.id)
    manager = english(await office.enter(Role.MANAGER))
    page = await manager.read(f"{LIST}/{card.id}")
    contact = CONTACT.search(page)
    assert contact is not None

    shown = await manager.send(f"{LIST}/{card.id}/calls", of=LIST, contact=contact[1])

    assert "Frozen, for more than one claims it" in page
    assert f"tel:{phone().address.reveal()}" in shown.text
