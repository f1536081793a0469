"""Passes for reviewers and previews: who sees a campaign without being a recipient."""

import json
import re
from datetime import timedelta

import pytest

from tests.web.console.bare import Bare
from tests.web.gate.meadow import CANARY, END, Meadow, phone
from watchword.features.campaigns.rules import Campaign, CampaignId, Category, GateKind
from watchword.features.gates.passes.rules import Kind, NewPass
from watchword.features.gates.passes.service import SHOWN_AT_MOST
from watchword.features.gates.tries.rules import PAUSE, TRIES
from watchword.features.pages.blocks import Block, Button, Heading
from watchword.features.pages.rules import PageId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id

OPEN = "Open the message"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PROOF = re.compile(r'(name="proof" value=")[^"]*"')


OF_POLICY = "content-security-policy"
SPOKEN = ("de", "en", "pl", "tr")


def words_in(locale: str) -> tuple[Block, ...]:
    return (Heading(f"Only in {locale}"), Button("Go", f"https://shop.example.org/{locale}"))


async def given(meadow: Meadow, campaign: Campaign, kind: Kind = Kind.REVIEW) -> NewPass:
    life = DAY if kind is Kind.REVIEW else HOUR
    made = await meadow.services.gates.passes.give(
        meadow.caller, campaign.id, kind, "Carrier Ltd", life
    )
    assert isinstance(made, NewPass)
    return made


async def opened(meadow: Meadow, made: NewPass) -> Bare:
    browser = await meadow.browser().open(f"/c/passes/{made.made.id}")
    return await browser.press(OPEN, typed=made.code.reveal())


