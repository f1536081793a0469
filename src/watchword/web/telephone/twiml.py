"""TwiML: a turn of a call as Twilio, and who speaks like it, carries it out.

Made by a library, so that no text becomes a command. What is said stands inside of `Gather`, so
that whoever knows it types into it. A recording cannot be paused from TwiML: record no such calls.
"""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from watchword.features.activation.dialogue.steps import Ask, HangUp, Say, Step, Transfer
from watchword.features.activation.prompts.rules import LOCALES, read_out

MEDIA_TYPE: Final = "text/xml"
HOLD_SECONDS: Final = 1


def turn(steps: Sequence[Step], language: str, action: str) -> bytes:
    """Write a turn. `action`: where the next one is sent, with its token in it."""
    response, said = Element("Response"), list[Say]()
    for step in steps:
        match step:
            case Say():
                said.append(step)
            case Ask():
                _gather(response, step, said, language, action)
            case Transfer(target):
                _say(response, said, language)
                SubElement(response, "Dial").text = target
            case HangUp():
                _say(response, said, language)
                SubElement(response, "Hangup")
            case _:
                pass
    return _written(response)


def hold(language: str, action: str) -> bytes:
    """Let somebody wait a moment, and ask again."""
    response = Element("Response")
    _say(response, [Say("hold")], language)
    SubElement(response, "Pause", length=str(HOLD_SECONDS))
    SubElement(response, "Redirect", method="POST").text = action
    return _written(response)


def goodbye(language: str) -> bytes:
    """End a call of which there is no more. Whoever is still there hears where help is."""
    response = Element("Response")
    _say(response, [Say("call_us")], language)
    SubElement(response, "Hangup")
    return _written(response)


def _gather(response: Element, ask: Ask, said: Sequence[Say], language: str, action: str) -> None:
    gather = SubElement(
        response,
        "Gather",
        input="dtmf",
        numDigits=str(ask.most),
        finishOnKey=ask.terminator,
        timeout=str(round(ask.first_timeout)),
        action=action,
        method="POST",
        # Without it, whoever presses nothing would fall through to the end of the document.
        actionOnEmptyResult="true",
    )
    _say(gather, said, language)


def _say(parent: Element, said: Sequence[Say], language: str) -> None:
    for say in said:
        SubElement(parent, "Say", language=LOCALES[language]).text = read_out(say, language)


def _written(response: Element) -> bytes:
    document: bytes = tostring(response, encoding="utf-8", xml_declaration=True)
    return document
