"""What others are told of a challenge: ids and short words, never a code or an address."""

from collections.abc import Iterator
from datetime import datetime

from watchword.features.challenges.policies import FOR_STAFF
from watchword.features.challenges.rules import Challenge, Status
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import FAILED, News, Receipt, State
from watchword.features.webhooks.events import Event, EventId, EventKind, Said
from watchword.foundation.ids import new_id

ENDS = {
    Status.VERIFIED: EventKind.CHALLENGE_VERIFIED,
    Status.EXHAUSTED: EventKind.CHALLENGE_EXHAUSTED,
    Status.EXPIRED: EventKind.CHALLENGE_EXPIRED,
    Status.CANCELLED: EventKind.CHALLENGE_CANCELLED,
    Status.SUPERSEDED: EventKind.CHALLENGE_SUPERSEDED,
    Status.DENIED: EventKind.CHALLENGE_DENIED,
}
"""What is told when a challenge is over."""


def event_of(kind: EventKind, challenge: Challenge, now: datetime, **more: Said) -> Event:
    return Event(
        kind=kind,
        id=EventId(new_id()),
        at=now,
        about=str(challenge.id),
        data={
            "challenge_id": str(challenge.id),
            "purpose": challenge.purpose,
            "channel": challenge.channel,
            "reference": challenge.reference,
            "status": challenge.status,
            "attempts_left": challenge.attempts_left,
            **more,
        },
    )


def astray(about: str, purpose: str, now: datetime) -> Event:
    """Tell that a master PIN was typed where a code belongs."""
    return Event(
        kind=EventKind.MASTER_PIN_ASTRAY,
        id=EventId(new_id()),
        at=now,
        about=about,
        data={"about": about, "purpose": purpose},
    )


TOLD = {
    Receipt.DELIVERED: EventKind.CHALLENGE_DELIVERED,
    Receipt.READ: EventKind.CHALLENGE_READ,
    Receipt.FAILED: EventKind.CHALLENGE_UNDELIVERED,
}


def events_of(news: News, challenge: Challenge, now: datetime) -> Iterator[Event]:
    """Give what others are told of a message of a challenge; of those for staff, nothing."""
    if challenge.purpose in FOR_STAFF:
        return
    if kind := _kind_of(news):
        said = {"channel": news.channel, "provider": news.provider, "reason": news.reason}
        yield event_of(kind, challenge, now, **said)
    if news.channel is Channel.EMAIL and news.receipt is Receipt.FAILED:
        yield Event(
            kind=EventKind.CONTACT_BOUNCED,
            id=EventId(new_id()),
            at=now,
            about=str(challenge.contact_id),
            data={
                "contact_id": str(challenge.contact_id),
                "challenge_id": str(challenge.id),
                "channel": news.channel,
                "reason": news.reason,
            },
        )


def _kind_of(news: News) -> EventKind | None:
    if news.receipt is not None:
        return TOLD[news.receipt]
    if news.state is State.SENT:
        return EventKind.CHALLENGE_SENT
    return EventKind.CHALLENGE_UNDELIVERED if news.state in FAILED else None
