"""One-time codes: how one is drawn, read back from a customer, and known again."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from watchword.features.contacts.rules import ContactId
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

DIGITS = frozenset("0123456789")
GAPS = str.maketrans("", "", " -")

Draw: TypeAlias = Callable[[int], int]
"""Gives an unpredictable number, from 0 up to but not including its argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a code is good for, and for nothing else."""

    organisation_id: OrganisationId
    challenge_id: UUID
    purpose: str
    contact_id: ContactId
    transaction_digest: bytes


@dataclass(frozen=True, slots=True)
class CodeTag:
    """What a code is known by, under that version of the key for codes."""

    key_version: int
    content: bytes = field(repr=False)


def draw_code(length: int, draw: Draw) -> Secret:
    """Draw one of all codes of that length, each as likely as any other, leading zeros kept."""
    return Secret(f"{draw(10**length):0{length}d}")


def read_code(typed: str, length: int) -> Secret | None:
    """Read a code as people type it, with spaces and hyphens; nothing, if it cannot be one.

    The digits of other scripts are no digits here: what is accepted is what was sent.
    """
    marks = typed.translate(GAPS)
    return Secret(marks) if len(marks) == length and DIGITS.issuperset(marks) else None


def tag(code: Secret, binding: Binding, key: bytes) -> bytes:
    """Make what we know a code by (HMAC-SHA-256). Without the key, it gives no guess away."""
    message = framed(
        "watchword/otp/1",
        binding.organisation_id.bytes,
        binding.challenge_id.bytes,
        binding.purpose,
        binding.contact_id.bytes,
        binding.transaction_digest,
        code.reveal(),
    )
    return hmac.digest(key, message, "sha256")


def denial_tag(token: str) -> bytes:
    """Make what the address of a "not me" page is known by; its token alone is in the message."""
    return hashlib.sha256(framed("watchword/denial/1", token)).digest()


def digest(transaction: str | None) -> bytes:
    """Stand for what a code approves, so that it approves nothing else."""
    return b"" if transaction is None else hashlib.sha256(transaction.encode()).digest()
