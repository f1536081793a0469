"""The words of the pages: all are there in every language, and none is left over."""

from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from watchword.web.html.languages import FALLBACK, FOLDER, LANGUAGES
from watchword.web.html.pages import FOLDER as TEMPLATES

METHODS = [("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true"}}


def said() -> set[str | tuple[str, ...]]:
    """Give everything that the templates say in words."""
    found = extract_from_dir(str(TEMPLATES), METHODS, OPTIONS)
    return {message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_what_is_said_and_nothing_else(language: str) -> None:
    assert {message.id for message in entries(language)} == said()
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", {*LANGUAGES} - {FALLBACK})
def test_everything_is_translated(language: str) -> None:
    assert [message.id for message in entries(language) if not message.string] == []
    assert [message.id for message in entries(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_filled_in_everywhere(language: str) -> None:
    faults = [
        fault for message in entries(language) for fault in message.check(catalogue(language))
    ]

    assert faults == []
