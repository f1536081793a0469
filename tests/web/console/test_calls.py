"""Customers on the telephone: who goes on with them, and who is shown the number to call back."""

import pytest

from tests.features.customers.people import email, phone
from tests.web.console.forced import english
from tests.web.console.people import Office
from tests.web.console.test_cards import CONTACT, DESK, LIST, caller, card, customer
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.web.html.devices import spaced
from watchword.wiring import Services

__all__ = ["caller", "card"]


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.CLERK, "This customer has chosen the telephone. An owner, a manager"),
        (Role.PHONE_AGENT, "How did you make sure?"),
    ],
)
async def test_a_reference_of_the_telephone_opens_its_form_or_says_who_can(  # noqa: PLR0917
    office: Office, services: Services, caller: Operator, card: Card, role: Role, said: str
) -> None:
    begun = await services.cards.attempts.begin(caller, card.id, Means.PHONE)
    assert isinstance(begun, Attempt)
    assert begun.ticket is not None
    browser = english(await office.enter(role))

    page = (await browser.send(DESK, reference=begun.ticket.reference.reveal())).text

    assert said in page
    assert 'name="means" value="in_store"' not in page


async def test_a_number_is_shown_to_whoever_calls_it_this_once_and_stands_in_the_ledger(
    office: Office, services: Services, card: Card, organisation: Organisation
) -> None:
    agent = english(await office.enter(Role.PHONE_AGENT))
    number = phone().address.reveal()
    contact = CONTACT.search(await agent.read(f"{LIST}/{card.id}"))
    assert contact is not None

    shown = await agent.send(f"{LIST}/{card.id}/calls", of=DESK, contact=contact[1])

    assert f'<a class="number" href="tel:{number}">{spaced(number)}<' in shown.text
    assert f'name="called_back" value="{contact[1]}" checked' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    for path in (f"{LIST}/{card.id}", LIST, DESK):
        assert number not in await agent.read(path)
    async with services.storage.reading(organisation.id) as transaction:
        about = await AuditStore(transaction, organisation.id).about(f"customer:{card.customer_id}")
    [entry] = [each for each in about if each.action is Action.CONTACT_REVEALED]
    assert entry.actor == f"staff:{agent.member.id}"
    assert entry.details == {"contact": contact[1], "card": f"card:{card.id}"}


async def test_so_many_numbers_are_shown_within_an_hour_and_no_more(
    office: Office, card: Card
) -> None:
    agent = english(await office.enter(Role.PHONE_AGENT))
    contact = CONTACT.search(await agent.read(f"{LIST}/{card.id}"))
    assert contact is not None
    ask = {"of": DESK, "contact": contact[1]}

    shown = [await agent.send(f"{LIST}/{card.id}/calls", **ask) for _ in range(21)]

    number = phone().address.reveal()
    assert [number in each.text for each in shown] == [True] * 20 + [False]
    assert "no more within this hour" in shown[-1].text


async def test_no_number_is_shown_to_who_may_not_call_nor_of_a_card_that_needs_no_call(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    boss = english(await office.enter(Role.OWNER, email="boss@example.org"))
    clerk = english(await office.enter(Role.CLERK))
    found = await services.customers.read(caller.organisation.id, card.customer_id)
    contact = str(found.contacts[0].contact_id)
    own = await customer(services, caller, email("boss@example.org"), phone("0170 7654321"))
    theirs = await services.cards.cards.create(caller, own.id)
    assert isinstance(theirs, Card)

    refused = [
        await clerk.send(f"{LIST}/{card.id}/calls", of=DESK, contact=contact),
        await boss.send(
            f"{LIST}/{theirs.id}/calls", of=DESK, contact=str(own.contacts[-1].contact_id)
        ),
        await boss.send(f"{LIST}/{theirs.id}/calls", of=DESK, contact=contact),
    ]
    await services.cards.cards.block(caller, card.id, "Karte verloren")
    refused.append(await boss.send(f"{LIST}/{card.id}/calls", of=DESK, contact=contact))

    assert [each.status_code for each in refused] == [403, 422, 422, 422]
    assert not [each for each in refused if "tel:" in each.text]
