"""What a form is that was sent too late, and for how long it is kept.

It is kept by the browser itself, sealed: for one person, and for the place where it was to go.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer

KEPT_FOR: Final = timedelta(hours=1)
KEPT_AT_MOST: Final = 16 * 1024
"""Bytes of what was typed; what is more than that is not taken by any form of ours."""
CARRIED_AT_MOST: Final = 24 * 1024
"""Characters of what a browser carries."""


class _Content(msgspec.Struct, array_like=True, frozen=True):
    path: str
    pairs: tuple[tuple[str, str], ...]
    at: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A form that was sent when its session was over: where to, and what was in it."""

    path: str
    pairs: Sequence[tuple[str, str]] = field(repr=False)
    at: datetime


def pack(
    sealer: Sealer, organisation_id: OrganisationId, staff_id: StaffId, form: Interrupted
) -> str | None:
    """Seal a form for somebody; nothing, if it is too much to be carried."""
    pairs = tuple((name, value) for name, value in form.pairs)
    content = msgspec.msgpack.encode(_Content(form.path, pairs, to_microseconds(form.at)))
    if len(content) > KEPT_AT_MOST:
        return None
    sealed = sealer.seal(content, _place(organisation_id, staff_id))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unpack(
    sealer: Sealer,
    organisation_id: OrganisationId,
    staff_id: StaffId,
    carried: str,
    now: datetime,
) -> Interrupted | None:
    """Give a form back to whom it belongs; nothing to anybody else, or when it is too late."""
    if not 0 < len(carried) <= CARRIED_AT_MOST or not carried.isascii():
        return None
    try:
        sealed = base64.urlsafe_b64decode(carried + "=" * (-len(carried) % 4))
        content = sealer.open(sealed, _place(organisation_id, staff_id))
        said = msgspec.msgpack.decode(content, type=_Content)
    except (SealBroken, binascii.Error, msgspec.MsgspecError):
        return None
    at = from_microseconds(said.at)
    return Interrupted(said.path, said.pairs, at) if at <= now < at + KEPT_FOR else None


def _place(organisation_id: OrganisationId, staff_id: StaffId) -> Place:
    return Place(organisation_id, "console", "form", str(staff_id))
