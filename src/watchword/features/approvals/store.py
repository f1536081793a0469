"""Where requests for a second person are kept; they stay when they are over."""

from collections.abc import Sequence

from watchword.features.approvals.rules import ApprovalId, Kind, Request, State
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into approval_requests (
        organisation_id, id, kind, subject, payload, reason, author, state, created_at, expires_at
    ) values (
        :organisation_id, :id, :kind, :subject, :payload, :reason, :author, :state,
        :created_at, :expires_at
    )
"""

GET = "select * from approval_requests where organisation_id = :organisation_id and id = :id"

HOLD = GET + " for update"

SAVE = """
    update approval_requests set
        state = :state, expires_at = :expires_at, decided_by = :decided_by,
        decided_at = :decided_at, because = :because, used_at = :used_at
    where organisation_id = :organisation_id and id = :id
"""

COUNT_OPEN = """
    select count(*) as found from approval_requests
    where organisation_id = :organisation_id and state = 'open'
"""

PAGE_OF_OPEN = """
    select * from approval_requests
    where organisation_id = :organisation_id and state = 'open'
    and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""

PAGE_OF_DECIDED = """
    select * from approval_requests
    where organisation_id = :organisation_id and state <> 'open'
    and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""

PERMITS = """
    select * from approval_requests
    where organisation_id = :organisation_id and kind = :kind and subject = :subject
    and author = :author and state = 'approved' and used_at is null and expires_at > :now
    order by expires_at, id limit 1 for update
"""

PENDING = """
    select * from approval_requests
    where organisation_id = :organisation_id and state in ('open', 'approved')
    and author = :author and used_at is null and expires_at > :now
    order by expires_at, id limit :most
"""

EXPIRE = """
    select organisation_id, id from approval_requests
    where state = 'open' and expires_at <= :now
    order by expires_at limit :most for update skip locked
"""
PENDING_AT_MOST = 100


class ApprovalStore:
    """The requests of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, request: Request) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(request.id),
            kind=request.kind,
            subject=request.subject,
            payload=request.payload,
            reason=request.reason,
            author=request.author,
            state=request.state,
            created_at=to_microseconds(request.created_at),
            expires_at=to_microseconds(request.expires_at),
        )

    async def get(self, id: ApprovalId) -> Request | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: ApprovalId) -> Request | None:
        """Read a request that nobody else can decide on until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold_permit(self, kind: Kind, subject: str, author: str) -> Request | None:
        """Read a permit that nobody has used, and nobody else can until the end."""
        row = await self._transaction.one(
            PERMITS,
            organisation_id=self._ours,
            kind=kind,
            subject=subject,
            author=author,
            now=to_microseconds(self._transaction.now()),
        )
        return None if row is None else _from_row(row)

    async def pending(self, author: str) -> Sequence[Request]:
        """Give what somebody asked for that waits or is not used; what ends first is first."""
        rows = await self._transaction.all(
            PENDING,
            organisation_id=self._ours,
            author=author,
            now=to_microseconds(self._transaction.now()),
            most=PENDING_AT_MOST,
        )
        return [_from_row(row) for row in rows]

    async def count_open(self) -> int:
        row = await self._transaction.one(COUNT_OPEN, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def page(self, after: Bookmark | None, most: int, *, are_open: bool) -> Sequence[Request]:
        """Give requests that wait, or those that are over; the newest first."""
        rows = await self._transaction.all(
            PAGE_OF_OPEN if are_open else PAGE_OF_DECIDED,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def save(self, request: Request) -> None:
        """Keep what was held."""
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(request.id),
            state=request.state,
            expires_at=to_microseconds(request.expires_at),
            decided_by=request.decided_by,
            decided_at=microseconds_if_any(request.decided_at),
            because=request.because,
            used_at=microseconds_if_any(request.used_at),
        )


class ApprovalSweep:
    """What has waited too long, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def late(self, most: int) -> Sequence[tuple[OrganisationId, ApprovalId]]:
        rows = await self._transaction.all(
            EXPIRE, now=to_microseconds(self._transaction.now()), most=most
        )
        return [
            (OrganisationId(Id(row["organisation_id"])), ApprovalId(Id(row["id"]))) for row in rows
        ]


def _from_row(row: Row) -> Request:
    return Request(
        id=ApprovalId(Id(row["id"])),
        kind=Kind(row["kind"]),
        subject=row["subject"],
        payload=row["payload"],
        reason=row["reason"],
        author=row["author"],
        state=State(row["state"]),
        created_at=from_microseconds(row["created_at"]),
        expires_at=from_microseconds(row["expires_at"]),
        decided_by=row["decided_by"],
        decided_at=moment_if_any(row["decided_at"]),
        because=row["because"],
        used_at=moment_if_any(row["used_at"]),
    )
