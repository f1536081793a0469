"""A table that a spreadsheet opens runs nothing, and loses nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from watchword.features.ledger.spreadsheets import cell, row

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # noqa: RUF001
WORDS = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)


def read(line: str) -> list[str]:
    """Read a line as spreadsheets do."""
    (cells,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    return cells


@pytest.mark.parametrize("start", FORMULAS)
@pytest.mark.parametrize("space", ["", "  "])
def test_what_would_begin_a_formula_stays_a_word(start: str, space: str) -> None:
    assert cell(f"{space}{start}1+1").startswith(f"\"'{space}")


@given(some.lists(WORDS, min_size=1, max_size=5))
def test_every_cell_comes_back_and_none_begins_a_formula(words: list[str]) -> None:
    cells = read(row(words))

    assert [each.removeprefix("'") for each in cells] == [
        word.replace("\0", "\N{SYMBOL FOR NULL}").removeprefix("'") for word in words
    ]
    assert not any(each.lstrip(" ").startswith(FORMULAS) for each in cells)


@pytest.mark.parametrize("word", ['"', '","', "a,b", "a\r\nb", "a;b", '=1"'])
def test_no_cell_breaks_out_of_its_quotes(word: str) -> None:
    assert len(read(row([word, "next"]))) == 2


def test_what_is_harmless_stays_as_it_is() -> None:
    assert row(["challenge.opened", "5"]) == '"challenge.opened","5"\r\n'
