"""The page behind the link of a campaign, as recipients will see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.campaigns.rules import Draft
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
    variants: Sequence[tuple[str, str]]

    @property
    def is_live(self) -> bool:
        return self.page.state is PageState.LIVE


async def page_behind(visitor: Visitor, draft: Draft) -> Behind | None:
    """Open the page of a campaign: whoever agrees to a campaign agrees to its page, too."""
    if draft.page_id is None:
        return None
    pages, id = visitor.services.pages.pages, page_id(draft.page_id)
    try:
        page = await pages.find(visitor.organisation.id, id)
    except NotFound:
        return None
    contents = await pages.shown(Editing(visitor), id)
    variants = [
        (each.locale, drawn(each, pictures=PICTURES, press=None, zone=visitor.zone, top=3))
        for each in contents
    ]
    return Behind(page, variants)
