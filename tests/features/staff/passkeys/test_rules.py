"""What passkeys are bound to, and what the count of their uses says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.staff.passkeys.rules import (
    NAME_AT_MOST,
    Count,
    NamelessOrEndless,
    NoPasskeysHere,
    Obstacle,
    Party,
    find_fault_of_name,
    handle_of,
    judge_count,
    party_at,
    tidy_transports,
)
from watchword.features.staff.rules import StaffId
from watchword.foundation.ids import OrganisationId, new_id


@pytest.mark.parametrize(
    ("public_url", "party"),
    [
        ("https://codes.example.org", Party("codes.example.org", "https://codes.example.org")),
        ("https://Codes.Example.org:443", Party("codes.example.org", "https://codes.example.org")),
        ("https://codes.example:8443", Party("codes.example", "https://codes.example:8443")),
        ("http://localhost:8000", Party("localhost", "http://localhost:8000")),
        ("http://demo.localhost", Party("demo.localhost", "http://demo.localhost")),
    ],
)
def test_passkeys_are_bound_to_the_name_by_which_we_are_reached(
    public_url: str, party: Party
) -> None:
    assert party_at(public_url) == party


@pytest.mark.parametrize(
    ("public_url", "because"),
    [
        ("http://127.0.0.1:8000", Obstacle.NUMBERS),
        ("https://192.0.2.7", Obstacle.NUMBERS),
        ("https://[2001:db8::7]:8443", Obstacle.NUMBERS),
        ("http://codes.example.org", Obstacle.CLEAR),
        ("http://notlocalhost", Obstacle.CLEAR),
    ],
)
def test_where_browsers_use_no_passkeys_there_are_none(public_url: str, because: Obstacle) -> None:
    assert party_at(public_url) == NoPasskeysHere(because)


@pytest.mark.parametrize(
    ("known", "shown", "is_synced", "count"),
    [
        (0, 0, False, Count.FINE),
        (0, 0, True, Count.FINE),
        (0, 1, False, Count.FINE),
        (7, 8, False, Count.FINE),
        (7, 900, True, Count.FINE),
        (7, 7, False, Count.WENT_BACK),
        (7, 6, False, Count.WENT_BACK),
        (7, 0, False, Count.WENT_BACK),
        (7, 7, True, Count.WENT_BACK),
        (7, 6, True, Count.WENT_BACK),
        (7, 0, True, Count.STOPPED),
    ],
)
def test_a_count_that_does_not_grow_is_noticed(
    *, known: int, shown: int, is_synced: bool, count: Count
) -> None:
    assert judge_count(known, shown, is_synced=is_synced) is count


@given(known=st.integers(0, 2**32), shown=st.integers(0, 2**32), is_synced=st.booleans())
def test_no_count_is_fine_twice_but_that_of_a_key_that_does_not_count(
    *, known: int, shown: int, is_synced: bool
) -> None:
    if judge_count(known, shown, is_synced=is_synced) is Count.FINE:
        again = judge_count(max(known, shown), shown, is_synced=is_synced)
        assert (again is Count.FINE) == (shown == 0)


def test_everybody_has_a_name_of_their_own_and_it_fits() -> None:
    organisation, other = OrganisationId(new_id()), OrganisationId(new_id())
    one, two = StaffId(new_id()), StaffId(new_id())
    names = {handle_of(where, who) for where in (organisation, other) for who in (one, two)}

    assert len(names) == 4
    assert {len(name) for name in names} == {32}


@pytest.mark.parametrize("name", ["", "   ", "x" * (NAME_AT_MOST + 1), "a\nb", "a\u202eb"])
def test_a_name_that_nobody_could_read_is_none(name: str) -> None:
    assert find_fault_of_name(name) == NamelessOrEndless()


@pytest.mark.parametrize("name", ["Handy", "Schlüssel am Bund 🔑", "x" * NAME_AT_MOST])
def test_a_name_that_people_give_is_one(name: str) -> None:
    assert find_fault_of_name(name) is None


def test_hints_of_strangers_are_kept_only_if_they_look_like_hints() -> None:
    assert tidy_transports(["usb", "usb", "Ü", 7, "a" * 30, "internal"]) == ("usb", "internal")
    assert tidy_transports("usb") == ()
    assert len(tidy_transports([f"t{'x' * number}" for number in range(1, 19)])) == 8
