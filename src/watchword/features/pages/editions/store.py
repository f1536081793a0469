"""Where earlier editions of pages are kept: what others saw before a page was published anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from watchword.features.pages.rules import PageId, Shown
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into page_editions (
        organisation_id, page_id, version, locales, valid_from, valid_until, shown_at, content,
        rewards
    ) values (
        :organisation_id, :page_id, :version, :locales, :valid_from, :valid_until, :shown_at,
        :content, :rewards
    )
    on conflict (organisation_id, page_id, version) do nothing
"""

GET = """
    select * from page_editions
    where organisation_id = :organisation_id and page_id = :page_id and version = :version
"""

OF_PAGE = """
    select * from page_editions
    where organisation_id = :organisation_id and page_id = :page_id order by version
"""

DROP = """
    delete from page_editions
    where organisation_id = :organisation_id and page_id = :page_id and version = :version
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """What others saw of a page, sealed under its key. `rewards`: what it said of those that it
    offered; nothing, if that was not kept yet when it was published."""

    shown: Shown
    content: bytes = field(repr=False)
    rewards: bytes | None = field(default=None, repr=False)


class EditionStore:
    """The earlier editions of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, page_id: PageId, edition: Edition) -> None:
        """Keep an edition. A version says one thing only, so it is kept once."""
        shown = edition.shown
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            page_id=str(page_id),
            version=shown.version,
            locales=" ".join(shown.locales),
            valid_from=microseconds_if_any(shown.valid_from),
            valid_until=microseconds_if_any(shown.valid_until),
            shown_at=to_microseconds(shown.at),
            content=edition.content,
            rewards=edition.rewards,
        )

    async def get(self, page_id: PageId, version: int) -> Edition | None:
        row = await self._transaction.one(
            GET, organisation_id=self._ours, page_id=str(page_id), version=version
        )
        return None if row is None else _from_row(row)

    async def of_page(self, page_id: PageId) -> Sequence[Edition]:
        rows = await self._transaction.all(
            OF_PAGE, organisation_id=self._ours, page_id=str(page_id)
        )
        return [_from_row(row) for row in rows]

    async def drop(self, page_id: PageId, versions: Collection[int]) -> None:
        for version in versions:
            await self._transaction.run(
                DROP, organisation_id=self._ours, page_id=str(page_id), version=version
            )


def _from_row(row: Row) -> Edition:
    shown = Shown(
        version=row["version"],
        at=from_microseconds(row["shown_at"]),
        locales=tuple(row["locales"].split()),
        valid_from=moment_if_any(row["valid_from"]),
        valid_until=moment_if_any(row["valid_until"]),
    )
    return Edition(shown, row["content"], row["rewards"])
