"""What webhooks tell of blocks: the rule, what it stands on as staff see it, and until when."""

from watchword.features.abuse.rules import Block, shuts_out
from watchword.features.webhooks.events import Event, EventId, EventKind


def event_of(block: Block, id: EventId) -> Event:
    said = {
        "block_id": str(block.id),
        "expires_at": block.expires_at.isoformat().replace("+00:00", "Z"),
    }
    kind = EventKind.ORGANISATION_SPRAYED
    if shuts_out(block):
        kind = EventKind.BLOCK_BEGAN
        said |= {"rule": block.rule, "subject": block.shown}
    return Event(kind=kind, id=id, at=block.created_at, about=str(block.id), data=said)
