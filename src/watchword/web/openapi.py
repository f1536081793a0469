"""The description of the API that machines read, at `/openapi.json`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme

import watchword
from watchword.web.problems import MEDIA_TYPE, Kind

config = OpenAPIConfig(
    title="Watchword",
    version=watchword.VERSION,
    description="One-time codes: sent, answered, and proven.",
    path="/openapi",
    components=Components(
        security_schemes={"api_key": SecurityScheme(type="http", scheme="bearer")}
    ),
    security=[{"api_key": []}],
)


class ProblemView(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457). `type` stays as it is; `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str


ALWAYS = (Kind.MALFORMED, Kind.UNKNOWN_KEY, Kind.MISSING_SCOPE, Kind.TOO_MANY, Kind.UNAVAILABLE)


def problems(*kinds: Kind) -> Mapping[int, ResponseSpec]:
    """Describe the problems of a route, besides those that every route with a key has."""
    statuses: dict[int, list[Kind]] = {}
    for kind in (*ALWAYS, *kinds):
        statuses.setdefault(kind.status, []).append(kind)
    return {status: _response(found) for status, found in statuses.items()}


def _response(kinds: Sequence[Kind]) -> ResponseSpec:
    return ResponseSpec(
        data_container=ProblemView,
        media_type=MEDIA_TYPE,
        generate_examples=False,
        description=" Or: ".join(kind.title for kind in dict.fromkeys(kinds)),
    )


@get("/openapi.json", include_in_schema=False)
async def show_openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    schema = request.app.openapi_schema.to_schema()
    return Response(msgspec.json.encode(schema), media_type="application/json")


routes = [show_openapi]
