"""Challenges of which nobody is told where their code goes.

Whoever begins a sale by a card knows the card alone. Which telephone or mailbox the code goes to
would say who belongs together, before anybody has proven anything; so would that a code which is
asked for there takes the place of this one. The reference tells such a challenge, as it outlives
the code, and goes wherever a challenge is told of.
"""

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge
from watchword.features.contacts.rules import HIDDEN, Contact

SALE, CARD = "till:", "/card"
UNSAID = f"{SALE}%{CARD}"
"""What their references are like."""


def reference_of(sale: str, *, is_by_card: bool) -> str:
    """Name a challenge after the sale for which its code is asked."""
    return f"{SALE}{sale}{CARD if is_by_card else ''}"


def where(challenge: Challenge, contact: Contact) -> str:
    """Say to whoever asked where a code goes: masked, or not at all."""
    return HIDDEN if _is_unsaid(challenge) else contact.masked


def _is_unsaid(challenge: Challenge) -> bool:
    reference = challenge.reference or ""
    is_by_card = reference.startswith(SALE) and reference.endswith(CARD)
    return challenge.purpose is Purpose.REDEMPTION and is_by_card
