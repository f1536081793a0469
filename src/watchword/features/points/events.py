"""What applications are told of points: of which account, how many, and why in one word.

Points that are put by, spent and given back at a till are told as what happens to a redemption, and
not here once more.
"""

from watchword.features.points.ledger import Book, Kind, Transfer
from watchword.features.webhooks.events import Event, EventId, EventKind

KINDS = {
    Kind.EARNED: EventKind.POINTS_EARNED,
    Kind.ADJUSTED: EventKind.POINTS_ADJUSTED,
    Kind.MERGED: EventKind.POINTS_MERGED,
}


def news_of(transfer: Transfer) -> Event:
    """Tell of a transfer. The event has its id, so that it is one event however it is told."""
    into, location = transfer.other_account_id, transfer.location_id
    is_taken = transfer.kind is Kind.ADJUSTED and transfer.giver is Book.AVAILABLE
    more = {
        Kind.EARNED: {
            "order_id": transfer.reference,
            "location_id": None if location is None else str(location),
        },
        Kind.MERGED: {"into_account_id": None if into is None else str(into)},
    }
    return Event(
        kind=KINDS[transfer.kind],
        id=EventId(transfer.id),
        at=transfer.at,
        about=str(transfer.account_id),
        data={
            "account_id": str(transfer.account_id),
            "transfer_id": str(transfer.id),
            "points": -transfer.points if is_taken else transfer.points,
            **more.get(transfer.kind, {}),
        },
    )
