"""Where passkeys of customers are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.passkeys.rules import Passkey, PasskeyId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into wallet_passkeys (
        organisation_id, id, customer_id, credential_id, public_key, count, is_synced, transports,
        person_id, sealed_name, created_at
    ) values (
        :organisation_id, :id, :customer_id, :credential_id, :public_key, :count, :is_synced,
        :transports, :person_id, :sealed_name, :created_at
    )
    on conflict (credential_id) do nothing
"""

BY_CREDENTIAL = """
    select * from wallet_passkeys
    where organisation_id = :organisation_id and credential_id = :credential_id for update
"""

OF = """
    select * from wallet_passkeys
    where organisation_id = :organisation_id and customer_id = :customer_id
    order by created_at, id
"""

USE = """
    update wallet_passkeys set count = :count, used_at = :used_at
    where organisation_id = :organisation_id and id = :id
"""

REMOVE = """
    delete from wallet_passkeys
    where organisation_id = :organisation_id and customer_id = :customer_id and id = :id
"""

REMOVE_ALL = """
    delete from wallet_passkeys
    where organisation_id = :organisation_id and customer_id = :customer_id
"""


@dataclass(frozen=True, slots=True)
class SealedPasskey:
    """A passkey as it rests: without its name, and with what opens it."""

    passkey: Passkey
    person_id: str = field(repr=False)
    sealed_name: bytes = field(repr=False)


class PasskeyStore:
    """The passkeys of one organisation's customers, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, sealed: SealedPasskey) -> bool:
        """Keep a passkey, unless there is one with that id, here or elsewhere."""
        passkey = sealed.passkey
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(passkey.id),
            customer_id=str(passkey.customer_id),
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            count=passkey.count,
            is_synced=int(passkey.is_synced),
            transports=" ".join(passkey.transports),
            person_id=sealed.person_id,
            sealed_name=sealed.sealed_name,
            created_at=to_microseconds(passkey.created_at),
        )
        return added == 1

    async def hold(self, credential_id: bytes) -> Passkey | None:
        row = await self._transaction.one(
            BY_CREDENTIAL, organisation_id=self._ours, credential_id=credential_id
        )
        return None if row is None else _from_row(row).passkey

    async def of(self, customer_id: CustomerId) -> Sequence[SealedPasskey]:
        """Give the passkeys of a customer, the oldest first."""
        rows = await self._transaction.all(
            OF, organisation_id=self._ours, customer_id=str(customer_id)
        )
        return [_from_row(row) for row in rows]

    async def use(self, id: PasskeyId, count: int) -> None:
        """Note that somebody has signed in with it."""
        await self._transaction.run(
            USE,
            organisation_id=self._ours,
            id=str(id),
            count=count,
            used_at=to_microseconds(self._transaction.now()),
        )

    async def remove(self, customer_id: CustomerId, id: PasskeyId) -> bool:
        removed = await self._transaction.run(
            REMOVE, organisation_id=self._ours, customer_id=str(customer_id), id=str(id)
        )
        return removed == 1

    async def remove_all(self, customer_id: CustomerId) -> int:
        return await self._transaction.run(
            REMOVE_ALL, organisation_id=self._ours, customer_id=str(customer_id)
        )


def _from_row(row: Row) -> SealedPasskey:
    passkey = Passkey(
        id=PasskeyId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        count=row["count"],
        is_synced=bool(row["is_synced"]),
        transports=tuple(row["transports"].split()),
        name="",
        created_at=from_microseconds(row["created_at"]),
        used_at=moment_if_any(row["used_at"]),
    )
    return SealedPasskey(passkey, row["person_id"], row["sealed_name"])
