"""How what others see of a page is kept when something else takes its place."""

from dataclasses import replace

from watchword.features.pages.content import SHOWN_CONTENT, SHOWN_REWARDS
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
    version = page.shown.version
    content = key.seal_edition(key.unseal(sealed.shown_content, SHOWN_CONTENT), version)
    rewards = sealed.shown_rewards
    if rewards is not None:
        rewards = key.seal_edition_rewards(key.unseal(rewards, SHOWN_REWARDS), version)
    await store.add(page.id, Edition(page.shown, content, rewards))


def instead(sealed: SealedPage, edition: Edition | None, key: PageKey) -> SealedPage:
    """Give a page with what others see of it in an edition; nothing, if there is no such one."""
    if edition is None:
        bare = replace(sealed.page, shown=None)
        return replace(sealed, page=bare, shown_content=None, shown_rewards=None)
    version, rewards = edition.shown.version, edition.rewards
    content = key.unseal_edition(edition.content, version)
    if rewards is not None:
        rewards = key.seal(key.unseal_edition_rewards(rewards, version), SHOWN_REWARDS)
    return replace(
        sealed,
        page=replace(sealed.page, shown=edition.shown),
        shown_content=key.seal(content, SHOWN_CONTENT),
        shown_rewards=rewards,
    )
