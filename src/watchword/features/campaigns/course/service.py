"""What a worker does with campaigns that are due: it starts them, goes on with them, ends them.

Each thing that is done is one short transaction that begins where the last one ended. So a worker
may die at any moment: another one goes on, and nobody gets anything twice.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import time
from time import monotonic

import structlog

from watchword.features.campaigns.course.rules import Pace
from watchword.features.campaigns.expansion.service import Expansion
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import LinkBox
from watchword.features.campaigns.rules import Campaign, CampaignId
from watchword.features.campaigns.sending.reading.desk import Setting
from watchword.features.campaigns.sending.rules import AUTHOR, stock_for
from watchword.features.campaigns.sending.service import LOOKED_AT_ONCE, Feeder
from watchword.features.campaigns.sending.store import StockStore
from watchword.features.campaigns.service import Campaigns
from watchword.features.campaigns.store import CampaignLanes, CampaignStore
from watchword.features.challenges.desk import Machine
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.storage import Storage

A_WHILE = 0.5
"""Seconds that are spent on one campaign; then it is the turn of the next."""
HOLDS_FOR = 3.0
"""Seconds after which we see whether something else is due. A lease is longer."""
LAPSED_EVERY = 60.0
"""Seconds after which we look for what is paused and over: there is no index for it."""

log = structlog.get_logger()


class Course:
    """One worker's hands. Of each campaign, one worker at a time has hold."""

    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        campaigns: Campaigns,
        expansion: Expansion,
        feeder: Feeder,
        links: LinkBox,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._campaigns = campaigns
        self._expansion = expansion
        self._feeder = feeder
        self._links = links
        self._me = str(new_id())
        self._paces = dict[CampaignId, Pace]()
        self._hours = dict[CampaignId, tuple[time, time, str]]()
        """By which hours those were asked who wait, of each campaign that is in hand."""
        self._leased: Sequence[tuple[OrganisationId, CampaignId]] = ()
        self._leased_at = self._lapsed_at = float("-inf")

    async def advance(self, goes_on: Callable[[], bool]) -> bool:
        """Go on with all that is due, for a while each; say whether there was anything to do."""
        leased = await self._taken()
        ours = {id for _, id in leased}
        self._paces = {id: pace for id, pace in self._paces.items() if id in ours}
        self._hours = {id: hours for id, hours in self._hours.items() if id in ours}
        did = False
        for whose, id in (*leased, *await self._lapsed()):
            if not goes_on():
                break
            try:
                did |= await self._work(whose, id, goes_on)
            except Exception as fault:  # noqa: BLE001 - others have nothing to do with it
                log.warning("campaign.failed", campaign_id=str(id), fault=type(fault).__name__)
        return did

    async def _taken(self) -> Sequence[tuple[OrganisationId, CampaignId]]:
        """Give what is due and in our hands; what is there already is not asked for each time."""
        if self._leased and monotonic() - self._leased_at < HOLDS_FOR:
            return self._leased
        self._leased = ()
        async with self._storage.reading(EVERYWHERE) as transaction:
            is_due = await CampaignLanes(transaction).is_anything_due()
        if is_due:
            self._leased_at = monotonic()
            async with self._storage.begin(EVERYWHERE) as transaction:
                self._leased = await CampaignLanes(transaction).lease(self._me)
        return self._leased

    async def _lapsed(self) -> Sequence[tuple[OrganisationId, CampaignId]]:
        """Give what is paused, so that nobody has it in hand, and over. There is no hurry."""
        if monotonic() - self._lapsed_at < LAPSED_EVERY:
            return ()
        self._lapsed_at = monotonic()
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await CampaignLanes(transaction).lapsed()

    async def go_home(self) -> None:
        """Let others take what is in hand at once."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            await CampaignLanes(transaction).release(self._me)
        self._leased = ()

    async def _work(
        self, whose: OrganisationId, id: CampaignId, goes_on: Callable[[], bool]
    ) -> bool:
        async with self._storage.reading(whose) as transaction:
            campaign = await CampaignStore(transaction, whose).get(id)
            organisation = await self._organisations.read(transaction, whose)
            now = transaction.now()
        if campaign is None:
            return False
        machine = Machine(name=AUTHOR, organisation=organisation)
        if campaign.state is State.SCHEDULED:
            return await self._campaigns.start(machine, campaign, self._links.newest)
        ends_at = campaign.draft.ends_at
        if ends_at is not None and now >= ends_at:
            return isinstance(await self._campaigns.finish(machine, campaign.id), Campaign)
        if (because := campaign.must_wait) is not None:
            held = await self._campaigns.hold_back(machine, campaign.id, because)
            return isinstance(held, Campaign)
        return campaign.state is State.RUNNING and await self._go_on(machine, campaign, goes_on)

    async def _go_on(
        self, machine: Machine, campaign: Campaign, goes_on: Callable[[], bool]
    ) -> bool:
        until = monotonic() + A_WHILE
        if campaign.expanded_at is None:
            return await self._expand(machine.organisation.id, campaign, until, goes_on)
        return await self._feed(machine, campaign, until, goes_on)

    async def _expand(
        self, whose: OrganisationId, campaign: Campaign, until: float, goes_on: Callable[[], bool]
    ) -> bool:
        while goes_on() and monotonic() < until:
            found = await self._expansion.go_on(whose, campaign)
            if found is None or found.expanded_at is not None or found.has_too_many:
                break
            campaign = found
        return True

    async def _feed(
        self, machine: Machine, campaign: Campaign, until: float, goes_on: Callable[[], bool]
    ) -> bool:
        """Fill up the stock, and see whether it is all over."""
        organisation = machine.organisation
        setting = await self._feeder.setting(organisation, campaign)
        if not await self._has_looked_again(setting, campaign, until, goes_on):
            return True
        waiting, now = await self._feeder.waiting(organisation.id, campaign), monotonic()
        pace = self._paces.get(campaign.id, Pace(now, 0, left_at=now))
        left = pace.left(waiting, now)
        room = stock_for(left) - waiting
        turns = queued = 0
        while turns < room and goes_on() and monotonic() < until:
            fed = await self._feeder.feed(setting, campaign, room - turns)
            if not fed.turns:
                break
            turns, queued = turns + fed.turns, queued + fed.queued
            await asyncio.sleep(0)
        pace = Pace(now, waiting + queued, left_at=now if left > 0 else pace.left_at)
        self._paces[campaign.id] = pace
        if not turns:
            await self._feeder.look_after(organisation.id, campaign)
            if not waiting and await self._is_over(organisation.id, campaign):
                await self._campaigns.finish(machine, campaign.id)
                return True
        return turns > 0 or pace.is_leaving

    async def _has_looked_again(
        self, setting: Setting, campaign: Campaign, until: float, goes_on: Callable[[], bool]
    ) -> bool:
        """Let all who wait for a good hour have another turn, before anybody has their first: the
        hours are others, or the campaign goes on again, or somebody else had it in hand."""
        while self._hours.get(campaign.id) != setting.hours:
            if not goes_on() or monotonic() >= until:
                return False
            if await self._feeder.look_again(setting.whose, campaign) < LOOKED_AT_ONCE:
                self._hours[campaign.id] = setting.hours
            await asyncio.sleep(0)
        return True

    async def _is_over(self, whose: OrganisationId, campaign: Campaign) -> bool:
        async with self._storage.reading(whose) as transaction:
            found = await CampaignStore(transaction, whose).get_to_feed(campaign.id)
            if found is None:
                return False
            return await StockStore(transaction, whose).is_over(campaign.number, found[1].up_to)
