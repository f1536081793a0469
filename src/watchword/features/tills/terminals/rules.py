"""What a terminal is: a till of one location, known by a credential that it keeps.

A credential looks like `wt_…`: 256 random bits, shown once. We keep its SHA-256, as of API keys.
It opens nothing by itself. It says where somebody stands who is asked for more.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.organisations.locations.rules import folded
from watchword.features.organisations.rules import LocationId
from watchword.foundation.secret import Secret

TerminalId = NewType("TerminalId", UUID)

NAME_AT_MOST = 40
TERMINALS_AT_MOST = 200
SEEN_EVERY = timedelta(minutes=5)
"""A till is seen with each call; that is written down no more often than this."""
BEGINNING, LENGTH = "wt_", 67


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    id: TerminalId
    location_id: LocationId
    name: str
    fingerprint: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.revoked_at is None


@dataclass(frozen=True, slots=True)
class NewTerminal:
    """A till that was registered, and its credential this once."""

    terminal: Terminal
    credential: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class BadTerminalName:
    word: ClassVar = "bad_name"

    at_most: int = NAME_AT_MOST


@dataclass(frozen=True, slots=True)
class TerminalNameTaken:
    """Another till of the location is called so. In a report nobody could tell them apart."""

    word: ClassVar = "name_taken"


@dataclass(frozen=True, slots=True)
class TooManyTerminals:
    word: ClassVar = "too_many_terminals"

    at_most: int = TERMINALS_AT_MOST


@dataclass(frozen=True, slots=True)
class LocationShut:
    """The location is closed, so nothing is sold there."""

    word: ClassVar = "location_closed"


@dataclass(frozen=True, slots=True)
class UnknownTerminal:
    """There is no such till, or it is revoked, or its location is closed; nobody is told which."""

    word: ClassVar = "unknown_terminal"


Refused: TypeAlias = BadTerminalName | TerminalNameTaken | TooManyTerminals | LocationShut


def find_fault(
    name: str, others: Iterable[Terminal]
) -> BadTerminalName | TerminalNameTaken | TooManyTerminals | None:
    """Say why a till cannot be called so; `others` are those that are at work there."""
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable():
        return BadTerminalName()
    known = [folded(each.name) for each in others]
    if folded(name) in known:
        return TerminalNameTaken()
    return TooManyTerminals() if len(known) >= TERMINALS_AT_MOST else None


def write_credential(random: bytes) -> Secret:
    """Write 32 random bytes as a credential; hexadecimal, so that a double click takes it whole."""
    return Secret(f"{BEGINNING}{random.hex()}")


def fingerprint(credential: Secret) -> bytes | None:
    """Give what a credential is known by; nothing, for what can be none."""
    written = credential.reveal().strip()
    if len(written) != LENGTH or not written.startswith(BEGINNING) or not written.isascii():
        return None
    return hashlib.sha256(written.encode()).digest()


def seen(terminal: Terminal, now: datetime) -> Terminal | None:
    """Give a till as it was seen just now; nothing, if that was written down a moment ago."""
    if terminal.seen_at is not None and now - terminal.seen_at < SEEN_EVERY:
        return None
    return replace(terminal, seen_at=now)


def revoked(terminal: Terminal, now: datetime) -> Terminal | None:
    return replace(terminal, revoked_at=now) if terminal.is_good else None
