"""How what others see of a page is kept when something else takes its place."""

from watchword.features.pages.content import SHOWN_CONTENT
from watchword.features.pages.editions.store import Edition, EditionStore
from watchword.features.pages.locks import PageKey
from watchword.features.pages.ports import Leading
from watchword.features.pages.store import SealedPage
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


async def keep(
    transaction: Transaction,
    whose: OrganisationId,
    sealed: SealedPage,
    key: PageKey,
    leading: Leading,
) -> None:
    """Keep what others see now, if a campaign leads there; let go of what none leads to any more.

    The page is held, so no campaign begins with it at this moment.
    """
    store, page = EditionStore(transaction, whose), sealed.page
    needed = await leading.versions(transaction, whose, page.id)
    over = [
        each.shown.version
        for each in await store.of_page(page.id)
        if each.shown.version not in needed
    ]
    await store.drop(page.id, over)
    if page.shown is None or sealed.shown_content is None or page.shown.version not in needed:
        return
    content = key.unseal(sealed.shown_content, SHOWN_CONTENT)
    kept = key.seal_edition(content, page.shown.version)
    await store.add(page.id, Edition(page.shown, kept))
