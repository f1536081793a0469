"""A first owner lets a colleague in: in a real browser, with its scripts switched off."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.stores import MovableTime
from tests.web.chromium import launched
from tests.web.console.test_invitations import LINK, mails
from tests.web.html.stage import Stage, open_stage, served
from watchword.features.delivery.rules import Message
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.owners.rules import Printed

OLGA, CLEO = "olga@example.org", "cleo@example.org"

pytestmark = pytest.mark.browser


@pytest.fixture
async def stage(tmp_path: Path, time: MovableTime) -> AsyncIterator[Stage]:
    async with open_stage(f"sqlite:///{tmp_path / 'test.db'}", now=time) as stage:
        yield stage


@pytest.fixture
async def organisation(stage: Stage) -> Organisation:
    return await stage.found("sonnenhof", name="Gartencenter Sonnenhof")


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    async with served(stage.app) as address, launched("pages") as browser:
        context = await browser.new_context(
            base_url=address, locale="en", java_script_enabled=False
        )
        yield await context.new_page()


async def newest(stage: Stage) -> Message:
    return (await mails(stage.services))[-1]


async def link_in(stage: Stage) -> str:
    found = LINK.search((await newest(stage)).text.reveal())
    assert found is not None
    return found[1]


async def type_code(stage: Stage, page: Page, button: str) -> None:
    code = (await newest(stage)).code
    assert code is not None
    await page.get_by_label("Code", exact=True).fill(code.reveal())
    await page.get_by_role("button", name=button).click()


async def test_a_first_owner_lets_a_colleague_in_and_loses_nothing_on_the_way(
    stage: Stage, organisation: Organisation, page: Page, time: MovableTime
) -> None:
    printed = await stage.services.staff.owners.print(
        organisation, name="Olga", email=OLGA, actor="operator:ann"
    )
    assert isinstance(printed, Printed)
    link = LINK.fullmatch(printed.address.reveal())
    assert link is not None
    await page.goto(link[1])
    await page.get_by_label("Your name").fill("Olga Ohlsen")
    await page.get_by_role("button", name="Accept and sign in").click()
    await expect(page.get_by_role("status")).to_contain_text("Welcome")

    await page.goto("/console/staff/new?lang=en")
    await page.get_by_label("Name", exact=True).fill("Cleo & Söhne")
    await page.get_by_label("E-mail address").fill(CLEO)
    time.pass_by(timedelta(hours=1))
    await page.get_by_role("button", name="Send the invitation").click()
    await expect(page.get_by_role("status")).to_contain_text("You were away for 1 hour")

    await page.get_by_label("Your e-mail address").fill(OLGA)
    await page.get_by_role("button", name="Send me a code").click()
    await type_code(stage, page, "Sign in")
    await expect(page.locator("[name=name]")).to_have_value("Cleo & Söhne")
    await expect(page.locator("[name=email]")).to_have_value(CLEO)
    assert len(await stage.services.staff.members.all(organisation.id)) == 1

    await page.get_by_role("button", name="Send the invitation").click()
    await expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_text("You are signed out.")).to_be_visible()

    await page.goto(await link_in(stage))
    await page.get_by_role("button", name="Accept").click()
    await type_code(stage, page, "Sign in")
    await expect(page.get_by_role("status")).to_contain_text("Welcome")
    assert (await page.goto("/console/staff")) is not None
    await expect(page.get_by_role("heading", name="This is not for you")).to_be_visible()
