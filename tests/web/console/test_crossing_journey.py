"""An owner comes over from Twilio, step by step: in a real browser, on a phone and at a desk."""

import pytest
from playwright.async_api import Page, expect

from tests.not_tested import not_tested
from tests.web.console.test_every_page import (
    AXE,
    LARGE_DARK,
    OF_LOOKS,
    RULES,
    SMALL_LIGHT,
    opened,
    relative,
    seen_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


async def test_an_owner_comes_over_step_by_step() -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    async with opened(width=390, scheme="light", language="de", is_full=False, comes_over=True) as (
        context,
        _,
        _,
    ):
        await context.add_init_script(path=AXE)
        page = await context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda fault: said.append(str(fault)))

        await page.goto("/console/crossing")
        await expect(page.get_by_text("Nichts geht an Twilio.")).to_be_visible()
        faults = await _faults(page)
        await _review(page, share="0", countries="")
        await expect(page.get_by_text("Noch ist nichts gespeichert.")).to_be_visible()
        faults += await _faults(page)
        await page.get_by_role("button", name="Speichern").click()
        await expect(page.get_by_text("Im Schatten", exact=True)).to_be_visible()

        await _review(page, share="10", countries="UK")
        await expect(page.get_by_role("alert")).to_be_visible()
        faults += await _faults(page)
        await _review(page, share="10", countries="at, fr")
        await expect(page.get_by_text("Frankreich, Österreich").first).to_be_visible()
        faults += await _faults(page)
        await page.get_by_role("button", name="Speichern").click()
        await expect(page.get_by_role("status")).to_contain_text("Gespeichert.")

        await page.locator("summary", has_text="Umstieg beenden").click()
        faults += await _faults(page)
        await page.get_by_role("button", name="Jetzt beenden").click()
        await expect(page.get_by_role("status")).to_contain_text("Der Umstieg ist beendet.")

    assert faults == []
    assert said == []


async def _review(page: Page, *, share: str, countries: str) -> None:
    await page.get_by_label("So viel Prozent aller Nummern").fill(share)
    await page.get_by_label("Länder, deren Nummern").fill(countries)
    await page.get_by_role("button", name="Änderungen prüfen").click()


async def _faults(page: Page) -> list[str]:
    """Give what is wrong with a page that only a form leads to, small and large."""
    # From its beginning: further down, whatever lies behind the bar at the top counts as too small.
    await page.evaluate("scrollTo(0, 0)")
    await LARGE_DARK.put_on(page)
    found = await seen_in(page, LARGE_DARK, OF_LOOKS)
    await SMALL_LIGHT.put_on(page)
    return found + await seen_in(page, SMALL_LIGHT, RULES)
