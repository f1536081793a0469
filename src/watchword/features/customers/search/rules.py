"""What somebody who types into the search field looks for, and in which steps it is found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.names import (
    LONG,
    SHORT,
    Term,
    TermKind,
    folded,
    in_order,
    terms_of,
    words_of,
)
from watchword.features.customers.rules import START, Customer, CustomerId, Profile
from watchword.foundation.ids import Id

TYPED_AT_MOST = 200
ALL_DIGITS = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Behind what a search goes on: in which of its steps, and behind whom."""

    step: int = 0
    after: CustomerId = START


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found; and behind what the search goes on, if there may be more."""

    customers: Sequence[Customer]
    after: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class TooShort:
    """A search needs a whole word, or three letters of one."""

    word: ClassVar = "too_short"


@dataclass(frozen=True, slots=True)
class ByContact:
    contact: Contact


@dataclass(frozen=True, slots=True)
class ById:
    id: CustomerId


@dataclass(frozen=True, slots=True)
class ByName:
    """Words, each the beginning of one in the name; and terms, of which one step each is made.

    The first step has what was typed as whole words, so that Ott comes before Otto.
    """

    words: Sequence[str]
    terms: Sequence[Term]

    def has(self, step: int, profile: Profile) -> bool:
        """Say whether somebody under the term of a step is meant, and no earlier step had them."""
        names = [*words_of(profile.given_name), *words_of(profile.family_name)]
        if not all(any(name.startswith(word) for name in names) for word in self.words):
            return False
        return step == 0 or terms_of(profile).isdisjoint(self.terms[:step])


@dataclass(frozen=True, slots=True)
class ByNothing:
    """Digits that are no telephone number."""


Question: TypeAlias = ByContact | ById | ByName | ByNothing | TooShort


def read_question(typed: str, country: str) -> Question:
    """Read what was typed; `country` is where telephone numbers without a prefix belong."""
    said = " ".join(typed[:TYPED_AT_MOST].split())
    if UUID.fullmatch(said.lower()):
        return ById(CustomerId(Id(said.lower())))
    if "@" in said:
        read = read_email(said)
        return ByContact(read) if isinstance(read, Contact) else ByNothing()
    if ALL_DIGITS.fullmatch(said):
        read = read_phone(said, country)
        return ByContact(read) if isinstance(read, Contact) else ByNothing()
    return _by_name(words_of(said) if folded(said) else [])


def _by_name(words: Sequence[str]) -> ByName | TooShort:
    if not words:
        return TooShort()
    longest = sorted(words, key=len, reverse=True)
    if len(words) == 1:
        return ByName(words, _steps_of(words[0]))
    first, second = longest[:2]
    terms = [
        Term(TermKind.PAIR, in_order((first, second))),
        Term(TermKind.SHORT_PAIR, in_order((first[:SHORT], second[:SHORT]))),
    ]
    if len(second) < SHORT:
        # Whoever types a single letter of a given name means what begins with it.
        terms += _steps_of(first)
    return ByName(words, terms)


def _steps_of(word: str) -> Sequence[Term]:
    if len(word) == SHORT:
        return [Term(TermKind.SHORT, word)]
    if len(word) == LONG:
        return [Term(TermKind.LONG, word)]
    whole = Term(TermKind.WORD, word)
    if len(word) < SHORT:
        return [whole]
    if len(word) < LONG:
        return [whole, Term(TermKind.SHORT, word[:SHORT])]
    return [whole, Term(TermKind.LONG, word[:LONG])]
