"""What becomes of words on a phone: how long they are, what they lose, and what breaks where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from watchword.features.contacts.channels import Channel
from watchword.features.templates.autofill import (
    BYTES_FOR_AN_APP,
    HOSTS_AT_MOST,
    App,
    Compiled,
    Domain,
    Target,
    facts_of,
)
from watchword.features.templates.faults import (
    CODE_AT_MOST,
    LONGEST_HOST,
    LONGEST_LIFE,
    LONGEST_NAME,
    SOME_APP,
    TOKEN_LETTERS,
    find_faults,
)
from watchword.features.templates.findings import Finding, What
from watchword.features.templates.rules import put_together, spell, texted
from watchword.features.templates.words import Part, Words
from watchword.foundation.gsm import SEPTETS_ALONE, segments, septets

BOUND = re.compile(r"@(?P<host>[^\s@#]+) #(?P<code>[^\s@#]+)(?: @(?P<frame>[^\s@#]+))?")
FRAME = ".example"
EARLY = 5  # lines
TOLD = 2  # times: once, and once more for whoever was looking for a pen


class Form(StrEnum):
    """What the last line of a text message says."""

    PLAIN = "plain"
    DOMAIN = "domain"
    FRAME = "frame"
    APP = "app"


PHONES: Mapping[Form, str] = {
    Form.PLAIN: "iPhone: offers the code, but on any page, a false one too. Android: asks first, "
    "or offers nothing. Say the host or the app.",
    Form.DOMAIN: "iPhone, and Chrome on Android: offer the code on pages of the host alone. "
    "Android apps: read nothing by themselves.",
    Form.FRAME: "Chrome on Android: offers the code in the frame. iPhone: may offer nothing, for "
    "Apple writes % before the frame where the draft of the standard writes @.",
    Form.APP: "Android: the app reads the message by itself. iPhone, and all browsers: as plain.",
}
"""What each form is good for, and on which phone it does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What words are tried with. Unless it is said, all of it is the longest that may be."""

    organisation: str = LONGEST_NAME
    host: str = LONGEST_HOST
    app: str = SOME_APP
    code: str = field(default="9" * CODE_AT_MOST, repr=False)
    denial: str = f"https://codes.example.org/n/{'k4wd7mq2zr5x':.{TOKEN_LETTERS}}"
    minutes: int = LONGEST_LIFE

    def facts(self) -> Mapping[str, str]:
        return {"code": self.code, "organisation": self.organisation, "denial": self.denial}

    def targets(self) -> Iterator[Target]:
        """Give one of each form; a frame only beside a host that leaves room for one."""
        yield None
        yield Domain(self.host)
        host = self.host if self.host != LONGEST_HOST else LONGEST_HOST[HOSTS_AT_MOST // 2 :]
        if (room := HOSTS_AT_MOST - len(host)) > len(FRAME):
            yield Domain(host, FRAME.rjust(room, "f"))
        yield App(self.app)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found of the words of one language and channel, in one form."""

    locale: str
    channel: Channel
    form: Form | None = None
    segments: int | None = None
    left: int | None = None
    """Septets that are free in the one message; for an app, bytes."""
    dropped: tuple[Part, ...] = ()
    faults: tuple[Finding, ...] = ()


def inspect(words: Words, locale: str, channel: Channel, sample: Sample) -> Iterator[Inspection]:
    """Look at the words of a channel, a text message in each form."""
    faults = tuple(find_faults(words, channel))
    if faults:
        # Of words that cannot be put together, there is nothing more to say.
        yield Inspection(locale=locale, channel=channel, faults=faults)
    elif channel is Channel.SMS:
        for target in sample.targets():
            yield inspect_sms(words, locale, target, sample)
    else:
        found = tuple(_faults(words, locale, channel, sample))
        yield Inspection(locale=locale, channel=channel, faults=found)


def inspect_sms(words: Words, locale: str, target: Target, sample: Sample) -> Inspection:
    """Measure one text message, and look at it as phones do."""
    facts = {**sample.facts(), **facts_of(target)}
    compiled = texted(words, locale, facts, sample.minutes)
    left = SEPTETS_ALONE - septets(compiled.text)
    if isinstance(target, App):
        left = BYTES_FOR_AN_APP - len(compiled.text.encode())
    return Inspection(
        locale=locale,
        channel=Channel.SMS,
        form=_form_of(target),
        segments=segments(compiled.text),
        left=left,
        dropped=compiled.dropped,
        faults=tuple(faults_of_sms(compiled, target, sample)),
    )


def _form_of(target: Target) -> Form:
    match target:
        case Domain(_, None):
            return Form.DOMAIN
        case Domain():
            return Form.FRAME
        case App():
            return Form.APP
        case None:
            return Form.PLAIN


def faults_of_sms(compiled: Compiled, target: Target, sample: Sample) -> Iterator[Finding]:
    text = compiled.text
    if Part.LIFE in compiled.dropped:
        yield Finding(What.NO_MINUTES)
    if (count := segments(text)) > 1:
        yield Finding(What.SEGMENTS, facts={"count": count})
    if not text.startswith(sample.code):
        yield Finding(What.HIDDEN)
    last = text.rpartition("\n")[2]
    match target:
        case Domain(host, frame):
            found = BOUND.fullmatch(last)
            if not found or found.group("host", "code", "frame") != (host, sample.code, frame):
                yield Finding(What.UNBOUND)
        case App(hash):
            if (count := len(text.encode())) > BYTES_FOR_AN_APP:
                yield Finding(What.BYTES, facts={"count": count, "most": BYTES_FOR_AN_APP})
            if last != hash:
                yield Finding(What.NO_HASH)
        case None:
            pass


def _faults(words: Words, locale: str, channel: Channel, sample: Sample) -> Iterator[Finding]:
    rendered = put_together(words, locale, channel, sample.facts(), sample.minutes)
    text = rendered.text.reveal()
    match channel:
        case Channel.VOICE:
            if text.count(spell(sample.code)) != TOLD:
                yield Finding(What.NOT_TWICE)
        case Channel.WHATSAPP:
            if not text.startswith(sample.code):
                yield Finding(What.HIDDEN)
        case Channel.EMAIL:
            if not any(sample.code in line for line in text.splitlines()[:EARLY]):
                yield Finding(What.LATE, facts={"count": EARLY})
        case Channel.SMS | Channel.LETTER:
            # A text message is looked at in each of its forms, and paper by an eye alone.
            pass
        case _:
            assert_never(channel)
