"""What a scheme asks of a challenge beyond its purpose, and how challenges under one go on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from watchword.features.challenges.codebook import Content, Payment
from watchword.features.challenges.codes import digest
from watchword.features.challenges.rules import Challenge, Leading, Status, status_at
from watchword.features.challenges.verdicts import TooMany
from watchword.foundation.secret import Secret

SENDINGS_AT_MOST = 5
"""Of one code. Nobody waits between them, so there are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`own_code`: one that the application has made itself; `is_own`: whether it has, also where
    nobody here is to know the code. `brand`: whose code the words say it
    is, where that is not the organisation's name. `pays`: the payment that it is for, which the
    words say, too; so it goes by no channel that has no words for it."""

    scheme_id: UUID
    code_length: int
    own_code: Secret | None = field(default=None, repr=False)
    is_own: bool = False
    brand: str = ""
    pays: Payment | None = None


def within(leave: Leading, terms: Terms | None) -> Leading:
    """Give a code the length that is asked for."""
    return leave if terms is None else replace(leave, code_length=terms.code_length)


def kept_to(leave: Leading, terms: Terms | None) -> Leading:
    """Give a code that is made already the length that it has, however long it should be."""
    if terms is None or terms.own_code is None:
        return leave
    return replace(leave, code_length=len(terms.own_code.reveal()))


def dressed(terms: Terms | None) -> dict[str, Any]:
    """Give what of a code and its words is not as it would be without terms."""
    if terms is None:
        return {}
    said: dict[str, Any] = {"brand": terms.brand, "pays": terms.pays}
    if terms.own_code is not None:
        said["code"] = terms.own_code.reveal()
    if terms.own_code is not None or terms.is_own:
        said["is_own"] = True
    return said


def may_go_on(live: Challenge, now: datetime) -> TooMany | None:
    """Decide whether the code of a challenge under a scheme may be sent once more."""
    return TooMany(live.expires_at) if live.sendings >= SENDINGS_AT_MOST else None


def is_the_same(
    live: Challenge, content: Content, terms: Terms, transaction: str | None, now: datetime
) -> bool:
    """Say whether what is asked for is what is pending already: the same code may be sent."""
    if status_at(live, now) is not Status.PENDING:
        return False
    own = terms.own_code
    if own is not None and own.reveal() != content.code:
        return False
    return content.transaction_digest == digest(transaction)
