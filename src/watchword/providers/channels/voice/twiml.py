"""TwiML: what a call by Twilio says, and which key it waits for.

Made by a library, so that no name of an organisation and no word of a template becomes a command.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

MEDIA_TYPE: Final = "text/xml"
BETWEEN_DIGITS: Final = re.compile(r"(?<=[0-9]), (?=[0-9])")
PAUSE: Final = "400ms"
NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
KEY_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks. Without a `name` it is whom Twilio has for the language."""

    language: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    text: str
    voice: Voice


def ask_for_key(greeting: Spoken, action: str, times: int) -> bytes:
    """Say something so many times, and wait for a key after each. Whoever presses none is left."""
    answer = Element("Response")
    for _ in range(times):
        gather = SubElement(
            answer,
            "Gather",
            input="dtmf",
            numDigits="1",
            action=action,
            method="POST",
            timeout=str(KEY_SECONDS),
        )
        _say(gather, greeting)
    return _document(answer)


def say_and_hang_up(parts: Sequence[Spoken], *, slowly: bool = False) -> bytes:
    answer = Element("Response")
    for part in parts:
        _say(answer, part, slowly=slowly)
    return _document(answer)


def _document(answer: Element) -> bytes:
    SubElement(answer, "Hangup")
    document: bytes = tostring(answer, encoding="utf-8", xml_declaration=True)
    return document


def _say(parent: Element, spoken: Spoken, *, slowly: bool = False) -> None:
    say = SubElement(parent, "Say", language=spoken.voice.language)
    if spoken.voice.name is not None:
        say.set("voice", spoken.voice.name)
    text = NOT_IN_XML.sub(" ", spoken.text)
    if not slowly:
        say.text = text
        return
    first, *others = BETWEEN_DIGITS.split(text)
    slow = SubElement(say, "prosody", rate="slow")
    slow.text = first
    for other in others:
        SubElement(slow, "break", time=PAUSE).tail = other
