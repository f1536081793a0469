"""The page behind the link of a campaign, as recipients will see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.campaigns.rules import Campaign
from watchword.features.pages.leaves import Editing
from watchword.features.pages.rules import Page, PageState
from watchword.foundation.errors import NotFound
from watchword.web.console.landing_pages import PICTURES, page_id
from watchword.web.console.visits import Visitor
from watchword.web.html.page_content import drawn


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a campaign leads: a page, and what was published of it in each language."""

    page: Page
    settled: int | None
    """The version that recipients see, once that is settled."""
    variants: Sequence[tuple[str, str]]

    @property
    def is_live(self) -> bool:
        return self.page.state is PageState.LIVE

    @property
    def is_older(self) -> bool:
        """Say whether the page was published anew since, which this campaign does not show."""
        shown = self.page.shown
        return shown is not None and self.settled not in {None, shown.version}


async def page_behind(visitor: Visitor, campaign: Campaign) -> Behind | None:
    """Open the page of a campaign: whoever agrees to a campaign agrees to its page, too."""
    if campaign.page_id is None:
        return None
    pages, id = visitor.services.pages.pages, page_id(campaign.page_id)
    try:
        page = await pages.find(visitor.organisation.id, id)
    except NotFound:
        return None
    contents = await pages.shown(Editing(visitor), id, campaign.settled_page)
    variants = [
        (each.locale, drawn(each, pictures=PICTURES, press=None, zone=visitor.zone, top=3))
        for each in contents
    ]
    return Behind(page, campaign.settled_page, variants)
