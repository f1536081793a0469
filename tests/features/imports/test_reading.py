"""How files are read, however they were saved: piece by piece, and no row costs another."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.imports.amounts import read_date, read_points, read_sum
from watchword.features.imports.columns import Column, guess
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.files import ErrorFile, Words
from watchword.features.imports.reading import LINE_AT_MOST, Dialect, Flaw, Reader, Record
from watchword.features.imports.rows import Refusal, plain
from watchword.features.imports.words import ENGLISH

TEXT = 'Vorname;Name\r\nÄnne;"Mül;ler"\r\n"a ""b""\nc";d\r\n'
CELLS = [["Vorname", "Name"], ["Änne", "Mül;ler"], ['a "b"\nc', "d"]]


def read(content: bytes, piece: int = 7) -> Sequence[Record]:
    reader = Reader()
    records = list[Record]()
    for start in range(0, len(content), piece):
        records += reader.feed(content[start : start + piece])
    return [*records, *reader.end()]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_letters_are_seen_from_the_file(charset: str, piece: int) -> None:
    assert [record.cells for record in read(TEXT.encode(charset), piece)] == CELLS


def test_windows_letters_are_read() -> None:
    assert [record.cells for record in read(TEXT.encode("cp1252"))] == CELLS


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_are_seen(mark: str, end: str) -> None:
    assert [each.cells for each in read(f"a{mark}b{end}c{mark}d{end}".encode())] == [
        ["a", "b"],
        ["c", "d"],
    ]


def test_a_line_of_ten_megabytes_is_one_row_that_is_refused() -> None:
    content = b"a;b\n1;2\n" + b"x" * 10_000_000 + b"\n3;4\n"

    first, second, long, last = read(content, 65536)

    assert (long.line, long.flaw) == (3, Flaw.TOO_LONG)
    assert len(long.cells[0]) < LINE_AT_MOST
    assert (second.cells, last.cells, last.line, first.flaw) == (["1", "2"], ["3", "4"], 4, None)


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row() -> None:
    rows = read(b'a;b\n"open;1\n' + b"".join(b"x;%d\n" % n for n in range(100)))

    assert [row.line for row in rows if row.flaw is Flaw.OPEN_QUOTE] == [2]
    assert len(rows) == 102


def test_a_letter_that_is_none_costs_its_own_row() -> None:
    rows = read("a;b\nä;1\n".encode() + b"\xff\xfe;2\n" + "ö;3\n".encode())

    assert [row.flaw for row in rows] == [None, None, Flaw.BAD_LETTERS, None]


@given(st.lists(st.lists(st.text("a;\"\n,'ä=", max_size=6), min_size=2, max_size=2), max_size=8))
def test_reading_goes_on_from_behind_any_row(rows: list[list[str]]) -> None:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = ("h;ä\n" + "".join(f"{row}\n" for row in quoted)).encode()
    whole = read(content, 5)
    assert [row.cells for row in whole[1:]] == rows

    for at, record in enumerate(whole[:-1]):
        reader = Reader(_dialect(), start=record.end, line=record.line + record.lines)
        rest = [*reader.feed(content[record.end :]), *reader.end()]
        assert rest == whole[at + 1 :]


def _dialect() -> Dialect:
    return Dialect("utf-8")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *[("17.05.1980", "1980-05-17"), ("1980-05-17", "1980-05-17"), ("5/17/1980", "1980-05-17")],
        *[
            ("31.02.1980", None),
            ("5/6/1980", None),
            ("17.5.80", None),
            ("\u0661\u0667.05.1980", None),
        ],
    ],
)
def test_dates(typed: str, meant: str | None) -> None:
    found = read_date(typed)
    assert (found.isoformat() if found else None) == meant


def test_sums_that_can_be_read_in_two_ways_are_not_guessed() -> None:
    assert [read_sum(each) for each in ("1.234,56", "1,234.56", "12,5 €", "1.234", "-3")] == [
        *(123456, 123456, 1250, None, None)
    ]
    assert read_points("1.234") == 1234


def test_headings_are_guessed_in_german_and_english() -> None:
    assert guess(["Kunden-Nr.", "Name", "Geb.-Datum", "Umsatz (EUR)"]).columns == (
        Column.CUSTOMER_NUMBER,
        Column.FAMILY_NAME,
        Column.BIRTH_DATE,
        Column.TURNOVER,
    )
    assert guess(["First name", "Surname", "ZIP", "Nonsense"]).columns[3] is None


@given(st.from_regex(r"[=+@a1-][=+@a1 -]{0,4}", fullmatch=True))
def test_what_leaves_is_safe_in_spreadsheets_and_comes_back_as_it_was(cell: str) -> None:
    file = ErrorFile(["a"], ("Line", "Reason"), Words(ENGLISH))
    refusal = Refusal(line=2, cells=[cell], faults=[Fault(Why.NO_NAME)])

    written = file.lines([refusal]).decode()

    assert not written[1:].lstrip(" ").startswith(("=", "+", "-", "@", "\t"))
    [record] = read(file.head()[3:] + file.lines([refusal]), 1000)[1:]
    assert plain(record.cells[0]) == plain(cell)


def test_a_quotation_mark_inside_a_cell_costs_its_own_row() -> None:
    assert [row.flaw for row in read(b'a;b\n"x"y;1\nz;2\n')] == [None, Flaw.BAD_QUOTE, None]
