"""Where pictures of pages are kept: a row for each size, sealed under the key of the page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from watchword.features.pages.blocks import PictureId
from watchword.features.pages.pictures.rules import Measure, Print
from watchword.features.pages.rules import PageId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Transaction

ADD = """
    insert into page_pictures (
        organisation_id, id, width, height, page_id, content, added_at
    ) values (:organisation_id, :id, :width, :height, :page_id, :content, :added_at)
"""

OF_PAGE = """
    select id, width, height from page_pictures
    where organisation_id = :organisation_id and page_id = :page_id
    order by added_at, id, width
"""

GET = """
    select page_pictures.page_id, page_pictures.content, pages.locked_key
    from page_pictures
    join pages on pages.organisation_id = page_pictures.organisation_id
        and pages.id = page_pictures.page_id
    where page_pictures.organisation_id = :organisation_id and page_pictures.id = :id
        and page_pictures.width = :width
"""

DROP = """
    delete from page_pictures
    where organisation_id = :organisation_id and page_id = :page_id and id = :id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPrint:
    """A picture in one size as it rests, and the key of its page."""

    page_id: PageId
    locked_key: bytes = field(repr=False)
    content: bytes = field(repr=False)


class PictureStore:
    """The pictures of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(
        self, page_id: PageId, id: PictureId, sealed: Sequence[tuple[Print, bytes]]
    ) -> None:
        for size, content in sealed:
            await self._transaction.run(
                ADD,
                organisation_id=self._ours,
                id=str(id),
                width=size.width,
                height=size.height,
                page_id=str(page_id),
                content=content,
                added_at=to_microseconds(self._transaction.now()),
            )

    async def of_page(self, page_id: PageId) -> Mapping[PictureId, Sequence[Measure]]:
        """Give the sizes of all pictures of a page, the oldest picture first, each from the
        smallest."""
        rows = await self._transaction.all(
            OF_PAGE, organisation_id=self._ours, page_id=str(page_id)
        )
        found: dict[PictureId, list[Measure]] = {}
        for row in rows:
            sizes = found.setdefault(PictureId(Id(row["id"])), [])
            sizes.append(Measure(row["width"], row["height"]))
        return found

    async def get(self, id: PictureId, width: int) -> SealedPrint | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id), width=width)
        if row is None:
            return None
        return SealedPrint(
            page_id=PageId(Id(row["page_id"])),
            locked_key=row["locked_key"],
            content=row["content"],
        )

    async def drop(self, page_id: PageId, ids: Collection[PictureId]) -> None:
        for id in ids:
            await self._transaction.run(
                DROP, organisation_id=self._ours, page_id=str(page_id), id=str(id)
            )
