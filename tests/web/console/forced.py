"""Browsers that do what no page offers: forms of one's own making, pages in one language."""

import httpx

from tests.web.console.people import OWN_FORM, Browser
from watchword.features.staff.sessions.rules import form_token


async def force(browser: Browser, path: str, **fields: str | list[str]) -> httpx.Response:
    """Send a form as if a page of ours had offered it."""
    form = {"token": form_token(browser.secret), **fields}
    return await browser.pages.post(path, data=form, headers=OWN_FORM)


def english(browser: Browser) -> Browser:
    """Have all pages in English, whatever their reader likes best, unless a test asks otherwise."""

    async def ask(request: httpx.Request) -> None:
        if "lang" not in request.url.params:
            request.url = request.url.copy_merge_params({"lang": "en"})

    browser.pages.event_hooks = {"request": [ask]}
    return browser
