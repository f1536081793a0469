"""One-time codes: how one is drawn, read back from a customer, and known again.

A code of letters travels on paper and is copied by hand, so it has no mark that looks like
another, and its last one checks the rest: whoever slips is told so, and it costs them nothing.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from watchword.features.contacts.rules import ContactId
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

DIGITS = frozenset("0123456789")
SHORTEST = 6
"""Digits that each code has at least, whatever the policy."""
GAPS = str.maketrans("", "", " -")

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O. Their number is a prime, so that one sum finds every slip and swap."""
LETTERED_LENGTH = 10
LETTERED_CODES = len(LETTERS) ** (LETTERED_LENGTH - 1)
"""So many there are, for the last mark follows from the others: 44 bits."""
VALUES = {mark: value for value, mark in enumerate(LETTERS)} | {
    mark.lower(): value for value, mark in enumerate(LETTERS)
}
PAPER_GAPS = str.maketrans("", "", " -\u00a0\u2010\u2011\u2013\r\n\t")
"""What a code of letters may have between its groups, as keyboards and phones like to put it."""

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


@dataclass(frozen=True, slots=True)
class Slip:
    """What was typed cannot be a code of letters at all: a mark is missing, swapped or misread."""


SLIP = Slip()


class Stale:
    """What was typed was good here until lately, and is not any more: it is no guess."""


STALE = Stale()


def draw_code(length: int, draw: Draw) -> Secret:
    """Draw one of all codes of that length, each as likely as any other, leading zeros kept."""
    return Secret(f"{draw(10**length):0{length}d}")


def read_code(typed: str, length: int) -> Secret | None:
    """Read a code as people type it, with spaces and hyphens; nothing, if it cannot be one.

    The digits of other scripts are no digits here: what is accepted is what was sent.
    """
    marks = typed.translate(GAPS)
    return Secret(marks) if len(marks) == length and DIGITS.issuperset(marks) else None


def read_own_code(typed: str, length: int) -> Secret | None:
    """Read a code that an application may have made itself: of letters and digits of ASCII."""
    marks = typed.translate(GAPS)
    is_one = len(marks) == length and marks.isascii() and marks.isalnum()
    return Secret(marks) if is_one else None


def is_too_short(typed: str) -> bool:
    """Say whether no code that we make is so short: whoever pressed too soon has guessed nothing.

    Pages ask this before they try what was typed, so that it costs nothing. It is true of every
    code alike, and tells nothing of any.
    """
    return len(typed.translate(PAPER_GAPS)) < SHORTEST


def draw_letters(draw: Draw) -> Secret:
    """Draw one of all codes of letters, each as likely as any other."""
    number, marks = draw(LETTERED_CODES), [0] * LETTERED_LENGTH
    for place in range(LETTERED_LENGTH - 1):
        number, marks[place] = divmod(number, len(LETTERS))
    # Its weight is 10, and 28 · 10 = 280 = 9 · 31 + 1: so it makes the sum of all vanish.
    marks[-1] = -28 * _weighed(marks) % len(LETTERS)
    return Secret("".join(LETTERS[mark] for mark in marks))


def read_letters(typed: str) -> Secret | Slip:
    """Read a code of letters as people type it: small or large, with or without its gap.

    Marks that no code has, such as 0 and O, are not taken for others: each looks like two or more
    that codes do have (O like Q and D, 1 like 7 and J), and we do not guess for the customer.
    """
    marks = typed.translate(PAPER_GAPS)
    if len(marks) != LETTERED_LENGTH or not VALUES.keys() >= set(marks):
        return SLIP
    values = [VALUES[mark] for mark in marks]
    if _weighed(values) % len(LETTERS):
        return SLIP
    return Secret("".join(LETTERS[value] for value in values))


def _weighed(marks: Sequence[int]) -> int:
    """Add marks up, each times its place: one that differs, or two that are swapped, show.

    Weights and differences are smaller than a prime, so no product of them is a multiple of it.
    """
    return sum(place * mark for place, mark in enumerate(marks, start=1))


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
