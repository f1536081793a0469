"""A customer with their telephone and a cashier with a tablet, side by side, in real browsers."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.features.redemptions.counter import Counter as Exceptions
from tests.features.redemptions.counter import enrol
from tests.features.tills.shop import Shop
from tests.not_tested import not_tested
from tests.stores import MovableTime
from tests.web.console.people import signed_in
from tests.web.html.stage import Stage, open_stage, served
from tests.web.joining.garden import Garden
from tests.whole_house import Dealt
from watchword.features.cards.means import Means
from watchword.features.cards.verdicts import Confirmed
from watchword.features.clients.rules import Client, Scope
from watchword.features.customers.rules import Customer
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Accepted
from watchword.features.organisations.settings.redemption import IN_STORE, Override, Way
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.staff.permissions import Role
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.web.console.cookies import NAME as STAFF
from watchword.web.till.terminals_kept import NAME as TERMINAL

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
ROWS = sorted(IN_STORE, key=sorted)
WALLET, PHONE = "/o/sonnenhof/wallet", "0170 1234567"
SALE = re.compile("/till/sales/")
WHY = "left the telephone at home"

pytestmark = pytest.mark.browser


@dataclass
class Floor:
    """A shop floor: who works there, the till that is registered, and where it is found."""

    stage: Stage
    shop: Shop
    exceptions: Exceptions
    customer: Customer
    address: str
    secret: str

    async def codes(self) -> str:
        return await arrived(self.stage)


async def arrived(stage: Stage) -> str:
    """Let everything arrive that waits; give the last code."""
    code, deliveries = "", stage.services.deliveries
    while queued := await deliveries.claim(SANDBOX, 50):
        for each in queued:
            message = await deliveries.open(each)
            code = code if message.code is None else message.code.reveal()
            await deliveries.settle(each, Accepted("SM1"), knows_repeats=True, chance=0.5)
    return code


@pytest.fixture
async def floor(tmp_path: Path, time: MovableTime) -> AsyncIterator[Floor]:
    async with (
        open_stage(f"sqlite:///{tmp_path / 'test.db'}", now=time) as stage,
        served(stage.app) as address,
    ):
        yield await floor_of(stage, time, address)


async def floor_of(stage: Stage, time: MovableTime, address: str) -> Floor:
    services, organisation = stage.services, await stage.found("sonnenhof", name="Sonnenhof")
    garden = Garden(services, organisation, None, None, time)  # type: ignore[arg-type]
    await garden.set(SectionName.JOINING, '{"open": true}')
    key, _ = await services.clients.create(
        organisation, label="test", scopes=frozenset(Scope), actor="test"
    )
    shop = Shop(services, Client(key=key, organisation=organisation), Dealt(), time)
    customer = await shop.customer(points=1000)
    card = await shop.card(customer, verified=False)
    await services.cards.attempts.begin(shop.client, card.id, Means.SMS)
    ended = await services.cards.attempts.answer(shop.client, card.id, await arrived(stage))
    assert isinstance(ended, Confirmed)
    place, _ = await shop.location("Nord"), await shop.reward()
    owner, other = await enrol(shop, "owner", Role.OWNER), await enrol(shop, "other", Role.OWNER)
    manager = await enrol(shop, "bea", Role.MANAGER)
    till = await services.terminals.register(owner, place, "Kasse 1")
    assert isinstance(till, NewTerminal)
    exceptions = Exceptions(
        shop=shop, place=place, till=till, owner=owner, other=other, manager=manager
    )
    await exceptions.set_pin()
    await exceptions.set_exceptions(uses_by_staff=20, uses_by_terminal=20, uses_by_customer=20)
    _, secret = await signed_in(services, organisation, manager.member)
    return Floor(
        stage,
        shop,
        exceptions,
        customer,
        address.replace("127.0.0.1", "localhost"),
        secret.reveal(),
    )


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        not_tested("pages in a browser, because there is no Chromium", "apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        await browser.close()


async def tablet(floor: Floor, browser: Browser, width: int = 1024, height: int = 768) -> Page:
    context = await browser.new_context(
        base_url=floor.address, viewport={"width": width, "height": height}, has_touch=True
    )
    credential = floor.exceptions.till.credential.reveal()
    for name, value in ((STAFF, floor.secret), (TERMINAL, credential)):
        await context.add_cookies([{"name": name, "value": value, "url": floor.address}])
    page = await context.new_page()
    page.set_default_timeout(8_000)
    page.faults = faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page


async def telephone(floor: Floor, browser: Browser) -> Page:
    """Give the telephone of the customer, who is signed in to their wallet."""
    context = await browser.new_context(
        base_url=floor.address, viewport={"width": 390, "height": 844}, locale="en"
    )
    page = await context.new_page()
    page.set_default_timeout(8_000)
    await page.goto(WALLET)
    await page.get_by_label("Mobile number").fill(PHONE)
    await page.get_by_role("button", name="Send me a code").click()
    await page.get_by_role("textbox", name="Code").fill(await floor.codes())
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".holder")).to_be_visible()
    return page


async def type_in(page: Page, digits: str) -> None:
    """Press the keys of the page, as a finger does."""
    for digit in digits:
        await page.locator(".keys").get_by_role("button", name=digit, exact=True).tap()


async def go_through(floor: Floor, till: Page, phone: Page, way: Way) -> None:
    """Redeem a reward in one of the ways, from the number to the receipt."""
    await till.goto("/till")
    await type_in(till, PHONE.replace(" ", ""))
    match way:
        case Way.SENT_CODE:
            await till.locator(".keys").get_by_role("button", name="Code senden").tap()
            await till.get_by_role("button", name="Becher").tap()
            await expect(till).to_have_url(SALE)
            await type_in(till, await floor.codes())
            await till.locator(".keys").get_by_role("button", name="Weiter").tap()
        case Way.WALLET_CODE:
            await till.get_by_role("button", name="Code aus der Wallet").tap()
            await till.get_by_role("button", name="Becher").tap()
            await expect(till).to_have_url(SALE)
            await phone.goto(WALLET)
            await phone.get_by_role("button", name="Show the code").click()
            await type_in(till, await phone.locator(".till-code").inner_text())
            await till.locator(".keys").get_by_role("button", name="Weiter").tap()
        case Way.MASTER_PIN:
            assert floor.exceptions.pin is not None
            button = till.get_by_role("button", name="Ausnahme mit Master-PIN …")
            if not await button.count():
                button = till.locator(".keys").get_by_role("button", name="Weiter")
            await button.tap()
            await till.get_by_label("Warum gibt es keinen Code?").fill(WHY)
            await till.get_by_label("Master-PIN", exact=True).fill(floor.exceptions.pin.reveal())
            await till.get_by_role("button", name="Wallet öffnen").tap()
    if way is Way.MASTER_PIN:
        await till.get_by_role("button", name="Becher").tap()
    await till.get_by_label("Belegnummer").fill(f"R-{way}")
    await till.keyboard.press("Enter")
    await expect(till.get_by_role("heading", name="Fertig")).to_be_visible()


async def until_it_shows(phone: Page, *, is_on: bool) -> None:
    """Load the wallet until it is as the settings say: its page remembers them for a moment. What
    is behind its buttons does not."""
    for _ in range(40):
        await phone.goto(WALLET)
        if bool(await phone.get_by_role("button", name="Show the code").count()) == is_on:
            return
        await asyncio.sleep(0.25)
    pytest.fail(f"The wallet never came to show codes: {is_on}")


async def test_customer_and_cashier_go_every_way_that_each_row_leaves(
    floor: Floor, browser: Browser, time: MovableTime
) -> None:
    till, phone, spent = await tablet(floor, browser), await telephone(floor, browser), 0
    for row in ROWS:
        await floor.shop.elsewhere(**{each: each in row for each in Override})
        ways = IN_STORE[row]
        await until_it_shows(phone, is_on=Way.WALLET_CODE in ways)
        await till.goto("/till")
        nobody = till.get_by_text("Hier kann zurzeit niemand einlösen")
        assert bool(await nobody.count()) == (not ways), row
        for way in sorted(ways):
            await go_through(floor, till, phone, way)
            spent += 60
            time.pass_by(timedelta(minutes=2))

    assert (await floor.shop.balance(floor.customer)).available == 1000 - spent
    assert till.faults == []  # type: ignore[attr-defined]


async def test_an_older_till_hears_by_itself_that_another_one_has_taken_over(
    floor: Floor, browser: Browser
) -> None:
    older, newer = await tablet(floor, browser), await tablet(floor, browser)
    for till in (older, newer):
        await till.goto("/till")
        await type_in(till, PHONE.replace(" ", ""))
        await till.locator(".keys").get_by_role("button", name="Code senden").tap()
        await till.get_by_role("button", name="Becher").tap()
        await expect(till).to_have_url(SALE)

    told = older.get_by_role("heading", name="Eine andere Kasse")
    await expect(told).to_be_visible(timeout=15_000)
    await type_in(newer, await floor.codes())
    await newer.locator(".keys").get_by_role("button", name="Weiter").tap()
    await expect(newer.get_by_label("Belegnummer")).to_be_visible()
    assert older.faults == newer.faults == []  # type: ignore[attr-defined]
