"""Passes over HTTP: a page of a shop is given one, so that its customer can take part in a sale."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.tills.passes.rules import BadOrigin, GivenPass, NotOnline
from watchword.web.api.tills import PATH, WRITTEN, session
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body


class NewPass(Body, frozen=True):
    """The origin of the shop's pages, as browsers write it."""

    origin: Annotated[str, Meta(max_length=300, examples=["https://shop.example.org"])]


class PassView(Struct, frozen=True):
    """What the page gets; it is shown this once."""

    token: str
    expires_at: datetime


@post(
    PATH + "/passes",
    opt={SCOPE: Scope.TILLS_WRITE},
    summary="Let a page of a shop take part in a sale",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.NOT_ONLINE),
)
async def give_pass(
    session_id: FromPath[UUID], data: JSONBody[NewPass], admitted: NamedDependency[Admitted]
) -> PassView:
    given = await admitted.services.passes.give(admitted.client, session(session_id), data.origin)
    match given:
        case GivenPass(token, expires_at):
            return PassView(token.reveal(), expires_at)
        case BadOrigin(because):
            problem = {"field": "origin", "because": because}
            detail = "A field is not as it has to be."
            raise Problem(Kind.MALFORMED, detail, more={"problems": [problem]})
        case NotOnline():
            raise Problem(Kind.NOT_ONLINE, 'Begin the sale with "kind": "online".')
        case never:
            assert_never(never)


routes = [give_pass]
