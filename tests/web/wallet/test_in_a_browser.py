"""The key of a trusted device, and the card for a bad line, in a real browser."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.not_tested import not_tested
from tests.stores import MovableTime
from tests.web.html.stage import Stage, open_stage, served
from tests.web.joining.garden import Garden, phone
from tests.web.wallet.holders import WALLET, known
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.wallet.sessions.rules import IDLE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
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
BYTES_AT_MOST = 60 * 1024

pytestmark = pytest.mark.browser


@pytest.fixture
async def stage(tmp_path: Path, time: MovableTime) -> AsyncIterator[Stage]:
    async with open_stage(f"sqlite:///{tmp_path / 'test.db'}", now=time) as stage:
        organisation = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
        garden = Garden(stage.services, organisation, None, None, time)  # type: ignore[arg-type]
        await garden.set(SectionName.JOINING, '{"open": true}')
        await garden.card(await known(garden, phone()), "402177880131")
        yield stage


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    async with served(stage.app) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_tested("pages in a browser, because there is no Chromium", "apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        await browser.close()


async def until(page: Page, said: str) -> None:
    """Wait until something is so on a page; its policy lets nobody evaluate words there."""
    for _ in range(200):
        if await page.evaluate(said):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"It never became so: {said}")


async def code_of(stage: Stage) -> str:
    code, deliveries = "", stage.services.deliveries
    while queued := await deliveries.claim(SANDBOX, 50):
        for each in queued:
            message = await deliveries.open(each)
            code = code if message.code is None else message.code.reveal()
            await deliveries.settle(each, Accepted("SM1"), knows_repeats=True, chance=0.5)
    return code


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


async def test_a_device_comes_back_by_a_key_that_nothing_else_has(
    stage: Stage, browser: Browser, address: str, time: MovableTime
) -> None:
    context = await browser.new_context(base_url=address, locale="en")
    page = await trusted(stage, context)
    assert await page.evaluate(KEY) == [False, "kept"]
    cookies = await context.cookies()
    time.pass_by(IDLE)

    await page.goto(WALLET)
    await expect(page.locator(".holder")).to_have_text("Anna Müller")

    thief = await browser.new_context(base_url=address, locale="en")
    await thief.add_cookies(cookies)  # type: ignore[arg-type]
    elsewhere = await thief.new_page()
    await elsewhere.goto(WALLET)
    await expect(elsewhere.get_by_role("button", name="Send me a code")).to_be_visible()
    assert await elsewhere.locator(".holder").count() == 0

    await context.clear_cookies()
    await page.evaluate("indexedDB.deleteDatabase('watchword-wallet')")
    await page.goto(WALLET)
    await expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    await sign_in(stage, page)


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
