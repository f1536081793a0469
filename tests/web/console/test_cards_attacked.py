"""What somebody tries in the console who wants a card that is not theirs."""

from datetime import timedelta

from tests.stores import MovableTime
from tests.web.console.forced import english
from tests.web.console.people import Office
from tests.web.console.test_cards import LIST, SEEN, caller, card, now, whose
from watchword.features.cards.rules import Card, CardState
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["caller", "card"]


async def test_what_a_manager_adds_is_not_called_back_and_the_page_says_from_when_on(
    office: Office, services: Services, card: Card, time: MovableTime
) -> None:
    time.pass_by(timedelta(days=1))
    manager, path = english(await office.enter(Role.MANAGER)), f"{LIST}/{card.id}"
    typed = {"family_name": "Müller", "given_name": "Anna", "version": "1"}
    await manager.send(f"{path}/edit", of=f"{path}/edit", phone="0171 7654321", **typed)
    anna = await services.customers.read(await whose(services), card.customer_id)
    mine = str(anna.contacts[-1].contact_id)

    page = await manager.read(path)
    sent = await manager.send(f"{path}/codes", of=path, contact=mine)
    called = await manager.send(
        f"{path}/confirmations", of=path, means="phone", compared=SEEN, called_back=mine
    )

    assert "Added by staff: it verifies a card from" in page
    assert f'value="{mine}"' not in page
    assert sent.status_code == called.status_code == 409
    assert "was added only lately" in sent.text
    assert (await now(services, card)).state is CardState.UNVERIFIED
