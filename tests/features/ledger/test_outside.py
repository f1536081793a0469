"""Checkpoints in a second place are read again, also where a machine died while it copied."""

from hypothesis import given
from hypothesis import strategies as some

from tests.features.ledger.books import book
from watchword.features.ledger.outside import appended, between, read_notes

NOTES = book(2, 3, 4).notes


def read(text: str) -> list[str | None]:
    found = read_notes(text.splitlines(keepends=True))
    return [None if note is None else note.text for note in found]


def test_one_note_after_the_other_is_read() -> None:
    assert read("".join(appended(note).decode() for note in NOTES)) == NOTES


def test_a_single_note_is_read_as_others_write_it() -> None:
    assert read(NOTES[0]) == [NOTES[0]]
    assert read("\n\n" + NOTES[0] + "\n\n\n") == [NOTES[0]]


@given(some.integers(0, len(NOTES[1]) - 1))
def test_a_note_that_was_cut_short_hides_no_other(length: int) -> None:
    file = appended(NOTES[0])
    file += NOTES[1].encode()[:length]
    file += between(file[-2:]) + appended(NOTES[1])
    file += between(file[-2:]) + appended(NOTES[2])

    found = read(file.decode(errors="replace"))

    assert [*dict.fromkeys(note for note in found if note)] == NOTES
    assert found.count(None) <= 2


def test_what_is_no_note_at_all_is_counted() -> None:
    assert read("") == []
    assert read("hello\n") == [None]
    assert None in read("x\n" * 1000)
