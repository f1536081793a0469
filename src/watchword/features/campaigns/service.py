"""What people do with campaigns: they are written, looked over, scheduled, held and stopped."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import structlog

from watchword.features.audiences.rules import Choice
from watchword.features.audiences.service import Audiences
from watchword.features.audit.rules import Action
from watchword.features.campaigns.acts.desk import (
    agreed_anew,
    comes_between,
    moved_by,
    offered,
    reconsider,
    save,
    timely,
)
from watchword.features.campaigns.agreement import Because, Seen, most_of
from watchword.features.campaigns.cost import Estimate, estimate, sample_facts
from watchword.features.campaigns.desk import (
    circumstances,
    look_at,
    may_agree,
    note,
    version_held,
)
from watchword.features.campaigns.house import House
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
    second_person,
)
from watchword.features.campaigns.rules import (
    CAMPAIGNS_AT_MOST,
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
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.rules import Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.bells import Bells
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()

CAMPAIGNS = "campaigns"
"""The bell of those who put campaigns into the outbox."""

PAUSING = Act.PAUSE, Action.CAMPAIGN_PAUSED
TAKING_BACK = Act.UNSCHEDULE, Action.CAMPAIGN_UNSCHEDULED
RECALLED = {Act.PAUSE: "paused", Act.CANCEL: "cancelled", Act.FINISH: "ended"}
"""What takes back what waits in the outbox, and what is said of it there."""

Changing: TypeAlias = Campaign | BadDraft | NotNow | WrittenSince
Moving: TypeAlias = Campaign | NotNow | WrittenSince
Agreeing: TypeAlias = Campaign | NotNow | WrittenSince | NotReady | YourOwn | NoPerson
Scheduling: TypeAlias = Campaign | NotNow | WrittenSince | NotReady | NeedsSecondPerson


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
            writers=frozenset({caller.actor}),
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
            moved = await moved_by(transaction, caller, id, Act.CHANGE, version)
            if not isinstance(moved, Campaign):
                return moved
            campaign = replace(
                offered(moved, None),
                draft=whole(draft),
                changed_by=caller.actor,
                writers=moved.writers | {caller.actor},
            )
            return await save(transaction, caller, Action.CAMPAIGN_CHANGED, campaign)

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
            refused = [await may_agree(transaction, organisation_id, actor, each) for each in found]
        return [each for each, why in zip(found, refused, strict=True) if why is None]

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Campaign]:
        """Give campaigns, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await CampaignStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def look_over(
        self, organisation: Organisation, draft: Draft
    ) -> tuple[NotReady | None, NeedsSecondPerson | None]:
        """Say what a draft lacks, and whether somebody else has to agree to it."""
        now = await self._look_at(organisation.id, draft)
        return await self._looked_over(organisation, draft, now)

    async def estimate(self, organisation: Organisation, draft: Draft) -> Estimate:
        """Say how many get it, how long its texts are, and what it costs at most."""
        ways = self._house.routes.ways(organisation.mode, draft.channel)
        named = [each for each in ways if draft.provider in {None, each}][:1]
        return estimate(
            draft,
            await self._look_at(organisation.id, draft),
            sample_facts(draft, organisation.name, self._house.public_url),
            prices=self._house.prices,
            providers=(*named,),
            paces=self._house.paces,
            country=organisation.country,
        )

    async def propose(self, caller: Caller, id: CampaignId, *, version: int) -> Agreeing:
        """Ask for somebody else to agree."""
        seen = await self.find(caller.organisation.id, id)
        now = await self._look_at(caller.organisation.id, seen.draft)
        lacks, _ = await self._looked_over(caller.organisation, seen.draft, now)
        if lacks and after(seen.state, Act.PROPOSE) is State.REVIEW:
            return lacks
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await moved_by(transaction, caller, id, Act.PROPOSE, version)
            if not isinstance(moved, Campaign):
                return moved
            campaign = replace(offered(moved, now), proposed_by=caller.actor)
            return await save(transaction, caller, Action.CAMPAIGN_PROPOSED, campaign)

    async def approve(self, caller: Caller, id: CampaignId, *, version: int) -> Agreeing:
        """Agree to what somebody else has written and proposed: it starts when it is time.

        Whose audience or page has changed since it was proposed is looked at once more before.
        """
        whose, seen = caller.organisation.id, await self.find(caller.organisation.id, id)
        now = await self._look_at(whose, seen.draft)
        lacks, _ = await self._looked_over(caller.organisation, seen.draft, now)
        if lacks and seen.state is State.REVIEW:
            return lacks
        async with self._storage.begin(whose) as transaction:
            moved = await moved_by(transaction, caller, id, Act.APPROVE, version)
            if not isinstance(moved, Campaign):
                return moved
            if refusal := await may_agree(transaction, whose, caller.actor, moved):
                return refusal
            if because := moved.differs(now):
                return await reconsider(transaction, caller, moved, now, because)
            moved = replace(moved, approved_by=caller.actor, because=None)
            campaign = timely(moved, transaction.now())
            await save(transaction, caller, Action.CAMPAIGN_APPROVED, campaign)
        self._bells.ring(CAMPAIGNS)
        return campaign

    async def decline(self, caller: Caller, id: CampaignId, *, version: int) -> Moving:
        """Send it back to whoever writes it."""
        return await self._move(caller, id, Act.DECLINE, Action.CAMPAIGN_DECLINED, version)

    async def schedule(self, caller: Caller, id: CampaignId, *, version: int) -> Scheduling:
        """Let it start when it is time, or now, where nobody else has to agree."""
        seen = await self.find(caller.organisation.id, id)
        now = await self._look_at(caller.organisation.id, seen.draft)
        lacks, second = await self._looked_over(caller.organisation, seen.draft, now)
        if seen.state is State.DRAFT and (refusal := lacks or second):
            return refusal
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await moved_by(transaction, caller, id, Act.SCHEDULE, version)
            if not isinstance(moved, Campaign):
                return moved
            moved = replace(offered(moved, now), proposed_by=caller.actor)
            campaign = timely(moved, transaction.now())
            await save(transaction, caller, Action.CAMPAIGN_SCHEDULED, campaign)
        self._bells.ring(CAMPAIGNS)
        return campaign

    async def unschedule(self, caller: Caller, id: CampaignId, *, version: int) -> Moving:
        """Take it back, to go on writing. Whoever has agreed has to do it once more."""
        return await self._move(caller, id, *TAKING_BACK, version)

    async def pause(self, caller: Caller, id: CampaignId) -> Moving:
        """Let nothing more leave. What waits in the outbox is put back; what a provider has in
        hand by now cannot be called back."""
        return await self._move(caller, id, *PAUSING)

    async def hold_back(self, machine: Machine, id: CampaignId, because: Because) -> Moving:
        """Pause what is no more what somebody has agreed to."""
        held = await self._move(machine, id, *PAUSING, because=because)
        if isinstance(held, Campaign):
            log.warning("campaign.held_back", campaign_id=str(id), because=because)
        return held

    async def resume(self, caller: Caller, id: CampaignId) -> Agreeing:
        """Let it go on. What the house has held, somebody agrees to anew: to how many they are by
        now."""
        whose, seen = caller.organisation.id, await self.find(caller.organisation.id, id)
        now = await self._look_at(whose, seen.draft, seen.choice)
        async with self._storage.begin(whose) as transaction:
            moved = await moved_by(transaction, caller, id, Act.RESUME, None)
            if not isinstance(moved, Campaign):
                return moved
            if moved.because is not None:
                if refusal := await may_agree(transaction, whose, caller.actor, moved):
                    return refusal
                moved = agreed_anew(moved, caller, now)
            await save(transaction, caller, Action.CAMPAIGN_RESUMED, moved)
        self._bells.ring(CAMPAIGNS)
        return moved

    async def is_own(self, whose: OrganisationId, actor: str, campaign: Campaign) -> bool:
        """Say whether somebody had a hand in a campaign, and so does not agree to it."""
        async with self._storage.reading(whose) as transaction:
            return await may_agree(transaction, whose, actor, campaign) == YourOwn()

    async def cancel(self, caller: Caller, id: CampaignId) -> Moving:
        """End it for good. Links that are out go on leading somewhere, as long as they live."""
        return await self._move(caller, id, Act.CANCEL, Action.CAMPAIGN_CANCELLED)

    async def start(self, machine: Machine, seen: Campaign, links_version: int) -> bool:
        """Let a campaign whose time has come begin, if nothing has come in its way since.

        Otherwise it goes back: to whoever writes it, or to whoever has to agree to it anew.
        """
        organisation = machine.organisation
        now = await self._look_at(organisation.id, seen.draft)
        lacks, second = await self._looked_over(organisation, seen.draft, now)
        because = Because.LACKS if lacks else comes_between(seen, now, second)
        if because is not None:
            sent_back = await self._send_back(machine, seen, now, because)
            if isinstance(sent_back, Campaign):
                log.warning("campaign.not_ready", campaign_id=str(seen.id), because=because)
            return isinstance(sent_back, Campaign)
        effective = await self._settings.of(organisation.id)
        async with self._storage.begin(organisation.id) as transaction:
            moved = await moved_by(transaction, machine, seen.id, Act.START, seen.version)
            page = await version_held(transaction, organisation.id, seen.page_id)
            if not isinstance(moved, Campaign) or page != now.page:
                return False  # It has just changed, and is looked at anew.
            if not moved.is_agreed_to:
                moved = offered(moved, now)
            alone = effective.approvals.campaign_recipients - 1
            campaign = replace(
                moved,
                started_at=transaction.now(),
                links_version=links_version,
                at_most=most_of(moved.audience_size or 0) if moved.is_agreed_to else alone,
            )
            await save(transaction, machine, Action.CAMPAIGN_STARTED, campaign)
        log.info("campaign.started", campaign_id=str(seen.id))
        return True

    async def _send_back(
        self, machine: Machine, seen: Campaign, now: Seen, because: Because
    ) -> Moving:
        if because is Because.LACKS or not seen.is_agreed_to:
            return await self._move(machine, seen.id, *TAKING_BACK, seen.version, because=because)
        async with self._storage.begin(machine.organisation.id) as transaction:
            held = await moved_by(transaction, machine, seen.id, Act.RECONSIDER, seen.version)
            if not isinstance(held, Campaign):
                return held
            return await reconsider(transaction, machine, held, now, because)

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
        *,
        because: Because | None = None,
    ) -> Moving:
        async with self._storage.begin(caller.organisation.id) as transaction:
            moved = await moved_by(transaction, caller, id, act, version)
            if not isinstance(moved, Campaign):
                return moved
            if moved.state is State.DRAFT:
                moved = replace(moved, proposed_by=None, approved_by=None)
            ended_at = transaction.now() if moved.state in FINAL else None
            moved = replace(moved, because=because, ended_at=ended_at)
            if (why := RECALLED.get(act)) is not None:
                await StockStore(transaction, caller.organisation.id).recall(moved.number, why)
            return await save(transaction, caller, action, moved)

    async def _look_at(
        self, whose: OrganisationId, draft: Draft, choice: Choice | None = None
    ) -> Seen:
        return await look_at(self._storage, self._audiences, whose, draft, choice)

    async def _looked_over(
        self, organisation: Organisation, draft: Draft, now: Seen
    ) -> tuple[NotReady | None, NeedsSecondPerson | None]:
        effective = await self._settings.of(organisation.id)
        async with self._storage.reading(organisation.id) as transaction:
            around = await circumstances(
                transaction, organisation, draft, now, routes=self._house.routes
            )
        at_least = effective.approvals.campaign_recipients
        return lacks_of(draft, around), second_person(draft, now.size, at_least)
