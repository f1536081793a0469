"""Points: what an account has, and how it came by it."""

from watchword.client.acts import Act, Id, place, posting, reading, said
from watchword.client.shapes import Balance, Earning, TransferPage

PATH = "/v1/accounts/{id}/points"


def balance(account_id: Id) -> Act[Balance]:
    return reading(place(PATH, id=account_id), Balance)


def transfers(
    account_id: Id, *, limit: int | None = None, cursor: str | None = None
) -> Act[TransferPage]:
    """List what came and went, the newest first."""
    path = place(PATH + "/transfers", id=account_id)
    return reading(path, TransferPage, limit=limit, cursor=cursor)


def earn(
    account_id: Id,
    *,
    amount: int,
    currency: str,
    order_id: str,
    location_id: Id | None = None,
    key: str | None = None,
) -> Act[Earning]:
    """Tell of a purchase, in the smallest unit of its currency. An order earns once."""
    location = None if location_id is None else str(location_id)
    body = said(amount=amount, currency=currency, order_id=order_id, location_id=location)
    return posting(place(PATH + "/earnings", id=account_id), Earning, body, key)


def adjust(account_id: Id, points: int, reason: str, *, key: str | None = None) -> Act[Balance]:
    """Set points right. The `reason` stands in the ledger, and names nobody."""
    body = said(points=points, reason=reason)
    return posting(place(PATH + "/adjustments", id=account_id), Balance, body, key)
