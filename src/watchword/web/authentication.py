"""Who calls: what handlers that need an API key depend on."""

from dataclasses import dataclass
from typing import Any, assert_never

from litestar import Request

from watchword.features.clients.rules import Client, Missing, Scope, Unknown, admit
from watchword.features.idempotency.rules import KEY, Once, once
from watchword.features.limits.rules import NotBefore
from watchword.foundation.secret import Secret
from watchword.web.addresses import client_address
from watchword.web.problems import Kind, Problem, until
from watchword.wiring import Services

BEARER = "bearer"
SCOPE = "scope"  # the option of a route that says what a key must open
BESIDES = "besides"  # a second scope, where one is not enough
KEY_HEADER = "key_header"  # the header that has the key, where another product has its own
KEY_AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Who was let in. `once` names the request, if it must not happen twice."""

    client: Client
    once: Once | None
    services: Services


async def recognise(request: Request[Any, Any, Any]) -> None:
    """Turn a request away that has no good key for what it asks for, whatever else it may have."""
    services: Services = request.app.state.services
    request.state.client = await _find_client(request, services)


async def admitted(request: Request[Any, Any, Any]) -> Admitted:
    """Let a request in whose key was recognised, before anything of its body was read."""
    services: Services = request.app.state.services
    client: Client = request.state.client
    key = request.headers.get("idempotency-key")
    once = None if key is None else await _once(request, key, client)
    return Admitted(client=client, once=once, services=services)


async def _find_client(request: Request[Any, Any, Any], services: Services) -> Client:
    options = request.route_handler.opt
    scope: Scope = options[SCOPE]
    header = options.get(KEY_HEADER)
    key = bearer(request) if header is None else request.headers.get(header, "").strip()
    may_be_one = 0 < len(key) <= KEY_AT_MOST
    known = await services.clients.recognise(Secret(key)) if may_be_one else Unknown()
    match admit(known, scope, services.storage.now()):
        case Client() as client:
            if options.get(BESIDES, scope) not in client.key.scopes:
                raise _missing(options[BESIDES])
            return client
        case Missing(missing):
            raise _missing(missing)
        case Unknown():
            await count_knock(request, "Too many unknown keys came from this address.")
            where = "Authorization: Bearer" if header is None else f"{header}:"
            raise Problem(Kind.UNKNOWN_KEY, f"Send a good API key: {where} ww_…")
        case entrance:
            assert_never(entrance)


def bearer(request: Request[Any, Any, Any]) -> str:
    """Give what somebody says that lets them in."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    return said.strip() if scheme.lower() == BEARER else ""


def _missing(scope: Scope) -> Problem:
    return Problem(Kind.MISSING_SCOPE, f"This needs a key with the scope {scope}.")


async def count_knock(request: Request[Any, Any, Any], too_many: str) -> None:
    """Count a request of somebody who is not whom we know, and end it with 429 after too many."""
    services: Services = request.app.state.services
    address = client_address(
        request.client.host if request.client else "",
        request.headers.getall("x-forwarded-for", []),
        services.settings.web.trusted_hops,
    )
    leave = await services.limits.gates.knock(address)
    if isinstance(leave, NotBefore):
        wait = until(leave.moment, services.storage.now())
        raise Problem(Kind.TOO_MANY, too_many, wait)


async def _once(request: Request[Any, Any, Any], key: str, client: Client) -> Once:
    if not KEY.fullmatch(key):
        raise Problem(Kind.MALFORMED, "An Idempotency-Key is 1 to 128 printable ASCII characters.")
    route = f"{request.method} {request.url.path}"
    return once(key, client=str(client.key.id), route=route, body=await request.body())
