"""What a document of TwiML says, read as strictly as can be: whatever is not known is a fault.

After https://www.twilio.com/docs/voice/twiml. It is as much of it as an answer to a call may have
that this laboratory can carry out; so a document that Twilio would take, and this does not, is
looked at by a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.etree import ElementTree as ET

LANGUAGE, POST = r"(de-DE|en-US)", "POST"
SECONDS, TIMES = r"[1-9][0-9]?", r"[1-9]"
KNOWN: Mapping[str, Mapping[str, str]] = {
    "Say": {"language": LANGUAGE, "loop": TIMES},
    "Play": {"loop": TIMES},
    "Pause": {"length": SECONDS},
    "Redirect": {"method": POST},
    "Gather": {
        "input": "dtmf",
        "numDigits": SECONDS,
        # The only key that ends an entry to `GET DATA`.
        "finishOnKey": "#",
        "timeout": SECONDS,
        "action": r"https?://\S+",
        "method": POST,
        "actionOnEmptyResult": r"(true|false)",
    },
    "Dial": {},
    "Hangup": {},
    "Reject": {"reason": r"(busy|rejected)"},
}
"""Which attributes a verb may have, and what they may be."""
NEEDED = {"Say": ["language"], "Redirect": ["method"], "Gather": ["action", "input", "numDigits"]}
WITH_TEXT = {"Say": r".+", "Play": r"https?://\S+", "Redirect": r"https?://\S+", "Dial": r"\S.*"}
LASTS = frozenset({"Redirect", "Dial", "Hangup", "Reject"})
"""Behind these nothing is carried out any more."""
IN_A_GATHER = frozenset({"Say", "Play", "Pause"})


class NotTwiml(Exception):
    """A document is none, or has something in it that is not known here."""


@dataclass(frozen=True)
class Verb:
    name: str
    text: str = field(default="", repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    within: Sequence["Verb"] = ()

    def number(self, name: str, otherwise: int) -> int:
        return int(self.attributes.get(name, otherwise))


Document: TypeAlias = Sequence[Verb]


def read(document: bytes) -> Document:
    """Read a document, and refuse it whole if anything of it is not known."""
    try:
        response = ET.fromstring(document)  # noqa: S314 - of our own server
    except ET.ParseError:
        raise NotTwiml("It is no XML.") from None
    if response.tag != "Response" or response.attrib or (response.text or "").strip():
        raise NotTwiml("It is no response.")
    verbs = [_verb(each, KNOWN) for each in response]
    _check_order(verbs)
    return verbs


def _verb(element: ET.Element, allowed: Iterable[str]) -> Verb:
    name, text = element.tag, (element.text or "").strip()
    if name not in KNOWN or name not in allowed:
        raise NotTwiml(f"<{name}> is not known here.")
    for attribute, value in element.attrib.items():
        if not re.fullmatch(KNOWN[name].get(attribute, "(?!)"), value):
            raise NotTwiml(f"{attribute} of <{name}> is not known, or cannot be that.")
    for attribute in NEEDED.get(name, []):
        if attribute not in element.attrib:
            raise NotTwiml(f"<{name}> has no {attribute}.")
    if not re.fullmatch(WITH_TEXT.get(name, ""), text, re.DOTALL) or (element.tail or "").strip():
        raise NotTwiml(f"<{name}> has a text that cannot be.")
    within = [_verb(each, IN_A_GATHER if name == "Gather" else ()) for each in element]
    return Verb(name, text, element.attrib, within)


def _check_order(verbs: Document) -> None:
    names = [each.name for each in verbs]
    if any(name in LASTS for name in names[:-1]):
        raise NotTwiml("There is something that is never reached.")
    if "Reject" in names[1:]:
        raise NotTwiml("A call that is answered already cannot be rejected.")
