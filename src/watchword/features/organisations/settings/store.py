"""Where the settings of an organisation are kept: as they are, and as they ever were."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own, read_own
from watchword.features.organisations.settings.layers import Layer, Layers
from watchword.features.organisations.settings.rules import Version
from watchword.features.organisations.settings.sections import Section, SectionName
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.storage import Row, Transaction, Value

LAYERS = """
    select scope, section, version, content, changed_at, changed_by
    from organisation_settings
    where organisation_id = :organisation_id and scope in (:whole, :scope)
"""

IN_FORCE = """
    select scope, section, content from organisation_settings
    where organisation_id = :organisation_id and scope in (:whole, :scope)
      and section in (:basis, :section)
"""

DIFFERING = """
    select distinct scope from organisation_settings
    where organisation_id = :organisation_id and section = :section and scope <> :whole
    and content <> :nothing
"""

HOLD = """
    insert into organisation_settings (
        organisation_id, scope, section, version, content, changed_at, changed_by
    )
    values (:organisation_id, :scope, :section, 0, :nothing, :now, '')
    on conflict (organisation_id, scope, section)
    do update set organisation_id = excluded.organisation_id
    returning version, content
"""

SAVE = """
    update organisation_settings
    set version = :version, content = :content, changed_at = :at, changed_by = :by
    where organisation_id = :organisation_id and scope = :scope and section = :section
"""

KEEP_VERSION = """
    insert into settings_versions (
        organisation_id, scope, section, version, content, changed_at, changed_by, approved_by
    )
    values (
        :organisation_id, :scope, :section, :version, :content, :at, :by, :approved_by
    )
"""

VERSIONS = """
    select * from settings_versions
    where organisation_id = :organisation_id and scope = :scope and section = :section
    and version <= :newest order by version desc limit :most
"""

WHOLE = ""
"""The scope of the organisation as a whole; that of a location is its id."""
NOTHING = "{}"
NEWEST = 2**62


class SettingsStore:
    """The settings of one organisation, seen from inside one transaction."""

    def __init__(self, transaction: Transaction, organisation_id: OrganisationId) -> None:
        self._transaction = transaction
        self._ours = str(organisation_id)

    async def layers(
        self, location: LocationId | None
    ) -> Mapping[tuple[LocationId | None, SectionName], Layer]:
        """Give all that the organisation, and one of its locations, have of their own."""
        rows = await self._transaction.all(
            LAYERS, organisation_id=self._ours, whole=WHOLE, scope=_scope(location)
        )
        found = {}
        for row in rows:
            place = None if row["scope"] == WHOLE else location
            section = SectionName(row["section"])
            found[place, section] = Layer(
                own=_read(section, row["content"]),
                version=row["version"],
                at=from_microseconds(row["changed_at"]),
                by=row["changed_by"],
            )
        return found

    async def in_force(self, section: SectionName, location: LocationId | None) -> Section:
        """Give what holds in one section at one place."""
        scope, basis = _scope(location), SectionName.BASIS
        rows = await self._transaction.all(
            IN_FORCE,
            organisation_id=self._ours,
            whole=WHOLE,
            scope=scope,
            basis=basis,
            section=section,
        )
        found = {(row["scope"], row["section"]): row["content"] for row in rows}
        return _in_force(
            section,
            basis=found.get((WHOLE, basis), NOTHING),
            organisation=found.get((WHOLE, section), NOTHING),
            here=None if location is None else found.get((scope, section), NOTHING),
        )

    async def differing(self, section: SectionName) -> Sequence[LocationId]:
        """Give the locations that have anything of their own in a section."""
        rows = await self._transaction.all(
            DIFFERING,
            organisation_id=self._ours,
            section=section,
            whole=WHOLE,
            nothing=NOTHING,
        )
        return [LocationId(Id(row["scope"])) for row in rows]

    async def hold(self, section: SectionName, location: LocationId | None) -> Layer:
        """Read a layer that nobody else can change until the end."""
        row = await self._transaction.one(
            HOLD,
            organisation_id=self._ours,
            scope=_scope(location),
            section=section,
            nothing=NOTHING,
            now=to_microseconds(self._transaction.now()),
        )
        if row is None:
            return Layer()
        return Layer(own=_read(section, row["content"]), version=row["version"])

    async def save(self, version: Version) -> None:
        """Put a new version in the place of the layer that was held, and keep it for good."""
        values: dict[str, Value] = {
            "organisation_id": self._ours,
            "scope": _scope(version.location),
            "section": version.section,
            "version": version.version,
            "content": msgspec.json.encode(version.own, order="sorted").decode(),
            "at": to_microseconds(version.at),
            "by": version.by,
        }
        await self._transaction.run(SAVE, **values)
        await self._transaction.run(KEEP_VERSION, **values, approved_by=version.approved_by)

    async def versions(
        self,
        section: SectionName,
        location: LocationId | None,
        *,
        most: int,
        newest: int | None = None,
    ) -> Sequence[Version]:
        """Give versions, the newest first, from one on."""
        rows = await self._transaction.all(
            VERSIONS,
            organisation_id=self._ours,
            scope=_scope(location),
            section=section,
            newest=NEWEST if newest is None else newest,
            most=most,
        )
        return [_version(row, section, location) for row in rows]


def _scope(location: LocationId | None) -> str:
    return WHOLE if location is None else str(location)


def _read(section: SectionName, content: str) -> Own:
    return read_own(section, msgspec.json.decode(content))


@lru_cache
def _in_force(section: SectionName, *, basis: str, organisation: str, here: str | None) -> Section:
    """Put together what is written. It is asked for with every sale, and mostly as it was."""
    layers = Layers(
        section=section,
        basis=Layer(own=_read(SectionName.BASIS, basis)),
        organisation=Layer(own=_read(section, organisation)),
        here=None if here is None else Layer(own=_read(section, here)),
    )
    return layers.effective


def _version(row: Row, section: SectionName, location: LocationId | None) -> Version:
    return Version(
        section=section,
        location=location,
        version=row["version"],
        own=_read(section, row["content"]),
        at=from_microseconds(row["changed_at"]),
        by=row["changed_by"],
        approved_by=row["approved_by"],
    )
