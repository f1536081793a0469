"""The ways out as people look at them: which providers serve a channel, and how they do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rests.rules import Rest
from watchword.features.delivery.rules import ProviderName
from watchword.features.figures.rules import Line
from watchword.features.prices.rules import Money

ENOUGH_TO_TELL = 20  # codes; of fewer a share says nothing
WORRYING = 0.5
"""If fewer of those that a provider took arrive or are typed, somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A provider as the settings name it."""

    name: ProviderName
    kind: str
    channels: Collection[Channel]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A provider of a channel. `place`: when it is asked; none, if it is not used for it.

    `line` is what it did for the organisation lately; `price`, the most that a message costs in
    the organisation's own country.
    """

    provider: ProviderName
    kind: str
    place: int | None
    gives_receipts: bool
    rest: Rest | None
    line: Line
    price: Money | None

    @property
    def verified_share(self) -> float | None:
        return share(self.line.verified, self.line.sent)

    @property
    def delivered_share(self) -> float | None:
        return share(self.line.delivered, self.line.sent)

    @property
    def is_worrying(self) -> bool:
        """Say whether codes go out this way and do not seem to get anywhere."""
        tried = self.line.sent + self.line.failed
        return tried >= ENOUGH_TO_TELL and self.line.delivered < WORRYING * tried


@dataclass(frozen=True, slots=True)
class ChannelWays:
    """A channel, with its providers in the order in which they are asked."""

    channel: Channel
    served: Sequence[Served]

    @property
    def is_set_up(self) -> bool:
        return any(each.place is not None for each in self.served)


def share(part: int, whole: int) -> float | None:
    """Give a share; nothing, where there is nothing to share."""
    return min(part / whole, 1.0) if whole else None


def in_order(served: Sequence[Served]) -> Sequence[Served]:
    """Put those that are asked first, and those that are not used behind them."""
    return sorted(served, key=lambda each: (each.place is None, each.place or 0, each.provider))
