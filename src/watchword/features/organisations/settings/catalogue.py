"""Which settings there are: every field of every section, found in the sections themselves."""

from collections.abc import Mapping
from typing import Any, TypeAlias, get_type_hints

import msgspec

from watchword.features.organisations.settings.sections import (
    Access,
    Appearance,
    Approvals,
    Basis,
    Consent,
    Exceptions,
    Fact,
    Joining,
    Messages,
    Offline,
    Redemption,
    Section,
    SectionName,
    Verification,
)

Value: TypeAlias = bool | int | str | tuple[str, ...] | None
Own: TypeAlias = Mapping[str, Value]
"""What a place has of its own in one section; what is not named there is inherited."""

SECTIONS: Mapping[SectionName, type[Section]] = {
    SectionName.BASIS: Basis,
    SectionName.VERIFICATION: Verification,
    SectionName.JOINING: Joining,
    SectionName.REDEMPTION: Redemption,
    SectionName.EXCEPTIONS: Exceptions,
    SectionName.OFFLINE: Offline,
    SectionName.MESSAGES: Messages,
    SectionName.CONSENT: Consent,
    SectionName.APPEARANCE: Appearance,
    SectionName.ACCESS: Access,
    SectionName.APPROVALS: Approvals,
}

NOTHING: Own = {}


def _facts(kind: type[Section]) -> Mapping[str, Fact]:
    hints: Mapping[str, Any] = get_type_hints(kind, include_extras=True)
    return {
        name: next(each for each in hints[name].__metadata__ if isinstance(each, Fact))
        for name in kind.__struct_fields__
    }


def _partial(kind: type[Section]) -> type[msgspec.Struct]:
    """Make the type of what a place has of its own: each field may be missing."""
    hints = get_type_hints(kind, include_extras=True)
    fields: list[Any] = [
        (name, hints[name] | msgspec.UnsetType, msgspec.UNSET) for name in kind.__struct_fields__
    ]
    return msgspec.defstruct(
        f"Own{kind.__name__}", fields, frozen=True, kw_only=True, forbid_unknown_fields=True
    )


FACTS: Mapping[SectionName, Mapping[str, Fact]] = {
    name: _facts(kind) for name, kind in SECTIONS.items()
}
PARTIAL: Mapping[SectionName, type[msgspec.Struct]] = {
    name: _partial(kind) for name, kind in SECTIONS.items()
}


def may_differ(name: SectionName) -> bool:
    """Say whether a location may have anything of its own in a section."""
    return any(fact.per_location for fact in FACTS[name].values())


def values_of(section: Section) -> Own:
    return {name: getattr(section, name) for name in section.__struct_fields__}


def read_own(name: SectionName, written: object) -> Own:
    """Read what a place has of its own; raise `msgspec.ValidationError` where that is no such."""
    own = msgspec.convert(written, PARTIAL[name])
    found = {field: getattr(own, field) for field in own.__struct_fields__}
    return {field: value for field, value in found.items() if value is not msgspec.UNSET}


def merged(name: SectionName, *layers: Own) -> Section:
    """Put layers on each other: of each field, the last that names it counts."""
    values: dict[str, Value] = {}
    for layer in layers:
        values.update(layer)
    return SECTIONS[name](**values)
