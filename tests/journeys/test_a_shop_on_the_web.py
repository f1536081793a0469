"""A customer spends points in the example shop: its checkout, its server, and Watchword, for real.

The shop is the one in `docs/examples/shop`, started as anybody starts it.
"""

import asyncio
import json
import os
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.installation import Served, eventually, install, new_key, serving
from tests.not_tested import not_tested
from tests.web.chromium import launched
from watchword.client import cards, customers, points, redemptions, rewards, sandbox
from watchword.client.shapes import Redemption
from watchword.features.organisations.rules import Mode

SHOP = Path(__file__).parents[2] / "docs" / "examples" / "shop" / "shop.py"
PHONE, TYPED = "+491701234567", "0170 1234567"
UNKNOWN = "0170 7654321"
CLIENT = SHOP.parents[3] / "src" / "watchword" / "web" / "scripts" / "watchword.js"
SELL = """
import { Watchword, redemptions, sandbox, tills } from %s;
const [url, key] = process.argv.slice(1);
const watchword = new Watchword(url, key);
const to = "%s";
const before = (await watchword.do(sandbox.messages({ to }))).length;
const sale = await watchword.do(tills.open({ phone: to, kind: "online" }));
let messages = [];
while (messages.length <= before) {
  messages = await watchword.do(sandbox.messages({ to }));
}
const { verdict } = await watchword.do(tills.answer(sale.id, { code: messages[0].code }));
if (verdict !== "proven") throw new Error(verdict);
const wallet = await watchword.do(tills.wallet(sale.id));
const { reward } = wallet.rewards.find((each) => each.may_take);
const chosen = { session_id: sale.id, reward_id: reward.id };
const { id } = await watchword.do(redemptions.reserve(chosen));
const done = await watchword.do(redemptions.commit(id, { order_id: "order-js" }));
console.log(JSON.stringify(done));
"""
pytestmark = pytest.mark.timeout(600)

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def open_shop(served: Served, key: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SHOP),
        stdout=PIPE,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "WATCHWORD_URL": served.url,
            "WATCHWORD_KEY": key,
        },
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 120)
        yield line.decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def browsing(
    url: str, locale: str = "de-DE", refused: int | None = None
) -> AsyncIterator[tuple[Page, list[str]]]:
    """A customer's telephone, and all addresses that it asks for something. `refused`: the status
    of an answer that is meant to come, of which the browser complains."""
    asked: list[str] = []
    faults: list[str] = []
    async with launched("a shop") as browser:
        context = await browser.new_context(
            base_url=url, locale=locale, viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text))
        yield page, asked
    assert [each for each in faults if f"status of {refused} " not in each] == []


async def newest_code(served: Served, so_many: int) -> str:
    """Wait until so many codes have come in the sandbox, and read the newest."""

    async def has_come() -> bool:
        return len(await served.watchword.do(sandbox.messages(PHONE))) >= so_many

    await eventually("the code has come", has_come)
    code = (await served.watchword.do(sandbox.messages(PHONE)))[0].code
    assert code is not None
    return code


async def with_points(served: Served) -> None:
    """Let Ann have a verified card with 100 points, and the shop something to give for them."""
    do = served.watchword.do
    ann = await do(customers.create("Müller", given_name="Ann", contacts=[{"phone": PHONE}]))
    card = await do(cards.create(ann.id))
    await do(cards.attempt(card.id, "sms"))
    assert (await do(cards.answer(card.id, await newest_code(served, 1)))).is_verified
    await do(points.adjust(card.account_id, 100, "a gift to begin with"))
    for names, cost, value in (
        ({"de": "5 € Rabatt", "en": "5 € off"}, 60, 500),
        ({"de": "Gießkanne", "en": "Watering can"}, 900, 1200),
    ):
        await do(rewards.create(names, points=cost, value=value, currency="EUR"))


async def redeemed(served: Served) -> list[Redemption]:
    return [each async for each in served.watchword.each(redemptions.page())]


async def reach(element: Locator, words: str) -> None:
    await element.get_by_label("Mobilnummer oder E-Mail-Adresse").fill(words)
    await element.get_by_role("button", name="Code senden").click()
    await expect(element.get_by_label("Code", exact=True)).to_be_focused()


async def open_wallet(page: Page, element: Locator, code: str) -> None:
    await element.get_by_label("Code", exact=True).fill(wrong(code))
    await element.get_by_role("button", name="Weiter").click()
    await expect(element.get_by_role("status")).to_contain_text("nicht der Code")
    await element.get_by_label("Code", exact=True).fill(code)
    await page.keyboard.press("Enter")
    await expect(element.get_by_role("heading")).to_have_text("Was möchten Sie?")
    await expect(element.get_by_text("Ann, Sie haben 100 Punkte.")).to_be_visible()
    await expect(element.locator("li.off")).to_contain_text("zu wenige Punkte")
    assert await page.evaluate(WIDER) == 0


