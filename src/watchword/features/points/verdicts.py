"""What came of earning points, or of setting them right."""

from dataclasses import dataclass
from typing import ClassVar

from watchword.features.points.ledger import Balance, Transfer


@dataclass(frozen=True, slots=True)
class Earned:
    """`transfer.points` may be nought, when no rule holds: the order counts as told."""

    word: ClassVar = "earned"

    transfer: Transfer
    balance: Balance


@dataclass(frozen=True, slots=True)
class EarnedBefore:
    """The same order was told before, and has earned what it earned then."""

    word: ClassVar = "earned_before"

    transfer: Transfer
    balance: Balance


@dataclass(frozen=True, slots=True)
class OtherPurchase:
    """An order of this id was told before, with another account, amount or location."""

    word: ClassVar = "other_purchase"


@dataclass(frozen=True, slots=True)
class NotCollecting:
    """All cards of the account are blocked or deleted."""

    word: ClassVar = "not_collecting"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Staff, or a program, have set it right."""

    word: ClassVar = "adjusted"

    transfer: Transfer
    balance: Balance


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Who wants to change it is reached where its holder is reached."""

    word: ClassVar = "own_account"
