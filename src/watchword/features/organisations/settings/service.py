"""What happens to settings: they are looked up, and shown as they were."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from time import monotonic
from typing import TypeAlias

import structlog

from watchword.features.organisations.rules import LocationId, Organisation
from watchword.features.organisations.settings.catalogue import NOTHING
from watchword.features.organisations.settings.colours import Brand, brand
from watchword.features.organisations.settings.layers import Layer, Layers, layers_of, put_together
from watchword.features.organisations.settings.rules import (
    Changed,
    Difference,
    Version,
    nothing_yet,
    steps,
)
from watchword.features.organisations.settings.sections import (
    Effective,
    Exceptions,
    Offline,
    Preset,
    Redemption,
    SectionName,
)
from watchword.features.organisations.settings.store import SettingsStore
from watchword.features.organisations.zones import zone_of
from watchword.foundation.ids import OrganisationId
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage, Transaction

FRESH_FOR = 3.0  # seconds; settings that are changed elsewhere are in force here after that

NO_ZONES: Mapping[str, Sequence[str]] = {}

Hear: TypeAlias = Callable[[Changed], Awaitable[None]]

log = structlog.get_logger()


class OrganisationSettings:
    """What organisations decide for themselves.

    It is asked with every request, so what is in force is remembered for some seconds.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        seconds: Callable[[], float] = monotonic,
        zones: Mapping[str, Sequence[str]] = NO_ZONES,
    ) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale.

        `zones`: the time zones of each country.
        """
        self._storage = storage
        self._zones = zones
        self._listeners: list[Hear] = []
        self._known = Remembered[OrganisationId, Effective](fresh_for=FRESH_FOR, seconds=seconds)
        self._known_there = Remembered[tuple[OrganisationId, LocationId], Effective](
            fresh_for=FRESH_FOR, seconds=seconds
        )

    def listen(self, hear: Hear) -> None:
        """Have somebody told of each change, once it is durable."""
        self._listeners.append(hear)

    async def of(
        self, organisation_id: OrganisationId, transaction: Transaction | None = None
    ) -> Effective:
        """Give all settings as they hold for an organisation. Pass the transaction, if in one."""

        async def look() -> Effective:
            return await self._look(organisation_id, None, transaction)

        return await self._known.find(organisation_id, look)

    async def language_of(self, organisation: Organisation) -> str:
        """Give the language of messages for which nobody names one."""
        return (await self.of(organisation.id)).messages.language or organisation.locale

    async def brand_of(self, organisation_id: OrganisationId) -> Brand | None:
        """Give what pages show of an organisation, if it has chosen a colour."""
        look = (await self.of(organisation_id)).appearance
        return None if look.colour is None else brand(look.mark, look.colour, look.colour_on_dark)

    async def zone_of(self, organisation: Organisation) -> tzinfo:
        """Give the zone by whose clock the organisation lives."""
        chosen = (await self.of(organisation.id)).basis.time_zone
        return zone_of(chosen, organisation.country, self._zones)

    async def at(
        self,
        organisation_id: OrganisationId,
        location: LocationId,
        transaction: Transaction | None = None,
    ) -> Effective:
        """Give all settings as they hold at a location."""

        async def look() -> Effective:
            return await self._look(organisation_id, location, transaction)

        return await self._known_there.find((organisation_id, location), look)

    async def redemption_now(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        location: LocationId | None,
    ) -> Redemption:
        """Give what works when customers redeem, as it is in this moment. Nothing is remembered:
        what was switched off in another process must not let anybody through here."""
        store = SettingsStore(transaction, organisation_id)
        section = await store.in_force(SectionName.REDEMPTION, location)
        if not isinstance(section, Redemption):
            raise TypeError("The section for redemptions is another one.")
        return section

    async def exceptions_now(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        location: LocationId | None,
    ) -> Exceptions:
        """Give how much the master PIN may be used, as it is in this moment, likewise."""
        store = SettingsStore(transaction, organisation_id)
        section = await store.in_force(SectionName.EXCEPTIONS, location)
        if not isinstance(section, Exceptions):
            raise TypeError("The section for exceptions is another one.")
        return section

    async def offline_now(
        self, transaction: Transaction, organisation_id: OrganisationId
    ) -> Offline:
        """Give the bounds of vouchers, as they are in this moment, likewise."""
        found = await SettingsStore(transaction, organisation_id).layers(None)
        section = layers_of(found, SectionName.OFFLINE, None).effective
        if not isinstance(section, Offline):
            raise TypeError("The section for vouchers is another one.")
        return section

    async def layers(
        self,
        organisation_id: OrganisationId,
        section: SectionName,
        location: LocationId | None = None,
    ) -> Layers:
        """Give a section at one place as it is now, with all that lies below."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SettingsStore(transaction, organisation_id).layers(location)
        return layers_of(found, section, location)

    async def areas(self, organisation_id: OrganisationId) -> Sequence[Layers]:
        """Give every section of the organisation as a whole."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SettingsStore(transaction, organisation_id).layers(None)
        return [layers_of(found, section, None) for section in SectionName]

    async def differing(
        self, organisation_id: OrganisationId, section: SectionName
    ) -> Sequence[LocationId]:
        """Give the locations that have anything of their own in a section."""
        async with self._storage.reading(organisation_id) as transaction:
            return await SettingsStore(transaction, organisation_id).differing(section)

    async def settle(self, changed: Changed) -> None:
        """Let a change that is durable hold at once in this process, and say so to who listens."""
        self._known.forget(changed.organisation_id)
        self._known_there.forget_all()
        log.info("settings.changed", organisation_id=str(changed.organisation_id))
        for hear in self._listeners:
            await hear(changed)

    async def history(
        self,
        organisation_id: OrganisationId,
        section: SectionName,
        location: LocationId | None,
        *,
        most: int,
        newest: int | None = None,
    ) -> Sequence[tuple[Version, tuple[Difference, ...]]]:
        """Give how a section has been, and what each version altered; the newest comes first.

        `newest` is the version to begin with.
        """
        async with self._storage.reading(organisation_id) as transaction:
            store = SettingsStore(transaction, organisation_id)
            found = await store.versions(section, location, most=most + 1, newest=newest)
        if len(found) <= most:
            found = [*found, nothing_yet(section, location)]
        return steps(found)

    async def foresee(
        self, organisation_id: OrganisationId, preset: Preset | None
    ) -> Sequence[tuple[Layers, Layers]]:
        """Give each section as it is, and as it would be if the organisation began elsewhere."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await SettingsStore(transaction, organisation_id).layers(None)
        basis = Layer(own=NOTHING if preset is None else {"preset": preset})
        now = [layers_of(found, name, None) for name in SectionName if name != SectionName.BASIS]
        return [(layers, replace(layers, basis=basis)) for layers in now]

    async def _look(
        self,
        organisation_id: OrganisationId,
        location: LocationId | None,
        transaction: Transaction | None,
    ) -> Effective:
        if transaction is None:
            async with self._storage.reading(organisation_id) as opened:
                found = await SettingsStore(opened, organisation_id).layers(location)
        else:
            found = await SettingsStore(transaction, organisation_id).layers(location)
        return put_together({name: layers_of(found, name, location) for name in SectionName})
