"""A code that is shown in a wallet: for how long it is good, and for what.

Whoever looks over a shoulder must not have long, so a code that was shown is good for two minutes
from then on, however long its challenge waits. Another one takes its place when somebody looks.
Whoever types the old one is told that it has run out, and has lost no try by it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from watchword.features.challenges.codebook import Content, Spending, Telling
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge, ChallengeId, Status, status_at
from watchword.foundation.secret import Secret

SHOWN_FOR = timedelta(minutes=2)
SHOWN_IN_WALLETS = frozenset({Purpose.REDEMPTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Displayed:
    """A code as its person sees it, until when it is good, and what it lets be spent."""

    word: ClassVar = "displayed"

    id: ChallengeId
    code: Secret
    expires_at: datetime
    spends: Spending | None = field(default=None)


def good_until(challenge: Challenge) -> datetime:
    """Say until when the code of a challenge is good; the challenge may wait for longer."""
    if challenge.shown_at is None:
        return challenge.expires_at
    return min(challenge.expires_at, challenge.shown_at + SHOWN_FOR)


def is_stale(challenge: Challenge, now: datetime) -> bool:
    """Say whether the code was shown for too long to be good."""
    return challenge.shown_at is not None and now >= challenge.shown_at + SHOWN_FOR


def may_be_taken_over(challenge: Challenge, content: Content, now: datetime) -> bool:
    """Say whether a new challenge may have this one's code: somebody reads it out just now.

    It is good for nothing yet, so nobody can have been told that it pays for something else.
    """
    is_free = content.telling is Telling.SHOWN and not content.transaction_digest
    is_live = status_at(challenge, now) is Status.PENDING and not is_stale(challenge, now)
    return is_free and is_live


def displayed(challenge: Challenge, content: Content) -> Displayed:
    return Displayed(
        id=challenge.id,
        code=Secret(content.code),
        expires_at=good_until(challenge),
        spends=content.spends,
    )
