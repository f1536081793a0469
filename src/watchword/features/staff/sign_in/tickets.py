"""What a page carries from the address to the code: sealed, and alike for everybody."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from watchword.features.challenges.rules import ChallengeId
from watchword.features.staff.rules import StaffId
from watchword.foundation.clock import from_microseconds, to_microseconds
from watchword.foundation.ids import Id, OrganisationId
from watchword.foundation.sealing import Place, SealBroken, Sealer

TICKET_AT_MOST: Final = 800
"""Characters."""
NOBODY: Final = OrganisationId(UUID(int=0))
PLACE: Final = Place(NOBODY, "console", "sign_in", "ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Of a decoy, `staff_id` and `challenge_id` are of nobody and nothing.

    `name` stands for the address that was typed, and says nothing without our keys.
    """

    organisation_id: OrganisationId
    staff_id: StaffId
    challenge_id: ChallengeId
    is_decoy: bool
    name: str
    masked: str
    attempts: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a page carried is none of ours, or of a key that is gone. One begins anew."""


class _Written(msgspec.Struct, array_like=True, frozen=True):
    organisation_id: bytes
    staff_id: bytes
    challenge_id: bytes
    is_decoy: bool
    name: str
    masked: str
    attempts: int
    began_at: int


def write(sealer: Sealer, ticket: Ticket) -> str:
    content = _Written(
        ticket.organisation_id.bytes,
        ticket.staff_id.bytes,
        ticket.challenge_id.bytes,
        ticket.is_decoy,
        ticket.name,
        ticket.masked,
        ticket.attempts,
        to_microseconds(ticket.began_at),
    )
    sealed = sealer.seal(msgspec.msgpack.encode(content), PLACE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(sealer: Sealer, written: str) -> Ticket | Unreadable:
    if not 0 < len(written) <= TICKET_AT_MOST or not written.isascii():
        return Unreadable()
    try:
        sealed = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
        said = msgspec.msgpack.decode(sealer.open(sealed, PLACE), type=_Written)
    except (SealBroken, binascii.Error, msgspec.MsgspecError):
        return Unreadable()
    return Ticket(
        organisation_id=OrganisationId(Id(bytes=said.organisation_id)),
        staff_id=StaffId(Id(bytes=said.staff_id)),
        challenge_id=ChallengeId(Id(bytes=said.challenge_id)),
        is_decoy=said.is_decoy,
        name=said.name,
        masked=said.masked,
        attempts=said.attempts,
        began_at=from_microseconds(said.began_at),
    )
