"""What a sign-on is tied to, and whether what an identity provider says proves who came back.

OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207; RFC 9700. Nobody is taken in here:
the provider says who somebody is, and we look whether they work here.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from watchword.features.contacts.rules import Contact, read_email
from watchword.foundation.secret import Secret

DOORS: Final = "/console/sign-in/sso"
"""Below which address browsers set out, and come back."""
BACK_WITHIN: Final = timedelta(minutes=10)
"""How long somebody may be away at their provider; some have to find a second factor there."""
CLOCKS_DIFFER: Final = timedelta(minutes=1)
OLDEST_TOKEN: Final = timedelta(minutes=10)
CODE_AT_MOST: Final = 2048
STATE_AT_MOST: Final = 100
NEXT_AT_MOST: Final = 1000
TEXT_AT_MOST: Final = 320
END_OF_TIME: Final = 1e11  # seconds


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one sign-on is tied to. All of it is worked out from what the browser holds."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """Give what the provider sees of the verifier, before it sees the verifier (S256)."""
        return _written(hashlib.sha256(self.verifier.encode()).digest())


def attempt_of(ticket: Secret) -> Attempt:
    return Attempt(
        state=_derived(ticket, "state"),
        nonce=_derived(ticket, "nonce"),
        verifier=_derived(ticket, "verifier"),
    )


def is_answer_to(attempt: Attempt, state: str) -> bool:
    """Say whether somebody came back to where they had set out from."""
    return hmac.compare_digest(attempt.state.encode(), state.encode())


@dataclass(frozen=True, slots=True)
class Luggage:
    """Where somebody wanted to go, and a form that was cut short, sealed for them."""

    next: str = field(repr=False)
    carried: str = field(repr=False, default="")


class Because(StrEnum):
    """Why a sign-on does not end at a desk."""

    LATE = "late"
    """Nothing was begun in this browser, or too long ago, or it was finished already."""
    REFUSED = "refused"
    """The provider let nobody in, or the person turned back."""
    AWAY = "away"
    """The provider could not be reached, or does not say what we need."""
    NOT_GENUINE = "not_genuine"
    """What came back is not of this provider, for us, for this attempt, now."""
    NO_ADDRESS = "no_address"
    """The provider does not vouch for an e-mail address."""
    OTHER_DOMAIN = "other_domain"
    UNKNOWN = "unknown"
    """Nobody here has that address, or they may not sign in."""
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Refused:
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say. `domains`: of which e-mail; of any, if none is named."""

    issuer: str
    client_id: str
    domains: Collection[str] = ()


Claims: TypeAlias = Mapping[str, object]


def judge_claims(
    claims: Claims, expected: Expected, nonce: str, now: datetime
) -> Contact | Refused:
    """Decide whom a token speaks of. Its signature was found to be right before."""
    is_genuine = (
        claims.get("iss") == expected.issuer
        and _is_for(claims, expected.client_id)
        and _is_same(claims.get("nonce"), nonce)
        and _is_timely(claims, now)
        and _is_text(claims.get("sub"))
    )
    if not is_genuine:
        return Refused(Because.NOT_GENUINE)
    email = claims.get("email")
    verified = claims.get("email_verified")
    # One provider of note writes it as text.
    if not isinstance(email, str) or not (verified is True or verified == "true"):
        return Refused(Because.NO_ADDRESS)
    contact = read_email(email) if len(email) <= TEXT_AT_MOST else None
    if not isinstance(contact, Contact):
        return Refused(Because.NO_ADDRESS)
    domain = contact.canonical.reveal().rpartition("@")[2].lower()
    if expected.domains and domain not in {each.lower() for each in expected.domains}:
        return Refused(Because.OTHER_DOMAIN)
    return contact


def _is_for(claims: Claims, client_id: str) -> bool:
    """Say whether a token is for us. One that is for others, too, must name us as who asked."""
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        return False
    asked_by = claims.get("azp")
    return asked_by == client_id if asked_by is not None else len(named) == 1


def _is_timely(claims: Claims, now: datetime) -> bool:
    """Say whether a token holds now and was made just now, as far as clocks agree."""
    ends, began = _moment(claims.get("exp")), _moment(claims.get("iat"))
    if ends is None or began is None:
        return False
    seconds, slack = now.timestamp(), CLOCKS_DIFFER.total_seconds()
    not_before = _moment(claims.get("nbf", 0))
    return (
        seconds < ends + slack
        and seconds - OLDEST_TOKEN.total_seconds() - slack < began < seconds + slack
        and not_before is not None
        and not_before < seconds + slack
    )


def _moment(value: object) -> float | None:
    """Read a moment in seconds since 1970; nothing, if it is none that this house will see."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < END_OF_TIME else None


def _is_same(said: object, meant: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), meant.encode())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= TEXT_AT_MOST


def _derived(ticket: Secret, what: str) -> str:
    key = ticket.reveal().encode()
    return _written(hmac.digest(key, f"watchword/sign-on/{what}/1".encode(), "sha256"))


def _written(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
