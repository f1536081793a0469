"""Where passkeys are kept, and what browsers were asked and have not answered yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchword.features.staff.passkeys.rules import Passkey, PasskeyId
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into passkeys (
        organisation_id, id, staff_id, credential_id, public_key, count, is_synced, transports,
        sealed_name, created_at, used_at
    ) values (
        :organisation_id, :id, :staff_id, :credential_id, :public_key, :count, :is_synced,
        :transports, :sealed_name, :created_at, :used_at
    )
    on conflict (credential_id) do nothing
"""

FIND = "select organisation_id, id from passkeys where credential_id = :credential_id"

HOLD = """
    select * from passkeys where organisation_id = :organisation_id and id = :id for update
"""

OF = """
    select * from passkeys
    where organisation_id = :organisation_id and staff_id = :staff_id
    order by created_at, id
"""

USE = """
    update passkeys set count = :count, used_at = :used_at
    where organisation_id = :organisation_id and id = :id
"""

RENAME = """
    update passkeys set sealed_name = :sealed_name
    where organisation_id = :organisation_id and staff_id = :staff_id and id = :id
"""

REMOVE = """
    delete from passkeys
    where organisation_id = :organisation_id and staff_id = :staff_id and id = :id
"""

ASK = """
    insert into passkey_challenges (organisation_id, id, kind, challenge, expires_at)
    values (:organisation_id, :id, :kind, :challenge, :expires_at)
    on conflict (organisation_id, id) do update set
        kind = excluded.kind, challenge = excluded.challenge, expires_at = excluded.expires_at
"""

TAKE = """
    delete from passkey_challenges
    where organisation_id = :organisation_id and id = :id and kind = :kind
    returning challenge, expires_at
"""

FORGET = """
    delete from passkey_challenges where (organisation_id, id) in (
        select organisation_id, id from passkey_challenges
        where expires_at < :now
        limit :most
    )
"""


class Ceremony(StrEnum):
    """What a browser is asked for."""

    ADDING = "adding"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPasskey:
    """A passkey as it rests: its name under the key of the person."""

    id: PasskeyId
    staff_id: StaffId
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    count: int
    is_synced: bool
    transports: tuple[str, ...]
    sealed_name: bytes = field(repr=False)
    created_at: datetime
    used_at: datetime | None = None

    def named(self, name: str) -> Passkey:
        return Passkey(
            id=self.id,
            staff_id=self.staff_id,
            credential_id=self.credential_id,
            public_key=self.public_key,
            count=self.count,
            is_synced=self.is_synced,
            transports=self.transports,
            name=name,
            created_at=self.created_at,
            used_at=self.used_at,
        )


class PasskeyStore:
    """The passkeys of one organisation's staff, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, passkey: SealedPasskey) -> bool:
        """Keep a passkey, unless there is one with that id, here or elsewhere."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(passkey.id),
            staff_id=str(passkey.staff_id),
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            count=passkey.count,
            is_synced=int(passkey.is_synced),
            transports=" ".join(passkey.transports),
            sealed_name=passkey.sealed_name,
            created_at=to_microseconds(passkey.created_at),
            used_at=microseconds_if_any(passkey.used_at),
        )
        return added == 1

    async def hold(self, id: PasskeyId) -> SealedPasskey | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def of(self, staff_id: StaffId) -> Sequence[SealedPasskey]:
        """Give the passkeys of somebody, the oldest first."""
        rows = await self._transaction.all(OF, organisation_id=self._ours, staff_id=str(staff_id))
        return [_from_row(row) for row in rows]

    async def use(self, id: PasskeyId, count: int, now: datetime) -> None:
        """Note that somebody has signed in with it."""
        await self._transaction.run(
            USE,
            organisation_id=self._ours,
            id=str(id),
            count=count,
            used_at=to_microseconds(now),
        )

    async def rename(self, staff_id: StaffId, id: PasskeyId, sealed_name: bytes) -> bool:
        renamed = await self._transaction.run(
            RENAME,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            id=str(id),
            sealed_name=sealed_name,
        )
        return renamed == 1

    async def remove(self, staff_id: StaffId, id: PasskeyId) -> bool:
        removed = await self._transaction.run(
            REMOVE, organisation_id=self._ours, staff_id=str(staff_id), id=str(id)
        )
        return removed == 1


class PasskeyDirectory:
    """All passkeys: one is shown, and tells which organisation it belongs to."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, credential_id: bytes) -> tuple[OrganisationId, PasskeyId] | None:
        row = await self._transaction.one(FIND, credential_id=credential_id)
        if row is None:
            return None
        return OrganisationId(Id(row["organisation_id"])), PasskeyId(Id(row["id"]))


class AskedStore:
    """What browsers were asked: one thing for each session, or for each browser that has none."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def ask(
        self, whose: str, ceremony: Ceremony, challenge: bytes, expires_at: datetime
    ) -> None:
        """Keep a challenge in place of the one before."""
        await self._transaction.run(
            ASK,
            organisation_id=self._ours,
            id=whose,
            kind=ceremony,
            challenge=challenge,
            expires_at=to_microseconds(expires_at),
        )

    async def take(self, whose: str, ceremony: Ceremony, now: datetime) -> bytes | None:
        """Give a challenge that is open, once: it is gone, whatever the answer is worth."""
        row = await self._transaction.one(TAKE, organisation_id=self._ours, id=whose, kind=ceremony)
        if row is None or to_microseconds(now) >= row["expires_at"]:
            return None
        challenge: bytes = row["challenge"]
        return challenge


class AskedSweep:
    """Challenges that nobody has answered in time, whoever was asked."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, now: datetime, most: int) -> int:
        return await self._transaction.run(FORGET, now=to_microseconds(now), most=most)


def _from_row(row: Row) -> SealedPasskey:
    return SealedPasskey(
        id=PasskeyId(Id(row["id"])),
        staff_id=StaffId(Id(row["staff_id"])),
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        count=row["count"],
        is_synced=bool(row["is_synced"]),
        transports=tuple(row["transports"].split()),
        sealed_name=row["sealed_name"],
        created_at=from_microseconds(row["created_at"]),
        used_at=moment_if_any(row["used_at"]),
    )
