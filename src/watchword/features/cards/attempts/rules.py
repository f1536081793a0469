"""What waits to verify a card. There is one at a time: another way cancels the one before."""

from dataclasses import dataclass, field
from datetime import datetime

from watchword.features.cards.means import Means
from watchword.features.cards.references import Proof
from watchword.features.cards.rules import CardId
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer shows or says, and the words by which both know what they speak of."""

    reference: Secret
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A code on its way has a challenge; what staff confirm has a ticket.

    Whoever calls may have both: a code is read to staff who found the card by its reference.
    """

    card_id: CardId
    means: Means
    challenge_id: ChallengeId | None = None
    contact_id: ContactId | None = None
    ticket: Ticket | None = field(default=None, repr=False)
    created_at: datetime
    expires_at: datetime


def is_open(attempt: Attempt, now: datetime) -> bool:
    return now < attempt.expires_at
