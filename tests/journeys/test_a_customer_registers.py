"""Customers of the demonstration get a card, in German, and show in seven ways that it is theirs.

They hold a telephone; staff sit at a desk. What is sent arrives in the sandbox: on a telephone, in
a mailbox, and in a letterbox.
"""

import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.demonstration import demonstrating
from tests.web.chromium import launched

SLUG = "sonnenhof"
PHONE_SIZE, DESK_SIZE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TITLE = re.compile(r"[2-9A-Z]{3} [2-9A-Z]{3}")
LETTERED = re.compile(r"[2-9A-Z]{10}")
ENTRY = re.compile(r"/k/[a-z2-7]{12}$")

pytestmark = [pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Person:
    """Somebody who wants a card, and how they are reached."""

    given: str
    family: str
    mobile: str = ""
    email: str = ""
    home: tuple[str, str, str] | None = None

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass
class Place:
    """The demonstration, one browser, and everybody who has sat down at it."""

    url: str
    browser: Browser
    at: Path
    faults: list[str] = field(default_factory=list)
    staff: dict[str, Page] = field(default_factory=dict)

    async def open(self, size: dict[str, int]) -> Page:
        context: BrowserContext = await self.browser.new_context(
            base_url=self.url,
            locale="de-DE",
            viewport={"width": size["width"], "height": size["height"]},
        )
        page = await context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda said: self.faults.append(said.text))
        return page

    async def see(self, page: Page, name: str) -> None:
        """Look at a page; nothing of it lies beside the window."""
        assert await page.evaluate(WIDER) == 0, f"{name} is too wide"
        await page.screenshot(path=self.at / f"{name}.png", full_page=True)

    async def message(self, address: str, channel: str) -> Locator:
        """Wait in the sandbox for the newest message to an address."""
        page = await self.open(PHONE_SIZE)
        await page.goto(f"/sandbox?address={address.replace('+', '%2B')}")
        found = page.locator(f".message.{channel}").first
        await expect(found).to_be_visible()
        return found

    async def code(self, address: str, channel: str) -> str:
        message = await self.message(address, channel)
        found = await message.locator("code.code").inner_text()
        await message.page.context.close()
        return found.replace(" ", "")

    async def link(self, address: str, channel: str) -> str:
        message = await self.message(address, channel)
        found = await message.locator("a[href*='/k/']").get_attribute("href")
        await message.page.context.close()
        assert found is not None
        return found

    async def letter(self, name: str) -> tuple[str, bytes]:
        """Open the letterbox with a name on it: the code, and the sheet as it is printed."""
        page = await self.open(DESK_SIZE)
        await page.goto(f"/sandbox?organisation={SLUG}")
        box = page.locator(".device.letterbox").filter(has_text=name)
        await expect(box).to_be_visible()
        code = await box.locator("code.code").first.inner_text()
        sheet = await page.request.get(
            await box.locator("a[href^='/sandbox/letters/']").first.get_attribute("href") or ""
        )
        assert sheet.headers["content-type"] == "image/png"
        drawn = await sheet.body()
        await page.context.close()
        return re.sub(r"\W", "", code), drawn

    async def colleague(self, who: str) -> Page:
        """Give the desk of somebody who works there; they sign in with a code, once."""
        if who not in self.staff:
            email = f"{who}@{SLUG}.example"
            page = await self.open(DESK_SIZE)
            await page.goto("/console/sign-in")
            await page.get_by_label("Organisation").fill(SLUG)
            await page.get_by_label("Ihre E-Mail-Adresse").fill(email)
            await page.get_by_role("button", name="Code schicken").click()
            await page.get_by_label("Code", exact=True).fill(await self.code(email, "email"))
            await page.get_by_role("button", name="Anmelden", exact=True).click()
            await page.wait_for_url(re.compile(r"/console(\?.*)?$"))
            self.staff[who] = page
        return self.staff[who]


