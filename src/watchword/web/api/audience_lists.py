"""A list of customers over HTTP: a table as CSV, read once and thrown away."""

from typing import Annotated, Final

from litestar import post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from watchword.features.audiences.lists.rules import (
    BYTES_AT_MOST,
    ROWS_AT_MOST,
    ListTooLong,
    NoColumn,
    NoList,
)
from watchword.features.audiences.rules import NAME_AT_MOST
from watchword.features.clients.rules import Scope
from watchword.web.api.audiences import AudienceView, shown
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.connections import let_it_be_long
from watchword.web.html.pages import AnyRequest
from watchword.web.openapi import CSV, TAKES, problems
from watchword.web.problems import Kind, Problem

BODY_AT_MOST: Final = BYTES_AT_MOST + 64 * 1024
"""Somewhat more than a list may have, so that it is told by us how long one may be."""


@post(
    "/v1/audience-lists",
    opt={SCOPE: Scope.AUDIENCES_WRITE, TAKES: CSV},
    summary="Bring a list of customers",
    request_max_body_size=BODY_AT_MOST,
    responses=problems(Kind.TOO_LARGE, Kind.MEDIA, Kind.TOO_MANY_OFFERS, Kind.NAME_TAKEN),
)
async def bring_list(
    request: AnyRequest,
    admitted: NamedDependency[Admitted],
    name: Annotated[
        str,
        QueryParameter(name="name", min_length=1, max_length=NAME_AT_MOST),
    ],
) -> AudienceView:
    if request.content_type[0] != CSV:
        raise Problem(Kind.MEDIA, f"Send a table, with the header Content-Type: {CSV}.")
    let_it_be_long(request.scope, BODY_AT_MOST)
    made = await admitted.services.lists.receive(admitted.client, name, request.stream())
    match made:
        case NoList():
            raise Problem(Kind.MALFORMED, "The body begins with no headings.")
        case NoColumn():
            detail = "Call a column customer_id, card_number, email or phone."
            raise Problem(Kind.MALFORMED, detail)
        case ListTooLong():
            detail = f"A list has {ROWS_AT_MOST} rows and {BYTES_AT_MOST} bytes at most."
            raise Problem(Kind.TOO_LARGE, detail)
        case _:
            return shown(made)


routes = [bring_list]
