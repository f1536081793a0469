"""Passkeys on their pages: added, named, removed, and shown at the door."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.stand_ins.authenticator import UV, Authenticator, Told, said
from tests.stores import MovableTime
from tests.web.console.people import OWN_FORM, TOKEN, Browser, Office
from watchword.features.staff.passkeys.rules import ANSWER_WITHIN, PASSKEYS_AT_MOST
from watchword.features.staff.permissions import Role
from watchword.features.staff.sessions.rules import FRESH_FOR

ACCOUNT = "/console/account"
NEW = f"{ACCOUNT}/passkeys/new"
OPTIONS = f"{ACCOUNT}/passkeys/options"
SIGN_IN = "/console/sign-in/passkey"
HIDDEN = re.compile(r"/console/account/passkeys/([0-9a-f-]{36})")


async def asked(browser: Browser) -> dict[str, Any]:
    reply = await browser.send(OPTIONS, of=NEW)
    assert reply.headers["content-type"] == "application/json"
    found: dict[str, Any] = reply.json()
    return found


async def added(browser: Browser, device: Authenticator, name: str = "Handy") -> httpx.Response:
    """Add a passkey as the script of the page does."""
    options = (await asked(browser))["options"]
    answer = said(device.make(json.dumps(options)))
    return await browser.send(f"{ACCOUNT}/passkeys", of=NEW, name=name, credential=answer)


async def id_of_first(browser: Browser) -> str:
    found = HIDDEN.search(await browser.read(ACCOUNT))
    assert found is not None
    return found[1]


async def shown(stranger: httpx.AsyncClient, device: Authenticator, **more: str) -> httpx.Response:
    """Sign in as the script of the page does."""
    reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=OWN_FORM)
    answer = said(device.show(json.dumps(reply.json()["options"])))
    return await stranger.post(SIGN_IN, data={"credential": answer, **more}, headers=OWN_FORM)


@pytest.fixture
async def stranger(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    url = office.services.settings.web.public_url
    async with httpx.AsyncClient(transport=office.transport, base_url=url) as stranger:
        yield stranger


async def test_a_passkey_is_added_and_signs_in(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    reply = await added(owner, device, "Handy von Ann")
    assert reply.headers["location"] == f"{ACCOUNT}?said=passkey_added"
    assert "Handy von Ann" in await owner.read(ACCOUNT)

    reply = await shown(stranger, device, next="/console/account?lang=en")

    assert reply.status_code == 303
    assert reply.headers["location"] == "/console/account?lang=en"
    page = (await stranger.get("/console/account?lang=en")).text
    assert "with a passkey" in page
    assert owner.member.name in page


async def test_a_cookie_that_ties_an_answer_goes_nowhere_else_and_dies_with_it(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    await added(owner, device)
    reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=OWN_FORM)
    cookie = reply.headers["set-cookie"]
    answer = said(device.show(json.dumps(reply.json()["options"])))

    assert cookie.startswith("__Host-watchword-passkey=")
    for mark in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=300"):
        assert mark.lower() in cookie.lower()
    reply = await stranger.post(SIGN_IN, data={"credential": answer}, headers=OWN_FORM)
    assert reply.status_code == 303
    assert "__Host-watchword-passkey" not in stranger.cookies


async def test_a_replay_is_refused_and_says_what_to_do(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    await added(owner, device)
    reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=OWN_FORM)
    ticket = dict(stranger.cookies)
    answer = said(device.show(json.dumps(reply.json()["options"])))
    await stranger.post(SIGN_IN, data={"credential": answer}, headers=OWN_FORM)
    stranger.cookies.clear()
    stranger.cookies.update(ticket)

    again = await stranger.post(f"{SIGN_IN}?lang=en", data={"credential": answer}, headers=OWN_FORM)

    assert again.status_code == 422
    assert "Press the button once more" in again.text
    assert (await stranger.get(ACCOUNT)).status_code == 303


async def test_without_its_ticket_an_answer_is_nothing(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    await added(owner, device)
    reply = await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=OWN_FORM)
    answer = said(device.show(json.dumps(reply.json()["options"])))
    stranger.cookies.clear()

    reply = await stranger.post(SIGN_IN, data={"credential": answer}, headers=OWN_FORM)

    assert reply.status_code == 422


@pytest.mark.parametrize("path", [SIGN_IN, f"{SIGN_IN}/options"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}],
    ids=str,
)
async def test_a_page_of_somebody_else_signs_nobody_in(
    stranger: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    reply = await stranger.post(path, data={"passkey": ""}, headers=headers)

    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers


async def test_a_form_of_another_kind_is_refused(stranger: httpx.AsyncClient) -> None:
    for content, kind in ((b"{}", "application/json"), (b"credential=a", "text/plain")):
        headers = {**OWN_FORM, "Content-Type": kind}
        assert (await stranger.post(SIGN_IN, content=content, headers=headers)).status_code == 403


async def test_a_removed_passkey_opens_nothing(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient
) -> None:
    await added(owner, device)
    id = await id_of_first(owner)

    reply = await owner.send(f"{ACCOUNT}/passkeys/{id}/removals", of=f"{ACCOUNT}/passkeys/{id}")

    assert reply.headers["location"] == f"{ACCOUNT}?said=passkey_removed"
    assert (await shown(stranger, device)).status_code == 422
    await owner.read(f"{ACCOUNT}/passkeys/{id}", status=404)


async def test_a_passkey_gets_another_name(owner: Browser, device: Authenticator) -> None:
    await added(owner, device)
    path = f"{ACCOUNT}/passkeys/{await id_of_first(owner)}"

    assert (await owner.send(path, name=" Schlüssel <am> Bund ")).status_code == 303
    assert "Schlüssel &lt;am&gt; Bund" in await owner.read(ACCOUNT)
    refused = await owner.send(path, name="x" * 61)
    assert refused.status_code == 422
    assert "x" * 61 in refused.text


async def test_nobody_opens_the_passkeys_of_others(office: Office, device: Authenticator) -> None:
    owner, clerk = await office.enter(Role.OWNER), await office.enter(Role.CLERK)
    await added(owner, device)
    path = f"{ACCOUNT}/passkeys/{await id_of_first(owner)}"

    await clerk.read(path, status=404)
    assert (await clerk.send(path, of=ACCOUNT, name="Mine")).status_code == 404
    assert (await clerk.send(f"{path}/removals", of=ACCOUNT)).status_code == 404
    assert "Handy" in await owner.read(ACCOUNT)


async def test_without_a_script_the_page_says_so_and_keeps_what_was_typed(owner: Browser) -> None:
    reply = await owner.send(
        f"{ACCOUNT}/passkeys?lang=en", of=NEW, name="Mein Handy", credential=""
    )

    assert reply.status_code == 422
    assert "This browser made no passkey" in reply.text
    assert "Mein Handy" in reply.text
    assert "<noscript>" in reply.text


async def test_a_device_that_shows_nobody_is_refused_on_the_page(
    owner: Browser, device: Authenticator
) -> None:
    options = (await asked(owner))["options"]
    answer = said(device.make(json.dumps(options), Told(flags_off=UV)))

    reply = await owner.send(
        f"{ACCOUNT}/passkeys?lang=en", of=NEW, name="Mein Handy", credential=answer
    )

    assert reply.status_code == 422
    assert "did not prove" in reply.text
    assert "Mein Handy" in reply.text


async def test_whoever_takes_too_long_is_told_so(
    owner: Browser, device: Authenticator, time: MovableTime
) -> None:
    options = (await asked(owner))["options"]
    answer = said(device.make(json.dumps(options)))
    time.pass_by(ANSWER_WITHIN)

    reply = await owner.send(f"{ACCOUNT}/passkeys?lang=en", of=NEW, name="A", credential=answer)

    assert reply.status_code == 422
    assert "longer than five minutes" in reply.text


async def test_whoever_signed_in_long_ago_shows_once_more_who_they_are(
    owner: Browser, device: Authenticator, time: MovableTime
) -> None:
    await added(owner, device)
    path = f"{ACCOUNT}/passkeys/{await id_of_first(owner)}"
    time.pass_by(FRESH_FOR)

    assert await asked(owner) == {"problem": "stale"}
    for reply in (
        await owner.send(f"{ACCOUNT}/passkeys", of=NEW, name="Zweites Handy", credential=""),
        await owner.send(f"{path}/removals", of=path),
    ):
        assert reply.status_code == 403
        assert 'name="carried"' in reply.text
        assert "Zweites Handy" not in reply.text  # it is sealed
    assert "Handy" in await owner.read(ACCOUNT)


async def test_what_was_typed_is_there_again_after_the_sign_in(
    owner: Browser, device: Authenticator, stranger: httpx.AsyncClient, time: MovableTime
) -> None:
    await added(owner, device)
    time.pass_by(FRESH_FOR)
    reply = await owner.send(f"{ACCOUNT}/passkeys", of=NEW, name="Zweites Handy", credential="")
    carried = re.search(r'name="carried" value="([^"]+)"', reply.text)
    assert carried is not None

    reply = await shown(owner.pages, device, carried=carried[1])

    assert reply.status_code == 307
    assert reply.headers["location"] == f"{ACCOUNT}/passkeys"
    page = await owner.pages.post(
        reply.headers["location"], data={"carried": carried[1]}, headers=OWN_FORM
    )
    assert page.status_code == 200, page.text
    assert "Zweites Handy" in page.text
    assert TOKEN.search(page.text) is not None
    assert "Zweites Handy" not in await owner.read(ACCOUNT)


async def test_twenty_are_enough(owner: Browser) -> None:
    for number in range(PASSKEYS_AT_MOST):
        other = Authenticator("https://codes.example.org")
        assert (await added(owner, other, f"Key {number}")).status_code == 303

    assert await asked(owner) == {"problem": "full"}
    reply = await owner.send(f"{ACCOUNT}/passkeys?lang=en", of=NEW, name="One more", credential="")
    assert "Remove one first" in reply.text
    assert NEW not in await owner.read(ACCOUNT)


async def test_a_network_asks_so_often_and_no_more(stranger: httpx.AsyncClient) -> None:
    replies = [
        await stranger.post(f"{SIGN_IN}/options", data={"passkey": ""}, headers=OWN_FORM)
        for _ in range(61)
    ]

    assert {reply.status_code for reply in replies[:60]} == {200}
    assert replies[60].status_code == 429


async def test_the_owner_of_the_account_hears_of_it_by_mail(
    office: Office, device: Authenticator
) -> None:
    owner = await office.enter(Role.OWNER, name="Ann", email="ann@example.org")
    await added(owner, device)

    async with office.services.storage.reading("*") as transaction:
        (row,) = await transaction.all("select * from messages")

    assert row["template"] == "staff.notice"
    assert row["about"].startswith("notice:")
