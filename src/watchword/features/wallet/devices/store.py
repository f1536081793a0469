"""Where trusted devices are kept, and what they were asked to sign."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchword.features.customers.rules import CustomerId
from watchword.features.wallet.devices.rules import Device
from watchword.features.wallet.sessions.rules import DeviceId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into wallet_devices (
        organisation_id, id, customer_id, person_id, sealed_name, public_key, created_at, seen_at
    ) values (
        :organisation_id, :id, :customer_id, :person_id, :sealed_name, :public_key, :now, :now
    )
"""

HOLD = """
    select * from wallet_devices where organisation_id = :organisation_id and id = :id for update
"""

OF = """
    select * from wallet_devices
    where organisation_id = :organisation_id and customer_id = :customer_id and revoked_at is null
    order by created_at desc, id
"""

SEE = """
    update wallet_devices set seen_at = :now
    where organisation_id = :organisation_id and id = :id
"""

RENAME = """
    update wallet_devices set sealed_name = :sealed_name
    where organisation_id = :organisation_id and customer_id = :customer_id and id = :id
      and revoked_at is null
"""

REVOKE = """
    update wallet_devices set revoked_at = :now
    where organisation_id = :organisation_id and customer_id = :customer_id and id = :id
      and revoked_at is null
"""

REVOKE_ALL = """
    update wallet_devices set revoked_at = :now
    where organisation_id = :organisation_id and customer_id = :customer_id and revoked_at is null
    returning id
"""

ASK = """
    insert into wallet_challenges (organisation_id, id, kind, challenge, expires_at)
    values (:organisation_id, :id, :kind, :challenge, :expires_at)
    on conflict (organisation_id, id) do update set
        kind = excluded.kind, challenge = excluded.challenge, expires_at = excluded.expires_at
"""

TAKE = """
    delete from wallet_challenges
    where organisation_id = :organisation_id and id = :id and kind = :kind
    returning challenge, expires_at
"""


class Asked(StrEnum):
    """What a browser was asked to sign for."""

    RETURN = "return"
    PASSKEY = "passkey"
    NEW_PASSKEY = "new_passkey"


@dataclass(frozen=True, slots=True)
class SealedDevice:
    """A device as it rests: without its name, and with what opens it."""

    device: Device
    person_id: str = field(repr=False)
    sealed_name: bytes = field(repr=False)


class DeviceStore:
    """The devices of one organisation's customers, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self._now = to_microseconds(transaction.now())

    async def add(self, sealed: SealedDevice) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(sealed.device.id),
            customer_id=str(sealed.device.customer_id),
            person_id=sealed.person_id,
            sealed_name=sealed.sealed_name,
            public_key=sealed.device.public_key,
            now=self._now,
        )

    async def hold(self, id: DeviceId) -> SealedDevice | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def of(self, customer_id: CustomerId) -> Sequence[SealedDevice]:
        """Give the devices of a customer that are not revoked, the newest first."""
        rows = await self._transaction.all(
            OF, organisation_id=self._ours, customer_id=str(customer_id)
        )
        return [_from_row(row) for row in rows]

    async def see(self, id: DeviceId) -> None:
        """Note that a device has come back."""
        await self._transaction.run(SEE, organisation_id=self._ours, id=str(id), now=self._now)

    async def rename(self, customer_id: CustomerId, id: DeviceId, sealed_name: bytes) -> bool:
        renamed = await self._transaction.run(
            RENAME,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            id=str(id),
            sealed_name=sealed_name,
        )
        return renamed == 1

    async def revoke(self, customer_id: CustomerId, id: DeviceId) -> bool:
        revoked = await self._transaction.run(
            REVOKE,
            organisation_id=self._ours,
            customer_id=str(customer_id),
            id=str(id),
            now=self._now,
        )
        return revoked == 1

    async def revoke_all(self, customer_id: CustomerId) -> Sequence[DeviceId]:
        rows = await self._transaction.all(
            REVOKE_ALL, organisation_id=self._ours, customer_id=str(customer_id), now=self._now
        )
        return [DeviceId(Id(row["id"])) for row in rows]


class AskedStore:
    """What browsers were asked to sign, each once and for a short while."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def ask(self, whose: str, asked: Asked, challenge: bytes, until: datetime) -> None:
        """Keep a challenge in place of the one before."""
        await self._transaction.run(
            ASK,
            organisation_id=self._ours,
            id=whose,
            kind=asked,
            challenge=challenge,
            expires_at=to_microseconds(until),
        )

    async def take(self, whose: str, asked: Asked) -> bytes | None:
        """Give a challenge that is open, once: it is gone, whatever the answer is worth."""
        row = await self._transaction.one(TAKE, organisation_id=self._ours, id=whose, kind=asked)
        if row is None or to_microseconds(self._transaction.now()) >= row["expires_at"]:
            return None
        challenge: bytes = row["challenge"]
        return challenge


def _from_row(row: Row) -> SealedDevice:
    device = Device(
        id=DeviceId(Id(row["id"])),
        customer_id=CustomerId(Id(row["customer_id"])),
        name="",
        public_key=row["public_key"],
        created_at=from_microseconds(row["created_at"]),
        seen_at=from_microseconds(row["seen_at"]),
        revoked_at=moment_if_any(row["revoked_at"]),
    )
    return SealedDevice(device, row["person_id"], row["sealed_name"])
