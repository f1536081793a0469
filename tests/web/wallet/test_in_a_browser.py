"""The key of a trusted device, and the card for a bad line, in a real browser."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.stores import MovableTime
from tests.web.chromium import PATIENCE, launched
from tests.web.console.account.in_a_browser import KEY as AUTHENTICATOR
from tests.web.html.stage import Stage, open_stage, served
from tests.web.joining.garden import Garden, phone
from tests.web.wallet.holders import WALLET, known
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted, Message
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.wallet.devices.rules import UNUSED_FOR
from watchword.features.wallet.sessions.rules import IDLE
from watchword.web.server import open_port

KEY = """
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("watchword-wallet", 1);
      asked.onerror = reject;
      asked.onsuccess = () => {
        const got = asked.result.transaction("keys").objectStore("keys").get("sonnenhof");
        got.onsuccess = async () => {
          const { key } = got.result;
          const told = await crypto.subtle.exportKey("pkcs8", key).then(() => "out", () => "kept");
          resolve([key.extractable, told]);
        };
      };
    })
"""
OF_KEYS = """
    new Promise((resolve) => {
      const asked = indexedDB.open("watchword-wallet", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("keys");
      asked.onsuccess = () => {
        const store = asked.result.transaction("keys", "readwrite").objectStore("keys");
        const done = %s;
        done.onsuccess = () => (asked.result.close(), resolve(%s));
      };
    })
"""
HELD = OF_KEYS % ("store.get('sonnenhof')", "Boolean(done.result)")
DEVICE = OF_KEYS % ("store.get('sonnenhof')", "done.result.device")
FORGET = OF_KEYS % ("store.clear()", "true")
FORGE = """
    async (device) => {
      const kind = { name: "ECDSA", namedCurve: "P-256" };
      const { privateKey: key } = await crypto.subtle.generateKey(kind, false, ["sign"]);
      return await %s;
    }
""" % (OF_KEYS % ("store.put({ device, key }, 'sonnenhof')", "true"))
BYTES_AT_MOST = 60 * 1024

pytestmark = pytest.mark.browser


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that is known before anything stands on it: passkeys are bound to an address."""
    with open_port("127.0.0.1", 0) as listener:
        yield listener


@pytest.fixture
def address(listener: socket.socket) -> str:
    return f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
async def stage(
    tmp_path: Path, time: MovableTime, listener: socket.socket, address: str
) -> AsyncIterator[Stage]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with open_stage(url, now=time, url=address) as stage:
        organisation = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
        garden = Garden(stage.services, organisation, None, None, time)  # type: ignore[arg-type]
        await garden.set(SectionName.JOINING, '{"open": true}')
        await garden.card(await known(garden, phone()), "402177880131")
        async with served(stage.app, listener):
            yield stage


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with launched("the wallet") as browser:
        yield browser


async def until(page: Page, said: str) -> None:
    """Wait until something is so on a page; its policy lets nobody evaluate words there."""
    for _ in range(PATIENCE // 50):
        if await page.evaluate(said):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"It never became so: {said}")


async def in_its_browser(page: Page, act: str, said: str | None = None) -> object:
    """Do something with what the browser of a page keeps: on a page of its own, which stays where
    it is. A door leads whoever holds a key away, at any moment."""
    beside = await page.context.new_page()
    await beside.goto("/health/live")
    told = await beside.evaluate(act, said)
    await beside.close()
    return told


async def arrived(stage: Stage) -> list[Message]:
    """Let everything arrive that waits."""
    messages, deliveries = list[Message](), stage.services.deliveries
    while queued := await deliveries.claim(SANDBOX, 50):
        for each in queued:
            messages.append(await deliveries.open(each))
            await deliveries.settle(each, Accepted("SM1"), knows_repeats=True, chance=0.5)
    return messages


async def codes(stage: Stage) -> list[str]:
    return [each.code.reveal() for each in await arrived(stage) if each.code is not None]


async def code_of(stage: Stage) -> str:
    return (await codes(stage))[-1]


async def sign_in(stage: Stage, page: Page) -> None:
    await page.goto(WALLET)
    await page.get_by_label("Mobile number").fill("0170 1234567")
    await page.get_by_role("button", name="Send me a code").click()
    await page.get_by_role("textbox", name="Code").fill(await code_of(stage))
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".holder")).to_have_text("Anna Müller")