async def test_a_customer_types_a_number_and_a_code_chooses_and_orders(tmp_path: Path) -> None:
    place = await install(tmp_path, f"sqlite:///{tmp_path / 'watchword.db'}")
    key = await new_key(place, Mode.TEST)
    async with serving(place, key) as served:
        await with_points(served)
        async with open_shop(served, key) as url, browsing(url) as (page, asked):
            await page.goto("/")
            element = page.locator("watchword-redeem")
            await reach(element, UNKNOWN)
            unknown = await element.locator("section").inner_text()
            await element.get_by_role("button", name="Andere Nummer").click()
            await reach(element, TYPED)
            known = await element.locator("section").inner_text()
            await page.screenshot(path=tmp_path / "code.png")
            code = await newest_code(served, 2)
            await open_wallet(page, element, code)
            await page.screenshot(path=tmp_path / "wallet.png")
            await element.get_by_role("button", name="Nehmen: 5 € Rabatt").click()
            await expect(element.get_by_role("heading")).to_have_text("Für Sie zurückgelegt")
            (put_by,) = await redeemed(served)
            await page.screenshot(path=tmp_path / "done.png")
            await page.locator("button#order").click()
            await expect(page.locator("#pays")).to_have_text("19.90 EUR")
            order = await page.locator("#order").inner_text()
            (spent,) = await redeemed(served)
            html = await page.content()

    assert unknown.replace(UNKNOWN, TYPED) == known
    assert (put_by.state, put_by.points) == ("reserved", 60)
    assert (spent.id, spent.state, spent.order_id) == (put_by.id, "committed", order)
    assert {one.split("/")[2] for one in asked} == {url.split("/")[2], served.url.split("/")[2]}
    assert not [one for one in asked if code in one or PHONE[-7:] in one]
    assert key not in html


async def test_whoever_does_without_pays_all_and_keeps_the_points(tmp_path: Path) -> None:
    place = await install(tmp_path, f"sqlite:///{tmp_path / 'watchword.db'}")
    key = await new_key(place, Mode.TEST)
    async with serving(place, key) as served:
        await with_points(served)
        async with open_shop(served, key) as url, browsing(url) as (page, _):
            await page.goto("/")
            await page.evaluate("document.documentElement.lang = 'en'")
            await page.evaluate("document.querySelector('form').reset()")
            element = page.locator("watchword-redeem")
            await element.get_by_label("Mobile number or e-mail").fill(TYPED)
            await element.get_by_role("button", name="Send code").click()
            await element.get_by_label("Code", exact=True).fill(await newest_code(served, 2))
            await element.get_by_role("button", name="Go on").click()
            await element.get_by_role("button", name="Take it: 5 € off").click()
            await element.get_by_role("button", name="Do without it").click()
            await expect(element.get_by_role("heading")).to_have_text("Spend your points")
            await page.locator("button#order").click()
            await expect(page.locator("#pays")).to_have_text("24.90 EUR")
            (released,) = await redeemed(served)
        sold = await sold_by_javascript(served, key)
        spent = await redeemed(served)

    assert released.state == "released"
    assert (sold["state"], sold["order_id"]) == ("committed", "order-js")
    assert str(spent[0].id) == sold["id"]


async def test_an_order_that_was_not_taken_says_why(tmp_path: Path) -> None:
    place = await install(tmp_path, f"sqlite:///{tmp_path / 'watchword.db'}")
    key = await new_key(place, Mode.TEST)
    async with serving(place, key) as served:
        await with_points(served)
        async with open_shop(served, key) as url:
            async with browsing(url, refused=409) as (page, _):
                put_by = await take(page, served, 2, GERMAN)
                await served.watchword.do(redemptions.release(put_by.id))
                await page.locator("button#order").click()
                gone = await page.get_by_role("alert").inner_text()
                await page.screenshot(path=tmp_path / "gone.png", full_page=True)
                assert await page.evaluate(WIDER) == 0
                await page.locator("button#order").click()
                await expect(page.locator("#pays")).to_have_text("24.90 EUR")
            async with browsing(url, "en-US", refused=409) as (page, _):
                put_by = await take(page, served, 3, ENGLISH)
                await served.watchword.do(redemptions.commit(put_by.id, "order-of-another"))
                await page.locator("button#order").click()
                other = await page.get_by_role("alert").inner_text()
                await page.screenshot(path=tmp_path / "other.png", full_page=True)
                await expect(page.locator("watchword-redeem")).to_be_visible()

    assert gone.startswith("Was für Sie zurückgelegt war, ist nicht mehr da")
    assert other.startswith("This reward belongs to another order already.")


GERMAN = ("Mobilnummer oder E-Mail-Adresse", "Code senden", "Weiter", "Nehmen: 5 € Rabatt")
ENGLISH = ("Mobile number or e-mail", "Send code", "Go on", "Take it: 5 € off")


async def take(page: Page, served: Served, codes: int, words: tuple[str, ...]) -> Redemption:
    """Have something put by in the checkout, after so many codes in all."""
    number, send, go_on, take_it = words
    await page.goto("/")
    element = page.locator("watchword-redeem")
    await element.get_by_label(number).fill(TYPED)
    await element.get_by_role("button", name=send).click()
    await element.get_by_label("Code", exact=True).fill(await newest_code(served, codes))
    await element.get_by_role("button", name=go_on).click()
    await element.get_by_role("button", name=take_it).click()
    await expect(element.get_by_role("listitem")).to_have_count(0)
    return (await redeemed(served))[0]


async def sold_by_javascript(served: Served, key: str) -> dict[str, str]:
    """Let a program in JavaScript sell the same to the same customer."""
    node = shutil.which("node")
    if node is None:
        not_tested("the client in JavaScript, because there is no Node", "apt install nodejs")
    script = SELL % (json.dumps(f"file://{CLIENT}"), PHONE)
    process = await asyncio.create_subprocess_exec(
        *(node, "--input-type=module", "-e", script, served.url, key), stdout=PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    sold: dict[str, str] = json.loads(said)
    return sold


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10 ** len(code)).zfill(len(code))
