"""A developer looks at the sandbox while his program sends a code, in a real browser."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.web.chromium import launched
from tests.web.html.stage import PHONE, Stage, served
from watchword.workers.crew import working

pytestmark = pytest.mark.browser


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    async with served(stage.app) as address, working(stage.services):
        yield address


@pytest.fixture
async def page(address: str) -> AsyncIterator[Page]:
    """A page of a browser that is English and may copy; it fails whatever breaks the rules."""
    async with launched("pages") as browser:
        context = await browser.new_context(base_url=address, locale="en")
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text))
        yield page
    assert faults == []


async def ask(stage: Stage, address: str, key: dict[str, str], to: str = PHONE) -> str:
    """Send a code as an application does, and give it as the sandbox got it."""
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=60) as application:
        reply = await application.post(
            "/v1/challenges", json={"purpose": "step_up", "to": {"phone": to}}
        )
        assert reply.status_code == 201, reply.text
        return str(await arrived(application))


async def arrived(application: httpx.AsyncClient) -> object:
    """Wait for the newest code."""
    for _ in range(5000):
        if found := (await application.get("/sandbox/messages")).json():
            return found[0]["code"]
        await asyncio.sleep(0.01)
    pytest.fail("Nothing arrived in the sandbox.")


async def test_a_code_appears_without_reloading_and_can_be_copied(
    stage: Stage, address: str, page: Page
) -> None:
    key = await stage.key(await stage.found())
    await page.goto("/sandbox")
    await expect(page.get_by_text("No messages yet")).to_be_visible()
    await expect(page.get_by_text("Updates by itself", exact=True)).to_be_visible()

    code = await ask(stage, address, key)

    await expect(page.locator(".code")).to_have_text(code)
    await expect(page.get_by_text("No messages yet")).to_have_count(0)
    await expect(page.get_by_role("status")).to_contain_text(" ".join(code))
    await page.get_by_role("button", name="Copy the code").click()
    await expect(page.get_by_role("status")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == code


async def test_news_takes_nothing_away_from_who_is_reading(stage: Stage, page: Page) -> None:
    organisation = await stage.found()
    await stage.deliver(organisation, code="111111")
    await stage.deliver(organisation, code="222222", to="+491709999999")
    await page.goto("/sandbox")
    await expect(page.get_by_text("Updates by itself", exact=True)).to_be_visible()
    first = page.locator(".code", has_text="111111")
    button = page.locator(".message", has=first).get_by_role("button")
    await button.focus()
    await page.evaluate("document.querySelector('.message').dataset.known = 'yes'")

    await stage.deliver(organisation, code="333333")

    await expect(page.locator(".code")).to_have_text(["333333", "111111", "222222"])
    await expect(button).to_be_focused()
    await expect(page.locator("[data-known] .code")).to_have_text("222222")


async def test_it_comes_back_when_the_server_does(stage: Stage, page: Page) -> None:
    organisation = await stage.found()
    await page.goto("/sandbox")
    await expect(page.get_by_text("Updates by itself", exact=True)).to_be_visible()
    stage.app.state.audience.dismiss()
    await expect(page.get_by_role("link", name="Look again")).to_be_visible()
    stage.app.state.audience.is_dismissed = False

    await stage.deliver(organisation, code="444444")

    await expect(page.get_by_text("Updates by itself", exact=True)).to_be_visible()
    await expect(page.locator(".code")).to_have_text("444444")


async def test_the_keyboard_reaches_everything_and_a_phone_shows_it(
    stage: Stage, page: Page
) -> None:
    await stage.deliver(await stage.found(name="Volksbank Großenhain-Riesa eG"))
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/sandbox?lang=de")

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()

    for path in ("/", "/sandbox?lang=de", "/docs", "/no/such/page"):
        if path != "/no/such/page":
            await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
