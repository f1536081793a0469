"""Recovery codes: hard to guess, easy to copy by hand, worth nothing as they rest."""

import math
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.features.staff.sessions.test_rules import ORGANISATION
from tests.stores import BANK
from watchword.features.staff.recovery.rules import LENGTH, LETTERS, fingerprint, read, spell
from watchword.features.staff.rules import StaffId
from watchword.foundation.secret import Secret

ANN, BOB = StaffId(UUID(int=5)), StaffId(UUID(int=6))


def test_a_code_has_more_than_64_random_bits() -> None:
    assert len({*LETTERS}) == len(LETTERS) == 32
    assert LENGTH * math.log2(len(LETTERS)) >= 64


@given(st.text(LETTERS, min_size=LENGTH, max_size=LENGTH), st.randoms())
def test_it_is_read_as_it_was_written_however_people_type(letters: str, chance: object) -> None:
    spelt = spell(letters).reveal()
    for typed in (spelt, spelt.upper(), spelt.replace("-", " "), letters, f"  {spelt}\t"):
        read_back = read(typed)
        assert read_back is not None
        assert read_back.reveal() == letters
    mistaken = read(letters.replace("0", "O").replace("1", "l"))
    assert mistaken is not None
    assert mistaken.reveal() == letters


@given(st.text(max_size=80))
def test_what_cannot_be_one_is_none(typed: str) -> None:
    found = read(typed)

    assert found is None or (len(found.reveal()) == LENGTH and {*found.reveal()} <= {*LETTERS})


def test_the_same_letters_are_another_code_for_somebody_else() -> None:
    letters = Secret("k4wd7mq2zr5xa8tp")
    kept = {
        fingerprint(ORGANISATION, ANN, letters),
        fingerprint(ORGANISATION, BOB, letters),
        fingerprint(replace(ORGANISATION, id=BANK), ANN, letters),
    }

    assert len(kept) == 3
    assert {len(each) for each in kept} == {32}
