"""Where it is kept on which number somebody tries what they write."""

from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.staff.numbers.rules import OwnNumber
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

KEEP = """
    insert into staff_numbers (
        organisation_id, staff_id, contact_id, challenge_id, created_at, confirmed_at
    ) values (:organisation_id, :staff_id, :contact_id, :challenge_id, :now, null)
    on conflict (organisation_id, staff_id) do update set
        contact_id = excluded.contact_id, challenge_id = excluded.challenge_id,
        created_at = excluded.created_at, confirmed_at = null
"""

OF = """
    select * from staff_numbers where organisation_id = :organisation_id and staff_id = :staff_id
"""

CONFIRM = """
    update staff_numbers set confirmed_at = :now
    where organisation_id = :organisation_id and staff_id = :staff_id
      and challenge_id = :challenge_id and confirmed_at is null
"""

CONFIRMED_BY = """
    select * from staff_numbers
    where organisation_id = :organisation_id and contact_id = :contact_id
      and confirmed_at is not null
    order by staff_id
"""

FORGET = """
    delete from staff_numbers where organisation_id = :organisation_id and staff_id = :staff_id
"""


class OwnNumberStore:
    """The test numbers of one organisation's staff, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def keep(
        self, staff_id: StaffId, contact_id: ContactId, challenge_id: ChallengeId
    ) -> None:
        """Keep a number that waits for its code, in place of the one before it."""
        await self._transaction.run(
            KEEP,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            contact_id=str(contact_id),
            challenge_id=str(challenge_id),
            now=to_microseconds(self._transaction.now()),
        )

    async def of(self, staff_id: StaffId) -> OwnNumber | None:
        row = await self._transaction.one(OF, organisation_id=self._ours, staff_id=str(staff_id))
        return None if row is None else _from_row(row)

    async def confirm(self, staff_id: StaffId, challenge_id: ChallengeId) -> bool:
        """Let a number count, if it is still the one that the code went to."""
        confirmed = await self._transaction.run(
            CONFIRM,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            challenge_id=str(challenge_id),
            now=to_microseconds(self._transaction.now()),
        )
        return confirmed == 1

    async def confirmed_by(self, contact_id: ContactId) -> list[OwnNumber]:
        """Give whose number it is: colleagues may share a telephone."""
        rows = await self._transaction.all(
            CONFIRMED_BY, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return [_from_row(row) for row in rows]

    async def forget(self, staff_id: StaffId) -> bool:
        gone = await self._transaction.run(
            FORGET, organisation_id=self._ours, staff_id=str(staff_id)
        )
        return gone == 1


def _from_row(row: Row) -> OwnNumber:
    return OwnNumber(
        staff_id=StaffId(Id(row["staff_id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        challenge_id=ChallengeId(Id(row["challenge_id"])),
        confirmed_at=moment_if_any(row["confirmed_at"]),
    )
