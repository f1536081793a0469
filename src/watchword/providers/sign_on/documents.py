"""What a provider says about itself, and the keys that it signs with: read, and kept to the rules.

OpenID Connect Discovery 1.0; RFC 7517. An address that a provider names is asked only over TLS; on
this machine only if the provider itself is on this machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from watchword.providers.channels.network import is_loopback

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
"""With a private key each. What a shared secret signs, or nothing, proves nothing to us."""
KEYS_AT_MOST: Final = 50
RSA_AT_LEAST: Final = 2048  # bits
TOKEN_AT_MOST: Final = 16 * 1024

FAULTS: Final = (jwt.PyJWTError, msgspec.MsgspecError, ValueError, TypeError, LookupError)


class Metadata(msgspec.Struct, frozen=True):
    """What stands under `/.well-known/openid-configuration`, as far as we need it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class KeySet(msgspec.Struct, frozen=True):
    keys: Sequence[dict[str, Any]]


class Tokens(msgspec.Struct, frozen=True):
    id_token: str

    def __repr__(self) -> str:
        return "Tokens(…)"


class NotAsItShould(Exception):
    """What a provider says cannot be used. The words are ours."""


def read_metadata(body: bytes, issuer: str) -> Metadata:
    try:
        found = msgspec.json.decode(body, type=Metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotAsItShould("no metadata") from None
    if found.issuer != issuer:
        raise NotAsItShould("another issuer")
    may_stay_here = is_loopback(urlsplit(issuer).hostname or "")
    for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        if not _may_be_asked(address, may_stay_here=may_stay_here):
            raise NotAsItShould("an address that may not be asked")
    return found


def read_keys(body: bytes) -> Sequence[dict[str, Any]]:
    """Read the keys that sign; what is of a kind that we do not know is passed over."""
    try:
        found = msgspec.json.decode(body, type=KeySet).keys
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotAsItShould("no keys") from None
    return [key for key in found[:KEYS_AT_MOST] if key.get("use", "sig") == "sig"]


def read_tokens(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Tokens).id_token
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotAsItShould("no token") from None


def key_id_of(token: str) -> str | None:
    """Give the name of the key that a token says it is signed with, if it says so."""
    try:
        name = jwt.get_unverified_header(token[:TOKEN_AT_MOST]).get("kid")
    except FAULTS:
        return None
    return name if isinstance(name, str) else None


def opened(token: str, keys: Iterable[Mapping[str, Any]]) -> Mapping[str, object] | None:
    """Give what a token says, if one of the keys has signed it."""
    if len(token) > TOKEN_AT_MOST:
        return None
    try:
        header = jwt.get_unverified_header(token)
    except FAULTS:
        return None
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        return None
    fitting = [key for key in keys if name is None or key.get("kid") == name]
    return next(filter(None, (_opened(token, key, algorithm) for key in fitting)), None)


def _opened(token: str, key: Mapping[str, Any], algorithm: str) -> Mapping[str, object] | None:
    if key.get("alg", algorithm) != algorithm:
        return None
    try:
        public = jwt.PyJWK(dict(key), algorithm)
        if isinstance(public.key, RSAPublicKey) and public.key.key_size < RSA_AT_LEAST:
            return None
        content = jwt.PyJWS(algorithms=[algorithm]).decode(token, public, algorithms=[algorithm])
        return msgspec.json.decode(content, type=dict[str, object])
    except (*FAULTS, RecursionError):
        return None


def _may_be_asked(address: str, *, may_stay_here: bool) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or not address.isascii():
        return False
    return may_stay_here if is_loopback(host) else parts.scheme == "https"
