"""What an act makes of a campaign, and that it is written down."""

from dataclasses import replace
from datetime import datetime

from watchword.features.audit.rules import Action
from watchword.features.campaigns.agreement import Because, Seen, most_of
from watchword.features.campaigns.desk import note
from watchword.features.campaigns.lifecycle import Act, NotNow, State, after
from watchword.features.campaigns.readiness import NeedsSecondPerson
from watchword.features.campaigns.rules import Campaign, CampaignId, WrittenSince
from watchword.features.campaigns.store import CampaignStore
from watchword.features.clients.rules import Caller
from watchword.foundation.errors import NotFound
from watchword.foundation.storage import Transaction


async def moved_by(
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


async def save(
    transaction: Transaction, caller: Caller, action: Action, campaign: Campaign
) -> Campaign:
    await CampaignStore(transaction, caller.organisation.id).save(campaign)
    await note(transaction, caller, action, campaign)
    return campaign


def offered(campaign: Campaign, seen: Seen | None) -> Campaign:
    """Give a campaign with what there is to agree to; with nothing, while it is written."""
    return replace(
        campaign,
        choice=None if seen is None else seen.choice,
        page_version=None if seen is None else seen.page,
        audience_size=None if seen is None else seen.size,
        because=None,
    )


def timely(campaign: Campaign, now: datetime) -> Campaign:
    """Give a campaign that nobody has to agree to any more its beginning, if it has none: now."""
    if campaign.draft.starts_at is not None:
        return campaign
    return replace(campaign, draft=replace(campaign.draft, starts_at=now))


def agreed_anew(campaign: Campaign, caller: Caller, now: Seen) -> Campaign:
    size = max(now.size, campaign.recipients)
    return replace(
        campaign,
        approved_by=caller.actor,
        audience_size=size,
        at_most=most_of(size),
        because=None,
    )


def comes_between(
    campaign: Campaign, now: Seen, second: NeedsSecondPerson | None
) -> Because | None:
    """Say why a campaign that lacks nothing does not start."""
    if campaign.is_agreed_to:
        return campaign.differs(now)
    return Because.TOO_MANY if second else None


async def reconsider(
    transaction: Transaction, caller: Caller, campaign: Campaign, now: Seen, because: Because
) -> WrittenSince:
    """Offer a campaign anew to whoever agrees, as it is by now."""
    campaign = replace(
        offered(campaign, now), state=State.REVIEW, approved_by=None, because=because
    )
    await save(transaction, caller, Action.CAMPAIGN_RECONSIDERED, campaign)
    return WrittenSince(campaign.version)
