"""Cards: made, found, and verified by a code."""

from watchword.client.acts import Act, Id, place, posting, reading, said
from watchword.client.shapes import Card, CardAttempt, CardJudgement, CardPage, NewCard

PATH = "/v1/cards"
ONE = PATH + "/{id}"


def create(customer_id: Id, *, number: str | None = None, key: str | None = None) -> Act[NewCard]:
    """Give a customer a card; without a `number`, one is chosen."""
    body = said(customer_id=str(customer_id), number=number)
    return posting(PATH, NewCard, body, key)


def read(id: Id) -> Act[Card]:
    return reading(place(ONE, id=id), Card)


def page(
    *, state: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Act[CardPage]:
    return reading(PATH, CardPage, state=state, limit=limit, cursor=cursor)


def search(number: str) -> Act[CardPage]:
    """Find a card by its number, which is in no address of ours."""
    return Act(method="POST", path="/v1/card-searches", kind=CardPage, body=said(number=number))


def attempt(
    id: Id,
    method: str,
    *,
    contact_id: Id | None = None,
    requester: str | None = None,
    key: str | None = None,
) -> Act[CardAttempt]:
    """Send a code that shows that a card is its customer's."""
    contact = None if contact_id is None else str(contact_id)
    body = said(method=method, contact_id=contact, requester=requester)
    return posting(place(ONE + "/attempts", id=id), CardAttempt, body, key)


def answer(id: Id, code: str) -> Act[CardJudgement]:
    return posting(place(ONE + "/answers", id=id), CardJudgement, said(code=code))
