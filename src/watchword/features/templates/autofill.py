"""How a text message is made so that a phone offers to fill in its code.

A phone looks at the last line. There stands either the domain that the code is for, so that it is
offered on no other page (origin-bound one-time codes, WICG), or the hash of an Android app, which
then reads the message by itself (SMS Retriever). There is room for one of the two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from string import digits
from typing import TypeAlias

import idna

from watchword.features.templates.words import Part
from watchword.foundation.gsm import segments

HOSTS_AT_MOST = 60
"""Characters of a host, or of host and frame together. The last line is never left out, and a
longer one would push the longest name and code into a second message."""

BYTES_FOR_AN_APP = 140
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
HASH = re.compile(r"[A-Za-z0-9+/]{11}")
READING_ORDER = (Part.LIFE, Part.SHARING, Part.DENIAL)
IMPORTANCE = tuple(Part)


@dataclass(frozen=True, slots=True)
class Domain:
    """Where the code is to be typed: a host, or a `frame` of another host in a page of it."""

    host: str
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class App:
    """An Android app, by the hash of its name and its signature."""

    hash: str


Target: TypeAlias = Domain | App | None
"""What fills the code in. None is a person, with what help the phone gives by itself."""


@dataclass(frozen=True, slots=True)
class Unbindable:
    """What is wrong with a target, and what would be right."""

    because: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A text message, and what it had no room for."""

    text: str = field(repr=False)
    dropped: tuple[Part, ...] = ()


@lru_cache(maxsize=1024)  # it is read when a code is asked for, and with every message again
def read_target(
    *, host: str | None = None, frame: str | None = None, app: str | None = None
) -> Target | Unbindable:
    """Read what a request says of where the code is to be filled in."""
    if app is not None:
        return _read_app(app, has_host=host is not None or frame is not None)
    if host is not None:
        return _read_domain(host, frame)
    return None if frame is None else Unbindable("A frame needs the host of the page it is in.")


def _read_app(app: str, *, has_host: bool) -> App | Unbindable:
    if has_host:
        return Unbindable("A message has room for a host or for an app, not for both.")
    if not HASH.fullmatch(app):
        return Unbindable("The hash of an app is 11 of A-Z, a-z, 0-9, + and /: FA+9qCX9VSu.")
    return App(app)


def _read_domain(host: str, frame: str | None) -> Domain | Unbindable:
    if len(host) + len(frame or "") > HOSTS_AT_MOST:
        return Unbindable(f"Host and frame have {HOSTS_AT_MOST} characters at most, together.")
    for each in (host, frame):
        if each is not None and (fault := _fault_of_host(each)):
            return Unbindable(fault)
    return Domain(host.lower(), frame and frame.lower())


def facts_of(target: Target) -> Mapping[str, str]:
    """Write a target as facts, as they wait beside the code until the message is sent."""
    match target:
        case Domain(host, str(frame)):
            return {"host": host, "frame": frame}
        case Domain(host):
            return {"host": host}
        case App(hash):
            return {"app": hash}
        case None:
            return {}


def _fault_of_host(host: str) -> str | None:
    """Look for what is no name of a host, as browsers compare it: in ASCII, and nothing else."""
    if not host.isascii():
        return f"The host is written in ASCII{_in_ascii(host)}."
    labels = host.lower().split(".")
    # Browsers read a name that ends with a number as an address: 127.0.0.1, or 127.0x1.
    is_name = all(map(LABEL.fullmatch, labels)) and labels[-1][0] not in digits
    if not is_name or len(labels) == 1:
        return "The host is a name such as example.org, without https://, port or path."
    try:
        for label in labels:
            if label.startswith("xn--"):
                idna.ulabel(label)
    except idna.IDNAError:
        return "The host has a part that begins with xn-- and is not Punycode."
    return None


def _in_ascii(host: str) -> str:
    try:
        return f": {idna.encode(host, uts46=True).decode()}"
    except idna.IDNAError:
        return ""


def compile_message(text: str, parts: Mapping[Part, str], target: Target, code: str) -> Compiled:
    """Put one message together: `text`, what there is room for of `parts`, and the last line.

    Of the parts, the most important is tried first, and each stays that has room beside those that
    stay already. What is never left out may be too long; whoever cares asks `fits`.
    """
    last = last_line(target, code)
    kept: set[Part] = set()
    for part in IMPORTANCE:
        if part in parts and fits(_joined(text, parts, {*kept, part}, last), target):
            kept.add(part)
    dropped = tuple(part for part in IMPORTANCE if part in parts and part not in kept)
    return Compiled(_joined(text, parts, kept, last), dropped)


def last_line(target: Target, code: str) -> str:
    match target:
        case Domain(host, None):
            return f"\n@{host} #{code}"
        case Domain(host, frame):
            return f"\n@{host} #{code} @{frame}"
        case App(hash):
            return f"\n{hash}"
        case None:
            return ""


def fits(text: str, target: Target) -> bool:
    """Say whether it is one message. An Android app reads none of more than 140 bytes."""
    if isinstance(target, App) and len(text.encode()) > BYTES_FOR_AN_APP:
        return False
    return segments(text) == 1


def _joined(text: str, parts: Mapping[Part, str], kept: set[Part], last: str) -> str:
    sentences = [text, *(parts[part] for part in READING_ORDER if part in kept)]
    return " ".join(sentences) + last
