"""A campaign is written, looked over by two where it matters, and leaves only when it is whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.campaigns.stand import HELLO, HOUR, Somebody, Stand
from tests.stores import NOON
from watchword.features.campaigns.lifecycle import Act, NotNow, State
from watchword.features.campaigns.readiness import (
    BadDraft,
    Lack,
    NeedsSecondPerson,
    NoPerson,
    NotReady,
    YourOwn,
)
from watchword.features.campaigns.rules import (
    Campaign,
    Category,
    GateKind,
    Text,
    WrittenSince,
)
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id


async def test_a_draft_needs_a_name_and_nothing_else(stand: Stand) -> None:
    campaign = await stand.write(
        category=None, audience_id=None, purpose="", sender="", texts={}, starts_at=None
    )

    assert await stand.read(campaign.id) == campaign
    assert campaign.state is State.DRAFT


@pytest.mark.parametrize(
    ("lack", "change"),
    [
        (Lack.CATEGORY, {"category": None}),
        (Lack.PURPOSE, {"purpose": " "}),
        (Lack.SENDER, {"sender": ""}),
        (Lack.AUDIENCE, {"audience_id": None}),
        (Lack.NOBODY, {"audience_id": new_id()}),
        (Lack.TEXTS, {"texts": {"de": Text(text="Hallo")}}),
        (Lack.AGE, {"category": Category.CANNABIS}),
        (Lack.AGE, {"category": Category.CANNABIS, "minimum_age": 21}),
        (Lack.AGE, {"category": Category.FINANCE}),
        (Lack.AGE, {"category": Category.HEALTH, "minimum_age": 18}),
        (Lack.GATE, {"gate": GateKind.LAST_FOUR}),
        (Lack.PROVIDER, {"provider": "nobody"}),
        (Lack.PROVIDER, {"channel": Channel.EMAIL, "texts": {"en": Text(text="Hi", subject="Hi")}}),
        (Lack.DATES, {"starts_at": NOON + 73 * HOUR}),
        (Lack.DATES, {"starts_at": None, "ends_at": NOON}),
        (Lack.DATES, {"ends_at": None}),
        (Lack.LINKS_LIFE, {"links_live_until": NOON}),
        (Lack.PAGE, {"page_id": new_id(), "texts": {"en": Text(text="See {link}")}}),
    ],
)
async def test_nothing_is_scheduled_that_lacks_something(
    stand: Stand, lack: Lack, change: dict[str, object]
) -> None:
    await stand.welcome(1)
    campaign = await stand.write(**change)

    scheduled = await stand.services.campaigns.schedule(stand.shop, campaign.id, version=1)
    proposed = await stand.services.campaigns.propose(stand.shop, campaign.id, version=1)

    assert isinstance(scheduled, NotReady)
    assert lack in scheduled.lacks
    assert proposed == scheduled
    assert (await stand.read(campaign.id)).state is State.DRAFT


async def test_a_campaign_that_lacks_nothing_for_a_few_is_scheduled_by_one_person(
    stand: Stand,
) -> None:
    await stand.welcome(2)

    campaign = await stand.scheduled()

    assert campaign.state is State.SCHEDULED
    assert campaign.audience_size == 2


async def test_what_has_no_beginning_begins_as_soon_as_it_is_let_out(stand: Stand) -> None:
    await stand.welcome(1)

    campaign = await stand.scheduled(starts_at=None)
    assert campaign.draft.starts_at == stand.time()
    await stand.until_over(campaign.id)

    assert len(stand.provider.addresses) == 1


async def test_what_has_no_beginning_waits_for_whoever_has_to_agree(stand: Stand) -> None:
    await stand.welcome(1)
    written = await stand.write(**await stand.regulated(starts_at=None))
    ann, ben = (Somebody(stand.shop.organisation, name) for name in ("ann", "ben"))
    proposed = await stand.services.campaigns.propose(ann, written.id, version=1)
    assert isinstance(proposed, Campaign)
    stand.time.pass_by(2 * HOUR)

    await stand.turn(2)
    assert (await stand.read(written.id)).state is State.REVIEW
    agreed = await stand.services.campaigns.approve(ben, written.id, version=proposed.version)
    await stand.turn()

    assert isinstance(agreed, Campaign)
    assert agreed.draft.starts_at == stand.time()
    assert (await stand.read(written.id)).state is State.RUNNING


async def test_what_is_regulated_needs_a_second_person_however_few_get_it(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.write(**await stand.regulated())
    ann, ben = (Somebody(stand.shop.organisation, name) for name in ("ann", "ben"))
    campaigns = stand.services.campaigns

    alone = await campaigns.schedule(ann, campaign.id, version=1)
    proposed = await campaigns.propose(ann, campaign.id, version=1)
    assert isinstance(proposed, Campaign)

    assert alone == NeedsSecondPerson("category")
    assert await campaigns.approve(ann, campaign.id, version=2) == YourOwn()
    assert await campaigns.approve(stand.shop, campaign.id, version=2) == NoPerson()
    approved = await campaigns.approve(ben, campaign.id, version=2)
    assert isinstance(approved, Campaign)
    assert (approved.state, approved.approved_by) == (State.SCHEDULED, ben.actor)


async def test_whoever_wrote_it_last_does_not_agree_to_it(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.write(**await stand.regulated(category=Category.HEALTH))
    ann, ben = (Somebody(stand.shop.organisation, name) for name in ("ann", "ben"))
    campaigns = stand.services.campaigns
    changed = await campaigns.change(
        ben, campaign.id, replace(campaign.draft, name="New"), version=1
    )
    assert isinstance(changed, Campaign)
    await campaigns.propose(ann, campaign.id, version=2)

    assert await campaigns.approve(ben, campaign.id, version=3) == YourOwn()


async def test_what_was_agreed_to_is_what_was_seen(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.write(**await stand.regulated())
    ann, ben = (Somebody(stand.shop.organisation, name) for name in ("ann", "ben"))
    campaigns = stand.services.campaigns
    await campaigns.propose(ann, campaign.id, version=1)
    await campaigns.unschedule(ann, campaign.id, version=2)
    draft = replace(campaign.draft, texts={"en": Text(text="Something else: {link}")})
    await campaigns.change(ann, campaign.id, draft, version=3)
    await campaigns.propose(ann, campaign.id, version=4)

    assert await campaigns.approve(ben, campaign.id, version=2) == WrittenSince(5)
    assert (await stand.read(campaign.id)).state is State.REVIEW


async def test_a_campaign_that_is_scheduled_is_not_written_any_more(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()

    changed = await stand.services.campaigns.change(
        stand.shop, campaign.id, campaign.draft, version=campaign.version
    )

    assert changed == NotNow(State.SCHEDULED, Act.CHANGE)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "a\nb"}),
        ("purpose", {"purpose": "x" * 161}),
        ("channel", {"channel": Channel.LETTER}),
        ("per_second", {"per_second": 0}),
        ("minimum_age", {"minimum_age": 12}),
        ("texts", {"texts": {"en": Text(text="x" * 1001)}}),
        ("texts", {"texts": {"en": Text(text="a\u202eb")}}),
    ],
)
async def test_what_makes_no_sense_is_not_kept(
    stand: Stand, field: str, change: dict[str, object]
) -> None:
    refused = await stand.services.campaigns.create(stand.shop, stand.draft(**change))

    assert refused == BadDraft(field)


async def test_an_estimate_says_how_many_parts_a_text_has(stand: Stand) -> None:
    await stand.welcome(3)
    texts = {"en": Text(text=HELLO), "de": Text(text="Hallo 🌿 " + "x" * 80)}

    found = await stand.services.campaigns.estimate(
        stand.shop.organisation, stand.draft(texts=texts)
    )

    assert found.recipients == 3
    assert found.texts["en"].segments == 1
    assert (found.texts["de"].segments, found.texts["de"].beyond) == (2, "🌿")
    assert found.segments == 6
    assert found.takes is None


async def test_an_estimate_says_how_long_it_takes_where_there_is_a_pace(stand: Stand) -> None:
    await stand.welcome(6)

    found = await stand.services.campaigns.estimate(
        stand.shop.organisation, stand.draft(per_second=2)
    )

    assert found.takes == timedelta(seconds=3)


async def test_what_lost_its_page_or_its_time_goes_back_to_whoever_writes_it(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled(ends_at=stand.time() + HOUR)
    stand.time.pass_by(timedelta(hours=2))

    await stand.turn()

    assert (await stand.read(campaign.id)).state is State.DRAFT


async def test_an_audience_that_has_grown_needs_the_second_person_it_did_not_need(
    stand: Stand,
) -> None:
    await stand.set(SectionName.APPROVALS, campaign_recipients=2)
    await stand.welcome(1)
    campaign = await stand.scheduled(starts_at=stand.time() + HOUR)
    await stand.welcome(1)
    stand.time.pass_by(HOUR)

    await stand.turn()

    assert (await stand.read(campaign.id)).state is State.DRAFT


async def test_nobody_else_sees_a_campaign(stand: Stand) -> None:
    campaign = await stand.write()

    with pytest.raises(NotFound):
        await stand.services.campaigns.find(OrganisationId(new_id()), campaign.id)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"texts": {"xx!!": Text(text="Hello")}}, "texts"),
        ({"texts": {"x" * 10_000: Text(text="Hello")}}, "texts"),
        ({"fallback_locale": "xx!!"}, "fallback_locale"),
        ({"provider": "x" * 61}, "provider"),
    ],
)
async def test_what_nobody_would_ever_be_sent_is_not_kept(
    stand: Stand, said: dict[str, object], field: str
) -> None:
    made = await stand.services.campaigns.create(stand.shop, stand.draft(**said))

    assert made == BadDraft(field)
