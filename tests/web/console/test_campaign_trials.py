"""A campaign on a telephone of one's own, before it leaves."""

import re

from tests.features.audiences.crowd import Crowd
from tests.web.console.people import Browser, Office
from tests.web.console.test_audiences import crowd
from tests.web.console.test_campaigns import ENGLISH, PATH, regulated, saved, written
from watchword.features.delivery.rules import Message, ProviderName

__all__ = ["crowd", "written"]


async def carried(office: Office) -> Message:
    """Give what leaves now by text message."""
    [queued] = await office.services.deliveries.claim(ProviderName("sandbox"), 9)
    return await office.services.deliveries.open(queued)


async def confirmed(browser: Browser, office: Office, number: str) -> None:
    """Name a test number in the account, and type the code that comes there."""
    here = "/console/account/number"
    sent = await browser.send(f"{here}{ENGLISH}", of=here, number=number)
    assert sent.headers["location"].endswith("said=sent"), sent.text
    code = (await carried(office)).code
    assert code is not None
    other = "000000" if code.reveal() != "000000" else "111111"
    wrong = await browser.send(f"{here}/confirmations{ENGLISH}", of=here, code=other)
    assert (wrong.status_code, "This code is not right" in wrong.text) == (422, True)
    done = await browser.send(f"{here}/confirmations{ENGLISH}", of=here, code=code.reveal())
    assert done.headers["location"].endswith("said=confirmed"), done.text


async def test_whoever_writes_a_campaign_sends_it_to_themselves(
    owner: Browser, office: Office, written: dict[str, str]
) -> None:
    campaign = await saved(owner, office, **written)
    here = f"{PATH}/{campaign.id}"
    at_me = {"of": here, "address": "0170 1234567", "locale": "de"}

    too_early = await owner.send(f"{here}/trials{ENGLISH}", **at_me)
    await confirmed(owner, office, "0170 1234567")
    sent = await owner.send(f"{here}/trials{ENGLISH}", **at_me)
    refused = await owner.send(f"{here}/trials{ENGLISH}", of=here, address="12", locale="de")

    assert (too_early.status_code, "My test number" in too_early.text) == (422, True)
    assert sent.headers["location"].endswith("said=tried")
    assert (refused.status_code, "There nothing can be sent" in refused.text) == (422, True)
    assert "0170" not in refused.text + too_early.text


async def test_the_link_of_a_trial_opens_the_page_as_a_preview(
    owner: Browser, office: Office, crowd: Crowd, written: dict[str, str]
) -> None:
    behind = {**await regulated(crowd), "category": "general", "gate": "none"}
    campaign = await saved(owner, office, **{**written, **behind})
    here = f"{PATH}/{campaign.id}"
    await confirmed(owner, office, "0170 1234567")

    shown = await owner.send(
        f"{here}/trials{ENGLISH}", of=here, address="0170 1234567", locale="de"
    )

    pin = re.search(r"<output>([0-9 ]+)</output>", shown.text)
    assert pin is not None, shown.text
    link = re.search(r"/c/passes/[0-9a-f-]+", (await carried(office)).text.reveal())
    assert link is not None
    looked = await owner.pages.get(f"{link[0]}{ENGLISH}")
    assert "A preview, good until" in looked.text
    assert pin[1].replace(" ", "") not in looked.text
