"""A customer gets a card on a telephone, in German, and shows in three ways that it is theirs."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.not_tested import not_tested
from tests.web.html.stage import Stage, open_stage, served
from watchword.features.organisations.rules import Organisation
from watchword.workers.crew import working

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SET = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    ) values (:organisation_id, '', :section, 1, :content, 1, 'test')
"""
SETTINGS = {
    "joining": '{"open": true, "privacy_notice": "https://www.sonnenhof.example/datenschutz"}',
    "appearance": '{"mark": "S", "colour": "#2f6b2f"}',
}
PHONE_SIZE, DESK_SIZE = (390, 844), (1280, 900)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.timeout(300)


class Walk:
    """One customer's way. `at`: where pictures of it are kept."""

    def __init__(self, stage: Stage, page: Page, garden: Organisation, at: Path) -> None:
        self.stage, self.page, self.garden, self.at = stage, page, garden, at

    async def register(self) -> None:
        await self.page.goto(f"/o/{self.garden.slug}/join")
        await self.see("form")
        await self.page.get_by_label("Vorname").fill("Änne-Sophie")
        await self.page.get_by_label("Nachname").fill("Müller-Lüdenscheidt")
        for label, typed in (("Tag", "7"), ("Monat", "5"), ("Jahr", "1980")):
            await self.page.get_by_label(label, exact=True).fill(typed)
        await self.page.get_by_label("Mobilnummer").fill("0170 1234567")
        await self.page.get_by_label("E-Mail").fill("aenne@example.org")
        await self.page.get_by_role("button", name="Karte anlegen").click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(
            "Bestätigen Sie Ihre Karte"
        )
        await self.see("ways")

    async def choose(self, name: str) -> None:
        await self.page.get_by_role("button", name=re.compile(name)).first.click()

    async def type_code(self, code: str) -> None:
        await self.page.get_by_label("Code", exact=True).fill(code)
        await self.page.get_by_role("button", name="Karte bestätigen").click()

    async def is_done(self) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(
            "Ihre Karte ist bestätigt"
        )
        await self.see("done")

    async def arrived(self) -> tuple[str, str]:
        """Wait for the newest message; give its code, and where it leads to."""
        key = await self.stage.key(self.garden)
        address = self.page.url.partition("/o/")[0].partition("/k/")[0]
        async with httpx.AsyncClient(base_url=address, headers=key) as application:
            for _ in range(500):
                if found := (await application.get("/sandbox/messages")).json():
                    link = re.search(r"/k/[a-z2-7]{12}", found[0]["text"])
                    return found[0]["code"], "" if link is None else link[0]
                await asyncio.sleep(0.01)
        pytest.fail("Nothing arrived in the sandbox.")

    async def see(self, name: str) -> None:
        """Look at a page at both sizes; nothing of it lies beside the window."""
        for width, height in (DESK_SIZE, PHONE_SIZE):
            await self.page.set_viewport_size({"width": width, "height": height})
            assert await self.page.evaluate(WIDER) == 0, f"{name} is wider than {width}"
            await self.page.screenshot(path=self.at / f"{name}-{width}.png", full_page=True)


@pytest.fixture
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_tested("customers in a browser, because there is no Chromium", "apt install chromium")
    async with open_stage(f"sqlite:///{tmp_path / 'journey.db'}") as stage:
        garden = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
        async with stage.services.storage.begin(garden.id) as transaction:
            for section, content in SETTINGS.items():
                await transaction.run(
                    SET, organisation_id=str(garden.id), section=section, content=content
                )
        async with (
            served(stage.app) as address,
            working(stage.services),
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
            context = await browser.new_context(base_url=address, locale="de-DE")
            page = await context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.on("console", lambda said: faults.append(said.text))
            yield Walk(stage, page, garden, tmp_path)
            await browser.close()
            assert [each for each in faults if "422" not in each] == []


async def test_by_text_message(walk: Walk) -> None:
    await walk.register()
    await walk.choose("Per SMS")
    await expect(walk.page.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    code, _ = await walk.arrived()

    wrong = str((int(code) + 1) % 10 ** len(code)).zfill(len(code))
    await walk.type_code(wrong)
    await expect(walk.page.get_by_role("alert")).to_contain_text("Noch 4 Versuche")
    await walk.see("wrong")
    await walk.type_code(code)

    await walk.is_done()


async def test_by_the_link_in_an_e_mail(walk: Walk) -> None:
    await walk.register()
    await walk.choose("Per E-Mail")
    await expect(walk.page.get_by_role("heading", level=1)).to_have_text("Code eingeben")
    await walk.see("code")
    code, link = await walk.arrived()
    assert link

    await walk.page.goto(link)
    await expect(walk.page.get_by_label("Code", exact=True)).to_have_value("")
    await walk.see("entry")
    await walk.type_code(code)

    await walk.is_done()
    await walk.page.goto(link)
    await expect(walk.page.get_by_role("heading", level=1)).to_have_text(
        "Ihre Karte ist schon bestätigt"
    )


async def test_in_the_shop(walk: Walk) -> None:
    await walk.register()

    await walk.choose("Im Geschäft")

    await expect(walk.page.get_by_role("heading", level=1)).to_have_text("Im Geschäft bestätigen")
    await expect(walk.page.locator(".reference")).to_have_text(
        re.compile(r"[2-9A-Z]{3} [2-9A-Z]{3}")
    )
    await expect(walk.page.get_by_role("img", name="Dasselbe zum Scannen")).to_be_visible()
    await expect(walk.page.locator(".words dd")).to_have_count(2)
    await walk.see("ticket")
