"""How names are known again, however they were typed: Müller, MUELLER and Muller are one name.

A letter loses its marks, ß is ss, and ae, oe, ue are what they stand for in German. That takes Baur
for Bauer, too: whoever looks for one sees both, and a match never rests on a name alone.

What is kept to find names by are terms: digests of words, of their first three or five letters, and
of two words together. A term tells whoever has no key nothing but how often it occurs.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain, combinations
from typing import NamedTuple

from watchword.features.customers.rules import Profile
from watchword.features.organisations.keys import OrganisationKeys

SHORT, LONG = 3, 5
"""Letters. So many are looked up by themselves; whoever types more finds what begins with them."""
WORDS_AT_MOST = 4
"""Of each name. Nobody is looked for by their fifth given name."""
COLUMN = "customer_terms"

DROPPED = str.maketrans("", "", "'`\u2019\u02bc\u00b4\u200c\u200d")
"""Apostrophes of all kinds, and letters that nobody sees: O'Neill is known as oneill."""
SPELT = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)
MARKS = re.compile("[\u0300-\u036f]")
BETWEEN = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff]+|_+")
"""What stands between words. In Indian scripts vowels are no letters to Python; they are here."""
STANDS_FOR = re.compile("([aou])e+")
TITLES = frozenset({"dr", "prof", "dipl", "ing", "mag", "med", "phil", "frau", "herr"})


class TermKind(StrEnum):
    WORD = "word"
    SHORT = "short"
    LONG = "long"
    PAIR = "pair"
    """Two words of a name, in whatever order."""
    SHORT_PAIR = "short_pair"
    BORN = "born"
    """The whole name and the date of birth."""


class Term(NamedTuple):
    """A word as it is looked up, before it becomes a digest."""

    kind: TermKind
    word: str

    def __repr__(self) -> str:
        return f"Term({self.kind})"


def folded(name: str) -> str:
    """Give what a name is known by; its words stay apart.

    What is known of the beginning of a name is the beginning of what is known of the name.
    """
    lower = unicodedata.normalize("NFKC", name.translate(DROPPED)).casefold()
    bare = MARKS.sub("", unicodedata.normalize("NFKD", lower)).translate(SPELT)
    return STANDS_FOR.sub(r"\1", " ".join(BETWEEN.split(bare))).strip()


def words_of(name: str) -> Sequence[str]:
    """Give the words of a name, without titles unless there is nothing else."""
    words = folded(name).split()
    return ([word for word in words if word not in TITLES] or words)[:WORDS_AT_MOST]


def known_as(profile: Profile) -> str:
    """Give a whole name in one order: Lüdenscheidt-Müller is Müller-Lüdenscheidt."""
    return in_order([*words_of(profile.given_name), *words_of(profile.family_name)])


def terms_of(profile: Profile) -> frozenset[Term]:
    """Give everything by which a customer is found."""
    words = [*words_of(profile.given_name), *words_of(profile.family_name)]
    terms = set(chain.from_iterable(map(_of_word, words)))
    for pair in combinations(words, 2):
        terms.add(Term(TermKind.PAIR, in_order(pair)))
        terms.add(Term(TermKind.SHORT_PAIR, in_order([word[:SHORT] for word in pair])))
    if profile.birth_date is not None:
        terms.add(_born(words, profile.birth_date))
    return frozenset(terms)


def born(profile: Profile, birth_date: date) -> Term:
    return _born([*words_of(profile.given_name), *words_of(profile.family_name)], birth_date)


def _born(words: Collection[str], birth_date: date) -> Term:
    return Term(TermKind.BORN, f"{in_order(words)}|{birth_date.isoformat()}")


def digest_of(keys: OrganisationKeys, term: Term) -> bytes:
    return keys.blind(f"{COLUMN}/{term.kind}", term.word)


def _of_word(word: str) -> Iterator[Term]:
    if len(word) not in (SHORT, LONG):
        # Those are found by their beginning, which is all of them.
        yield Term(TermKind.WORD, word)
    if len(word) >= SHORT:
        yield Term(TermKind.SHORT, word[:SHORT])
    if len(word) >= LONG:
        yield Term(TermKind.LONG, word[:LONG])


def in_order(words: Collection[str]) -> str:
    return " ".join(sorted(words))
