"""What the house asks of whoever keeps traces: which act was part of which, and how long it took.

Names and facts are short words of ours. Addresses of requests go by the route that they found;
nothing that a caller sent, and nothing about a person, is ever told.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol, TypeAlias

Fact: TypeAlias = str | int


class Kind(Enum):
    """From where an act begins, and where it leads."""

    SERVER = "server"
    """Somebody asked us."""
    CLIENT = "client"
    """We ask somebody."""
    INSIDE = "inside"


class Span(Protocol):
    """One act, while it lasts."""

    def rename(self, name: str) -> None:
        """Say better what it is, once that is known."""

    def note(self, facts: Mapping[str, Fact]) -> None: ...

    def failed(self, because: str) -> None: ...


class Tracer(Protocol):
    @property
    def is_inside(self) -> bool:
        """Say whether an act is under way here that is traced."""

    def span(
        self, name: str, kind: Kind, facts: Mapping[str, Fact]
    ) -> AbstractContextManager[Span]:
        """Trace what is done in the block, as a part of the act that it is done in."""

    def close(self) -> None:
        """Send what has not been sent yet."""
