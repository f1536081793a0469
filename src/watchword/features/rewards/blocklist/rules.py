"""What it means that somebody may collect and not redeem, and until when."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from watchword.features.contacts.rules import Contact, ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemingBlock:
    """It stands for all accounts of whoever is reached there. Without `until` it has no end."""

    word: ClassVar = "redeeming_block"

    contact_id: ContactId
    contact: Contact | None = field(default=None, repr=False)
    """Nothing, where it was not read, or is forgotten."""
    until: datetime | None
    reason: str
    made_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Lifted:
    """Whoever is reached there may redeem again."""

    word: ClassVar = "lifted"

    contact_id: ContactId


@dataclass(frozen=True, slots=True)
class InThePast:
    """It would be over before it begins."""

    word: ClassVar = "in_the_past"


@dataclass(frozen=True, slots=True)
class NotByThat:
    """An account is found by telephone and e-mail, and by nothing else."""

    word: ClassVar = "not_by_that"


def stands(block: RedeemingBlock, now: datetime) -> bool:
    return block.until is None or now < block.until
