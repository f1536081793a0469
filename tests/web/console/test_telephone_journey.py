"""An owner sets a profile up and calls it: in a real browser, with pointer, keyboard and keys."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.web.console.test_every_page import opened

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MEMBER, DEFAULT_PIN, SSN_LAST4 = "500111", "4354", "4354"


async def test_a_profile_is_set_up_and_then_called() -> None:
    async with opened(width=1280, scheme="light", language="de", is_full=False) as (context, _, _):
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))

        await _choose_a_core(page)
        await _make_an_activation_profile(page)
        await _make_a_standard_profile(page)
        await page.get_by_role("link", name="Anruf ausprobieren").first.click()
        await page.get_by_label("Sprache am Telefon").select_option("en")
        await expect(page.get_by_role("radio", name="Nur proben")).to_be_checked()
        await page.get_by_role("button", name="Anrufen", exact=True).click()
        await _key_in(page, MEMBER)
        await expect(page.locator(".voice-line")).to_contain_text("Type your PIN")
        await _key_in(page, DEFAULT_PIN)

        await expect(page.locator(".voice-line")).to_contain_text("You need a PIN of your own")
        log = page.get_by_role("list", name="Was geschehen ist")
        await expect(log).to_contain_text(re.compile(r"traf zu\s+Keine Aktivierung"))
        assert DEFAULT_PIN not in await log.inner_text()
        await _key_in(page, SSN_LAST4)
        await expect(page.get_by_text("Es wurde kein Code verschickt")).to_be_visible()
        await _key_in(page, await page.locator("[data-code]").inner_text())
        await expect(page.locator(".voice-line")).to_contain_text("Choose a new PIN")
        await page.get_by_role("button", name="Auflegen").click()
        await expect(page.get_by_text("aufgelegt", exact=True)).to_be_visible()
        assert said == []


async def _choose_a_core(page: Page) -> None:
    await page.goto("/console/telephone/line")
    await page.get_by_label("Kernsystem").select_option("hausbank")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.get_by_role("status")).to_contain_text("Gespeichert")


async def _make_an_activation_profile(page: Page) -> None:
    await page.goto("/console/telephone/profiles/new/customer_activation")
    await page.get_by_label("Name", exact=True).fill("First PIN")
    await page.get_by_label("Letzte 4 Ziffern der SSN").check()
    await page.get_by_role("button", name="Hinzufügen", exact=True).click()
    # It stays ticked, and stands behind the code: the code has to come last.
    await page.get_by_role("button", name="Nach oben").click()
    await page.get_by_role("button", name="Speichern").last.click()
    await expect(page.get_by_role("status")).to_contain_text("Das Profil ist da")


async def _make_a_standard_profile(page: Page) -> None:
    await page.goto("/console/telephone/profiles/new/standard")
    await page.get_by_label("Name", exact=True).fill("Member line")
    first = page.get_by_role("group", name="Verfügbar und gewählt").first
    await first.get_by_label("PIN", exact=True).check()
    await first.get_by_role("button", name="Hinzufügen", exact=True).click()
    await _tick_by_keyboard(page)
    await page.get_by_label("Eingeschaltet").first.check()
    await page.get_by_label("Profil für die Aktivierung").select_option(label="First PIN")
    await page.get_by_role("button", name="Speichern").last.click()
    await expect(page.get_by_role("status")).to_contain_text("Das Profil ist da")


async def _tick_by_keyboard(page: Page) -> None:
    """Add a scenario with nothing but keys; the button keeps the focus for the next one."""
    lists = page.get_by_role("group", name="Verfügbar und gewählt").nth(-2)
    await lists.get_by_label("Keine Aktivierung").focus()
    await page.keyboard.press("Space")
    await lists.get_by_role("button", name="Hinzufügen", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Noch nicht gespeichert")
    again = page.get_by_role("group", name="Verfügbar und gewählt").nth(-2)
    await expect(again.get_by_role("button", name="Hinzufügen", exact=True)).to_be_focused()


async def _key_in(page: Page, digits: str) -> None:
    for digit in digits:
        await page.get_by_role("group", name="Tasten").get_by_role("button", name=digit).click()
    await page.locator(".keys .sends").click()
