"""What a passkey is, what it is bound to, and what the count of its uses says.

W3C Web Authentication, level 3, sections 7.1 and 7.2; NIST SP 800-63B-4, section 3.1.6.2. A passkey
is proof of a key that somebody holds. The cookie of a session is no such proof.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from urllib.parse import urlsplit
from uuid import UUID

from watchword.features.staff.rules import StaffId
from watchword.foundation.ids import OrganisationId

PasskeyId = NewType("PasskeyId", UUID)

PASSKEYS_AT_MOST: Final = 20
"""So many may one person have."""
CHALLENGE_BYTES: Final = 32
ANSWER_WITHIN: Final = timedelta(minutes=5)
"""How long a browser may take from being asked to its answer; people look for their keys."""
NAME_AT_MOST: Final = 60
CREDENTIAL_ID_AT_MOST: Final = 1023  # bytes, says the standard
TRANSPORT: Final = re.compile(r"[a-z-]{2,20}")
TRANSPORTS_AT_MOST: Final = 8
NAMED_LOOPBACK: Final = "localhost"
OWN_PORT: Final = {"https": 443, "http": 80}


class Obstacle(StrEnum):
    """Why there can be no passkeys at an address."""

    NUMBERS = "numbers"
    """An IP address: browsers bind passkeys to names."""
    CLEAR = "clear"
    """No TLS: browsers show passkeys to nobody there."""


@dataclass(frozen=True, slots=True)
class NoPasskeysHere:
    """This installation is reached in a way that browsers do not use passkeys on."""

    because: Obstacle


@dataclass(frozen=True, slots=True)
class Party:
    """What browsers bind a passkey to: us, by name, and the origin that our pages come from."""

    id: str
    origin: str


def party_at(public_url: str) -> Party | NoPasskeysHere:
    """Say what passkeys are bound to, where the world reaches us at this address."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").rstrip(".")
    if _is_numeric(host):
        return NoPasskeysHere(Obstacle.NUMBERS)
    is_loopback = host == NAMED_LOOPBACK or host.endswith(f".{NAMED_LOOPBACK}")
    if parts.scheme != "https" and not is_loopback:
        return NoPasskeysHere(Obstacle.CLEAR)
    is_named = parts.port is not None and parts.port != OWN_PORT[parts.scheme]
    port = f":{parts.port}" if is_named else ""
    return Party(id=host, origin=f"{parts.scheme}://{host}{port}")


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """The public half of a key. `is_synced`: its holder may have it on several devices."""

    id: PasskeyId
    staff_id: StaffId
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    count: int
    """How often it was used, as it says itself; 0 for ever, if it does not count."""
    is_synced: bool
    transports: tuple[str, ...]
    name: str = field(repr=False)
    created_at: datetime
    used_at: datetime | None = None


def handle_of(organisation_id: OrganisationId, staff_id: StaffId) -> bytes:
    """Name somebody to their own passkeys. Nothing about a person is in it."""
    return organisation_id.bytes + staff_id.bytes


class Count(StrEnum):
    """What the count of uses says about a key that has just proven itself."""

    FINE = "fine"
    STOPPED = "stopped"
    """It counted once, and says 0 now that its holder has it on several devices. That happens."""
    WENT_BACK = "went_back"
    """Two are counting: there may be a copy."""


def judge_count(known: int, shown: int, *, is_synced: bool) -> Count:
    """Decide what it means that a passkey shows this count after that one."""
    if shown > known or shown == known == 0:
        return Count.FINE
    return Count.STOPPED if is_synced and shown == 0 else Count.WENT_BACK


class Because(StrEnum):
    """Why a passkey does not do."""

    LATE = "late"
    """Nothing was asked, or too long ago, or it was answered already."""
    UNKNOWN = "unknown"
    """The passkey was never added, or is removed."""
    NOT_PROVEN = "not_proven"
    """What came back does not prove that the key is held, here, by somebody who showed it."""
    WENT_BACK = "went_back"
    NOT_ACTIVE = "not_active"
    """The key is right, and its holder may not sign in."""
    ELSEWHERE = "elsewhere"
    """The organisation lets its staff in from other networks only."""
    TWICE = "twice"
    """It is added already."""


@dataclass(frozen=True, slots=True)
class Refused:
    because: Because


@dataclass(frozen=True, slots=True)
class Stale:
    """Whoever changes what guards the account signs in again first."""


@dataclass(frozen=True, slots=True)
class Full:
    """There are as many passkeys as one person may have."""


@dataclass(frozen=True, slots=True)
class NamelessOrEndless:
    """A passkey needs a name that people can read."""


def find_fault_of_name(name: str) -> NamelessOrEndless | None:
    is_fine = name.strip() and len(name) <= NAME_AT_MOST and name.isprintable()
    return None if is_fine else NamelessOrEndless()


def tidy_transports(said: object) -> tuple[str, ...]:
    """Take what a browser says of how a key is reached; it is a hint for browsers, and no more."""
    if not isinstance(said, list):
        return ()
    words = [word for word in said if isinstance(word, str) and TRANSPORT.fullmatch(word)]
    return tuple(dict.fromkeys(words))[:TRANSPORTS_AT_MOST]
