"""Who looks on while the house works, so that it can be measured without knowing by whom.

What is done says what it is, and how it ended, in short words of ours: names of providers and
workers, never an id, a code, a number or an address. Whoever looks on is quick, and never fails.
"""

from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol, Self


class Act(StrEnum):
    """What is looked at."""

    READ = "read"
    WRITE = "write"
    MESSAGE = "message"
    """A message in the hands of a worker: opened, sent, settled."""
    SEND = "send"
    """The part of that in which the provider has it."""
    WEBHOOK = "webhook"
    STEP = "step"
    """The next step of a plan."""


class Look(Protocol):
    """One act that is looked at."""

    ended: str
    """How it ended, in a word. An exception that leaves the act is a way to end by itself."""


class Onlooker(Protocol):
    def over(self, act: Act, of: str = "") -> AbstractContextManager[Look]:
        """Look at what is done inside the block; `of` names who does it, such as a provider."""

    def rests(self, provider: str, *, is_resting: bool) -> None:
        """Note whether a provider is left alone for a while."""


class _Blind:
    """Sees nothing."""

    ended = ""

    def over(self, act: Act, of: str = "") -> Self:
        return self

    def rests(self, provider: str, *, is_resting: bool) -> None:
        """Nobody wants to know."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was held."""


NOBODY: Onlooker = _Blind()
