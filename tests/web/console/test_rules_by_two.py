"""Looser rules against abuse, where an organisation wants two people: proposed, decided, done."""

import httpx
import pytest

from tests.web.console.forced import english, force
from tests.web.console.people import Browser, Office
from tests.web.console.test_abuse_rules import EDIT, PAGE, look, own, typed
from tests.web.console.test_approvals import PATH, decide, wanting_two
from watchword.features.approvals.rules import State
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
async def manager(office: Office, owner: Browser) -> Browser:
    """Make it two who can decide, and have the organisation want that."""
    made = english(await office.enter(Role.MANAGER, name="Max Gärtner"))
    await wanting_two(owner)
    return made


async def propose(owner: Browser, reason: str = "We open in Austria.") -> httpx.Response:
    shown = await look(owner, own=["countries"], countries=["DE AT"])
    assert "This needs a second person" in shown.text
    assert ">Save these rules</button>" not in shown.text
    fields = {**typed(shown.text, f"{PAGE}?"), "reason": [reason]}
    return await force(owner, PAGE, **fields)


async def test_looser_rules_hold_once_somebody_else_has_agreed(
    owner: Browser, manager: Browser, services: Services, organisation: Organisation
) -> None:
    reply = await propose(owner)
    path = reply.headers["location"].partition("?")[0]
    before = await own(services, organisation)
    shown = await manager.read(path)
    decided = await decide(manager, path, "approve")

    assert path.startswith(PATH)
    assert before == {}
    assert "only DE" in shown
    assert "DE, AT" in shown
    assert "We open in Austria." in shown
    assert decided.status_code == 303
    assert await own(services, organisation) == {"countries": ("DE", "AT")}
    afterwards = await owner.read(path)
    assert "It was done at the moment it was approved" in afterwards
    assert "only DE" in afterwards


async def test_tighter_rules_are_free(
    owner: Browser, manager: Browser, services: Services, organisation: Organisation
) -> None:
    shown = await look(owner, own=["known_factor"], known_factor=["2"])
    saved = await force(owner, PAGE, **typed(shown.text, f"{PAGE}?"))

    assert saved.headers["location"] == f"{PAGE}?said=saved"
    assert await own(services, organisation) == {"known_factor": 2}


async def test_whoever_asks_for_looser_rules_says_why(
    owner: Browser, manager: Browser, services: Services, organisation: Organisation
) -> None:
    reply = await propose(owner, reason="")

    assert reply.status_code == 422
    assert "somebody else decides by it" in reply.text
    assert "DE, AT" in reply.text
    assert await own(services, organisation) == {}


async def test_rules_that_others_have_changed_meanwhile_are_not_overwritten(
    owner: Browser, manager: Browser, services: Services, organisation: Organisation
) -> None:
    path = (await propose(owner)).headers["location"].partition("?")[0]
    shown = await look(owner, own=["known_factor"], known_factor=["2"])
    await force(owner, PAGE, **typed(shown.text, f"{PAGE}?"))

    reply = await decide(manager, path, "approve")

    assert reply.status_code == 409
    assert await own(services, organisation) == {"known_factor": 2}
    assert "Take it over into the form" in await owner.read(path)
    form = typed(await owner.read(f"{EDIT}?request={path.rpartition('/')[2]}"), EDIT)
    assert form["countries"] == ["DE, AT"]


async def test_nobody_approves_their_own_rules(
    owner: Browser, manager: Browser, services: Services, organisation: Organisation
) -> None:
    path = (await propose(owner)).headers["location"].partition("?")[0]

    reply = await decide(owner, path, "approve")

    assert reply.status_code == 403
    assert await own(services, organisation) == {}
    approvals = services.configuration.approvals
    page = await approvals.page(organisation.id, most=2, are_open=True)
    assert [each.state for each in page.items] == [State.OPEN]
