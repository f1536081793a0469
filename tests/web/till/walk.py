"""A walk through every state of the till, in whatever language and size: someone looks at each."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from playwright.async_api import Locator, Page, expect

from tests.features.customers.people import phone
from tests.stores import MovableTime
from tests.web.till.test_side_by_side import PHONE, SALE, WHY, Floor
from watchword.features.customers.rules import Profile
from watchword.features.organisations.settings.redemption import Override
from watchword.features.rewards.rules import Offer
from watchword.web.till.terminals_kept import NAME as TERMINAL

Look = Callable[[str], Awaitable[None]]
PLANT = Offer(
    names={"en": "Plant of the season", "de": "Saisonpflanze nach Wahl aus dem Gewächshaus"},
    points=300,
    value=1995,
    currency="EUR",
    at_least=5000,
)


async def walk(floor: Floor, page: Page, time: MovableTime, look: Look) -> None:
    await floor.shop.reward(PLANT)
    await floor.shop.elsewhere(**dict.fromkeys(Override, True))
    await _find(page, look)
    await _ask(floor, page, look)
    await _take(floor, page, time, look)
    await _later(floor, page, time, look)
    await _exceptions(floor, page, time, look)


async def speak(floor: Floor, language: str) -> None:
    """Have the cashier speak a language."""
    staff, manager = floor.stage.services.staff, floor.exceptions.manager
    await staff.members.speak(manager, language)
    staff.sessions.forget()


async def _find(page: Page, look: Look) -> None:
    await page.goto("/till/terminal")
    await look("terminal")
    await page.goto("/till")
    await look("find")
    await page.locator("#who").fill("0170")
    await enter(page)
    await look("find-not-read")
    await page.locator("#who").fill(PHONE)
    await enter(page)
    await expect(page.locator("button[value=later]")).to_be_visible()
    await look("name")
    await press(page.locator("button.reward", has_text="300"))
    await look("name-without-sum")


async def _ask(floor: Floor, page: Page, look: Look) -> None:
    await press(page.locator("button.reward", has_text="60"))
    await expect(page).to_have_url(SALE)
    await look("ask")
    code = await floor.codes()
    await page.locator("#code").fill(f"{(int(code) + 1) % 10**6:06d}")
    await enter(page)
    await look("ask-wrong")
    for each in await page.locator("details > summary").all():
        await each.click()
    await look("ask-exceptions")
    await page.locator("form[action*='/wallet'] input[name=reason]").fill(WHY)
    await enter(page)
    await expect(page.locator(".shown-code")).to_be_visible()
    await look("ask-shown")


async def _take(floor: Floor, page: Page, time: MovableTime, look: Look) -> None:
    await page.locator("#code").fill(await page.locator(".shown-code .code").inner_text())
    await enter(page)
    await expect(page.locator("#order")).to_be_visible()
    await look("commit")
    await page.locator("#order").fill("4711 a")
    await enter(page)
    await look("commit-not-read")
    await page.locator("#order").fill("4711")
    await enter(page)
    await expect(page.locator("a.primary")).to_be_visible()
    await look("done")
    await press(page.locator("main a[href*='/till/redemptions/']"))
    await look("redemption")
    await page.goto(f"/till/{floor.exceptions.place}/redemptions")
    await look("today")
    time.pass_by(timedelta(minutes=2))


async def enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def press(button: Locator) -> None:
    async with button.page.expect_navigation():
        await button.click()


async def begin(page: Page) -> None:
    await page.goto("/till")
    await page.locator("#who").fill(PHONE)
    await enter(page)
    await page.locator("button[value=later]").click()
    await expect(page).to_have_url(SALE)


async def _later(floor: Floor, page: Page, time: MovableTime, look: Look) -> None:
    await begin(page)
    older = page.url
    await page.locator("#code").fill(await floor.codes())
    await enter(page)
    await expect(page.locator(".points")).to_be_visible()
    await look("reward")
    await press(page.locator("form[action*='/endings'] button"))
    await page.goto(older)
    await look("over")
    time.pass_by(timedelta(minutes=2))
    await floor.shop.customer(phone(), profile=Profile("Bernd", "Müller", None), points=70)
    await begin(page)
    await page.locator("#code").fill(await floor.codes())
    await enter(page)
    await expect(page.locator("button[name=customer]").first).to_be_visible()
    await look("choose")
    time.pass_by(timedelta(minutes=2))


async def _exceptions(floor: Floor, page: Page, time: MovableTime, look: Look) -> None:
    await floor.shop.elsewhere(**{each: each is Override.MASTER_PIN for each in Override})
    await page.goto("/till")
    await page.locator("#who").fill(PHONE)
    await enter(page)
    await expect(page.locator("input[name=pin]")).to_be_visible()
    await look("master-pin")
    await floor.shop.elsewhere(**dict.fromkeys(Override, False))
    await page.goto("/till")
    await look("nobody")
    await floor.shop.location("Süd")
    await page.context.clear_cookies(name=TERMINAL)
    await page.goto("/till")
    await look("places")
