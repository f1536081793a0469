"""What is seen of a page by whoever may see it, and in which form its blocks rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from watchword.features.pages.blocks import Block, Button, PictureId
from watchword.features.pages.rules import PageId, Variants
from watchword.features.rewards.rules import RewardId

CONTENT, SHOWN_CONTENT = "content", "shown_content"
"""The columns in which the variants rest: as staff work on them, and as others see them."""
SHOWN_REWARDS = "shown_rewards"
"""The column in which rests what others read there of the rewards that are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A picture in one of its sizes; `ticket` stands in its address."""

    width: int
    height: int
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOffer:
    """What a reward is called and costs, and until when it may be had."""

    name: str
    points: int
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A page in one language, opened. A picture that is gone has no sizes, and a reward that
    nobody can have now no terms: then the page says nothing of it."""

    page_id: PageId
    version: int
    locale: str
    blocks: Sequence[Block] = field(repr=False)
    pictures: Mapping[PictureId, Sequence[Size]] = field(default_factory=dict, repr=False)
    offers: Mapping[RewardId, OnOffer] = field(default_factory=dict, repr=False)

    @property
    def origins(self) -> Sequence[str]:
        """Give where the buttons lead, as a policy of contents names it."""
        targets = {each.target for each in self.blocks if isinstance(each, Button)}
        return sorted({f"https://{urlsplit(each).hostname}" for each in targets})

    def target(self, number: int) -> str | None:
        """Give where the button leads that is the block of this number, counted from 1."""
        found = self.blocks[number - 1] if 1 <= number <= len(self.blocks) else None
        return found.target if isinstance(found, Button) else None


def written(variants: Variants) -> bytes:
    return msgspec.json.encode(variants)


def reread(content: bytes) -> dict[str, tuple[Block, ...]]:
    return msgspec.json.decode(content, type=dict[str, tuple[Block, ...]])
