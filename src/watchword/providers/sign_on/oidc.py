"""An identity provider that speaks OpenID Connect: the code flow with PKCE, and nothing else of it.

What it says about itself is kept for an hour, and so are its keys; a token that is signed with a
key that we do not know has us look again, but not more often than twice in a minute.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final
from urllib.parse import quote, urlencode

from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.features.staff.sign_on.ports import Away, Forged, Told
from watchword.features.staff.sign_on.rules import Attempt, Expected
from watchword.providers.channels.http_exchange import LONGEST_REPLY, HttpExchange
from watchword.providers.sign_on.documents import (
    Metadata,
    NotAsItShould,
    key_id_of,
    opened,
    read_keys,
    read_metadata,
    read_tokens,
)
from watchword.providers.sign_on.settings import OidcSettings

WELL_KNOWN: Final = "/.well-known/openid-configuration"
KEPT_SECONDS: Final = 3600.0
LOOKS_AGAIN_AFTER: Final = 30.0  # seconds
OK: Final = 200
BASIC, POST = "client_secret_basic", "client_secret_post"
JSON = {"Accept": "application/json"}


class Oidc:
    """Fills the port `IdentityProvider`."""

    def __init__(self, settings: OidcSettings, *, seconds: Callable[[], float] = monotonic) -> None:
        """`seconds`: a steady clock, by which what is kept grows stale."""
        self._settings = settings
        self._seconds = seconds
        self._exchange = HttpExchange(settings.timeout_seconds, settings.ca_file)
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, Sequence[dict[str, Any]]] | None = None

    @property
    def expected(self) -> Expected:
        chosen = self._settings
        return Expected(
            issuer=chosen.issuer, client_id=chosen.client_id, domains=tuple(chosen.domains)
        )

    async def address_for(self, attempt: Attempt, back_to: str) -> str | Away:
        try:
            metadata = await self._about()
        except NotAsItShould as fault:
            return Away(str(fault))
        asked = {
            "response_type": "code",
            "scope": "openid email",
            "client_id": self._settings.client_id,
            "redirect_uri": back_to,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"

    async def redeem(self, attempt: Attempt, code: str, back_to: str) -> Told | Forged | Away:
        try:
            metadata = await self._about()
            token = read_tokens(await self._exchanged(metadata, attempt, code, back_to))
            claims = await self._opened(metadata, token)
        except NotAsItShould as fault:
            return Away(str(fault))
        return Forged() if claims is None else Told(claims)

    async def close(self) -> None:
        await self._exchange.close()

    async def _opened(self, metadata: Metadata, token: str) -> Mapping[str, object] | None:
        """Open a token with the keys that we know, and with new ones if it names one of those."""
        claims = opened(token, await self._signing_keys(metadata, KEPT_SECONDS))
        if claims is not None:
            return claims
        known = {key.get("kid") for key in self._keys[1]} if self._keys else set()
        if key_id_of(token) in known - {None}:
            return None
        return opened(token, await self._signing_keys(metadata, LOOKS_AGAIN_AFTER))

    async def _about(self) -> Metadata:
        now = self._seconds()
        if self._metadata is None or now - self._metadata[0] >= KEPT_SECONDS:
            address = self._settings.issuer.rstrip("/") + WELL_KNOWN
            body = await self._asked("GET", address, JSON)
            self._metadata = (now, read_metadata(body, self._settings.issuer))
        return self._metadata[1]

    async def _signing_keys(self, metadata: Metadata, fresh_for: float) -> Sequence[dict[str, Any]]:
        now = self._seconds()
        if self._keys is None or now - self._keys[0] >= fresh_for:
            self._keys = (now, read_keys(await self._asked("GET", metadata.jwks_uri, JSON)))
        return self._keys[1]

    async def _exchanged(
        self, metadata: Metadata, attempt: Attempt, code: str, back_to: str
    ) -> bytes:
        chosen, methods = self._settings, metadata.token_endpoint_auth_methods_supported
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": attempt.verifier,
        }
        headers = {**JSON, "Content-Type": "application/x-www-form-urlencoded"}
        if BASIC in methods or POST not in methods:
            headers["Authorization"] = f"Basic {_basic(chosen)}"
        else:
            secret = chosen.client_secret.reveal()
            form |= {"client_id": chosen.client_id, "client_secret": secret}
        return await self._asked("POST", metadata.token_endpoint, headers, urlencode(form).encode())

    async def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> bytes:
        reply = await self._exchange.ask(method, url, headers, body)
        if isinstance(reply, Unavailable | Uncertain):
            raise NotAsItShould(reply.reason)
        if reply.status != OK:
            raise NotAsItShould(f"HTTP {reply.status}")
        if len(reply.body) >= LONGEST_REPLY:
            raise NotAsItShould("too long a reply")
        return reply.body


def _basic(chosen: OidcSettings) -> str:
    """Write who we are as RFC 6749, section 2.3.1, wants it: each part as in a form."""
    pair = f"{quote(chosen.client_id, safe='')}:{quote(chosen.client_secret.reveal(), safe='')}"
    return base64.b64encode(pair.encode()).decode()
