"""A real browser: the Chromium of the system."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

from tests.not_tested import not_tested
from tests.web.console.account.in_a_browser import BROWSERS, QUIET, REMEDY

PATIENCE = 8_000  # milliseconds


@asynccontextmanager
async def launched(what: str) -> AsyncIterator[Browser]:
    """Start one; where there is none, say that this was not tested."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_tested(f"{what} in a browser, because there is no Chromium", REMEDY)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        await browser.close()


def faults_of(page: Page) -> list[str]:
    """Give all that a page complains about, from now on."""
    faults: list[str] = []
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return faults
