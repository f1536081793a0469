"""Whatever is due has its turn, however many others are in hand."""

from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from tests.features.campaigns.stand import HOUR, Stand
from tests.stores import KEYRING
from watchword.features.campaigns.agreement import Because
from watchword.features.campaigns.lifecycle import Act, NotNow, State
from watchword.features.campaigns.rules import CampaignId
from watchword.features.campaigns.sending.rules import AUTHOR
from watchword.features.campaigns.store import AT_WORK_AT_MOST, CampaignLanes
from watchword.features.challenges.desk import Machine
from watchword.foundation.ids import EVERYWHERE
from watchword.settings import parse
from watchword.wiring import open_services


async def leased(stand: Stand, worker: str) -> set[CampaignId]:
    async with stand.services.storage.begin(EVERYWHERE) as transaction:
        return {id for _, id in await CampaignLanes(transaction).lease(worker)}


async def test_a_worker_with_its_hands_full_comes_to_those_who_wait(stand: Stand) -> None:
    await stand.welcome(1)
    every = {(await stand.scheduled()).id for _ in range(AT_WORK_AT_MOST + 2)}

    first = await leased(stand, "one")
    stand.time.pass_by(timedelta(seconds=3))
    second = await leased(stand, "one")

    assert len(first) == len(second) == AT_WORK_AT_MOST
    assert first | second == every


async def test_nobody_takes_what_another_one_has_in_hand(stand: Stand) -> None:
    await stand.welcome(1)
    every = {(await stand.scheduled()).id for _ in range(AT_WORK_AT_MOST + 2)}

    first = await leased(stand, "one")
    others = await leased(stand, "two")

    assert len(first) == AT_WORK_AT_MOST
    assert first | others == every
    assert not first & others


async def test_what_is_paused_when_its_time_is_over_is_over_though_nobody_has_it_in_hand(
    stand: Stand, migrated: str
) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled(ends_at=stand.time() + HOUR)
    await stand.turn(2)
    await stand.services.campaigns.pause(stand.shop, campaign.id)
    stand.time.pass_by(2 * HOUR)

    settings = parse({"database": {"url": migrated}})
    async with open_services(settings, KEYRING, now=stand.time) as other:
        await replace(stand, services=other).turn()

    over = await stand.read(campaign.id)
    assert (over.state, over.ended_at) == (State.DONE, stand.time())
    assert await stand.standing(campaign) == {"waiting": 1}


async def test_what_is_paused_with_nobody_left_waits_for_its_end(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()
    await stand.turn(3)
    await stand.carry()
    await stand.services.campaigns.pause(stand.shop, campaign.id)

    await stand.turn(2)

    assert (await stand.read(campaign.id)).state is State.PAUSED


async def test_what_was_not_done_is_not_said(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()
    machine = Machine(name=AUTHOR, organisation=stand.shop.organisation)
    campaigns = stand.services.campaigns
    late = replace(campaign, version=campaign.version - 1, draft=replace(campaign.draft, texts={}))

    with capture_logs() as said:
        held = await campaigns.hold_back(machine, campaign.id, Because.PAGE)
        did = await campaigns.start(machine, late, 1)

    assert held == NotNow(State.SCHEDULED, Act.PAUSE)
    assert not did
    assert said == []
