"""Where profiles are kept, and what holds for all of them: as they are, and as they ever were."""

from collections.abc import Sequence

import msgspec

from watchword.features.activation.profiles.rules import Profile, ProfileId, Terms, known_as
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.profiles.versions import VERSIONS_SHOWN, Version
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

HOLD = """
    select organisation_id from organisations
    where organisation_id = :organisation_id for update
"""
"""All changes of one organisation take turns: each is judged beside all others."""

ALL = """
    select * from telephone_profiles
    where organisation_id = :organisation_id order by known_as
"""

ADD = """
    insert into telephone_profiles (
        organisation_id, id, known_as, terms, version, created_at, updated_at, updated_by
    ) values (
        :organisation_id, :id, :known_as, :terms, :version, :created_at, :updated_at, :updated_by
    )
"""

SAVE = """
    update telephone_profiles set
        known_as = :known_as, terms = :terms, version = :version, updated_at = :updated_at,
        updated_by = :updated_by
    where organisation_id = :organisation_id and id = :id
"""

DROP = "delete from telephone_profiles where organisation_id = :organisation_id and id = :id"

KEEP_VERSION = """
    insert into telephone_profile_versions (
        organisation_id, profile_id, version, terms, changed_by, changed_at
    ) values (:organisation_id, :id, :version, :terms, :by, :at)
"""

VERSIONS = """
    select * from telephone_profile_versions
    where organisation_id = :organisation_id and profile_id = :id
    order by version desc limit :most
"""

SITES = """
    select * from telephone_sites
    where organisation_id = :organisation_id order by version desc limit :most
"""

ADD_SITE = """
    insert into telephone_sites (organisation_id, version, site, changed_by, changed_at)
    values (:organisation_id, :version, :site, :changed_by, :changed_at)
"""


class ProfileStore:
    """The profiles of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def hold(self) -> None:
        """Let nobody else change anything here before this transaction ends."""
        await self._transaction.one(HOLD, organisation_id=self._ours)

    async def all(self) -> Sequence[Profile]:
        rows = await self._transaction.all(ALL, organisation_id=self._ours)
        return [_from_row(row) for row in rows]

    async def add(self, profile: Profile) -> None:
        created_at = to_microseconds(profile.created_at)
        row = _to_row(profile)
        await self._transaction.run(ADD, organisation_id=self._ours, created_at=created_at, **row)
        await self._keep_version(profile, profile.terms)

    async def save(self, profile: Profile) -> None:
        await self._transaction.run(SAVE, organisation_id=self._ours, **_to_row(profile))
        await self._keep_version(profile, profile.terms)

    async def drop(self, gone: Profile) -> None:
        """Drop a profile. `gone`: its version after the last one, and who let it go."""
        await self._transaction.run(DROP, organisation_id=self._ours, id=str(gone.id))
        await self._keep_version(gone, None)

    async def versions(self, id: ProfileId) -> Sequence[Version]:
        """Give what a profile was, the newest first."""
        rows = await self._transaction.all(
            VERSIONS, organisation_id=self._ours, id=str(id), most=VERSIONS_SHOWN
        )
        return [
            Version(
                number=row["version"],
                terms=_terms_if_any(row["terms"]),
                changed_by=row["changed_by"],
                changed_at=from_microseconds(row["changed_at"]),
            )
            for row in rows
        ]

    async def _keep_version(self, profile: Profile, terms: Terms | None) -> None:
        await self._transaction.run(
            KEEP_VERSION,
            organisation_id=self._ours,
            id=str(profile.id),
            version=profile.version,
            terms=None if terms is None else msgspec.json.encode(terms).decode(),
            by=profile.updated_by,
            at=to_microseconds(profile.updated_at),
        )


class LineStore:
    """What holds for all profiles of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def current(self) -> SetLine:
        found = await self.newest(1)
        return found[0] if found else SetLine(settings=LineSettings())

    async def newest(self, most: int) -> Sequence[SetLine]:
        rows = await self._transaction.all(SITES, organisation_id=self._ours, most=most)
        return [
            SetLine(
                settings=msgspec.json.decode(row["site"], type=LineSettings),
                version=row["version"],
                changed_by=row["changed_by"],
                changed_at=from_microseconds(row["changed_at"]),
            )
            for row in rows
        ]

    async def add(self, settings: LineSettings, version: int, by: str) -> None:
        await self._transaction.run(
            ADD_SITE,
            organisation_id=self._ours,
            version=version,
            site=msgspec.json.encode(settings).decode(),
            changed_by=by,
            changed_at=to_microseconds(self._transaction.now()),
        )


def _to_row(profile: Profile) -> dict[str, Value]:
    return {
        "id": str(profile.id),
        "known_as": known_as(profile.terms.name),
        "terms": msgspec.json.encode(profile.terms).decode(),
        "version": profile.version,
        "updated_at": to_microseconds(profile.updated_at),
        "updated_by": profile.updated_by,
    }


def _from_row(row: Row) -> Profile:
    return Profile(
        id=ProfileId(Id(row["id"])),
        terms=msgspec.json.decode(row["terms"], type=Terms),
        version=row["version"],
        created_at=from_microseconds(row["created_at"]),
        updated_at=from_microseconds(row["updated_at"]),
        updated_by=row["updated_by"],
    )


def _terms_if_any(written: str | None) -> Terms | None:
    return None if written is None else msgspec.json.decode(written, type=Terms)
