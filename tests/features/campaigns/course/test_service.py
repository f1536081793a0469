"""A campaign is in hand for weeks: what it was begun with is looked at again and again."""

from datetime import timedelta

import pytest

from tests.features.campaigns.stand import HOUR, Stand, always
from tests.stores import KEYRING
from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.sending.rules import STOCK_AT_LEAST
from watchword.features.campaigns.sending.store import StockStore
from watchword.features.contacts.store import ContactStore
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.ids import OrganisationId
from watchword.settings import parse
from watchword.wiring import Services, open_services

SECOND = timedelta(seconds=1)


async def next_turn(stand: Stand, times: int = 1) -> None:
    for _ in range(times):
        stand.time.pass_by(SECOND)
        await stand.turn()


@pytest.mark.parametrize("is_here", [True, False])
async def test_a_new_key_of_the_organisation_under_way_costs_nobody_their_message(
    stand: Stand,
    migrated: str,
    is_here: bool,  # noqa: FBT001 - one of the two cases
) -> None:
    await stand.welcome(4)
    campaign = await stand.scheduled(per_second=1)
    await stand.turn(2)
    await next_turn(stand, 2)
    assert await stand.standing(campaign) == {"waiting": 2, "queued": 2}

    if is_here:
        await rotated(stand.services, stand.whose)
    else:
        settings = parse({"database": {"url": migrated}})
        async with open_services(settings, KEYRING, now=stand.time) as other:
            await rotated(other, stand.whose)
    await next_turn(stand, 3)

    assert await stand.standing(campaign) == {"queued": 4}


async def rotated(services: Services, whose: OrganisationId) -> None:
    newest = await services.organisations.rotate_data_key(whose, "test")
    await services.contacts.rewrap(whose, newest)
    async with services.storage.reading(whose) as transaction:
        assert not await ContactStore(transaction, whose).count_old_keys(newest)


async def test_hours_that_are_narrowed_under_way_hold_for_who_has_not_had_their_turn(
    stand: Stand,
) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled(per_second=1)
    await stand.turn(2)
    await next_turn(stand)
    assert await stand.standing(campaign) == {"waiting": 1, "queued": 1}

    hour = stand.time().hour
    assert hour + 2 < 20
    await opened(stand, 8, hour + 2)
    stand.time.pass_by(4 * HOUR)
    await next_turn(stand, 2)

    assert await stand.standing(campaign) == {"waiting": 1, "queued": 1}


async def test_who_waits_for_an_hour_leaves_as_soon_as_the_hours_are_others(stand: Stand) -> None:
    campaign = await held(stand)

    await opened(stand, 8, 21)
    await next_turn(stand)

    assert await stand.standing(campaign) == {"queued": 2}


async def test_who_waits_for_an_hour_is_looked_at_again_when_the_campaign_goes_on(
    stand: Stand,
) -> None:
    campaign = await held(stand)
    campaigns = stand.services.campaigns

    assert isinstance(await campaigns.pause(stand.shop, campaign.id), Campaign)
    await next_turn(stand)
    await opened(stand, 8, 21)
    assert isinstance(await campaigns.resume(stand.shop, campaign.id), Campaign)
    await next_turn(stand)

    assert await stand.standing(campaign) == {"queued": 2}


async def test_hours_that_have_changed_before_a_worker_took_a_campaign_over_hold_with_it(
    stand: Stand, migrated: str
) -> None:
    campaign = await held(stand)
    await stand.services.of_campaigns.course.go_home()
    await opened(stand, 8, 21)

    async with open_services(
        parse({"database": {"url": migrated}}), KEYRING, now=stand.time
    ) as other:
        await other.of_campaigns.course.advance(always)

    assert await stand.standing(campaign) == {"queued": 2}


async def test_all_who_wait_are_looked_at_again_however_many_they_are(stand: Stand) -> None:
    campaign = await held(stand)

    async with stand.services.storage.begin(stand.whose) as transaction:
        store = StockStore(transaction, stand.whose)
        assert [await store.look_again(campaign.number, 1) for _ in range(3)] == [1, 1, 0]
    await stand.turn()

    still = await stand.services.of_campaigns.results.held(stand.whose, campaign)
    assert still is not None
    assert still.count == 2  # The hours are what they were.


async def held(stand: Stand) -> Campaign:
    """Give a campaign whose recipients all wait for the evening."""
    await stand.welcome(2)
    await opened(stand, 19, 20)
    campaign = await stand.scheduled()
    await stand.turn(3)
    waits = await stand.services.of_campaigns.results.held(stand.whose, campaign)
    assert waits is not None
    assert waits.count == 2
    return campaign


async def opened(stand: Stand, hour: int, until: int) -> None:
    """Let offers be sent in other hours, as a worker finds out in a while."""
    await stand.set(SectionName.CONSENT, offers_from=hour, offers_until=until)
    await stand.services.configuration.settings.settle(
        Changed(organisation_id=stand.whose, location=None, version=1, differences=())
    )


async def test_those_who_are_held_until_the_morning_say_nothing_about_the_pace(
    stand: Stand,
) -> None:
    await stand.welcome(STOCK_AT_LEAST + 20)
    stand.time.pass_by(8 * HOUR)  # it is late
    campaign = await stand.scheduled()
    await stand.turn(4)
    assert await stand.standing(campaign) == {"waiting": STOCK_AT_LEAST + 20}

    stand.time.pass_by(12 * HOUR)
    await stand.turn()

    assert await stand.standing(campaign) == {"waiting": 20, "queued": STOCK_AT_LEAST}


async def test_whoever_cannot_be_read_has_failed_and_has_not_opted_out(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(2)
    [first, _] = await stand.recipients(campaign)
    async with stand.services.storage.begin(stand.whose) as transaction:
        await transaction.run(
            "update contact_points set sealed_value = :broken where id = :id",
            broken=b"broken",
            id=str(first.contact_id),
        )

    await stand.turn()

    assert await stand.standing(campaign) == {"failed": 1, "queued": 1}


async def test_what_a_pause_took_back_without_telling_anybody_is_sent_after_it(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()
    await stand.turn(3)
    assert await stand.standing(campaign) == {"queued": 1}
    async with stand.services.storage.begin(stand.whose) as transaction:
        await transaction.run(
            "update messages set state = 'cancelled', reason = 'paused', ended_at = not_after"
            " where organisation_id = :whose",
            whose=str(stand.whose),
        )
    stand.time.pass_by(7 * HOUR)

    await stand.turn()

    assert await stand.standing(campaign) == {"waiting": 1}
