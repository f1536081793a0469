"""Every page of the console, in a real browser: for all eyes and hands, light, and without jumps.

The pages are those of the route table, so a page that somebody adds is looked at here as well.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
from litestar import Litestar
from playwright.async_api import BrowserContext, Page, expect

from tests.not_tested import not_tested
from tests.web.chromium import launched
from tests.web.console.exhibition import COOKIE, Exhibition, exhibition
from tests.web.console.rooms import Rooms, doors, explore
from watchword.web.app import create_app
from watchword.web.html.pages import FOLDER

AXE = Path(__file__).parents[3] / "build/axe/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "target-size"]
"""What may be wrong in one scheme or at one width alone, though it is one and the same page."""
NOT_LINKED = {
    "/console/account/passkeys/{id}": "a passkey is made by a browser's own dialogue",
    "/console/campaigns/{id}/results.csv": "it is a file to be saved",
    "/console/cards/of/{id}": "a search and an approved request lead there",
    "/console/imports/{id}/errors": "it is a file to be saved",
    "/console/ledger/{id}/receipt": "it is a file to be saved",
    "/console/staff/{id}/proposals": "it is offered when a change needs a second person",
}
TEMPLATES = FOLDER / "console"
BYTES_AT_MOST, REQUESTS_AT_MOST = 60 * 1024, 3
WEIGHED_IN = "de"
"""Its words are longer, and all else that a page asks for is the same in every language."""

Scheme = Literal["light", "dark"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RUN_AXE = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap((each) => each.nodes.map((node) =>
        `${each.id}: ${node.html.slice(0, 160)} (${node.failureSummary.replaceAll("\\n", " ")})`));
}"""
SHIFTS = """new Promise((told) => {
    let sum = 0;
    const add = (entries) => { for (const each of entries) sum += each.value; };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    const end = () => { add(observer.takeRecords()); told(sum); };
    const drawn = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    setTimeout(() => drawn(() => setTimeout(end)), 150);
})"""
"""What has moved by itself, once all that was drawn in that time is there to be counted."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def opened(
    *,
    width: int,
    scheme: Scheme,
    language: str,
    is_full: bool = True,
    comes_over: bool | None = None,
) -> AsyncIterator[tuple[BrowserContext, Rooms, str]]:
    """Open a browser at a house that is full, or quite new, signed in as its owner."""
    with TemporaryDirectory() as folder:
        async with (
            exhibition(folder, is_full=is_full, comes_over=comes_over) as (shown, address),
            launched("pages") as browser,
        ):
            context = await browser.new_context(
                base_url=address,
                viewport={"width": width, "height": 844},
                color_scheme=scheme,
                locale=language,
                reduced_motion="reduce",
            )
            await context.add_cookies(
                [{"name": COOKIE, "value": shown.cookie.reveal(), "url": address}]
            )
            rooms = await rooms_of(shown, address)
            if (guest := shown.guest) is not None:
                name, value = guest.cookie
                await context.add_cookies([{"name": name, "value": value, "url": address}])
                rooms.outside |= {f"customers: {page}": at for page, at in guest.pages.items()}
            yield context, rooms, address


async def rooms_of(shown: Exhibition, address: str) -> Rooms:
    return await explore(shown.app, address, {COOKIE: shown.cookie.reveal()})


def every(rooms: Rooms, language: str) -> Iterator[tuple[str, str]]:
    """Give each page with its address. Strangers' pages are looked at by who is signed in, too."""
    for template, path in {**rooms.inside, **rooms.outside}.items():
        yield template, f"{path}{'&' if '?' in path else '?'}lang={language}"


