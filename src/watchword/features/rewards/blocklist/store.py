"""Where it is kept who may not redeem."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.rewards.blocklist.rules import RedeemingBlock
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction

NEVER = 2**62
"""Later than any moment."""

PUT = """
    insert into redeeming_blocks (
        organisation_id, contact_id, ends_at, reason, made_by, created_at
    ) values (:organisation_id, :contact_id, :ends_at, :reason, :made_by, :created_at)
    on conflict (organisation_id, contact_id) do update set
        ends_at = excluded.ends_at, reason = excluded.reason, made_by = excluded.made_by,
        created_at = excluded.created_at
"""

FIND = """
    select * from redeeming_blocks
    where organisation_id = :organisation_id and contact_id = :contact_id
"""

DROP = """
    delete from redeeming_blocks
    where organisation_id = :organisation_id and contact_id = :contact_id
"""

PAGE = """
    select * from redeeming_blocks
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and contact_id < :below))
    order by created_at desc, contact_id desc limit :most
"""

STANDS_FOR = """
    select contact_id from redeeming_blocks
    where organisation_id = :organisation_id and (ends_at is null or ends_at > :now)
      and contact_id in (
        select contact_id from customer_contacts
        where organisation_id = :organisation_id and customer_id in (
            select customer_id from account_holders
            where organisation_id = :organisation_id and account_id = :account_id
        )
      )
    limit 1
"""
"""Nested, for SQLite would begin a join with all contact points of the organisation."""


class RedeemingBlockStore:
    """Who may not redeem in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def put(self, block: RedeemingBlock) -> None:
        """Keep a block; an earlier one on the same contact point is over."""
        await self._transaction.run(
            PUT,
            organisation_id=self._ours,
            contact_id=str(block.contact_id),
            ends_at=microseconds_if_any(block.until),
            reason=block.reason,
            made_by=block.made_by,
            created_at=to_microseconds(block.created_at),
        )

    async def find(self, id: ContactId) -> RedeemingBlock | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, contact_id=str(id))
        return None if row is None else _from_row(row)

    async def drop(self, id: ContactId) -> bool:
        dropped = await self._transaction.run(DROP, organisation_id=self._ours, contact_id=str(id))
        return dropped == 1

    async def page(self, after: Bookmark | None, most: int) -> Sequence[RedeemingBlock]:
        """Give blocks, the newest first; those that have run out are among them."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            before=NEVER if after is None else to_microseconds(after.created_at),
            below="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def stands_for(self, id: AccountId, now: datetime) -> bool:
        """Say whether one stands for anybody who holds an account."""
        row = await self._transaction.one(
            STANDS_FOR,
            organisation_id=self._ours,
            account_id=str(id),
            now=to_microseconds(now),
        )
        return row is not None


def _from_row(row: Row) -> RedeemingBlock:
    return RedeemingBlock(
        contact_id=ContactId(Id(row["contact_id"])),
        until=moment_if_any(row["ends_at"]),
        reason=row["reason"],
        made_by=row["made_by"],
        created_at=from_microseconds(row["created_at"]),
    )
