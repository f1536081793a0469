"""Where accounts are kept, and who holds them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from watchword.features.customers.accounts.rules import Account, AccountId, Role
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Listing, Row, Transaction

AT_ONCE = 100
"""Ids in one statement: so many as the longest page has. What is missing is filled up."""

ADD = """
    insert into accounts (organisation_id, id, points, turnover, bonus, currency, created_at)
    values (:organisation_id, :id, :points, :turnover, :bonus, :currency, :created_at)
"""

ADD_HOLDER = """
    insert into account_holders (organisation_id, account_id, customer_id, role, since)
    values (:organisation_id, :account_id, :customer_id, :role, :since)
    on conflict (organisation_id, account_id, customer_id) do nothing
"""

OF = """
    select a.id, a.points, a.turnover, a.bonus, a.currency, a.created_at, h.role
    from account_holders h
    join accounts a on a.organisation_id = h.organisation_id and a.id = h.account_id
    where h.organisation_id = :organisation_id and h.customer_id = :customer_id
    order by h.since, h.account_id
"""

OF_SOME = Listing.of(
    """
    select a.id, a.points, a.turnover, a.bonus, a.currency, a.created_at, h.role, h.customer_id
    from account_holders h
    join accounts a on a.organisation_id = h.organisation_id and a.id = h.account_id
    where h.organisation_id = :organisation_id and h.customer_id in (:of_0)
    order by h.since, h.account_id
    """,
    AT_ONCE,
)

HAND_OVER = """
    insert into account_holders (organisation_id, account_id, customer_id, role, since)
    select organisation_id, account_id, :kept, role, since from account_holders
    where organisation_id = :organisation_id and customer_id = :merged
    on conflict (organisation_id, account_id, customer_id) do update set
        role = case when excluded.role = 'primary' then 'primary' else account_holders.role end
"""

DROP_HOLDER = """
    delete from account_holders
    where organisation_id = :organisation_id and customer_id = :customer_id
"""

DROP_HELD = """
    delete from account_holders
    where organisation_id = :organisation_id and account_id = :account_id
      and customer_id = :customer_id
"""

HELD_ALONE = """
    select a.* from account_holders h
    join accounts a on a.organisation_id = h.organisation_id and a.id = h.account_id
    where h.organisation_id = :organisation_id and h.customer_id = :customer_id
      and not exists (
        select 1 from account_holders o
        where o.organisation_id = h.organisation_id and o.account_id = h.account_id
          and o.customer_id <> h.customer_id
      )
    order by a.created_at, a.id
"""

HOLD = """
    select points, turnover, bonus, reserved, currency from accounts
    where organisation_id = :organisation_id and id = :id for update
"""

CREDIT = """
    update accounts set
        points = points + :points, turnover = turnover + :turnover, bonus = bonus + :bonus,
        reserved = coalesce(reserved, 0) + :reserved
    where organisation_id = :organisation_id and id = :id
"""

CLOSE_HOLDERS = """
    delete from account_holders where organisation_id = :organisation_id and account_id = :id
"""

CLOSE = "delete from accounts where organisation_id = :organisation_id and id = :id"


class AccountStore:
    """The accounts of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, accounts: Iterable[tuple[Account, CustomerId]]) -> None:
        """Keep new accounts, each with its first holder."""
        kept = [*accounts]
        await self._transaction.many(ADD, [self._account(account) for account, _ in kept])
        await self._transaction.many(ADD_HOLDER, [self._holder(*pair) for pair in kept])

    async def add_holder(self, account: Account, id: CustomerId) -> None:
        """Let one more customer hold an account, in the role that the account names."""
        await self._transaction.many(ADD_HOLDER, [self._holder(account, id)])

    async def of(self, id: CustomerId) -> Sequence[Account]:
        """Give what a customer holds, the oldest first."""
        rows = await self._transaction.all(OF, organisation_id=self._ours, customer_id=str(id))
        return [_from_row(row) for row in rows]

    async def of_some(self, ids: Collection[CustomerId]) -> Mapping[CustomerId, Sequence[Account]]:
        """Give what each of some customers holds."""
        found, wanted = defaultdict[CustomerId, list[Account]](list), [str(id) for id in ids]
        for row in await OF_SOME.all(self._transaction, wanted, organisation_id=self._ours):
            found[CustomerId(Id(row["customer_id"]))].append(_from_row(row))
        return found

    async def held_alone(self, id: CustomerId) -> Sequence[AccountId]:
        """Give the accounts that a customer holds with nobody else, the oldest first."""
        rows = await self._transaction.all(
            HELD_ALONE, organisation_id=self._ours, customer_id=str(id)
        )
        return [AccountId(Id(row["id"])) for row in rows]

    async def may_unite(self, into: AccountId, other: AccountId) -> bool:
        """Hold both, in one order whoever asks, and say whether they can become one."""
        held = [await self._hold(id) for id in sorted({into, other}, key=str)]
        currencies = {None if row is None else row["currency"] for row in held}
        return into != other and None not in currencies and len(currencies) == 1

    async def unite(self, into: AccountId, other: AccountId) -> None:
        """Let one account have what is left on another, and end that. Both are held."""
        row = await self._hold(other)
        assert row is not None  # noqa: S101 - it is held
        sums = {name: row[name] or 0 for name in ("points", "turnover", "bonus", "reserved")}
        await self._transaction.run(CREDIT, organisation_id=self._ours, id=str(into), **sums)
        await self._transaction.run(CLOSE_HOLDERS, organisation_id=self._ours, id=str(other))
        await self._transaction.run(CLOSE, organisation_id=self._ours, id=str(other))

    async def _hold(self, id: AccountId) -> Row | None:
        return await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))

    async def hand_over(self, kept: CustomerId, merged: CustomerId) -> None:
        await self._transaction.run(
            HAND_OVER, organisation_id=self._ours, kept=str(kept), merged=str(merged)
        )
        await self.drop_holder(merged)

    async def drop_holder(self, id: CustomerId) -> None:
        await self._transaction.run(DROP_HOLDER, organisation_id=self._ours, customer_id=str(id))

    async def drop_held(self, account_id: AccountId, id: CustomerId) -> None:
        """Let a customer hold one account no more."""
        await self._transaction.run(
            DROP_HELD,
            organisation_id=self._ours,
            account_id=str(account_id),
            customer_id=str(id),
        )

    def _account(self, account: Account) -> dict[str, str | int]:
        return {
            "organisation_id": self._ours,
            "id": str(account.id),
            "points": account.points,
            "turnover": account.turnover,
            "bonus": account.bonus,
            "currency": account.currency,
            "created_at": to_microseconds(account.created_at),
        }

    def _holder(self, account: Account, id: CustomerId) -> dict[str, str | int]:
        return {
            "organisation_id": self._ours,
            "account_id": str(account.id),
            "customer_id": str(id),
            "role": account.role,
            "since": to_microseconds(self._transaction.now()),
        }


def _from_row(row: Row) -> Account:
    return Account(
        id=AccountId(Id(row["id"])),
        points=row["points"],
        turnover=row["turnover"],
        bonus=row["bonus"],
        currency=row["currency"],
        created_at=from_microseconds(row["created_at"]),
        role=Role(row["role"]),
    )
