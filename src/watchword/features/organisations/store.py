"""Where organisations and their wrapped keys are kept."""

from collections.abc import Mapping, Sequence

from watchword.features.organisations.keys import OrganisationKeyKind, WrappedKey
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction

ADD = """
    insert into organisations (organisation_id, slug, name, mode, country, locale, created_at)
    values (:organisation_id, :slug, :name, :mode, :country, :locale, :created_at)
    on conflict (slug) do nothing
"""

FIND = "select * from organisations where organisation_id = :organisation_id"

FIND_BY_SLUG = "select * from organisations where slug = :slug"

ALL = "select * from organisations order by created_at, slug"

ADD_KEY = """
    insert into organisation_keys (organisation_id, kind, version, root_version, wrapped)
    values (:organisation_id, :kind, :version, :root_version, :wrapped)
"""

KEYS = """
    select * from organisation_keys where organisation_id = :organisation_id
    order by kind, version
"""

REWRAP = """
    update organisation_keys set root_version = :root_version, wrapped = :wrapped
    where organisation_id = :organisation_id and kind = :kind and version = :version
"""

BY_ROOT_KEY = """
    select root_version as version, count(*) as found from organisation_keys
    group by root_version
"""


class OrganisationStore:
    """One organisation and its keys, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def add(self, organisation: Organisation) -> bool:
        """Keep a new organisation, unless its short name is taken."""
        added = await self._transaction.run(
            ADD,
            organisation_id=self._ours,
            slug=organisation.slug,
            name=organisation.name,
            mode=organisation.mode,
            country=organisation.country,
            locale=organisation.locale,
            created_at=to_microseconds(organisation.created_at),
        )
        return added == 1

    async def find(self) -> Organisation:
        row = await self._transaction.one(FIND, organisation_id=self._ours)
        if row is None:
            raise NotFound("organisation")
        return organisation_from(row)

    async def add_key(self, key: WrappedKey) -> None:
        await self._transaction.run(
            ADD_KEY,
            organisation_id=self._ours,
            kind=key.kind,
            version=key.version,
            root_version=key.root_version,
            wrapped=key.wrapped,
        )

    async def keys(self) -> Sequence[WrappedKey]:
        rows = await self._transaction.all(KEYS, organisation_id=self._ours)
        return [_key_from_row(row) for row in rows]

    async def rewrap(self, key: WrappedKey) -> None:
        """Keep a key under another root key."""
        await self._transaction.run(
            REWRAP,
            organisation_id=self._ours,
            kind=key.kind,
            version=key.version,
            root_version=key.root_version,
            wrapped=key.wrapped,
        )


class OrganisationDirectory:
    """All organisations: for what has to find one before it can know which."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def all(self) -> Sequence[Organisation]:
        return [organisation_from(row) for row in await self._transaction.all(ALL)]

    async def find(self, slug: str) -> Organisation:
        row = await self._transaction.one(FIND_BY_SLUG, slug=slug)
        if row is None:
            raise NotFound("organisation")
        return organisation_from(row)


class OrganisationCensus:
    """What rests under each version of a key, counted over all organisations."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def by_root_key(self) -> Mapping[int, int]:
        rows = await self._transaction.all(BY_ROOT_KEY)
        return {row["version"]: row["found"] for row in rows}


def organisation_from(row: Row, founded_at: str = "created_at") -> Organisation:
    """Read an organisation; `founded_at` names the column, where a row has another `created_at`."""
    return Organisation(
        id=OrganisationId(Id(row["organisation_id"])),
        slug=row["slug"],
        name=row["name"],
        mode=Mode(row["mode"]),
        country=row["country"],
        locale=row["locale"],
        created_at=from_microseconds(row[founded_at]),
    )


def _key_from_row(row: Row) -> WrappedKey:
    return WrappedKey(
        kind=OrganisationKeyKind(row["kind"]),
        version=row["version"],
        root_version=row["root_version"],
        wrapped=row["wrapped"],
    )
