"""How names and words are typed on the keys of a telephone: one press for each letter.

ü is typed as U or as UE, as people like it; both are right. Of names with a hyphen one may be left
out, and of van der Berg all but the last word.
"""

import re
import unicodedata
from itertools import islice, product
from typing import Final

from watchword.features.pins.shapes import KEY_OF

WRITTEN_AS: Final = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ß": ("ss", "s"),
    "ø": ("o", "oe"),
    "å": ("a", "aa"),
    "æ": ("ae", "a"),
    "œ": ("oe", "o"),
    "ł": ("l",),
    "đ": ("d",),
    "ð": ("d",),
    "þ": ("th",),
}
SPELLINGS_AT_MOST = 64
"""Of one name. With six umlauts nobody mixes two ways of writing them."""
LETTERS_AT_MOST = 40
LAST_WORD_HAS = 3
"""Letters at least, to stand for a name."""
DROPPED = re.compile(r"['\u2019\u02bc`\u00b4.]+")
HYPHENS = re.compile(r"\s*[-\u2010\u2011\u2013]+\s*")


def typings_of(name: str) -> frozenset[str]:
    """Give all ways in which a name can be typed; none, if it has letters that no key has."""
    lower = unicodedata.normalize("NFC", DROPPED.sub("", name[:LETTERS_AT_MOST])).lower()
    words = HYPHENS.sub(" ", lower).split()
    parts = [part for part in HYPHENS.split(lower) if part.strip()] if words else []
    wholes = {"".join(words)} | {"".join(part.split()) for part in parts if len(part) > 1}
    if words and len(words[-1]) >= LAST_WORD_HAS:
        wholes.add(words[-1])
    return frozenset(typing for whole in wholes if whole for typing in _typed(whole))


def beginnings_of(name: str, letters: int) -> frozenset[str]:
    """Give how the first letters of a name are typed; all of it, if it has no more."""
    return frozenset(typing[:letters] for typing in typings_of(name))


def _typed(name: str) -> list[str]:
    choices = [_choices(mark) for mark in name]
    if not all(choices):
        return []
    spelt = ["".join(chosen) for chosen in islice(product(*choices), SPELLINGS_AT_MOST)]
    spelt.append("".join(each[-1] for each in choices))  # all umlauts in the same way
    return ["".join(KEY_OF.get(mark, mark) for mark in each) for each in spelt]


def _choices(mark: str) -> tuple[str, ...]:
    if mark in KEY_OF or mark in "0123456789":
        return (mark,)
    if mark in WRITTEN_AS:
        return WRITTEN_AS[mark]
    bare = unicodedata.normalize("NFKD", mark)[:1]
    return (bare,) if bare in KEY_OF else ()
