"""What is wrong with words that somebody wants us to send, looked at before they are kept.

Afterwards it would be too late: a message is put together when a customer already waits for it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Final, assert_never

from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import NAME_AT_MOST
from watchword.features.templates.autofill import (
    HOSTS_AT_MOST,
    App,
    Domain,
    Target,
    facts_of,
    fits,
)
from watchword.features.templates.rules import PLACE, texted
from watchword.features.templates.words import Words
from watchword.foundation.gsm import first_beyond

CODE_AT_MOST = 10
WORDS_AT_MOST = 2000  # characters of one field
LONGEST_CODE: Final = "9" * CODE_AT_MOST
LONGEST_NAME: Final = "Ä" * NAME_AT_MOST
"""Of one septet each, and of two bytes, which are counted for an Android app."""
LONGEST_HOST: Final = f"{'m' * (HOSTS_AT_MOST - len('.example'))}.example"
LONGEST_LIFE: Final = 10  # minutes
SOME_APP: Final = "FA+9qCX9VSu"
TOKEN_LETTERS: Final = 12
"""So long is the word in an address where people say that a code was not theirs."""

TARGETS: Mapping[str, Target] = {
    f"a host of {HOSTS_AT_MOST} characters": Domain(LONGEST_HOST),
    "the hash of an app": App(SOME_APP),
}

MUST_SAY: Mapping[Channel, Mapping[str, Collection[str]]] = {
    Channel.SMS: {
        "text": ("code", "organisation"),
        "life": ("life",),
        "sharing": (),
        "denial": ("denial",),
    },
    Channel.WHATSAPP: {"text": ("code", "organisation"), "life": ("life",), "sharing": ()},
    Channel.VOICE: {"greeting": ("organisation",), "text": ("spelt",)},
    Channel.EMAIL: {
        "subject": ("code",),
        "text": ("code", "organisation", "life", "unasked"),
        "unasked": (),
        "denial": ("denial",),
    },
    Channel.LETTER: {
        "subject": ("organisation",),
        "text": ("grouped", "organisation", "life", "unasked"),
        "unasked": (),
        "denial": ("denial",),
    },
}
"""What the words of a channel consist of, and what each of it has to say."""

MAY_SAY: Mapping[Channel, Mapping[str, Collection[str]]] = {
    Channel.VOICE: {"text": ("organisation",)},
    Channel.EMAIL: {"subject": ("organisation",)},
}
MAY_BE_MISSING = "sharing"
KEYS = ("1", "9")
LINK = re.compile(
    r"https?:|\w://|www\.|[^\s.]\.(?:[^\W0-9_]{2,}|xn--[\w-]+)(?::[0-9]+)?/", re.IGNORECASE
)
"""What a phone or a mailbox would turn into the address of a page."""


def find_faults(words: Words, channel: Channel) -> list[str]:
    """Say what keeps words from being sent by a channel, each fault with what to do."""
    faults: list[str] = []
    for field, said in asdict(words).items():
        must = MUST_SAY[channel].get(field)
        if said is None and must is not None and field != MAY_BE_MISSING:
            faults.append(f"The {field} is missing.")
        elif said is not None and must is None:
            faults.append(f"By {channel} there is no {field}. Leave it out.")
        elif said is not None and must is not None:
            may = {*must, *MAY_SAY.get(channel, {}).get(field, ())}
            faults += _faults_of_places(field, said, must, may)
            faults += _faults_of_characters(field, said, may_have_lines=_has_lines(channel, field))
            # Whoever writes words could lead everybody who waits for a code to a page of theirs.
            if LINK.search(unicodedata.normalize("NFKC", said)):
                faults.append(f"The {field} has the address of a page. Leave it out.")
    return faults or [*_faults_of_channel(words, channel)]


def _has_lines(channel: Channel, field: str) -> bool:
    return channel in {Channel.EMAIL, Channel.LETTER} and field != "subject"


def _faults_of_places(
    field: str, said: str, must: Collection[str], may: Collection[str]
) -> Iterator[str]:
    found = PLACE.findall(said)
    for name in must:
        if name not in found:
            yield f"The {field} does not say {{{name}}}."
    for name in sorted({*found} - {*may}):
        known = ", ".join(f"{{{each}}}" for each in sorted(may)) or "none"
        yield f"The {field} has {{{name}}}, which nothing stands for. It may have: {known}."
    if re.search(r"[{}]", PLACE.sub("", said)):
        yield f"The {field} has a brace that belongs to no placeholder such as {{code}}."


def _faults_of_characters(field: str, said: str, *, may_have_lines: bool) -> Iterator[str]:
    if not said.strip():
        yield f"The {field} says nothing."
    if len(said) > WORDS_AT_MOST:
        yield f"The {field} has {len(said)} characters. {WORDS_AT_MOST} are the most."
    for char in said:
        # Among them are those that turn the direction of writing, and show 123 as 321.
        if not char.isprintable() and not char.isspace():
            yield f"The {field} has U+{ord(char):04X}, which nobody sees. Leave it out."
            return
        if char.isspace() and char not in (" \n" if may_have_lines else " "):
            what = "a line break" if char in "\r\n" else f"U+{ord(char):04X}"
            yield f"The {field} has {what}. Write a space instead."
            return


def _faults_of_channel(words: Words, channel: Channel) -> Iterator[str]:
    match channel:
        case Channel.SMS:
            yield from _faults_of_sms(words)
        case Channel.WHATSAPP:
            pass
        case Channel.VOICE:
            missing = [key for key in KEYS if key not in (words.greeting or "")]
            yield from (f"The greeting does not say what the key {key} is for." for key in missing)
        case Channel.LETTER:
            if not _is_alone("{grouped}", words.text):
                yield "The code does not stand alone on a line, where an eye looks for it."
        case Channel.EMAIL:
            if not _is_alone("{code}", words.text):
                yield "The code does not stand alone on a line, where a phone looks for it."
        case _:
            assert_never(channel)


def _is_alone(place: str, text: str) -> bool:
    return any(line.strip() == place for line in text.splitlines())


def _faults_of_sms(words: Words) -> Iterator[str]:
    for said in (words.text, words.life, words.sharing, words.denial):
        strange = next((char for char in said or "" if not _can_be_texted(char)), None)
        if strange is not None:
            yield (
                f"A text message cannot write {strange} (U+{ord(strange):04X}). "
                "Say it in Latin letters."
            )
            return
    longest = {"code": LONGEST_CODE, "organisation": LONGEST_NAME}
    # What follows is left out where it has no room. These two may not be.
    whole = Words(" ".join(filter(None, (words.text, words.life))))
    for name, target in TARGETS.items():
        text = texted(whole, "en", {**longest, **facts_of(target)}, LONGEST_LIFE).text
        if not fits(text, target):
            yield (
                f"With the longest name and code and {name}, this is more than one message. "
                "Shorten it."
            )


def _can_be_texted(char: str) -> bool:
    """Whether it stays, or becomes a letter that its readers expect: Panstwa for Państwa."""
    if first_beyond(char) is None or unicodedata.category(char)[0] in "PZ":
        return True
    return unicodedata.name(char, "").startswith("LATIN ")
