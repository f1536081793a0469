"""What delivery asks of the outside."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from watchword.features.delivery.receipts import Callback, Heard, Incoming, Report
from watchword.features.delivery.rules import Message, ProviderName, SendOutcome

Hear: TypeAlias = Callable[[Sequence[Report]], Awaitable[object]]
Listen: TypeAlias = Callable[[Sequence[Incoming]], Awaitable[object]]
"""Takes in what people write. Once it is done, it is durable."""


async def nobody_listens(_: Sequence[Incoming]) -> None:
    """Let go what people write, where only sending is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a provider works.

    `callbacks` is the address, as the world knows it, at which it may report:
    `https://codes.bank.example/callbacks/twilio`. With our id of a message behind it,
    `…/callbacks/twilio/0198c1a2-…`, it is the address for reports on that one. `hear` is for those
    that get reports on a connection of their own, and `listen`, if they get texts on it, too.
    """

    name: ProviderName
    now: Callable[[], datetime]
    callbacks: str
    hear: Hear
    listen: Listen = nobody_listens


class Provider(Protocol):
    """Carries one message at a time to whoever it is for. Called outside any transaction."""

    @property
    def knows_repeats(self) -> bool:
        """Say whether the same message id, sent twice, reaches the customer once."""

    @property
    def gives_receipts(self) -> bool:
        """Say whether it reports later that a message arrived. Silence means something then."""

    async def send(self, message: Message) -> SendOutcome:
        """Hand the message over, and say how that ended. Raise nothing: a fault is an outcome."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class HearsCallbacks(Protocol):
    """A provider that reports by calling us."""

    def read_callback(self, callback: Callback) -> Heard:
        """Say what a request of the provider means, if it is one. Raise nothing."""


@runtime_checkable
class ReportsInHeaps(Protocol):
    """A provider that gathers many reports into one request, and so needs more room for it."""

    @property
    def callback_bytes(self) -> int:
        """Say how much of a request is read, before anybody knows who wrote it."""


@runtime_checkable
class Speaks(Protocol):
    """A provider that asks us what to say while somebody is on the telephone."""

    def greet(self, message: Message, asked: int) -> tuple[str, bytes]:
        """Give the media type and the body that make it say who calls, and ask for a key.

        Nothing of the code is in it: whoever listens may be a machine.
        """

    def speak(self, message: Message) -> tuple[str, bytes]:
        """Give the media type and the body that make it say a message."""

    def take_leave(self, words: str, locale: str) -> tuple[str, bytes]:
        """Give the media type and the body that make it say words without a code, and hang up."""


@runtime_checkable
class StaysConnected(Protocol):
    """A provider that speaks by itself, on a connection that is held."""

    async def stay_connected(self) -> None:
        """Connect, and connect again whenever the line is lost, until cancelled."""
