"""What both sides said to one call: which call, two statuses, two error codes, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

PairId = NewType("PairId", UUID)


class Call(StrEnum):
    CREATE = "create"
    CHECK = "check"
    FETCH = "fetch"
    UPDATE = "update"


STANDINGS = frozenset(
    {"pending", "approved", "canceled", "max_attempts_reached", "deleted", "failed", "expired"}
)
ALL = 1000  # thousandths
OTHER = "other"
"""Whatever else the original may say: nothing that it writes is kept as it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one side answers: the status of HTTP, the code of an error, how a verification is."""

    status: int
    code: int | None = None
    standing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`ours`: what we would have said."""

    id: PairId
    call: Call
    theirs: Said
    ours: Said
    at: datetime

    @property
    def agrees(self) -> bool:
        return self.theirs == self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Pairs that are alike, and how many there are."""

    call: Call
    theirs: Said
    ours: Said
    times: int
    first_at: datetime
    last_at: datetime

    @property
    def agrees(self) -> bool:
        return self.theirs == self.ours


@dataclass(frozen=True, slots=True)
class Tally:
    """Of so many pairs, so many are alike."""

    alike: int = 0
    pairs: int = 0

    @property
    def differing(self) -> int:
        return self.pairs - self.alike


@dataclass(frozen=True, slots=True)
class Report:
    """How often both sides said the same, and each way in which they did not."""

    kinds: Sequence[Kind]

    @property
    def pairs(self) -> int:
        return sum(kind.times for kind in self.kinds)

    @property
    def agreeing(self) -> int:
        return sum(kind.times for kind in self.kinds if kind.agrees)

    @property
    def calls(self) -> Mapping[Call, Tally]:
        """Count by call; one that was never made is not there."""
        return {call: self.of(call) for call in Call if any(k.call is call for k in self.kinds)}

    def of(self, call: Call) -> Tally:
        kinds = [kind for kind in self.kinds if kind.call is call]
        alike = sum(kind.times for kind in kinds if kind.agrees)
        return Tally(alike, sum(kind.times for kind in kinds))

    @property
    def thousandths(self) -> int | None:
        """Give how many of a thousand agree; it is all of them only if none differs."""
        return self.agreeing * ALL // self.pairs if self.pairs else None

    @property
    def differences(self) -> Sequence[Kind]:
        """Give what differs, the most frequent first."""
        return sorted(
            (kind for kind in self.kinds if not kind.agrees),
            key=lambda kind: (-kind.times, kind.call, kind.theirs.status, kind.ours.status),
        )


def standing(said: object) -> str | None:
    """Read how a verification is; what is none of the known words is not kept."""
    if said is None:
        return None
    return said if isinstance(said, str) and said in STANDINGS else OTHER
