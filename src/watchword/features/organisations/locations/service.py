"""What happens to locations: they are added, renamed, closed, and opened again."""

from collections.abc import Collection, Sequence

from watchword.features.audit.rules import Action, Entry, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.locations.rules import (
    LOCATIONS_AT_MOST,
    Location,
    NameTaken,
    NothingChanged,
    Refused,
    TooManyLocations,
    changed,
    closed,
    find_fault,
    reopened,
)
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage, Transaction


class Locations:
    def __init__(self, *, storage: Storage, zones: Collection[str]) -> None:
        """`zones`: the time zones that there are."""
        self._storage = storage
        self.zones = zones

    async def all(self, organisation_id: OrganisationId) -> Sequence[Location]:
        """Give all locations by their names, the closed ones among them."""
        return await self.page(organisation_id, most=LOCATIONS_AT_MOST)

    async def page(
        self, organisation_id: OrganisationId, *, most: int, after: str = ""
    ) -> Sequence[Location]:
        """Give locations by their names; `after` is what the last one before is known as."""
        async with self._storage.reading(organisation_id) as transaction:
            return await LocationStore(transaction, organisation_id).page(after, most)

    async def find(self, organisation_id: OrganisationId, id: LocationId) -> Location:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.read(transaction, organisation_id, id)

    async def read(
        self, transaction: Transaction, organisation_id: OrganisationId, id: LocationId
    ) -> Location:
        location = await LocationStore(transaction, organisation_id).get(id)
        if location is None:
            raise NotFound("location")
        return location

    async def add(
        self, organisation_id: OrganisationId, *, name: str, time_zone: str | None, actor: str
    ) -> Location | Refused:
        if fault := find_fault(name, time_zone, self.zones):
            return fault
        async with self._storage.begin(organisation_id) as transaction:
            store = LocationStore(transaction, organisation_id)
            if await store.count() >= LOCATIONS_AT_MOST:
                return TooManyLocations()
            location = Location(
                id=LocationId(new_id()),
                name=name,
                time_zone=time_zone,
                created_at=transaction.now(),
            )
            if not await store.add(location):
                return await _taken(store, location)
            await _note(transaction, organisation_id, Action.LOCATION_ADDED, actor, location)
        return location

    async def change(
        self,
        organisation_id: OrganisationId,
        id: LocationId,
        *,
        name: str,
        time_zone: str | None,
        actor: str,
    ) -> Location | Refused:
        if fault := find_fault(name, time_zone, self.zones):
            return fault
        async with self._storage.begin(organisation_id) as transaction:
            store = LocationStore(transaction, organisation_id)
            before = await _held(store, id)
            after = changed(before, name, time_zone)
            if isinstance(after, NothingChanged):
                return after
            namesake = await store.named(after.known_as)
            if namesake is not None and namesake.id != id:
                return NameTaken(namesake.id, namesake.is_open)
            await store.save(after)
            entry = Entry(
                action=Action.LOCATION_CHANGED,
                actor=actor,
                target=target_of(id),
                details={
                    "name": after.name,
                    "name_before": before.name,
                    "time_zone": after.time_zone or "",
                    "time_zone_before": before.time_zone or "",
                },
            )
            await AuditStore(transaction, organisation_id).add(entry)
        return after

    async def close(
        self, organisation_id: OrganisationId, id: LocationId, *, actor: str
    ) -> Location | NothingChanged:
        """Close a location. Its roles and settings stay as they are, for it may open again."""
        return await self._turn(organisation_id, id, actor, Action.LOCATION_CLOSED)

    async def reopen(
        self, organisation_id: OrganisationId, id: LocationId, *, actor: str
    ) -> Location | NothingChanged:
        return await self._turn(organisation_id, id, actor, Action.LOCATION_REOPENED)

    async def _turn(
        self, organisation_id: OrganisationId, id: LocationId, actor: str, action: Action
    ) -> Location | NothingChanged:
        async with self._storage.begin(organisation_id) as transaction:
            store = LocationStore(transaction, organisation_id)
            before = await _held(store, id)
            is_closing = action is Action.LOCATION_CLOSED
            after = closed(before, transaction.now()) if is_closing else reopened(before)
            if isinstance(after, Location):
                await store.save(after)
                await _note(transaction, organisation_id, action, actor, after)
        return after


def target_of(id: LocationId) -> str:
    """Write a location as the ledger does."""
    return Noun.LOCATION.of(id)


async def _held(store: LocationStore, id: LocationId) -> Location:
    location = await store.hold(id)
    if location is None:
        raise NotFound("location")
    return location


async def _taken(store: LocationStore, wanted: Location) -> NameTaken:
    namesake = await store.named(wanted.known_as)
    assert namesake is not None  # noqa: S101 - it stood in the way just now, and none is removed
    return NameTaken(namesake.id, namesake.is_open)


async def _note(
    transaction: Transaction,
    organisation_id: OrganisationId,
    action: Action,
    actor: str,
    location: Location,
) -> None:
    entry = Entry(
        action=action, actor=actor, target=target_of(location.id), details={"name": location.name}
    )
    await AuditStore(transaction, organisation_id).add(entry)
