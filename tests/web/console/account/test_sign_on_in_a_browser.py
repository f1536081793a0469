"""Somebody signs on at their provider in a real browser: there and back, by the rules of pages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.stand_ins.identity_provider import (
    CLIENT,
    SECRET,
    IdentityProvider,
    running_provider,
)
from tests.web.console.account.in_a_browser import House, opened

pytestmark = pytest.mark.browser


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    async with running_provider() as provider:
        yield provider


@pytest.fixture
async def house(tmp_path: Path, provider: IdentityProvider) -> AsyncIterator[House]:
    sso = {"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET}
    async with opened(tmp_path, sso={"sonnenhof": sso}) as house:
        yield house


async def test_there_and_back_takes_one_press_of_a_button(house: House) -> None:
    await house.hire("Ann")
    person = await house.sit_down()
    await person.page.goto("/console/sign-in?next=/console/account")

    await person.page.get_by_role("button", name="Sign on at Gartencenter Sonnenhof").click()

    await expect(person.page).to_have_url(f"{house.address}/console/account")
    await expect(person.page.locator("dl").get_by_text("Ann", exact=True)).to_be_visible()
    assert person.faults == []


async def test_without_script_it_takes_one_more(house: House) -> None:
    await house.hire("Ann")
    context = await house.browser.new_context(
        base_url=house.address, locale="en", java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/console/sign-in?next=/console/account")

    await page.get_by_role("button", name="Sign on at Gartencenter Sonnenhof").click()
    await expect(page.get_by_role("heading", name="You are back")).to_be_visible()
    await page.get_by_role("button", name="Go on").click()

    await expect(page).to_have_url(f"{house.address}/console/account")


async def test_whom_the_provider_names_and_nobody_knows_stays_outside(
    house: House, provider: IdentityProvider
) -> None:
    await house.hire("Ann")
    provider.email = "eve@example.org"
    person = await house.sit_down()
    await person.page.goto("/console/sign-in")

    await person.page.get_by_role("button", name="Sign on at Gartencenter Sonnenhof").click()

    await expect(person.page.get_by_role("alert")).to_contain_text("An owner of your organisation")
