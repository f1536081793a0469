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
    LOOSE,
    NOTS,
    SPANISH,
    UNMISTAKABLE,
    WISHES,
    WORDS,
)

BRIEF: Final = 3
"""Words. In so few the word that everybody knows means itself, wherever it stands."""
STOPPERS: Final = (
    *("stop", "stopp", "stopall", "unsubscribe", "unsub", "optout"),
    *("abmelden", "abmeldung", "abbestellen", "стоп", "στοπ"),
    *("st0p", "5top", "stpo", "sotp", "tsop"),
)
"""What begins a message that says *stop*, whatever follows; also mistyped, and in other letters."""
CONTRARY: Final = ("nicht", "niet", "pas")
"""*Stopp nicht*: what turns the word round from behind."""
ELSEWHERE: Final = (*CONTRARY, "by", "in", "at", "over", "off", "sign", "watch", "loss", "motion")
"""*I will stop by*: with these behind it, the word is another one."""
ON_THE_WAY: Final = (
    *("for", "after", "around", "near", "here", "there", "on", "before", "and"),
    *("smoking", "laughing", "working", "drinking", "eating", "crying", "smiling"),
)
"""*I will stop for coffee*: so is it with these, if something stands before the word."""
OF_ITS_OWN: Final = ("bus", "tram", "truck", "rest", "next", "last", "full", "pit", "the")
"""*Bus stop*: with these before it, it is a place."""
SIGNS: Final = "🛑⛔🚫"
OTHERS: Final = frozenset({"you", "u", "they", "why", "guys"})
READ_AT_MOST: Final = 1_600
"""Characters; ten text messages in one. Whoever wants to stop says so before."""

CLAUSE: Final = re.compile(r"[,:;.!?\n]")
WORD: Final = re.compile(r"[^\W_]+")
RUN: Final = re.compile(r"(.)\1+")
LETTERS_APART: Final = re.compile(r"\b\w(?: \w\b)+")
SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
UNSEEN: Final = frozenset({"Mn", "Me", "Cf"})
"""Accents, and what is not seen within a word: joiners, marks of direction, soft hyphens."""
UNDOTTED: Final = str.maketrans({"ı": "i", "ł": "l", "ß": "ss", "’": "'", "ʼ": "'"})
LOOKS_LIKE: Final = str.maketrans("асеіјкмнорѕтухαεικνορτυχ", "aceijkmhopstyxaeiknoptux")
"""Letters of other alphabets that look like ours."""


def meaning_of(text: str) -> Meaning:
    """Say what a message means, whatever its language, capitals, accents and punctuation."""
    text = text[:READ_AT_MOST]
    said, lines = _plain(text), [line for line in text.splitlines() if line.strip()]
    # Below the first line stands a signature, or what was quoted.
    for part in (text, *lines[:1]):
        if _is_stop(part):
            return Meaning.STOP
    if any(_plain(line) in _STOPPERS for line in lines):
        return Meaning.STOP
    for wording in _wordings(said):
        if meaning := _MEANINGS.get(wording):
            return meaning
    return Meaning.HELP if text.strip() and not text.strip("?¿ \t\r\n") else Meaning.OTHER


def loose_yes(text: str) -> str:
    """Give the word of a *yes* that people also say for no reason; nothing, if it is another."""
    words = [word for word in _plain(text).split(" ") if word not in _COURTESIES]
    return " ".join(words) if words and set(words) <= _LOOSE else ""


def _is_stop(text: str) -> bool:
    said = _plain(text)
    if any(_says(said, phrase) for phrase in _UNMISTAKABLE):
        return True
    first = next((found for each in _wordings(said) if (found := _MEANINGS.get(each))), None)
    if first is not None:
        return first is Meaning.STOP
    words = said.split(" ")
    if _begins_with_stop(words) or _cries_stop(text):
        return True
    if any(_only(_plain(clause).split(" ")) in _STOPPERS for clause in CLAUSE.split(text)):
        return True
    return (len(words) <= BRIEF and _is_brief_stop(words)) or _is_sign(text)


def _is_sign(text: str) -> bool:
    return text.strip(" \t\r\n\ufe0f!.") != "" and not text.strip(f"{SIGNS} \t\r\n\ufe0f!.")


