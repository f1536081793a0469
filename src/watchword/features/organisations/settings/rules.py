"""What a change of settings is, whether it may be made, and how the ledger tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from watchword.features.audit.rules import Noun
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import (
    NOTHING,
    SECTIONS,
    Own,
    Value,
    values_of,
)
from watchword.features.organisations.settings.layers import Layers
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.ids import OrganisationId

SAID_AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that a change alters; what is not own, before or after, is inherited."""

    section: SectionName
    field: str
    before: Value
    after: Value
    was_own: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """It holds now."""

    organisation_id: OrganisationId
    location: LocationId | None
    version: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a place had of its own in a section from a moment on, and who made it so."""

    section: SectionName
    location: LocationId | None
    version: int
    own: Own
    at: datetime
    by: str
    approved_by: str | None


class Because(StrEnum):
    """What is wrong with a value. Pages have a sentence for each."""

    NOT_SO = "not_so"
    NOT_PER_LOCATION = "not_per_location"
    NO_COLOUR = "no_colour"
    LITTLE_CONTRAST = "little_contrast"
    TOO_LONG = "too_long"
    TWICE = "twice"
    NO_ADDRESS = "no_address"
    NO_TELEPHONE = "no_telephone"
    NO_ORIGIN = "no_origin"
    NO_NETWORK = "no_network"
    TOO_WIDE = "too_wide"
    TOO_MANY = "too_many"
    OUT_OF_RANGE = "out_of_range"
    NO_LANGUAGE = "no_language"
    NO_ZONE = "no_zone"
    TOO_FEW_DECIDERS = "too_few_deciders"
    LOCKS_OUT = "locks_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A value that cannot be, and what would be right: from `least` to `most`, or `instead`.

    `said` is the part of the value that is meant, where it has several.
    """

    field: str
    because: Because
    least: int = 0
    most: int = 0
    said: str = ""
    instead: str = ""


Faults: TypeAlias = tuple[Fault, ...]


def differences(layers: Layers, own: Own) -> tuple[Difference, ...]:
    """Say what another layer on top would alter here, in the order of the page."""
    before, after = values_of(layers.effective), values_of(layers.with_own(own))
    return tuple(
        Difference(
            section=layers.section,
            field=field,
            before=before[field],
            after=after[field],
            was_own=field in layers.own,
            is_own=field in own,
        )
        for field in SECTIONS[layers.section].__struct_fields__
        if before[field] != after[field] or (field in own) != (field in layers.own)
    )


def moved(before: Layers, after: Layers) -> tuple[Difference, ...]:
    """Say what is different in a section when what lies below it has changed."""
    now = values_of(after.effective)
    return tuple(
        Difference(
            section=before.section,
            field=field,
            before=value,
            after=now[field],
            was_own=field in before.own,
            is_own=field in after.own,
        )
        for field, value in values_of(before.effective).items()
        if value != now[field]
    )


def nothing_yet(section: SectionName, location: LocationId | None) -> Version:
    """Give what was there before anybody set anything."""
    return Version(
        section=section,
        location=location,
        version=0,
        own=NOTHING,
        at=datetime.min.replace(tzinfo=UTC),
        by="",
        approved_by=None,
    )


def steps(versions: Sequence[Version]) -> Sequence[tuple[Version, tuple[Difference, ...]]]:
    """Say what each version altered; the newest comes first, and the last is not looked behind."""
    return [(version, _altered(before.own, version)) for version, before in pairwise(versions)]


def _altered(before: Own, version: Version) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            section=version.section,
            field=field,
            before=before.get(field),
            after=version.own.get(field),
            was_own=field in before,
            is_own=field in version.own,
        )
        for field in SECTIONS[version.section].__struct_fields__
        if (field in before, before.get(field)) != (field in version.own, version.own.get(field))
    )


def rebased(base: Own, typed: Own, now: Own) -> tuple[Own, tuple[str, ...]]:
    """Put what somebody typed onto what others have made of the section meanwhile.

    `base` is what they saw when they began. What they did not touch is as it is now. Give also
    the fields that both have changed, each in another way.
    """
    touched = {field for field in typed if typed[field] != base.get(field)}
    mine = {field: typed[field] if field in touched else now[field] for field in now}
    both = [
        field
        for field in now
        if field in touched and now[field] != base.get(field) and now[field] != typed[field]
    ]
    return mine, tuple(both)


def said(value: Value) -> str:
    """Write a value in short words, as the ledger has it."""
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "on" if value else "off"
        case tuple():
            text = ", ".join(value)
        case _:
            text = str(value)
    return text if len(text) <= SAID_AT_MOST else f"{text[: SAID_AT_MOST - 1]}…"


def details(changes: Sequence[Difference]) -> Mapping[str, str]:
    """Give what the ledger says of a change, field by field."""
    told: dict[str, str] = {}
    for each in changes:
        told[f"{each.field}.before"] = said(each.before)
        told[f"{each.field}.after"] = said(each.after) + ("" if each.is_own else " (inherited)")
    return told


def target_of(section: SectionName, location: LocationId | None) -> str:
    """Write a section at a place as the ledger does."""
    return Noun.SETTINGS.of(section if location is None else f"{section}@{location}")
