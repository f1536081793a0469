"""How settings inherit: house, preset, organisation, location.

Each layer lies on the one before, and what it does not name is inherited. A change says on which
ground it stands: the versions of all layers that it was made on. Where one of them is newer by
now, it is stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own, merged, values_of
from watchword.features.organisations.settings.presets import layer_of
from watchword.features.organisations.settings.sections import (
    Basis,
    Effective,
    Preset,
    Section,
    SectionName,
)

Ground = NewType("Ground", str)
"""The versions that a change stands on, the lowest layer first: `2-5` or `2-5-0`."""


class Origin(StrEnum):
    """Which layer a value comes from."""

    HOUSE = "house"
    PRESET = "preset"
    ORGANISATION = "organisation"
    LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What a place has of its own in one section; version 0 is where nobody has set anything."""

    own: Own = field(default_factory=dict)
    version: int = 0
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """All that lies below one section at one place, and its own layer on top."""

    section: SectionName
    location: LocationId | None = None
    basis: Layer = Layer()
    organisation: Layer = Layer()
    here: Layer | None = None
    """The layer of the location; nothing, where the organisation as a whole is looked at."""

    @property
    def stack(self) -> Sequence[tuple[SectionName, LocationId | None, Layer]]:
        """Give the layers that can change, each with its place, the lowest first."""
        stack: list[tuple[SectionName, LocationId | None, Layer]] = []
        if self.section is not SectionName.BASIS:
            stack.append((SectionName.BASIS, None, self.basis))
        stack.append((self.section, None, self.organisation))
        if self.here is not None:
            stack.append((self.section, self.location, self.here))
        return stack

    def on(self, layers: Sequence[Layer]) -> "Layers":
        """Give the section as it would be on other layers, in the order of the stack."""
        found = {
            (location, section): layer
            for (section, location, _), layer in zip(self.stack, layers, strict=True)
        }
        return layers_of(found, self.section, self.location)

    @property
    def ground(self) -> Ground:
        return Ground("-".join(str(layer.version) for _, _, layer in self.stack))

    @property
    def top(self) -> Layer:
        """Give the layer of this place itself."""
        return self.organisation if self.here is None else self.here

    @property
    def own(self) -> Own:
        return self.top.own

    @property
    def version(self) -> int:
        return self.top.version

    @property
    def inherited(self) -> Section:
        """Give what would hold here if nothing were set here."""
        return merged(self.section, *self._below)

    @property
    def effective(self) -> Section:
        return self.with_own(self.own)

    def with_own(self, own: Own) -> Section:
        """Give what would hold here with another layer on top."""
        return merged(self.section, *self._below, own)

    def origin(self, field: str) -> Origin:
        if self.here is not None and field in self.here.own:
            return Origin.LOCATION
        if field in self.organisation.own:
            return Origin.ORGANISATION
        return Origin.PRESET if field in self._preset else Origin.HOUSE

    @property
    def _preset(self) -> Own:
        return layer_of(preset_of(self.basis.own), self.section)

    @property
    def _below(self) -> tuple[Own, ...]:
        below = (self._preset,)
        return below if self.here is None else (*below, self.organisation.own)


def layers_of(
    found: Mapping[tuple[LocationId | None, SectionName], Layer],
    section: SectionName,
    location: LocationId | None,
) -> Layers:
    """Pick the layers of one section at one place out of all that were found."""
    is_basis = section is SectionName.BASIS
    return Layers(
        section=section,
        location=location,
        basis=Layer() if is_basis else found.get((None, SectionName.BASIS), Layer()),
        organisation=found.get((None, section), Layer()),
        here=None if location is None else found.get((location, section), Layer()),
    )


def preset_of(basis: Own) -> Preset | None:
    section = merged(SectionName.BASIS, basis)
    return section.preset if isinstance(section, Basis) else None


def trimmed(layers: Layers, values: Own, back: frozenset[str] = frozenset()) -> Own:
    """Give what a place has of its own when a form with all values was filled in.

    What is as it would be inherited, and was not set here before, stays inherited; so does what
    is given `back`.
    """
    inherited = values_of(layers.inherited)
    return {
        field: value
        for field, value in values.items()
        if field not in back and (field in layers.own or value != inherited[field])
    }


def put_together(layers: Mapping[SectionName, Layers]) -> Effective:
    """Give all settings as they hold at one place."""
    found: dict[str, Section] = {name: layers[name].effective for name in SectionName}
    return Effective(**found)  # type: ignore[arg-type]  # each name has its own type
