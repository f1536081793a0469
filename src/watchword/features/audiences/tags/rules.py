"""What a tag is: a short word that staff or a program give to a customer, such as `regular`.

It says something about a person, so it goes with them, and no log and no audit entry repeats it.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

Tag: TypeAlias = str
"""As it is kept: small, and with one space between words."""

LETTERS_AT_MOST = 32
TAGS_AT_MOST = 20
"""On one customer."""
KINDS_AT_MOST = 200
"""In one organisation: with more, nobody knows them by heart, and they are no tags any more."""
BETWEEN = frozenset(" -_/&.+")


@dataclass(frozen=True, slots=True)
class BadTags:
    """A tag cannot be kept, or there are too many. Nothing is quoted."""

    word: ClassVar = "bad_tags"

    because: str


@dataclass(frozen=True, slots=True)
class Retagged:
    """What a customer has from now on, and what has changed."""

    tags: Collection[Tag]
    added: Collection[Tag]
    removed: Collection[Tag]


def read_tags(typed: Iterable[str]) -> Collection[Tag] | BadTags:
    """Read tags as somebody types them. What comes twice comes once; what is empty does not."""
    tags = {tidy(each) for each in typed} - {""}
    if len(tags) > TAGS_AT_MOST:
        return BadTags(f"There are {TAGS_AT_MOST} tags at most.")
    if not all(map(_is_tag, tags)):
        said = f"A tag has 1 to {LETTERS_AT_MOST} letters and digits, spaces and - _ / & . +"
        return BadTags(said)
    return sorted(tags)


def tidy(typed: str) -> Tag:
    return " ".join(unicodedata.normalize("NFC", typed).lower().split())


def _is_tag(tag: Tag) -> bool:
    letters = set(tag) - BETWEEN
    return len(tag) <= LETTERS_AT_MOST and bool(letters) and all(map(str.isalnum, letters))


def retagged(before: Collection[Tag], after: Collection[Tag]) -> Retagged:
    return Retagged(sorted(after), sorted({*after} - {*before}), sorted({*before} - {*after}))


def find_fault_of_kinds(known: Collection[Tag], wanted: Collection[Tag]) -> BadTags | None:
    """Refuse the first tag that would make too many kinds of them."""
    if len({*known} | {*wanted}) > max(KINDS_AT_MOST, len(known)):
        return BadTags(f"There are {KINDS_AT_MOST} tags already. Use one of those.")
    return None
