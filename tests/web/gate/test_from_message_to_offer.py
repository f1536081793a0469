"""A shop writes to a customer, who takes the message in hand and gets through to the offer."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import ViewportSize, expect

from tests.features.campaigns.stand import Stand, new_stand
from tests.stores import MovableTime
from tests.web.chromium import faults_of, launched
from tests.web.html.stage import open_stage, served
from watchword.features.campaigns.rules import GateKind
from watchword.features.campaigns.rules import Text as Words
from watchword.features.organisations.rules import Mode
from watchword.features.pages.blocks import Button, Heading, Text
from watchword.features.pages.rules import Page, PageId, Terms
from watchword.web.server import open_port
from watchword.workers.crew import working

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHONE: ViewportSize = {"width": 390, "height": 844}
LINK = re.compile(r"(http://127\.0\.0\.1:[0-9]+)?(/c/[0-9a-z]{26})")
OFFER = "Basil, three for two"


async def test_from_the_message_in_the_sandbox_to_the_offer(tmp_path: Path) -> None:
    listener = open_port("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with open_stage(f"sqlite:///{tmp_path / 'shop.db'}", url=url) as stage:
        stand = await new_stand(
            stage.services, MovableTime(stage.services.storage.now()), Mode.TEST
        )
        (customer,) = await stand.welcome(1)
        async with served(stage.app, listener) as address, working(stage.services):
            await stand.scheduled(
                page_id=await published(stand),
                gate=GateKind.LAST_FOUR,
                minimum_age=21,
                texts={"en": Words(text="Hello {name}, an offer for you: {link}")},
                honours_quiet_hours=False,
            )
            path = await received(address, await stage.key(stand.shop.organisation))
            async with launched("a telephone") as browser:
                context = await browser.new_context(base_url=address, viewport=PHONE, locale="en")
                page = await context.new_page()
                faults = faults_of(page)
                await page.goto(f"{path}?lang=en")
                await expect(page.get_by_text("News of our shop")).to_be_visible()
                await expect(page.get_by_text(OFFER)).to_have_count(0)
                await page.get_by_label("I am 21 or over").check()
                end = customer.contacts[0].contact.canonical.reveal()[-4:]
                await page.get_by_label("Last four digits").fill(end)
                await page.get_by_role("button", name="Open the message").click()
                await expect(page.get_by_text(OFFER)).to_be_visible()

                assert await context.cookies() == []
                assert faults == []


async def published(stand: Stand) -> PageId:
    pages = stand.services.pages.pages
    words = (Heading("Herbs"), Text(OFFER), Button("To the shop", "https://shop.example.org/"))
    made = await pages.create(stand.shop, Terms(name="Herbs", variants={"en": words}))
    assert isinstance(made, Page)
    assert isinstance(await pages.publish(stand.shop, made.id, made.version), Page)
    return made.id


async def received(address: str, key: dict[str, str]) -> str:
    """Wait for the message, and give the link that stands in it."""
    async with httpx.AsyncClient(base_url=address, headers=key, timeout=60) as sandbox:
        for _ in range(3000):
            if found := LINK.search((await sandbox.get("/sandbox/messages")).text):
                return found[2]
            await asyncio.sleep(0.02)
    pytest.fail("Nothing arrived in the sandbox.")
