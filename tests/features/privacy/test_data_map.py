"""The data map names every table, and of those that tell of people every column."""

import pytest
from sqlalchemy import Table as Declared

from watchword.features.privacy.keeping import Chosen, Keep, periods
from watchword.features.privacy.mapping import Emptied, Table
from watchword.features.privacy.retention.rules import SWEEPS
from watchword.features.privacy.tables import DATA_MAP, NAMED, OF_PEOPLE
from watchword.migrations.schema import schema

UNTIL_NEEDED = {Keep.FOR_GOOD, Keep.AS_LONG_AS_USED}


def declared(table: Table) -> Declared:
    return schema.tables[table.name]


def named(table: Table) -> set[str]:
    """Give the columns that a table of people accounts for."""
    opened = {table.opens.column} if table.opens else set()
    return {"organisation_id", *table.shows, *table.hides, *opened}


def test_every_table_is_in_the_map_and_nothing_else_is() -> None:
    assert sorted(NAMED) == sorted(schema.tables)
    assert len(DATA_MAP) == len(NAMED)


@pytest.mark.parametrize("table", OF_PEOPLE, ids=lambda table: table.name)
def test_every_column_about_people_is_shown_or_hidden_for_a_reason(table: Table) -> None:
    assert named(table) == {*declared(table).columns.keys()}
    assert all(table.hides.values())
    assert table.section


@pytest.mark.parametrize("table", DATA_MAP, ids=lambda table: table.name)
def test_what_the_map_says_of_a_table_is_there(table: Table) -> None:
    columns = {*declared(table).columns.keys()}
    key = [column.name for column in declared(table).primary_key.columns]

    assert key == ["organisation_id", *table.key]
    assert {link.column for link in table.links} <= columns
    assert {*table.gives.values()} <= columns
    assert table.written <= {*table.shows}
    if isinstance(table.fate, Emptied):
        assert {*table.fate.columns} <= columns
    assert all({*term.empties} <= columns for term in table.terms)


def test_every_table_has_a_term_and_every_term_a_length_or_a_reason_for_none() -> None:
    lengths = periods(Chosen())

    for table in DATA_MAP:
        assert table.terms
        assert all(term.keep in {*lengths, *UNTIL_NEEDED} for term in table.terms)


def test_sweeps_are_told_apart_by_name() -> None:
    names = [sweep.name for sweep in SWEEPS]

    assert len(names) == len({*names}) > 5


def test_sections_are_told_apart_by_name() -> None:
    assert len({table.section for table in OF_PEOPLE}) == len(OF_PEOPLE)
