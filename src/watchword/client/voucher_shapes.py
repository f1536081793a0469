"""What Watchword answers to tills that have no line."""

from datetime import datetime
from uuid import UUID

from watchword.client.shapes import Shape


class VoucherKey(Shape, frozen=True, kw_only=True):
    """The public half of a key by which vouchers are signed, in base64."""

    id: str
    public: str


class VoucherKit(Shape, frozen=True, kw_only=True):
    """What a till needs to take vouchers in without a line."""

    organisation_id: UUID
    terminal_id: UUID
    location_id: UUID
    issued_at: datetime
    ends_at: datetime
    count: int
    value: int
    keys: tuple[VoucherKey, ...]


class VoucherUse(Shape, frozen=True, kw_only=True):
    """What became of a voucher that a till took in; all but `settled` are losses."""

    id: UUID
    verdict: str
    again: bool
    voucher_id: UUID | None
    loss: int
    is_late: bool


class VoucherSettlement(Shape, frozen=True, kw_only=True):
    vouchers: tuple[VoucherUse, ...]
