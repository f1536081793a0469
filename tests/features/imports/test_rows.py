"""What is wrong with a row, and said of it."""

from datetime import UTC, date, datetime

import pytest

from watchword.features.imports.columns import Column, Plan
from watchword.features.imports.faults import Fault, Why
from watchword.features.imports.files import look
from watchword.features.imports.reading import Record
from watchword.features.imports.rows import House, Refusal, Row, judge
from watchword.features.imports.rules import NoTable, Sight

PLAN = Plan((Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, Column.BIRTH_DATE, None))
NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
HOUSE = House(country="DE", locales=("de", "en"), day=date(2030, 1, 1), moment=NOW)


def faults(*cells: str) -> list[Why]:
    judged = judge(Record(2, 99, cells), PLAN, HOUSE)
    assert isinstance(judged, Refusal | Row)
    return [each.why for each in judged.faults] if isinstance(judged, Refusal) else []


@pytest.mark.parametrize(
    ("born", "why"),
    [
        ("05/06/1980", [Why.AMBIGUOUS_DATE]),
        ("05/05/1980", []),
        ("25/06/1980", []),
        ("31.02.1980", [Why.BAD_DATE]),
        ("00/06/1980", [Why.BAD_DATE]),
    ],
)
def test_a_date_of_two_readings_is_told_from_one_that_is_none(born: str, why: list[Why]) -> None:
    assert faults("K1", "Müller", born, "") == why


def test_a_row_that_was_cut_off_is_not_taken_in_for_what_is_left_of_it() -> None:
    assert faults("K1", "Müller") == [Why.TOO_FEW_CELLS]
    assert faults("K1", "Müller", "") == [], "What is missing there has no meaning."


@pytest.mark.parametrize("given", ["", "Anna", "A" * 81], ids=["none", "one", "a_long_one"])
@pytest.mark.parametrize("family", ["", "\u200b"], ids=["nothing", "nothing_to_be_seen"])
def test_that_a_family_name_is_missing_is_said_whatever_the_given_name(
    given: str, family: str
) -> None:
    plan = Plan((Column.CUSTOMER_NUMBER, Column.GIVEN_NAME, Column.FAMILY_NAME))

    judged = judge(Record(2, 99, ("K1", given, family)), plan, HOUSE)

    assert isinstance(judged, Refusal)
    assert judged.faults == [Fault(Why.NO_NAME, Column.FAMILY_NAME)]


def test_a_name_that_is_none_is_not_called_missing() -> None:
    assert faults("K1", "4711", "", "") == [Why.BAD_NAME]


@pytest.mark.parametrize("beginning", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7\n"])
def test_what_is_no_text_is_no_table(beginning: bytes) -> None:
    assert isinstance(look(beginning + b"Name;Ort\r\nM;K\r\n"), NoTable)
    assert isinstance(look(b"Name;Ort\r\nM;K\r\n"), Sight)


@pytest.mark.parametrize(
    ("street", "town", "named"),
    [
        (None, Column.CITY, Column.CITY),
        (None, Column.POSTAL_CODE, Column.POSTAL_CODE),
        (Column.STREET, Column.CITY, Column.STREET),
    ],
)
def test_half_an_address_is_told_of_at_a_column_that_the_file_has(
    street: Column | None, town: Column, named: Column
) -> None:
    plan = Plan((Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, street, town))
    judged = judge(Record(2, 99, ("K1", "Müller", "", "80331")), plan, HOUSE)
    assert isinstance(judged, Refusal)
    assert judged.faults == [Fault(Why.HALF_ADDRESS, named)]


def test_an_address_that_no_envelope_bears_is_not_said_to_lack_anything() -> None:
    plan = Plan((Column.CUSTOMER_NUMBER, Column.FAMILY_NAME, Column.STREET, Column.CITY))
    judged = judge(Record(2, 99, ("K1", "Müller", "Weg 5", "M" * 200)), plan, HOUSE)
    assert isinstance(judged, Refusal)
    assert judged.faults == [Fault(Why.BAD_ADDRESS, Column.CITY)]
