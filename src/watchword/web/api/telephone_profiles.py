"""Telephone profiles over HTTP: all of them as one document, taken in as a whole or not at all."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct, to_builtins

from watchword.features.activation.profiles.rules import (
    BadProfile,
    ProfileId,
    ProfileInUse,
    ProfileOutOfDate,
    TooManyProfiles,
)
from watchword.features.activation.profiles.service import Profilebook
from watchword.features.activation.profiles.writing import ProfilesView, ProfileView, view_of
from watchword.features.activation.scenarios import ProcessKind, Scenario, WhyNot
from watchword.features.clients.rules import Scope
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)


class InactiveView(Struct, frozen=True):
    """A scenario that stands in a list, and does not run on the core of the organisation."""

    purpose: ProcessKind
    scenario: Scenario
    why: WhyNot


class ProfileState(Struct, frozen=True):
    """What is known of a profile beside what it says."""

    id: UUID
    name: str
    version: int
    updated_at: datetime
    inactive: list[InactiveView]
    used_by: list[str]
    answers_calls: bool


class ProfilesShown(Struct, frozen=True):
    """All profiles, and what is known of each."""

    format: Literal["watchword.profiles/1"]
    profiles: list[ProfileView]
    states: list[ProfileState]


@get(
    "/v1/telephone/profiles",
    opt={SCOPE: Scope.TELEPHONE_READ},
    summary="Read all telephone profiles",
    responses=problems(),
)
async def read_profiles(admitted: NamedDependency[Admitted]) -> ProfilesShown:
    return await _shown(admitted)


@put(
    "/v1/telephone/profiles",
    opt={SCOPE: Scope.TELEPHONE_WRITE},
    summary="Take in telephone profiles",
    responses=problems(*WRITTEN, Kind.BAD_PROFILE, Kind.TOO_MANY_PROFILES),
)
async def take_in_profiles(
    data: JSONBody[ProfilesView], admitted: NamedDependency[Admitted]
) -> ProfilesShown:
    match await admitted.services.telephone.profiles.take_in(admitted.client, data):
        case BadProfile(faults):
            detail = "Nothing was taken in. `faults` says what cannot work, and where."
            raise Problem(Kind.BAD_PROFILE, detail, more={"faults": to_builtins(faults)})
        case TooManyProfiles(most):
            raise Problem(Kind.TOO_MANY_PROFILES, f"There are {most} at most. Delete one before.")
        case _:
            return await _shown(admitted)


@delete(
    "/v1/telephone/profiles/{profile_id:uuid}",
    opt={SCOPE: Scope.TELEPHONE_WRITE},
    summary="Delete a telephone profile",
    responses=problems(Kind.NOT_FOUND, Kind.PROFILE_IN_USE, Kind.STALE_PROFILE),
)
async def delete_profile(
    profile_id: FromPath[UUID],
    admitted: NamedDependency[Admitted],
    version: Annotated[int | None, QueryParameter(name="version", ge=1)] = None,
) -> None:
    id = ProfileId(Id(int=profile_id.int))
    match await admitted.services.telephone.profiles.delete(admitted.client, id, version):
        case ProfileInUse(by, answers_calls):
            more = {"used_by": list(by), "answers_calls": answers_calls}
            detail = "Others need it. `used_by` names them; `answers_calls` says if calls do."
            raise Problem(Kind.PROFILE_IN_USE, detail, more=more)
        case ProfileOutOfDate(newest):
            detail = "Somebody has changed this since you read it. Read it again."
            raise Problem(Kind.STALE_PROFILE, detail, more={"version": newest})
        case None:
            return


async def _shown(admitted: Admitted) -> ProfilesShown:
    found = await admitted.services.telephone.profiles.all(admitted.client.organisation.id)
    names = {each.id: each.terms.name for each in found.profiles}
    return ProfilesShown(
        format="watchword.profiles/1",
        profiles=[view_of(each.terms, names) for each in found.profiles],
        states=_states(found),
    )


def _states(found: Profilebook) -> list[ProfileState]:
    return [
        ProfileState(
            id=each.id,
            name=each.terms.name,
            version=each.version,
            updated_at=each.updated_at,
            inactive=[InactiveView(off.process, off.scenario, off.why) for off in found.offs(each)],
            used_by=list(found.users_of(each)),
            answers_calls=found.line.settings.profile_id == each.id,
        )
        for each in found.profiles
    ]


routes = [read_profiles, take_in_profiles, delete_profile]
