"""How the rewards of a page are looked up, and what was published of them is unsealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from watchword.features.pages.blocks import Block, rewards_of
from watchword.features.pages.content import SHOWN_REWARDS, OnOffer
from watchword.features.pages.locks import PageKey
from watchword.features.pages.offers.rules import ByReward, must_be_another, on_offer, reread
from watchword.features.pages.rules import Variants
from watchword.features.pages.store import SealedPage
from watchword.features.rewards.rules import Reward, RewardId
from watchword.features.rewards.store import RewardStore
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction


def named_in(variants: Variants) -> Collection[RewardId]:
    return {each for blocks in variants.values() for each in rewards_of(blocks)}


async def look_up(
    transaction: Transaction, whose: OrganisationId, ids: Iterable[RewardId]
) -> Sequence[Reward]:
    """Give rewards, as far as there are such."""
    store = RewardStore(transaction, whose)
    found = [await store.get(id) for id in sorted(ids)]
    return [each for each in found if each is not None]


def kept_of(sealed: SealedPage, version: int, key: PageKey) -> ByReward | None:
    """Give what a version of a page says of its rewards; nothing, if that was not kept."""
    rewards = sealed.shown_rewards
    return None if rewards is None else reread(key.unseal(rewards, SHOWN_REWARDS), version)


def is_said_anew(sealed: SealedPage, key: PageKey, said: ByReward) -> bool:
    """Say whether a page says something else of its rewards than when it was published before."""
    page = sealed.page
    was_shown = page.shown is not None and page.shown.version == page.version
    return must_be_another(kept_of(sealed, page.version, key), said, was_shown=was_shown)


async def offers_in(
    transaction: Transaction,
    whose: OrganisationId,
    blocks: Sequence[Block],
    locale: str,
    kept: ByReward | None,
) -> Mapping[RewardId, OnOffer]:
    """Give what a page says of its rewards: as was `kept`, or as they are now if nothing was."""
    now, found = transaction.now(), dict[RewardId, OnOffer]()
    for reward in await look_up(transaction, whose, rewards_of(blocks)):
        if kept is not None and reward.id not in kept:
            continue
        published = None if kept is None else kept[reward.id]
        if said := on_offer(reward, published, locale, now):
            found[reward.id] = said
    return found
