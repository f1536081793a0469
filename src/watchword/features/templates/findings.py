"""What can be found wrong with words, as values: which it is, and what it is about.

Whoever shows one chooses the words: a command says it in English, a page in the language of its
reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class What(StrEnum):
    """What is wrong. Those from `HIDDEN` on keep nothing from being sent."""

    MISSING = "missing"
    NEEDLESS = "needless"
    UNSAID = "unsaid"
    UNKNOWN = "unknown"
    BRACE = "brace"
    SILENT = "silent"
    LONG = "long"
    UNSEEN = "unseen"
    LINES = "lines"
    SPACE = "space"
    LINK = "link"
    KEY = "key"
    ON_PAPER = "on_paper"
    IN_MAIL = "in_mail"
    STRANGE = "strange"
    TWO_WITH_HOST = "two_with_host"
    TWO_WITH_APP = "two_with_app"

    HIDDEN = "hidden"
    NO_MINUTES = "no_minutes"
    SEGMENTS = "segments"
    UNBOUND = "unbound"
    BYTES = "bytes"
    NO_HASH = "no_hash"
    NOT_TWICE = "not_twice"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: the field that it is in, if it is in one. `facts` are its numbers and places."""

    what: What
    about: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)


SENTENCES: Final[Mapping[What, str]] = {
    What.MISSING: "The {field} is missing.",
    What.NEEDLESS: "By {channel} there is no {field}. Leave it out.",
    What.UNSAID: "The {field} does not say {place}.",
    What.UNKNOWN: "The {field} has {place}, which nothing stands for. It may have: {known}.",
    What.BRACE: "The {field} has a brace that belongs to no placeholder such as {{code}}.",
    What.SILENT: "The {field} says nothing.",
    What.LONG: "The {field} has {count} characters. {most} are the most.",
    What.UNSEEN: "The {field} has {char}, which nobody sees. Leave it out.",
    What.LINES: "The {field} has a line break. Write a space instead.",
    What.SPACE: "The {field} has {char}. Write a space instead.",
    What.LINK: "The {field} has the address of a page. Leave it out.",
    What.KEY: "The {field} does not say what the key {key} is for.",
    What.ON_PAPER: "The code does not stand alone on a line, where an eye looks for it.",
    What.IN_MAIL: "The code does not stand alone on a line, where a phone looks for it.",
    What.STRANGE: "A text message cannot write {char} ({number}). Say it in Latin letters.",
    What.TWO_WITH_HOST: (
        "With the longest name and code and a host of {count} characters, this is more than one "
        "message. Shorten it."
    ),
    What.TWO_WITH_APP: (
        "With the longest name and code and the hash of an app, this is more than one message. "
        "Shorten it."
    ),
    What.HIDDEN: "Every phone: a locked screen may hide the code, which is not at the beginning.",
    What.NO_MINUTES: "Every phone: there is no room for the minutes.",
    What.SEGMENTS: "Every phone: {count} messages, each of them paid.",
    What.UNBOUND: "iPhone, Chrome: no suggestion, for the last line is not @host #code.",
    What.BYTES: "Android SMS Retriever: {count} of {most} bytes. The app reads nothing.",
    What.NO_HASH: "Android SMS Retriever: the hash is not the last line. The app reads nothing.",
    What.NOT_TWICE: "Every phone: the code is not said twice.",
    What.LATE: "iPhone, Mac: no suggestion, for the code is not in the first {count} lines.",
}


def say(found: Finding) -> str:
    """Say what is wrong as commands do, in English."""
    return SENTENCES[found.what].format(field=found.about, **found.facts)
