"""The queue of registrations: staff compare, and decide whose a card is."""

from datetime import date

import pytest

from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.web.joining.garden import BORN, email, phone, post
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.cards.claims.service import Seen
from watchword.features.cards.registration.rules import Wish
from watchword.features.cards.registration.service import Registered
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Operator
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.staff.permissions import Role

REASON = "Beide Ausweise gesehen"


class Desk:
    """A garden centre with an old card, and people who register with it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.services = office.services
        self.organisation = office.organisation

    async def old_card(self, born: date | None = BORN) -> Card:
        caller = Operator(name="test", organisation=self.organisation)
        new = NewCustomer(
            profile=Profile("Anna", "Müller", born),
            contacts=[phone(), post()],
            origin=Origin.IMPORT,
        )
        customer = await self.services.customers.create(caller, new)
        assert isinstance(customer, Customer)
        card = await self.services.cards.cards.create(caller, customer.id, "4711 0815")
        assert isinstance(card, Card)
        return await self.now(card)

    async def register(self, *contacts: Contact, born: date | None = BORN) -> Registered:
        wish = Wish(
            profile=Profile("Anna", "Müller", born), contacts=contacts or [phone()], locale="de"
        )
        registered = await self.services.joining.registrations.register(
            self.organisation, wish, "192.0.2.1"
        )
        assert isinstance(registered, Registered)
        return registered

    async def open(self) -> list[Seen]:
        page = await self.services.joining.claims.page(self.organisation.id)
        return [*page.items]

    async def now(self, card: Card) -> Card:
        return await self.services.cards.cards.read(self.organisation.id, card.id)

    async def actions(self, target: str) -> list[str]:
        async with self.services.storage.reading(self.organisation.id) as transaction:
            entries = await AuditStore(transaction, self.organisation.id).about(target)
        return [entry.action for entry in entries]


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


async def one(desk: Desk) -> str:
    """Let there be one claim, and give its page."""
    [seen] = await desk.open()
    return f"/console/matches/{seen.claim.id}"


async def test_an_empty_queue_teaches(owner: Browser) -> None:
    assert "Nothing to decide" in await owner.read("/console/matches")
    assert "Nobody has registered yet" in await owner.read("/console/matches?state=all")


async def test_staff_see_both_beside_each_other_and_masked(desk: Desk, owner: Browser) -> None:
    await desk.old_card(born=None)
    await desk.register()

    assert "Too little agrees" in await owner.read("/console/matches")
    page = await owner.read(await one(desk))

    assert "Anna Müller" in page
    assert "4567" in page
    assert "1234567" not in page
    assert "47110815" not in page


async def test_a_card_is_linked_and_has_to_be_confirmed_anew(desk: Desk, owner: Browser) -> None:
    card = await desk.old_card(born=None)
    registered = await desk.register()
    path = await one(desk)

    reply = await owner.send(f"{path}/links", of=path, card=str(card.id), reason=REASON)

    assert reply.status_code == 303
    linked = await desk.now(card)
    assert linked.customer_id == registered.registration.customer_id
    assert linked.linked_from == card.customer_id
    view = await desk.services.joining.registrations.look(desk.organisation, registered.secret)
    assert view is not None
    assert view.card.id == card.id
    assert await desk.open() == []
    assert Action.CLAIM_SETTLED in await desk.actions(path.replace("/console/matches/", "claim:"))


async def test_what_is_not_theirs_stays_apart(desk: Desk, owner: Browser) -> None:
    card = await desk.old_card(born=None)
    await desk.register()
    path = await one(desk)

    reply = await owner.send(f"{path}/separations", of=path, reason=REASON)

    assert reply.status_code == 303
    assert await desk.now(card) == card
    assert await desk.open() == []


async def test_of_two_claims_one_gets_the_card_and_it_thaws(desk: Desk, owner: Browser) -> None:
    card = await desk.old_card()
    await desk.register()
    second = await desk.register(post(), phone("0170 7654321"))
    assert (await desk.now(card)).frozen_at is not None
    claims = await desk.open()
    [theirs] = [
        each for each in claims if each.claim.customer_id == second.registration.customer_id
    ]
    path = f"/console/matches/{theirs.claim.id}"
    assert "1 more claim it" in await owner.read(path)

    await owner.send(f"{path}/links", of=path, card=str(card.id), reason=REASON)

    linked = await desk.now(card)
    assert linked.customer_id == second.registration.customer_id
    assert linked.frozen_at is None
    assert linked.linked_from == card.customer_id
    assert await desk.open() == []


async def test_when_nobody_of_two_gets_it_it_is_whose_it_was(desk: Desk, owner: Browser) -> None:
    card = await desk.old_card()
    await desk.register()
    await desk.register(post(), phone("0170 7654321"))

    for left in (1, 0):
        path = f"/console/matches/{(await desk.open())[0].claim.id}"
        await owner.send(f"{path}/separations", of=path, reason=REASON)
        assert ((await desk.now(card)).frozen_at is None) is (left == 0)

    back = await desk.now(card)
    assert (back.customer_id, back.linked_from) == (card.customer_id, None)


async def test_a_card_is_frozen_and_thawed_with_a_reason(desk: Desk, owner: Browser) -> None:
    card = await desk.old_card(born=None)
    await desk.register()
    path = await one(desk)
    fields = {"card": str(card.id), "wants": "freeze", "reason": REASON}

    assert (await owner.send(f"{path}/freezings", of=path, **fields)).status_code == 303
    assert (await desk.now(card)).frozen_at is not None
    fields["wants"] = "thaw"
    assert (await owner.send(f"{path}/freezings", of=path, **fields)).status_code == 303
    assert (await desk.now(card)).frozen_at is None
    actions = await desk.actions(f"card:{card.id}")
    assert {Action.CARD_FROZEN, Action.CARD_THAWED} <= {*actions}


@pytest.mark.parametrize("act", ["links", "separations", "freezings"])
async def test_nothing_happens_without_a_reason(desk: Desk, owner: Browser, act: str) -> None:
    card = await desk.old_card(born=None)
    await desk.register()
    path = await one(desk)

    reply = await owner.send(f"{path}/{act}", of=path, card=str(card.id), reason=" ")

    assert reply.status_code == 422
    assert "the reason is missing" in reply.text
    assert await desk.now(card) == card
    assert len(await desk.open()) == 1


async def test_no_other_card_is_linked(desk: Desk, owner: Browser) -> None:
    await desk.old_card(born=None)
    registered = await desk.register()
    path = await one(desk)
    own = str(registered.registration.card_id)

    reply = await owner.send(f"{path}/links", of=path, card=own, reason=REASON)

    assert reply.status_code == 422
    assert len(await desk.open()) == 1


async def test_who_may_only_look_has_no_buttons(desk: Desk) -> None:
    await desk.old_card(born=None)
    await desk.register()
    path = await one(desk)
    clerk = english(await desk.office.enter(Role.CLERK))

    assert "Ask a manager or an owner" in await clerk.read(path)
    reply = await clerk.send(f"{path}/separations", of="/console/account", reason=REASON)
    assert reply.status_code == 403
    assert len(await desk.open()) == 1


async def test_nobody_decides_about_themselves(desk: Desk) -> None:
    await desk.old_card(born=None)
    manager = english(await desk.office.enter(Role.MANAGER, email="boss@example.org"))
    await desk.register(phone(), email("boss@example.org"))
    path = await one(desk)

    reply = await manager.send(f"{path}/separations", of=path, reason=REASON)

    assert reply.status_code == 422
    assert "this is about you" in reply.text


async def test_what_somebody_else_has_decided_stays(desk: Desk, owner: Browser) -> None:
    await desk.old_card(born=None)
    await desk.register()
    path = await one(desk)
    token = await owner.read(path)
    assert "Keep them apart" in token
    await owner.send(f"{path}/separations", of=path, reason=REASON)

    reply = await owner.send(f"{path}/separations", of="/console/account", reason=REASON)

    assert reply.status_code == 422
    assert "somebody else has decided" in reply.text
