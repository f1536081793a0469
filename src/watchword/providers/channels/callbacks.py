"""Requests that somebody makes to us who says that they are a provider: are they, and is it now?

Whatever is asked here of a stranger's bytes ends with an answer. Nothing is raised, nothing that
is too big is read, and secrets are compared in a time that tells nothing about them.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import jwt
import msgspec

from watchword.features.delivery.rules import Address, MessageId
from watchword.foundation.secret import Secret

LARGEST: Final = 256 * 1024  # bytes; a provider that reports in heaps stays far below
MOST_FIELDS: Final = 200
FRESH: Final = timedelta(minutes=5)
LONGEST_TOKEN: Final = 8 * 1024  # characters
SHA256_BYTES: Final = 32
DIGEST_BYTES: Final = {"sha1": 20, "sha256": SHA256_BYTES}
SIGNATURE: Final = {
    "hex": re.compile(r"[0-9a-fA-F]+"),
    "base64": re.compile(r"[A-Za-z0-9+/]+={0,2}"),
}
BEARER: Final = "Bearer "
NUMBER: Final = re.compile(r"[1-9][0-9]{5,14}")

Written = TypeVar("Written")


def same(said: str, ours: str) -> bool:
    """Compare what was said with what we know, in a time that does not tell how much is right."""
    return hmac.compare_digest(_as_bytes(said), _as_bytes(ours))


def is_signed(
    said: str,
    signed: bytes,
    secret: Secret,
    *,
    digest: Literal["sha1", "sha256"] = "sha256",
    written: Literal["hex", "base64"] = "hex",
) -> bool:
    """Say whether a text is the HMAC of what was signed."""
    mac = hmac.digest(secret.reveal().encode(), signed, digest)
    if written == "hex":
        return same(said.lower(), mac.hex())
    return same(said, b64encode(mac).decode())


def may_be_signed(
    said: str,
    *,
    digest: Literal["sha1", "sha256"] = "sha256",
    written: Literal["hex", "base64"] = "hex",
) -> bool:
    """Say whether a text has the form of a signature. What has not needs no look at the body."""
    octets = DIGEST_BYTES[digest]
    length = 2 * octets if written == "hex" else 4 * -(-octets // 3)
    return len(said) == length and SIGNATURE[written].fullmatch(said) is not None


def is_fresh(said: datetime | float | None, now: datetime, within: timedelta = FRESH) -> bool:
    """Say whether a moment is near enough to now, before or after, as clocks differ.

    A moment may be told in seconds since 1970. What is none is not near.
    """
    if isinstance(said, bool) or said is None:
        return False
    seconds = said.timestamp() if isinstance(said, datetime) else said
    earliest, latest = (now - within).timestamp(), (now + within).timestamp()
    return earliest <= seconds <= latest


def read_json(body: bytes, kind: type[Written]) -> Written | None:
    """Read a document of a known form; nothing, if it is another, or too big."""
    if len(body) > LARGEST:
        return None
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def read_form(text: bytes) -> Mapping[str, str] | None:
    """Read a form or a query; nothing, if it is none, too big, or has a field twice.

    What is there twice could be understood in one way by whoever signed it, in another by us.
    """
    if len(text) > LARGEST:
        return None
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None


def read_number(said: object) -> Address | None:
    """Read who has written, as providers spell numbers: with a plus, without, or with 00."""
    digits = said.removeprefix("+").removeprefix("00") if isinstance(said, str) else ""
    return Address(f"+{digits}") if NUMBER.fullmatch(digits) else None


def read_message_id(said: object) -> MessageId | None:
    """Read our id of a message, which the provider had from us; nothing, if it is none."""
    try:
        return MessageId(UUID(said)) if isinstance(said, str) else None
    except ValueError:
        return None


class Claims(msgspec.Struct, frozen=True):
    """What a token says that we ask it about."""

    iat: float
    payload_hash: str | None = None


def read_token(said: str, secret: Secret, now: datetime) -> Claims | None:
    """Read a token (JWT) that was signed with our secret a moment ago; nothing, if it was not.

    Only HS256 is believed: a token does not choose by itself how it is checked.
    """
    if len(said) > LONGEST_TOKEN:
        return None
    # HMAC itself fills up a short key with zeros. The library would warn of it at each token, but
    # how long a secret must be is said once, in the settings.
    key = secret.reveal().encode().ljust(SHA256_BYTES, b"\0")
    try:
        claims = jwt.decode(
            said.removeprefix(BEARER),
            key,
            algorithms=["HS256"],
            # The moments in it are held against the time of the database, which is `now`.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        read = msgspec.convert(claims, Claims)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError):
        return None
    return read if is_fresh(read.iat, now) else None


def is_body_of(claims: Claims, body: bytes) -> bool:
    """Say whether a token was made for this body."""
    said = claims.payload_hash
    return said is not None and same(said.lower(), sha256(body).hexdigest())


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
