"""A challenge as whoever asked for it sees it: what it proves, and what else could be tried."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import (
    Challenge,
    ChallengeId,
    Status,
    other_channels,
    status_at,
)
from watchword.features.challenges.unsaid import where
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import FORGOTTEN, Contact
from watchword.features.delivery.rules import Sending
from watchword.features.routing.rules import NOTHING_TRIED, Route


class Assurance(StrEnum):
    """How strong a proof is. A code that comes back shows control of a contact point."""

    GATE = "0"
    CONTACT = "1"


class Strength(StrEnum):
    """What NIST SP 800-63B-4 thinks of the way a code came (sections 3.1.3.1 and 3.1.3.3).

    The telephone network is restricted, because numbers can be taken over; an e-mail confirms an
    address, and is no authenticator.
    """

    ADDRESS_CONFIRMED = "address_confirmed"
    RESTRICTED = "restricted"
    UNRESTRICTED = "unrestricted"
    PHISHING_RESISTANT = "phishing_resistant"


STRENGTHS = {
    Channel.SMS: Strength.RESTRICTED,
    Channel.VOICE: Strength.RESTRICTED,
    Channel.WHATSAPP: Strength.UNRESTRICTED,
    Channel.EMAIL: Strength.ADDRESS_CONFIRMED,
    Channel.LETTER: Strength.ADDRESS_CONFIRMED,
}


class Warning(StrEnum):
    """What whoever asked should know about the way that a code took."""

    RESTRICTED_ONLY = "restricted_only"
    """Only the telephone network leads there; another channel should be offered beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A challenge as whoever asked for it sees it. `to` is masked, or hidden."""

    word: ClassVar = "shown"

    id: ChallengeId
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    reference: str | None
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    attempts_left: int
    code_length: int = 6
    assurance: Assurance = Assurance.CONTACT
    strength: Strength = Strength.RESTRICTED
    route: Route = NOTHING_TRIED
    next_step_at: datetime | None = None
    ended_at: datetime | None = None
    alternatives: tuple[Channel, ...] = ()
    warnings: tuple[Warning, ...] = ()
    sendings: tuple[Sending, ...] = ()


def show(
    challenge: Challenge,
    contact: Contact,
    served: Collection[Channel],
    now: datetime,
    sendings: Sequence[Sending] = (),
) -> Shown:
    """Show a challenge. `served`: the channels by which codes for its purpose can go now."""
    status, strength = status_at(challenge, now), STRENGTHS[challenge.channel]
    others = () if contact is FORGOTTEN else other_channels(contact, served, challenge.channel)
    return Shown(
        id=challenge.id,
        purpose=challenge.purpose,
        status=status,
        channel=challenge.channel,
        to=where(challenge, contact),
        reference=challenge.reference,
        created_at=challenge.created_at,
        expires_at=challenge.expires_at,
        resend_at=challenge.resend_at,
        attempts_left=challenge.attempts_left,
        code_length=challenge.code_length,
        assurance=Assurance.CONTACT,
        strength=strength,
        alternatives=others,
        warnings=_warnings(strength, others),
        route=challenge.route,
        next_step_at=challenge.next_step_at,
        ended_at=challenge.ended_at or (challenge.expires_at if status is Status.EXPIRED else None),
        sendings=tuple(sendings),
    )


def _warnings(strength: Strength, others: Sequence[Channel]) -> tuple[Warning, ...]:
    """Warn where there is no way but a restricted one (SP 800-63B-4, section 3.2.9)."""
    is_restricted = strength is Strength.RESTRICTED
    if is_restricted and all(STRENGTHS[other] is Strength.RESTRICTED for other in others):
        return (Warning.RESTRICTED_ONLY,)
    return ()
