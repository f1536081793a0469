"""How the text of a message is understood. In doubt, whoever may have said *stop* has said it.

A person who is left alone by mistake can say START, and is told so. A person who is written to
against their will has been wronged.
"""

# ruff: noqa: RUF001 - these are the letters that people write

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from watchword.features.consents.inbound.rules import Meaning
from watchword.features.consents.inbound.words import (
    COURTESIES,
    NOTS,
    SPANISH,
    UNMISTAKABLE,
    WISHES,
    WORDS,
)

SHORT: Final = 4
"""Words. Whoever writes more tells something, and says it in the middle."""
BRIEF: Final = 3
"""Words. In so few the word that everybody knows means itself, wherever it stands."""
STOPPERS: Final = ("stop", "stopp", "unsubscribe", "abmelden", "abbestellen")
ELSEWHERE: Final = frozenset(
    {"by", "in", "at", "over", "off", "sign", "watch", "and", "nicht", "niet", "pas"}
)
"""*I will stop by*: with these behind it, the word is another one."""
OTHERS: Final = frozenset({"you", "u", "they", "why", "guys"})
READ_AT_MOST: Final = 1_600
"""Characters; ten text messages in one. Whoever wants to stop says so before."""

CLAUSE: Final = re.compile(r"[,;.!?\n]")
WORD: Final = re.compile(r"[^\W_]+")
RUN: Final = re.compile(r"(.)\1+")
LETTERS_APART: Final = re.compile(r"\b\w(?: \w\b)+")
SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""Accents, and what is not seen within a word: joiners, marks of direction, soft hyphens."""
UNDOTTED: Final = str.maketrans({"ı": "i", "ł": "l", "ß": "ss", "’": "'", "ʼ": "'"})


def meaning_of(text: str) -> Meaning:
    """Say what a message means, whatever its language, capitals, accents and punctuation."""
    said = _plain(text)
    if any(_says(said, phrase) for phrase in _UNMISTAKABLE):
        return Meaning.STOP
    for wording in _wordings(said):
        if meaning := _MEANINGS.get(wording):
            return meaning
    words = said.split(" ")
    if _begins_with_stop(words) or (len(words) <= BRIEF and _is_brief_stop(words, text)):
        return Meaning.STOP
    return Meaning.HELP if text.strip() and not text.strip("?¿ \t\r\n") else Meaning.OTHER


def _says(said: str, phrase: str) -> bool:
    """Say whether a phrase stands in a message, and nobody asks there for the contrary."""
    before, found, _ = f" {said} ".partition(f" {phrase} ")
    return bool(found) and not _is_contrary(before.split())


def _is_contrary(before: Sequence[str]) -> bool:
    """Say whether what stands before a phrase turns it round, as in *please don't*. Whoever asks
    why somebody does not stop wants them to."""
    match before:
        case [*_, who, "do", "not"] | [*_, who, "dont" | "never"]:
            return who not in OTHERS
        case ["do", "not"] | ["dont" | "never"]:
            return True
        case _:
            return False


def _begins_with_stop(words: Sequence[str]) -> bool:
    """Say whether a short message begins with the word that everybody knows: `STOP Anna Miller`."""
    first, rest = words[0], words[1:]
    if first not in _STOPPERS or not 0 < len(rest) < SHORT:
        return False
    return rest[0] not in _ELSEWHERE and _MEANINGS.get(rest[0]) is not Meaning.START


def _is_brief_stop(words: Sequence[str], text: str) -> bool:
    """Say whether the word is one of a few, and nobody asks for the contrary: `and now stop`. It
    stands for itself behind a comma, as in *non, stop*, which is not *non-stop*."""
    if any(_plain(clause) in _STOPPERS for clause in CLAUSE.split(text)):
        return True
    at = next((at for at, word in enumerate(words) if word in _STOPPERS), None)
    if at is None or _is_negated(words):
        return False
    rest = words[at + 1 :]
    return not rest or (rest[0] not in _ELSEWHERE and _MEANINGS.get(rest[0]) is not Meaning.START)


def _is_negated(words: Sequence[str]) -> bool:
    """Say whether somebody asks us not to. *No* alone is an answer, but for Spanish *no parar*."""
    return any(word in _NOTS for word in words) or any(
        (first, second) in _NO_PARAR for first, second in pairwise(words)
    )


def _wordings(said: str) -> Iterator[str]:
    """Give what a message says: as it is, and without the courtesies around it."""
    yield said
    words = said.split(" ")
    yield " ".join(word for word in words if word not in _COURTESIES)
    bare = [word for word in words if word not in _COURTESIES | _WISHES]
    if not _is_negated(words):
        yield from (word for word in bare if len(bare) == 1 and _MEANINGS.get(word) is Meaning.STOP)


def _plain(text: str) -> str:
    """Give the words alone, in small letters without accents; `S.T.O.P` and `stoppp` are one."""
    small = unicodedata.normalize("NFKD", text[:READ_AT_MOST].casefold()).translate(UNDOTTED)
    letters = "".join(each for each in small if unicodedata.category(each) not in UNSEEN)
    words = " ".join(WORD.findall(letters.replace("'", "")))
    together = LETTERS_APART.sub(lambda found: found[0].replace(" ", ""), words)
    return RUN.sub(r"\1", together)


def _read(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        for word in line.split(","):
            yield _plain(word)
            yield _plain(word.translate(SPELLED_OUT))


_STOPPERS: Final = frozenset(map(_plain, STOPPERS))
_ELSEWHERE: Final = frozenset(map(_plain, ELSEWHERE))
_NOTS: Final = frozenset(_plain(NOTS).split(" "))
_NO_PARAR: Final = frozenset(("no", _plain(word)) for word in SPANISH.split())
_WISHES: Final = frozenset(_plain(WISHES).split(" "))
_COURTESIES: Final = frozenset(_plain(COURTESIES).split(" "))
_UNMISTAKABLE: Final = frozenset(_read(UNMISTAKABLE.values()))
_MEANINGS: Final = {
    word: meaning
    # What comes last in here counts: a word that means *stop* somewhere means it everywhere.
    for meaning in (Meaning.NO, Meaning.YES, Meaning.HELP, Meaning.START, Meaning.STOP)
    for word in _read(WORDS[meaning].values())
}
