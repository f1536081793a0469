"""What an account is. Points stay with it when a card is replaced."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from msgspec import Struct

AccountId = NewType("AccountId", UUID)

USUAL_CURRENCY = "EUR"


class Role(StrEnum):
    PRIMARY = "primary"
    JOINT = "joint"


class NewAccount(Struct, frozen=True, gc=False):
    """`turnover` and `bonus` are in the smallest unit of the currency."""

    points: int = 0
    turnover: int = 0
    bonus: int = 0
    currency: str = USUAL_CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: AccountId
    points: int
    turnover: int
    bonus: int
    currency: str
    created_at: datetime
    role: Role
    """As what the customer holds it who was asked about."""


def opened(id: AccountId, new: NewAccount, now: datetime) -> Account:
    return Account(
        id=id,
        points=new.points,
        turnover=new.turnover,
        bonus=new.bonus,
        currency=new.currency,
        created_at=now,
        role=Role.PRIMARY,
    )
