"""Where pages are kept: what is in them sealed, and their keys locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from watchword.features.pages.rules import Page, PageId, PageState, Shown
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    moment_if_any,
    to_microseconds,
)
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.pages import Bookmark, older_than
from watchword.foundation.sealing import HEAD_BYTES, count_versions
from watchword.foundation.storage import Row, Transaction, Value

FRAME = """
    id, name, state, locales, valid_from, valid_until, zone, shown_version, shown_at,
    shown_locales, shown_from, shown_until, version, created_at, updated_at, updated_by
"""

ADD = f"""
    insert into pages (
        organisation_id, {FRAME}, locked_key, content, shown_content, shown_rewards
    ) values (
        :organisation_id, :id, :name, :state, :locales, :valid_from, :valid_until, :zone,
        :shown_version, :shown_at, :shown_locales, :shown_from, :shown_until, :version,
        :created_at, :updated_at, :updated_by, :locked_key, :content, null,
        null
    )
"""  # noqa: S608 - of names of columns alone

SAVE = """
    update pages set
        name = :name, state = :state, locales = :locales, valid_from = :valid_from,
        valid_until = :valid_until, zone = :zone, shown_version = :shown_version,
        shown_at = :shown_at, shown_locales = :shown_locales, shown_from = :shown_from,
        shown_until = :shown_until, version = :version, updated_at = :updated_at,
        updated_by = :updated_by, content = :content, shown_content = :shown_content,
        shown_rewards = :shown_rewards
    where organisation_id = :organisation_id and id = :id
"""

GET = f"select {FRAME} from pages where organisation_id = :organisation_id and id = :id"  # noqa: S608

GET_SEALED = "select * from pages where organisation_id = :organisation_id and id = :id"

HOLD = f"{GET_SEALED} for update"

COUNT = """
    select count(*) as found from pages
    where organisation_id = :organisation_id and state <> 'retired'
"""

PAGE = f"""
    select {FRAME} from pages
    where organisation_id = :organisation_id
      and (created_at < :before or (created_at = :before and id < :below))
    order by created_at desc, id desc limit :most
"""  # noqa: S608

OLD_KEYS = """
    select id, locked_key from pages
    where organisation_id = :organisation_id and substr(locked_key, 1, :length) <> :head
    order by id limit :most for update
"""

RELOCK = """
    update pages set locked_key = :locked_key
    where organisation_id = :organisation_id and id = :id
"""

HEADS = """
    select substr(locked_key, 1, :length) as head, count(*) as found from pages group by head
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPage:
    """A page as it rests. `shown_content`: the copy that others see. `shown_rewards`: what that
    says of the rewards that it offers, and what the one before said if there is none."""

    page: Page
    locked_key: bytes = field(repr=False)
    content: bytes = field(repr=False)
    shown_content: bytes | None = field(repr=False)
    shown_rewards: bytes | None = field(default=None, repr=False)


class PageStore:
    """The pages of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, page: Page, locked_key: bytes, content: bytes) -> None:
        await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            created_at=to_microseconds(page.created_at),
            locked_key=locked_key,
            content=content,
            **_to_row(page),
        )

    async def save(self, sealed: SealedPage) -> None:
        await self._transaction.run(
            SAVE,
            organisation_id=self._ours,
            content=sealed.content,
            shown_content=sealed.shown_content,
            shown_rewards=sealed.shown_rewards,
            **_to_row(sealed.page),
        )

    async def get(self, id: PageId) -> Page | None:
        row = await self._transaction.one(GET, organisation_id=self._ours, id=str(id))
        return None if row is None else _from_row(row)

    async def get_sealed(self, id: PageId) -> SealedPage | None:
        row = await self._transaction.one(GET_SEALED, organisation_id=self._ours, id=str(id))
        return None if row is None else _sealed(row)

    async def hold(self, id: PageId) -> SealedPage | None:
        row = await self._transaction.one(HOLD, organisation_id=self._ours, id=str(id))
        return None if row is None else _sealed(row)

    async def count(self) -> int:
        """Count those that are not retired."""
        row = await self._transaction.one(COUNT, organisation_id=self._ours)
        return 0 if row is None else int(row["found"])

    async def page(self, after: Bookmark | None, most: int) -> Sequence[Page]:
        """Give pages, the newest first."""
        rows = await self._transaction.all(
            PAGE, organisation_id=self._ours, most=most, **older_than(after)
        )
        return [_from_row(row) for row in rows]

    async def old_keys(self, newest: bytes, most: int) -> Sequence[tuple[PageId, bytes]]:
        """Give keys of pages that do not begin as those that are locked with the newest key do."""
        rows = await self._transaction.all(
            OLD_KEYS, organisation_id=self._ours, length=HEAD_BYTES, head=newest, most=most
        )
        return [(PageId(Id(row["id"])), row["locked_key"]) for row in rows]

    async def relock(self, id: PageId, locked_key: bytes) -> None:
        await self._transaction.run(
            RELOCK, organisation_id=self._ours, id=str(id), locked_key=locked_key
        )


class PageCensus:
    """How many pages rest under each version of the key `links`, of all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_links_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(HEADS, length=HEAD_BYTES)
        return count_versions((row["head"], row["found"]) for row in rows)


def _to_row(page: Page) -> dict[str, Value]:
    shown = page.shown
    return {
        "id": str(page.id),
        "name": page.name,
        "state": page.state,
        "locales": " ".join(page.locales),
        "valid_from": microseconds_if_any(page.valid_from),
        "valid_until": microseconds_if_any(page.valid_until),
        "zone": page.zone,
        "shown_version": None if shown is None else shown.version,
        "shown_at": None if shown is None else to_microseconds(shown.at),
        "shown_locales": None if shown is None else " ".join(shown.locales),
        "shown_from": None if shown is None else microseconds_if_any(shown.valid_from),
        "shown_until": None if shown is None else microseconds_if_any(shown.valid_until),
        "version": page.version,
        "updated_at": to_microseconds(page.updated_at),
        "updated_by": page.updated_by,
    }


def _sealed(row: Row) -> SealedPage:
    return SealedPage(
        page=_from_row(row),
        locked_key=row["locked_key"],
        content=row["content"],
        shown_content=row["shown_content"],
        shown_rewards=row["shown_rewards"],
    )


def _from_row(row: Row) -> Page:
    return Page(
        id=PageId(Id(row["id"])),
        name=row["name"],
        state=PageState(row["state"]),
        locales=tuple(row["locales"].split()),
        valid_from=moment_if_any(row["valid_from"]),
        valid_until=moment_if_any(row["valid_until"]),
        zone=row["zone"],
        shown=_shown(row),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
        updated_by=row["updated_by"],
    )


def _shown(row: Row) -> Shown | None:
    if row["shown_version"] is None:
        return None
    return Shown(
        version=row["shown_version"],
        at=from_microseconds(row["shown_at"]),
        locales=tuple(row["shown_locales"].split()),
        valid_from=moment_if_any(row["shown_from"]),
        valid_until=moment_if_any(row["shown_until"]),
    )
