"""Who calls, in Twilio's way: an account and its token, or an API key and its secret.

Both are an API key of ours. The account is the organisation that the key belongs to; so who has a
key of one organisation is nobody in another.
"""

import base64
import hmac
from dataclasses import dataclass
from typing import Any, assert_never

from litestar import Request, Response

from watchword.features.clients.rules import Client, Missing, Scope, Unknown, admit
from watchword.foundation.secret import Secret
from watchword.web import problems
from watchword.web.authentication import KEY_AT_MOST, count_knock
from watchword.web.compat.twilio.errors import FORBIDDEN, UNKNOWN, Trouble
from watchword.web.compat.twilio.places import SCOPE_OF, url_of
from watchword.web.compat.twilio.sids import ACCOUNT, API_KEY, write_sid
from watchword.wiring import Services

BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who was let in."""

    client: Client
    services: Services

    @property
    def account_sid(self) -> str:
        return write_sid(ACCOUNT, self.client.organisation.id)

    @property
    def country(self) -> str:
        return self.client.organisation.country

    def url(self, path: str) -> str:
        return url_of(self.services, path)


async def look_first(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Turn away whoever has no good key, before anything of the body is read."""
    if request.method == "OPTIONS":
        return problems.show_methods(request)
    services: Services = request.app.state.services
    scope: Scope = request.route_handler.opt[SCOPE_OF]
    name, key = _said(request)
    known = await services.clients.recognise(Secret(key)) if key else Unknown()
    if isinstance(known, Client) and not _is_named(known, name):
        known = Unknown()
    match admit(known, scope, services.storage.now()):
        case Client() as client:
            request.state.guest = Guest(client=client, services=services)
            return None
        case Missing(missing):
            raise Trouble(FORBIDDEN, 403, f"The API key lacks the scope {missing}")
        case Unknown():
            await count_knock(request, "Too many unknown keys came from this address.")
            raise UNKNOWN
        case entrance:
            assert_never(entrance)


async def guest(request: Request[Any, Any, Any]) -> Guest:
    found: Guest = request.state.guest
    return found


def _is_named(client: Client, name: str) -> bool:
    """Say whether a key was sent under the name of its account, or of itself."""
    names = write_sid(ACCOUNT, client.organisation.id), write_sid(API_KEY, client.key.id)
    said = name.encode()
    matches = [hmac.compare_digest(each.encode(), said) for each in names]
    return any(matches)


def _said(request: Request[Any, Any, Any]) -> tuple[str, str]:
    """Read name and key; an empty key, where there is nothing that could be one."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != BASIC:
        return "", ""
    try:
        name, _, key = base64.b64decode(said.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (name, key) if len(key) <= KEY_AT_MOST else ("", "")
