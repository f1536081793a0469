"""How a receiver knows that a webhook is ours: Standard Webhooks 1.0.0, symmetric (`v1`)."""

import base64
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from watchword.features.webhooks.events import EventId
from watchword.foundation.clock import (
    from_microseconds,
    microseconds_if_any,
    to_microseconds,
)
from watchword.foundation.secret import Secret

SECRET_BYTES = 32
PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What an endpoint's webhooks are signed with: one secret, and after a rotation two."""

    newest: bytes = field(repr=False)
    old: bytes | None = field(default=None, repr=False)
    old_until: datetime | None = None


class _AtRest(msgspec.Struct, array_like=True):
    newest: bytes
    old: bytes | None
    old_until: int | None


def packed(secrets: Secrets) -> bytes:
    """Write secrets as they are sealed."""
    until = microseconds_if_any(secrets.old_until)
    return msgspec.msgpack.encode(_AtRest(secrets.newest, secrets.old, until))


def unpacked(content: bytes) -> Secrets:
    said = msgspec.msgpack.decode(content, type=_AtRest)
    until = None if said.old_until is None else from_microseconds(said.old_until)
    return Secrets(newest=said.newest, old=said.old, old_until=until)


def written(secret: bytes) -> Secret:
    """Write a secret as a receiver takes it."""
    return Secret(PREFIX + base64.b64encode(secret).decode())


def rotated(secrets: Secrets, new: bytes, overlap: timedelta, now: datetime) -> Secrets:
    """Put a new secret first. The one before signs too for a while, and any older no more."""
    return Secrets(newest=new, old=secrets.newest, old_until=now + overlap)


def message_id(event_id: EventId) -> str:
    """Name an event to receivers. It is the same at every attempt, so they can tell repeats."""
    return f"msg_{event_id.hex}"


def signed(secrets: Secrets, event_id: EventId, body: bytes, now: datetime) -> Mapping[str, str]:
    """Give the headers of one attempt. Each attempt has its own time, and so its own signature."""
    id, seconds = message_id(event_id), str(to_microseconds(now) // 1_000_000)
    message = f"{id}.{seconds}.".encode() + body
    return {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_sign(key, message) for key in _good(secrets, now)),
    }


def _good(secrets: Secrets, now: datetime) -> Iterator[bytes]:
    yield secrets.newest
    if secrets.old is not None and secrets.old_until is not None and now < secrets.old_until:
        yield secrets.old


def _sign(key: bytes, message: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, message, "sha256")).decode()
