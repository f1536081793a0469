"""The pages of campaigns in a real browser: a scanner gains nothing, a recipient gets through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, ViewportSize, expect

from tests.not_tested import not_tested
from tests.stores import MovableTime
from tests.web.chromium import launched
from tests.web.console.test_every_page import AXE, WIDER, faults_of, relative
from tests.web.gate.meadow import CANARY, END, WRONG_END, Meadow, phone, planted
from tests.web.gate.test_before_the_proof import TABLES
from tests.web.html.stage import open_stage, served
from tests.whole_house import Dealt
from watchword.features.campaigns.rules import Category, GateKind
from watchword.web.server import open_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHONE: ViewportSize = {"width": 390, "height": 844}
REDIRECTS = range(300, 400)
PRESS = """
    for (const form of document.forms) form.noValidate = true;
    for (const box of document.querySelectorAll("input[type=checkbox]")) box.checked = true;
    const form = document.forms[%d];
    form.requestSubmit(form.querySelector("button"));
"""


@asynccontextmanager
async def growing(folder: Path) -> AsyncIterator[tuple[Meadow, str]]:
    """Serve a meadow at the address that it is known by."""
    listener = open_port("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with open_stage(f"sqlite:///{folder / 'meadow.db'}", url=url) as stage:
        shop = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
        async with (
            planted(
                stage.services, shop, stage.app, Dealt(), MovableTime(stage.services.storage.now())
            ) as meadow,
            served(stage.app, listener) as address,
        ):
            yield meadow, address


async def test_a_scanner_that_runs_scripts_and_presses_everything_changes_nothing(
    tmp_path: Path,
) -> None:
    async with growing(tmp_path) as (meadow, address), launched("gates") as browser:
        links = [
            await meadow.written_to(),
            await meadow.written_to(phone("+491701114444"), gate=GateKind.NONE, minimum_age=18),
        ]
        before = {table: await meadow.rows(table) for table in TABLES}
        context = await browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 900}
        )
        # Whatever leads out of the house leads nowhere here.
        await context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        seen = await scanned(context, links[0])
        assert not [each for each in seen if CANARY in each]
        await scanned(context, links[1])

        assert await context.cookies() == []
        assert {table: await meadow.rows(table) for table in TABLES} == before


async def scanned(context: BrowserContext, link: str) -> list[str]:
    """Open every page of a link, let it run, and send each of its forms as it stands there."""
    seen = list[str]()
    for path in (link, f"{link}/stop", f"{link}/not-me"):
        page = await context.new_page()
        await page.goto(path)
        seen.append(await page.content())
        forms = await page.locator("form").count()
        await page.close()
        for nth in range(forms):
            page = await context.new_page()
            await page.goto(path)
            async with page.expect_response(lambda reply: reply.request.method == "POST") as sent:
                await page.evaluate(PRESS % nth)
            reply = await sent.value
            if reply.status not in REDIRECTS:
                seen.append(await reply.text())
            await page.close()
    return seen


async def test_a_recipient_opens_the_offer_on_a_telephone(tmp_path: Path) -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    faults = list[str]()
    async with growing(tmp_path) as (meadow, address), launched("gates") as browser:
        campaign = await meadow.campaign(category=Category.CANNABIS, minimum_age=21)
        link = await meadow.link(campaign, await meadow.customer(locale="de"))
        context = await browser.new_context(base_url=address, viewport=PHONE, locale="de")
        await context.add_init_script(path=AXE)
        page = await context.new_page()

        await page.goto(link)
        await expect(page.get_by_role("heading", name="Eine Nachricht für Sie")).to_be_visible()
        faults += await look(page, "before the gate")
        await page.get_by_label("Ihr Geburtsjahr").fill("1980")
        await page.get_by_label("Die letzten vier Ziffern").fill(WRONG_END)
        await page.get_by_role("button", name="Nachricht öffnen").click()
        await expect(page.get_by_text("Noch 4 Versuche")).to_be_visible()
        faults += await look(page, "typed wrong")
        await page.get_by_label("Die letzten vier Ziffern").fill(END)
        await page.get_by_role("button", name="Nachricht öffnen").click()
        await expect(page.get_by_text(CANARY)).to_be_visible()
        faults += await look(page, "behind the gate")

        assert (await pressed(context, page)).startswith("https://shop.example.org/rosen")
        assert [*await meadow.steps(link)] == ["opened", "passed", "clicked"]
        await page.goto(f"{link}/not-me")
        faults += await look(page, "not me")
        await page.goto("/c/00000000000000000000000000")
        faults += await look(page, "nowhere")

    assert faults == []


async def look(page: Page, name: str) -> list[str]:
    """Say what is wrong with a page, for anybody."""
    faults = [f"{name}: {each}" for each in await faults_of(page)]
    if wider := await page.evaluate(WIDER):
        faults.append(f"{name}: {wider} pixels too wide")
    return faults


async def pressed(context: BrowserContext, page: Page) -> str:
    """Press the button of the page, and give where it has led."""
    gone = list[str]()
    page.on("request", lambda request: gone.append(request.url))
    await context.route("https://shop.example.org/**", lambda route: route.fulfill(body="the shop"))
    await page.get_by_role("button", name="Zu den Rosen").click()
    await expect(page.get_by_text("the shop")).to_be_visible()
    return gone[-1]
