"""How fields are put in a row for a MAC: no two rows may read alike."""

import msgspec
from hypothesis import example, given
from hypothesis import strategies as some

from watchword.foundation.framing import framed, framed_last, framed_until

fields = some.lists(some.binary(max_size=8) | some.text(max_size=4), max_size=5)


@given(fields, fields)
@example(["ab", "c"], ["a", "bc"])
@example(["a"], ["a", ""])
@example([], [""])
@example([b"a"], ["a"])
@example([framed("a")], ["a"])
def test_two_rows_look_alike_only_if_they_are(
    one: list[bytes | str], other: list[bytes | str]
) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


@given(some.text(max_size=8))
def test_it_does_not_matter_where_else_a_row_could_be_parted(text: str) -> None:
    rows = [framed(text[:place], text[place:]) for place in range(len(text) + 1)]

    assert len({*rows}) == len(rows)


@given(fields)
def test_a_row_can_be_read_back_in_one_way(row: list[bytes | str]) -> None:
    assert msgspec.msgpack.decode(framed(*row)) == row


@given(some.lists(some.binary(max_size=8) | some.text(max_size=4), max_size=14), some.text())
def test_a_row_may_be_begun_before_its_last_field_is_known(
    row: list[bytes | str], last: str
) -> None:
    assert framed_until(*row) + framed_last(last) == framed(*row, last)
