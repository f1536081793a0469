"""The fields of a campaign: what somebody writes, as a form says it. Times are those of the
organisation's clock."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from watchword.features.campaigns.rules import (
    LINKS_LIVE,
    Category,
    Draft,
    GateKind,
    Text,
)
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Mode
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id
from watchword.web.console.forms import NO_NUMBER, Form
from watchword.web.console.visits import Visitor

ALWAYS_ASKED = ("de", "en")
AT_ONCE, AT_A_TIME = "at_once", "at_a_time"
"""When a campaign begins: as soon as it may, or when it is time."""
AS_TYPED = "%Y-%m-%dT%H:%M"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Typed:
    """A draft as it stands in the fields, and what cannot be read of it."""

    draft: Draft
    values: Mapping[str, str]
    problems: Mapping[str, str]


def locales_of(visitor: Visitor, draft: Draft | None) -> Sequence[str]:
    """Give the languages that the form asks for: ours, those that are written, and two more."""
    written = [] if draft is None else [*draft.texts, *draft.purposes]
    more = [each for each in visitor.form.all("more") if each in LOCALES]
    return [*dict.fromkeys([visitor.organisation.locale, *ALWAYS_ASKED, *written, *more])]


def values_of(draft: Draft, zone: tzinfo) -> Mapping[str, str]:
    """Give what stands in the fields of text before anybody types."""
    days = LINKS_LIVE.days
    if draft.links_live_until and draft.ends_at:
        days = (draft.links_live_until - draft.ends_at).days
    return {
        "name": draft.name,
        "audience": str(draft.audience_id or ""),
        "channel": draft.channel,
        "sender": draft.sender,
        "category": draft.category or "",
        "minimum_age": str(draft.minimum_age or ""),
        # Where no page is chosen yet, the one that is chosen later is for its recipients alone.
        "gate": draft.gate if draft.page_id else GateKind.LAST_FOUR,
        "page": str(draft.page_id or ""),
        "fallback": draft.fallback_locale,
        "begins": AT_A_TIME if draft.starts_at else AT_ONCE,
        "starts_at": _written(draft.starts_at, zone),
        "ends_at": _written(draft.ends_at, zone),
        "days": str(days),
        "per_second": str(draft.per_second or ""),
        f"purpose-{draft.fallback_locale}": draft.purpose,
        **{f"purpose-{locale}": said for locale, said in draft.purposes.items()},
        **{f"text-{locale}": said.text for locale, said in draft.texts.items()},
        **{f"subject-{locale}": said.subject or "" for locale, said in draft.texts.items()},
    }


def read_typed(visitor: Visitor, before: Draft | None) -> Typed:
    """Read a form; what cannot be read stands beside what could."""
    form, reader = visitor.form, _Reader(visitor.form, visitor.zone)
    starts, ends = reader.beginning(), reader.moment("ends_at")
    days, page = reader.whole("days"), reader.id("page")
    channel = reader.word("channel", Channel) or Channel.SMS
    texts = {
        locale: said
        for locale in locales_of(visitor, before)
        if (said := _text(form, locale, channel)) is not None
    }
    fallback = form.text("fallback")
    fallback = fallback if fallback in LOCALES else visitor.organisation.locale
    purposes = _purposes(form, locales_of(visitor, before))
    draft = Draft(
        name=form.text("name"),
        channel=channel,
        category=reader.word("category", Category),
        minimum_age=reader.whole("minimum_age"),
        gate=(reader.word("gate", GateKind) or GateKind.LAST_FOUR) if page else GateKind.NONE,
        page_id=page,
        audience_id=reader.id("audience"),
        purpose=purposes.get(fallback) or next(iter(purposes.values()), ""),
        purposes=purposes,
        sender=form.text("sender"),
        texts=texts,
        fallback_locale=fallback,
        starts_at=starts,
        ends_at=ends,
        links_live_until=ends + timedelta(days=days) if ends and days is not None else None,
        per_second=reader.whole("per_second"),
    )
    if before is not None:
        draft = replace(draft, provider=before.provider)
    if visitor.organisation.mode is Mode.TEST:
        draft = replace(draft, honours_quiet_hours=not form.flag("by_night"))
    values = {name: value for name, value in form.pairs if name not in {"more", "by_night"}}
    return Typed(draft, {**values_of(draft, visitor.zone), **values}, reader.problems)


class _Reader:
    """Reads fields one by one, and notes which of them cannot be read."""

    def __init__(self, form: Form, zone: tzinfo) -> None:
        self._form = form
        self._zone = zone
        self.problems: dict[str, str] = {}

    def beginning(self) -> datetime | None:
        """Read when it begins; nothing, if that is as soon as it may."""
        if self._form.text("begins") == AT_ONCE:
            return None
        starts = self.moment("starts_at")
        if starts is None and self._form.text("begins") == AT_A_TIME:
            self.problems["starts_at"] = "no_moment"
        return starts

    def moment(self, name: str) -> datetime | None:
        typed = self._form.text(name)
        if not typed:
            return None
        with suppress(ValueError):
            return datetime.strptime(typed, AS_TYPED).replace(tzinfo=self._zone)
        self.problems[name] = "no_moment"
        return None

    def whole(self, name: str) -> int | None:
        found = self._form.number(name)
        if found == NO_NUMBER:
            self.problems[name] = "no_number"
            return None
        return found

    def id(self, name: str) -> Id | None:
        with suppress(ValueError):
            return Id(str(UUID(self._form.text(name))))
        return None

    def word(self, name: str, words: type[Word]) -> Word | None:
        typed = self._form.text(name)
        return words(typed) if typed in {*words} else None


def _purposes(form: Form, locales: Sequence[str]) -> Mapping[str, str]:
    """Read why somebody gets it, in each language in which that is said."""
    said = {locale: form.text(f"purpose-{locale}") for locale in locales}
    return {locale: words for locale, words in said.items() if words}


def _text(form: Form, locale: str, channel: Channel) -> Text | None:
    """Read a text. The field of a subject stands there for an e-mail; typed before, it is no fault
    of a campaign that goes another way."""
    text = form.text(f"text-{locale}")
    subject = form.text(f"subject-{locale}") if channel is Channel.EMAIL else ""
    return Text(text=text, subject=subject or None) if text or subject else None


def _written(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else moment.astimezone(zone).strftime(AS_TYPED)
