"""That a guess is counted before it is judged: what is wished for, heard and told of that."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.cores.rules import FindBy, MemberRef
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True)
class Charge:
    """Count a guess before it is judged: against whom `value` led to, else against itself."""

    by: FindBy
    value: Secret = field(repr=False)
    found: Sequence[MemberRef] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Charged:
    """A guess is counted, and may be judged."""


@dataclass(frozen=True, slots=True)
class TooOften:
    """Too many in a row have failed: this one is not judged, and fits nobody."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """So much goes wrong from this telephone, or on the line, that a person helps instead."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was counted before it was judged was right; or nobody could judge it, and then it is as
    if it had not been made: it does not speak for the line."""

    by: FindBy
    value: Secret = field(repr=False)
    found: Sequence[MemberRef] = field(repr=False)
    was_right: bool = True
