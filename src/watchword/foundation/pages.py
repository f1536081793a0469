"""Lists that are read page by page, the newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from watchword.foundation.clock import to_microseconds

Item = TypeVar("Item")

MOST_ON_A_PAGE = 100
NEVER = 2**62
"""Microseconds since 1970: later than anything that is kept."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Behind what a page begins. It stays good when that is no longer there."""

    created_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """What is on a page; and behind what the next one begins, if there is one."""

    items: Sequence[Item]
    after: Bookmark | None


def older_than(after: Bookmark | None) -> Mapping[str, int | str]:
    """Give a query its `:before` and `:below`: what lies behind a bookmark, or all there is."""
    if after is None:
        return {"before": NEVER, "below": ""}
    return {"before": to_microseconds(after.created_at), "below": str(after.id)}


def page_of(found: Sequence[Item], most: int, bookmark: Callable[[Item], Bookmark]) -> Page[Item]:
    """Make a page of what was found, which is one more than there is room for if more follow."""
    items = found[:most]
    return Page(items, bookmark(items[-1]) if len(found) > most else None)