async def test_a_reviewer_sees_to_the_byte_what_a_recipient_sees(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    made = await given(meadow, campaign)

    reviewed = await opened(meadow, made)
    received = await (await meadow.browser().open(link)).press(OPEN, typed=END)

    assert CANARY in received.page
    assert PROOF.sub("", reviewed.page) == PROOF.sub("", received.page)
    assert reviewed.page != PROOF.sub("", reviewed.page)
    ours = [each.reply.headers for each in (reviewed, received) if each.reply]
    assert ours[0][OF_POLICY] == ours[1][OF_POLICY]


@pytest.mark.parametrize("accepted", ["", "de"])
async def test_a_reviewer_sees_each_language_that_any_recipient_may_get(
    meadow: Meadow, accepted: str
) -> None:
    page_id = await meadow.page({each: words_in(each) for each in SPOKEN})
    campaign = await meadow.campaign(page_id)
    made = await given(meadow, campaign)
    at = f"/c/passes/{made.made.id}"
    asked = (await meadow.browser().open(at)).page
    same = {"sec-fetch-site": "same-origin", "accept-language": accepted}

    for locale in SPOKEN:
        to = await meadow.customer(phone(f"+49170123456{ord(locale[0]) % 10}"), locale=locale)
        link = await meadow.link(campaign, to)
        end = to.contacts[0].contact.canonical.reveal()[-4:]
        received = await meadow.client(**same).post(link, data={"typed": end})
        typed = {"typed": made.code.reveal(), "locale": locale}
        reviewed = await meadow.client(**same).post(at, data=typed)

        assert f'value="{locale}"' in asked
        assert f"Only in {locale}" in received.text
        assert PROOF.sub("", reviewed.text) == PROOF.sub("", received.text)
        assert reviewed.headers[OF_POLICY] == received.headers[OF_POLICY]
        proof = re.search(r'name="proof" value="([^"]+)"', reviewed.text)
        assert proof
        carried = {"proof": proof[1], "button": "2"}
        pressed = await meadow.client(**same).post(at, data=carried)
        assert pressed.headers["location"] == f"https://shop.example.org/{locale}"


async def test_before_the_gate_a_reviewer_reads_what_recipients_read(meadow: Meadow) -> None:
    campaign = await meadow.campaign(category=Category.CANNABIS, minimum_age=21)
    made = await given(meadow, campaign)

    page = (await meadow.browser().open(f"/c/passes/{made.made.id}")).page

    for said in ("Sonnenhof am Markt", "You asked to hear of our offers.", "aged 21 or over"):
        assert said in page
    assert CANARY not in page
    assert "Carrier Ltd" not in page


async def test_each_use_stands_in_the_ledger_and_looking_alone_does_not(meadow: Meadow) -> None:
    made = await given(meadow, await meadow.campaign())
    await meadow.browser().open(f"/c/passes/{made.made.id}")

    await opened(meadow, made)
    await opened(meadow, made)

    entries = [
        each for each in await meadow.rows("audit_entries") if each["action"] == "gate_pass.used"
    ]
    assert len(entries) == 2
    assert {each["actor"] for each in entries} == {"machine:gate_pass"}
    told = [json.loads(each["details"]) for each in entries]
    assert {(each["page_version"], each["locale"]) for each in told} == {(1, "en")}
    assert "Carrier" not in str(entries)
    assert made.code.reveal() not in str(await meadow.rows("gate_passes"))


async def test_the_buttons_of_a_reviewer_work_and_count_nobody(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    link = await meadow.link(campaign, await meadow.customer())
    browser = await opened(meadow, await given(meadow, campaign))

    await browser.press("To the roses")

    assert browser.status == 303
    assert await meadow.steps(link) == {}


async def test_a_pass_ends_and_can_be_revoked(meadow: Meadow) -> None:
    campaign = await meadow.campaign()
    made, other = await given(meadow, campaign), await given(meadow, campaign)
    browser = await opened(meadow, other)

    await meadow.services.gates.passes.revoke(meadow.caller, other.made.campaign_id, other.made.id)
    await browser.press("To the roses")
    assert browser.status == 404
    assert (await meadow.browser().open(f"/c/passes/{other.made.id}")).status == 404
    meadow.time.pass_by(DAY)

    assert (await meadow.browser().open(f"/c/passes/{made.made.id}")).status == 404


async def test_a_pass_that_is_good_is_shown_and_revoked_however_many_came_after_it(
    meadow: Meadow,
) -> None:
    campaign, passes = await meadow.campaign(), meadow.services.gates.passes
    first = await given(meadow, campaign)
    meadow.time.pass_by(timedelta(minutes=1))
    for _ in range(SHOWN_AT_MOST):
        await given(meadow, campaign)

    overview = await passes.overview(meadow.caller.organisation.id, campaign.id)
    assert first.made.id in {each.id for each in overview.passes}
    with pytest.raises(NotFound):
        await passes.revoke(meadow.caller, CampaignId(new_id()), first.made.id)
    revoked = await passes.revoke(meadow.caller, campaign.id, first.made.id)

    assert revoked.revoked_at is not None


async def test_a_pass_by_which_nothing_was_seen_is_not_said_to_be_used(meadow: Meadow) -> None:
    page_id = await meadow.page()
    made = await given(meadow, await meadow.campaign(page_id))
    await meadow.services.pages.pages.retire(meadow.caller, page_id)

    await opened(meadow, made)

    [row] = await meadow.rows("gate_passes")
    assert (row["uses"], row["used_at"]) == (0, None)
    assert "gate_pass.used" not in str(await meadow.rows("audit_entries"))


async def test_the_pin_of_a_preview_opens_that_preview_alone(meadow: Meadow) -> None:
    campaign = await meadow.campaign(gate=GateKind.LAST_FOUR)
    link = await meadow.link(campaign, await meadow.customer())
    preview, other = (
        await given(meadow, campaign, Kind.PREVIEW),
        await given(meadow, campaign, Kind.PREVIEW),
    )
    pin = preview.code.reveal()

    assert CANARY in (await opened(meadow, preview)).page
    live = await (await meadow.browser().open(link)).press(OPEN, typed=pin)
    beside = await (await meadow.browser().open(f"/c/passes/{other.made.id}")).press(
        OPEN, typed=pin
    )

    assert CANARY not in live.page + beside.page
    carried = {"proof": (await opened(meadow, preview)).field("proof"), "button": "3"}
    reply = await meadow.client(**{"Sec-Fetch-Site": "same-origin"}).post(link, data=carried)
    assert reply.headers["location"] == link


async def test_a_preview_shows_what_is_worked_on_and_a_review_what_was_published(
    meadow: Meadow,
) -> None:
    campaign = await meadow.campaign()
    assert campaign.page_id is not None
    page_id = PageId(campaign.page_id)
    await meadow.services.pages.pages.withdraw(meadow.caller, page_id)

    preview = await opened(meadow, await given(meadow, campaign, Kind.PREVIEW))
    assert CANARY in preview.page
    assert "A preview, good until" in preview.page
    reviewed = await opened(meadow, await given(meadow, campaign))
    assert CANARY not in reviewed.page
    assert "nothing to see at the moment" in reviewed.page


async def test_five_wrong_codes_pause_a_pass(meadow: Meadow) -> None:
    made = await given(meadow, await meadow.campaign())
    browser = await meadow.browser().open(f"/c/passes/{made.made.id}")
    for _ in range(TRIES):
        await browser.open(f"/c/passes/{made.made.id}")
        await browser.press(OPEN, typed="00000000")
    assert browser.status == 429

    assert (await opened(meadow, made)).status == 429
    meadow.time.pass_by(PAUSE)
    assert CANARY in (await opened(meadow, made)).page


@pytest.mark.parametrize("kind", Kind)
async def test_a_code_is_drawn_and_as_long_as_it_is_said_to_be(meadow: Meadow, kind: Kind) -> None:
    made = await given(meadow, await meadow.campaign(), kind)

    assert len(made.code.reveal()) == {Kind.REVIEW: 8, Kind.PREVIEW: 6}[kind]
    assert made.code.reveal() in meadow.dealt.codes
