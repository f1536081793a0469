"""Who has agreed to offers, as a row of a file says it: in which way, when, and to what.

A consent that nobody can show is none: without a moment and without the words, none is made of it.
What says *no*, or nothing, makes nothing either, and takes nothing back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from watchword.features.contacts.rules import Contact, ContactKind, PhoneLine
from watchword.features.imports.amounts import NO, YES, has_two_readings, is_no_date, read_moment
from watchword.features.imports.columns import Column
from watchword.features.imports.faults import Fault, Why


class Way(StrEnum):
    """How somebody is to be written to who agreed."""

    TEXT = "text"
    EMAIL = "email"
    WHATSAPP = "whatsapp"


WAYS: Mapping[Column, Way] = {
    Column.TEXT_CONSENT: Way.TEXT,
    Column.EMAIL_CONSENT: Way.EMAIL,
    Column.WHATSAPP_CONSENT: Way.WHATSAPP,
}
KINDS: Mapping[Way, ContactKind] = {
    Way.TEXT: ContactKind.PHONE,
    Way.EMAIL: ContactKind.EMAIL,
    Way.WHATSAPP: ContactKind.PHONE,
}
TYPED: Mapping[ContactKind, Collection[Column]] = {
    ContactKind.PHONE: (Column.MOBILE, Column.PHONE),
    ContactKind.EMAIL: (Column.EMAIL,),
}
IS_AGREED = YES.union(
    ("opt-in", "optin", "opted in", "subscribed", "eingewilligt", "zugestimmt", "angemeldet")
)
IS_NOT_AGREED = NO.union(
    ("opt-out", "optout", "opted out", "unsubscribed", "abgemeldet", "widerrufen")
)
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before it nobody agreed to messages. Days of 1900 and 1970 stand where programs know none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Somebody has agreed to be written to in a way, at a contact point of their row."""

    way: Way
    contact: Contact
    at: datetime
    wording: str = field(repr=False)


def read_agreements(
    said: Mapping[Column, str], contacts: Sequence[Contact], wording: str, now: datetime
) -> Iterator[Agreement | Fault]:
    """Read what a row says of it; `wording` stands in where the row itself has no words."""
    agreed = list[Column]()
    for column in WAYS:
        word = said.get(column, "").casefold()
        if word in IS_AGREED:
            agreed.append(column)
        elif word not in IS_NOT_AGREED:
            yield Fault(Why.BAD_CONSENT, column)
    if not agreed:
        return
    at, words = _moment(said.get(Column.CONSENT_AT, ""), now), _words(said, wording)
    if isinstance(at, Why):
        yield Fault(at, Column.CONSENT_AT)
    if not words:
        yield Fault(Why.NO_WORDING, Column.CONSENT_TEXT)
    for column in agreed:
        way = WAYS[column]
        contact = _reached(KINDS[way], contacts)
        if contact is not None and words and not isinstance(at, Why):
            yield Agreement(way=way, contact=contact, at=at, wording=words)
        elif contact is None and not any(said.get(each) for each in TYPED[KINDS[way]]):
            yield Fault(Why.NOWHERE_TO_WRITE, column)


def _moment(typed: str, now: datetime) -> datetime | Why:
    if not typed or is_no_date(typed):
        return Why.NO_MOMENT
    at = read_moment(typed)
    if at is None:
        return Why.AMBIGUOUS_DATE if has_two_readings(typed) else Why.BAD_MOMENT
    if at < FIRST:
        return Why.BAD_MOMENT
    return Why.IN_THE_FUTURE if at > now else at


def _words(said: Mapping[Column, str], wording: str) -> str:
    return said.get(Column.CONSENT_TEXT, "").strip() or wording


def _reached(kind: ContactKind, contacts: Sequence[Contact]) -> Contact | None:
    """Give where somebody is written to: of two numbers, not the one of a landline."""
    fitting = [each for each in contacts if each.kind is kind]
    mobile = (each for each in fitting if each.line is not PhoneLine.LANDLINE)
    return next(mobile, fitting[0] if fitting else None)