@dataclass
class Walk:
    """One customer's way."""

    place: Place
    page: Page
    who: Person

    async def register(self) -> None:
        page, who = self.page, self.who
        await page.goto(f"/o/{SLUG}/join")
        await page.get_by_label("Vorname").fill(who.given)
        await page.get_by_label("Nachname").fill(who.family)
        for label, typed in (("Tag", "7"), ("Monat", "5"), ("Jahr", "1980")):
            await page.get_by_label(label, exact=True).fill(typed)
        await page.get_by_label("Mobilnummer").fill(who.mobile)
        await page.get_by_label("E-Mail").fill(who.email)
        if who.home is not None:
            for label, typed in zip(
                ("Straße und Hausnummer", "Postleitzahl", "Ort"), who.home, strict=True
            ):
                await page.get_by_label(label, exact=True).fill(typed)
        await self.see("form")
        await page.get_by_role("button", name="Weiter zur Karte").click()
        await self.reads("Verifizieren Sie Ihre Karte")
        await self.see("ways")

    async def choose(self, name: str, then: str) -> None:
        await self.page.get_by_role("button", name=re.compile(name)).first.click()
        await self.reads(then)
        await self.see("begun")

    async def type_code(self, code: str) -> None:
        await self.page.get_by_label("Code", exact=True).fill(code)
        await self.page.get_by_role("button", name="Karte verifizieren").click()

    async def reads(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    async def is_done(self) -> None:
        await self.reads("Ihre Karte ist verifiziert")
        await self.see("done")

    async def looks_again(self) -> None:
        """Come back to the page, after staff have confirmed."""
        await self.page.get_by_role("link", name="Erledigt? Neu laden").click()
        await self.is_done()

    async def reference(self) -> str:
        shown = self.page.locator(".reference")
        await expect(shown).to_have_text(TITLE)
        return await shown.inner_text()

    async def words(self) -> list[str]:
        words = self.page.locator(".words dd")
        await expect(words.first).to_be_visible()
        return await words.all_inner_texts()

    async def see(self, name: str) -> None:
        await self.place.see(self.page, f"{self.who.given}-{name}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("demonstration")
    async with demonstrating(folder / "data") as said, launched("customers") as browser:
        there = Place(said["url"], browser, folder)
        yield there
    assert [each for each in there.faults if "422" not in each] == []


async def come(place: Place, who: Person) -> Walk:
    """Let somebody register on their telephone."""
    walk = Walk(place, await place.open(PHONE_SIZE), who)
    await walk.register()
    return walk


async def look_up(desk: Page, reference: str) -> None:
    await desk.goto("/console/desk")
    await desk.get_by_label("Referenz").fill(reference.lower())
    await desk.get_by_role("button", name="Nachsehen").click()


async def is_in_the_history(desk: Page, how: str) -> None:
    """See that the card is verified, and that its page says how, and by whom."""
    await expect(desk.locator(".timeline li").first).to_contain_text(f"Verifiziert {how}")
    await expect(desk.locator("main .badge.good").first).to_have_text("Verifiziert")


async def find_card(desk: Page, name: str) -> None:
    await desk.goto("/console/cards")
    await desk.get_by_label("Name, Kartennummer, Telefon oder E-Mail-Adresse").fill(name)
    await desk.get_by_role("button", name="Suchen", exact=True).click()
    await desk.wait_for_url(re.compile(r"/console/cards/[0-9a-f-]{36}"))


async def test_by_text_message(place: Place) -> None:
    anna = Person("Änne-Sophie", "Müller-Lüdenscheidt", "0171 3920010")
    walk = await come(place, anna)
    await walk.choose("Per SMS", "Code eingeben")
    code = await place.code(anna.mobile, "sms")

    await walk.type_code(str((int(code) + 1) % 10 ** len(code)).zfill(len(code)))
    await expect(walk.page.get_by_role("alert")).to_contain_text("Noch 4 Versuche")
    await walk.see("wrong")
    await walk.type_code(code)

    await walk.is_done()
    clerk = await place.colleague("clerk")
    await find_card(clerk, anna.name)
    await is_in_the_history(clerk, "per SMS")
    await place.see(clerk, "card")


async def test_by_the_link_in_an_e_mail(place: Place) -> None:
    jurek = Person("Jürgen", "Großmann", email="juergen.grossmann@example.org")
    walk = await come(place, jurek)
    await walk.choose("Per E-Mail", "Code eingeben")
    link, code = await place.link(jurek.email, "email"), await place.code(jurek.email, "email")

    await walk.page.goto(link)
    await expect(walk.page.get_by_label("Code", exact=True)).to_have_value("")
    await walk.see("entry")
    await walk.type_code(code)

    await walk.is_done()
    await walk.page.goto(link)
    await walk.reads("Ihre Karte ist schon verifiziert")


async def test_by_whatsapp_while_the_page_stays_open(place: Place) -> None:
    zoe = Person("Zoë", "Krämer", "0171 3920011")
    walk = await come(place, zoe)
    await walk.choose("Per WhatsApp", "Code eingeben")
    message = await place.message(zoe.mobile, "whatsapp")
    await expect(message.get_by_role("link")).to_have_count(0)

    await walk.type_code(await place.code(zoe.mobile, "whatsapp"))

    await walk.is_done()


async def test_by_letter_whose_square_leads_to_the_page(place: Place) -> None:
    gisela = Person("Gisela", "Brüggemann", home=("Gießkannenweg 12 b", "99423", "Weimar"))
    walk = await come(place, gisela)
    await walk.choose("Per Brief", "Ein Brief ist unterwegs")

    code, sheet = await place.letter(gisela.name)
    assert LETTERED.fullmatch(code)
    squares = [each.text for each in zxingcpp.read_barcodes(Image.open(io.BytesIO(sheet)))]
    [link] = [each for each in squares if ENTRY.search(each)]
    await walk.page.goto(link)
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    await walk.type_code(slip)
    await expect(walk.page.get_by_role("alert")).to_contain_text("Schreibfehler")
    await walk.see("slip")
    await walk.type_code(f"{code[:5]} {code[5:]}".lower())

    await walk.is_done()


async def test_in_the_shop(place: Place) -> None:
    walk = await come(place, Person("Käthe", "Voß", "0171 3920012"))
    await walk.choose("Im Geschäft", "Im Geschäft verifizieren")
    await expect(walk.page.get_by_role("img", name="Dasselbe zum Scannen")).to_be_visible()
    clerk = await place.colleague("clerk")

    await look_up(clerk, await walk.reference())
    await expect(clerk.locator(".proof strong")).to_have_text(await walk.words())
    await place.see(clerk, "waiting")
    await clerk.get_by_label("Der Name stimmt").check()
    await clerk.get_by_label("Das Geburtsdatum stimmt").check()
    await clerk.get_by_role("button", name="Ja", exact=True).click()

    await is_in_the_history(clerk, "vor Ort")
    await walk.looks_again()


async def test_on_the_telephone_with_a_code_that_is_read_back(place: Place) -> None:
    uwe = Person("Uwe", "Schröder", "0171 3920013")
    walk = await come(place, uwe)
    await walk.choose("Am Telefon", "Am Telefon verifizieren")
    manager = await place.colleague("manager")

    await look_up(manager, await walk.reference())
    await expect(manager.locator(".proof strong")).to_have_text(await walk.words())
    await place.see(manager, "call")
    await manager.get_by_role("button", name=re.compile("Code an .* senden")).click()
    await expect(manager.get_by_text("Der Code ist unterwegs")).to_be_visible()
    await place.see(manager, "sent")
    await manager.get_by_label("Vorgelesener Code").fill(await place.code(uwe.mobile, "sms"))
    form = manager.locator("details[open]")
    await form.get_by_label("Der Name stimmt").check()
    await form.get_by_label("Das Geburtsdatum stimmt").check()
    await form.get_by_role("button", name="Ja", exact=True).click()

    await is_in_the_history(manager, "per Telefon")
    await walk.page.reload()
    await walk.is_done()


async def test_on_the_telephone_with_a_call_back(place: Place) -> None:
    walk = await come(place, Person("Ömer", "Özdemir", "0171 3920014"))
    await walk.choose("Am Telefon", "Am Telefon verifizieren")
    manager = await place.colleague("manager")

    await look_up(manager, await walk.reference())
    await manager.get_by_label("Der Name stimmt").check()
    await manager.get_by_label("Das Geburtsdatum stimmt").check()
    await manager.get_by_label(re.compile("zurückgerufen")).check()
    await manager.get_by_role("button", name="Ja", exact=True).click()

    await is_in_the_history(manager, "per Telefon")
    await walk.looks_again()


async def test_for_another_reason_which_a_manager_writes_down(place: Place) -> None:
    marie = Person("Marie-Luise", "von der Heide", "0171 3920015")
    walk = await come(place, marie)
    clerk, manager = await place.colleague("clerk"), await place.colleague("manager")
    await find_card(clerk, marie.name)
    await expect(clerk.get_by_text("Verifizierung (vor Ort)")).to_be_visible()
    await expect(clerk.get_by_text("Verifizierung (sonstige)")).to_have_count(0)

    await find_card(manager, marie.name)
    await manager.get_by_text("Verifizierung (sonstige)").click()
    form = manager.locator("details[open] form")
    await form.get_by_label("Warum?").fill("Persönlich bekannt, Stammkundin seit 1998")
    await place.see(manager, "reason")
    await form.get_by_role("button", name="Ja", exact=True).click()

    await is_in_the_history(manager, "aus anderem Grund")
    await expect(manager.locator(".timeline li").first).to_contain_text("Stammkundin seit 1998")
    await walk.page.reload()
    await walk.is_done()
