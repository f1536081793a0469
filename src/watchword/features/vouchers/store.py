"""Where vouchers are kept: what they say, and never how they are signed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.rules import RewardId
from watchword.features.vouchers.rules import State, Voucher, VoucherId, WishId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

OUT_AT_MOST = 20
"""More than any bound lets a customer have out; merged customers may have a few more."""

ADD = """
    insert into vouchers (
        organisation_id, id, wish_id, customer_id, account_id, reward_id, location_id, state,
        points, value, currency, at_least, pos_discount_id, key_version, digest, taken_at, ends_at,
        releases_at, ended_at
    ) values (
        :organisation_id, :id, :wish_id, :customer_id, :account_id, :reward_id, :location_id,
        :state, :points, :value, :currency, :at_least, :pos_discount_id, :key_version, :digest,
        :taken_at, :ends_at, :releases_at, :ended_at
    )
"""

GET = "select * from vouchers where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET} for update"

OF_WISH = """
    select * from vouchers
    where organisation_id = :organisation_id and customer_id = :customer_id and wish_id = :wish_id
    order by taken_at, id limit 1
"""

END = """
    update vouchers set state = :state, ended_at = :ended_at
    where organisation_id = :organisation_id and id = :id
"""

OUT = """
    select * from vouchers
    where organisation_id = :organisation_id and customer_id = :customer_id and state = 'open'
    order by taken_at desc, id desc limit :most
"""

COUNT_OUT = """
    select count(*) as found from vouchers
    where organisation_id = :organisation_id and customer_id = :customer_id and state = 'open'
"""

MOVE = """
    update vouchers set customer_id = :kept
    where organisation_id = :organisation_id and customer_id = :merged
"""

LOST = """
    select * from vouchers where organisation_id = :organisation_id and id in (
        select voucher_id from voucher_uses
        where organisation_id = :organisation_id and settled_at >= :since
          and verdict <> 'settled'
    )
    order by taken_at desc, id desc limit :most
"""

DUE = """
    select organisation_id, id from vouchers
    where state = 'open' and releases_at <= :now order by releases_at limit :most
"""

BY_KEY = """
    select key_version, count(*) as found from vouchers where state = 'open' group by key_version
"""


class VoucherStore:
    """The vouchers of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, voucher: Voucher) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(voucher.id),
            wish_id=str(voucher.wish_id),
            customer_id=str(voucher.customer_id),
            account_id=str(voucher.account_id),
            reward_id=str(voucher.reward_id),
            location_id=str(voucher.location_id),
            state=voucher.state,
            points=voucher.points,
            value=voucher.value,
            currency=voucher.currency,
            at_least=voucher.at_least,
            pos_discount_id=voucher.pos_discount_id,
            key_version=voucher.key_version,
            digest=voucher.digest,
            taken_at=to_microseconds(voucher.taken_at),
            ends_at=to_microseconds(voucher.ends_at),
            releases_at=to_microseconds(voucher.releases_at),
            ended_at=microseconds_if_any(voucher.ended_at),
        )

    async def get(self, id: VoucherId) -> Voucher | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def count_out(self, customer_id: CustomerId) -> int:
        row = await self._transaction.one(
            COUNT_OUT, organisation_id=self._ours, customer_id=str(customer_id)
        )
        return 0 if row is None else int(row["found"])

    async def hold(self, id: VoucherId) -> Voucher | None:
        """Read a voucher that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def of_wish(self, customer_id: CustomerId, id: WishId) -> Voucher | None:
        """Give what came of a wish of this customer, if they had it before."""
        row = await self._transaction.one(
            OF_WISH, organisation_id=self._ours, customer_id=str(customer_id), wish_id=str(id)
        )
        return None if row is None else _from_row(row)

    async def end(self, voucher: Voucher) -> None:
        """Keep how a voucher ended that is held."""
        await self._transaction.run(
            END,
            organisation_id=self._ours,
            id=str(voucher.id),
            state=voucher.state,
            ended_at=microseconds_if_any(voucher.ended_at),
        )

    async def out(self, customer_id: CustomerId) -> Sequence[Voucher]:
        """Give what a customer has out, the newest first."""
        rows = await self._transaction.all(
            OUT, organisation_id=self._ours, customer_id=str(customer_id), most=OUT_AT_MOST
        )
        return [_from_row(row) for row in rows]

    async def move(self, merged: CustomerId, kept: CustomerId) -> None:
        """Let vouchers of whoever was merged be those of who has become of them."""
        await self._transaction.run(
            MOVE, organisation_id=self._ours, merged=str(merged), kept=str(kept)
        )

    async def lost_since(self, since: datetime, most: int) -> Mapping[VoucherId, Voucher]:
        """Give those for which something was handed out once too often since a moment, the newest
        first."""
        rows = await self._transaction.all(
            LOST, organisation_id=self._ours, since=to_microseconds(since), most=most
        )
        return {each.id: each for each in map(_from_row, rows)}


class VoucherSweep:
    """Vouchers of all organisations whose points come back."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def due(self, most: int) -> Sequence[tuple[OrganisationId, VoucherId]]:
        now = to_microseconds(self._transaction.now())
        rows = await self._transaction.all(DUE, now=now, most=most)
        return [
            (OrganisationId(Id(row["organisation_id"])), VoucherId(Id(row["id"]))) for row in rows
        ]


class VoucherCensus:
    """How many vouchers are out under each version of the key, of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_vouchers_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_KEY)
        return {row["key_version"]: row["found"] for row in rows}


def _from_row(row: Row) -> Voucher:
    return Voucher(
        id=VoucherId(Id(row["id"])),
        wish_id=WishId(Id(row["wish_id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        account_id=AccountId(Id(row["account_id"])),
        reward_id=RewardId(Id(row["reward_id"])),
        location_id=LocationId(Id(row["location_id"])),
        state=State(row["state"]),
        points=row["points"],
        value=row["value"],
        currency=row["currency"],
        at_least=row["at_least"],
        pos_discount_id=row["pos_discount_id"],
        key_version=row["key_version"],
        digest=row["digest"],
        taken_at=from_microseconds(row["taken_at"]),
        ends_at=from_microseconds(row["ends_at"]),
        releases_at=from_microseconds(row["releases_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )
