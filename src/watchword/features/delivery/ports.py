"""What delivery asks of the outside."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

from watchword.features.delivery.receipts import Callback, Heard, Incoming, Report
from watchword.features.delivery.rules import (
    Message,
    MessageId,
    News,
    ProviderName,
    Queued,
    SendOutcome,
)
from watchword.features.templates.rules import Rendered
from watchword.foundation.storage import Transaction

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


class Hearer(Protocol):
    """A feature that has to know what became of its messages, and has no more say in them."""

    async def note(self, transaction: Transaction, news: Sequence[News]) -> None:
        """Write down what has become of messages, in the transaction in which they are settled."""
        ...


class Author(Hearer, Protocol):
    """A feature that writes to many, and has a say until each of its messages leaves.

    Its messages are known by how their `about` begins. It is asked in the transaction in which
    they are claimed, so what was said to it before then counts.
    """

    async def stopped(
        self, transaction: Transaction, claimed: Sequence["Claimed"]
    ) -> Mapping[MessageId, str]:
        """Give those that must not leave any more, each with a short word that says why."""
        ...

    async def words(self, claimed: "Claimed") -> Rendered:
        """Put the words together. Called outside any transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in the hands of a worker, and what was sealed with it."""

    queued: Queued
    facts: Mapping[str, str] = field(repr=False)


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
