"""Where sessions are kept: not by what is in the cookie, but by its fingerprint."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchword.features.staff.rules import StaffId
from watchword.features.staff.sessions.rules import KEPT_FOR, Session, SessionId, SignedInBy
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into staff_sessions (
        organisation_id, id, staff_id, fingerprint, signed_in_by, device, address,
        created_at, seen_at
    ) values (
        :organisation_id, :id, :staff_id, :fingerprint, :signed_in_by, :device, :address,
        :created_at, :seen_at
    )
"""

FIND = "select * from staff_sessions where fingerprint = :fingerprint"

OPEN = """
    select * from staff_sessions
    where organisation_id = :organisation_id and staff_id = :staff_id and ended_at is null
    order by seen_at desc, id
"""

SEE = """
    update staff_sessions set seen_at = :seen_at, address = :address
    where organisation_id = :organisation_id and id = :id and ended_at is null
"""

END = """
    update staff_sessions set ended_at = :now
    where organisation_id = :organisation_id and staff_id = :staff_id and id = :id
    and ended_at is null
"""

END_ALL = """
    update staff_sessions set ended_at = :now
    where organisation_id = :organisation_id and staff_id = :staff_id and id <> :but
    and ended_at is null
"""


SEEN_LAST = """
    select staff_id, max(seen_at) as seen_at from staff_sessions
    where organisation_id = :organisation_id group by staff_id
"""

FORGET = """
    delete from staff_sessions where (organisation_id, id) in (
        with due as materialized (
            select organisation_id, id from staff_sessions
            where created_at < :before limit :most
            for update skip locked
        )
        select organisation_id, id from due
    )
"""


class SessionStore:
    """The sessions of one organisation's staff, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, session: Session) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(session.id),
            staff_id=str(session.staff_id),
            fingerprint=session.fingerprint,
            signed_in_by=session.signed_in_by,
            device=session.device,
            address=session.address,
            created_at=to_microseconds(session.created_at),
            seen_at=to_microseconds(session.seen_at),
        )

    async def open(self, staff_id: StaffId) -> Sequence[Session]:
        """Give the sessions of somebody that nobody has ended, the latest used first."""
        rows = await self._transaction.all(OPEN, organisation_id=self._ours, staff_id=str(staff_id))
        return [_from_row(row) for row in rows]

    async def seen_last(self) -> Mapping[StaffId, datetime]:
        """Give when each was last here."""
        rows = await self._transaction.all(SEEN_LAST, organisation_id=self._ours)
        return {StaffId(Id(row["staff_id"])): from_microseconds(row["seen_at"]) for row in rows}

    async def see(self, id: SessionId, address: str | None, now: datetime) -> bool:
        """Note that a session is used; say whether it is still open."""
        seen = await self._transaction.run(
            SEE,
            organisation_id=self._ours,
            id=str(id),
            address=address,
            seen_at=to_microseconds(now),
        )
        return seen == 1

    async def end(self, staff_id: StaffId, id: SessionId, now: datetime) -> bool:
        """End a session of somebody; say whether it was open."""
        ended = await self._transaction.run(
            END,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            id=str(id),
            now=to_microseconds(now),
        )
        return ended == 1

    async def end_all(self, staff_id: StaffId, but: SessionId | None, now: datetime) -> int:
        """End the sessions of somebody, but one; count them."""
        return await self._transaction.run(
            END_ALL,
            organisation_id=self._ours,
            staff_id=str(staff_id),
            but="" if but is None else str(but),
            now=to_microseconds(now),
        )


class SessionDirectory:
    """All sessions: a cookie is shown, and tells which organisation it belongs to."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def find(self, fingerprint: bytes) -> tuple[OrganisationId, Session] | None:
        row = await self._transaction.one(FIND, fingerprint=fingerprint)
        return None if row is None else (OrganisationId(Id(row["organisation_id"])), _from_row(row))


class SessionSweep:
    """Sessions that are long over, whoever they were of."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def forget(self, most: int) -> int:
        before = to_microseconds(self._transaction.now() - KEPT_FOR)
        return await self._transaction.run(FORGET, before=before, most=most)


def _from_row(row: Row) -> Session:
    return Session(
        id=SessionId(Id(row["id"])),
        staff_id=StaffId(Id(row["staff_id"])),
        fingerprint=row["fingerprint"],
        signed_in_by=SignedInBy(row["signed_in_by"]),
        device=row["device"],
        address=row["address"],
        created_at=from_microseconds(row["created_at"]),
        seen_at=from_microseconds(row["seen_at"]),
        ended_at=None if row["ended_at"] is None else from_microseconds(row["ended_at"]),
    )
