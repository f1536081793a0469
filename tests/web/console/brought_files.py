"""Files as somebody brings them to the console, tries them, and takes them in."""

import re
from html import unescape

import httpx

from tests.web.console.people import OWN_FORM, TOKEN, Browser
from watchword.wiring import Services

LIST = "/console/imports"
CHOSEN = re.compile(r'<option value="(\w*)" selected>')
SELECT = re.compile(r'<select name="column".*?</select>', re.DOTALL)
MAPPING = re.compile(r'<form id="mapping".*?</form>', re.DOTALL)
WORDING = re.compile(r'<textarea [^>]*name="wording"[^>]*>\n?(.*?)</textarea>', re.DOTALL)


async def bring(browser: Browser, content: bytes, *, token: str | None = None) -> httpx.Response:
    page = await browser.pages.get(LIST)
    found = TOKEN.search(page.text)
    assert found is not None
    return await browser.pages.post(
        LIST,
        data={"token": token or found[1]},
        files={"file": ("kunden.csv", content, "text/csv")},
        headers=OWN_FORM,
    )


async def brought(browser: Browser, content: bytes) -> str:
    reply = await bring(browser, content)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


async def work(services: Services) -> None:
    assert await services.imports.working.advance(lambda: True)


async def tried(browser: Browser, services: Services, content: bytes) -> str:
    path = await brought(browser, content)
    reply = await browser.send(f"{path}/checks", of=path, **mapping_of(await browser.read(path)))
    assert reply.status_code == 303, reply.text
    await work(services)
    return path


async def begin(browser: Browser, path: str, **fields: str | list[str]) -> httpx.Response:
    """Press the button that takes a file in, with the columns as its page shows them."""
    form = {**mapping_of(await browser.read(path)), **fields}
    return await browser.send(f"{path}/starts", of=path, **form)


def mapping_of(page: str) -> dict[str, str | list[str]]:
    """Give what the form of the columns sends if nobody touches it."""
    [form] = MAPPING.findall(page)
    columns = [
        chosen[1] if (chosen := CHOSEN.search(each)) else "" for each in SELECT.findall(form)
    ]
    wording = WORDING.search(form)
    return {"column": columns, **({"wording": unescape(wording[1])} if wording else {})}
