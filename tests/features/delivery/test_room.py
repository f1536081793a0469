"""How many messages a lane may have in hand."""

from hypothesis import given
from hypothesis import strategies as st

from watchword.features.delivery.room import (
    is_worth_a_claim,
    most_bulk,
    most_with_provider,
    room_for_bulk,
)


@given(st.integers(1, 500), st.integers(0, 2000))
def test_what_is_being_written_down_is_in_nobodys_way_until_it_is_too_much(
    concurrency: int, unsettled: int
) -> None:
    most = most_with_provider(concurrency, unsettled)

    assert most <= concurrency
    assert most == concurrency or most + unsettled == 2 * concurrency


@given(st.integers(2, 500))
def test_codes_always_have_room_of_their_own(concurrency: int) -> None:
    assert 0 < most_bulk(concurrency) < concurrency


@given(st.integers(1, 500))
def test_a_lane_with_nothing_in_hand_always_has_a_look(concurrency: int) -> None:
    most = most_bulk(concurrency)

    assert is_worth_a_claim(room_for_bulk(concurrency, 0), most)
    assert not is_worth_a_claim(0, most)
