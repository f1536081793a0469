"""An owner opens the console for the first time, and lets nobody change it alone.

A demonstration as anybody starts it, a real browser with a device that holds passkeys, and at
the end a file that is verified by a program that has nothing else.
"""

import asyncio
import json
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.demonstration import WATCHWORD, demonstrating
from tests.web.chromium import launched
from tests.web.console.account.in_a_browser import KEY

INVITATION = re.compile(r"http://localhost:\d+/console/invitations/[A-Za-z0-9_-]+")
CODE = re.compile(r'(?<=<code class="code">)\d+')
SECOND = "second@greenleaf.example"
CHANGED = "settings.changed"
ARRIVES_WITHIN, SEALED_WITHIN = 120.0, 240.0  # seconds

pytestmark = pytest.mark.timeout(600)

WORDS = {
    "de": ("So kann niemand einlösen", "Ihre Rolle erlaubt das nicht"),
    "en": ("Nobody can redeem with these settings", "Your role does not allow this"),
}


@dataclass
class Demonstration:
    """What `watchword demo` has said about itself."""

    url: str
    owner_link: str

    async def invitation(self) -> str:
        """Read the invitation in the sandbox, as whoever got the mail does."""
        return await self._arrived(INVITATION)

    async def code(self) -> str:
        return await self._arrived(CODE)

    async def _arrived(self, wanted: re.Pattern[str]) -> str:
        """Look at the open page, for a key is shown nothing of what staff get."""
        async with httpx.AsyncClient(base_url=self.url, timeout=ARRIVES_WITHIN) as mailbox:
            async with asyncio.timeout(ARRIVES_WITHIN):
                while True:
                    reply = await mailbox.get("/sandbox", params={"address": SECOND})
                    assert reply.status_code == 200, reply.text
                    if found := wanted.search(reply.text):
                        return found[0]
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def demonstration(folder: Path) -> AsyncIterator[Demonstration]:
    async with demonstrating(folder) as said:
        yield Demonstration(said["url"], said["organisations"][0]["owner_link"])


async def _sit_down(browser: Browser, language: str) -> Page:
    """Give somebody a browser of their own, with a device that holds passkeys."""
    context = await browser.new_context(locale=language, accept_downloads=True)
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return page


