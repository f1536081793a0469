"""The description of the API that machines read, at `/openapi.json`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler

import watchword
from watchword.web.problems import MEDIA_TYPE, Kind


class _Closed(Router):
    """Where the framework would put pages of its own, which load scripts from elsewhere."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        return []


def new_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Watchword",
        version=watchword.VERSION,
        description="One-time codes: sent, answered, and proven.",
        openapi_router=_Closed("/openapi", route_handlers=[]),
        components=Components(
            security_schemes={"api_key": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"api_key": []}],
    )


class ProblemView(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457). `type` stays as it is; `detail` says what to do.

    `instance` names the request, as our log does.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str


COMPONENTS = "#/components/schemas/"
ONE_ADDRESS = {"minProperties": 1, "maxProperties": 1}
KEY_PARAMETER: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this request: a new one for each, and the same when you send it again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
}
TABLE_BODY: Mapping[str, Any] = {
    "required": True,
    "description": "A table with a heading for each column.",
    "content": {
        "text/csv": {"schema": {"type": "string", "examples": ["email\nann@example.org\n"]}}
    },
}
TAKES, CSV = "takes", "text/csv"
"""The option of a route that takes something else than JSON, and what that is."""
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
    schema = described(request.app)
    return Response(msgspec.json.encode(schema), media_type="application/json")


def described(app: Litestar) -> dict[str, Any]:
    """Give the description, with what the framework does not say of our bodies by itself."""
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    components = schema["components"]["schemas"]
    for path in schema["paths"].values():
        for operation in path.values():
            operation["parameters"] = [*operation.get("parameters", []), *_key_of(operation)]
            for name in _names_in(operation.get("requestBody"), components):
                components[name]["additionalProperties"] = False
    for path, operation in _of_other_bodies(app):
        schema["paths"][path][operation]["requestBody"] = TABLE_BODY
    components["To"] |= ONE_ADDRESS
    return schema


def _of_other_bodies(app: Litestar) -> Iterator[tuple[str, str]]:
    """Name what reads its body by itself, of which the framework knows nothing."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.opt.get(TAKES) == CSV:
                yield route.path_format, "post"


def _key_of(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Say whether a request takes an `Idempotency-Key`, as its problems tell: it is read before any
    handler, and so the framework knows nothing of it."""
    told = " Or: ".join(each["description"] for each in operation["responses"].values())
    titles = told.split(" Or: ")
    if Kind.OTHER_BODY.title in titles:
        yield {**KEY_PARAMETER, "required": Kind.NO_KEY.title in titles}


def _names_in(part: object, components: Mapping[str, Any]) -> Iterator[str]:
    """Name the components that a part of a description is made of, however deep they stand."""
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(COMPONENTS)
        if name and components[name].get("type") == "object":
            yield name
            yield from _names_in(components[name], components)
        for inner in part.values():
            yield from _names_in(inner, components)
    elif isinstance(part, list):
        for inner in part:
            yield from _names_in(inner, components)


routes = [show_openapi]
