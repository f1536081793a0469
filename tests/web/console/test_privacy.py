"""The pages about privacy: looked up, handed out, forgotten, and left alone."""

import html
import json

import pytest

from tests.web.console.people import Browser, Office
from tests.whole_house import Dealt, asked, phone, shown
from watchword.features.clients.rules import Operator
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

PAGE = "/console/people"
NUMBER = "+49 170 1234567"
E164 = "+491701234567"
WHY = "asked for it by letter"


@pytest.fixture
async def someone(services: Services, organisation: Organisation) -> None:
    """Somebody who was sent a code."""
    operator = Operator(name="test", organisation=organisation)
    shown(await services.challenges.open(operator, asked()))


async def found(browser: Browser, who: str = NUMBER) -> str:
    reply = await browser.send(f"{PAGE}?lang=en", of=PAGE, who=who)
    assert reply.status_code == 200, reply.text
    return html.unescape(reply.text)


async def test_somebody_is_found_by_their_number_and_shown_masked(
    owner: Browser, someone: None
) -> None:
    page = await found(owner)

    assert "+49•••••4567" in page
    assert "Codes that were asked for" in page
    assert E164 not in page


@pytest.mark.parametrize("who", ["nobody@example.org", "Ann, Hauptstr. 1, 10115 Berlin, DE"])
async def test_of_whom_nothing_is_known_it_says_so(owner: Browser, who: str) -> None:
    assert "Nothing is known about this contact point" in await found(owner, who)


async def test_what_is_no_address_is_said_to_be_none_and_stays_in_the_form(owner: Browser) -> None:
    reply = await owner.send(f"{PAGE}?lang=en", of=PAGE, who="170")

    assert reply.status_code == 422
    assert "This cannot be read as an address" in reply.text
    assert 'value="170"' in reply.text


async def test_everything_is_downloaded_with_a_reason(owner: Browser, someone: None) -> None:
    reply = await owner.send(f"{PAGE}/exports", of=PAGE, who=NUMBER, reason=WHY)

    assert reply.status_code == 200
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert reply.headers["cache-control"] == "no-store"
    assert json.loads(reply.text)["sections"]["contact_points"][0]["address"] == E164


@pytest.mark.parametrize("path", ["exports", "erasures", "opt-outs", "opt-ins"])
async def test_without_a_reason_nothing_is_done(
    owner: Browser, services: Services, organisation: Organisation, someone: None, path: str
) -> None:
    reply = await owner.send(
        f"{PAGE}/{path}?lang=en",
        of=PAGE,
        who=NUMBER,
        kind="everything",
        reason=f"of {E164}",
        sure="on",
    )

    assert reply.status_code == 422
    assert "without any address or number" in reply.text
    assert await services.contacts.find(organisation.id, phone()) is not None


async def test_somebody_is_forgotten_only_when_it_was_asked_twice(
    owner: Browser, services: Services, organisation: Organisation, someone: None
) -> None:
    first = await owner.send(f"{PAGE}/erasures?lang=en", of=PAGE, who=NUMBER, reason=WHY)
    still_known = await services.contacts.find(organisation.id, phone())
    second = await owner.send(
        f"{PAGE}/erasures?lang=en", of=PAGE, who=NUMBER, reason=WHY, sure="on"
    )

    assert "What goes at once" in first.text
    assert still_known is not None
    assert second.headers["location"] == f"{PAGE}?said=erased"
    assert await services.contacts.find(organisation.id, phone()) is None
    assert "is forgotten" in await owner.read(f"{PAGE}?said=erased&lang=en")


async def test_who_works_here_is_not_forgotten(owner: Browser) -> None:
    page = await found(owner, "owner0@example.org")

    assert "This person works here" in page
    reply = await owner.send(
        f"{PAGE}/erasures?lang=en", of=PAGE, who="owner0@example.org", reason=WHY, sure="on"
    )
    assert reply.status_code == 422


async def test_an_opt_out_is_written_down_listed_without_a_name_and_lifted(
    owner: Browser, services: Services, organisation: Organisation, someone: None
) -> None:
    operator = Operator(name="test", organisation=organisation)
    fields = {"who": NUMBER, "kind": "everything", "reason": WHY}

    out = await owner.send(f"{PAGE}/opt-outs", of=PAGE, **fields)
    refused = await services.challenges.open(operator, asked())
    listed = await owner.read(f"{PAGE}?lang=en")
    back = await owner.send(f"{PAGE}/opt-ins", of=PAGE, **fields)

    assert out.headers["location"] == f"{PAGE}?said=opted_out"
    assert refused == OptedOut()
    assert "Everything, codes too" in listed
    assert "4567" not in listed
    assert back.headers["location"] == f"{PAGE}?said=opted_in"
    shown(await services.challenges.open(operator, asked()))


async def test_no_address_stands_in_an_address_of_a_page(owner: Browser, someone: None) -> None:
    page = await found(owner)

    assert "1234567" not in "".join(part.split('"')[0] for part in page.split('href="')[1:])
    assert "1234567" not in "".join(part.split('"')[0] for part in page.split('action="')[1:])


@pytest.mark.parametrize("role", [Role.CLERK, Role.PHONE_AGENT, Role.MARKETING, Role.ANALYST])
async def test_who_may_not_finds_no_door(office: Office, role: Role, someone: None) -> None:
    browser = await office.enter(role)

    await browser.read(PAGE, status=403)
    page = await browser.read("/console")
    assert "/console/people" not in page


async def test_the_pages_are_german_for_germans(
    owner: Browser, someone: None, dealt: Dealt
) -> None:
    page = await owner.read(f"{PAGE}?lang=de")

    assert "Wer nichts mehr hören will" in html.unescape(page)
