"""Handing out and forgetting a person, where two have to agree: said before, shown, and done."""

import html

import httpx
import pytest

from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.web.console.test_approvals import PATH, decide
from tests.web.console.test_configuration import filled, save
from tests.web.console.test_privacy import E164, NUMBER, PAGE, WHY, found, someone
from watchword.features.staff.permissions import Role

__all__ = ["someone"]

MASKED = "+49•••••4567"


@pytest.fixture
async def owner(office: Office) -> Browser:
    return english(await office.enter(Role.OWNER))


@pytest.fixture
async def manager(office: Office, owner: Browser) -> Browser:
    made = english(await office.enter(Role.MANAGER, name="Max Gärtner"))
    wanted = {"person_export": "on", "person_erasure": "on", "life_hours": "72"}
    reply = await save(owner, "approvals", {**await filled(owner, "approvals"), **wanted})
    assert reply.status_code == 303, reply.text
    return made


async def proposed(owner: Browser, about: str) -> str:
    fields = {"who": NUMBER, "reason": WHY, "about": about}
    reply = await owner.send(f"{PAGE}/proposals", of=PAGE, **fields)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


async def agreed(owner: Browser, manager: Browser, about: str) -> str:
    path = (await proposed(owner, about)).partition("?")[0]
    assert (await decide(manager, path, "approve")).status_code == 303
    return path


async def do_now(owner: Browser, path: str) -> httpx.Response:
    """Press the button on the page of a request."""
    page = await owner.read(path)
    assert "Do it now" in page
    assert E164 not in page
    return await owner.send(PAGE, of=path, request=path.rpartition("/")[2])


async def test_the_page_says_before_that_it_is_proposed(
    owner: Browser, manager: Browser, someone: None
) -> None:
    page = await found(owner)
    asked_again = await owner.send(f"{PAGE}/erasures", of=PAGE, who=NUMBER, reason=WHY)

    assert "Propose it" in page
    assert "Download everything" not in page
    assert "Nothing happens yet" in asked_again.text
    assert "Propose it" in asked_again.text
    assert ">Forget for good</button>" not in asked_again.text


@pytest.mark.parametrize("about", ["export", "erasure"])
async def test_what_was_proposed_is_shown_with_whom_it_is_about(
    owner: Browser, manager: Browser, someone: None, about: str
) -> None:
    location = await proposed(owner, about)
    path = location.partition("?")[0]

    assert "Proposed. Somebody else" in await owner.read(location)
    for page in (await manager.read(PATH), await manager.read(path), await owner.read(path)):
        assert MASKED in page
        assert E164 not in page
    assert "You have proposed this already" in await found(owner)


async def test_the_author_is_told_and_does_it_once(
    owner: Browser, manager: Browser, someone: None
) -> None:
    before = await owner.read("/console")
    path = await agreed(owner, manager, "export")
    after, of_another = await owner.read("/console"), await manager.read("/console")
    form = await do_now(owner, path)
    fields = {"request": path.rpartition("/")[2], "reason": WHY}
    export = await owner.send(f"{PAGE}/exports", of=PAGE, **fields)
    again = await owner.send(f"{PAGE}/exports", of=PAGE, who=NUMBER, reason=WHY)

    assert path not in before
    assert f'href="{path}' in after
    assert "Do it now" in after
    assert path not in of_another
    assert f'value="{WHY}"' in form.text
    assert E164 not in form.text
    assert export.headers["content-disposition"].startswith("attachment;")
    assert again.status_code == 422
    assert "It was done" in await owner.read(path)
    assert path not in await owner.read("/console")


async def test_somebody_is_forgotten_once_another_has_agreed(
    owner: Browser, manager: Browser, someone: None
) -> None:
    path = await agreed(owner, manager, "erasure")
    fields = {"request": path.rpartition("/")[2], "reason": WHY}
    asked_again = await owner.send(f"{PAGE}/erasures", of=PAGE, **fields)
    done = await owner.send(f"{PAGE}/erasures", of=PAGE, sure="on", **fields)

    assert ">Forget for good</button>" in asked_again.text
    assert E164 not in asked_again.text
    assert done.headers["location"] == f"{PAGE}?said=erased"
    page = html.unescape(await manager.read(path))
    assert MASKED not in page
    assert "somebody who was forgotten" in page


async def test_nobody_else_opens_a_person_by_a_request(
    owner: Browser, manager: Browser, office: Office, someone: None
) -> None:
    path = await agreed(owner, manager, "export")
    other = english(await office.enter(Role.OWNER, name="Olga", email="olga@example.org"))

    reply = await other.send(PAGE, of=PAGE, request=path.rpartition("/")[2])

    assert reply.status_code == 422
    assert MASKED not in reply.text
