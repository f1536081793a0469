"""What applications are told of redemptions: ids, short words and numbers."""

from datetime import datetime

from watchword.features.redemptions.rules import Redemption
from watchword.features.webhooks.events import Event, EventId, EventKind
from watchword.foundation.ids import new_id


def news_of(kind: EventKind, redemption: Redemption, now: datetime) -> Event:
    location = redemption.location_id
    return Event(
        kind=kind,
        id=EventId(new_id()),
        at=now,
        about=str(redemption.id),
        data={
            "redemption_id": str(redemption.id),
            "session_id": str(redemption.session_id),
            "customer_id": str(redemption.customer_id),
            "account_id": str(redemption.account_id),
            "reward_id": str(redemption.reward_id),
            "location_id": None if location is None else str(location),
            "state": redemption.state,
            "points": redemption.points,
            "value": redemption.value,
            "currency": redemption.currency,
            "way": redemption.way,
            "order_id": redemption.order_id,
            "reversed": redemption.reversed,
        },
    )
