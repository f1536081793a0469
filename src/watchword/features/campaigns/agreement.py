"""What somebody agrees to who agrees to a campaign, and what has come in between since.

A second person agrees to a campaign in one version, to whom it means, to how many those are, and to
what is behind its gate. Whatever of it is different later has to be agreed to anew.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from watchword.features.audiences.rules import Choice, is_few

UNCOUNTED: Final = 1_000_000
"""For so many they are taken who could not be counted to the end: no organisation may let so many
out without a second person."""


class Because(StrEnum):
    """Why the house has held a campaign, or sent it back."""

    LACKS = "lacks"
    """It lacked something when its time had come."""
    AUDIENCE = "audience"
    """It means others than those that somebody has agreed to."""
    PAGE = "page"
    """Behind its gate is something else than what somebody has agreed to."""
    TOO_MANY = "too_many"
    """More would get it than may without somebody having agreed to so many."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a campaign means, how many of them get it, and what its page is, in one moment.

    `counted` is how many were counted for sure, where it took too long to count all.
    """

    choice: Choice | None = None
    size: int = 0
    counted: int = 0
    page: int | None = None
    """The version of the page that others see."""

    @property
    def is_few(self) -> bool:
        return is_few(self.choice, self.size)


def most_of(size: int) -> int | None:
    """Say how many may get what somebody has agreed to for so many: a tenth more at most, for
    customers come every day. Whoever agrees to more than could be counted agrees to all of them."""
    return None if size >= UNCOUNTED else size + size // 10
