"""Two people add passkeys and sign in with them, in a real browser with a real ceremony."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.web.console.account.in_a_browser import House, Person, opened

pytestmark = pytest.mark.browser


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as house:
        yield house


async def add(person: Person, name: str) -> None:
    page = person.page
    await page.goto("/console/account/passkeys/new")
    await page.get_by_label("Name of this passkey").fill(name)
    await page.get_by_role("button", name="Add a passkey").click()


async def sign_in(page: Page) -> None:
    await page.goto("/console/sign-in?next=/console/account")
    await page.get_by_role("button", name="Sign in with a passkey").click()


async def sign_out(person: Person) -> None:
    await person.context.clear_cookies()


async def test_two_people_add_a_passkey_and_come_in_with_it(house: House) -> None:
    for name in ("Ann", "Bob"):
        person = await house.sit_down(await house.hire(name))
        await add(person, f"Device of {name}")
        await expect(person.page.get_by_role("status").first).to_contain_text("passkey is added")
        await expect(person.page.get_by_text(f"Device of {name}")).to_be_visible()
        (key,) = await person.keys()
        assert key["isResidentCredential"]
        assert key["rpId"] == "localhost"
        await sign_out(person)

        await sign_in(person.page)

        await expect(person.page).to_have_url(f"{house.address}/console/account")
        await expect(person.page.locator("dl").get_by_text(name, exact=True)).to_be_visible()
        await expect(person.page.get_by_text("with a passkey").first).to_be_visible()
        assert person.faults == []


async def test_a_passkey_that_was_removed_opens_nothing(house: House) -> None:
    person = await house.sit_down(await house.hire("Ann"))
    await add(person, "Old phone")
    await person.page.get_by_role("link", name="Change Old phone").click()
    await person.page.get_by_text("Remove this passkey").click()
    await person.page.get_by_role("button", name="Remove for good").click()
    await expect(person.page.get_by_role("status").first).to_contain_text("passkey is removed")
    await sign_out(person)

    await sign_in(person.page)

    await expect(person.page.get_by_role("alert")).to_contain_text("not known here, or was removed")
    await person.page.goto("/console/account")
    await expect(person.page).to_have_url(
        f"{house.address}/console/sign-in?next=%2Fconsole%2Faccount"
    )


async def test_a_device_on_which_nobody_shows_who_they_are_opens_nothing(house: House) -> None:
    person = await house.sit_down(await house.hire("Ann"))
    await add(person, "Phone")
    await expect(person.page.get_by_role("status").first).to_contain_text("passkey is added")
    await sign_out(person)
    await person.set_verified(is_verified=False)

    await sign_in(person.page)

    await expect(person.page.get_by_text("Nothing was done")).to_be_visible()
    await expect(person.page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


async def test_one_device_is_added_once(house: House) -> None:
    person = await house.sit_down(await house.hire("Ann"))
    await add(person, "Phone")
    await expect(person.page.get_by_role("status").first).to_contain_text("passkey is added")

    await add(person, "Phone again")

    await expect(
        person.page.get_by_text("holds a passkey for your account already")
    ).to_be_visible()
    assert len(await person.keys()) == 1


async def test_without_script_the_button_is_not_there(house: House) -> None:
    context = await house.browser.new_context(
        base_url=house.address, locale="en", java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/console/sign-in")

    await expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    await expect(page.get_by_text("Sign in with a passkey")).to_be_hidden()
