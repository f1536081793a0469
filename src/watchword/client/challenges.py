"""Challenges: a code is sent, answered, sent once more, or called back."""

from collections.abc import Mapping

from watchword.client.acts import Act, Id, place, posting, reached_at, reading, said
from watchword.client.shapes import Challenge, Judgement, TracedChallenge

PATH = "/v1/challenges"
ONE = PATH + "/{id}"


def create(
    purpose: str,
    *,
    phone: str | None = None,
    email: str | None = None,
    post: Mapping[str, str] | None = None,
    channel: str | None = None,
    locale: str | None = None,
    reference: str | None = None,
    requester: str | None = None,
    transaction: str | None = None,
    autofill: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Act[Challenge]:
    """Send a code to one address. `transaction` is what the code approves, word for word."""
    body = said(
        purpose=purpose,
        to=reached_at(phone, email, post),
        channel=channel,
        locale=locale,
        reference=reference,
        requester=requester,
        transaction=transaction,
        autofill=autofill,
    )
    return posting(PATH, Challenge, body, key)


def answer(id: Id, code: str, *, transaction: str | None = None) -> Act[Judgement]:
    """Try the code, as the customer typed it."""
    body = said(code=code, transaction=transaction)
    return posting(place(ONE + "/answers", id=id), Judgement, body)


def resend(id: Id, *, channel: str | None = None) -> Act[Challenge]:
    """Send the code once more, by the same channel or by another one."""
    return posting(place(ONE + "/sendings", id=id), Challenge, said(channel=channel))


def read(id: Id) -> Act[TracedChallenge]:
    return reading(place(ONE, id=id), TracedChallenge)


def cancel(id: Id) -> Act[None]:
    return Act(method="DELETE", path=place(ONE, id=id), kind=None)
