"""A customer takes a reward along in a real browser, and tills without a line take it in."""

import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.stores import MovableTime
from tests.web.console.people import signed_in
from tests.web.html.stage import Stage, open_stage, served
from tests.web.joining.garden import Garden, phone
from tests.web.wallet.holders import WALLET, known
from tests.web.wallet.test_in_a_browser import address, browser, listener, trusted, until
from watchword.client import AsyncClient, vouchers
from watchword.client.offline import OfflineTill, Refused, Taken, Why
from watchword.features.clients.rules import Operator, Scope
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.points.ledger import Balance
from watchword.features.rewards.rules import Offer, Reward
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.web.console.cookies import NAME
from watchword.web.wallet.squares import square_of

__all__ = ["address", "browser", "listener"]
MINE = f"{WALLET}/vouchers/mine"
DRAWN = "(page) => page.includes('<path class')"
MUG = Offer(
    names={"en": "Mug", "de": "Becher"},
    points=60,
    value=500,
    currency="EUR",
    pos_discount_id="mug",
)
pytestmark = pytest.mark.browser


class Market:
    """A garden centre with two tills at its stall, and a customer with 200 points."""

    def __init__(self, stage: Stage, garden: Garden) -> None:
        self.stage, self.garden = stage, garden
        self.tills: list[NewTerminal] = []
        self.key = ""

    async def open(self) -> None:
        services, organisation = self.stage.services, self.garden.organisation
        boss = Operator(name="test", organisation=organisation)
        place = await services.configuration.locations.add(
            organisation.id, name="Marktstand", time_zone=None, actor="test"
        )
        assert isinstance(place, Location)
        for name in ("Kasse 1", "Kasse 2"):
            till = await services.terminals.register(boss, place.id, name)
            assert isinstance(till, NewTerminal)
            self.tills.append(till)
        assert isinstance(await services.rewards.create(boss, MUG), Reward)
        await self.garden.set(SectionName.OFFLINE, '{"offline_vouchers": true}')
        _, key = await services.clients.create(
            organisation, label="till", actor="test", scopes=frozenset({Scope.VOUCHERS_SETTLE})
        )
        self.key = key.reveal()
        self.customer = await known(self.garden, phone())
        card = await self.garden.card(self.customer, "402177880131")
        await self.garden.give(card.account_id, 200)
        async with services.storage.begin(organisation.id) as transaction:
            await transaction.run("update cards set state = 'verified', assurance = 2")

    async def balance(self) -> Balance:
        services, whose = self.stage.services, self.garden.organisation.id
        async with services.storage.reading(whose) as transaction:
            (account,) = await services.customers.accounts(transaction, whose, self.customer.id)
            return await services.points.balance(transaction, whose, account.id)

    async def learn(self, watchword: AsyncClient, till: OfflineTill, which: int) -> None:
        credential = self.tills[which].credential.reveal()
        till.learn(await watchword.do(vouchers.kit(credential)))

    async def settle(self, watchword: AsyncClient, till: OfflineTill, which: int) -> list[str]:
        verdicts = list[str]()
        for bundle in till.bundles():
            act = vouchers.settle(self.tills[which].credential.reveal(), bundle)
            told = await watchword.do(act)
            till.heard(bundle, told)
            verdicts += [each.verdict for each in told.vouchers]
        return verdicts


@pytest.fixture
async def stage(
    tmp_path: Path, time: MovableTime, listener: socket.socket, address: str
) -> AsyncIterator[Stage]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with open_stage(url, now=time, url=address) as stage, served(stage.app, listener):
        yield stage


@pytest.fixture
async def market(stage: Stage, time: MovableTime) -> Market:
    organisation = await stage.found("sonnenhof", name="Gartencenter Sonnenhof")
    garden = Garden(stage.services, organisation, None, None, time)  # type: ignore[arg-type]
    await garden.set(SectionName.JOINING, '{"open": true}')
    market = Market(stage, garden)
    await market.open()
    return market