async def _accept(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("main form button").first.click()


async def _type_the_code(page: Page, code: str) -> None:
    await page.locator("input[name=code]").fill(code)
    await page.locator("main button.primary").first.click()
    await page.wait_for_url(re.compile(r"/console(/account)?(\?.*)?$"))


async def _add_a_passkey(page: Page, url: str) -> None:
    await page.goto(f"{url}/console/account/passkeys/new")
    await page.locator("main input[name=name]").fill("Laptop")
    await page.locator("main button.primary").click()
    await page.wait_for_url("**/console/account?said=passkey_added*")


async def _choose(language: str, page: Page, url: str) -> None:
    await page.goto(f"{url}/console/account")
    await page.locator("main select[name=language]").select_option(language)
    await page.locator("main form[action$='/account/language'] button").click()
    await page.wait_for_url("**said=language*")


async def _sign_in_again_by_passkey(page: Page, url: str) -> None:
    await page.locator("form[action*='/console/sign-out'] button").first.click()
    await page.wait_for_url("**/console/sign-in?*over=left")
    await page.goto(f"{url}/console/sign-in")
    await page.locator("form[data-passkey] button").click()
    await page.wait_for_url(re.compile(r"/console(\?.*)?$"))


async def _invite(page: Page, url: str) -> None:
    await page.goto(f"{url}/console/staff/new")
    await page.locator("input[name=name]").fill("Second Pair of Eyes")
    await page.locator("input[name=email]").fill(SECOND)
    await page.locator("select[name=role]").first.select_option("manager")
    await page.locator("main button.primary").click()
    await page.wait_for_url("**/console/staff*")


async def _ask_for_a_second_person(page: Page, url: str) -> None:
    await page.goto(f"{url}/console/configuration/approvals")
    await page.locator("input[name=settings]").check()
    await page.locator("button.primary").click()
    await page.locator("input[name=understood]").check()
    await _confirm(page)
    await page.wait_for_url("**/console/configuration/approvals?said=saved*")


async def _confirm(page: Page, reason: str = "") -> None:
    """Read what it does, and go on."""
    await expect(page.locator("button[value=save]")).to_be_visible()
    understood = page.locator("input[name=understood]")
    if await understood.count():
        await understood.check()
    if reason:
        await page.locator("textarea[name=reason]").fill(reason)
    await page.locator("button[value=save]").click()


async def _propose_to_close_redemption(page: Page, url: str, effect: str) -> None:
    """Nobody could redeem any more; the page says so before anything is saved."""
    await page.goto(f"{url}/console/configuration/redemption")
    for field in ("customer_pins", "master_pin"):
        await page.locator(f"input[name={field}]").set_checked(False)
    await page.locator("main form[method=post] button.primary").click()
    await expect(page.locator("main")).to_contain_text(effect)
    await _confirm(page, reason="The shop moves house")


async def _feel_the_limits(page: Page, url: str, refusal: str) -> None:
    """A manager has no API keys: the way there is absent, and the page is refused."""
    await page.goto(f"{url}/console")
    assert await page.locator("a[href^='/console/api-keys']").count() == 0
    reply = await page.goto(f"{url}/console/api-keys")
    assert reply is not None
    assert reply.status == 403
    await expect(page.locator("main")).to_contain_text(refusal)


async def _approve(page: Page, url: str) -> None:
    await page.goto(f"{url}/console/approvals")
    await page.locator("table a").first.click()
    await page.locator("button[value=approve]").click()
    await page.wait_for_url("**said=approved*")


async def _export(page: Page, url: str, place: Path) -> None:
    """Take the ledger along, once what was changed is sealed in it."""
    async with asyncio.timeout(SEALED_WITHIN):
        while CHANGED not in _content(place):
            await asyncio.sleep(1)
            await page.goto(f"{url}/console/ledger")
            async with page.expect_download() as downloading:
                await page.locator("button[value=jsonl]").click()
            await (await downloading.value).save_as(place)


def _content(place: Path) -> str:
    return place.read_text() if place.exists() else ""


def _forge(place: Path) -> None:
    place.write_text(_content(place).replace(CHANGED, "settings.charged", 1))


async def _verify(place: Path) -> tuple[int, Any]:
    process = await asyncio.create_subprocess_exec(
        *WATCHWORD, "audit", "verify", str(place), "--json", stdout=PIPE, cwd=place.parent
    )
    said, _ = await process.communicate()
    return process.returncode or 0, json.loads(said)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_from_the_printed_link_to_a_ledger_that_an_outsider_verifies(
    tmp_path: Path, language: str
) -> None:
    effect, refusal = WORDS[language]
    async with (
        demonstration(tmp_path / "data") as house,
        launched("an owner at work") as browser,
    ):
        owner, manager = [await _sit_down(browser, language) for _ in range(2)]
        await _accept(owner, house.owner_link)
        await owner.wait_for_url("**/console?said=welcome*")
        await _choose(language, owner, house.url)
        await _add_a_passkey(owner, house.url)
        await _sign_in_again_by_passkey(owner, house.url)

        await _invite(owner, house.url)
        await _accept(manager, await house.invitation())
        await _type_the_code(manager, await house.code())
        await _choose(language, manager, house.url)
        await _feel_the_limits(manager, house.url, refusal)

        await _ask_for_a_second_person(owner, house.url)
        await _propose_to_close_redemption(owner, house.url, effect)
        await owner.goto(f"{house.url}/console/configuration/redemption")
        await expect(owner.locator("input[name=customer_pins]")).to_be_checked()
        await _approve(manager, house.url)
        await owner.goto(f"{house.url}/console/configuration/redemption")
        await expect(owner.locator("input[name=customer_pins]")).not_to_be_checked()

        place = tmp_path / "ledger.jsonl"
        await _export(owner, house.url, place)

    status, said = await _verify(place)
    assert status == 0, said
    _forge(place)
    assert (await _verify(place))[0] != 0
