"""Who holds the account of a card: somebody is found and joins, and leaves again, with a reason."""

import pytest

from tests.features.customers.people import email
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

LIST = "/console/cards"


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
def caller(organisation: Organisation) -> Operator:
    return Operator(name="test", organisation=organisation)


async def customer(services: Services, caller: Operator, given: str, *to: Contact) -> Customer:
    new = NewCustomer(
        profile=Profile(given, "Müller"),
        contacts=to or (email(f"{given.lower()}@example.org"),),
        origin=Origin.STAFF,
    )
    made = await services.customers.create(caller, new)
    assert isinstance(made, Customer)
    return made


@pytest.fixture
async def card(services: Services, caller: Operator) -> Card:
    first = await customer(services, caller, "Anna")
    made = await services.cards.cards.create(caller, first.id, "47110815")
    assert isinstance(made, Card)
    return made


async def test_a_joint_holder_joins_and_leaves_and_the_last_one_stays(
    owner: Browser, services: Services, caller: Operator, card: Card
) -> None:
    path, whose = f"{LIST}/{card.id}", caller.organisation.id
    berta = await customer(services, caller, "Berta")

    async def held() -> dict[str, str]:
        found = await services.cards.holders.of(whose, card)
        return {each.customer.profile.given_name: each.holder.role for each in found}

    found = await owner.send(f"{path}/holders/search", of=path, find="Berta")
    wordless = await owner.send(f"{path}/holders", of=path, find="Berta", customer=str(berta.id))
    joined = await owner.send(
        f"{path}/holders", of=path, find="Berta", customer=str(berta.id), reason="a family"
    )
    twice = await owner.send(
        f"{path}/holders", of=path, find="Berta", customer=str(berta.id), reason="a family"
    )
    page = await owner.read(path)

    assert str(berta.id) in found.text
    assert "Write in 3 to 200 characters why" in wordless.text
    assert joined.status_code == 303
    assert "holds the account already" in twice.text
    assert await held() == {"Anna": "primary", "Berta": "joint"}
    assert "joint holder" in page

    removals = f"{path}/holders/{{}}/removals"
    has_card = await owner.send(removals.format(card.customer_id), of=path, reason="moved out")
    assert has_card.status_code == 422
    assert "has a card for the account" in has_card.text
    left = await owner.send(removals.format(berta.id), of=path, reason="moved out")
    assert left.status_code == 303
    last = await owner.send(removals.format(card.customer_id), of=path, reason="moved out")
    assert "Somebody has to hold the account" in last.text
    assert await held() == {"Anna": "primary"}


async def test_when_the_primary_holder_leaves_another_becomes_it(
    owner: Browser, services: Services, caller: Operator, card: Card
) -> None:
    path, whose = f"{LIST}/{card.id}", caller.organisation.id
    berta = await customer(services, caller, "Berta")
    await owner.send(f"{path}/holders", of=path, customer=str(berta.id), reason="a family")
    own = await services.cards.cards.create(caller, berta.id)
    assert isinstance(own, Card)
    await services.cards.cards.delete(caller, card.id, "for a test")

    other = f"{LIST}/{own.id}"
    reply = await owner.send(
        f"{other}/holders/{card.customer_id}/removals", of=other, reason="moved out"
    )

    assert reply.status_code == 303
    [left] = await services.cards.holders.of(whose, own)
    assert (left.customer.id, left.holder.role) == (berta.id, "primary")


async def test_nobody_lets_themselves_in(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    boss = english(await office.enter(Role.OWNER, email="boss@example.org"))
    own = await customer(services, caller, "Berta", email("boss@example.org"))
    path = f"{LIST}/{card.id}"

    reply = await boss.send(
        f"{path}/holders", of=path, find="Berta", customer=str(own.id), reason="a family"
    )

    assert reply.status_code == 422
    assert "Nobody joins an account themselves" in reply.text
