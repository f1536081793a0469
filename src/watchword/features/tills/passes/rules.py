"""What a pass lets a page of a shop do.

An API key stays on the shop's server. The server begins a sale and hands the page a pass for it:
good for that sale alone, for pages of one origin, and for as long as a sale may last. It lets the
customer type the code, see what they may have and put it by. It never spends: that is the server's.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import msgspec

from watchword.features.clients.rules import Client
from watchword.features.tills.rules import TillSessionId
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place
from watchword.foundation.secret import Secret

PASS_LIFE = timedelta(minutes=20)
"""A code lives for ten minutes, and a proof for ten more."""

BEGINNING = "wp_"
LENGTH_AT_MOST = 1000
ID_BYTES = 16

ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?"
    r"|http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?"
)
"""An origin as browsers write it. Without TLS, a pass is given to nobody but this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """`key` is the fingerprint of the API key that it was made with: it goes when that goes."""

    session_id: TillSessionId
    key: bytes = field(repr=False)
    origin: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GivenPass:
    """A pass, as the page gets it."""

    token: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A page of a shop: whose it is, and the one sale that it may take part in."""

    client: Client
    session_id: TillSessionId
    origin: str


@dataclass(frozen=True, slots=True)
class BadOrigin:
    word: ClassVar = "bad_origin"

    because: str = "An origin is like https://shop.example.org, with nothing behind it."


@dataclass(frozen=True, slots=True)
class NotOnline:
    """The sale is at a till, where staff stand between: no page takes part in it."""

    word: ClassVar = "not_online"


def is_origin(text: str) -> bool:
    return ORIGIN.fullmatch(text) is not None


def written(sealed: bytes, organisation_id: OrganisationId) -> Secret:
    """Write a pass as a word. Whose it is stands in front, for nothing opens without that."""
    word = base64.urlsafe_b64encode(organisation_id.bytes + sealed).decode().rstrip("=")
    return Secret(f"{BEGINNING}{word}")


def reread(token: Secret) -> tuple[OrganisationId, bytes] | None:
    """Take a word apart; nothing, for what can be no pass."""
    text = token.reveal()
    if not text.startswith(BEGINNING) or len(text) > LENGTH_AT_MOST or not text.isascii():
        return None
    word = text.removeprefix(BEGINNING)
    try:
        content = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if len(content) <= ID_BYTES:
        return None
    return OrganisationId(Id(int=UUID(bytes=content[:ID_BYTES]).int)), content[ID_BYTES:]


def place_of(organisation_id: OrganisationId) -> Place:
    """Say what a pass is sealed for. It rests nowhere, so this names no table."""
    return Place(organisation_id, "passes", "content", "")


def packed(one: Pass) -> bytes:
    return msgspec.msgpack.encode((one.session_id, one.key, one.origin, one.expires_at))


def unpacked(content: bytes) -> Pass:
    session_id, key, origin, expires_at = msgspec.msgpack.decode(
        content, type=tuple[UUID, bytes, str, datetime]
    )
    return Pass(
        session_id=TillSessionId(Id(int=session_id.int)),
        key=key,
        origin=origin,
        expires_at=expires_at,
    )
