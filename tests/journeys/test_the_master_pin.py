"""The master PIN from the day it is set to the day somebody says "I was not there".

Two owners in the console, a manager at a tablet, and a customer with a telephone: four browsers,
one server, and messages that arrive in the sandbox.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.features.customers.people import phone
from tests.features.redemptions.counter import WHY, enrol
from tests.features.tills.shop import Shop
from tests.journeys.installation import Installation, Served, eventually, install, serving
from tests.stores import MovableTime
from tests.web.chromium import faults_of, launched
from tests.web.console.people import signed_in
from tests.whole_house import Dealt
from watchword.client import points, redemptions, sandbox
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.keyring_files import KeyringFile
from watchword.settings import parse
from watchword.web.console.cookies import NAME as STAFF
from watchword.wiring import open_services

PHONE, TYPED = "+491701234567", "0170 1234567"
LINK = re.compile(r"/n/[a-z2-7]{12,}")
EXCEPTION, PLACE = "Exception with the master PIN …", "Nord"
NOBODY, OBJECTED = "I was not there \u2013 stop it", "“I was not there”"
OFFICE, TABLET, TELEPHONE = (1280, 900), (1024, 768), (390, 844)

pytestmark = pytest.mark.timeout(600)


@dataclass
class House:
    """Who works there, by what their browsers show, and whom they serve."""

    key: str
    place: str
    account: str
    secrets: dict[str, str]


async def furnished(place: Installation) -> House:
    """Found a shop with a customer of 100 points, a reward for 60, two owners and a manager."""
    keyring = KeyringFile(place.folder / "keys" / "keyring.json").load()
    async with open_services(parse(place.sections), keyring) as services:
        organisation = await services.organisations.found(
            slug="shop", name="Shop", mode=Mode.TEST, country="DE", locale="de", actor="test"
        )
        assert isinstance(organisation, Organisation)
        key, secret = await services.clients.create(
            organisation, label="test", scopes=frozenset(Scope), actor="test"
        )
        client = Client(key=key, organisation=organisation)
        shop = Shop(services, client, Dealt(), MovableTime(datetime.now(UTC)))
        await shop.elsewhere(customer_pins=True, master_pin=True)
        customer = await shop.customer(phone(PHONE))
        await shop.reward()
        where, secrets = await shop.location(PLACE), dict[str, str]()
        for name, role in (("ann", Role.OWNER), ("ben", Role.OWNER), ("bea", Role.MANAGER)):
            colleague = await enrol(shop, name, role)
            await services.staff.members.speak(colleague, "en")
            _, shown = await signed_in(services, organisation, colleague.member)
            secrets[name] = shown.reveal()
        async with services.storage.reading(organisation.id) as transaction:
            (account,) = await services.customers.accounts(
                transaction, organisation.id, customer.id
            )
    return House(secret.reveal(), str(where), str(account.id), secrets)


@dataclass
class Floor:
    """The house with its server, and browsers for whoever comes."""

    house: House
    served: Served
    browser: Browser

    async def sit_down(self, name: str | None, size: tuple[int, int]) -> tuple[Page, list[str]]:
        context = await self.browser.new_context(
            base_url=self.served.url.replace("127.0.0.1", "localhost"),
            viewport={"width": size[0], "height": size[1]},
            locale="en",
        )
        page = await context.new_page()
        if name is not None:
            secret = self.house.secrets[name]
            url = self.served.url.replace("127.0.0.1", "localhost")
            await context.add_cookies([{"name": STAFF, "value": secret, "url": url}])
        return page, faults_of(page)

    @property
    def tills(self) -> str:
        return f"/console/locations/{self.house.place}/tills"

    async def told(self) -> str:
        """Give the path of the page on which the customer objects, from the newest message."""
        found: list[str] = []

        async def has_come() -> bool:
            for each in await self.served.watchword.do(sandbox.messages(PHONE)):
                found.extend(LINK.findall(each.text) if PLACE in each.text else [])
            return bool(found)

        await eventually("the customer was told", has_come)
        return found[0]

    async def balance(self) -> tuple[int, int]:
        has = await self.served.watchword.do(points.balance(self.house.account))
        return has.available, has.reserved


@asynccontextmanager
async def on_the_floor(folder: Path) -> AsyncIterator[Floor]:
    place = await install(folder, f"sqlite:///{folder / 'watchword.db'}")
    house = await furnished(place)
    async with serving(place, house.key) as served, launched("the master PIN") as browser:
        yield Floor(house, served, browser)


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def unfold(page: Page, summary: str) -> Locator:
    folded = page.locator("details", has=page.locator("summary", has_text=summary)).first
    await folded.locator("summary").click()
    return folded


async def register_a_till(owner: Page, floor: Floor) -> str:
    await owner.goto(floor.tills)
    await owner.get_by_label("Name of a new till").fill("Till 1")
    await button(owner, "Register").click()
    credential = await owner.locator("input.secret").input_value()
    await owner.goto(floor.tills)
    assert credential not in await owner.content()
    return credential


async def set_by_two(owner: Page, other: Page, floor: Floor) -> str:
    """One asks, the other agrees, and the first sees it, once."""
    await owner.goto(floor.tills)
    make = button(owner, "Make the master PIN")
    await expect(make).to_have_count(0)
    asking = await unfold(owner, "Ask for a master PIN")
    await asking.get_by_label("Why?").fill("new season")
    await button(asking, "Ask for it").click()
    await owner.get_by_role("link", name="Your request waits for somebody else").click()
    await owner.wait_for_url("**/console/approvals/*")
    await expect(button(owner, "Approve")).to_have_count(0)
    request = owner.url

    await other.goto(request)
    await button(other, "Approve").click()
    await expect(other.get_by_text("Approved. Whoever asked can do it now.")).to_be_visible()
    await other.goto(floor.tills)
    await expect(button(other, "Make the master PIN")).to_have_count(0)

    await owner.goto(floor.tills)
    await make.click()
    pin = await owner.locator(".pin output").inner_text()
    assert re.fullmatch(r"[0-9 ]{12,}", pin)
    await owner.reload()  # of a form that was sent: it is not made, and not shown, once more
    for page in (owner, other):
        await page.goto(floor.tills)
        await expect(page.get_by_text("Set by ann, agreed to by ben.")).to_be_visible()
        await expect(page.get_by_text(pin)).to_have_count(0)
        await expect(button(page, "Make the master PIN")).to_have_count(0)
    return pin


async def become_a_till(tablet: Page, credential: str) -> None:
    """Before that, no exception is offered to anybody at this device."""
    await tablet.goto("/till")
    await expect(tablet.get_by_label("Telephone, e-mail or card")).to_be_visible()
    await expect(button(tablet, EXCEPTION)).to_have_count(0)
    await tablet.goto("/till/terminal")
    await tablet.locator("input[name=credential]").fill(credential)
    await button(tablet, "Register").click()
    await expect(tablet.get_by_text("This device is a till now.")).to_be_visible()


async def make_an_exception(tablet: Page, pin: str) -> None:
    await tablet.get_by_label("Telephone, e-mail or card").fill(TYPED)
    await button(tablet, EXCEPTION).click()
    await expect(tablet.get_by_text("You act as bea.")).to_be_visible()
    await tablet.get_by_label("Why is there no code?").fill(WHY)
    await tablet.get_by_label("Master PIN", exact=True).fill(pin)
    await button(tablet, "Open the wallet").click()
    await tablet.get_by_role("button", name="Mug").click()
    await expect(tablet.get_by_label("Number of the receipt")).to_be_visible()


async def object_to_it(telephone: Page, path: str) -> None:
    """Opening the page does nothing; one tap does."""
    await telephone.goto(path)
    await expect(telephone.get_by_role("heading", name="Were you there?")).to_be_visible()
    await telephone.reload()
    await button(telephone, NOBODY).click()
    await expect(telephone.get_by_role("heading", name="Thank you")).to_be_visible()


async def look_into_it(owner: Page, shots: Path) -> None:
    """The report shows it as a picture and as a table."""
    await owner.goto("/console/exceptions?days=7")
    tiles = owner.locator("dl.tiles")
    for name in ("Master PIN", OBJECTED):
        tile = tiles.locator("div", has=owner.locator("dt", has_text=name))
        await expect(tile.locator("dd")).to_have_text("1")
    for picture in ("Exceptions by day", "Exceptions by hour"):
        bars = owner.get_by_role("img", name=picture).locator("rect")
        await expect(bars).to_have_count(1)
    line = owner.locator("section[aria-labelledby=by-staff] tbody tr")
    await expect(line.locator("td")).to_have_text(["bea", "1", "1", "€5.00"])
    row = owner.locator("section[aria-labelledby=each] tbody tr")
    await expect(row).to_have_count(1)
    for words in (OBJECTED, "Master PIN", "bea", f"{PLACE} · Till 1", WHY, "€5.00"):
        await expect(row).to_contain_text(words)
    await owner.screenshot(path=shots / "report.png", full_page=True)
    async with owner.expect_download() as downloading:
        await owner.get_by_role("link", name="All as a table (CSV)").click()
    await (await downloading.value).save_as(shots / "report.csv")


async def test_from_two_who_set_it_to_one_who_was_not_there(tmp_path: Path) -> None:
    async with on_the_floor(tmp_path) as floor:
        (ann, _), (ben, _) = [await floor.sit_down(name, OFFICE) for name in ("ann", "ben")]
        tablet, at_the_till = await floor.sit_down("bea", TABLET)
        telephone, at_the_customers = await floor.sit_down(None, TELEPHONE)

        credential = await register_a_till(ann, floor)
        pin = await set_by_two(ann, ben, floor)
        await become_a_till(tablet, credential)
        await make_an_exception(tablet, pin)
        path = await floor.told()
        (put_by,) = [each async for each in floor.served.watchword.each(redemptions.page())]
        assert (put_by.way, put_by.state) == ("master_pin", "reserved")
        await telephone.goto(path)
        assert await floor.balance() == (40, 60)

        await object_to_it(telephone, path)

        assert await floor.balance() == (100, 0)
        await tablet.get_by_label("Number of the receipt").fill("4711")
        await button(tablet, "The till has booked it").click()
        await expect(tablet.get_by_role("heading", name="Given back")).to_be_visible()
        assert await floor.balance() == (100, 0)
        await look_into_it(ann, tmp_path)

    table = (tmp_path / "report.csv").read_text()
    assert table.count("master_pin") == 1
    assert '"bea"' in table
    log = (tmp_path / "log").read_text()
    assert pin.replace(" ", "") not in log
    assert credential not in log + table
    assert at_the_customers == []
    assert [each for each in at_the_till if "422" not in each] == []  # the booking was refused
