"""Turns as documents: whole, valid, and with nothing in them that becomes a command."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tests.features.activation.dialogue.calls import (
    CODE,
    DEFAULT,
    GOOD,
    MADE,
    NUMBER,
    SILENCE,
    SSN4,
    StandInLine,
    play,
)
from tests.not_tested import not_tested
from watchword.features.activation.dialogue.steps import (
    Ask,
    HangUp,
    PauseRecording,
    Say,
    Step,
    Transfer,
)
from watchword.features.activation.prompts.rules import LANGUAGES, text_of
from watchword.foundation.secret import Secret
from watchword.web.telephone import twiml, voicexml

ACTION = "https://example.org/telephone/turns?call=1&token=<abc>&x='\""
DTD = Path("/usr/share/xml/w3c-sgml-lib/schema/dtd/REC-voicexml21-20070619/vxml.dtd")
"""Where the Debian package `w3c-sgml-lib` puts the DTD of VoiceXML 2.1."""
CALLS: Sequence[Sequence[str | None]] = (
    [NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD],
    [NUMBER, DEFAULT, SSN4, CODE, "#", "*", MADE],
    [NUMBER, "#", SSN4, "171717", "171717", "171717"],
    [SILENCE, "1*", "1" * 40],
)


def turns() -> Iterator[Sequence[Step]]:
    """Give each turn of some calls: those that end with a question, and the last ones."""
    for keys in CALLS:
        for line in (StandInLine(), StandInLine(transfer_to=None, onward_to=None)):
            turn = list[Step]()
            for step in play(keys, line).steps:
                turn.append(step)
                if isinstance(step, Ask | Transfer | HangUp):
                    yield turn
                    turn = []


@pytest.fixture(scope="module")
def dtd() -> "etree.DTD":
    if not DTD.exists():
        not_tested("VoiceXML against its DTD", "Install w3c-sgml-lib.")
    return etree.DTD(str(DTD))


def validate(dtd: "etree.DTD", document: bytes) -> None:
    assert dtd.validate(etree.fromstring(document)), dtd.error_log.filter_from_errors()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_turn_is_valid_voicexml(dtd: "etree.DTD", language: str) -> None:
    for steps in turns():
        validate(dtd, voicexml.turn(steps, language, ACTION))
    validate(dtd, voicexml.hold(language, ACTION))
    validate(dtd, voicexml.goodbye(language))
    validate(dtd, voicexml.start("/telephone/voicexml/bank"))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_whoever_is_left_of_a_call_that_is_over_hears_where_help_is(language: str) -> None:
    help_is = text_of(Say("call_us"), language)
    for document in (voicexml.goodbye(language), twiml.goodbye(language)):
        assert help_is in "".join(ET.fromstring(document).itertext())  # noqa: S314 - our own


def test_what_is_no_voicexml_is_found(dtd: "etree.DTD") -> None:
    document = voicexml.turn([Ask("pin", 4, 8)], "en", ACTION)
    broken = document.replace(b"<filled>", b"<full>").replace(b"</filled>", b"</full>")

    with pytest.raises(AssertionError):
        validate(dtd, broken)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_turn_is_one_document_of_twiml_with_one_end(language: str) -> None:
    for steps in turns():
        response = ET.fromstring(twiml.turn(steps, language, ACTION))  # noqa: S314 - our own
        ends = [each.tag for each in response if each.tag in {"Gather", "Dial", "Hangup"}]
        assert len(ends) == 1
        assert response[-1].tag == ends[0]


def test_whoever_knows_it_types_into_what_is_said() -> None:
    steps: Sequence[Step] = [PauseRecording(), Say("why_force"), Say("ask_pin"), Ask("pin", 4, 8)]

    [gather] = ET.fromstring(twiml.turn(steps, "en", ACTION))  # noqa: S314 - our own

    assert gather.attrib == {
        "input": "dtmf",
        "numDigits": "8",
        "finishOnKey": "#",
        "timeout": "8",
        "action": ACTION,
        "method": "POST",
        "actionOnEmptyResult": "true",
    }
    assert [each.tag for each in gather] == ["Say", "Say"]


def test_a_pin_that_was_made_is_read_digit_by_digit() -> None:
    steps: Sequence[Step] = [Say("pin_made", digits=Secret("571936")), Ask("new_pin", 6, 8)]

    spoken = [
        "".join(ET.fromstring(each).itertext())  # noqa: S314 - our own
        for each in (twiml.turn(steps, "de", ACTION), voicexml.turn(steps, "de", ACTION))
    ]

    assert all("5, 7, 1, 9, 3, 6" in each for each in spoken)


def test_digits_are_sent_by_post_and_makers_are_told_to_write_none_down() -> None:
    document = voicexml.turn([Ask("pin", 4, 8)], "en", ACTION).decode()

    assert document.count('method="post"') == document.count("<submit")
    assert "swirec.secure_context" in document
    assert "com.inin.securedata" in document


@pytest.mark.parametrize(
    ("target", "address"),
    [("+15551230100", "tel:+15551230100"), ("sip:desk@example.org", "sip:desk@example.org")],
)
def test_a_number_is_called_as_one(target: str, address: str) -> None:
    document = voicexml.turn([Transfer(target)], "en", ACTION).decode()

    assert f'dest="{address}"' in document


@pytest.mark.parametrize("target", ["<Hangup/>", '"/><Dial>1</Dial>', "&amp;", "sip:a&b"])
def test_no_target_becomes_a_command(target: str) -> None:
    response = ET.fromstring(twiml.turn([Transfer(target)], "en", ACTION))  # noqa: S314 - our own

    assert [each.tag for each in response] == ["Dial"]
    assert response[0].text == target
