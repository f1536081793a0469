"""Pictures of every page: on a phone and on a desk, light and dark, in German and in English.

make screenshots            into build/screenshots

Those of the console are found in its route table, once where everything has happened already, and
once where nothing has: `console-…` and `console-new-…`.
"""

# ruff: noqa: INP001, T201 - a folder of scripts is no package, and printing is what they do

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser, async_playwright

from tests.stores import MovableTime
from tests.web.console.exhibition import COOKIE, exhibition
from tests.web.console.rooms import explore
from tests.web.html.stage import Stage, open_stage, served
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Organisation
from watchword.features.templates.rules import TemplateName, render
from watchword.foundation.secret import reveal_if_any

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
MINUTES = 10
NO_COOKIE: Mapping[str, str] = {}
MORNING = datetime(2026, 11, 22, 9, 12, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    sender: str
    to: str
    channel: Channel
    language: str
    code: str
    then: timedelta
    """How long it is until the next one."""


SENDERS = {
    "sonnenhof": "Gartencenter Sonnenhof",
    "bank": "Volksbank Großenhain-Riesa eG",
    "greenleaf": "Greenleaf Market",
}
ANNE = "anneliese.freifrau.von.wangenheim-oberlaender@gartenfreunde.example"
SENT = [
    Sent("sonnenhof", "+491701234567", Channel.SMS, "de", "481516", timedelta(days=1)),
    Sent("bank", "+491701234567", Channel.VOICE, "de", "230771", timedelta(minutes=2)),
    Sent("greenleaf", "+12125550142", Channel.WHATSAPP, "en", "904417", timedelta(minutes=1)),
    Sent("greenleaf", "ann@example.org", Channel.EMAIL, "en", "118052", timedelta(seconds=70)),
    Sent("sonnenhof", "+491701234567", Channel.WHATSAPP, "de", "662093", timedelta(seconds=15)),
    Sent("sonnenhof", ANNE, Channel.EMAIL, "de", "7734120096", timedelta(seconds=8)),
    Sent("bank", "+493512345678", Channel.VOICE, "de", "51930246", timedelta(seconds=3)),
    Sent("sonnenhof", "+491701234567", Channel.SMS, "de", "090914", timedelta(seconds=3)),
]


def main() -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("There is no Chromium here. On Debian: apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(_photograph_all(browser))
    print(f"The pictures are in {FOLDER}.")


async def _photograph_all(browser: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=QUIET)
        time = MovableTime(MORNING)
        async with _stage(time, is_open=True) as (stage, address):
            await _photograph(chromium, address, {"sandbox-empty": "/sandbox"})
            await _fill(stage, time, SENT)
            await _photograph(chromium, address, PAGES)
        async with _stage(time, is_open=False) as (_, address):
            await _photograph(chromium, address, {"sandbox-closed": "/sandbox"})
        for is_full, start in ((True, "console"), (False, "console-new")):
            await _photograph_console(chromium, start, is_full=is_full)
        await chromium.close()


async def _photograph_console(chromium: Browser, start: str, *, is_full: bool) -> None:
    with TemporaryDirectory() as folder:
        async with exhibition(folder, is_full=is_full) as (shown, address):
            cookie = {COOKIE: shown.cookie.reveal()}
            rooms = await explore(shown.app, address, cookie)
            named = {f"{start}{_name(template)}": path for template, path in rooms.inside.items()}
            await _photograph(chromium, address, named, cookie)
            if (guest := shown.guest) is not None:
                pages = {f"customers-{page}": path for page, path in guest.pages.items()}
                await _photograph(chromium, address, pages, dict([guest.cookie]))
            if is_full:
                doors = {f"{start}{_name(path)}": path for path in rooms.outside}
                await _photograph(chromium, address, doors)


def _name(template: str) -> str:
    """Give what a picture of a page is called: `/console/staff/{id}` is `-staff-id`."""
    return "-".join(["", *template.strip("/").split("/")[1:]]).replace("{", "").replace("}", "")


@asynccontextmanager
async def _stage(time: MovableTime, *, is_open: bool) -> AsyncIterator[tuple[Stage, str]]:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/pictures.db"
        async with (
            open_stage(database, is_open=is_open, now=time) as stage,
            served(stage.app) as address,
        ):
            yield stage, address


async def _photograph(
    browser: Browser, address: str, pages: dict[str, str], cookie: Mapping[str, str] = NO_COOKIE
) -> None:
    for width, scheme, language in product(WIDTHS, SCHEMES, LANGUAGES):
        context = await browser.new_context(
            viewport={"width": width, "height": 844 if width == WIDTHS[0] else 800},
            color_scheme=scheme,
            locale=language,
            reduced_motion="reduce",
        )
        for name, value in cookie.items():
            await context.add_cookies([{"name": name, "value": value, "url": address}])
        for name, path in pages.items():
            page = await context.new_page()
            sign = "&" if "?" in path else "?"
            await page.goto(f"{address}{path}{sign + 'lang=' + language if cookie else ''}")
            if "sandbox" in name and "closed" not in name:
                await page.wait_for_selector("#live:not([hidden])")
            whole = FOLDER / f"{name}-{width}-{scheme}-{language}.png"
            await page.screenshot(path=whole, full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{whole.name}: {wide - width} pixels too wide")
            await page.close()
        await context.close()


async def _fill(stage: Stage, time: MovableTime, messages: Sequence[Sent]) -> None:
    senders = {slug: await stage.found(slug, name=name) for slug, name in SENDERS.items()}
    for sent in messages:
        await _send(stage, senders[sent.sender], sent)
        time.pass_by(sent.then)


async def _send(stage: Stage, sender: Organisation, sent: Sent) -> None:
    facts = {"code": sent.code, "organisation": sender.name}
    words = render(TemplateName.CODE, sent.language, sent.channel, facts, MINUTES)
    await stage.deliver(
        sender,
        to=sent.to,
        channel=sent.channel,
        code=sent.code,
        text=words.text.reveal(),
        subject=reveal_if_any(words.subject),
    )


main()