def _only(words: Sequence[str]) -> str:
    """Give the word that is left in a part of a sentence without courtesies."""
    if _is_negated(words):
        return ""
    bare = [word for word in words if word not in _COURTESIES | _WISHES]
    return bare[0] if len(bare) == 1 else ""


def _cries_stop(text: str) -> bool:
    """Say whether STOP stands in capitals among others that do not, as we ask people to write."""
    words = WORD.findall(text.replace("'", "").replace("’", ""))
    if "STOP" not in words or all(word.isupper() for word in words):
        return False
    at = words.index("STOP")
    before, rest = [_plain(word) for word in words[:at]], [_plain(word) for word in words[at + 1 :]]
    if _is_contrary(before) or any(word in _NOTS for word in before[-2:]):
        return False
    return not rest or (rest[0] not in _CONTRARY and _MEANINGS.get(rest[0]) is not Meaning.START)


def _says(said: str, phrase: str) -> bool:
    """Say whether a phrase stands in a message, and nobody asks there for the contrary."""
    before, found, _ = f" {said} ".partition(f" {phrase} ")
    return bool(found) and not _is_contrary(before.split())


def _is_contrary(before: Sequence[str]) -> bool:
    """Say whether what stands before a phrase turns it round, as in *please don't*. Whoever asks
    why somebody does not stop wants them to."""
    match before:
        case [*_, who, "do" | "can" | "could", "not"]:
            return who not in OTHERS
        case [*_, who, "dont" | "never" | "cant" | "cannot" | "wont" | "couldnt"]:
            return who not in OTHERS
        case ["do" | "can", "not"] | ["dont" | "never" | "cant" | "cannot" | "wont" | "couldnt"]:
            return True
        case _:
            return False


def _begins_with_stop(words: Sequence[str]) -> bool:
    """Say whether a message begins with the word that everybody knows, but for courtesies."""
    polite = _COURTESIES | _WISHES
    at = next((at for at, word in enumerate(words) if word not in polite), len(words))
    if at == len(words) or words[at] not in _STOPPERS:
        return False
    behind = words[at + 1 :]
    return not behind or not _is_elsewhere(behind[0], led=at > 0)


def _is_elsewhere(word: str, *, led: bool) -> bool:
    others = _ELSEWHERE | _ON_THE_WAY if led else _ELSEWHERE
    return word in others or _MEANINGS.get(word) is Meaning.START


def _is_brief_stop(words: Sequence[str]) -> bool:
    """Say whether the word is one of a few, and nobody asks for the contrary: `and now stop`."""
    at = next((at for at, word in enumerate(words) if word in _STOPPERS), None)
    if at is None or _is_negated(words) or words[max(at - 1, 0)] in _STOPS_OF_ITS_OWN:
        return False
    rest = words[at + 1 :]
    return not rest or not _is_elsewhere(rest[0], led=at > 0)


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
    small = small.translate(LOOKS_LIKE)
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
_ON_THE_WAY: Final = frozenset(map(_plain, ON_THE_WAY))
_CONTRARY: Final = frozenset(map(_plain, CONTRARY))
_STOPS_OF_ITS_OWN: Final = frozenset(map(_plain, OF_ITS_OWN))
_NOTS: Final = frozenset(_plain(NOTS).split(" "))
_NO_PARAR: Final = frozenset(("no", _plain(word)) for word in SPANISH.split())
_WISHES: Final = frozenset(_plain(WISHES).split(" "))
_COURTESIES: Final = frozenset(_plain(COURTESIES).split(" "))
_LOOSE: Final = frozenset(_plain(LOOSE).split(" "))
_UNMISTAKABLE: Final = frozenset(_read(UNMISTAKABLE.values()))
_MEANINGS: Final = {
    word: meaning
    # What comes last in here counts: a word that means *stop* somewhere means it everywhere.
    for meaning in (Meaning.NO, Meaning.YES, Meaning.HELP, Meaning.START, Meaning.STOP)
    for word in _read(WORDS[meaning].values())
} | dict.fromkeys(_STOPPERS, Meaning.STOP)
