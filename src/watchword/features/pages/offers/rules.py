"""What of a reward is published with a page, and whether it may still be had so.

A page says what a reward was called and what it cost when the page was published: that is what a
second person has agreed to. Whoever may write rewards takes it off the page by what they do to it
later, and puts nothing else in its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec

from watchword.features.pages.content import OnOffer
from watchword.features.rewards.rules import Reward, RewardId, is_offered, name_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a page says of a reward, in all languages of its name."""

    names: Mapping[str, str]
    points: int
    ends_at: datetime | None = None


ByReward: TypeAlias = Mapping[RewardId, Published]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a version of a page says of its rewards, as it rests. It names its version, for a copy
    of ours that knows nothing of it may have published another one since."""

    version: int
    rewards: dict[RewardId, Published]


def said_of(rewards: Iterable[Reward]) -> ByReward:
    """Give what a page says of rewards that is published now."""
    return {each.id: _said(each) for each in rewards}


def written(version: int, rewards: ByReward) -> bytes:
    return msgspec.json.encode(Kept(version=version, rewards={**rewards}))


def reread(content: bytes, version: int) -> ByReward | None:
    """Give what a version says of its rewards; nothing, if it is another version that does."""
    kept = msgspec.json.decode(content, type=Kept)
    return kept.rewards if kept.version == version else None


def must_be_another(kept: ByReward | None, said: ByReward, *, was_shown: bool) -> bool:
    """Say whether what is published now may not have the version that was published before: it says
    something else of its rewards, or nobody knows what that one said. A version says one thing."""
    if kept is None:
        return was_shown and bool(said)
    return kept != said


def on_offer(
    reward: Reward, published: Published | None, locale: str, now: datetime
) -> OnOffer | None:
    """Give what a page says of a reward, as it was `published`; as it is now, where nothing was.

    It says nothing of one that cannot be had now, or not so any more.
    """
    said = published or _said(reward)
    is_over = said.ends_at is not None and said.ends_at <= now
    if not is_offered(reward, now) or reward.left == 0 or is_over or not _holds(said, reward):
        return None
    return OnOffer(name=name_among(said.names, locale), points=said.points, ends_at=said.ends_at)


def _holds(said: Published, reward: Reward) -> bool:
    """Say whether a reward may be had as it was said: it costs no more, and ends no sooner."""
    ends_sooner = reward.ends_at is not None and (
        said.ends_at is None or reward.ends_at < said.ends_at
    )
    return reward.points <= said.points and not ends_sooner


def _said(reward: Reward) -> Published:
    return Published(names={**reward.names}, points=reward.points, ends_at=reward.ends_at)
