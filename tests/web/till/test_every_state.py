"""Every state of the till is for all eyes and hands, upright and across, in light and in dark."""

from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.not_tested import not_tested
from tests.stores import MovableTime
from tests.web.console.test_every_page import AXE, WIDER, faults_of, relative
from tests.web.till.test_side_by_side import (
    Floor,
    browser,
    floor,
    tablet,
)
from tests.web.till.walk import PLANT, speak, walk

__all__ = ["browser", "floor"]

SMALL = """() => [...document.querySelectorAll("main :is(button, a.button, input, summary)")]
    .filter((each) => each.checkVisibility() && each.type !== "hidden")
    .filter((each) => each.getBoundingClientRect().height < 43.5)
    .map((each) => each.outerHTML.slice(0, 120))"""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [((1024, 768), "light", "de"), ((768, 1024), "dark", "en")],
)
async def test_no_state_is_shut_to_anybody_too_wide_or_too_small(
    floor: Floor,
    browser: Browser,
    time: MovableTime,
    *,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
    language: str,
) -> None:
    if not AXE.exists():
        not_tested("accessibility, because axe-core is not there", f"`make {relative(AXE)}`")
    page, faults, seen = await tablet(floor, browser, *size), list[str](), set[str]()
    await page.emulate_media(color_scheme=scheme)
    await page.context.add_init_script(path=AXE)
    await speak(floor, language)

    async def look(state: str) -> None:
        seen.add(state)
        faults.extend(f"{state}: {fault}" for fault in await faults_of(page))
        faults.extend(f"{state}: small: {each}" for each in await page.evaluate(SMALL))
        if wider := await page.evaluate(WIDER):
            faults.append(f"{state}: {wider} pixels too wide")

    await walk(floor, page, time, look)

    assert faults == []
    assert len(seen) == 20


async def test_a_sum_and_enter_choose_nothing(floor: Floor, browser: Browser) -> None:
    """A form with many buttons sends its first one: that would be whatever reward comes first."""
    await floor.shop.reward(PLANT)
    page = await tablet(floor, browser)
    await page.goto("/till")
    await page.locator("#who").fill("01701234567")
    await page.keyboard.press("Enter")
    await page.locator("input[name=amount]").fill("50,00")
    await page.keyboard.press("Enter")
    await page.locator("button.reward", has_text="300").click()

    await expect(page.locator("#code")).to_be_visible()
    await expect(page.locator("form[data-watch]")).to_contain_text("Saisonpflanze")


async def test_a_sale_needs_no_more_than_a_keyboard(floor: Floor, browser: Browser) -> None:
    page = await tablet(floor, browser)
    await page.goto("/till")
    await page.keyboard.type("01701234567")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator("button.reward").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.type(await floor.codes())
    await page.keyboard.press("Enter")
    await expect(page.locator("#order")).to_be_focused()
    await page.keyboard.type("4711")
    await page.keyboard.press("Enter")
    await expect(page.locator("a.primary")).to_be_focused()
