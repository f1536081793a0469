"""Signing on at an identity provider: only who works here gets in, and only as themselves."""

import html
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.stand_ins.identity_provider import (
    CLIENT,
    SECRET,
    IdentityProvider,
    new_key,
    running_provider,
)
from tests.stores import KEYRING, MovableTime
from tests.web.console.people import OWN_FORM, Browser, Office
from tests.whole_house import Dealt
from watchword.features.staff.permissions import Role
from watchword.features.staff.sessions.rules import FRESH_FOR, SignedInBy
from watchword.features.staff.sign_on.rules import BACK_WITHIN
from watchword.settings import parse
from watchword.wiring import Services, open_services

URL = "https://codes.example.org"
DOORS = "/console/sign-in/sso"
REFRESH = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')


@pytest.fixture
async def provider(time: MovableTime) -> AsyncIterator[IdentityProvider]:
    async with running_provider() as provider:
        provider.now = lambda: time().timestamp()
        yield provider


@pytest.fixture
async def services(
    migrated: str, time: MovableTime, dealt: Dealt, provider: IdentityProvider
) -> AsyncIterator[Services]:
    sso = {"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET}
    written = {"database": {"url": migrated}, "web": {"public_url": URL}, "sso": {"sonnenhof": sso}}
    async with open_services(parse(written), KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
async def ann(office: Office) -> Browser:
    return await office.enter(Role.CLERK, name="Ann Adler", email="ann@example.org")


@pytest.fixture
async def stranger(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=office.transport, base_url=URL) as stranger:
        yield stranger


async def set_out(stranger: httpx.AsyncClient, **more: str) -> str:
    """Press the button, and give where one is sent."""
    page = await stranger.post(DOORS, data={"organisation": "sonnenhof", **more}, headers=OWN_FORM)
    assert page.status_code == 200, page.text
    found = REFRESH.search(page.text)
    assert found is not None
    return html.unescape(found[1])


async def visit(address: str) -> dict[str, str]:
    """Be at the provider, and give what one brings back."""
    async with httpx.AsyncClient() as away:
        reply = await away.get(address)
    assert reply.status_code == 302
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()
    }


async def arrive(stranger: httpx.AsyncClient, brought: dict[str, str]) -> httpx.Response:
    return await stranger.post(f"{DOORS}/sonnenhof/arrivals", data=brought, headers=OWN_FORM)


async def signed_on(stranger: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await arrive(stranger, await visit(await set_out(stranger, **more)))


async def test_who_works_here_comes_in_and_goes_where_they_wanted(
    ann: Browser, stranger: httpx.AsyncClient
) -> None:
    reply = await signed_on(stranger, next="/console/account?lang=en")

    assert reply.status_code == 303, reply.text
    assert reply.headers["location"] == "/console/account?lang=en"
    page = (await stranger.get("/console/account?lang=en")).text
    assert "Ann Adler" in page
    assert "s sign-on" in page


async def test_the_button_stands_in_the_sign_in_page(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/console/sign-in?lang=en")).text

    assert "Sign on at" in page
    assert f'action="{DOORS}' in page


async def test_opening_the_way_back_changes_nothing(
    ann: Browser, stranger: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    brought = await visit(await set_out(stranger))

    page = await stranger.get(f"{DOORS}/sonnenhof/back", params=brought)

    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert "token" not in provider.asked
    assert html.escape(brought["code"]) in page.text
    assert (await arrive(stranger, brought)).status_code == 303


async def test_what_is_brought_back_is_good_once(ann: Browser, stranger: httpx.AsyncClient) -> None:
    brought = await visit(await set_out(stranger))
    ticket = dict(stranger.cookies)
    assert (await arrive(stranger, brought)).status_code == 303
    stranger.cookies.clear()
    stranger.cookies.update(ticket)

    again = await arrive(stranger, brought)

    assert again.status_code == 422
    assert (await stranger.get("/console/account")).status_code == 303


async def test_somebody_who_was_lured_does_not_come_in_as_somebody_else(
    office: Office, ann: Browser, stranger: httpx.AsyncClient
) -> None:
    brought = await visit(await set_out(stranger))
    async with httpx.AsyncClient(transport=office.transport, base_url=URL) as victim:
        assert (await arrive(victim, brought)).status_code == 422
        await set_out(victim)
        assert (await arrive(victim, brought)).status_code == 422
        assert (await victim.get("/console/account")).status_code == 303


async def test_who_takes_too_long_begins_anew(
    ann: Browser, stranger: httpx.AsyncClient, time: MovableTime
) -> None:
    brought = await visit(await set_out(stranger))
    time.pass_by(BACK_WITHIN)

    reply = await arrive(stranger, brought)

    assert reply.status_code == 422


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://id.example.com"},
    "for somebody else": {"aud": "other"},
    "another nonce": {"nonce": "other"},
    "expired": {"exp": 1},
    "nobody": {"sub": None},
    "not verified": {"email_verified": False},
    "without a word about it": {"email_verified": None},
    "unknown here": {"email": "eve@example.org"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
async def test_a_token_that_says_anything_wrong_lets_nobody_in(
    ann: Browser, stranger: httpx.AsyncClient, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims

    reply = await signed_on(stranger)

    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert (await stranger.get("/console/account")).status_code == 303


@pytest.mark.parametrize(
    "sign",
    [
        lambda claims: jwt.encode(claims, "", "none"),
        lambda claims: IdentityProvider().signed(claims, new_key("one")),
    ],
    ids=["by nobody", "by somebody else"],
)
async def test_a_forged_token_lets_nobody_in(
    ann: Browser,
    stranger: httpx.AsyncClient,
    provider: IdentityProvider,
    sign: Callable[[dict[str, Any]], str],
) -> None:
    provider.sign = sign

    assert (await signed_on(stranger)).status_code == 422


async def test_nobody_is_taken_in_who_was_not_there(
    office: Office, stranger: httpx.AsyncClient
) -> None:
    assert (await signed_on(stranger)).status_code == 422

    assert await office.services.staff.members.all(office.organisation.id) == []


async def test_another_organisation_has_no_such_door(
    ann: Browser, stranger: httpx.AsyncClient
) -> None:
    for slug in ("bank", "", "sonnenhof/../bank"):
        reply = await stranger.post(
            f"{DOORS}?lang=en", data={"organisation": slug}, headers=OWN_FORM
        )
        assert reply.status_code == 422
        assert "no organisation of this short name" in reply.text


async def test_a_provider_that_is_away_is_said_to_be(
    ann: Browser, stranger: httpx.AsyncClient, provider: IdentityProvider
) -> None:
    provider.metadata = {"issuer": "https://id.example.com"}

    reply = await stranger.post(
        f"{DOORS}?lang=en", data={"organisation": "sonnenhof"}, headers=OWN_FORM
    )

    assert reply.status_code == 503
    assert "cannot be reached" in reply.text


async def test_who_turns_back_at_the_provider_is_told_what_to_do(
    ann: Browser, stranger: httpx.AsyncClient
) -> None:
    await set_out(stranger)

    reply = await stranger.post(
        f"{DOORS}/sonnenhof/arrivals?lang=en", data={"code": "", "state": "x"}, headers=OWN_FORM
    )

    assert reply.status_code == 422
    assert "let nobody in, or you turned back" in reply.text


@pytest.mark.parametrize("path", [DOORS, f"{DOORS}/sonnenhof/arrivals"])
async def test_a_page_of_somebody_else_sends_nobody_anywhere(
    stranger: httpx.AsyncClient, path: str
) -> None:
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):
        reply = await stranger.post(path, data={"organisation": "sonnenhof"}, headers=headers)
        assert reply.status_code == 403
        assert "set-cookie" not in reply.headers


async def test_a_sign_on_is_not_fresh_enough_to_change_passkeys(
    ann: Browser, stranger: httpx.AsyncClient
) -> None:
    await signed_on(stranger)
    browser = Browser(stranger, ann.member, ann.session, ann.secret)

    reply = await browser.send(
        "/console/account/passkeys", of="/console/account/passkeys/new", name="A", credential=""
    )

    assert reply.status_code == 403
    assert f'action="{DOORS}' not in reply.text


async def test_what_was_typed_travels_along(
    ann: Browser, stranger: httpx.AsyncClient, time: MovableTime
) -> None:
    time.pass_by(FRESH_FOR)
    reply = await ann.send(
        "/console/account/passkeys", of="/console/account/passkeys/new", name="Key", credential=""
    )
    carried = re.search(r'name="carried" value="([^"]+)"', reply.text)
    assert carried is not None

    page = await signed_on(stranger, carried=carried[1])

    assert page.status_code == 200
    assert carried[1] in page.text
    assert "/console/account/passkeys" in page.text


async def test_the_session_of_before_is_over(
    ann: Browser, stranger: httpx.AsyncClient, office: Office
) -> None:
    await signed_on(stranger)
    await signed_on(stranger)

    found = await office.services.staff.sessions.open(office.organisation.id, ann.member.id)
    assert [each.signed_in_by for each in found].count(SignedInBy.SSO) == 1


async def test_what_nobody_came_back_from_is_forgotten(
    stranger: httpx.AsyncClient, office: Office, time: MovableTime
) -> None:
    await set_out(stranger)
    assert await office.services.staff.sign_on.forget(10) == 0

    time.pass_by(BACK_WITHIN * 2)

    assert await office.services.staff.sign_on.forget(10) == 1
