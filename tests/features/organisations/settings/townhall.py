"""An organisation that decides for itself, without any pages around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.stores import found
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.locations.service import Locations
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own
from watchword.features.organisations.settings.changing.rules import Change, Outcome
from watchword.features.organisations.settings.changing.service import Changes
from watchword.features.organisations.settings.faults import Circumstances
from watchword.features.organisations.settings.layers import Ground, Layers
from watchword.features.organisations.settings.sections import Effective, SectionName
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Storage, Transaction

HOUSE = Circumstances(locales=("de", "en"), idle_minutes=60, whole_hours=12, deciders=0)


@dataclass
class TownHall:
    """Two processes of one house; `deciders` is how many people could approve something."""

    storage: Storage
    id: OrganisationId
    deciders: int = 1
    seconds: float = 0.0
    settings: OrganisationSettings = field(init=False)
    changes: Changes = field(init=False)
    elsewhere: Changes = field(init=False)

    def __post_init__(self) -> None:
        self.settings = OrganisationSettings(storage=self.storage, seconds=lambda: self.seconds)
        self.changes = self._changes(self.settings)
        self.elsewhere = self._changes(OrganisationSettings(storage=self.storage))

    async def change(
        self,
        section: SectionName,
        own: Own,
        *,
        location: LocationId | None = None,
        ground: Ground | None = None,
        actor: str = "staff:1",
        address: str | None = None,
    ) -> Outcome:
        if ground is None:
            ground = (await self.layers(section, location)).ground
        wish = self.wish(section, own, ground, location)
        return await self.changes.change(self.id, wish, actor=actor, address=address)

    def wish(
        self, section: SectionName, own: Own, ground: Ground, location: LocationId | None = None
    ) -> Change:
        return Change(section=section, location=location, own=own, ground=ground)

    async def layers(self, section: SectionName, location: LocationId | None = None) -> Layers:
        return await self.settings.layers(self.id, section, location)

    async def in_force(self, location: LocationId | None = None) -> Effective:
        if location is None:
            return await self.settings.of(self.id)
        return await self.settings.at(self.id, location)

    async def location(self, name: str) -> LocationId:
        made = await Locations(storage=self.storage, zones=()).add(
            self.id, name=name, time_zone=None, actor="test"
        )
        assert isinstance(made, Location)
        return made.id

    async def ledger(self, target: str) -> Sequence[Entry]:
        async with self.storage.reading(self.id) as transaction:
            return await AuditStore(transaction, self.id).about(target)

    def _changes(self, settings: OrganisationSettings) -> Changes:
        return Changes(
            storage=self.storage, settings=settings, house=HOUSE, count_deciders=self._count
        )

    async def _count(self, transaction: Transaction, organisation_id: OrganisationId) -> int:
        return self.deciders


@pytest.fixture
async def town_hall(house: Storage) -> TownHall:
    return TownHall(house, (await found(house)).id)
