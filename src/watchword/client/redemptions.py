"""Redemptions: reserved in a sale, committed with the order, released, reversed."""

from watchword.client.acts import Act, Id, place, posting, reading, said
from watchword.client.shapes import Redemption, RedemptionPage

PATH = "/v1/redemptions"
ONE = PATH + "/{id}"


def reserve(
    session_id: Id, reward_id: Id, *, amount: int | None = None, key: str | None = None
) -> Act[Redemption]:
    """Put a reward by for half an hour. `amount` is what the customer buys."""
    body = said(session_id=str(session_id), reward_id=str(reward_id), amount=amount)
    return posting(PATH, Redemption, body, key)


def commit(id: Id, order_id: str | None = None) -> Act[Redemption]:
    """Spend what is put by. The same order is answered as before, another one is refused."""
    return posting(place(ONE + "/commitments", id=id), Redemption, said(order_id=order_id))


def release(id: Id) -> Act[Redemption]:
    """Give back what is put by."""
    return posting(place(ONE + "/releases", id=id), Redemption, {})


def reverse(id: Id, reference: str, *, points: int | None = None) -> Act[Redemption]:
    """Give back some of what was spent, or all that is left. A reference counts once."""
    body = said(reference=reference, points=points)
    return posting(place(ONE + "/reversals", id=id), Redemption, body)


def read(id: Id) -> Act[Redemption]:
    return reading(place(ONE, id=id), Redemption)


def page(*, limit: int | None = None, cursor: str | None = None) -> Act[RedemptionPage]:
    """List redemptions, the newest first."""
    return reading(PATH, RedemptionPage, limit=limit, cursor=cursor)
