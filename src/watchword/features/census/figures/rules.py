"""What waits at one moment: how much of it, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from watchword.features.delivery.rules import ProviderName

COUNTED_AT_MOST = 100_000
"""So many are counted for certain. What is beyond that is more than anybody can miss."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many wait, the oldest for so many seconds."""

    waiting: int
    oldest: float


NONE = Waiting(0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    lanes: Mapping[ProviderName, Waiting]
    webhooks: Waiting
    unsealed: Waiting
    """Entries of the ledger that have no place in it yet."""
    uncopied: Waiting
    """Checkpoints that the second place has not got."""
    swept_at: datetime | None
    """When retention last ran over everything, if it ever did."""
