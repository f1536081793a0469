"""The pages of customers that come of forms: with faults, with a code, and done; for all eyes."""

from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

import pytest
from playwright.async_api import Page, expect

from tests.not_tested import not_tested
from tests.web.chromium import launched
from tests.web.console.exhibited_cards import Guest
from tests.web.console.exhibition import exhibition
from tests.web.console.test_every_page import AXE, WIDER, faults_of, relative

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SEND = "document.querySelector('main form').noValidate = true"
SIZES = ((1280, "en"), (390, "de"))


@dataclass
class Walk:
    """One customer in one browser, and what is wrong with what they saw."""

    page: Page
    guest: Guest
    language: str
    faults: list[str] = field(default_factory=list)

    async def go(self, name: str) -> None:
        path = self.guest.pages[name]
        mark = "&" if "?" in path else "?"
        await self.page.goto(f"{path}{mark}lang={self.language}")

    async def look(self, name: str) -> None:
        self.faults += [f"{name}: {fault}" for fault in await faults_of(self.page)]
        if wider := await self.page.evaluate(WIDER):
            self.faults.append(f"{name}: {wider} pixels too wide")

    async def send(self, name: str) -> None:
        await self.page.evaluate(SEND)
        async with self.page.expect_navigation():
            await self.page.locator("main form button.primary").first.click()
        await self.look(name)

    async def forms(self) -> None:
        await self.go("join")
        await self.send("join, with nothing in it")
        await self.go("ways")
        async with self.page.expect_navigation():
            await self.page.locator("main button[value^=email]").first.click()
        await self.look("code")
        await self.page.locator("#code").fill("12")
        await self.send("code, typed wrong")

    async def end(self) -> None:
        await self.page.context.clear_cookies()  # the mail is opened in another browser
        await self.go("entry")
        await self.page.locator("#code").fill("0")
        await self.send("entry, typed wrong")
        await self.page.locator("#code").fill(self.guest.code.reveal())
        await self.send("done")
        await expect(self.page.locator("#code")).to_have_count(0)
        await self.go("entry")
        await self.look("entry, done before")


async def test_forms_with_faults_codes_and_the_end_are_for_everybody() -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    faults: list[str] = []
    with TemporaryDirectory() as folder:
        async with exhibition(folder) as (shown, address), launched("forms") as browser:
            guest = shown.guest
            assert guest is not None
            for width, language in SIZES:
                context = await browser.new_context(
                    base_url=address, viewport={"width": width, "height": 844}
                )
                name, value = guest.cookie
                await context.add_cookies([{"name": name, "value": value, "url": address}])
                await context.add_init_script(path=AXE)
                walk = Walk(await context.new_page(), guest, language)
                await walk.forms()
                if language == "de":
                    await walk.end()
                faults += walk.faults

    assert faults == []
