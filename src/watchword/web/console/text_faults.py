"""What is wrong with words, taken apart so that a page can say it in the language of its reader.

The rules say it in one English sentence each, for commands and programs. A page needs to know
which it is, and which field it is about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FAULTS: Final[Mapping[str, str]] = {
    "missing": r"The (?P<field>\w+) is missing\.",
    "needless": r"By \w+ there is no (?P<field>\w+)\. Leave it out\.",
    "unsaid": r"The (?P<field>\w+) does not say (?P<place>\{\w+\})\.",
    "unknown": (
        r"The (?P<field>\w+) has (?P<place>\{\w+\}), which nothing stands for\. "
        r"It may have: (?P<known>.*)\."
    ),
    "brace": r"The (?P<field>\w+) has a brace that belongs to no placeholder such as \{code\}\.",
    "silent": r"The (?P<field>\w+) says nothing\.",
    "long": r"The (?P<field>\w+) has (?P<count>\w+) characters\. (?P<most>\w+) are the most\.",
    "unseen": r"The (?P<field>\w+) has (?P<char>U\+\w+), which nobody sees\. Leave it out\.",
    "lines": r"The (?P<field>\w+) has a line break\. Write a space instead\.",
    "space": r"The (?P<field>\w+) has (?P<char>U\+\w+)\. Write a space instead\.",
    "link": r"The (?P<field>\w+) has the address of a page\. Leave it out\.",
    "key": r"The (?P<field>greeting) does not say what the key (?P<key>\w) is for\.",
    "on_paper": r"The code does not stand alone on a line, where an eye looks for it\.",
    "in_mail": r"The code does not stand alone on a line, where a phone looks for it\.",
    "strange": (r"A text message cannot write (?P<char>.) \(U\+\w+\)\. Say it in Latin letters\."),
    "two_host": (
        r"With the longest name and code and a host of (?P<count>\w+) characters, this is more "
        r"than one message\. Shorten it\."
    ),
    "two_app": (
        r"With the longest name and code and the hash of an app, this is more than one message\. "
        r"Shorten it\."
    ),
}
"""What keeps words from being sent."""

REMARKS: Final[Mapping[str, str]] = {
    "hidden": r"Every phone: a locked screen may hide the code, which is not at the beginning\.",
    "no_minutes": r"Every phone: there is no room for the minutes\.",
    "segments": r"Every phone: (?P<count>\w+) messages, each of them paid\.",
    "unbound": r"iPhone, Chrome: no suggestion, for the last line is not @host #code\.",
    "bytes": (
        r"Android SMS Retriever: (?P<count>\w+) of (?P<most>\w+) bytes\. The app reads nothing\."
    ),
    "no_hash": (r"Android SMS Retriever: the hash is not the last line\. The app reads nothing\."),
    "not_twice": r"Every phone: the code is not said twice\.",
    "late": (
        r"iPhone, Mac: no suggestion, for the code is not in the first (?P<count>\w+) lines\."
    ),
}
"""What phones make of words, and the reader ought to know."""

READ = [(name, re.compile(said, re.DOTALL)) for name, said in {**FAULTS, **REMARKS}.items()]


@dataclass(frozen=True, slots=True)
class Said:
    """A fault by its name; `about` is the field that it is in, if it is in one."""

    name: str
    about: str | None
    facts: Mapping[str, str]


def taken_apart(fault: str) -> Said:
    """Read a sentence of the rules. One that is new here is shown as it is."""
    for name, said in READ:
        if found := said.fullmatch(fault):
            facts = found.groupdict()
            return Said(name, facts.pop("field", None), facts)
    return Said("other", None, {"said": fault})
