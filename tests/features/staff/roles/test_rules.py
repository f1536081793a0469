"""Roles: what is said twice, and that somebody is left who can set everything right."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import Permission, Role
from watchword.features.staff.roles.rules import leaves_an_owner, narrowed
from watchword.features.staff.rules import (
    Grant,
    StaffId,
    StaffState,
    may,
    owns,
    read_written,
    tidied,
    written,
)

PLACES = st.none() | st.integers(1, 4).map(lambda number: LocationId(UUID(int=number)))
GRANTS = st.lists(st.builds(Grant, st.sampled_from(Role), PLACES), max_size=8).map(tuple)
LOCATION = LocationId(UUID(int=9))


@dataclass(frozen=True)
class Somebody:
    id: StaffId
    state: StaffState
    grants: tuple[Grant, ...]


EVERYBODY = st.lists(
    st.builds(
        Somebody,
        st.integers(1, 5).map(lambda number: StaffId(UUID(int=number))),
        st.sampled_from(StaffState),
        GRANTS,
    ),
    unique_by=lambda each: each.id,
    min_size=1,
    max_size=5,
)


@given(GRANTS, st.sampled_from(Permission), PLACES)
def test_leaving_out_what_is_said_twice_changes_nothing(
    grants: tuple[Grant, ...], permission: Permission, place: LocationId | None
) -> None:
    tidy = tidied(grants)

    assert may(tidy, permission, place) == may(grants, permission, place)
    assert len({*tidy}) == len(tidy)
    assert written(tidied(tidy)) == written(tidy)
    assert tidied(tuple(reversed(grants))) == tidy


@given(EVERYBODY, st.sampled_from(StaffState), GRANTS)
def test_an_owner_is_left_or_it_is_refused(
    everybody: list[Somebody], state: StaffState, grants: tuple[Grant, ...]
) -> None:
    changed = everybody[0]
    afterwards = [Somebody(changed.id, state, grants), *everybody[1:]]

    allowed = leaves_an_owner(everybody, changed.id, state, grants)

    assert allowed == any(owns(each.state, each.grants) for each in afterwards)


def test_an_owner_at_one_place_owns_nothing_as_a_whole() -> None:
    assert owns(StaffState.ACTIVE, (Grant(Role.OWNER),))
    assert not owns(StaffState.ACTIVE, (Grant(Role.OWNER, LOCATION),))
    assert not owns(StaffState.INVITED, (Grant(Role.OWNER),))
    assert not owns(StaffState.DISABLED, (Grant(Role.OWNER),))


@given(GRANTS)
def test_roles_are_read_as_they_were_written(grants: tuple[Grant, ...]) -> None:
    assert read_written(written(tidied(grants))) == tidied(grants)


@given(GRANTS, GRANTS, st.sampled_from(Permission), PLACES)
def test_narrowing_gives_nobody_what_they_could_not_do_or_were_not_left(
    had: tuple[Grant, ...],
    given_later: tuple[Grant, ...],
    permission: Permission,
    place: LocationId | None,
) -> None:
    left = narrowed(had, given_later)
    could, can = may((*had, *left), permission, place), may(left, permission, place)

    assert could == may(had, permission, place)
    assert can is None or may((*given_later, *left), permission, place) == may(
        given_later, permission, place
    )


@given(GRANTS)
def test_who_keeps_their_roles_is_left_all_of_them(grants: tuple[Grant, ...]) -> None:
    assert narrowed(grants, grants) == tidied(grants)


@pytest.mark.parametrize(
    ("had", "given_later", "left"),
    [
        ("owner", "clerk", "clerk"),
        ("clerk", "owner", ""),
        ("manager", f"clerk@{LOCATION}", f"clerk@{LOCATION}"),
        (f"manager@{LOCATION}", "clerk", f"clerk@{LOCATION}"),
        ("marketing", "clerk analyst", ""),
    ],
)
def test_of_other_roles_that_is_left_which_the_old_ones_allow(
    had: str, given_later: str, left: str
) -> None:
    assert written(narrowed(read_written(had), read_written(given_later))) == left
