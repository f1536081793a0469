"""What is looked up and written down whatever is done to a campaign."""

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.campaigns.readiness import Circumstances, PageFacts
from watchword.features.campaigns.rules import CHANNELS, Campaign, Draft
from watchword.features.clients.rules import Caller
from watchword.features.delivery.routes import Routes
from watchword.features.organisations.rules import Organisation
from watchword.features.pages.rules import PageId, PageState
from watchword.features.pages.store import PageStore
from watchword.foundation.storage import Transaction


async def circumstances(
    transaction: Transaction,
    organisation: Organisation,
    draft: Draft,
    *,
    size: int,
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
    return Circumstances(moment=transaction.now(), size=size, page=page, providers=providers)


async def note(
    transaction: Transaction, caller: Caller, action: Action, campaign: Campaign
) -> None:
    """Write down what was done, without the words: they are advertising, and may be long."""
    told: dict[str, str | int] = {"state": campaign.state, "version": campaign.version}
    if campaign.category is not None:
        told["category"] = campaign.category
    if campaign.audience_size is not None:
        told["recipients"] = campaign.audience_size
    entry = Entry(
        action=action,
        actor=caller.actor,
        target=Noun.CAMPAIGN.of(campaign.id),
        details=told,
    )
    await AuditStore(transaction, caller.organisation.id).add(entry)
