"""How fields are put in a row for a MAC: no two rows may read alike."""

from hypothesis import example, given
from hypothesis import strategies as some

from watchword.foundation.framing import framed

fields = some.lists(some.binary(max_size=8) | some.text(max_size=4), max_size=5)


def as_bytes(row: list[bytes | str]) -> list[bytes]:
    return [field.encode() if isinstance(field, str) else field for field in row]


@given(fields, fields)
@example(["ab", "c"], ["a", "bc"])
@example(["a"], ["a", ""])
@example([], [""])
@example([b"\0\0\0\1a"], ["a"])
def test_two_rows_look_alike_only_if_they_are(
    one: list[bytes | str], other: list[bytes | str]
) -> None:
    assert (framed(*one) == framed(*other)) == (as_bytes(one) == as_bytes(other))


@given(fields)
def test_a_row_can_be_read_back_in_one_way(row: list[bytes | str]) -> None:
    frame, read = framed(*row), []
    while frame:
        length = int.from_bytes(frame[:4], "big")
        read.append(frame[4 : 4 + length])
        frame = frame[4 + length :]

    assert read == as_bytes(row)
