"""What people do with campaigns: they are written, looked over, scheduled, held and stopped."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import structlog

from watchword.features.audiences.rules import AudienceId
from watchword.features.audiences.service import Audiences
from watchword.features.audiences.store import AudienceStore
from watchword.features.audit.rules import Action
from watchword.features.campaigns.cost import Estimate, estimate, sample_facts
from watchword.features.campaigns.desk import circumstances, note
from watchword.features.campaigns.lifecycle import FINAL, Act, NotNow, State, after
from watchword.features.campaigns.links.rules import CAMPAIGNS_BELOW, CampaignNumber
from watchword.features.campaigns.readiness import (
    BadDraft,
    NeedsSecondPerson,
    NoPerson,
    NotReady,
    YourOwn,
    find_fault,
    lacks_of,
    may_agree,
    second_person,
)
from watchword.features.campaigns.recipients.store import Counted, HourOf, RecipientStore
from watchword.features.campaigns.rules import (
    CAMPAIGNS_AT_MOST,
    CHANNELS,
    Campaign,
    CampaignId,
    Draft,
    TooManyCampaigns,
    WrittenSince,
    whole,
)
from watchword.features.campaigns.sending.store import StockStore
from watchword.features.campaigns.store import CampaignStore
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.consents.rules import SCOPE_OF
from watchword.features.delivery.routes import Routes
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.prices.rules import PriceList
from watchword.foundation.bells import Bells
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()

CAMPAIGNS = "campaigns"
"""The bell of those who put campaigns into the outbox."""

UNCOUNTED = 1_000_000
"""For so many they are taken who could not be counted to the end: no organisation may let so many
out without a second person."""

RECALLED = {Act.PAUSE: "paused", Act.CANCEL: "cancelled", Act.FINISH: "ended"}
"""What takes back what waits in the outbox, and what is said of it there."""

Changing: TypeAlias = Campaign | BadDraft | NotNow | WrittenSince
Moving: TypeAlias = Campaign | NotNow | WrittenSince
Agreeing: TypeAlias = Campaign | NotNow | WrittenSince | NotReady | YourOwn | NoPerson
Scheduling: TypeAlias = Campaign | NotNow | WrittenSince | NotReady | NeedsSecondPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What campaigns stand on that is the same for all organisations."""

    routes: Routes
    prices: PriceList | None
    public_url: str


