"""A customer with their telephone and a cashier with a tablet, side by side, in real browsers."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.async_api import Browser, Page, expect

from tests.features.redemptions.counter import Counter as Exceptions
from tests.features.redemptions.counter import enrol
from tests.features.tills.shop import Shop
from tests.stores import MovableTime
from tests.web.chromium import launched
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

ROWS = sorted(IN_STORE, key=sorted)
WALLET, PHONE = "/o/sonnenhof/wallet", "0170 1234567"
SALE = re.compile("/till/sales/")
WHY = "left the telephone at home"

SENT, SHOWN, PIN = Way.SENT_CODE, Way.WALLET_CODE, Way.MASTER_PIN
EITHER = None
TABLE: Sequence[tuple[bool, bool | None, bool, frozenset[Way]]] = (
    (True, False, False, frozenset({SENT})),
    (True, True, False, frozenset({SENT, SHOWN})),
    (True, False, True, frozenset({SENT, PIN})),
    (True, True, True, frozenset({SENT, SHOWN, PIN})),
    (False, EITHER, True, frozenset({PIN})),
    (False, EITHER, False, frozenset()),
)
"""What was promised: where codes of customers are on, wallets show them, and there is a master PIN,
this works. It is written out here once more, so that it is not the code that says what is right."""

SHUT = re.compile("Codes für Kundinnen und Kunden sind .*abgeschaltet")
NO_PIN = re.compile("Die Master-PIN ist hier zurzeit abgeschaltet|kann zurzeit niemand einlösen")
PRESS = """
    async (path) => {
      const { token } = document.querySelector("[data-token]").dataset;
      const said = await fetch(path, { method: "POST", body: new URLSearchParams({ token }) });
      return await said.text();
    }
