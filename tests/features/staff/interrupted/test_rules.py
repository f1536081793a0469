"""A form that was cut short: for one person, one place and one hour."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.stores import BANK, NOON, SHOP, new_sealer
from watchword.features.staff.interrupted.rules import (
    CARRIED_AT_MOST,
    KEPT_AT_MOST,
    KEPT_FOR,
    Interrupted,
    pack,
    unpack,
)
from watchword.features.staff.rules import StaffId

ANN, BOB = StaffId(UUID(int=5)), StaffId(UUID(int=6))
PAIRS = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=12)
SEALER = new_sealer()


def packed(pairs: list[tuple[str, str]]) -> str | None:
    return pack(SEALER, SHOP, ANN, Interrupted("/console/staff", pairs, NOON))


@given(PAIRS)
def test_it_comes_back_as_it_was_and_to_nobody_else(pairs: list[tuple[str, str]]) -> None:
    carried = packed(pairs)
    assert carried is not None

    back = unpack(SEALER, SHOP, ANN, carried, NOON)

    assert back is not None
    assert (back.path, [*back.pairs]) == ("/console/staff", pairs)
    assert unpack(SEALER, SHOP, BOB, carried, NOON) is None
    assert unpack(SEALER, BANK, ANN, carried, NOON) is None
    assert not any(value in carried for _, value in pairs if len(value) > 8)
    assert "console/staff" not in repr(back.pairs)


def test_it_is_kept_for_an_hour_and_not_from_the_future() -> None:
    carried = packed([("a", "b")])
    assert carried is not None

    last = NOON + KEPT_FOR - timedelta(microseconds=1)
    assert unpack(SEALER, SHOP, ANN, carried, last) is not None
    assert unpack(SEALER, SHOP, ANN, carried, NOON + KEPT_FOR) is None
    assert unpack(SEALER, SHOP, ANN, carried, NOON - timedelta(microseconds=1)) is None


@given(st.text(max_size=200))
def test_what_is_none_of_ours_is_nothing(carried: str) -> None:
    assert unpack(SEALER, SHOP, ANN, carried, NOON) is None


def test_what_is_too_much_is_not_carried_and_the_most_fits() -> None:
    assert packed([("a", "x" * KEPT_AT_MOST)]) is None
    most = packed([("a", "x" * (KEPT_AT_MOST - 40))])

    assert most is not None
    assert len(most) <= CARRIED_AT_MOST
    assert unpack(SEALER, SHOP, ANN, most, NOON) is not None


def test_what_was_typed_is_not_shown() -> None:
    assert "secret" not in repr(Interrupted("/console", [("a", "secret")], NOON))
