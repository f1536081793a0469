"""Where it is kept who wants to hear no more: as digests, and never as addresses."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from watchword.features.contacts.rules import ContactKind
from watchword.features.contacts.suppressions.rules import (
    About,
    Suppression,
    SuppressionId,
    SuppressionKind,
    stops,
)
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.storage import Row, Transaction, Value

ADD = """
    insert into suppressions (
        organisation_id, kind, digest, id, contact_kind, created_at, created_by
    ) values (:organisation_id, :kind, :digest, :id, :contact_kind, :created_at, :created_by)
    on conflict (organisation_id, digest, kind) do nothing
"""

KEEP = """
    insert into suppressions (
        organisation_id, kind, digest, id, contact_kind, created_at, created_by
    ) values (:organisation_id, :kind, :digest, :id, :contact_kind, :created_at, :created_by)
    on conflict (organisation_id, digest, kind) do update set kind = excluded.kind
    returning *
"""
"""What is there already is held by it, so that nobody lifts it meanwhile."""

TAKE_OVER = """
    update suppressions set created_at = :created_at, created_by = :created_by
    where organisation_id = :organisation_id and id = :id
"""

OF = "select * from suppressions where organisation_id = :organisation_id and digest = :digest"

OF_EACH = """
    select digest, kind from suppressions
    where organisation_id = :organisation_id and digest = :each
"""

LIFT = """
    delete from suppressions
    where organisation_id = :organisation_id and digest = :digest and kind = :kind
    returning *
"""

PAGE = """
    select * from suppressions
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""


class SuppressionStore:
    """The opt-outs of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, suppression: Suppression) -> bool:
        """Keep an opt-out, unless there is one like it already."""
        return await self._transaction.run(ADD, **self._values(suppression)) == 1

    async def keep(self, suppression: Suppression) -> Suppression:
        """Keep an opt-out, unless there is one like it; give the one that is there, held."""
        row = await self._transaction.one(KEEP, **self._values(suppression))
        return suppression if row is None else _from_row(row)

    async def take_over(self, suppression: Suppression) -> None:
        """Write down that somebody else has set it now, and when."""
        await self._transaction.run(
            TAKE_OVER,
            organisation_id=self._ours,
            id=str(suppression.id),
            created_at=to_microseconds(suppression.created_at),
            created_by=suppression.created_by,
        )

    async def of(self, digest: bytes) -> Sequence[Suppression]:
        rows = await self._transaction.all(OF, organisation_id=self._ours, digest=digest)
        return [_from_row(row) for row in rows]

    async def kinds_of(self, digest: bytes) -> Collection[SuppressionKind]:
        return {each.kind for each in await self.of(digest)}

    async def stopped(self, digests: Sequence[bytes], about: About) -> Collection[bytes]:
        """Give those of many who must not be sent what a message is about."""
        kinds = defaultdict[bytes, set[SuppressionKind]](set)
        for row in await self._transaction.each(OF_EACH, digests, organisation_id=self._ours):
            kinds[row["digest"]].add(SuppressionKind(row["kind"]))
        return {digest for digest, found in kinds.items() if stops(found, about)}

    async def lift(self, digest: bytes, kind: SuppressionKind) -> Suppression | None:
        """Take an opt-out away, and give it; nothing, if there was none."""
        row = await self._transaction.one(
            LIFT, organisation_id=self._ours, digest=digest, kind=kind
        )
        return None if row is None else _from_row(row)

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Suppression]:
        """Give opt-outs, the newest first: from the beginning, or from behind one on."""
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    def _values(self, suppression: Suppression) -> Mapping[str, Value]:
        return {
            "organisation_id": self._ours,
            "kind": suppression.kind,
            "digest": suppression.digest,
            "id": str(suppression.id),
            "contact_kind": suppression.contact_kind,
            "created_at": to_microseconds(suppression.created_at),
            "created_by": suppression.created_by,
        }


def _from_row(row: Row) -> Suppression:
    return Suppression(
        id=SuppressionId(Id(row["id"])),
        kind=SuppressionKind(row["kind"]),
        contact_kind=ContactKind(row["contact_kind"]),
        digest=row["digest"],
        created_at=from_microseconds(row["created_at"]),
        created_by=row["created_by"],
    )
