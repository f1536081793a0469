"""VoiceXML 2.1: a turn of a call as platforms of call centres carry it out.

https://www.w3.org/TR/voicexml21/ and the DTD there. Digits are sent by POST alone, so that none
stands in an address; and makers of platforms are told, each in their way, to write none down.
"""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from watchword.features.activation.dialogue.steps import Ask, HangUp, Say, Step, Transfer
from watchword.features.activation.prompts.rules import LOCALES, spelt, text_of

MEDIA_TYPE: Final = "application/voicexml+xml"
DOCTYPE: Final = (
    b"<?xml version='1.0' encoding='utf-8'?>\n"
    b'<!DOCTYPE vxml PUBLIC "-//W3C//DTD VOICEXML 2.1//EN"\n'
    b'  "http://www.w3.org/TR/voicexml21/vxml.dtd">\n'
)
NAMESPACE: Final = "http://www.w3.org/2001/vxml"
SECRET: Final = (
    ("swirec.secure_context", "suppress"),
    ("switts.secure_context", "suppress"),
    ("com.inin.securedata", "true"),
)
"""By which makers of platforms are told to write down nothing of what is said and typed: Nuance, as
docs.nuance.com says, and Genesys PureConnect, as help.genesys.com says."""
NUMBER: Final = re.compile(r"\+?[0-9]+")
FIELD: Final = "digits"
CALLER, GONE = "caller", "gone"
WHO_CALLS: Final = "typeof session == 'undefined' ? '' : session.connection.remote.uri"
MILLISECONDS: Final = 1000


def start(action: str) -> bytes:
    """Write what a platform fetches first: it does no more than send what begins a call."""
    vxml = _document("en")
    form = SubElement(vxml, "form", id="start")
    SubElement(form, "var", name=CALLER, expr=WHO_CALLS)
    block = SubElement(form, "block")
    SubElement(block, "submit", next=action, method="post", namelist=CALLER)
    return _written(vxml)


def turn(steps: Sequence[Step], language: str, action: str) -> bytes:
    """Write a turn. `action`: where the next one is sent, with its token in it."""
    vxml, said = _document(language), list[Say]()
    form = SubElement(vxml, "form", id="turn")
    for step in steps:
        match step:
            case Say():
                said.append(step)
            case Ask():
                _ask(form, step, said, language, action)
            case Transfer(target):
                block = SubElement(form, "block")
                _prompt(block, said, language)
                SubElement(
                    form, "transfer", name="transferred", dest=_address(target), type="blind"
                )
            case HangUp():
                block = SubElement(form, "block")
                _prompt(block, said, language)
                SubElement(block, "disconnect")
            case _:
                pass
    return _written(vxml)


def hold(language: str, action: str) -> bytes:
    """Let somebody wait a moment, and ask again."""
    vxml = _document(language)
    block = SubElement(SubElement(vxml, "form", id="turn"), "block")
    prompt = _prompt(block, [Say("hold")], language)
    SubElement(prompt, "break", time="1s")
    SubElement(block, "submit", next=action, method="post", namelist="")
    return _written(vxml)


def goodbye(language: str) -> bytes:
    """End a call of which there is no more. Whoever is still there hears where help is."""
    vxml = _document(language)
    block = SubElement(SubElement(vxml, "form", id="turn"), "block")
    _prompt(block, [Say("call_us")], language)
    SubElement(block, "disconnect")
    return _written(vxml)


def _document(language: str) -> Element:
    attributes = {"version": "2.1", "xmlns": NAMESPACE, "xml:lang": LOCALES[language]}
    vxml = Element("vxml", attributes)
    for name, value in SECRET:
        SubElement(vxml, "property", name=name, value=value)
    # What is typed while something is said belongs to the question that follows.
    SubElement(vxml, "property", name="bargein", value="true")
    SubElement(vxml, "property", name="inputmodes", value="dtmf")
    return vxml


def _ask(form: Element, ask: Ask, said: Sequence[Say], language: str, action: str) -> None:
    _catch_hang_up(form, action)
    field = SubElement(form, "field", name=FIELD)
    for name, value in (
        ("timeout", f"{round(ask.first_timeout * MILLISECONDS)}ms"),
        ("interdigittimeout", f"{round(ask.next_timeout * MILLISECONDS)}ms"),
        ("termchar", ask.terminator),
    ):
        SubElement(field, "property", name=name, value=value)
    _grammar(field, ask)
    _prompt(field, said, language)
    for event in ("noinput", "nomatch"):
        caught = SubElement(field, event)
        SubElement(caught, "assign", name=FIELD, expr="''")
        SubElement(caught, "submit", next=action, method="post", namelist="")
    filled = SubElement(field, "filled")
    SubElement(filled, "submit", next=action, method="post", namelist=FIELD)


def _catch_hang_up(form: Element, action: str) -> None:
    """Let a platform say that the caller is gone: what was typed before comes to nothing."""
    caught = SubElement(form, "catch", event="connection.disconnect")
    SubElement(caught, "var", name=GONE, expr="'1'")
    SubElement(caught, "submit", next=action, method="post", namelist=GONE)


def _grammar(field: Element, ask: Ask) -> None:
    """Take keys up to as many as can be an answer: what is too short, the dialogue says."""
    grammar = SubElement(
        field,
        "grammar",
        {
            "version": "1.0",
            "mode": "dtmf",
            "root": "keys",
            "type": "application/srgs+xml",
            "xml:lang": "en-US",
        },
    )
    rule = SubElement(grammar, "rule", id="keys", scope="public")
    item = SubElement(rule, "item", repeat=f"1-{ask.most}")
    one_of = SubElement(item, "one-of")
    for key in (*"0123456789", "*"):
        SubElement(one_of, "item").text = key


def _prompt(parent: Element, said: Sequence[Say], language: str) -> Element:
    prompt = SubElement(parent, "prompt", bargein="true")
    texts = [text_of(say, language) for say in said]
    prompt.text = " ".join(texts)
    digits = [say.digits for say in said if say.digits is not None]
    for each in digits:
        read = SubElement(prompt, "say-as", {"interpret-as": "vxml:digits"})
        read.text = spelt(each)
    return prompt


def _address(target: str) -> str:
    """Give a target as an address: `tel:` for a number, and as it is for all else."""
    return f"tel:{target}" if NUMBER.fullmatch(target) else target


def _written(vxml: Element) -> bytes:
    body: bytes = tostring(vxml, encoding="utf-8")
    return DOCTYPE + body
