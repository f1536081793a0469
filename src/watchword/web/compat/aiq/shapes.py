"""The bodies of the calls, under the names that integrations of Alpine IQ know."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct

IN_CAPITALS = {"id", "url"}


def named(field: str) -> str:
    """Write a name as the reference does: `redemption_url` as `redemptionURL`."""
    first, *others = field.split("_")
    return first + "".join(each.upper() if each in IN_CAPITALS else each.title() for each in others)


Phone: TypeAlias = Annotated[str, Meta(max_length=40)]
Email: TypeAlias = Annotated[str, Meta(max_length=254)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]


class Lenient(Struct, frozen=True, kw_only=True, rename=named):
    """What somebody sent us, of which we read what we know. It does not show itself."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Place(Lenient, frozen=True, kw_only=True):
    """Where a sale is. The reference does not say so; who does sees what may be had there."""

    location_id: UUID | None = None
    terminal_id: Name | None = None
    staff: Name | None = None


class WalletVerification(Place, frozen=True, kw_only=True):
    phone: Phone


class WalletView(Lenient, frozen=True, kw_only=True):
    """`contactID` says who it is, where several are reached."""

    phone: Phone
    code: Annotated[str, Meta(max_length=64)]
    contact_id: UUID | None = None


class DirectWallet(Place, frozen=True, kw_only=True):
    phone: Phone | None = None
    email: Email | None = None
    contact_id: UUID | None = None


class Sent(Struct, frozen=True):
    """A code is on its way, if anybody is known there."""

    success: bool = True


class DiscountTemplate(Struct, frozen=True, kw_only=True, rename=named):
    """A reward as the reference calls it; `redemptionURL` takes the PUT that spends the points."""

    id: UUID
    pos_discount_id: str
    name: str
    page_title: str
    avatar: str = ""
    instore_redemption: bool
    redemption_url: str
    points_deduction: int


class Wallet(Struct, frozen=True, kw_only=True, rename=named):
    contact_id: UUID | None
    loyalty_points: int
    hide_points_in_wallet: bool
    audiences: list[str] = []
    discount_templates: list[DiscountTemplate]
    expires_at: datetime


class Redeemed(Struct, frozen=True, kw_only=True, rename=named):
    success: bool = True
    id: UUID
    transaction_id: str | None
    points_deduction: int
