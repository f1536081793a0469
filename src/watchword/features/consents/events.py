"""What applications hear of consent: that it was given or withdrawn, and never by which address."""

from watchword.features.consents.rules import Record, Standing
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.ids import new_id

KINDS = {
    Standing.GIVEN: EventKind.CONSENT_GIVEN,
    Standing.WITHDRAWN: EventKind.CONSENT_WITHDRAWN,
}


def event_of(record: Record) -> Event:
    return Event(
        kind=KINDS[record.standing],
        id=EventId(new_id()),
        at=record.created_at,
        about=str(record.id),
        data={
            "consent_id": str(record.id),
            "contact_id": None if record.contact_id is None else str(record.contact_id),
            "scope": record.scope,
            "source": record.source,
        },
    )