async def scanned(page: Page) -> str:
    """Give what a scanner reads of the page: the square is drawn of nothing else."""
    square = page.locator(".voucher .square .lines")
    await expect(square).to_have_count(1)
    return (await square.get_attribute("d")) or ""


async def take_in_twice(
    market: Market, address: str, time: MovableTime, folder: Path, drawn: str
) -> None:
    """Show to two tills what is drawn on the page, and let both settle."""
    organisation, services = market.garden.organisation, market.stage.services
    (voucher,) = await services.vouchers.vouchers.out(organisation.id, market.customer.id)
    token = services.vouchers.vouchers.token(organisation.id, voucher)
    assert token is not None
    assert square_of(token.reveal()).path == drawn
    async with AsyncClient(address, market.key) as watchword:
        first = OfflineTill(folder / "1.db", now=time)
        second = OfflineTill(folder / "2.db", now=time)
        await market.learn(watchword, first, 0)
        await market.learn(watchword, second, 1)
        taken = first.take(token.reveal(), order_id="2030-1")
        assert isinstance(taken, Taken)
        assert taken.promise.pos_discount_id == "mug"
        again = first.take(token.reveal(), order_id="2030-2")
        assert isinstance(again, Refused)
        assert again.why is Why.TAKEN_BEFORE
        assert isinstance(second.take(token.reveal()), Taken)
        assert await market.settle(watchword, first, 0) == ["settled"]
        assert await market.settle(watchword, second, 1) == ["double"]

    assert await market.balance() == Balance(available=140)


async def sees_the_loss(page: Page) -> None:
    loss = page.locator(".loss")
    await expect(loss).to_contain_text("taken twice")
    await expect(loss).to_contain_text("Kasse 1, Marktstand, took it in")
    await expect(loss).to_contain_text("Kasse 2, Marktstand, took it in")


async def test_what_is_taken_along_counts_once_and_a_second_time_is_seen(
    market: Market, browser: Browser, address: str, time: MovableTime, tmp_path: Path
) -> None:
    context = await browser.new_context(base_url=address, locale="en")
    page = await trusted(market.stage, context)
    await page.clock.set_fixed_time(time())
    await page.get_by_role("link", name="Take along").click()
    await expect(page.get_by_text("You cannot give it back before")).to_be_visible()
    await page.get_by_role("button", name="Take it along").click()
    await expect(page).to_have_url(re.compile(f"{MINE}$"))
    drawn = await scanned(page)
    await until(page, f"caches.match('{MINE}').then((kept) => kept.text()).then({DRAWN})")
    await until(page, "navigator.serviceWorker.controller !== null")
    assert await market.balance() == Balance(available=140, reserved=60)

    await page.goto(WALLET)
    await expect(page.get_by_text("Your vouchers: 1")).to_be_visible()
    await page.get_by_role("link", name="Open vouchers").click()
    await expect(page.get_by_text(re.compile(r"Good until .*\d\d:\d\d$"))).to_be_visible()
    await context.set_offline(True)
    await page.goto(MINE)
    await expect(page.get_by_role("heading", name="Mug")).to_be_visible()
    await expect(page.get_by_text("There is no connection")).to_be_visible()
    assert await scanned(page) == drawn
    assert 'name="token"' not in await page.content()

    await take_in_twice(market, address, time, tmp_path, drawn)

    organisation, services = market.garden.organisation, market.stage.services
    boss = await market.garden.manager()
    _, secret = await signed_in(services, organisation, boss.member)
    await context.set_offline(False)
    console = await browser.new_context(base_url=address, locale="en")
    await console.add_cookies([{"name": NAME, "value": secret.reveal(), "url": address}])
    seen = await console.new_page()
    await seen.goto("/console/vouchers?lang=en")
    await sees_the_loss(seen)
    await page.goto(MINE)
    await expect(page.get_by_text("You have nothing along")).to_be_visible()
