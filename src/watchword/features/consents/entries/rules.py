"""What staff and programs see of the consent of somebody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from watchword.features.consents.rules import Record, Scope


@dataclass(frozen=True, slots=True)
class Seen:
    """What advertising may go to a contact point, and how that came about."""

    allowed: Collection[Scope]
    is_opted_out: bool
    records: Sequence[Record]
    """By scope, the newest first."""
    awaited: Collection[Scope] = ()
    """They were asked by a message, and their answer counts still."""