async def trusted(stage: Stage, context: BrowserContext) -> Page:
    """Sign in; give the page when the device holds its key and keeps the card."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text))
    await sign_in(stage, page)
    await expect(page).to_have_url(re.compile(f"{WALLET}$"))
    await until(page, f"caches.match('{WALLET}/card').then(Boolean)")
    assert faults == []
    return page


async def is_asked_for_a_code(page: Page) -> bool:
    """Open the wallet; say whether it is shut. Whoever holds a key comes in without a word."""
    holds_a_key = await in_its_browser(page, HELD)
    await page.goto(WALLET)
    shut = page.locator("[data-not-trusted]" if holds_a_key else "form[action$='/arrivals']")
    await expect(page.locator(".holder").or_(shut).first).to_be_visible()
    return await page.locator(".holder").count() == 0


async def test_a_code_is_asked_on_a_new_device_a_new_browser_and_a_cleared_cache_and_else_never(
    stage: Stage, browser: Browser, address: str, time: MovableTime
) -> None:
    home = await browser.new_context(base_url=address, locale="en")
    page = await home.new_page()
    assert await is_asked_for_a_code(page)  # for the first time
    await page.close()
    page = await trusted(stage, home)
    await arrived(stage)
    assert await in_its_browser(page, KEY) == [False, "kept"]

    for what in ("again", "idle", "without its cookies", "after weeks", "in another tab"):
        if what == "idle":
            time.pass_by(IDLE)
        if what == "without its cookies":
            await home.clear_cookies()
        if what == "after weeks":
            time.pass_by(UNUSED_FOR - timedelta(hours=1))
        if what == "in another tab":
            await page.close()
            page = await home.new_page()
        assert not await is_asked_for_a_code(page), what
    assert await codes(stage) == []

    other = await browser.new_context(base_url=address, locale="en")
    assert await is_asked_for_a_code(await other.new_page())  # another browser, another device
    await home.clear_cookies()
    await page.goto("/health/live")
    assert await in_its_browser(page, FORGET)
    assert await is_asked_for_a_code(page)  # a cache that was cleared
    await sign_in(stage, page)


async def test_stolen_cookies_without_the_key_open_nothing_that_outlasts_the_session(
    stage: Stage, browser: Browser, address: str, time: MovableTime
) -> None:
    home = await browser.new_context(base_url=address, locale="en")
    page = await trusted(stage, home)
    stolen = await home.cookies()
    assert stolen
    assert all(each["httpOnly"] for each in stolen)
    device = await in_its_browser(page, DEVICE)
    assert isinstance(device, str)

    thief = await browser.new_context(base_url=address, locale="en")
    elsewhere = await thief.new_page()
    await elsewhere.goto(f"{WALLET}/devices")
    time.pass_by(IDLE)
    await thief.add_cookies(stolen)  # type: ignore[arg-type]
    assert await is_asked_for_a_code(elsewhere)
    # A key of their own under the name of the device that was robbed is not its key.
    assert await in_its_browser(elsewhere, FORGE, device)
    assert await is_asked_for_a_code(elsewhere)
    await expect(elsewhere.get_by_text("This device needs a code again.")).to_be_visible()

    assert not await is_asked_for_a_code(page)
    assert await codes(stage) == []


async def test_a_device_has_a_name_and_is_out_at_once_when_it_is_trusted_no_more(
    stage: Stage, browser: Browser, address: str, time: MovableTime
) -> None:
    lost = await trusted(stage, await browser.new_context(base_url=address, locale="en"))
    await lost.goto(f"{WALLET}/devices")
    await lost.get_by_label("Name of the device").fill("Lost telephone")
    await lost.get_by_role("button", name="Rename").click()
    await expect(lost.get_by_text("The device has its new name.")).to_be_visible()
    time.pass_by(timedelta(minutes=2))

    kept = await trusted(stage, await browser.new_context(base_url=address, locale="en"))
    await kept.goto(f"{WALLET}/devices")
    about = kept.locator("section", has=kept.locator("strong", has_text="Lost telephone"))
    await expect(kept.locator("section", has_text="this device")).to_have_count(1)
    await expect(about).not_to_contain_text("this device")
    await about.get_by_role("button", name="Trust it no more").click()
    await expect(kept.get_by_text("The device needs a code from now on.")).to_be_visible()

    assert not await is_asked_for_a_code(kept)
    assert await is_asked_for_a_code(lost)
    await until(lost, f"{HELD}.then((held) => !held)")  # it keeps no key that opens nothing
    assert await is_asked_for_a_code(lost)


async def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give a page a device that holds passkeys."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return cdp, made["authenticatorId"]


async def test_a_passkey_is_offered_added_used_and_removed(
    stage: Stage, browser: Browser, address: str
) -> None:
    page = await (await browser.new_context(base_url=address, locale="en")).new_page()
    cdp, authenticator = await with_authenticator(page)
    by_passkey = page.get_by_role("button", name="Sign in with a passkey")
    await sign_in(stage, page)

    await page.get_by_role("link", name="Add a passkey").click()
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("The passkey is added.")).to_be_visible()
    held = await cdp.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    (passkey,) = held["credentials"]
    assert (passkey["rpId"], passkey["isResidentCredential"]) == ("localhost", True)
    assert any("Passkey" in each.text.reveal() for each in await arrived(stage))

    await page.get_by_role("button", name="Sign out", exact=True).click()
    await by_passkey.click()
    await expect(page.locator(".holder")).to_have_text("Anna Müller")
    await expect(page.get_by_role("link", name="Add a passkey")).to_have_count(0)
    assert await codes(stage) == []

    await page.goto(f"{WALLET}/devices")
    await page.locator("#passkeys").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await by_passkey.click()
    await expect(page.get_by_role("alert")).to_contain_text("not known here, or was removed")
    assert await is_asked_for_a_code(page)


async def test_a_device_that_signs_out_forgets_the_key_and_the_card(
    stage: Stage, browser: Browser, address: str
) -> None:
    context = await browser.new_context(base_url=address, locale="en")
    page = await trusted(stage, context)

    await page.get_by_role("button", name="Sign out").click()

    await expect(page.get_by_text("You are signed out")).to_be_visible()
    await until(page, f"caches.match('{WALLET}/card').then((found) => !found)")
    await page.goto(WALLET)
    await expect(page.get_by_role("button", name="Send me a code")).to_be_visible()


async def test_the_card_is_there_without_a_connection_and_without_points(
    stage: Stage, browser: Browser, address: str
) -> None:
    context = await browser.new_context(base_url=address, locale="en")
    page = await trusted(stage, context)
    await until(page, "navigator.serviceWorker.controller !== null")

    await context.set_offline(True)
    await page.goto(WALLET)

    await expect(page.get_by_text("4021 7788 0131")).to_be_visible()
    await expect(page.get_by_text("There is no connection")).to_be_visible()
    said = await page.content()
    assert "points" not in said.replace("points and codes are here again", "")
    assert 'name="token"' not in said


async def test_the_first_visit_is_small(stage: Stage, browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, locale="en")
    page = await context.new_page()
    await sign_in(stage, page)
    fresh = await context.new_page()
    session = await fresh.context.new_cdp_session(fresh)
    await session.send("Network.enable")
    await session.send("Network.setBypassServiceWorker", {"bypass": True})
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda each: sizes.append(each["encodedDataLength"]))

    await fresh.goto(WALLET, wait_until="networkidle")

    assert sizes
    assert sum(sizes) <= BYTES_AT_MOST, sizes
