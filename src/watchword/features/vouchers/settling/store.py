"""Where it is kept what tills took in without a line."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchword.features.organisations.rules import LocationId
from watchword.features.tills.terminals.rules import TerminalId
from watchword.features.vouchers.rules import VoucherId
from watchword.features.vouchers.settling.rules import Use, UseId, Verdict
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction

SECOND = timedelta(seconds=1)

ADD = """
    insert into voucher_uses (
        organisation_id, id, voucher_id, terminal_id, location_id, digest, order_id, verdict, loss,
        currency, is_late, clock_off, taken_at, settled_at
    ) values (
        :organisation_id, :id, :voucher_id, :terminal_id, :location_id, :digest, :order_id,
        :verdict, :loss, :currency, :is_late, :clock_off, :taken_at, :settled_at
    )
    on conflict (organisation_id, terminal_id, digest, order_id) do nothing
"""

TOLD = """
    select * from voucher_uses
    where organisation_id = :organisation_id and terminal_id = :terminal_id and digest = :digest
      and order_id = :order_id
"""

SETTLED_BY = """
    select terminal_id from voucher_uses
    where organisation_id = :organisation_id and voucher_id = :voucher_id and verdict = 'settled'
"""

OF_VOUCHERS = """
    select * from voucher_uses
    where organisation_id = :organisation_id and voucher_id in (
        select voucher_id from voucher_uses
        where organisation_id = :organisation_id and settled_at >= :since
          and verdict <> 'settled'
    )
    order by settled_at desc, id desc limit :most
"""

PAGE = """
    select * from voucher_uses
    where organisation_id = :organisation_id
      and (settled_at < :before or (settled_at = :before and id < :below))
      and settled_at >= :since
    order by settled_at desc, id desc limit :most
"""


class VoucherUseStore:
    """What the tills of one organisation took in, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, use: Use) -> bool:
        """Keep what a till told us; say whether it was for the first time."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(use.id),
            voucher_id=None if use.voucher_id is None else str(use.voucher_id),
            terminal_id=str(use.terminal_id),
            location_id=str(use.location_id),
            digest=use.digest,
            order_id=use.order_id or "",
            verdict=use.verdict,
            loss=use.loss,
            currency=use.currency,
            is_late=int(use.is_late),
            clock_off=use.clock_off // SECOND,
            taken_at=to_microseconds(use.taken_at),
            settled_at=to_microseconds(use.settled_at),
        )
        return added == 1

    async def told(
        self, terminal_id: TerminalId, digest: bytes, order_id: str | None
    ) -> Use | None:
        """Give what a till told us before of a voucher that it took in for an order."""
        row = await self._transaction.one(
            TOLD,
            organisation_id=self._ours,
            terminal_id=str(terminal_id),
            digest=digest,
            order_id=order_id or "",
        )
        return None if row is None else _from_row(row)

    async def settled_by(self, id: VoucherId) -> TerminalId | None:
        """Give the till that settled a voucher."""
        row = await self._transaction.one(
            SETTLED_BY, organisation_id=self._ours, voucher_id=str(id)
        )
        return None if row is None else TerminalId(Id(row["terminal_id"]))

    async def since(self, since: datetime, after: Bookmark | None, most: int) -> Sequence[Use]:
        """Give what tills told us since a moment, the newest first."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            since=to_microseconds(since),
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def lost_since(self, since: datetime, most: int) -> Sequence[Use]:
        """Give all that was told of vouchers of which one till at least had a loss since then, the
        newest first."""
        rows = await self._transaction.all(
            OF_VOUCHERS, organisation_id=self._ours, since=to_microseconds(since), most=most
        )
        return [_from_row(row) for row in rows]


def _from_row(row: Row) -> Use:
    voucher = row["voucher_id"]
    return Use(
        id=UseId(Id(row["id"])),
        voucher_id=None if voucher is None else VoucherId(Id(voucher)),
        terminal_id=TerminalId(Id(row["terminal_id"])),
        location_id=LocationId(Id(row["location_id"])),
        digest=row["digest"],
        order_id=row["order_id"] or None,
        verdict=Verdict(row["verdict"]),
        loss=row["loss"],
        currency=row["currency"],
        is_late=bool(row["is_late"]),
        clock_off=row["clock_off"] * SECOND,
        taken_at=from_microseconds(row["taken_at"]),
        settled_at=from_microseconds(row["settled_at"]),
    )
