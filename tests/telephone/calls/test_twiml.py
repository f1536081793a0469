"""The laboratory reads TwiML strictly: what it does not know is a fault, and no silence."""

import pytest

from tests.telephone.calls.twiml import NotTwiml, read
from watchword.features.activation.dialogue.steps import Ask, HangUp, Say, Transfer
from watchword.web.telephone import twiml

GATHER = (
    '<Gather input="dtmf" numDigits="4" finishOnKey="#" timeout="5" method="POST" '
    'action="https://codes.example.org/next">{}</Gather>'
)


def written(verbs: str) -> bytes:
    return f"<Response>{verbs}</Response>".encode()


@pytest.mark.parametrize(
    ("verbs", "names"),
    [
        (GATHER.format('<Say language="en-US">Now.</Say><Pause length="1"/>'), ["Gather"]),
        ('<Say language="de-DE" loop="2">Ja.</Say><Dial>desk</Dial>', ["Say", "Dial"]),
        ("<Play>https://codes.example.org/one.wav</Play><Hangup/>", ["Play", "Hangup"]),
        ('<Pause/><Redirect method="POST">https://a.example/b</Redirect>', ["Pause", "Redirect"]),
        ('<Reject reason="busy"/>', ["Reject"]),
        ("", []),
    ],
)
def test_what_is_known_is_read(verbs: str, names: list[str]) -> None:
    assert [each.name for each in read(written(verbs))] == names


@pytest.mark.parametrize(
    "verbs",
    [
        "<Record/>",
        "<say>Now.</say>",
        "<Say>Now.</Say>",
        '<Say language="fr-FR">Now.</Say>',
        '<Say language="en-US"></Say>',
        '<Say language="en-US" rate="fast">Now.</Say>',
        '<Say language="en-US"><Pause/>Now.</Say>',
        '<Pause length="0"/>',
        "<Pause>1</Pause>",
        '<Dial record="true">desk</Dial>',
        "<Dial/>",
        '<Redirect method="GET">https://a.example/b</Redirect>',
        '<Redirect method="POST">/b</Redirect>',
        '<Gather numDigits="4" input="dtmf"/>',
        GATHER.format("<Hangup/>"),
        GATHER.format("").replace('"#"', '"*"'),
        GATHER.format("").replace("dtmf", "dtmf speech"),
        GATHER.format("").replace("POST", "GET"),
        GATHER.format("").replace("timeout=", "speechTimeout="),
        GATHER.format("words"),
        '<Hangup/><Say language="en-US">Never.</Say>',
        "<Pause/><Reject/>",
        "<Hangup/>words",
        "words",
    ],
)
def test_what_is_not_known_is_refused(verbs: str) -> None:
    with pytest.raises(NotTwiml):
        read(written(verbs))


@pytest.mark.parametrize("document", [b"", b"<Response>", b"<Reply/>", b'<Response a="b"/>'])
def test_what_is_no_response_is_refused(document: bytes) -> None:
    with pytest.raises(NotTwiml):
        read(document)


def test_all_that_we_write_is_known() -> None:
    ours = [
        twiml.turn([Say("ask_pin"), Ask("pin", 4, 8)], "en", "https://codes.example.org/next"),
        twiml.turn([Say("onward"), Transfer("desk")], "de", ""),
        twiml.turn([Say("goodbye"), HangUp()], "en", ""),
        twiml.hold("de", "https://codes.example.org/next"),
        twiml.goodbye("en"),
    ]

    assert [[each.name for each in read(document)] for document in ours] == [
        ["Gather"],
        ["Say", "Dial"],
        ["Say", "Hangup"],
        ["Say", "Pause", "Redirect"],
        ["Say", "Hangup"],
    ]
