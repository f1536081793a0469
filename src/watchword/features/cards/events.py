"""What applications are told of cards: ids and short words, never a number or a name."""

from datetime import datetime

from watchword.features.cards.rules import Card, CardState, Verification
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.ids import new_id


def news_of(before: Card, after: Card, line: Verification, now: datetime) -> Event | None:
    """Tell that a card is verified, or is not any more; nothing, if it stays what it was."""
    if (before.state, before.method) == (after.state, after.method):
        return None
    is_verified = after.state is CardState.VERIFIED
    return Event(
        kind=EventKind.CARD_VERIFIED if is_verified else EventKind.CARD_UNVERIFIED,
        id=EventId(new_id()),
        at=now,
        about=str(after.id),
        data={
            "card_id": str(after.id),
            "customer_id": str(after.customer_id),
            "state": after.state,
            "method": after.method,
            "assurance": int(after.assurance),
            "because": line.because,
        },
    )