"""
Cell: TypeAlias = tuple[frozenset[Override], Way]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@dataclass
class Floor:
    """A shop floor: who works there, the till that is registered, and where it is found."""

    stage: Stage
    shop: Shop
    exceptions: Exceptions
    customer: Customer
    address: str
    secret: str
    sent_by: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """By which channels codes for the till went."""

    async def codes(self) -> str:
        return (await arrived(self.stage))[-1][1]

    async def code_of_sale(self) -> str:
        came = await arrived(self.stage)
        self.sent_by[tuple(sorted(channel for channel, _ in came))] += 1
        (code,) = {code for _, code in came}  # a copy is the same proof
        return code


async def arrived(stage: Stage) -> list[tuple[str, str]]:
    """Let everything arrive that waits; give the codes, and by what they came."""
    codes, deliveries = list[tuple[str, str]](), stage.services.deliveries
    while queued := await deliveries.claim(SANDBOX, 50):
        for each in queued:
            message = await deliveries.open(each)
            if message.code is not None:
                codes.append((message.channel, message.code.reveal()))
            await deliveries.settle(each, Accepted("SM1"), knows_repeats=True, chance=0.5)
    return codes


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
    ((_, code),) = await arrived(stage)
    ended = await services.cards.attempts.answer(shop.client, card.id, code)
    assert isinstance(ended, Confirmed)
    async with services.storage.begin(organisation.id) as transaction:
        for each in customer.contacts:
            await services.customers.mark_verified(
                transaction, organisation.id, customer.id, each.contact_id
            )
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
    async with launched("the till") as browser:
        yield browser


async def tablet(floor: Floor, browser: Browser, width: int = 1024, height: int = 768) -> Page:
    context = await browser.new_context(
        base_url=floor.address, viewport={"width": width, "height": height}, has_touch=True
    )
    credential = floor.exceptions.till.credential.reveal()
    for name, value in ((STAFF, floor.secret), (TERMINAL, credential)):
        await context.add_cookies([{"name": name, "value": value, "url": floor.address}])
    page = await context.new_page()
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
            await type_in(till, await floor.code_of_sale())
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
    for _ in range(400):
        await phone.goto(WALLET)
        if bool(await phone.get_by_role("button", name="Show the code").count()) == is_on:
            return
        await asyncio.sleep(0.25)
    pytest.fail(f"The wallet never came to show codes: {is_on}")


def promised() -> dict[Cell, bool]:
    """Give every cell of the table, and whether it is open."""
    return {
        (row_of(pins, shows, master), way): way in ways
        for pins, shown, master, ways in TABLE
        for shows in ([True, False] if shown is EITHER else [shown])
        for way in Way
    }


def row_of(pins: bool, shows: bool, master: bool) -> frozenset[Override]:  # noqa: FBT001 - a row
    on = zip((pins, shows, master), Override, strict=True)
    return frozenset(each for is_on, each in on if is_on)


async def try_in_vain(floor: Floor, till: Page, phone: Page, way: Way) -> bool:
    """Press what pages still offer that were opened before it was switched off; say whether it
    was refused."""
    match way:
        case Way.SENT_CODE:
            await till.locator(".keys").get_by_role("button", name="Code senden").tap()
            await till.get_by_role("button", name="Becher").tap()
            await expect(till.get_by_text(SHUT)).to_be_visible()
            return await arrived(floor.stage) == []
        case Way.WALLET_CODE:
            said: str = await phone.evaluate(PRESS, f"{WALLET}/code")
            return "till-code" not in said
        case Way.MASTER_PIN:
            await till.get_by_role("button", name="Ausnahme mit Master-PIN …").tap()
            await expect(till.get_by_text(NO_PIN)).to_be_visible()
            return not SALE.search(till.url)


async def switch(floor: Floor, row: frozenset[Override]) -> None:
    """Switch settings as another process does. A copy by e-mail goes where wallets show codes, so
    that there are rows with a copy and rows without."""
    copied = Override.SHOW_IN_WALLET in row
    await floor.shop.elsewhere(copy_to_email=copied, **{each: each in row for each in Override})


async def test_customer_and_cashier_go_through_every_cell_of_the_table(
    floor: Floor, browser: Browser, time: MovableTime
) -> None:
    till, phone = await tablet(floor, browser), await telephone(floor, browser)
    older, visited = await tablet(floor, browser), dict[Cell, bool]()
    for row in ROWS:
        await switch(floor, frozenset(Override))
        for way in sorted({*Way} - IN_STORE[row]):
            await older.goto("/till")
            await older.get_by_label("Telefon, E-Mail oder Karte").fill(PHONE)
            await switch(floor, row)
            assert await try_in_vain(floor, older, phone, way), (row, way)
            visited[row, way] = False
            await switch(floor, frozenset(Override))
        await switch(floor, row)
        if Way.WALLET_CODE in IN_STORE[row]:
            await until_it_shows(phone, is_on=True)
        await till.goto("/till")
        nobody = till.get_by_text("Hier kann zurzeit niemand einlösen")
        assert bool(await nobody.count()) == (not IN_STORE[row]), row
        for way in sorted(IN_STORE[row]):
            await go_through(floor, till, phone, way)
            visited[row, way] = True
            time.pass_by(timedelta(minutes=2))

    await switch(floor, frozenset({Override.CUSTOMER_PINS}))
    await until_it_shows(phone, is_on=False)
    assert visited == promised()
    assert (len(visited), sum(visited.values())) == (24, 10)
    spent = 60 * sum(visited.values())
    assert (await floor.shop.balance(floor.customer)).available == 1000 - spent
    assert till.faults == []  # type: ignore[attr-defined]
    assert floor.sent_by == {("sms",): 2, ("email", "sms"): 2}


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
    await expect(told).to_be_visible()
    await type_in(newer, await floor.codes())
    await newer.locator(".keys").get_by_role("button", name="Weiter").tap()
    await expect(newer.get_by_label("Belegnummer")).to_be_visible()
    assert older.faults == newer.faults == []  # type: ignore[attr-defined]
