"""Behind a gate is what a second person has agreed to, or nothing."""

from dataclasses import replace

from tests.web.gate.meadow import CANARY, END, Meadow
from watchword.features.campaigns.store import CampaignStore

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
