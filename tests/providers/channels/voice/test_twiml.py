"""What a call says is one document, whatever stands in its words."""

from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as some

from watchword.features.templates.rules import LOCALES
from watchword.providers.channels.voice.languages import LANGUAGES
from watchword.providers.channels.voice.twiml import Spoken, Voice, ask_for_key, say_and_hang_up

GERMAN = Voice("de-DE", "Polly.Vicki")


def test_a_key_is_asked_for_as_often_as_told() -> None:
    document = ask_for_key(Spoken("Hello & <goodbye>.", GERMAN), "https://a.example/x?asked=1", 2)

    gather = (
        '<Gather input="dtmf" numDigits="1" action="https://a.example/x?asked=1" method="POST" '
        'timeout="10"><Say language="de-DE" voice="Polly.Vicki">Hello &amp; &lt;goodbye&gt;.</Say>'
        "</Gather>"
    )
    assert document.decode() == (
        f"<?xml version='1.0' encoding='utf-8'?>\n<Response>{gather}{gather}<Hangup /></Response>"
    )


def test_digits_are_said_slowly_with_pauses_between_them() -> None:
    document = say_and_hang_up([Spoken("It is: 4, 8, 2. Bye, 7.", Voice("en-US"))], slowly=True)

    assert document.decode().partition("\n")[2] == (
        '<Response><Say language="en-US"><prosody rate="slow">It is: 4<break time="400ms" />8'
        '<break time="400ms" />2. Bye, 7.</prosody></Say><Hangup /></Response>'
    )


def test_nothing_to_say_is_said_by_hanging_up() -> None:
    assert b"<Response><Hangup /></Response>" in say_and_hang_up([])


@given(some.text(), some.booleans())
def test_words_never_become_commands(text: str, slowly: bool) -> None:  # noqa: FBT001
    root = fromstring(say_and_hang_up([Spoken(text, GERMAN)], slowly=slowly))  # noqa: S314

    (say, hangup) = root
    assert [root.tag, say.tag, hangup.tag] == ["Response", "Say", "Hangup"]
    assert {one.tag for one in say.iter()} <= {"Say", "prosody", "break"}


@given(some.text(some.characters(codec="utf-8", exclude_categories=["C"]), max_size=50))
def test_words_arrive_as_they_are(text: str) -> None:
    root = fromstring(say_and_hang_up([Spoken(text, GERMAN)]))  # noqa: S314

    assert (root[0].text or "") == text


def test_every_language_that_we_have_has_a_voice_of_its_own() -> None:
    assert {*LANGUAGES} == {*LOCALES}
    assert all(LANGUAGES[locale].startswith(f"{locale}-") for locale in LOCALES)
