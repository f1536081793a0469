"""What somebody tries in the console who wants a card that is not theirs."""

import re
from datetime import timedelta

from tests.stores import MovableTime
from tests.web.console.forced import english
from tests.web.console.people import Office
from tests.web.console.test_cards import DESK, LIST, SEEN, caller, card, now, whose
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.clients.rules import Operator
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.wiring import Services

__all__ = ["caller", "card"]


# What somebody says about offers is written down for each way to reach them.
OFFERS = re.compile(r'<section[^>]* aria-labelledby="offers">.*?</section>', re.DOTALL)


async def test_what_a_manager_adds_is_not_called_back_and_the_page_says_from_when_on(
    office: Office, services: Services, card: Card, time: MovableTime
) -> None:
    time.pass_by(timedelta(days=1))
    manager, path = english(await office.enter(Role.MANAGER)), f"{LIST}/{card.id}"
    typed = {"family_name": "Müller", "given_name": "Anna", "version": "1", "reason": "Asked."}
    await manager.send(f"{path}/edit", of=f"{path}/edit", phone="0171 7654321", **typed)
    anna = await services.customers.read(await whose(services), card.customer_id)
    mine = str(anna.contacts[-1].contact_id)

    page = await manager.read(path)
    sent = await manager.send(f"{path}/codes", of=path, contact=mine)
    called = await manager.send(
        f"{path}/confirmations", of=path, means="phone", compared=SEEN, called_back=mine
    )

    assert "Added by staff: it verifies a card from" in page
    assert f'value="{mine}"' not in OFFERS.sub("", page)
    assert sent.status_code == called.status_code == 409
    assert "was added only lately" in sent.text
    assert (await now(services, card)).state is CardState.UNVERIFIED


async def test_a_reference_is_good_for_one_card_once_in_its_shop_and_nowhere_else(
    office: Office, services: Services, caller: Operator, card: Card
) -> None:
    locations = services.configuration.locations
    here, there = [
        await locations.add(caller.organisation.id, name=name, time_zone=None, actor="test")
        for name in ("Nord", "Süd")
    ]
    assert isinstance(here, Location)
    assert isinstance(there, Location)
    clerk = await office.enter(Role.CLERK, grants=(Grant(Role.CLERK, here.id),))
    begun = await services.cards.attempts.begin(caller, card.id, Means.IN_STORE)
    other = await services.cards.cards.create(caller, card.customer_id)
    assert isinstance(begun, Attempt)
    assert isinstance(other, Card)
    assert begun.ticket is not None
    reference = begun.ticket.reference.reveal()

    async def confirm(of: Card, at: LocationId | None) -> int:
        reply = await clerk.send(
            f"{LIST}/{of.id}/confirmations",
            of=DESK,
            means="in_store",
            reference=reference,
            compared=["name", "card"],
            location=str(at or ""),
        )
        return reply.status_code

    assert [await confirm(card, each) for each in (there.id, None)] == [422, 422]
    assert await confirm(other, here.id) == 422
    assert (await now(services, card)).state is CardState.UNVERIFIED
    assert await confirm(card, here.id) == 303
    assert await confirm(other, here.id) == 422
    assert (await clerk.send(DESK, reference=reference)).status_code == 422
    assert (await now(services, other)).state is CardState.UNVERIFIED
