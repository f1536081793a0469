"""An identity provider on this machine that speaks OpenID Connect, and says what it is told to.

It checks what a real one checks: the client and its secret, the address to come back to, and PKCE.
`behave` changes one thing of what it says; what it says then is signed all the same.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "watchword at sonnenhof", "s3cret: with/odd+letters"


@dataclass
class SigningKey:
    kid: str
    algorithm: str
    private: Any

    @property
    def public(self) -> dict[str, Any]:
        kind = ECAlgorithm if self.algorithm.startswith("ES") else RSAAlgorithm
        written: dict[str, Any] = kind.to_jwk(self.private.public_key(), as_dict=True)
        return {**written, "kid": self.kid, "use": "sig", "alg": self.algorithm}


def new_key(kid: str, algorithm: str = "RS256", bits: int = 2048) -> SigningKey:
    private: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm == "ES256"
        else rsa.generate_private_key(65537, bits)
    )
    return SigningKey(kid, algorithm, private)


@cache
def first_key() -> SigningKey:
    """Give the key that each provider begins with; to make one takes its time."""
    return new_key("one")


@dataclass
class Given:
    """A code that was given out, and what it was given out for."""

    nonce: str
    challenge: str
    back_to: str


@dataclass
class IdentityProvider:
    url: str = ""
    email: str = "ann@example.org"
    keys: list[SigningKey] = field(default_factory=lambda: [first_key()])
    claims: dict[str, Any] = field(default_factory=dict)
    """What it says otherwise than it should; `None` leaves a claim out."""
    metadata: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    """How it writes a token, if not as it should."""
    token_reply: web.Response | None = None
    now: Callable[[], float] = time.time
    asked: list[str] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/.well-known/openid-configuration", self._about),
            web.get("/keys", self._keys),
            web.get("/authorize", self._authorize),
            web.post("/token", self._token),
        ]

    async def _about(self, request: web.Request) -> web.Response:
        self.asked.append("about")
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            **self.metadata,
        }
        return web.json_response({name: value for name, value in said.items() if value is not None})

    async def _keys(self, request: web.Request) -> web.Response:
        self.asked.append("keys")
        return web.json_response({"keys": [key.public for key in self.keys]})

    async def _authorize(self, request: web.Request) -> web.Response:
        """Take it that somebody has shown who they are, and send them back."""
        self.asked.append("authorize")
        asked = request.query
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
            return web.Response(status=400)
        back = self.give(asked["nonce"], asked["code_challenge"], asked["redirect_uri"])
        raise web.HTTPFound(
            f"{asked['redirect_uri']}?"
            + urlencode({"code": back, "state": asked["state"], "iss": self.url})
        )

    def give(self, nonce: str, challenge: str, back_to: str) -> str:
        code = secrets.token_urlsafe(16)
        self.given[code] = Given(nonce, challenge, back_to)
        return code

    async def _token(self, request: web.Request) -> web.Response:
        self.asked.append("token")
        form = await request.post()
        given = self.given.pop(str(form["code"]), None)
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        is_right = (
            _client(request, form) == (CLIENT, SECRET)
            and given is not None
            and given.back_to == form["redirect_uri"]
            and given.challenge == base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        )
        if not is_right or given is None:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if self.token_reply is not None:
            return self.token_reply
        return web.json_response({"token_type": "Bearer", "id_token": self._id_token(given)})

    def _id_token(self, given: Given) -> str:
        now = int(self.now())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "person-7",
            "iat": now,
            "exp": now + 300,
            "nonce": given.nonce,
            "email": self.email,
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in said.items() if value is not None}
        return self.sign(claims) if self.sign else self.signed(claims)

    def signed(self, claims: dict[str, Any], key: SigningKey | None = None) -> str:
        key = key or self.keys[-1]
        return jwt.encode(claims, key.private, key.algorithm, headers={"kid": key.kid})


def _client(request: web.Request, form: Mapping[str, object]) -> tuple[str, str] | None:
    kind, _, written = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        name, _, secret = base64.b64decode(written).decode().partition(":")
        return unquote(name), unquote(secret)
    return str(form.get("client_id")), str(form.get("client_secret"))


@asynccontextmanager
async def running_provider() -> AsyncIterator[IdentityProvider]:
    provider = IdentityProvider()
    application = web.Application()
    application.add_routes(provider.routes())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield provider
    finally:
        await runner.cleanup()
