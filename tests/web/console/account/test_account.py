"""My account: what somebody sees of themselves, and what they can change."""

import re

import pytest

from tests.stores import MovableTime
from tests.web.console.people import OWN_FORM, Browser, Office
from watchword.features.organisations.locations.rules import Location
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant
from watchword.features.staff.sessions.rules import FRESH_FOR

ACCOUNT = "/console/account"
ENGLISH = f"{ACCOUNT}?lang=en"


async def test_somebody_sees_who_they_are_and_no_more_of_their_address_than_others(
    office: Office,
) -> None:
    clerk = await office.enter(Role.CLERK, name="Ann Adler", email="ann.adler@example.org")

    page = await clerk.read(ENGLISH)

    assert "Ann Adler" in page
    assert "ann.adler@example.org" not in page
    assert "a•••@example.org" in page
    assert "Clerk" in page


@pytest.mark.parametrize("role", Role)
async def test_every_role_has_an_account(office: Office, role: Role) -> None:
    somebody = await office.enter(role)

    assert "Where I am signed in" in await somebody.read(ENGLISH)


async def test_a_role_at_one_location_says_where(office: Office) -> None:
    made = await office.services.configuration.locations.add(
        office.organisation.id, name="Leipzig", time_zone=None, actor="test"
    )
    assert isinstance(made, Location)
    somebody = await office.enter(Role.CLERK, grants=(Grant(Role.CLERK, made.id),))

    assert "Leipzig" in await somebody.read(ENGLISH)


async def test_whoever_chooses_a_language_gets_it_on_the_next_page(office: Office) -> None:
    somebody = await office.enter(Role.ANALYST)
    assert "Mein Konto" in await somebody.read("/console")

    reply = await somebody.send(f"{ACCOUNT}/language", of=ACCOUNT, language="en")

    assert reply.headers["location"] == f"{ACCOUNT}?said=language"
    assert "My account" in await somebody.read("/console")


async def test_a_language_that_we_do_not_have_changes_nothing(owner: Browser) -> None:
    await owner.send(f"{ACCOUNT}/language", of=ACCOUNT, language="xx")

    assert "Mein Konto" in await owner.read("/console")


async def test_somebody_signs_out_of_another_device(office: Office) -> None:
    here = await office.enter(Role.CLERK)
    there = await office.sign_in(here.member)
    assert "Firefox, Linux" in await here.read(ENGLISH)

    await here.send(f"{ACCOUNT}/sessions/{there.session.id}/endings", of=ACCOUNT)

    assert (await there.pages.get(ACCOUNT)).status_code == 303
    assert (await here.pages.get(ACCOUNT)).status_code == 200


async def test_somebody_signs_out_everywhere_but_here(office: Office) -> None:
    here = await office.enter(Role.CLERK)
    others = [await office.sign_in(here.member) for _ in range(3)]
    colleague = await office.enter(Role.CLERK)

    await here.send(f"{ACCOUNT}/sessions/endings", of=ACCOUNT)

    assert {(await each.pages.get(ACCOUNT)).status_code for each in others} == {303}
    assert (await here.pages.get(ACCOUNT)).status_code == 200
    assert (await colleague.pages.get(ACCOUNT)).status_code == 200


async def test_nobody_ends_the_sessions_of_others(office: Office) -> None:
    clerk, other = await office.enter(Role.CLERK), await office.enter(Role.CLERK)

    reply = await clerk.send(f"{ACCOUNT}/sessions/{other.session.id}/endings", of=ACCOUNT)

    assert reply.status_code == 404
    assert (await other.pages.get(ACCOUNT)).status_code == 200


async def test_a_form_of_a_stranger_ends_nothing(office: Office) -> None:
    here = await office.enter(Role.CLERK)
    there = await office.sign_in(here.member)
    path = f"{ACCOUNT}/sessions/endings"

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}, {}):
        reply = await here.pages.post(path, data={"token": "0" * 32}, headers=headers)
        assert reply.status_code == 403
    assert (await here.pages.post(path, data={}, headers=OWN_FORM)).status_code == 403
    assert (await there.pages.get(ACCOUNT)).status_code == 200


async def test_where_there_is_no_passkey_one_is_offered_calmly(owner: Browser) -> None:
    page = await owner.read(ENGLISH)

    assert "Sign in without a code" in page
    assert f"{ACCOUNT}/passkeys/new" in page
    assert "<script" not in page


async def test_nothing_of_a_secret_stands_in_the_page(office: Office, time: MovableTime) -> None:
    owner = await office.enter(Role.OWNER)
    time.pass_by(FRESH_FOR)

    page = await owner.read(ENGLISH)

    assert owner.secret.reveal() not in page
    assert owner.session.fingerprint.hex() not in page
    assert not re.search(r"[A-Za-z0-9_-]{43}", re.sub(r"base64,\S+", "", page))
