"""What webhooks tell of a line on which PINs are tried: that it is so, and until when."""

from datetime import datetime

from watchword.features.calls.pacing.rules import LATELY
from watchword.features.webhooks.events import Event, EventId, EventKind


def sprayed(id: EventId, now: datetime) -> Event:
    until = (now + LATELY).isoformat().replace("+00:00", "Z")
    return Event(
        kind=EventKind.TELEPHONE_LINE_SPRAYED,
        id=id,
        at=now,
        about="calls",
        data={"expires_at": until},
    )
