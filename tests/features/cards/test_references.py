"""References are read as people type them, and words are the same in both languages."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.cards.references import (
    ALPHABET,
    LENGTH,
    WORDS,
    draw_proof,
    draw_reference,
    read_reference,
    spelled,
)
from watchword.foundation.secret import Secret


def revealed(reference: Secret | None) -> str | None:
    return None if reference is None else reference.reveal()


def test_a_reference_has_six_letters_and_digits_that_nobody_confuses() -> None:
    drawn = {draw_reference(secrets.randbelow).reveal() for _ in range(200)}

    assert all(len(each) == LENGTH for each in drawn)
    assert not set("".join(drawn)) & set("ILO01")
    assert len(drawn) > 190


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_a_reference_is_read_however_it_is_written(marks: str) -> None:
    spoken = spelled(Secret(marks))

    for typed in (marks, marks.lower(), spoken, f" {spoken.lower()}\n", "-".join(marks)):
        assert revealed(read_reference(typed)) == marks


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFG", "ABC0EF", "ABCIEF", "ÄBCDEF", "A" * 500])
def test_what_is_no_reference_is_not_read(typed: str) -> None:
    assert read_reference(typed) is None


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_is_a_fault(typed: str) -> None:
    found = read_reference(typed)

    assert found is None or set(found.reveal()) <= set(ALPHABET)


@given(st.integers(0, len(WORDS) - 1), st.integers(0, len(WORDS) - 2))
def test_the_two_words_differ_whatever_is_drawn(first: int, second: int) -> None:
    dealt = iter([first, second])

    proof = draw_proof(lambda among: min(next(dealt), among - 1))

    assert proof.ours != proof.theirs
    assert {proof.ours, proof.theirs} <= {*WORDS}


def test_neither_references_nor_words_are_printed_by_accident() -> None:
    proof = draw_proof(secrets.randbelow)

    assert proof.ours not in repr(proof)
    assert proof.theirs not in repr(proof)
    assert len({*WORDS}) == len(WORDS) == 64
