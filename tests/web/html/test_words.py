"""The words of the pages: all are there in every language, none twice, and none is left over."""

from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from watchword.features.crossings.pairs.words import WORDS as ADVICE
from watchword.web.html.languages import FALLBACK, FOLDER, LANGUAGES
from watchword.web.html.pages import FOLDER as TEMPLATES

METHODS = [("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true"}}
TRANSLATED = sorted({*LANGUAGES} - {FALLBACK})


def said() -> set[str | tuple[str, ...]]:
    """Give everything that the pages say in words: most of it stands in templates, and some is said
    by commands, too."""
    found = extract_from_dir(str(TEMPLATES), METHODS, OPTIONS)
    return {message for _, _, message, _, _ in found} | {*ADVICE.values()}


def catalogues(language: str) -> Iterator[Catalog]:
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            yield read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> list[Message]:
    return [message for each in catalogues(language) for message in each if message.id]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogues_have_what_is_said_and_nothing_else(language: str) -> None:
    assert {message.id for message in entries(language)} == said()
    assert not any(catalogue.obsolete for catalogue in catalogues(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_translated_in_two_places(language: str) -> None:
    counted = Counter(message.id for message in entries(language))

    assert [id for id, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated(language: str) -> None:
    assert [message.id for message in entries(language) if not message.string] == []
    assert [message.id for message in entries(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_filled_in_is_filled_in_everywhere(language: str) -> None:
    faults = [
        fault
        for catalogue in catalogues(language)
        for message in catalogue
        if message.id
        for fault in message.check(catalogue)
    ]

    assert faults == []
