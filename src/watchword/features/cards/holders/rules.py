"""Who may join those who hold an account, and who may leave them.

Whoever holds an account shares what is collected for it. It gives nobody a right to the card of
somebody else: each has a card of their own, shows that it is theirs, and spends with that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchword.features.customers.accounts.rules import Role
from watchword.features.customers.rules import CustomerId


class NoChange(StrEnum):
    """Why those who hold an account stay as they are."""

    HOLDS_ALREADY = "holds_already"
    HOLDS_NOT = "holds_not"
    LAST_HOLDER = "last_holder"
    HAS_CARD = "has_card"
    """A card of theirs still collects for the account."""
    TOO_MANY_HOLDERS = "too_many_holders"


AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Holder:
    customer_id: CustomerId
    role: Role
    since: datetime


def may_join(holders: Sequence[Holder], id: CustomerId) -> NoChange | None:
    """Say why somebody does not join; nothing, if they do."""
    if any(each.customer_id == id for each in holders):
        return NoChange.HOLDS_ALREADY
    return NoChange.TOO_MANY_HOLDERS if len(holders) >= AT_MOST else None


def may_leave(holders: Sequence[Holder], id: CustomerId, *, has_card: bool) -> NoChange | None:
    """Say why somebody does not leave; nothing, if they do."""
    if all(each.customer_id != id for each in holders):
        return NoChange.HOLDS_NOT
    if len(holders) == 1:
        return NoChange.LAST_HOLDER
    return NoChange.HAS_CARD if has_card else None


def heir_of(holders: Sequence[Holder], leaving: CustomerId) -> CustomerId | None:
    """Give who becomes the primary holder: whoever has held longest, if nobody else is it."""
    left = [each for each in holders if each.customer_id != leaving]
    if any(each.role is Role.PRIMARY for each in left):
        return None
    return min(left, key=lambda each: (each.since, str(each.customer_id))).customer_id
