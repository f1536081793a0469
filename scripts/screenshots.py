"""Pictures of every page: on a phone and on a desk, light and dark, in German and in English.

make screenshots            into build/screenshots
"""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, async_playwright

from tests.stores import MovableTime
from tests.web.html.stage import Stage, open_stage, served
from watchword.features.delivery.rules import Channel
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, render, spell

FOLDER = Path("build/screenshots")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("de", "en")
PAGES = {
    "front": "/",
    "sandbox": "/sandbox",
    "sandbox-of-one": "/sandbox?address=%2B491701234567",
    "sandbox-no-address": "/sandbox?address=abc",
    "sandbox-nothing": "/sandbox?address=%2B491709999999",
    "guide": "/docs",
    "not-found": "/no/such/page",
}
MORNING = datetime(2026, 11, 22, 9, 12, 4, tzinfo=UTC)


async def main() -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("There is no Chromium here. On Debian: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=QUIET)
        time = MovableTime(MORNING)
        async with _stage(time, is_open=True) as (stage, address):
            await _photograph(chromium, address, {"sandbox-empty": "/sandbox"})
            await _fill(stage, time)
            await _photograph(chromium, address, PAGES)
        async with _stage(time, is_open=False) as (_, address):
            await _photograph(chromium, address, {"sandbox-closed": "/sandbox"})
        await chromium.close()
    print(f"The pictures are in {FOLDER}.")


@asynccontextmanager
async def _stage(time: MovableTime, *, is_open: bool) -> AsyncIterator[tuple[Stage, str]]:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/pictures.db"
        async with (
            open_stage(database, is_open=is_open, now=time) as stage,
            served(stage.app) as address,
        ):
            yield stage, address


async def _photograph(browser: Browser, address: str, pages: dict[str, str]) -> None:
    for width, scheme, language in product(WIDTHS, SCHEMES, LANGUAGES):
        context = await browser.new_context(
            viewport={"width": width, "height": 844 if width == WIDTHS[0] else 800},
            color_scheme=scheme,
            locale=language,
            reduced_motion="reduce",
        )
        for name, path in pages.items():
            page = await context.new_page()
            await page.goto(address + path)
            if "sandbox" in name and "closed" not in name:
                await page.wait_for_selector("#live:not([hidden])")
            whole = FOLDER / f"{name}-{width}-{scheme}-{language}.png"
            await page.screenshot(path=whole, full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{whole.name}: {wide - width} pixels too wide")
            await page.close()
        await context.close()


async def _fill(stage: Stage, time: MovableTime) -> None:
    garden = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
    bank = await stage.found("bank", name="Volksbank Großenhain-Riesa eG")
    shop = await stage.found("greenleaf", name="Greenleaf Market")
    sent = [
        (garden, "+491701234567", Channel.SMS, "de", "481516", timedelta(days=1)),
        (bank, "+491701234567", Channel.VOICE, "de", "230771", timedelta(minutes=2)),
        (shop, "+12125550142", Channel.WHATSAPP, "en", "904417", timedelta(minutes=1)),
        (shop, "ann@example.org", Channel.EMAIL, "en", "118052", timedelta(seconds=70)),
        (garden, "+491701234567", Channel.WHATSAPP, "de", "662093", timedelta(seconds=15)),
        (
            *(garden, "anneliese.freifrau.von.wangenheim-oberlaender@gartenfreunde.example"),
            *(Channel.EMAIL, "de", "7734120096", timedelta(seconds=8)),
        ),
        (bank, "+493512345678", Channel.VOICE, "de", "51930246", timedelta(seconds=3)),
        (garden, "+491701234567", Channel.SMS, "de", "090914", timedelta(seconds=3)),
    ]
    for organisation, to, channel, language, code, pause in sent:
        await _send(stage, organisation, to, channel, language, code)
        time.pass_by(pause)


async def _send(
    stage: Stage, organisation: Organisation, to: str, channel: Channel, language: str, code: str
) -> None:
    facts = {
        "code": code,
        "spelt": spell(code),
        "organisation": organisation.name,
        "life": "10 Minuten" if language == "de" else "10 minutes",
    }
    words = render(TemplateName.CODE, language, channel, facts)
    subject = None if words.subject is None else words.subject.reveal()
    await stage.deliver(
        organisation, to=to, channel=channel, code=code, text=words.text.reveal(), subject=subject
    )


asyncio.run(main())
