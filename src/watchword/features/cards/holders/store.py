"""Who holds one account: read and held as a whole, so that the last never leaves it."""

from collections.abc import Sequence

from watchword.features.cards.holders.rules import Holder
from watchword.features.customers.accounts.rules import AccountId, Role
from watchword.features.customers.rules import CustomerId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

HOLD = """
    select id from accounts where organisation_id = :organisation_id and id = :id for update
"""

OF = """
    select customer_id, role, since from account_holders
    where organisation_id = :organisation_id and account_id = :account_id
    order by case role when 'primary' then 0 else 1 end, since, customer_id limit :most
"""

ADD = """
    insert into account_holders (organisation_id, account_id, customer_id, role, since)
    values (:organisation_id, :account_id, :customer_id, :role, :since)
"""

DROP = """
    delete from account_holders
    where organisation_id = :organisation_id and account_id = :account_id
      and customer_id = :customer_id
"""

CROWN = """
    update account_holders set role = 'primary'
    where organisation_id = :organisation_id and account_id = :account_id
      and customer_id = :customer_id
"""

SHOWN_AT_MOST = 50


class HolderStore:
    """Who holds one account of one organisation, seen from inside one transaction."""

    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, id: AccountId
    ) -> None:
        self._transaction = transaction
        self._ours = {"organisation_id": str(organisation_id), "account_id": str(id)}

    async def all(self) -> Sequence[Holder]:
        rows = await self._transaction.all(OF, **self._ours, most=SHOWN_AT_MOST)
        return [
            Holder(
                CustomerId(Id(row["customer_id"])),
                Role(row["role"]),
                from_microseconds(row["since"]),
            )
            for row in rows
        ]

    async def hold(self) -> Sequence[Holder]:
        """Read them, and let nobody else change who they are until the end."""
        await self._transaction.one(
            HOLD, organisation_id=self._ours["organisation_id"], id=self._ours["account_id"]
        )
        return await self.all()

    async def add(self, id: CustomerId) -> None:
        await self._transaction.run(
            ADD,
            **self._ours,
            customer_id=str(id),
            role=Role.JOINT,
            since=to_microseconds(self._transaction.now()),
        )

    async def drop(self, id: CustomerId) -> None:
        await self._transaction.run(DROP, **self._ours, customer_id=str(id))

    async def crown(self, id: CustomerId) -> None:
        """Let somebody be the primary holder from now on."""
        await self._transaction.run(CROWN, **self._ours, customer_id=str(id))
