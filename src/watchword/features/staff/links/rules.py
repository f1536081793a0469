"""What an address is that is good for one thing, once, and not for long.

Its last part is 192 random bits, which we keep as a digest. Opening it changes nothing, for
programs open whatever stands in a mail; only its button does.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias
from uuid import UUID

from watchword.features.organisations.rules import Organisation
from watchword.features.staff.rules import Colleague, StaffId
from watchword.foundation.framing import framed
from watchword.foundation.secret import Secret

LinkId = NewType("LinkId", UUID)

TOKEN_BYTES = 24
TOKEN_AT_MOST = 64
"""Characters. Whatever is longer is none of ours, and is not even looked for."""


class LinkKind(StrEnum):
    INVITATION = "invitation"
    """It went to the e-mail address of somebody who is to come in for the first time, or again."""
    OWNER = "owner"
    """It was printed on the machine itself, for an owner, and signs them in."""
    OBJECTION = "objection"
    """It went to somebody who was signed in with a recovery code, and may not have been there."""


LIVES = {
    LinkKind.INVITATION: timedelta(hours=72),
    LinkKind.OWNER: timedelta(hours=72),
    LinkKind.OBJECTION: timedelta(days=14),
}
PLACES = {
    LinkKind.INVITATION: "/console/invitations/",
    LinkKind.OWNER: "/console/invitations/",
    LinkKind.OBJECTION: "/console/objections/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    id: LinkId
    staff_id: StaffId
    kind: LinkKind
    fingerprint: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None


class Spent(StrEnum):
    """Why an address is good for nothing any more."""

    UNKNOWN = "unknown"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Opened:
    """An address was opened that is good: whose it is, and what for."""

    colleague: Colleague
    link: Link


@dataclass(frozen=True, slots=True)
class NoGood:
    """An address is good for nothing, or not any more."""

    because: Spent


Found: TypeAlias = Link | NoGood


def fingerprint(token: Secret) -> bytes:
    return hashlib.sha256(framed("watchword/staff-link/1", token.reveal())).digest()


def new_link(id: LinkId, staff_id: StaffId, kind: LinkKind, token: Secret, now: datetime) -> Link:
    return Link(
        id=id,
        staff_id=staff_id,
        kind=kind,
        fingerprint=fingerprint(token),
        created_at=now,
        expires_at=now + LIVES[kind],
    )


def judge(link: Link | None, now: datetime) -> Found:
    """Decide whether an address is still good."""
    if link is None:
        return NoGood(Spent.UNKNOWN)
    if link.used_at is not None:
        return NoGood(Spent.USED)
    if link.withdrawn_at is not None:
        return NoGood(Spent.WITHDRAWN)
    return NoGood(Spent.EXPIRED) if now >= link.expires_at else link


def door_of(public_url: str, organisation: Organisation) -> str:
    """Give where people of an organisation sign in, with its short name filled in."""
    return f"{public_url}/console/sign-in?organisation={organisation.slug}"


def address_of(public_url: str, kind: LinkKind, token: Secret) -> str:
    """Write it as it stands in a mail. Whoever has this has the token."""
    return f"{public_url}{PLACES[kind]}{token.reveal()}"
