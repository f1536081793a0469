"""Who is asked whether they want to hear from us, and how often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypeAlias

from watchword.features.consents.rules import Giving, Scope, Shown
from watchword.features.contacts.rules import ContactId, ContactKind

PAUSE = timedelta(days=1)
"""Nobody is asked twice within it."""
GOOD_FOR = timedelta(days=30)
"""So long an answer belongs to a question; *ok* and the like for as long as `PAUSE` alone."""
ASKED_FOR = re.compile(r"\b[A-Z]{2,}\b")
"""The words in capitals: those that a question wants to hear."""


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    STOP = "stop"


ON_FORMS: Mapping[ContactKind, Scope] = {
    ContactKind.PHONE: Scope.TEXT,
    ContactKind.EMAIL: Scope.EMAIL,
}
"""What a box on a form is for, by what somebody has shown to be theirs."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """The boxes that somebody has ticked, and the language in which they read what is beside."""

    scopes: frozenset[Scope]
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """That somebody was asked. `asked` counts how often, over all time."""

    digest: bytes = field(repr=False)
    scope: Scope
    contact_id: ContactId | None
    shown: Shown
    asked: int
    asked_at: datetime
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question is on its way; it was asked so often by now."""

    word: ClassVar = "asked"

    count: int


@dataclass(frozen=True, slots=True)
class AskedEnough:
    """They were asked as often as anybody is, or only just; or they have answered."""

    word: ClassVar = "asked_enough"

    count: int


@dataclass(frozen=True, slots=True)
class IsOff:
    """This organisation asks nobody."""

    word: ClassVar = "off"


@dataclass(frozen=True, slots=True)
class NoWay:
    """Nobody carries messages of that kind here."""

    word: ClassVar = "no_way"


SigningUp: TypeAlias = Giving | Asked | AskedEnough | IsOff | NoWay


def may_ask(last: Request | None, most: int, now: datetime) -> bool:
    """Decide whether somebody is asked. Who has said no is not asked again."""
    if last is None:
        return True
    if last.answer in {Answer.NO, Answer.STOP} or last.asked >= most:
        return False
    return now - last.asked_at >= PAUSE


def is_open(request: Request | None, now: datetime, loosely: str = "") -> bool:
    """Say whether a *yes* that comes now answers this question.

    `loosely`: by a word that people also say otherwise, unless it is the one they were asked for.
    """
    if request is None or request.answer is not None:
        return False
    is_loose = loosely and loosely.upper() not in ASKED_FOR.findall(request.shown.text)
    return now - request.asked_at <= (PAUSE if is_loose else GOOD_FOR)
