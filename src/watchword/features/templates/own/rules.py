"""What an organisation says in its own words, and where: by purpose, channel and language.

Words for one purpose go before words for any. Where there are none, the shipped ones are sent.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Final, NewType, TypeAlias
from uuid import UUID

from watchword.features.contacts.channels import Channel
from watchword.features.templates.faults import MAY_BE_MISSING, MAY_SAY, MUST_SAY, find_faults
from watchword.features.templates.findings import Finding
from watchword.features.templates.rules import LOCALES, STAFF_PURPOSES
from watchword.features.templates.words import Words
from watchword.foundation.framing import framed

OwnWordsId = NewType("OwnWordsId", UUID)

ANY: Final = "any"
"""The purpose of words that are sent whatever a code is for."""

CHANNELS = frozenset(map(str, Channel))
VERSIONS_KEPT = 20
DIGEST_SHOWN = 16  # letters
NOT_OUR_WORDS = frozenset({Channel.WHATSAPP})
"""Where others say what is sent: WhatsApp sends codes in authentication templates alone."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where words stand. `purpose` is a purpose of codes, or `ANY`."""

    purpose: str
    channel: Channel
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """One version of what stands in a slot. Without `words` it went back to the shipped ones."""

    id: OwnWordsId
    slot: Slot
    version: int
    words: Words | None
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Saved:
    word: ClassVar[str] = "saved"
    own: OwnWords


@dataclass(frozen=True, slots=True)
class Faulty:
    """They cannot be sent, and why."""

    word: ClassVar[str] = "faulty"
    faults: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody else has changed them since they were looked at."""

    word: ClassVar[str] = "stale"
    current: OwnWords | None


@dataclass(frozen=True, slots=True)
class NotOurWords:
    """By this channel, or for this purpose, nobody's own words can be sent."""

    word: ClassVar[str] = "not_our_words"


Saving: TypeAlias = Saved | Faulty | Stale | NotOurWords
Resetting: TypeAlias = Saved | Stale


def read_slot(purpose: str, channel: str, locale: str) -> Slot | None:
    """Read where words are to stand; nothing, if there is no such place.

    Which purposes there are is not known here.
    """
    if channel not in CHANNELS or locale not in LOCALES:
        return None
    return Slot(purpose, Channel(channel), locale)


def fields_of(channel: Channel) -> tuple[str, ...]:
    """Give the names of what the words of a channel consist of, in the order of reading."""
    return tuple(MUST_SAY[channel])


def may_be_missing(name: str) -> bool:
    return name == MAY_BE_MISSING


def places_of(channel: Channel, name: str) -> tuple[str, ...]:
    """Give what may be filled into a field, first what must be there."""
    return (*MUST_SAY[channel][name], *MAY_SAY.get(channel, {}).get(name, ()))


def words_from(channel: Channel, said: Mapping[str, str]) -> Words:
    """Put together what somebody wrote. What was left empty is not said."""
    given = {name: said.get(name) or None for name in fields_of(channel)}
    return Words(
        text=given["text"] or "",
        subject=given.get("subject"),
        greeting=given.get("greeting"),
        life=given.get("life"),
        sharing=given.get("sharing"),
        denial=given.get("denial"),
        unasked=given.get("unasked"),
    )


def chosen(
    known: Mapping[Slot, OwnWords], purpose: str, channel: Channel, locale: str
) -> OwnWords | None:
    """Choose what is sent: words for the purpose, else for any; nothing for the shipped ones.

    Whoever writes to customers does not write what an owner signs in by.
    """
    if purpose in STAFF_PURPOSES:
        return None
    found = known.get(Slot(purpose, channel, locale))
    return found or known.get(Slot(ANY, channel, locale))


def judge(slot: Slot, words: Words) -> NotOurWords | Faulty | None:
    """Look for what keeps words from being sent in a slot."""
    if slot.channel in NOT_OUR_WORDS or slot.purpose in STAFF_PURPOSES:
        return NotOurWords()
    faults = faults_of(words, slot.channel)
    return Faulty(faults) if faults else None


@lru_cache(maxsize=4096)  # they are looked at again whenever they are read
def faults_of(words: Words, channel: Channel) -> tuple[Finding, ...]:
    return tuple(find_faults(words, channel))


def is_usable(own: OwnWords) -> bool:
    """Say whether words may still be sent. What was fine once may be no longer."""
    return own.words is not None and judge(own.slot, own.words) is None


def digest_of(words: Words) -> str:
    """Give a name for words that tells whether two are the same, and nothing else."""
    said = framed("watchword/own-words/1", *(f"{name}={each}" for name, each in _said(words)))
    return hashlib.sha256(said).hexdigest()[:DIGEST_SHOWN]


def length_of(words: Words) -> int:
    return sum(len(each) for _, each in _said(words))


def _said(words: Words) -> list[tuple[str, str]]:
    return [(name, each) for name, each in asdict(words).items() if each is not None]
