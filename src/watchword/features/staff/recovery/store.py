"""Where recovery codes are kept: by their digests."""

from collections.abc import Sequence
from datetime import datetime

from watchword.features.staff.recovery.rules import RecoveryCode, RecoveryCodeId
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into staff_recovery_codes (organisation_id, id, staff_id, fingerprint, created_at)
    values (:organisation_id, :id, :staff_id, :fingerprint, :created_at)
"""

OF = """
    select * from staff_recovery_codes
    where organisation_id = :organisation_id and staff_id = :staff_id
    order by created_at, id
"""

USE = """
    update staff_recovery_codes set used_at = :now
    where organisation_id = :organisation_id and staff_id = :staff_id
      and fingerprint = :fingerprint and used_at is null
"""

FORGET = """
    delete from staff_recovery_codes
    where organisation_id = :organisation_id and staff_id = :staff_id
"""


class RecoveryCodeStore:
    """The recovery codes of one organisation's staff, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, codes: Sequence[RecoveryCode]) -> None:
        await self._transaction.many(
            ADD,
            [
                {
                    "organisation_id": self._ours,
                    "id": str(code.id),
                    "staff_id": str(code.staff_id),
                    "fingerprint": code.fingerprint,
                    "created_at": to_microseconds(code.created_at),
                }
                for code in codes
            ],
        )

    async def of(self, staff_id: StaffId) -> Sequence[RecoveryCode]:
        rows = await self._transaction.all(OF, organisation_id=self._ours, staff_id=str(staff_id))
        return [_from_row(row) for row in rows]

    async def use(self, staff_id: StaffId, fingerprint: bytes, now: datetime) -> bool:
        """Use a code up; say whether there was one that nobody had used."""
        used = await self._transaction.run(
            USE,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            fingerprint=fingerprint,
            now=to_microseconds(now),
        )
        return used == 1

    async def forget(self, staff_id: StaffId) -> None:
        await self._transaction.run(FORGET, organisation_id=self._ours, staff_id=str(staff_id))


def _from_row(row: Row) -> RecoveryCode:
    return RecoveryCode(
        id=RecoveryCodeId(Id(row["id"])),
        staff_id=StaffId(Id(row["staff_id"])),
        fingerprint=row["fingerprint"],
        created_at=from_microseconds(row["created_at"]),
        used_at=moment_if_any(row["used_at"]),
    )
