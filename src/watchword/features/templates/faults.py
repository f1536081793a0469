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
from watchword.features.templates.findings import Finding, What
from watchword.features.templates.rules import PLACE, texted
from watchword.features.templates.words import Words
from watchword.foundation.gsm import first_beyond, transliterate

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

TARGETS: Mapping[What, Target] = {
    What.TWO_WITH_HOST: Domain(LONGEST_HOST),
    What.TWO_WITH_APP: App(SOME_APP),
}
"""What a text message ends with at its longest, and what is wrong if there is no room for it."""

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
    r"https?:|\w://|www\.|(?:[0-9]{1,3}\.){3}[0-9]{1,3}[/:?]"
    r"|[^\s.]\.(?:[^\W0-9_]{2,}|xn--[\w-]+)(?:/|:[0-9]|[?#]\w)",
    re.IGNORECASE,
)
"""What a phone or a mailbox would turn into the address of a page."""


def find_faults(words: Words, channel: Channel) -> list[Finding]:
    """Find what keeps words from being sent by a channel."""
    faults: list[Finding] = []
    for field, said in asdict(words).items():
        must = MUST_SAY[channel].get(field)
        if said is None and must is not None and field != MAY_BE_MISSING:
            faults.append(Finding(What.MISSING, field))
        elif said is not None and must is None:
            faults.append(Finding(What.NEEDLESS, field, {"channel": channel}))
        elif said is not None and must is not None:
            may = {*must, *MAY_SAY.get(channel, {}).get(field, ())}
            faults += _faults_of_places(field, said, must, may)
            faults += _faults_of_characters(field, said, may_have_lines=_has_lines(channel, field))
            # Whoever writes words could lead everybody who waits for a code to a page of theirs.
            if leads_away(said):
                faults.append(Finding(What.LINK, field))
    return faults or [*_faults_of_channel(words, channel)]


def find_faults_brought(said: str) -> list[Finding]:
    """Find the same of a text message whose words come with the request for its code.

    They may end with the line that phones read, and nothing is promised of their length: whoever
    brings words along pays for as many messages as they make.
    """
    faults = [*_faults_of_places("text", said, ("code",), ("code",))]
    faults += _faults_of_characters("text", said, may_have_lines=True)
    if leads_away(said):
        faults.append(Finding(What.LINK, "text"))
    return faults or [*_strange("text", said)]


def leads_away(said: str) -> bool:
    """Look for the address of a page, as it is typed and as it would be texted."""
    forms = unicodedata.normalize("NFKC", said), transliterate(said)
    return any(LINK.search(form) for form in forms)


def _has_lines(channel: Channel, field: str) -> bool:
    return channel in {Channel.EMAIL, Channel.LETTER} and field != "subject"


def _faults_of_places(
    field: str, said: str, must: Collection[str], may: Collection[str]
) -> Iterator[Finding]:
    found = PLACE.findall(said)
    for name in must:
        if name not in found:
            yield Finding(What.UNSAID, field, {"place": f"{{{name}}}"})
    for name in sorted({*found} - {*may}):
        known = ", ".join(f"{{{each}}}" for each in sorted(may)) or "none"
        yield Finding(What.UNKNOWN, field, {"place": f"{{{name}}}", "known": known})
    if re.search(r"[{}]", PLACE.sub("", said)):
        yield Finding(What.BRACE, field)


def _faults_of_characters(field: str, said: str, *, may_have_lines: bool) -> Iterator[Finding]:
    if not said.strip():
        yield Finding(What.SILENT, field)
    if len(said) > WORDS_AT_MOST:
        yield Finding(What.LONG, field, {"count": len(said), "most": WORDS_AT_MOST})
    for char in said:
        # Among them are those that turn the direction of writing, and show 123 as 321.
        if not char.isprintable() and not char.isspace():
            yield Finding(What.UNSEEN, field, {"char": _number(char)})
            return
        if char.isspace() and char not in (" \n" if may_have_lines else " "):
            what = What.LINES if char in "\r\n" else What.SPACE
            yield Finding(what, field, {"char": _number(char)})
            return


def _number(char: str) -> str:
    return f"U+{ord(char):04X}"


def _faults_of_channel(words: Words, channel: Channel) -> Iterator[Finding]:
    match channel:
        case Channel.SMS:
            yield from _faults_of_sms(words)
        case Channel.WHATSAPP:
            pass
        case Channel.VOICE:
            missing = [key for key in KEYS if key not in (words.greeting or "")]
            yield from (Finding(What.KEY, "greeting", {"key": key}) for key in missing)
        case Channel.LETTER:
            if not _is_alone("{grouped}", words.text):
                yield Finding(What.ON_PAPER, "text")
        case Channel.EMAIL:
            if not _is_alone("{code}", words.text):
                yield Finding(What.IN_MAIL, "text")
        case _:
            assert_never(channel)


def _is_alone(place: str, text: str) -> bool:
    return any(line.strip() == place for line in text.splitlines())


def _faults_of_sms(words: Words) -> Iterator[Finding]:
    for field in MUST_SAY[Channel.SMS]:
        strange = [*_strange(field, getattr(words, field) or "")]
        yield from strange
        if strange:
            return
    longest = {"code": LONGEST_CODE, "organisation": LONGEST_NAME}
    # What follows is left out where it has no room. These two may not be.
    whole = Words(" ".join(filter(None, (words.text, words.life))))
    for what, target in TARGETS.items():
        text = texted(whole, "en", {**longest, **facts_of(target)}, LONGEST_LIFE).text
        if not fits(text, target):
            yield Finding(what, "text", {"count": HOSTS_AT_MOST})


def _strange(field: str, said: str) -> Iterator[Finding]:
    strange = next((char for char in said if not _can_be_texted(char)), None)
    if strange is not None:
        yield Finding(What.STRANGE, field, {"char": strange, "number": _number(strange)})


def _can_be_texted(char: str) -> bool:
    """Whether it stays, or becomes a letter that its readers expect: Panstwa for Państwa."""
    if first_beyond(char) is None or unicodedata.category(char)[0] in "PZ":
        return True
    return unicodedata.name(char, "").startswith("LATIN ")
