"""What a campaign says: words with a few places in them, which are filled in and never run.

A place is a name in braces that we know. All else that is written stays as it was written, whatever
some other program would make of it. What is put into a place is not looked at again.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from watchword.features.campaigns.rules import SUBJECT_AT_MOST, TEXT_AT_MOST, Draft, Text
from watchword.features.contacts.channels import Channel
from watchword.foundation.gsm import first_beyond, segments

NAME, SENDER, ORGANISATION, LINK = "name", "sender", "organisation", "link"
KNOWN: Final = (NAME, SENDER, ORGANISATION, LINK)
"""What may be filled in: the given name, who writes, the organisation, and the recipient's link."""
PLACE: Final = re.compile(r"\{(" + "|".join(KNOWN) + r")\}")
LOOKS_LIKE_A_PLACE: Final = re.compile(r"(?<!\{)\{([a-z_]{1,24})\}(?!\})")
STOP_WORD: Final = "STOP"
OPT_OUT: Final[Mapping[str, str]] = {
    "de": "Abmelden: STOP",
    "en": "To opt out: STOP",
    "fr": "Se désinscrire : STOP",
    "es": "Baja: STOP",
    "it": "Per disiscriversi: STOP",
    "nl": "Afmelden: STOP",
    "pl": "Rezygnacja: STOP",
    "tr": "Ret: STOP",
}
"""What is added where a text does not say how to hear no more. The word is known everywhere."""
OPT_OUT_BY_PAGE: Final[Mapping[str, str]] = {
    "de": "Abmelden: {link}",
    "en": "To opt out: {link}",
    "fr": "Se désinscrire : {link}",
    "es": "Baja: {link}",
    "it": "Per disiscriversi: {link}",
    "nl": "Afmelden: {link}",
    "pl": "Rezygnacja: {link}",
    "tr": "Ret: {link}",
}
"""The same by e-mail, where nobody answers with a word."""
_BEFORE: Final = "|".join(line.partition(":")[0].strip() for line in OPT_OUT.values())
SAYS_STOP: Final = re.compile(
    rf"\b(?:{_BEFORE})\s?:\s?STOP\b"
    r"|\bSTOP (?:ends it|to opt out|to unsubscribe|zum Abmelden|beendet)\b"
    r"|\b(?:[Rr]eply|[Tt]ext|[Ss]end|[Aa]ntworten Sie|[Aa]ntwort)(?: with| mit|:)? STOP\b"
)
"""What says how to hear no more. The word alone may be said of anything: "DO NOT STOP NOW"."""
LONG_NAME: Final = "Maximiliane"
"""Who estimates what a text costs writes to somebody whose name is not short."""


class Wrong(StrEnum):
    """What can be wrong with a text."""

    EMPTY = "empty"
    LONG = "long"
    UNKNOWN_PLACE = "unknown_place"
    UNSEEN = "unseen"
    """It has a character that nobody sees, or that turns the direction of writing."""
    LINES = "lines"
    """A subject is one line."""
    NO_LINK = "no_link"
    """There is a page, and the text does not lead there."""
    NO_PAGE = "no_page"
    """It has a link, and there is no page."""
    SUBJECT = "subject"
    """An e-mail has a subject, and nothing else has one."""


@dataclass(frozen=True, slots=True)
class BadText:
    """`about` is the place, or the character, that is meant."""

    locale: str
    wrong: Wrong
    about: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is on a phone, at its longest for somebody with a name that is not short.

    `beyond`: the first character because of which it is sent in 16 bits for each.
    """

    characters: int
    segments: int
    beyond: str | None


def find_faults(draft: Draft) -> Iterator[BadText]:
    """Find what keeps the texts of a campaign from being sent."""
    for locale, said in draft.texts.items():
        yield from _faults_of(locale, said.text, TEXT_AT_MOST)
        is_mail = draft.channel is Channel.EMAIL
        if is_mail is not bool(said.subject):
            yield BadText(locale, Wrong.SUBJECT)
        elif said.subject:
            yield from _faults_of(locale, said.subject, SUBJECT_AT_MOST)
            if "\n" in said.subject:
                yield BadText(locale, Wrong.LINES)
        leads = f"{{{LINK}}}" in said.text
        if draft.page_id and not leads:
            yield BadText(locale, Wrong.NO_LINK)
        if leads and not draft.page_id:
            yield BadText(locale, Wrong.NO_PAGE)


def _faults_of(locale: str, said: str, most: int) -> Iterator[BadText]:
    if not said.strip():
        yield BadText(locale, Wrong.EMPTY)
    if len(said) > most:
        yield BadText(locale, Wrong.LONG, str(most))
    for name in sorted({*LOOKS_LIKE_A_PLACE.findall(said)} - {*KNOWN}):
        yield BadText(locale, Wrong.UNKNOWN_PLACE, f"{{{name}}}")
    unseen = next((char for char in said if _is_unseen(char)), None)
    if unseen is not None:
        yield BadText(locale, Wrong.UNSEEN, f"U+{ord(unseen):04X}")


def _is_unseen(char: str) -> bool:
    # Joiners are a part of pictures and of some scripts.
    if char in "\n\u200c\u200d\ufe0f":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def text_for(texts: Mapping[str, Text], locale: str, fallback: str) -> tuple[str, Text]:
    """Choose what somebody reads: their language, its family, else the fallback."""
    for each in (locale, locale.partition("-")[0], fallback):
        if each in texts:
            return each, texts[each]
    return next(iter(texts.items()))


def whole(said: Text, locale: str, channel: Channel, *, has_page: bool) -> Text:
    """Give a text with how to hear no more, if it does not say it by itself."""
    if channel is Channel.EMAIL:
        if not has_page:
            return said  # Its header has the way out, and mailboxes show it.
        line = OPT_OUT_BY_PAGE.get(locale, OPT_OUT_BY_PAGE["en"])
        return (
            said if line in said.text else Text(text=f"{said.text}\n\n{line}", subject=said.subject)
        )
    if SAYS_STOP.search(said.text):
        return said
    line = OPT_OUT.get(locale, OPT_OUT["en"])
    return Text(text=f"{said.text}\n{line}", subject=said.subject)


def fill(said: str, facts: Mapping[str, str]) -> str:
    """Put facts into their places. What there is no fact for stays as it is."""
    return PLACE.sub(lambda place: facts.get(place[1], place[0]), said)


def has_place(said: Text, name: str) -> bool:
    place = f"{{{name}}}"
    return place in said.text or place in (said.subject or "")


def measure(said: str) -> Measure:
    return Measure(len(said), segments(said), first_beyond(said))


def written(draft: Draft) -> str:
    """Write what is said in each language as it rests: the text, the subject, and why it comes."""
    said = dict[str, tuple[str | None, str | None, str | None]]()
    for locale in [*draft.texts, *(each for each in draft.purposes if each not in draft.texts)]:
        text = draft.texts.get(locale)
        text_itself, subject = (None, None) if text is None else (text.text, text.subject)
        said[locale] = (text_itself, subject, draft.purposes.get(locale))
    return msgspec.json.encode(said).decode()


def reread(content: str) -> tuple[Mapping[str, Text], Mapping[str, str]]:
    """Read it back: texts by language, and purposes. What is older has no purposes."""
    said = msgspec.json.decode(content, type=dict[str, list[str | None]])
    texts, purposes = dict[str, Text](), dict[str, str]()
    for locale, (text, subject, *more) in said.items():
        if text is not None:
            texts[locale] = Text(text=text, subject=subject)
        if more and more[0] is not None:
            purposes[locale] = more[0]
    return texts, purposes
