"""Where it is asked whether a customer is a colleague, or somebody whom they live with.

A contact point that was taken from a customer still says so for a while: otherwise somebody takes
their own away, and verifies the card a moment later.
"""

from datetime import datetime, timedelta

from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

REMEMBERED = timedelta(days=90)

LEAVE = """
    insert into left_contacts (organisation_id, customer_id, contact_id, kind, left_at)
    select organisation_id, customer_id, contact_id, kind, :now from customer_contacts
    where organisation_id = :organisation_id and customer_id = :customer_id
      and contact_id = :contact_id
    on conflict (organisation_id, customer_id, contact_id) do update set left_at = excluded.left_at
"""

HAND_OVER = """
    insert into left_contacts (organisation_id, customer_id, contact_id, kind, left_at)
    select organisation_id, :kept, contact_id, kind, left_at from left_contacts
    where organisation_id = :organisation_id and customer_id = :merged
    on conflict (organisation_id, customer_id, contact_id) do update set left_at =
        case when excluded.left_at > left_contacts.left_at then excluded.left_at
        else left_contacts.left_at end
"""

FORGET = """
    delete from left_contacts
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

HAS_LOST = """
    select contact_id from left_contacts
    where organisation_id = :organisation_id and customer_id = :customer_id and left_at > :since
    limit 1
"""

THERE = {"customer_contacts": "", "left_contacts": "and {which}.left_at > :since"}
"""Where it stands what is somebody's, and what was until lately."""


def _shared(mine: str, theirs: str) -> str:
    return f"""
        or exists (
          select 1 from {mine} mine
          join {theirs} theirs
            on theirs.organisation_id = mine.organisation_id
            and theirs.contact_id = mine.contact_id
          where mine.organisation_id = :organisation_id and mine.customer_id = own.customer_id
            and mine.kind <> 'post' and theirs.customer_id = :customer_id
            {THERE[mine].format(which="mine")} {THERE[theirs].format(which="theirs")}
        )
    """  # noqa: S608 - made of constants


IS_CLOSE = f"""
    select own.customer_id from (
        select customer_id from customer_contacts
        where organisation_id = :organisation_id and contact_id = :contact_id
        union
        select customer_id from left_contacts
        where organisation_id = :organisation_id and contact_id = :contact_id and left_at > :since
    ) own
    where own.customer_id = :customer_id
        or exists (
          select 1 from account_holders held
          where held.organisation_id = :organisation_id and held.account_id = :account_id
            and held.customer_id = own.customer_id
        )
        {"".join(_shared(mine, theirs) for mine in THERE for theirs in THERE)}
"""  # noqa: S608 - likewise


class ClosenessStore:
    """Who is close to whom in one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def remember(self, id: CustomerId, contact_id: ContactId) -> None:
        """Note that a contact point is a customer's until now."""
        await self._transaction.run(
            LEAVE,
            organisation_id=self._ours,
            customer_id=str(id),
            contact_id=str(contact_id),
            now=to_microseconds(self._transaction.now()),
        )

    async def unite(self, kept: CustomerId, merged: CustomerId) -> None:
        """Let what was one customer's have been another's, for both are one person."""
        await self._transaction.run(
            HAND_OVER, organisation_id=self._ours, kept=str(kept), merged=str(merged)
        )
        await self.forget(merged)

    async def forget(self, id: CustomerId) -> None:
        await self._transaction.run(FORGET, organisation_id=self._ours, customer_id=str(id))

    async def has_lost(self, id: CustomerId, since: datetime) -> bool:
        """Say whether a contact point was taken from a customer since then."""
        row = await self._transaction.one(
            HAS_LOST,
            organisation_id=self._ours,
            customer_id=str(id),
            since=to_microseconds(since),
        )
        return row is not None

    async def is_close(self, contact_id: ContactId, id: CustomerId, account_id: AccountId) -> bool:
        """Say whether a contact point is a customer's, or was until lately; or that of somebody
        who holds the account with them, or is reached by the same telephone or e-mail address."""
        row = await self._transaction.one(
            IS_CLOSE,
            organisation_id=self._ours,
            contact_id=str(contact_id),
            customer_id=str(id),
            account_id=str(account_id),
            since=to_microseconds(self._transaction.now() - REMEMBERED),
        )
        return row is not None
