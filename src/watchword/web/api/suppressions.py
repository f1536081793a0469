"""Who wants to hear no more, over HTTP: opting out, opting in again, and looking before sending."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import ContactKind
from watchword.features.contacts.suppressions.rules import (
    About,
    Suppression,
    SuppressionKind,
    stops,
)
from watchword.features.privacy.optouts.rules import Added, Lifted, NotOptedOut
from watchword.features.privacy.rules import BadReason
from watchword.web.api.contact_points import To, read_contact
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.UNREACHABLE)


class NewSuppression(Body, frozen=True):
    """Who wants to hear no more, of what, and how you know."""

    to: To
    kind: SuppressionKind
    reason: Annotated[str, Meta(min_length=1, max_length=200, examples=["said so at the till"])]


class NewSuppressionLifting(Body, frozen=True):
    """Who wants to hear from you again, of what, and how you know."""

    to: To
    kind: SuppressionKind
    reason: Annotated[str, Meta(min_length=1, max_length=200, examples=["asked by telephone"])]


class NewSuppressionCheck(Body, frozen=True):
    """To whom you would like to write."""

    to: To


class SuppressionView(Struct, frozen=True):
    """An opt-out. Whose it is cannot be read from it."""

    id: UUID
    kind: SuppressionKind
    contact_kind: ContactKind
    created_at: datetime
    created_by: str


class SuppressionPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    suppressions: list[SuppressionView]
    cursor: str | None


class SuppressionCheck(Struct, frozen=True):
    """What may be sent to somebody."""

    advertising: bool
    codes: bool


@get(
    "/v1/suppressions",
    opt={SCOPE: Scope.SUPPRESSIONS_READ},
    summary="List opt-outs, the newest first",
    responses=problems(),
)
async def list_suppressions(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> SuppressionPage:
    page = await admitted.services.privacy.opt_outs.page(
        admitted.client.organisation.id, most=limit, after=read_cursor(cursor)
    )
    return SuppressionPage(
        [suppression_view(each) for each in page.items], write_cursor(page.after)
    )


@post(
    "/v1/suppressions",
    opt={SCOPE: Scope.SUPPRESSIONS_WRITE},
    summary="Let somebody opt out",
    responses=problems(*WRITTEN),
)
async def add_suppression(
    data: JSONBody[NewSuppression], admitted: NamedDependency[Admitted]
) -> SuppressionView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    opt_outs = admitted.services.privacy.opt_outs
    match await opt_outs.add(admitted.client, contact, data.kind, data.reason):
        case Added(suppression):
            return suppression_view(suppression)
        case BadReason(because):
            raise Problem(Kind.MALFORMED, because)
        case outcome:
            assert_never(outcome)


@post(
    "/v1/suppression-liftings",
    opt={SCOPE: Scope.SUPPRESSIONS_WRITE},
    summary="Let somebody opt in again",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def lift_suppression(
    data: JSONBody[NewSuppressionLifting], admitted: NamedDependency[Admitted]
) -> SuppressionView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    opt_outs = admitted.services.privacy.opt_outs
    match await opt_outs.lift(admitted.client, contact, data.kind, data.reason):
        case Lifted(suppression):
            return suppression_view(suppression)
        case NotOptedOut(kind):
            raise Problem(Kind.NOT_FOUND, f"Nobody there has opted out of {kind}.")
        case BadReason(because):
            raise Problem(Kind.MALFORMED, because)
        case outcome:
            assert_never(outcome)


@post(
    "/v1/suppression-checks",
    opt={SCOPE: Scope.SUPPRESSIONS_READ},
    summary="Ask what may be sent to somebody",
    responses=problems(*WRITTEN),
)
async def check_suppressions(
    data: JSONBody[NewSuppressionCheck], admitted: NamedDependency[Admitted]
) -> SuppressionCheck:
    organisation = admitted.client.organisation
    contact = read_contact(data.to, organisation.country)
    found = await admitted.services.privacy.opt_outs.of(organisation.id, contact)
    kinds = {each.kind for each in found}
    return SuppressionCheck(
        advertising=not stops(kinds, About.ADVERTISING), codes=not stops(kinds, About.CODE)
    )


def suppression_view(suppression: Suppression) -> SuppressionView:
    return SuppressionView(
        id=suppression.id,
        kind=suppression.kind,
        contact_kind=suppression.contact_kind,
        created_at=suppression.created_at,
        created_by=suppression.created_by,
    )


routes = [list_suppressions, add_suppression, lift_suppression, check_suppressions]
