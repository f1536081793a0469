"""Passkeys of customers, at the door of the wallet and behind it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from tests.stand_ins.authenticator import UV, Authenticator, Told, said
from tests.stores import KEYRING, MovableTime
from tests.web.console.bare import Bare
from tests.web.joining.garden import Garden, email, phone
from tests.web.wallet.holders import WALLET, come_in, known
from tests.web.wallet.test_devices import send
from tests.whole_house import Dealt
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.staff.passkeys.rules import ANSWER_WITHIN
from watchword.features.wallet.sessions.rules import FRESH_FOR
from watchword.settings import parse
from watchword.wiring import Services, open_services

URL = "https://codes.example.org"
LIES = (
    Told(origin="https://codes.example.com"),
    Told(rp_id="example.org"),
    Told(challenge="AAAA"),
    Told(flags_off=UV),
    Told(count=0),
)
PASSKEY = re.compile(r"/passkeys/([0-9a-f-]{36})/removals")
COOKIE = "__Host-watchword-wallet-sonnenhof"


@pytest.fixture
async def services(migrated: str, time: MovableTime, dealt: Dealt) -> AsyncIterator[Services]:
    """The house under a name, over TLS: where browsers use passkeys."""
    settings = parse({"database": {"url": migrated}, "web": {"public_url": URL}})
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(URL)


async def add(browser: Bare, device: Authenticator) -> httpx.Response:
    """Add a passkey as the script of the page does."""
    token = (await browser.open(f"{WALLET}/devices")).field("token")
    asked = (await send(browser, "/passkeys/options", token=token)).json()
    answer = said(device.make(json.dumps(asked["options"]))) if "options" in asked else ""
    added: httpx.Response = await send(browser, "/passkeys", token=token, credential=answer)
    return added


async def show(browser: Bare, device: Authenticator, told: Told | None = None) -> str:
    """Sign in with the latest passkey, as the script of the door does; give what was sent."""
    asked = (await send(browser, "/passkey/options", passkey="")).json()
    answer = said(device.show(json.dumps(asked["options"]), told))
    browser.reply = await send(browser, "/passkey", credential=answer)
    return answer


def is_in(browser: Bare) -> bool:
    return COOKIE in browser.client.cookies


async def holder(garden: Garden, device: Authenticator) -> Bare:
    await garden.card(await known(garden, phone()))
    browser = await come_in(garden)
    assert "The passkey is added." in (await add(browser, device)).text
    return browser


async def test_one_opens_the_wallet_anywhere_and_once(
    garden: Garden, device: Authenticator
) -> None:
    await holder(garden, device)
    codes = len(garden.dealt.codes)
    elsewhere = garden.browser("203.0.113.9")
    asked = (await send(elsewhere, "/passkey/options", passkey="")).json()
    ticket = dict(elsewhere.client.cookies)
    answer = said(device.show(json.dumps(asked["options"])))
    elsewhere.reply = await send(elsewhere, "/passkey", credential=answer)
    assert "Anna Müller" in elsewhere.page
    assert len(garden.dealt.codes) == codes

    again = garden.browser()
    again.client.cookies.update(ticket)
    again.reply = await send(again, "/passkey", credential=answer)
    assert "Press the button once more" in again.page
    assert not is_in(again)


async def test_what_it_says_has_to_be_right_and_a_copy_is_written_down(
    garden: Garden, device: Authenticator
) -> None:
    browser, stranger = await holder(garden, device), garden.browser()
    one = PASSKEY.search((await browser.open(f"{WALLET}/devices")).page)
    assert one is not None

    for told in LIES:
        await show(stranger, device, told)
        assert (stranger.status, is_in(stranger)) == (422, False), told

    whose = garden.organisation.id
    async with garden.services.storage.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(f"passkey:{one[1]}")
    noted = {each.action for each in entries}
    assert (len(entries), noted) == (2, {Action.WALLET_PASSKEY_ADDED, Action.PASSKEY_COUNT_ODD})
    await show(stranger, device)
    assert is_in(stranger)


async def test_without_the_ticket_of_this_browser_or_too_late_an_answer_is_nothing(
    garden: Garden, device: Authenticator
) -> None:
    await holder(garden, device)
    stranger = garden.browser()
    asked = (await send(stranger, "/passkey/options", passkey="")).json()
    answer = said(device.show(json.dumps(asked["options"])))
    other = garden.browser()
    await send(other, "/passkey/options", passkey="")
    for browser in (garden.browser(), other):
        await send(browser, "/passkey", credential=answer)
        assert not is_in(browser)

    garden.time.pass_by(ANSWER_WITHIN)
    await send(stranger, "/passkey", credential=answer)
    assert not is_in(stranger)


async def test_one_is_added_by_whoever_has_just_shown_who_they_are(
    garden: Garden, device: Authenticator
) -> None:
    await garden.card(await known(garden, phone()))
    browser = await come_in(garden)
    garden.time.pass_by(FRESH_FOR - timedelta(seconds=1))
    token = (await browser.open(f"{WALLET}/devices")).field("token")
    asked = (await send(browser, "/passkeys/options", token=token)).json()
    garden.time.pass_by(timedelta(seconds=1))

    answer = said(device.make(json.dumps(asked["options"])))
    late = await send(browser, "/passkeys", token=token, credential=answer)

    assert "No passkey was added" in late.text
    assert "No passkey was added" in (await add(browser, device)).text
    assert "Add a passkey" not in (await browser.open(f"{WALLET}/devices")).page


async def test_the_one_of_somebody_else_shows_nobody_who_is_signed_in(
    garden: Garden, device: Authenticator
) -> None:
    """It is neither Anna who shows it, nor does it turn her session into one of Bernd."""
    await garden.card(await known(garden, email(), given="Bernd"))
    await add(await come_in(garden, email="anna@example.org"), device)
    await garden.card(await known(garden, phone()))
    anna = await come_in(garden)

    await show(anna, device)

    assert anna.status == 422
    assert "Anna Müller" in (await anna.open(WALLET)).page


async def test_a_removed_one_opens_nothing(garden: Garden, device: Authenticator) -> None:
    browser = await holder(garden, device)
    await browser.open(f"{WALLET}/devices")
    await browser.press("Remove")
    stranger = garden.browser()

    await show(stranger, device)

    assert "not known here, or was removed" in stranger.page
    assert not is_in(stranger)
