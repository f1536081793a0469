"""What of a page may be meant so, and is worth a look before others see it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchword.features.pages.blocks import Legal, rewards_of
from watchword.features.pages.rules import Terms
from watchword.features.rewards.rules import Reward, RewardId, is_offered


class DoubtKind(StrEnum):
    LANGUAGE_MISSING = "language_missing"
    NO_LEGAL = "no_legal"
    REWARD_NOT_OFFERED = "reward_not_offered"
    REWARD_ENDS_FIRST = "reward_ends_first"
    """It cannot be had any more while the page is still there."""


@dataclass(frozen=True, slots=True)
class Doubt:
    kind: DoubtKind
    locale: str


def find_doubts(
    terms: Terms,
    locales: Collection[str],
    rewards: Mapping[RewardId, Reward],
    now: datetime,
) -> tuple[Doubt, ...]:
    """`locales`: the languages that customers may have; `rewards`: those that the page names."""
    return tuple(_doubts(terms, locales, rewards, now))


def _doubts(
    terms: Terms,
    locales: Collection[str],
    rewards: Mapping[RewardId, Reward],
    now: datetime,
) -> Iterator[Doubt]:
    written = {locale: blocks for locale, blocks in terms.variants.items() if blocks}
    for locale in locales:
        if written and locale not in written:
            yield Doubt(DoubtKind.LANGUAGE_MISSING, locale)
    for locale, blocks in written.items():
        if not any(isinstance(each, Legal) and each.text.strip() for each in blocks):
            yield Doubt(DoubtKind.NO_LEGAL, locale)
        named = [rewards[id] for id in sorted(rewards_of(blocks)) if id in rewards]
        if any(not is_offered(each, max(now, terms.valid_from or now)) for each in named):
            yield Doubt(DoubtKind.REWARD_NOT_OFFERED, locale)
        elif any(_ends_first(each, terms.valid_until) for each in named):
            yield Doubt(DoubtKind.REWARD_ENDS_FIRST, locale)


def _ends_first(reward: Reward, page_ends_at: datetime | None) -> bool:
    return reward.ends_at is not None and (page_ends_at is None or reward.ends_at < page_ends_at)
