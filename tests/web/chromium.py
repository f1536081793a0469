"""A real browser: the Chromium of the system.

Whoever waits for something to appear waits patiently, for the machine may be busy with other
things; and looks at what is there when it is there, never right after the press of a button.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.not_tested import not_tested

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REMEDY = "On Debian: apt install chromium"
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 60_000  # milliseconds
STARTS_WITHIN = 180_000

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def launched(what: str) -> AsyncIterator[Browser]:
    """Start one; where there is none, say that this was not tested."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_tested(f"{what} in a browser, because there is no Chromium", REMEDY)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found, args=QUIET, timeout=STARTS_WITHIN
        )
        yield browser
        await browser.close()


def faults_of(page: Page) -> list[str]:
    """Give all that a page complains about, from now on."""
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return faults
