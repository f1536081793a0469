"""Sales at a till or in a shop on the web: begun, proven by the customer's code, seen, ended."""

from dataclasses import replace
from typing import TypeVar

from watchword.client.acts import Act, Id, place, posting, reading, said
from watchword.client.shapes import (
    Asking,
    Opening,
    Pass,
    PinEntry,
    TillJudgement,
    TillSession,
    WaitingForPin,
    Wallet,
)

PATH = "/v1/till-sessions"
ONE = PATH + "/{id}"
TERMINAL = "Watchword-Terminal"

T = TypeVar("T")


def open(
    *,
    phone: str | None = None,
    email: str | None = None,
    card: str | None = None,
    qr: str | None = None,
    kind: str | None = None,
    location_id: Id | None = None,
    terminal_id: str | None = None,
    staff: str | None = None,
    reward_id: Id | None = None,
    amount: int | None = None,
    locale: str | None = None,
    send: bool | None = None,
    key: str | None = None,
) -> Act[Asking]:
    """Begin a sale, and ask its customer for a code. `kind` is `store` or `online`."""
    body = _sale(
        phone=phone,
        email=email,
        card=card,
        qr=qr,
        kind=kind,
        location_id=location_id,
        terminal_id=terminal_id,
        staff=staff,
        reward_id=reward_id,
        amount=amount,
        locale=locale,
        send=send,
    )
    return posting(PATH, Asking, body, key)


def open_directly(
    *,
    phone: str | None = None,
    email: str | None = None,
    card: str | None = None,
    location_id: Id | None = None,
    terminal_id: str | None = None,
    staff: str | None = None,
    key: str | None = None,
) -> Act[Opening]:
    """Begin a sale without a code, where the organisation asks for none."""
    body = _sale(
        phone=phone,
        email=email,
        card=card,
        location_id=location_id,
        terminal_id=terminal_id,
        staff=staff,
    )
    return posting("/v1/wallet-openings", Opening, body, key)


def open_for_master_pin(
    terminal: str,
    *,
    phone: str | None = None,
    email: str | None = None,
    card: str | None = None,
    qr: str | None = None,
    reward_id: Id | None = None,
    amount: int | None = None,
    locale: str | None = None,
    key: str | None = None,
) -> Act[WaitingForPin]:
    """Begin a sale for which staff will enter the master PIN. `terminal` is the credential of a
    registered till."""
    body = _sale(
        phone=phone,
        email=email,
        card=card,
        qr=qr,
        reward_id=reward_id,
        amount=amount,
        locale=locale,
    )
    return _at(terminal, posting("/v1/master-pin-sessions", WaitingForPin, body, key))


def enter_master_pin(
    id: Id, terminal: str, *, pin: str, staff: str, reason: str, key: str | None = None
) -> Act[PinEntry]:
    """Let a customer through by the master PIN: who enters it, and why, is told to the customer."""
    body = said(pin=pin, staff=staff, reason=reason)
    return _at(terminal, posting(place(ONE + "/master-pin-entries", id=id), PinEntry, body, key))


def read(id: Id) -> Act[TillSession]:
    return reading(place(ONE, id=id), TillSession)


def resend(id: Id) -> Act[Asking]:
    """Send the code once more. Without an answer, ask the customer before you do it again."""
    path = place(ONE + "/sendings", id=id)
    return Act(method="POST", path=path, kind=Asking, body={}, is_repeatable=False)


def give_pass(id: Id, origin: str) -> Act[Pass]:
    """Let a page of a shop take part in a sale; `origin` is like `https://shop.example.org`."""
    return posting(place(ONE + "/passes", id=id), Pass, said(origin=origin))


def answer(id: Id, code: str, *, key: str | None = None) -> Act[TillJudgement]:
    """Try the code, as it was typed."""
    return posting(place(ONE + "/answers", id=id), TillJudgement, said(code=code), key)


def choose(id: Id, customer_id: Id) -> Act[TillSession]:
    """Say which of several customers stands at the till."""
    body = said(customer_id=str(customer_id))
    return posting(place(ONE + "/choices", id=id), TillSession, body)


def wallet(id: Id) -> Act[Wallet]:
    """See the wallet of a customer who has proven to be there."""
    return reading(place(ONE + "/wallet", id=id), Wallet)


def end(id: Id) -> Act[TillSession]:
    """End a sale that comes to nothing; what is reserved in it is released."""
    return posting(place(ONE + "/endings", id=id), TillSession, {})


def _at(terminal: str, act: Act[T]) -> Act[T]:
    return replace(act, headers={TERMINAL: terminal})


def _sale(**fields: object) -> dict[str, object]:
    found = said(**fields)
    if len(found.keys() & {"phone", "email", "card", "qr"}) != 1:
        raise ValueError("Name the customer by one of phone, email, card and qr.")
    for name in found.keys() & {"location_id", "reward_id"}:
        found[name] = str(found[name])
    return found
