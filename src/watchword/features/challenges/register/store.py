"""Where staff look for challenges: queries that stay quick however many there are.

Each is served by an index. Where a list is narrowed down, rows are passed over by the index alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

import msgspec

from watchword.features.audit.rules import Action
from watchword.features.challenges.policies import FOR_STAFF, Purpose
from watchword.features.challenges.register.rules import Sieve, Through
from watchword.features.challenges.register.story import Noted
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import ContactId, ContactKind
from watchword.features.contacts.store import PersonKey, SealedContact
from watchword.foundation.clock import from_microseconds, moment_if_any, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark
from watchword.foundation.storage import Row, Transaction

HIDDEN = ", ".join(f"'{purpose}'" for purpose in sorted(FOR_STAFF))

COLUMNS = """
    organisation_id, id, purpose, status, channel, contact_id, reference, sendings, created_at,
    expires_at, ended_at
"""

PAGE = f"""
    with {{before}} page as materialized (
        select {COLUMNS} from {{source}}
        where organisation_id = :organisation_id and purpose not in ({HIDDEN}) {{condition}}
        order by created_at desc, id desc limit :most
    )
    select page.*, c.kind, c.sealed_value, c.person_id, k.data_version, k.wrapped
    from page
    left join contact_points c
        on c.organisation_id = page.organisation_id and c.id = page.contact_id
    left join person_keys k
        on k.organisation_id = page.organisation_id and k.person_id = c.person_id
    order by page.created_at desc, page.id desc
"""  # noqa: S608 - words of ours

OF_ONE = f"""
    mine as materialized (
        select {COLUMNS} from challenges
        where organisation_id = :organisation_id and contact_id = :contact_id
    ),
"""  # noqa: S608 - words of ours
"""One contact point has few challenges. Found by themselves, they are not looked for among all."""


def _page(condition: str, *, before: str = "", source: str = "challenges") -> str:
    return PAGE.format(before=before, source=source, condition=condition)


BEHIND = "and (created_at, id) < (:at, :below) and created_at >= :since"

NARROWED = f"""
    {BEHIND}
    and (:purpose = '' or purpose = :purpose) and (:channel = '' or channel = :channel)
"""

OF_STATUS = "and (:status = '' or status = :status)"
NEWEST = _page(BEHIND)
SIEVED = _page(f"{NARROWED} {OF_STATUS}")
OF_CONTACT = _page(f"{NARROWED} {OF_STATUS}", before=OF_ONE, source="mine")
UNUSUAL = _page(
    f"""
    {BEHIND} and status = :status
    and status <> 'pending' and status <> 'verified' and status <> 'expired'
    """
)
BY_REFERENCE = _page("and reference = :reference")
BY_ID = _page("and id = :id")

OLDEST = """
    select created_at from challenges
    where organisation_id = :organisation_id order by created_at, id limit 1
"""

NOTED = """
    select at, action, actor, details from audit_entries
    where organisation_id = :organisation_id and target = :target
    order by at, id limit :most
"""

NEVER = 0
FOR_EVER = 2**62  # microseconds
LAST_ID = "g"  # sorts behind every id
NOTED_AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A challenge as a list reads it, with its contact point still sealed, if that is there."""

    id: ChallengeId
    purpose: Purpose
    status: Status
    channel: Channel
    contact: SealedContact | None
    reference: str | None = field(repr=False)
    sendings: int
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class RegisterStore:
    """The challenges of one organisation as staff look for them, inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)
        self.now = transaction.now()

    async def page(
        self, sieve: Sieve, after: Bookmark | None, since: datetime | None, most: int
    ) -> Sequence[Kept]:
        """Give what goes through a sieve, the newest first."""
        values = {**self._place(after, since), "most": most}
        match sieve.way:
            case Through.NEWEST:
                return await self._read(NEWEST, values)
            case Through.UNUSUAL:
                return await self._read(UNUSUAL, {**values, "status": sieve.status or ""})
            case Through.CONTACT:
                sql, values = OF_CONTACT, {**values, "contact_id": str(sieve.contact_id)}
            case Through.SOME:
                sql = SIEVED
            case way:
                assert_never(way)
        values |= {
            "status": sieve.status or "",
            "purpose": sieve.purpose or "",
            "channel": sieve.channel or "",
        }
        return await self._read(sql, values)

    async def oldest(self) -> datetime | None:
        row = await self._transaction.one(OLDEST, organisation_id=self._ours)
        return None if row is None else from_microseconds(row["created_at"])

    async def by_reference(self, reference: str, most: int) -> Sequence[Kept]:
        return await self._read(BY_REFERENCE, {"reference": reference, "most": most})

    async def by_id(self, id: ChallengeId) -> Sequence[Kept]:
        return await self._read(BY_ID, {"id": str(id), "most": 1})

    async def noted(self, id: ChallengeId) -> Sequence[Noted]:
        """Give what the audit says of a challenge, the oldest first."""
        rows = await self._transaction.all(
            NOTED, organisation_id=self._ours, target=str(id), most=NOTED_AT_MOST
        )
        return [_noted(row) for row in rows]

    async def _read(self, sql: str, values: Mapping[str, str | int]) -> Sequence[Kept]:
        rows = await self._transaction.all(sql, organisation_id=self._ours, **values)
        return [_kept(row) for row in rows]

    def _place(self, after: Bookmark | None, since: datetime | None) -> dict[str, str | int]:
        return {
            "at": FOR_EVER if after is None else to_microseconds(after.created_at),
            "below": LAST_ID if after is None else str(Id(bytes=after.id.bytes)),
            "since": NEVER if since is None else to_microseconds(since),
        }


def _kept(row: Row) -> Kept:
    return Kept(
        id=ChallengeId(Id(row["id"])),
        purpose=Purpose(row["purpose"]),
        status=Status(row["status"]),
        channel=Channel(row["channel"]),
        contact=_contact(row),
        reference=row["reference"],
        sendings=row["sendings"],
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        ended_at=moment_if_any(row["ended_at"]),
    )


def _contact(row: Row) -> SealedContact | None:
    """Give a contact point, unless its person was forgotten: then its key is gone."""
    if row["wrapped"] is None:
        return None
    return SealedContact(
        id=ContactId(Id(row["contact_id"])),
        kind=ContactKind(row["kind"]),
        blind_index=b"",
        sealed_value=row["sealed_value"],
        key=PersonKey(
            person_id=row["person_id"], data_version=row["data_version"], wrapped=row["wrapped"]
        ),
    )


def _noted(row: Row) -> Noted:
    return Noted(
        at=from_microseconds(row["at"]),
        action=Action(row["action"]),
        actor=row["actor"],
        details=msgspec.json.decode(row["details"]),
    )
