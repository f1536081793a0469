"""The queue of duplicates in the console: who sees it, what is shown, and what is decided."""

from dataclasses import dataclass

import pytest

from tests.features.customers.people import BORN, email, phone, post
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from watchword.features.clients.rules import Operator
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import (
    Customer,
    CustomerId,
    NewCustomer,
    Origin,
    Profile,
)
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id
from watchword.wiring import Services

LIST = "/console/duplicates"
WHY = "one person, asked at the counter"


@pytest.fixture
async def manager(office: Office) -> Browser:
    return english(await office.enter(Role.MANAGER))


async def add(services: Services, organisation: Organisation, given: str) -> Customer:
    new = NewCustomer(
        profile=Profile(given, "Gänsebühl", BORN),
        contacts=[phone(), email(), post()],
        origin=Origin.IMPORT,
        account=NewAccount(points=120),
    )
    caller = Operator(name="test", organisation=organisation)
    made = await services.customers.create(caller, new)
    assert isinstance(made, Customer)
    return made


@dataclass
class Both:
    """Two customers; the one whose id is the smaller comes first, as on the page."""

    path: str
    ids: list[CustomerId]
    services: Services
    organisation: Organisation

    async def now(self) -> list[CustomerId]:
        """Give to whom each of the two ids leads."""
        read = self.services.customers.read
        return [(await read(self.organisation.id, id)).id for id in self.ids]


@pytest.fixture
async def both(services: Services, organisation: Organisation) -> Both:
    made = [await add(services, organisation, given) for given in ("Theodora", "Theodora Maria")]
    [pair] = (await services.duplicates.page(organisation.id, None, 10)).items
    path = f"{LIST}/{pair.duplicate.id}"
    return Both(path, sorted((each.id for each in made), key=str), services, organisation)


async def test_an_empty_queue_says_what_would_stand_there(manager: Browser) -> None:
    assert "Nobody is here twice" in await manager.read(LIST)


async def test_the_queue_names_both_and_what_agrees(manager: Browser, both: Both) -> None:
    page = await manager.read(LIST)

    assert both.path in page
    for said in ("Theodora Maria Gänsebühl", "Similar name", "Same date of birth", "Same address"):
        assert said in page


async def test_both_are_compared_with_contact_points_masked(manager: Browser, both: Both) -> None:
    page = await manager.read(both.path)

    for shown in (phone().masked, email().masked, post().masked, "May 17, 1980", "120"):
        assert page.count(shown) >= 2
    for hidden in ("1234567", "anna@example.org", "Gartenstraße"):
        assert hidden not in page


@pytest.mark.parametrize(("keep", "index"), [("first", 0), ("second", 1)])
async def test_the_one_who_was_chosen_stays(
    manager: Browser, both: Both, keep: str, index: int
) -> None:
    path = f"{both.path}/merges"
    reply = await manager.send(path, of=both.path, keep=keep, reason=WHY, sure="on")

    assert reply.headers["location"].startswith(LIST)
    assert await both.now() == [both.ids[index]] * 2
    assert "Nobody is here twice" in await manager.read(LIST)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"keep": "first", "reason": "", "sure": "on"}, "reason is missing"),
        ({"keep": "third", "reason": WHY, "sure": "on"}, "choose which of the two stays"),
        ({"reason": WHY, "sure": "on"}, "choose which of the two stays"),
        ({"keep": "first", "reason": WHY}, "confirm that you have compared both"),
    ],
)
async def test_a_merge_without_a_choice_a_reason_or_a_look_changes_nothing(
    manager: Browser, both: Both, fields: dict[str, str], said: str
) -> None:
    fields = {"of": both.path, **fields}

    reply = await manager.send(f"{both.path}/merges", **fields)

    assert reply.status_code == 422
    assert said in reply.text
    assert await both.now() == both.ids


async def test_two_people_stay_two(manager: Browser, both: Both) -> None:
    path = f"{both.path}/dismissals"
    missing = await manager.send(path, of=both.path, reason="")
    reply = await manager.send(path, of=both.path, reason="mother and daughter")

    assert missing.status_code == 422
    assert reply.headers["location"].endswith("said=two_people")
    assert "Nobody is here twice" in await manager.read(LIST)
    assert await both.now() == both.ids


async def test_what_somebody_else_has_decided_leads_back_to_the_queue(
    manager: Browser, both: Both
) -> None:
    await manager.send(f"{both.path}/dismissals", of=both.path, reason="mother and daughter")

    reply = await manager.pages.get(both.path)

    assert reply.status_code == 303
    assert "already" in await manager.read(reply.headers["location"])
    assert (await manager.pages.get(f"{LIST}/{new_id()}")).status_code == 404


async def test_a_clerk_looks_and_does_not_decide(office: Office, both: Both) -> None:
    clerk = english(await office.enter(Role.CLERK))

    page = await clerk.read(both.path)

    assert "Ask a manager or an owner" in page
    assert '<form method="post" action="/console/duplicates' not in page
    reply = await clerk.send(f"{both.path}/merges", of="/console/account", keep="first", reason=WHY)
    assert reply.status_code == 403


async def test_who_finds_no_customers_sees_no_queue(office: Office, both: Both) -> None:
    analyst = english(await office.enter(Role.ANALYST))

    await analyst.read(LIST, status=403)
    await analyst.read(both.path, status=403)


async def test_the_queue_speaks_german(manager: Browser, both: Both) -> None:
    assert "Doppelte Kunden" in await manager.read(f"{LIST}?lang=de")
    assert "Es ist eine Person" in await manager.read(f"{both.path}?lang=de")
