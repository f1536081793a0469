"""The first page of the console, and who gets to see it."""

import httpx

from tests.web.console.people import Browser, Office
from watchword.features.staff.permissions import Role


async def test_whoever_is_signed_in_sees_the_organisation_and_their_own_name(
    owner: Browser,
) -> None:
    page = await owner.read("/console")

    assert "Gartencenter Sonnenhof" in page
    assert "Owner" in page


async def test_a_stranger_is_sent_to_sign_in(office: Office) -> None:
    async with httpx.AsyncClient(transport=office.transport, base_url="https://a.test") as stranger:
        reply = await stranger.get("/console?lang=de")

    assert reply.status_code == 303
    assert reply.headers["location"] == "/console/sign-in?next=%2Fconsole%3Flang%3Dde"


async def test_the_menu_shows_what_the_role_opens(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)

    page = await clerk.read("/console")

    assert "/console/challenges" in page
    assert "/console/staff" not in page
