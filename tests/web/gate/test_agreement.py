"""Behind a gate is what a second person has agreed to, or what it began with, or nothing."""

from dataclasses import replace
from datetime import timedelta

from tests.web.gate.meadow import CANARY, END, Meadow
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.store import CampaignStore
from watchword.features.gates.passes.rules import Kind, NewPass
from watchword.features.pages.blocks import Heading, Legal
from watchword.features.pages.rules import Page, PageId, Terms

OPEN = "Open the message"


async def test_a_page_that_nobody_has_agreed_to_is_not_behind_the_gate(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    pages = {}
    for agreed in (1, 2):
        agreed_to = replace(campaign, approved_by="staff:ben", page_version=agreed)
        async with meadow.services.storage.begin(meadow.organisation.id) as transaction:
            await CampaignStore(transaction, meadow.organisation.id).save(agreed_to)
        browser = await meadow.browser().open(link)
        await browser.press(OPEN, typed=END)
        pages[agreed] = CANARY in browser.page

    assert pages == {1: True, 2: False}


async def test_a_campaign_that_is_over_shows_what_it_began_with_to_all_who_may_see_it(
    meadow: Meadow,
) -> None:
    page_id = await meadow.page()
    campaign = await meadow.campaign(page_id)
    over = replace(campaign, page_version=1, state=State.DONE, ended_at=meadow.time())
    async with meadow.services.storage.begin(meadow.organisation.id) as transaction:
        await CampaignStore(transaction, meadow.organisation.id).save(over)
    link = await meadow.link(campaign, await meadow.customer())
    given = await meadow.services.gates.passes.give(
        meadow.caller, campaign.id, Kind.REVIEW, "Carrier", timedelta(days=1)
    )
    assert isinstance(given, NewPass)
    await _publish(meadow, page_id, "What is new")

    recipient = await meadow.browser().open(link)
    await recipient.press(OPEN, typed=END)
    reviewer = await meadow.browser().open(f"/c/passes/{given.made.id}")
    await reviewer.press(OPEN, typed=given.code.reveal())

    for browser in (recipient, reviewer):
        assert CANARY in browser.page
        assert "What is new" not in browser.page
    await meadow.services.pages.pages.withdraw(meadow.caller, page_id)
    await recipient.open(link)
    await recipient.press(OPEN, typed=END)
    assert CANARY not in recipient.page


async def _publish(meadow: Meadow, id: PageId, words: str) -> None:
    pages = meadow.services.pages.pages
    terms = Terms(name="Rosen", variants={"en": (Heading(words), Legal("Sonnenhof"))})
    changed = await pages.change(meadow.caller, id, terms, 1)
    assert isinstance(changed, Page)
    assert isinstance(await pages.publish(meadow.caller, id, changed.version), Page)
