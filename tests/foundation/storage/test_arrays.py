"""How many rows become one statement of PostgreSQL."""

import pytest

from watchword.foundation.storage.arrays import as_one_insert, asked_of_each

ADD = """
    insert into notes (id, made_at, kept_at, state) values (:id, :now, :now, 'new (:id)')
    on conflict (id) do nothing
"""
ADD_MANY = """
    insert into notes (id, made_at, kept_at, state) select given.v1, given.v2, given.v2, 'new (:id)'
    from unnest($1::text[], $2::int8[]) as given (v1, v2) on conflict (id) do nothing
"""
ASK = """
    select found.* from unnest(:each::text[]) as word (said)
    cross join lateral (select id from notes where id = word.said offset 0) found
"""


def test_rows_come_as_lists_and_what_is_the_same_for_all_stays_where_it_was() -> None:
    insert = as_one_insert(ADD)

    assert insert is not None
    assert words(insert.text(["text", "int8"])) == words(ADD_MANY)


@pytest.mark.parametrize(
    "sql",
    [
        "update notes set words = :words where id = :id",
        "insert into notes values (:id) on conflict (id) do update set id = (excluded.id)",
        "insert into notes values (:id) returning (id)",
        "insert into notes select id from others where id = :id",
    ],
)
def test_some_statements_are_run_for_each_row(sql: str) -> None:
    assert as_one_insert(sql) is None


def test_each_word_is_looked_up_by_itself() -> None:
    assert words(asked_of_each("select id from notes where id = :each", "text")) == words(ASK)


def words(sql: str) -> list[str]:
    return sql.split()
