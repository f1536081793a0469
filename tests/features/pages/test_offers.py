"""What a page says of a reward is what it said when it was published, or nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.features.pages.office import PASSED, PageOffice
from tests.stores import NOON, MovableTime
from watchword.features.pages.blocks import Heading, Offer, Text
from watchword.features.pages.content import Content, OnOffer
from watchword.features.pages.leaves import Leave, Previewing, Reviewing
from watchword.features.pages.offers.rules import Published, on_offer, reread, written
from watchword.features.pages.rules import NotNow, Page, PageOutOfDate, Terms, WhyNot
from watchword.features.rewards.rules import Offer as RewardOffer
from watchword.features.rewards.rules import Reward, RewardId, RewardState, offer_of
from watchword.foundation.ids import new_id

DAY = timedelta(days=1)
CANARY = "Kanarienbecher"
FORGET = "update pages set shown_rewards = null where organisation_id = :organisation_id"
"""As it is for pages that were published before any of this was kept."""
RESTS = "select shown_rewards from pages where organisation_id = :organisation_id"
KEPT = "select rewards from page_editions where organisation_id = :organisation_id"
MUG = RewardOffer(
    names={"en": "Mug", "de": CANARY},
    points=60,
    value=500,
    currency="EUR",
    ends_at=NOON + 9 * DAY,
)
AS_PUBLISHED = OnOffer(name="Mug", points=60, ends_at=NOON + 9 * DAY)


async def reward(office: PageOffice) -> Reward:
    made = await office.till.rewards.create(office.caller, MUG)
    assert isinstance(made, Reward)
    return made


async def changed(office: PageOffice, reward: Reward, **otherwise: Any) -> Reward:  # noqa: ANN401
    offer = replace(offer_of(reward), **otherwise)
    after = await office.till.rewards.change(office.caller, reward.id, offer, reward.version)
    assert isinstance(after, Reward), after
    return after


def terms(reward: Reward) -> Terms:
    blocks = (Offer("A mug", reward_id=reward.id),)
    return Terms(name="x", variants={"en": blocks, "de": blocks})


async def live(office: PageOffice, reward: Reward) -> Page:
    return await office.live(variants=terms(reward).variants)


async def published(office: PageOffice, page: Page) -> Page:
    after = await office.pages.publish(office.caller, page.id, page.version)
    assert isinstance(after, Page), after
    return after


async def said(
    office: PageOffice,
    page: Page,
    leave: Leave = PASSED,
    *,
    locale: str = "en",
    version: int | None = None,
) -> OnOffer | None:
    """Give what a page says of the only reward on it."""
    seen = await office.seen(page.id, leave, locale, version=version)
    assert isinstance(seen, Content), seen
    return next(iter(seen.offers.values()), None)


@pytest.mark.parametrize("by", ["a recipient", "a reviewer"])
async def test_a_reward_renamed_after_publishing_is_shown_as_it_was_agreed(
    office: PageOffice, by: str
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    leave = PASSED if by == "a recipient" else Reviewing(new_id())

    await changed(office, mug, names={"en": "A pound of hemp", "de": "Hanf", "fr": "Chanvre"})

    assert await said(office, page, leave) == AS_PUBLISHED
    of_german = await said(office, page, leave, locale="de")
    assert of_german is not None
    assert of_german.name == CANARY


async def test_who_agrees_to_a_page_reads_of_its_rewards_what_recipients_will(
    office: PageOffice,
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    await changed(office, mug, names={"en": "A pound of hemp"})

    shown = await office.pages.shown(office.editing, page.id)

    assert {each.locale: each.offers[mug.id].name for each in shown} == {"en": "Mug", "de": CANARY}


async def test_previews_and_whoever_works_on_a_page_read_what_a_reward_is_called_now(
    office: PageOffice,
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    await changed(office, mug, names={"en": "Cup"}, points=90)
    cup = replace(AS_PUBLISHED, name="Cup", points=90)

    assert await said(office, page, office.editing) == cup
    assert await said(office, page, Previewing(new_id())) == cup
    sketch = await office.pages.sketch(office.editing, page.id, "en", terms(mug).variants)
    assert sketch.offers == {mug.id: cup}


@pytest.mark.parametrize("how", ["paused", "ended", "sold out", "not begun"])
async def test_a_reward_that_is_withdrawn_is_not_offered(office: PageOffice, how: str) -> None:
    mug = await reward(office)
    page = await live(office, mug)

    match how:
        case "paused":
            await office.till.rewards.pause(office.caller, mug.id)
        case "ended":
            await office.till.rewards.end(office.caller, mug.id)
        case "sold out":
            await changed(office, mug, stock=0)
        case _:
            await changed(office, mug, starts_at=NOON + DAY)

    assert await said(office, page) is None


@pytest.mark.parametrize(
    "otherwise",
    [{"points": 61}, {"ends_at": NOON + 8 * DAY}],
    ids=["it costs more", "it ends sooner"],
)
async def test_a_reward_that_cannot_be_had_so_any_more_is_not_promised(
    office: PageOffice, otherwise: Mapping[str, Any]
) -> None:
    mug = await reward(office)
    page = await live(office, mug)

    after = await changed(office, mug, **otherwise)
    assert await said(office, page) is None
    await changed(office, after, points=60, ends_at=NOON + 9 * DAY)

    assert await said(office, page) == AS_PUBLISHED


async def test_a_reward_that_became_cheaper_and_stays_longer_is_said_as_it_was_until_its_end(
    office: PageOffice, time: MovableTime
) -> None:
    mug = await reward(office)
    page = await live(office, mug)

    await changed(office, mug, points=1, ends_at=None)

    assert await said(office, page) == AS_PUBLISHED
    time.pass_by(9 * DAY)
    assert await said(office, page) is None


async def test_a_page_says_of_its_reward_what_is_so_when_it_is_published_anew(
    office: PageOffice,
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    await changed(office, mug, names={"en": "Cup"}, points=90)

    anew = await published(office, page)

    assert await said(office, page) == replace(AS_PUBLISHED, name="Cup", points=90)
    # A version says one thing: whoever has agreed to the one before has not agreed to this.
    assert (page.version, anew.version) == (1, 2)
    assert anew.shown is not None
    assert (anew.shown.version, anew.is_ahead) == (2, False)
    outdated = await office.pages.publish(office.caller, page.id, page.version)
    assert outdated == PageOutOfDate(2)


async def test_a_page_that_is_withdrawn_meanwhile_does_not_come_back_under_its_old_version(
    office: PageOffice,
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    await office.pages.withdraw(office.caller, page.id)
    await changed(office, mug, names={"en": "Cup"})

    assert (await published(office, page)).version == 2


async def test_a_page_of_which_nothing_is_different_keeps_its_version(office: PageOffice) -> None:
    mug = await reward(office)
    page, bare = await live(office, mug), await office.live(variants={"en": (Heading("x"),)})
    await changed(office, mug, value=700)

    assert [(await published(office, each)).version for each in (page, bare)] == [1, 1]
    for each in (page, bare):
        await office.pages.withdraw(office.caller, each.id)
    assert [(await published(office, each)).version for each in (page, bare)] == [1, 1]
    await forget(office)
    assert (await published(office, bare)).version == 1


async def test_an_edition_says_of_its_rewards_what_it_said(office: PageOffice) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    office.led.to.add(page.version)
    cup = await changed(office, mug, names={"en": "Cup"})
    await published(office, page)
    await changed(office, cup, names={"en": "A pound of hemp"})

    assert await said(office, page, version=1) == AS_PUBLISHED
    assert await said(office, page, version=2) == replace(AS_PUBLISHED, name="Cup")
    [first, *_] = await office.pages.shown(office.editing, page.id, 1)
    assert first.offers[mug.id].name in {"Mug", CANARY}
    assert await office.seen(page.id, version=3) == NotNow(WhyNot.NOT_PUBLISHED)


async def test_a_page_that_was_published_before_any_of_this_was_kept_goes_on_as_it_did(
    office: PageOffice,
) -> None:
    mug = await reward(office)
    page = await live(office, mug)
    await forget(office)
    cup = await changed(office, mug, names={"en": "Cup"})
    assert await said(office, page) == replace(AS_PUBLISHED, name="Cup")

    office.led.to.add(page.version)
    anew = await published(office, page)
    await changed(office, cup, names={"en": "Bowl"})

    assert anew.version == 2
    assert await said(office, page) == replace(AS_PUBLISHED, name="Cup")
    assert await said(office, page, version=1) == replace(AS_PUBLISHED, name="Bowl")


async def test_what_an_older_copy_of_ours_publishes_says_what_is_so_now(office: PageOffice) -> None:
    """It leaves what was kept of the version before as it is."""
    mug = await reward(office)
    page = await live(office, mug)
    async with office.till.shop.storage.begin(office.till.whose.id) as transaction:
        await transaction.run(
            "update pages set version = 2, shown_version = 2"
            " where organisation_id = :organisation_id",
            organisation_id=str(office.till.whose.id),
        )
    await changed(office, mug, names={"en": "Cup"})

    assert await said(office, page) == replace(AS_PUBLISHED, name="Cup")


async def test_a_reward_that_a_page_does_not_name_any_more_is_not_said(office: PageOffice) -> None:
    mug, tea = await reward(office), await reward(office)
    page = await live(office, mug)
    after = await office.pages.change(office.caller, page.id, terms(tea), 1)
    assert isinstance(after, Page)
    await published(office, after)

    seen = await office.seen(page.id)

    assert isinstance(seen, Content)
    assert {*seen.offers} == {tea.id}
    bare = Terms(name="x", variants={"en": (Text("Nothing."),)})
    after = await office.pages.change(office.caller, page.id, bare, 2)
    assert isinstance(after, Page)
    await published(office, after)
    assert await said(office, page) is None


async def test_what_is_kept_of_rewards_rests_sealed(office: PageOffice) -> None:
    """Rewards are no secret, but which of them a page offers is."""
    mug, whose = await reward(office), office.till.whose.id
    page = await live(office, mug)
    office.led.to.add(page.version)
    await changed(office, mug, names={"de": f"{CANARY} aus Ton"})
    await published(office, page)

    async with office.till.shop.storage.reading(whose) as transaction:
        pages = await transaction.all(RESTS, organisation_id=str(whose))
        editions = await transaction.all(KEPT, organisation_id=str(whose))

    kept = [*(each["shown_rewards"] for each in pages), *(each["rewards"] for each in editions)]
    assert len(kept) == 2
    for each in kept:
        assert CANARY.encode() not in each
        assert str(mug.id).encode() not in each


async def forget(office: PageOffice) -> None:
    whose = office.till.whose.id
    async with office.till.shop.storage.begin(whose) as transaction:
        await transaction.run(FORGET, organisation_id=str(whose))


def test_what_is_kept_is_read_for_its_own_version_alone() -> None:
    id = RewardId(new_id())
    rewards = {id: Published(names={"de": "Becher"}, points=60, ends_at=NOON)}

    content = written(3, rewards)

    assert reread(content, 3) == rewards
    assert reread(content, 4) is None


@pytest.mark.parametrize("ends_at", [None, NOON + DAY], ids=["without an end", "with an end"])
def test_a_reward_is_said_as_it_is_where_nothing_was_kept(ends_at: datetime | None) -> None:
    mug = Reward(
        id=RewardId(new_id()),
        names={"en": "Mug"},
        points=60,
        value=500,
        currency="EUR",
        ends_at=ends_at,
        state=RewardState.ACTIVE,
        created_at=NOON,
        updated_at=NOON,
    )

    assert on_offer(mug, None, "en", NOON) == OnOffer(name="Mug", points=60, ends_at=ends_at)
