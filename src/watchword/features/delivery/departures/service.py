"""The last look at a message, right before it leaves.

A provider has so many connections, turns or threads, and what waits for one of them inside it can
wait for long. Meanwhile its person may say STOP. So whatever hands them out calls `about_to_leave`
when it is a message's turn, and nothing of it is out yet. Providers need not know of it.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias

from watchword.features.delivery.rules import Unavailable, Withdrawn

Held: TypeAlias = Unavailable | Withdrawn
LastLook: TypeAlias = Callable[[], Awaitable[Held | None]]
"""Says why a message must not leave now, if that is so."""


class HeldBack(Exception):
    """A message does not leave. No provider is to catch this: whoever asked it to send does."""

    def __init__(self, outcome: Held) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@dataclass(slots=True)
class Departure:
    """One message with a provider. What has begun to leave is not held back halfway."""

    look: LastLook | None = None
    is_over: bool = False
    """Whoever sent it waits no more, and takes it that it may have left, or surely has not."""

    async def begin(self) -> None:
        held = None if self.look is None else await self.look()
        if self.is_over:
            held = Unavailable("too late")
        if held is not None:
            raise HeldBack(held)
        self.look = None


_departure: ContextVar[Departure] = ContextVar("departure", default=Departure())  # noqa: B039 - nobody looks where nobody has asked for it


class looked_at_last:  # noqa: N801 - it is said as a verb
    """Let what is sent in here be looked at right before it leaves."""

    __slots__ = ("_departure", "_token")

    def __init__(self, look: LastLook) -> None:
        self._departure = Departure(look)

    def __enter__(self) -> None:
        self._token = _departure.set(self._departure)

    def __exit__(self, *_: object) -> None:
        _departure.reset(self._token)
        # A thread may come too late, and a connection remembers where it was opened.
        self._departure.look, self._departure.is_over = None, True


def departure() -> Departure:
    """Give the message that is on its way, for whoever carries it over to a thread."""
    return _departure.get()


async def about_to_leave() -> None:
    """Go on, or raise `HeldBack`. Call it when nothing of a message is out yet."""
    await _departure.get().begin()
