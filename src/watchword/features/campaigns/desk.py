"""What is looked up and written down whatever is done to a campaign."""

from uuid import UUID

from watchword.features.audiences.rules import AudienceId, Choice
from watchword.features.audiences.service import Audiences
from watchword.features.audiences.store import AudienceStore
from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.agreement import UNCOUNTED, Seen
from watchword.features.campaigns.makers.store import MakerStore
from watchword.features.campaigns.readiness import (
    Circumstances,
    NoPerson,
    PageFacts,
    YourOwn,
    hands_of,
)
from watchword.features.campaigns.readiness import may_agree as judge_hands
from watchword.features.campaigns.rules import CHANNELS, Campaign, Draft
from watchword.features.campaigns.store import CampaignStore
from watchword.features.clients.rules import Caller
from watchword.features.consents.rules import SCOPE_OF
from watchword.features.delivery.routes import Routes
from watchword.features.organisations.rules import Organisation
from watchword.features.pages.rules import PageId, PageState
from watchword.features.pages.store import PageStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction


async def circumstances(
    transaction: Transaction,
    organisation: Organisation,
    draft: Draft,
    now: Seen,
    *,
    routes: Routes,
) -> Circumstances:
    """Look at what stands around a campaign in this moment."""
    page = None
    if draft.page_id is not None:
        found = await PageStore(transaction, organisation.id).get(PageId(draft.page_id))
        shown = None if found is None else found.shown
        if found is not None and shown is not None and found.state is PageState.LIVE:
            page = PageFacts(valid_from=shown.valid_from, valid_until=shown.valid_until)
    providers = {
        channel: tuple(map(str, routes.ways(organisation.mode, channel))) for channel in CHANNELS
    }
    return Circumstances(
        moment=transaction.now(),
        size=now.size,
        is_few=now.is_few,
        page=page,
        providers=providers,
    )


async def is_meant(
    transaction: Transaction, organisation_id: OrganisationId, id: AudienceId
) -> bool:
    """Say whether a campaign needs an audience that is offered, and not over."""
    return await CampaignStore(transaction, organisation_id).means(id)


async def version_shown(
    transaction: Transaction, whose: OrganisationId, page_id: UUID | None
) -> int | None:
    """Give the version of a page that others see; nothing, if they see none."""
    if page_id is None:
        return None
    page = await PageStore(transaction, whose).get(PageId(page_id))
    return None if page is None or page.shown is None else page.shown.version


async def version_held(
    transaction: Transaction, whose: OrganisationId, page_id: UUID | None
) -> int | None:
    """Do the same, and let nobody publish or withdraw it before this is done."""
    if page_id is None:
        return None
    held = await PageStore(transaction, whose).hold(PageId(page_id))
    return None if held is None or held.page.shown is None else held.page.shown.version


async def look_at(
    storage: Storage,
    audiences: Audiences,
    whose: OrganisationId,
    draft: Draft,
    choice: Choice | None = None,
) -> Seen:
    """Look whom a draft means now, or whom it was to mean, and what is behind its gate."""
    async with storage.reading(whose) as transaction:
        page = await version_shown(transaction, whose, draft.page_id)
        if choice is None and draft.audience_id is not None:
            audience = await AudienceStore(transaction, whose).get(AudienceId(draft.audience_id))
            choice = None if audience is None else audience.choice
    if choice is None or draft.channel not in CHANNELS:
        return Seen(page=page)
    count = await audiences.count(whose, choice)
    reached = count.by(SCOPE_OF[draft.channel])
    # Nobody gets around a second person because there are too many to be counted.
    size = reached if count.is_whole else max(reached, UNCOUNTED)
    return Seen(choice=choice, size=size, counted=reached, page=page)


async def may_agree(
    transaction: Transaction, whose: OrganisationId, actor: str, campaign: Campaign
) -> YourOwn | NoPerson | None:
    """Say whether somebody may agree to a campaign."""
    makers = await MakerStore(transaction, whose).of(hands_of(campaign))
    return judge_hands(campaign, actor, makers)


async def note(
    transaction: Transaction, caller: Caller, action: Action, campaign: Campaign
) -> None:
    """Write down what was done, without the words: they are advertising, and may be long."""
    told: dict[str, str | int] = {"state": campaign.state, "version": campaign.version}
    if campaign.category is not None:
        told["category"] = campaign.category
    if campaign.audience_size is not None:
        told["recipients"] = campaign.audience_size
    if campaign.because is not None:
        told["reason"] = campaign.because
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=Noun.CAMPAIGN.of(campaign.id),
        details=told,
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
