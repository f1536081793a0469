"""What callers hear: complete in each language, short, and with nothing in it that is not meant."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree as ET

import pytest

from watchword.features import activation
from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.steps import Say
from watchword.features.activation.prompts.rules import (
    LANGUAGES,
    spelt,
    spoken_in,
    ssml_of,
    text_of,
)
from watchword.foundation.secret import Secret

WORDS_IN_A_SENTENCE = 26
SCRIPTS = Path(activation.__file__).parent / "dialogue"


def names_in_scripts() -> Iterator[str]:
    """Give every prompt that stands in a script by its name; `asking` gives some as texts."""
    for path in SCRIPTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Say"
                and node.args
            ):
                yield from _texts(node.args[0])
    yield from ("too_few_digits", "too_many_digits", "only_digits", "hold")
    yield from (f"why_{each}" for each in Outcome if each is not Outcome.NORMAL)


def _texts(node: ast.expr) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            return
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_scripts_say_something() -> None:
    assert {"welcome", "ask_pin_or_none", "pin_is_set", "goodbye"} <= {*names_in_scripts()}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_has_each_prompt(language: str) -> None:
    assert {*names_in_scripts()} <= LANGUAGES[language].keys()


def test_languages_have_the_same_prompts_with_the_same_places() -> None:
    german, english = (
        {name: _places(text) for name, text in LANGUAGES[each].items()} for each in ("de", "en")
    )

    assert german == english


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_sentences_are_short_and_end(language: str) -> None:
    for name, text in LANGUAGES[language].items():
        for sentence in text.split(". "):
            assert len(sentence.split()) <= WORDS_IN_A_SENTENCE, (name, sentence)
        assert text[-1] in ".:", name
        assert "  " not in text, name


def test_digits_are_read_one_by_one() -> None:
    assert spelt(Secret("571936")) == "5, 7, 1, 9, 3, 6"


def test_a_text_has_no_secret_digits_in_it_and_ssml_has() -> None:
    say = Say("pin_made", digits=Secret("571936"))

    assert "5" not in text_of(say, "en")
    read = ET.fromstring(f"<speak>{ssml_of(say, 'en')}</speak>")  # noqa: S314 - our own
    assert [each.text for each in read.iter("say-as")] == [*"571936"]


def test_ssml_is_one_document_whatever_stands_in_the_words() -> None:
    say = Say("new_pin", (("digits", "<6> & more"),))

    assert "<6> & more" in "".join(ET.fromstring(f"<speak>{ssml_of(say, 'de')}</speak>").itertext())  # noqa: S314


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("EN-us", "en"),
        ("de_CH", "de"),
        ("xx-yy", "en"),
        (None, "en"),
    ],
)
def test_a_language_that_is_not_offered_becomes_the_usual_one(
    wanted: str | None, spoken: str
) -> None:
    assert spoken_in(wanted, "en", ["de", "en"]) == spoken


def test_where_not_even_the_usual_language_is_offered_the_first_is_spoken() -> None:
    assert spoken_in("es", "fr", ["de", "en"]) == "de"
