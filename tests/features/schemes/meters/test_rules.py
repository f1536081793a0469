"""How many rate limits and bounds there may be, whichever door they come in by."""

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as some

from watchword.features.schemes.meters.rules import (
    BOUNDS_AT_MOST,
    METERS_AT_MOST,
    NameTaken,
    SpanTaken,
    TooManyBounds,
    TooManyMeters,
    find_fault_of_bound,
    find_fault_of_meter,
)

names = some.sampled_from([f"by_{letter}" for letter in "abcdefghijkl"])
spans = some.integers(1, 12)


@given(names, some.sets(names, max_size=METERS_AT_MOST))
def test_a_scheme_has_so_many_meters_and_each_a_name_of_its_own(
    name: str, there: Collection[str]
) -> None:
    fault = find_fault_of_meter(name, there)

    assert (fault == NameTaken()) is (name in there)
    assert (fault is None) is (name not in there and len(there) < METERS_AT_MOST)
    assert fault in {None, NameTaken(), TooManyMeters()}


@given(spans, some.sets(spans, max_size=BOUNDS_AT_MOST))
def test_a_meter_has_so_many_bounds_and_each_over_a_time_of_its_own(
    seconds: int, there: Collection[int]
) -> None:
    fault = find_fault_of_bound(seconds, there)

    assert (fault == SpanTaken()) is (seconds in there)
    assert (fault is None) is (seconds not in there and len(there) < BOUNDS_AT_MOST)
    assert fault in {None, SpanTaken(), TooManyBounds()}
