"""What a second person has agreed to is what leaves, to whom they meant it, and nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.campaigns.stand import HOUR, Somebody, Stand
from watchword.features.audiences.rules import Audience, AudienceId, Filter
from watchword.features.campaigns.agreement import Because, most_of
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.readiness import NoPerson, YourOwn
from watchword.features.campaigns.rules import Campaign, Text, WrittenSince
from watchword.features.campaigns.store import CampaignStore
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.pages.blocks import Offer
from watchword.features.pages.blocks import Text as Words
from watchword.features.pages.content import Content
from watchword.features.pages.editions.store import EditionStore
from watchword.features.pages.leaves import Passed
from watchword.features.pages.rules import NotNow, Page, PageId, Terms
from watchword.features.rewards.rules import Offer as RewardOffer
from watchword.features.rewards.rules import Reward

TAG = """
    insert into customer_tags (organisation_id, customer_id, tag, added_at)
    values (:organisation_id, :customer_id, 'vip', 1)
"""


async def few(stand: Stand, count: int) -> Audience:
    """Make an audience of a few among all."""
    made = await stand.services.audiences.create(stand.shop, "Few", Filter(tags_any=("vip",)))
    assert isinstance(made, Audience)
    async with stand.services.storage.begin(stand.whose) as transaction:
        for each in stand.customers[:count]:
            await transaction.run(TAG, organisation_id=str(stand.whose), customer_id=str(each.id))
    return made


async def widen(stand: Stand, audience: Audience) -> None:
    """Let an audience mean everybody."""
    id = AudienceId(audience.id)
    changed = await stand.services.audiences.change(
        stand.shop, id, "Few", Filter(), audience.version
    )
    assert isinstance(changed, Audience)


def somebody(stand: Stand, name: str) -> Somebody:
    return Somebody(stand.shop.organisation, name)


def test_a_tenth_more_may_get_it_than_somebody_has_agreed_to() -> None:
    assert [most_of(size) for size in (1, 9, 10, 1000)] == [1, 9, 11, 1100]
    assert most_of(1_000_000) is None


async def test_an_audience_that_was_changed_after_the_approval_is_agreed_to_anew(
    stand: Stand,
) -> None:
    await stand.welcome(5)
    audience = await few(stand, 1)
    campaign = await stand.agreed(audience_id=audience.id, starts_at=stand.time() + HOUR)
    await widen(stand, audience)
    stand.time.pass_by(HOUR)

    await stand.turn(3)

    found = await stand.read(campaign.id)
    assert (found.state, found.because) == (State.REVIEW, Because.AUDIENCE)
    assert (found.approved_by, found.audience_size, found.recipients) == (None, 5, 0)


async def test_an_audience_that_has_grown_after_the_approval_is_agreed_to_anew(
    stand: Stand,
) -> None:
    await stand.welcome(2)
    campaign = await stand.agreed(starts_at=stand.time() + HOUR)
    await stand.welcome(1)
    stand.time.pass_by(HOUR)

    await stand.turn()

    found = await stand.read(campaign.id)
    assert (found.state, found.because) == (State.REVIEW, Because.TOO_MANY)


async def test_whom_a_campaign_means_is_what_it_was_when_it_started(stand: Stand) -> None:
    await stand.welcome(5)
    audience = await few(stand, 1)
    campaign = await stand.scheduled(audience_id=audience.id)
    await stand.turn()
    await widen(stand, audience)

    await stand.until_over(campaign.id)

    assert (await stand.read(campaign.id)).recipients == 1


async def test_more_than_anybody_has_agreed_to_wait_for_somebody_who_does(stand: Stand) -> None:
    await stand.set(SectionName.APPROVALS, campaign_recipients=3)
    await stand.welcome(2)
    ann, ben = somebody(stand, "ann"), somebody(stand, "ben")
    written = await stand.services.campaigns.create(ann, stand.draft())
    assert isinstance(written, Campaign)
    campaigns = stand.services.campaigns
    await campaigns.schedule(ann, written.id, version=written.version)
    await stand.turn()
    await stand.welcome(4)

    await stand.turn(3)
    held = await stand.read(written.id)
    refused = [await campaigns.resume(each, written.id) for each in (ann, stand.shop)]
    await stand.carry()

    assert (held.state, held.because) == (State.PAUSED, Because.TOO_MANY)
    assert refused == [YourOwn(), NoPerson()]
    assert not stand.provider.taken
    resumed = await campaigns.resume(ben, written.id)
    assert isinstance(resumed, Campaign)
    assert (resumed.approved_by, resumed.because) == (ben.actor, None)
    await stand.until_over(written.id)
    assert len(stand.provider.addresses) == 6


async def test_a_page_that_was_changed_after_the_approval_is_agreed_to_anew(stand: Stand) -> None:
    await stand.welcome(1)
    page = await stand.page()
    about = await stand.regulated(page, starts_at=stand.time() + HOUR)
    campaign = await stand.agreed(**about)
    await stand.rewrite(page, "What nobody has seen")
    stand.time.pass_by(HOUR)

    await stand.turn(3)

    found = await stand.read(campaign.id)
    assert (found.state, found.because) == (State.REVIEW, Because.PAGE)
    assert found.approved_by is None


async def test_a_page_that_is_changed_while_it_is_read_for_approval_is_read_anew(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    page = await stand.page()
    campaign = await stand.write(**await stand.regulated(page))
    ann, ben = somebody(stand, "ann"), somebody(stand, "ben")
    campaigns = stand.services.campaigns
    await campaigns.propose(ann, campaign.id, version=1)
    await stand.rewrite(page, "What nobody has seen")

    first = await campaigns.approve(ben, campaign.id, version=2)
    second = await campaigns.approve(ben, campaign.id, version=3)

    assert first == WrittenSince(3)
    assert isinstance(second, Campaign)
    assert (second.state, second.because) == (State.SCHEDULED, None)


async def test_a_page_that_says_something_else_of_its_rewards_is_agreed_to_anew(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    offer = RewardOffer(names={"en": "Mug"}, points=60, value=500, currency="EUR")
    rewards = stand.services.rewards
    mug = await rewards.create(stand.shop, offer)
    assert isinstance(mug, Reward)
    variants = {"en": (Offer("A mug", reward_id=mug.id),)}
    pages = stand.services.pages.pages
    made = await pages.create(stand.shop, Terms(name="Mugs", variants=variants))
    assert isinstance(made, Page)
    page = await stand.published(made)
    campaign = await stand.agreed(**await stand.regulated(page, starts_at=stand.time() + HOUR))
    await rewards.change(stand.shop, mug.id, replace(offer, names={"en": "Hemp"}), mug.version)

    kept = await pages.open(stand.whose, page.id, "en", Passed(1, 1), version=1)
    assert isinstance(kept, Content)
    assert kept.offers[mug.id].name == "Mug"
    await stand.published(page)
    stand.time.pass_by(HOUR)
    await stand.turn(3)

    found = await stand.read(campaign.id)
    assert (found.state, found.because) == (State.REVIEW, Because.PAGE)
    assert found.approved_by is None


@pytest.mark.parametrize("is_regulated", [True, False])
async def test_a_page_that_is_changed_under_way_stays_what_it_was_for_a_campaign(
    stand: Stand, *, is_regulated: bool
) -> None:
    await stand.welcome(3)
    page = await stand.page()
    about = {"page_id": page.id, "texts": {"en": Text(text="Hi {link}")}, "per_second": 1}
    if is_regulated:
        campaign = await stand.agreed(**await stand.regulated(page, per_second=1))
    else:
        campaign = await stand.scheduled(**about)
    await stand.turn(3)
    await stand.carry()
    await stand.rewrite(page, "What nobody has seen")

    for _ in range(4):
        stand.time.pass_by(timedelta(seconds=9))
        await stand.turn(2)
        await stand.carry()
    over = await stand.until_over(campaign.id)

    assert (over.state, over.because) == (State.DONE, None)
    assert len(stand.provider.addresses) == 3
    assert over.settled_page == page.version
    assert await seen(stand, over) == "Herbs for all"


async def seen(stand: Stand, campaign: Campaign) -> str | None:
    """Give the words of the page that recipients of a campaign see."""
    assert campaign.page_id is not None
    content = await stand.services.pages.pages.open(
        stand.whose,
        PageId(campaign.page_id),
        "en",
        Passed(campaign.number, 1),
        version=campaign.settled_page,
    )
    if isinstance(content, NotNow):
        return None
    return next(each.text for each in content.blocks if isinstance(each, Words))


async def test_each_campaign_shows_what_it_began_with_and_nothing_of_what_was_taken_down(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    page, begun = await stand.page("One"), list[Campaign]()
    for words in ("Two", "Three"):
        about = {"page_id": page.id, "texts": {"en": Text(text="Hi {link}")}}
        campaign = await stand.scheduled(**about)
        begun.append(await stand.until_over(campaign.id))
        await stand.services.of_campaigns.course.go_home()
        page = await stand.rewrite(page, words)
    pages = stand.services.pages.pages

    assert [await seen(stand, each) for each in begun] == ["One", "Two"]
    await pages.withdraw(stand.shop, page.id)
    assert [await seen(stand, each) for each in begun] == [None, None]
    await stand.rewrite(await pages.find(stand.whose, page.id), "Four")
    assert [await seen(stand, each) for each in begun] == ["One", "Two"]
    await pages.retire(stand.shop, page.id)
    assert [await seen(stand, each) for each in begun] == [None, None]


async def test_an_edition_is_kept_while_links_lead_there_and_no_longer(stand: Stand) -> None:
    await stand.welcome(1)
    page = await stand.page("One")
    about = {"page_id": page.id, "texts": {"en": Text(text="Hi {link}")}}
    campaign = await stand.scheduled(**about)
    await stand.until_over(campaign.id)
    kept = [await editions(stand, page)]
    for words in ("Two", "Three"):
        page = await stand.rewrite(page, words)
        kept.append(await editions(stand, page))
    stand.time.pass_by(100 * HOUR)
    page = await stand.rewrite(page, "Four")

    # Nothing led to what was published as the second one.
    assert kept == [[], [1], [1]]
    assert await editions(stand, page) == []


async def editions(stand: Stand, page: Page) -> list[int]:
    async with stand.services.storage.reading(stand.whose) as transaction:
        found = await EditionStore(transaction, stand.whose).of_page(page.id)
    return [each.shown.version for each in found]


async def test_a_page_that_is_published_in_the_moment_of_the_start_is_seen_as_it_was_or_is(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    for _ in range(5):
        page = await stand.page("One")
        about = {"page_id": page.id, "texts": {"en": Text(text="Hi {link}")}}
        campaign = await stand.scheduled(**about)

        await asyncio.gather(stand.turn(), stand.rewrite(page, "Two"))

        over = await stand.until_over(campaign.id)
        await stand.services.of_campaigns.course.go_home()
        assert await seen(stand, over) in {"One", "Two"}


async def test_whoever_has_ever_written_at_it_does_not_agree_to_it(stand: Stand) -> None:
    await stand.welcome(1)
    campaigns, ann = stand.services.campaigns, somebody(stand, "ann")
    draft = stand.draft(**await stand.regulated())
    written = await campaigns.create(ann, draft)
    assert isinstance(written, Campaign)
    await campaigns.change(stand.shop, written.id, replace(draft, name="x"), version=1)
    await campaigns.propose(stand.shop, written.id, version=2)

    assert await campaigns.approve(ann, written.id, version=3) == YourOwn()
    assert await campaigns.is_own(stand.whose, ann.actor, await stand.read(written.id))


async def test_whoever_made_the_key_that_wrote_it_does_not_agree_to_it(stand: Stand) -> None:
    await stand.welcome(1)
    campaigns, ann = stand.services.campaigns, somebody(stand, "ann")
    key, _ = await stand.services.clients.create(
        stand.shop.organisation, label="hers", actor=ann.actor
    )
    hers = replace(stand.shop, key=key)
    written = await campaigns.create(hers, stand.draft(**await stand.regulated()))
    assert isinstance(written, Campaign)
    await campaigns.propose(hers, written.id, version=1)

    assert await campaigns.approve(ann, written.id, version=2) == YourOwn()
    assert isinstance(
        await campaigns.approve(somebody(stand, "ben"), written.id, version=2), Campaign
    )


async def test_what_is_agreed_to_is_kept_as_it_was(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.agreed(**await stand.regulated())

    async with stand.services.storage.reading(stand.whose) as transaction:
        kept = await CampaignStore(transaction, stand.whose).get(campaign.id)

    assert kept == campaign
    assert kept is not None
    assert kept.choice == stand.audience.choice
