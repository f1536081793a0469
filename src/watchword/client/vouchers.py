"""Tills without a line: what a till needs beforehand, and what it took in, settled later.

`watchword.client.offline` has a till that keeps all the rules; these are the acts beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from watchword.client.acts import Act, posting, reading, said
from watchword.client.tills import TERMINAL
from watchword.client.voucher_shapes import VoucherKit, VoucherSettlement


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A voucher that a till took in, as it was scanned, and when."""

    voucher: str = field(repr=False)
    taken_at: datetime
    order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some that are settled together; `sent_at` is what the clock of the till says now."""

    sent_at: datetime
    vouchers: tuple[TakenIn, ...]


def kit(terminal: str) -> Act[VoucherKit]:
    """Read what a till needs without a line. `terminal` is the credential of a registered till."""
    return replace(reading("/v1/voucher-kit", VoucherKit), headers={TERMINAL: terminal})


def settle(terminal: str, bundle: Bundle) -> Act[VoucherSettlement]:
    """Settle what a till took in. Each voucher counts once, so it may be told again and again."""
    body = {"sent_at": bundle.sent_at.isoformat(), "vouchers": [*_told(bundle.vouchers)]}
    act = posting("/v1/voucher-settlements", VoucherSettlement, body)
    return replace(act, headers={TERMINAL: terminal})


def _told(vouchers: Iterable[TakenIn]) -> Iterable[dict[str, object]]:
    for each in vouchers:
        yield said(voucher=each.voucher, taken_at=each.taken_at.isoformat(), order_id=each.order_id)
