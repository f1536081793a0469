"""Settings of the organisation over HTTP: read, and changed where a program may.

A program decides neither who signs in nor what needs two people nor what overrides a code: those
are set by people, in the console.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, assert_never
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own, read_own, values_of
from watchword.features.organisations.settings.changing.rules import (
    Change,
    Faulty,
    NothingDifferent,
    Stale,
    read_ground,
)
from watchword.features.organisations.settings.layers import Layers
from watchword.features.organisations.settings.rules import Changed, Fault
from watchword.features.organisations.settings.sections import Method, SectionName
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, because_of, needs_second_person
from watchword.web.requests import Body

FOR_PROGRAMS = frozenset({SectionName.VERIFICATION, SectionName.MESSAGES, SectionName.APPEARANCE})
"""The sections that a key may change."""

Place: TypeAlias = Annotated[UUID | None, QueryParameter(name="location")]
Ground: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60, examples=["0-3"])]
Values: TypeAlias = dict[str, Any]


class MethodsView(Struct, frozen=True):
    """By which ways customers can confirm a card, in the order in which they are offered."""

    methods: list[Method]


class SettingsView(Struct, frozen=True):
    """A section as it is in force. `own` is what is not inherited; `version` goes back with it."""

    section: SectionName
    version: str
    settings: Values
    own: Values


class NewSettings(Body, frozen=True):
    """What is to be the organisation's own in a section; what is left out is inherited."""

    version: Ground
    own: Values


@get(
    "/v1/verification-methods",
    opt={SCOPE: Scope.CHALLENGES_READ},
    summary="List the ways by which customers can confirm a card",
    responses=problems(),
)
async def list_methods(admitted: NamedDependency[Admitted]) -> MethodsView:
    organisation = admitted.client.organisation
    effective = await admitted.services.configuration.settings.of(organisation.id)
    return MethodsView(list(effective.verification.methods))


@get(
    "/v1/settings/{section:str}",
    opt={SCOPE: Scope.SETTINGS_READ},
    summary="Look at a section of the settings",
    responses=problems(Kind.NOT_FOUND),
)
async def read_settings(
    section: FromPath[str], admitted: NamedDependency[Admitted], location: Place = None
) -> SettingsView:
    return _view(await _layers(admitted, _named(section), location))


@put(
    "/v1/settings/{section:str}",
    opt={SCOPE: Scope.SETTINGS_WRITE},
    summary="Change a section of the settings",
    responses=problems(
        *(Kind.TOO_LARGE, Kind.MEDIA, Kind.NOT_FOUND, Kind.NEEDS_PERSON),
        *(Kind.NEEDS_SECOND_PERSON, Kind.STALE_SETTINGS, Kind.BAD_SETTINGS),
    ),
)
async def change_settings(
    section: FromPath[str],
    data: JSONBody[NewSettings],
    admitted: NamedDependency[Admitted],
    location: Place = None,
) -> SettingsView:
    name = _named(section)
    if name not in FOR_PROGRAMS:
        detail = f"No key changes {section}. An owner does, in the console under Configuration."
        raise Problem(Kind.NEEDS_PERSON, detail)
    layers = await _layers(admitted, name, location)
    change = Change(
        section=name,
        location=layers.location,
        own=_read(name, data.own),
        ground=read_ground(data.version),
    )
    organisation, client = admitted.client.organisation, admitted.client
    changes = admitted.services.configuration.changes
    outcome = await changes.change(organisation.id, change, actor=client.actor)
    match outcome:
        case Changed() | NothingDifferent():
            return _view(await _layers(admitted, name, location))
        case Stale(layers=now):
            detail = "Read the section again, and change what is there now."
            raise Problem(Kind.STALE_SETTINGS, detail, more={"version": now.ground})
        case NeedsSecondPerson():
            raise needs_second_person("for this", "Configuration")
        case Faulty(faults):
            detail = " ".join(_said(fault) for fault in faults)
            raise Problem(Kind.BAD_SETTINGS, detail, more={"problems": [_shown(f) for f in faults]})
        case _:
            assert_never(outcome)


def _named(section: str) -> SectionName:
    if section not in [*SectionName]:
        raise Problem(Kind.NOT_FOUND, f"The sections are: {', '.join(SectionName)}.")
    return SectionName(section)


async def _layers(admitted: Admitted, section: SectionName, location: UUID | None) -> Layers:
    whose, services = admitted.client.organisation.id, admitted.services.configuration
    place = None
    if location is not None:
        place = LocationId(Id(int=location.int))
        await services.locations.find(whose, place)
    return await services.settings.layers(whose, section, place)


def _read(section: SectionName, written: Values) -> Own:
    try:
        return read_own(section, written)
    except msgspec.ValidationError as fault:
        because, _, place = str(fault).partition(" - at `$")
        problem = {"field": place.strip(".`") or "own", "because": because_of(because)}
        detail = "A section has the fields that the manual names, each with a value of its kind."
        raise Problem(Kind.BAD_SETTINGS, detail, more={"problems": [problem]}) from None


def _view(layers: Layers) -> SettingsView:
    return SettingsView(
        section=layers.section,
        version=layers.ground,
        settings=dict(values_of(layers.effective)),
        own=dict(layers.own),
    )


def _said(fault: Fault) -> str:
    limits = f", from {fault.least} to {fault.most}" if fault.most else ""
    instead = f"; the nearest that can be is {fault.instead}" if fault.instead else ""
    return f"{fault.field}: {fault.because.replace('_', ' ')}{limits}{instead}."


def _shown(fault: Fault) -> Mapping[str, str]:
    return {"field": fault.field, "because": fault.because}


routes = [list_methods, read_settings, change_settings]
