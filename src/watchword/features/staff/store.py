"""Where it is kept who works for an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant, StaffId, StaffState
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into staff (
        organisation_id, id, contact_id, sealed_name, locale, state, grants, created_at, joined_at
    ) values (
        :organisation_id, :id, :contact_id, :sealed_name, :locale, :state, :grants, :created_at,
        :joined_at
    )
    on conflict (organisation_id, contact_id) do nothing
"""

GET = "select * from staff where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

BY_CONTACT = """
    select * from staff where organisation_id = :organisation_id and contact_id = :contact_id
"""

ALL = """
    select * from staff where organisation_id = :organisation_id order by created_at, id
"""

PAGE = """
    select * from staff
    where organisation_id = :organisation_id and (created_at, id) > (:created_at, :id)
    order by created_at, id limit :most
"""

HOLD_ALL = """
    select * from staff where organisation_id = :organisation_id order by id for update
"""

SAVE = """
    update staff set
        sealed_name = :sealed_name, locale = :locale, state = :state, grants = :grants,
        joined_at = :joined_at
    where organisation_id = :organisation_id and id = :id
"""

REMOVE = "delete from staff where organisation_id = :organisation_id and id = :id"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMember:
    """A member of staff as they rest: the name under the key of the person."""

    id: StaffId
    contact_id: ContactId
    sealed_name: bytes = field(repr=False)
    locale: str
    state: StaffState
    grants: tuple[Grant, ...]
    created_at: datetime
    joined_at: datetime | None = None


class StaffStore:
    """The staff of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, member: SealedMember) -> bool:
        """Keep somebody, unless there is somebody with that address."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(member.id),
            contact_id=str(member.contact_id),
            sealed_name=member.sealed_name,
            locale=member.locale,
            state=member.state,
            grants=_written(member.grants),
            created_at=to_microseconds(member.created_at),
            joined_at=microseconds_if_any(member.joined_at),
        )
        return added == 1

    async def get(self, id: StaffId) -> SealedMember | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: StaffId) -> SealedMember | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def by_contact(self, contact_id: ContactId) -> SealedMember | None:
        row = await self._transaction.one(
            BY_CONTACT, organisation_id=self._ours, contact_id=str(contact_id)
        )
        return None if row is None else _from_row(row)

    async def all(self) -> Sequence[SealedMember]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def page(self, after: Bookmark | None, most: int) -> Sequence[SealedMember]:
        """Give who came after somebody, in the order in which they came."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            created_at=0 if after is None else to_microseconds(after.created_at),
            id="" if after is None else str(after.id),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def hold_all(self) -> Sequence[SealedMember]:
        """Read everybody, and let nobody else change any of them until the transaction ends."""
        rows = await self._transaction.all(HOLD_ALL, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def remove(self, id: StaffId) -> None:
        """Forget somebody who never came in."""
        await self._transaction.run(REMOVE, organisation_id=self._ours, id=str(id))

    async def save(self, member: SealedMember) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(member.id),
            sealed_name=member.sealed_name,
            locale=member.locale,
            state=member.state,
            grants=_written(member.grants),
            joined_at=microseconds_if_any(member.joined_at),
        )


def _written(grants: tuple[Grant, ...]) -> str:
    pairs = [(grant.role, str(grant.location) if grant.location else None) for grant in grants]
    return msgspec.json.encode(pairs).decode()


def _from_row(row: Row) -> SealedMember:
    pairs = msgspec.json.decode(row["grants"], type=list[tuple[Role, str | None]])
    return SealedMember(
        id=StaffId(Id(row["id"])),
        contact_id=ContactId(Id(row["contact_id"])),
        sealed_name=row["sealed_name"],
        locale=row["locale"],
        state=StaffState(row["state"]),
        grants=tuple(
            Grant(role, LocationId(Id(location)) if location else None) for role, location in pairs
        ),
        created_at=from_microseconds(row["created_at"]),
        joined_at=moment_if_any(row["joined_at"]),
    )