async def faults_of(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """Give the faults of accessibility that a page has."""
    found: list[str] = await page.evaluate(RUN_AXE, rules)
    return found


@dataclass(frozen=True)
class Looks:
    """How a page is looked at."""

    width: int
    scheme: Scheme

    async def put_on(self, page: Page) -> None:
        await page.set_viewport_size({"width": self.width, "height": 844})
        await page.emulate_media(color_scheme=self.scheme)


SMALL_LIGHT, LARGE_DARK = Looks(390, "light"), Looks(1280, "dark")
SMALL_DARK, LARGE_LIGHT = Looks(390, "dark"), Looks(1280, "light")


@pytest.mark.parametrize(
    ("first", "then", "language"),
    [(SMALL_LIGHT, LARGE_DARK, "de"), (LARGE_LIGHT, SMALL_DARK, "en")],
    ids=["de", "en"],
)
async def test_every_page_is_for_everybody_light_and_still(
    first: Looks, then: Looks, language: str
) -> None:
    """Each page is loaded once for a language, and looked at twice."""
    faults: list[str] = []
    async with opened(width=first.width, scheme=first.scheme, language=language) as (
        context,
        rooms,
        _,
    ):
        if AXE.exists():
            await context.add_init_script(path=AXE)
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        load = await watched(context, page) if language == WEIGHED_IN else None
        for template, path in every(rooms, language):
            await first.put_on(page)
            if load is not None:
                load.clear()
            await page.goto(path)
            # While it is looked at, whatever moves by itself has the time to.
            seen, heavy = await asyncio.gather(seen_in(page, first, RULES), burdens(page, load))
            await then.put_on(page)
            seen += heavy + await seen_in(page, then, OF_LOOKS)
            faults += [f"{template}: {one}" for one in seen]

    assert faults == []
    assert said == []
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")


async def seen_in(page: Page, looks: Looks, rules: Sequence[str]) -> list[str]:
    """Give what is wrong with a page when it is looked at like this."""
    found = await faults_of(page, rules) if AXE.exists() else []
    if wider := await page.evaluate(WIDER):
        found.append(f"{wider} pixels too wide")
    return [f"{looks}: {one}" for one in found]


async def burdens(page: Page, load: Mapping[str, int] | None) -> list[str]:
    """Tell what a page asks of a line, and of whoever reads already, and must not."""
    if load is None:
        return []
    shift = await page.evaluate(SHIFTS)
    wrong = {
        f"{sum(load.values())} bytes": sum(load.values()) > BYTES_AT_MOST,
        f"{len(load)} requests": len(load) > REQUESTS_AT_MOST,
        f"shifts by {shift}": bool(shift),
    }
    return [fault for fault, is_so in wrong.items() if is_so]


async def test_a_house_that_is_new_has_pages_for_everybody_too() -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    faults: list[str] = []
    async with opened(width=390, scheme="dark", language="de", is_full=False) as (
        context,
        rooms,
        _,
    ):
        await context.add_init_script(path=AXE)
        page = await context.new_page()
        for template, path in every(rooms, "de"):
            await page.goto(path)
            faults += [f"{template}: {fault}" for fault in await faults_of(page)]

    assert faults == []


async def test_the_open_menu_of_a_phone_is_for_everybody() -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    async with opened(width=390, scheme="light", language="de", is_full=False) as (context, _, _):
        await context.add_init_script(path=AXE)
        page = await context.new_page()
        await page.goto("/console")
        await page.get_by_role("button", name="Menü").click()
        await expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_visible()

        assert await faults_of(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_hidden()


async def watched(context: BrowserContext, page: Page) -> dict[str, int]:
    """Count what a page loads, request by request, as it goes over the wire; nothing is kept."""
    load: dict[str, int] = {}
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def finished(event: dict[str, Any]) -> None:
        # What stands in the page itself, or is shown in it twice, is asked of nobody.
        if size := int(event["encodedDataLength"]):
            load[event["requestId"]] = size

    session.on("Network.loadingFinished", finished)
    return load


JUMPS = """<p>First</p><script>setTimeout(() => {
    const late = Object.assign(document.createElement("div"), {innerText: "x\\n".repeat(9)});
    document.body.prepend(late);
}, 60)</script>"""


async def test_a_page_that_jumps_is_seen_to_do_so() -> None:
    async with launched("a page that jumps") as browser:
        page = await browser.new_page()
        await page.set_content(JUMPS)
        await page.wait_for_function("document.body.innerText.includes('x')")

        assert await page.evaluate(SHIFTS) > 0


async def test_a_link_leads_to_every_page() -> None:
    with TemporaryDirectory() as folder:
        async with exhibition(folder) as (shown, address):
            rooms = await rooms_of(shown, address)

    assert rooms.not_found <= {*NOT_LINKED}
    assert {*NOT_LINKED} <= {*doors(shown.app)}


def test_the_pages_are_those_of_the_route_table() -> None:
    services: Any = None  # what is described is not called
    app: Litestar = create_app(services)

    assert {"/console", "/console/challenges", "/console/challenges/{id}"} <= {*doors(app)}


LITERAL = re.compile(r"""attributes=(['"])(?:(?!\1)[^{}])*\1(?:\|safe)?\s*[,)]""")


def test_what_a_page_adds_to_a_field_is_never_what_somebody_typed() -> None:
    """It is written into the page as it is: `parts.html` says so, and this sees to it."""
    texts = [path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))]

    given = sum(text.count("attributes=") for text in texts)

    assert given == sum(len(LITERAL.findall(text)) for text in texts) > 0


def relative(path: Path) -> Path:
    return path.relative_to(Path(__file__).parents[3])
