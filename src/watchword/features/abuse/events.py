"""What webhooks tell of blocks: the rule, what it stands on as staff see it, and until when."""

from watchword.features.abuse.rules import ORGANISATION_SPRAYED, Happened
from watchword.features.webhooks.events import Event, EventId, EventKind


def event_of(happened: Happened, id: EventId) -> Event:
    block = happened.block
    is_spray = happened.name == ORGANISATION_SPRAYED
    return Event(
        kind=EventKind.ORGANISATION_SPRAYED if is_spray else EventKind.DESTINATION_BLOCKED,
        id=id,
        at=block.created_at,
        about=str(block.id),
        data={
            "reason": block.rule,
            "until": block.expires_at.isoformat().replace("+00:00", "Z"),
            "prefix": block.shown if block.shown.startswith("+") else None,
        },
    )
