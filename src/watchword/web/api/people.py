"""What is known about a person, over HTTP: handed out, and forgotten. Addresses stand in bodies."""

from datetime import datetime
from typing import Annotated, TypeAlias, assert_never

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.rules import (
    AGES_OUT,
    BadReason,
    Erased,
    Erasure,
    NothingKnown,
    Remaining,
    StillStaff,
    remaining,
)
from watchword.features.privacy.tables import OF_PEOPLE
from watchword.features.privacy.views import PersonExport
from watchword.web.api.contact_points import To, read_contact
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, needs_second_person
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.UNREACHABLE)

Reason: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=200, examples=["asked for it by letter"])
]


class NewPersonExport(Body, frozen=True):
    """Whose data is asked for, and why it is handed out."""

    to: To
    reason: Reason


class NewErasure(Body, frozen=True):
    """Who is to be forgotten, and why."""

    to: To
    reason: Reason


class RemainingView(Struct, frozen=True):
    """Something that does not go with the rest, and why."""

    what: str
    because: str


class ErasureView(Struct, frozen=True):
    """What became of a wish to be forgotten."""

    at: datetime
    was_known: bool
    challenges_ended: int
    rows: dict[str, int]
    is_opted_out: bool
    stays: list[RemainingView]
    ages_out: list[RemainingView]


@post(
    "/v1/person-exports",
    opt={SCOPE: Scope.PEOPLE_READ},
    summary="Hand out everything about a person",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.NEEDS_SECOND_PERSON),
)
async def export_person(
    data: JSONBody[NewPersonExport], admitted: NamedDependency[Admitted]
) -> PersonExport:
    contact = read_contact(data.to, admitted.client.organisation.country)
    people = admitted.services.privacy.people
    match await people.export(admitted.client, contact, data.reason):
        case PersonExport() as export:
            return export
        case NothingKnown(suppressions):
            detail = "Nothing is known about this contact point."
            more = {"opted_out": sorted(each.kind for each in suppressions)}
            raise Problem(Kind.NOT_FOUND, detail, more=more)
        case BadReason(because):
            raise Problem(Kind.MALFORMED, because)
        case NeedsSecondPerson():
            raise needs_second_person("for that", "Privacy")
        case outcome:
            assert_never(outcome)


@post(
    "/v1/erasures",
    opt={SCOPE: Scope.PEOPLE_ERASE},
    summary="Forget a person",
    responses=problems(*WRITTEN, Kind.STILL_STAFF, Kind.NEEDS_SECOND_PERSON),
)
async def erase_person(
    data: JSONBody[NewErasure], admitted: NamedDependency[Admitted]
) -> ErasureView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    erasures = admitted.services.privacy.erasures
    return show_erasure(await erasures.erase(admitted.client, contact, data.reason))


def show_erasure(outcome: Erasure) -> ErasureView:
    """Show what became of an erasure; raise a `Problem` where nothing did."""
    match outcome:
        case Erased():
            return erasure_view(outcome)
        case StillStaff():
            detail = "This person works the console. First disable them there, under Staff."
            raise Problem(Kind.STILL_STAFF, detail)
        case BadReason(because):
            raise Problem(Kind.MALFORMED, because)
        case NeedsSecondPerson():
            raise needs_second_person("for that", "Privacy")
        case _:
            assert_never(outcome)


def erasure_view(erased: Erased) -> ErasureView:
    return ErasureView(
        at=erased.at,
        was_known=erased.was_known,
        challenges_ended=erased.ended,
        rows=dict(erased.rows),
        is_opted_out=erased.is_opted_out,
        stays=[_remaining_view(each) for each in remaining(OF_PEOPLE)],
        ages_out=[_remaining_view(each) for each in AGES_OUT],
    )


def _remaining_view(one: Remaining) -> RemainingView:
    return RemainingView(one.what, one.because)


routes = [export_person, erase_person]
