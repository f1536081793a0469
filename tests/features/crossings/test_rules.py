"""On which side a number is, whichever it is and however much has moved."""

import secrets
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from tests.stores import NOON
from watchword.features.crossings.pairs.rules import (
    ALL,
    OTHER,
    STANDINGS,
    Call,
    Kind,
    Report,
    Said,
    standing,
)
from watchword.features.crossings.rules import (
    LIFE,
    PLACES,
    Crossed,
    Crossing,
    Faulty,
    Move,
    Side,
    WithoutThem,
    find_fault,
    is_live,
    place_of,
    side_of,
)
from watchword.features.schemes.rules import SchemeId
from watchword.foundation.ids import Id

NOBODY = Id(int=0)
shares = some.integers(0, 100)
places = some.integers(0, PLACES - 1)


def moved(share: int, *countries: str) -> Crossing:
    return Crossing(
        share=share, countries=frozenset(countries), changed_at=NOON, changed_by="operator:ann"
    )


@given(shares, shares, places)
def test_whoever_is_ours_stays_ours_when_more_is_moved(one: int, other: int, place: int) -> None:
    less, more = sorted((one, other))

    if side_of(moved(less), "DE", place) is Side.OURS:
        assert side_of(moved(more), "DE", place) is Side.OURS


@given(places)
def test_nobody_is_ours_of_nothing_and_everybody_of_all(place: int) -> None:
    assert side_of(moved(0), "DE", place) is Side.THEIRS
    assert side_of(moved(100), "DE", place) is Side.OURS


@given(shares, places)
def test_a_country_is_ours_whole_and_changes_no_other(share: int, place: int) -> None:
    crossing = moved(share, "DE", "AT")

    assert side_of(crossing, "AT", place) is Side.OURS
    for elsewhere in ("FR", None):
        assert side_of(crossing, elsewhere, place) is side_of(moved(share), "FR", place)


@given(shares)
def test_a_share_is_as_large_as_it_is_said(share: int) -> None:
    ours = sum(side_of(moved(share), None, place) is Side.OURS for place in range(PLACES))

    assert ours == share * PLACES // 100


@given(some.binary(min_size=16, max_size=16))
def test_a_number_always_has_the_same_place(digest: bytes) -> None:
    assert 0 <= place_of(digest) < PLACES
    assert place_of(digest) == place_of(bytes(digest))


def test_numbers_spread_over_all_places() -> None:
    drawn = [place_of(secrets.token_bytes(16)) for _ in range(20_000)]

    tenths = [sum(place * 10 // PLACES == tenth for place in drawn) for tenth in range(10)]
    assert all(1600 < count < 2400 for count in tenths)


def test_what_was_begun_there_is_live_until_it_is_over_or_too_old() -> None:
    crossed = Crossed(
        original_id=NOBODY,
        scheme_id=SchemeId(NOBODY),
        contact_id=NOBODY,  # type: ignore[arg-type]
        beside=None,
        begun_at=NOON,
    )

    assert is_live(crossed, NOON)
    assert not is_live(crossed, NOON + LIFE)
    assert not is_live(replace(crossed, ended_at=NOON), NOON)


def test_a_share_or_a_country_that_is_none_is_refused() -> None:
    assert find_fault(wanted(100, "DE", "GB", "CH")) is None
    assert find_fault(wanted(0, "XK")) is None
    for share, country, field in (
        (-1, "DE", "share"),
        (101, "UK", "share"),
        (10, "de", "countries"),
        (10, "DEU", "countries"),
        (10, "ÄÖ", "countries"),
        # Nobody has such a number: nobody would be moved.
        (10, "UK", "countries"),
        (10, "XX", "countries"),
        (10, "EU", "countries"),
    ):
        fault = find_fault(wanted(share, "AT", country))
        assert isinstance(fault, Faulty)
        assert fault.field == field


def wanted(share: int, *countries: str) -> Move:
    return Move(share=share, countries=frozenset(countries), without_them=WithoutThem.REFUSE)


@given(some.text() | some.none() | some.integers())
def test_nothing_that_they_write_is_kept_as_it_is(said: object) -> None:
    assert standing(said) in {None, OTHER, *STANDINGS}


@given(some.integers(0, 10**6), some.integers(0, 3))
def test_all_agree_only_where_none_differs(alike: int, others: int) -> None:
    def kind(ours: int, times: int) -> Kind:
        return Kind(
            call=Call.CHECK,
            theirs=Said(200),
            ours=Said(ours),
            times=times,
            first_at=NOON,
            last_at=NOON,
        )

    thousandths = Report([kind(200, alike), kind(404, others)]).thousandths

    assert (thousandths is None) is (alike + others == 0)
    assert (thousandths == ALL) is (others == 0 < alike)