class Campaigns:
    def __init__(
        self,
        *,
        storage: Storage,
        requests: Requests,
        audiences: Audiences,
        settings: OrganisationSettings,
        bells: Bells,
        house: House,
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._audiences = audiences
        self._settings = settings
        self._bells = bells
        self._house = house

    async def create(
        self, caller: Caller, draft: Draft, once: Once | None = None
    ) -> Campaign | BadDraft | TooManyCampaigns | OtherBody:
        """Keep a draft, which may lack nearly everything still."""
        if fault := find_fault(draft):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:

            async def work() -> Campaign | TooManyCampaigns:
                return await self._create(transaction, caller, draft)

            return await self._requests.once(transaction, whose, once, (Campaign,), work)

    async def _create(
        self, transaction: Transaction, caller: Caller, draft: Draft
    ) -> Campaign | TooManyCampaigns:
        store = CampaignStore(transaction, caller.organisation.id)
        if await store.count_open() >= CAMPAIGNS_AT_MOST:
            return TooManyCampaigns()
        campaign = Campaign(
            id=CampaignId(new_id()),
            number=CampaignNumber(secrets.randbelow(CAMPAIGNS_BELOW - 1) + 1),
            draft=whole(draft),
            created_at=transaction.now(),
            created_by=caller.actor,
            changed_by=caller.actor,
        )
        await store.add(campaign)
        await note(transaction, caller, Action.CAMPAIGN_CREATED, campaign)
        return campaign

    async def change(
        self, caller: Caller, id: CampaignId, draft: Draft, *, version: int
    ) -> Changing:
        """Replace a draft as somebody saw it."""
        if fault := find_fault(draft):
            return fault
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await _moved(transaction, caller, id, Act.CHANGE, version)
            if not isinstance(moved, Campaign):
                return moved
            campaign = replace(
                moved, draft=whole(draft), changed_by=caller.actor, audience_size=None
            )
            return await _save(transaction, caller, Action.CAMPAIGN_CHANGED, campaign)

    async def find(self, organisation_id: OrganisationId, id: CampaignId) -> Campaign:
        async with self._storage.reading(organisation_id) as transaction:
            campaign = await CampaignStore(transaction, organisation_id).get(id)
        if campaign is None:
            raise NotFound("campaign")
        return campaign

    async def to_agree(
        self, organisation_id: OrganisationId, actor: str, most: int
    ) -> Sequence[Campaign]:
        """Give those that wait for somebody else, and that this one may agree to."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await CampaignStore(transaction, organisation_id).in_review(most)
        return [each for each in found if may_agree(each, actor) is None]

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Campaign]:
        """Give campaigns, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await CampaignStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def counted(self, organisation_id: OrganisationId, campaign: Campaign) -> Counted:
        """Say how many got how far."""
        async with self._storage.reading(organisation_id) as transaction:
            return await RecipientStore(transaction, organisation_id).counted(campaign.number)

    async def by_hour(
        self, organisation_id: OrganisationId, campaign: Campaign
    ) -> Sequence[HourOf]:
        async with self._storage.reading(organisation_id) as transaction:
            return await RecipientStore(transaction, organisation_id).by_hour(campaign.number)

    async def look_over(
        self, organisation: Organisation, draft: Draft
    ) -> tuple[NotReady | None, NeedsSecondPerson | None]:
        """Say what a draft lacks, and whether somebody else has to agree to it."""
        size = await self._size(organisation.id, draft)
        return await self._looked_over(organisation, draft, size)

    async def estimate(self, organisation: Organisation, draft: Draft) -> Estimate:
        """Say how many get it, how long its texts are, and what it costs at most."""
        ways = self._house.routes.ways(organisation.mode, draft.channel)
        named = [each for each in ways if draft.provider in {None, each}][:1]
        return estimate(
            draft,
            await self._size(organisation.id, draft),
            sample_facts(draft, organisation.name, self._house.public_url),
            prices=self._house.prices,
            providers=(*named,),
            country=organisation.country,
        )

    async def propose(self, caller: Caller, id: CampaignId, *, version: int) -> Agreeing:
        """Ask for somebody else to agree."""
        seen = await self.find(caller.organisation.id, id)
        size = await self._size(caller.organisation.id, seen.draft)
        lacks, _ = await self._looked_over(caller.organisation, seen.draft, size)
        if lacks and after(seen.state, Act.PROPOSE) is State.REVIEW:
            return lacks
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await _moved(transaction, caller, id, Act.PROPOSE, version)
            if not isinstance(moved, Campaign):
                return moved
            campaign = replace(moved, proposed_by=caller.actor, audience_size=size)
            return await _save(transaction, caller, Action.CAMPAIGN_PROPOSED, campaign)

    async def approve(self, caller: Caller, id: CampaignId, *, version: int) -> Agreeing:
        """Agree to what somebody else has written and proposed: it starts when it is time."""
        seen = await self.find(caller.organisation.id, id)
        lacks, _ = await self.look_over(caller.organisation, seen.draft)
        if lacks and seen.state is State.REVIEW:
            return lacks
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await _moved(transaction, caller, id, Act.APPROVE, version)
            if not isinstance(moved, Campaign):
                return moved
            if refusal := may_agree(moved, caller.actor):
                return refusal
            campaign = replace(moved, approved_by=caller.actor)
            await _save(transaction, caller, Action.CAMPAIGN_APPROVED, campaign)
        self._bells.ring(CAMPAIGNS)
        return campaign

    async def decline(self, caller: Caller, id: CampaignId, *, version: int) -> Moving:
        """Send it back to whoever writes it."""
        return await self._move(caller, id, Act.DECLINE, Action.CAMPAIGN_DECLINED, version)

    async def schedule(self, caller: Caller, id: CampaignId, *, version: int) -> Scheduling:
        """Let it start when it is time, where nobody else has to agree."""
        seen = await self.find(caller.organisation.id, id)
        size = await self._size(caller.organisation.id, seen.draft)
        lacks, second = await self._looked_over(caller.organisation, seen.draft, size)
        if seen.state is State.DRAFT and (refusal := lacks or second):
            return refusal
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await _moved(transaction, caller, id, Act.SCHEDULE, version)
            if not isinstance(moved, Campaign):
                return moved
            campaign = replace(moved, proposed_by=caller.actor, audience_size=size)
            await _save(transaction, caller, Action.CAMPAIGN_SCHEDULED, campaign)
        self._bells.ring(CAMPAIGNS)
        return campaign

    async def unschedule(self, caller: Caller, id: CampaignId, *, version: int) -> Moving:
        """Take it back, to go on writing. Whoever has agreed has to do it once more."""
        return await self._move(caller, id, Act.UNSCHEDULE, Action.CAMPAIGN_UNSCHEDULED, version)

    async def pause(self, caller: Caller, id: CampaignId) -> Moving:
        """Let nothing more leave. What waits in the outbox is put back; what a provider has in
        hand by now cannot be called back."""
        return await self._move(caller, id, Act.PAUSE, Action.CAMPAIGN_PAUSED)

    async def resume(self, caller: Caller, id: CampaignId) -> Moving:
        moved = await self._move(caller, id, Act.RESUME, Action.CAMPAIGN_RESUMED)
        self._bells.ring(CAMPAIGNS)
        return moved

    async def cancel(self, caller: Caller, id: CampaignId) -> Moving:
        """End it for good. Links that are out go on leading somewhere, as long as they live."""
        return await self._move(caller, id, Act.CANCEL, Action.CAMPAIGN_CANCELLED)

    async def start(self, machine: Machine, seen: Campaign, links_version: int) -> bool:
        """Let a campaign whose time has come begin, if nothing has come in its way since.

        Otherwise it goes back to whoever writes it. Its audience may have grown, or its page may
        have gone.
        """
        organisation = machine.organisation
        size = await self._size(organisation.id, seen.draft)
        lacks, second = await self._looked_over(organisation, seen.draft, size)
        is_fine = lacks is None and (second is None or seen.approved_by is not None)
        if not is_fine:
            log.warning("campaign.not_ready", campaign_id=str(seen.id))
            await self.unschedule(machine, seen.id, version=seen.version)
            return True
        async with self._storage.begin(organisation.id) as transaction:
            moved = await _moved(transaction, machine, seen.id, Act.START, seen.version)
            if not isinstance(moved, Campaign):
                return False
            campaign = replace(
                moved,
                started_at=transaction.now(),
                audience_size=size,
                links_version=links_version,
            )
            await _save(transaction, machine, Action.CAMPAIGN_STARTED, campaign)
        log.info("campaign.started", campaign_id=str(seen.id))
        return True

    async def finish(self, machine: Machine, id: CampaignId) -> Moving:
        """Write down that all have had their turn, or that its time is over."""
        return await self._move(machine, id, Act.FINISH, Action.CAMPAIGN_DONE)

    async def _move(
        self,
        caller: Caller,
        id: CampaignId,
        act: Act,
        action: Action,
        version: int | None = None,
    ) -> Moving:
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await _moved(transaction, caller, id, act, version)
            if not isinstance(moved, Campaign):
                return moved
            if moved.state is State.DRAFT:
                moved = replace(moved, proposed_by=None, approved_by=None)
            if moved.state in FINAL:
                moved = replace(moved, ended_at=transaction.now())
            if (why := RECALLED.get(act)) is not None:
                await StockStore(transaction, caller.organisation.id).recall(moved.number, why)
            return await _save(transaction, caller, action, moved)

    async def _size(self, organisation_id: OrganisationId, draft: Draft) -> int:
        if draft.audience_id is None or draft.channel not in CHANNELS:
            return 0
        async with self._storage.reading(organisation_id) as transaction:
            store = AudienceStore(transaction, organisation_id)
            audience = await store.get(AudienceId(draft.audience_id))
        if audience is None:
            return 0
        count = await self._audiences.count(organisation_id, audience.choice)
        reached = count.by(SCOPE_OF[draft.channel])
        # Nobody gets around a second person because there are too many to be counted.
        return reached if count.is_whole else max(reached, UNCOUNTED)

    async def _looked_over(
        self, organisation: Organisation, draft: Draft, size: int
    ) -> tuple[NotReady | None, NeedsSecondPerson | None]:
        effective = await self._settings.of(organisation.id)
        async with self._storage.reading(organisation.id) as transaction:
            around = await circumstances(
                transaction, organisation, draft, size=size, routes=self._house.routes
            )
        at_least = effective.approvals.campaign_recipients
        return lacks_of(draft, around), second_person(draft, size, at_least)


async def _moved(
    transaction: Transaction, caller: Caller, id: CampaignId, act: Act, version: int | None
) -> Campaign | NotNow | WrittenSince:
    """Hold a campaign, and give it as it is after an act."""
    campaign = await CampaignStore(transaction, caller.organisation.id).hold(id)
    if campaign is None:
        raise NotFound("campaign")
    if version is not None and campaign.version != version:
        return WrittenSince(campaign.version)
    state = after(campaign.state, act)
    if isinstance(state, NotNow):
        return state
    return replace(campaign, state=state, version=campaign.version + 1)


async def _save(
    transaction: Transaction, caller: Caller, action: Action, campaign: Campaign
) -> Campaign:
    await CampaignStore(transaction, caller.organisation.id).save(campaign)
    await note(transaction, caller, action, campaign)
    return campaign
