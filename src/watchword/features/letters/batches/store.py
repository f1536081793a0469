"""Where batches are kept, and for a while the letters that were drawn for them, sealed."""

from collections.abc import Mapping, Sequence

from watchword.features.letters.batches.rules import Batch, BatchState
from watchword.features.letters.rules import BatchId
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
    insert into letter_batches (
        organisation_id, id, state, letters, rendered, made_by, created_at
    ) values (:organisation_id, :id, :state, :letters, :rendered, :made_by, :created_at)
"""

FIND = "select * from letter_batches where organisation_id = :organisation_id and id = :id"

HOLD = FIND + " for update"

SAVE = """
    update letter_batches set
        state = :state, letters = :letters, rendered = :rendered, released_by = :released_by,
        released_at = :released_at, handed_over_at = :handed_over_at, purged_at = :purged_at
    where organisation_id = :organisation_id and id = :id
"""

PAGE = """
    select * from letter_batches
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""

ADD_PAGE = """
    insert into letter_pages (organisation_id, batch_id, number, sealed_pdf)
    values (:organisation_id, :batch_id, :number, :sealed_pdf)
    on conflict (organisation_id, batch_id, number) do nothing
"""

PAGES = """
    select number, sealed_pdf from letter_pages
    where organisation_id = :organisation_id and batch_id = :batch_id and number > :after
    order by number limit :most
"""

PURGE = "delete from letter_pages where organisation_id = :organisation_id and batch_id = :batch_id"

TO_RENDER = """
    select organisation_id, id from letter_batches
    where state = 'rendering' order by created_at limit :most
"""


class BatchStore:
    """The batches of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, batch: Batch) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            id=str(batch.id),
            state=batch.state,
            letters=batch.letters,
            rendered=batch.rendered,
            made_by=batch.made_by,
            created_at=to_microseconds(batch.created_at),
        )

    async def find(self, id: BatchId) -> Batch | None:
        row = await self._transaction.one(FIND, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def hold(self, id: BatchId) -> Batch | None:
        """Read a batch that nobody else can change until the end."""
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def save(self, batch: Batch) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            id=str(batch.id),
            state=batch.state,
            letters=batch.letters,
            rendered=batch.rendered,
            released_by=batch.released_by,
            released_at=microseconds_if_any(batch.released_at),
            handed_over_at=microseconds_if_any(batch.handed_over_at),
            purged_at=microseconds_if_any(batch.purged_at),
        )

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Batch]:
        rows = await self._transaction.all(
            PAGE,
            organisation_id=self._ours,
            **older_than(after),
            most=most,
        )
        return [_from_row(row) for row in rows]

    async def add_pages(self, id: BatchId, sealed: Mapping[int, bytes]) -> None:
        """Keep letters that were drawn, each once."""
        await self._transaction.many(
            ADD_PAGE,
            [
                {
                    "organisation_id": self._ours,
                    "batch_id": str(id),
                    "number": number,
                    "sealed_pdf": content,
                }
                for number, content in sealed.items()
            ],
        )

    async def pages(self, id: BatchId, after: int, most: int) -> Mapping[int, bytes]:
        rows = await self._transaction.all(
            PAGES, organisation_id=self._ours, batch_id=str(id), after=after, most=most
        )
        return {row["number"]: row["sealed_pdf"] for row in rows}

    async def purge(self, id: BatchId) -> int:
        return await self._transaction.run(PURGE, organisation_id=self._ours, batch_id=str(id))


class BatchLanes:
    """What waits to be drawn, in all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def to_render(self, most: int) -> Sequence[tuple[OrganisationId, BatchId]]:
        rows = await self._transaction.all(TO_RENDER, most=most)
        return [
            (OrganisationId(Id(row["organisation_id"])), BatchId(Id(row["id"]))) for row in rows
        ]


def _from_row(row: Row) -> Batch:
    return Batch(
        id=BatchId(Id(row["id"])),
        state=BatchState(row["state"]),
        letters=row["letters"],
        rendered=row["rendered"],
        made_by=row["made_by"],
        released_by=row["released_by"],
        created_at=from_microseconds(row["created_at"]),
        released_at=moment_if_any(row["released_at"]),
        handed_over_at=moment_if_any(row["handed_over_at"]),
        purged_at=moment_if_any(row["purged_at"]),
    )
