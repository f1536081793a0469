"""What opens the door to staff wider than before, and so needs a second person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.organisations.settings.faults import lets_in
from watchword.features.organisations.settings.sections import Access, Approvals
from watchword.features.organisations.settings.two_people import (
    is_opened,
    needs_second_person,
    newly_wanted,
)

FENCED = Access(networks=("192.0.2.0/24", "2001:db8::/48"), idle_minutes=30, whole_hours=8)

networks = st.lists(
    st.sampled_from(
        [f"192.0.2.{start}/{bits}" for start, bits in [(0, 24), (0, 25), (128, 25), (0, 30)]]
        + ["203.0.113.0/24", "2001:db8::/48", "2001:db8::/64"]
    ),
    max_size=3,
).map(tuple)
ADDRESSES = [
    "192.0.2.1",
    "192.0.2.77",
    "192.0.2.200",
    "203.0.113.9",
    "2001:db8::1",
    "2001:db8:0:1::",
]


@pytest.mark.parametrize(
    "after",
    [
        Access(networks=(), idle_minutes=30, whole_hours=8),
        Access(networks=("192.0.2.0/23",), idle_minutes=30, whole_hours=8),
        Access(networks=("192.0.2.0/24", "203.0.113.7"), idle_minutes=30, whole_hours=8),
        Access(networks=("192.0.2.0/24", "2001:db8::/47"), idle_minutes=30, whole_hours=8),
        Access(networks=FENCED.networks, idle_minutes=31, whole_hours=8),
        Access(networks=FENCED.networks, idle_minutes=None, whole_hours=8),
        Access(networks=FENCED.networks, idle_minutes=30, whole_hours=9),
        Access(networks=FENCED.networks, idle_minutes=5, whole_hours=None),
    ],
)
def test_the_door_is_wider(after: Access) -> None:
    assert is_opened(FENCED, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FENCED, FENCED),
        (FENCED, Access(networks=("192.0.2.7",), idle_minutes=30, whole_hours=8)),
        (FENCED, Access(networks=("2001:db8::/64",), idle_minutes=29, whole_hours=1)),
        (Access(), FENCED),
        (
            Access(networks=("192.0.2.0/25", "192.0.2.128/25")),
            Access(networks=("192.0.2.0/24",)),
        ),
    ],
)
def test_the_door_is_as_it_was_or_narrower(before: Access, after: Access) -> None:
    assert not is_opened(before, after)


@given(networks, networks, st.sampled_from(ADDRESSES))
def test_whoever_comes_in_by_a_change_that_is_free_came_in_before(
    before: tuple[str, ...], after: tuple[str, ...], address: str
) -> None:
    was, is_now = Access(networks=before), Access(networks=after)

    assert is_opened(was, is_now) or lets_in(was, address) or not lets_in(is_now, address)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_wider_door_needs_a_second_person_where_settings_do(*, is_wanted: bool) -> None:
    approvals = Approvals(settings=is_wanted, ledger_export=True)

    assert needs_second_person(approvals, FENCED, Access(), ()) is is_wanted
    assert not needs_second_person(approvals, Access(), FENCED, ())


def test_what_needs_two_from_now_on_is_told_from_what_did_before() -> None:
    before, after = Approvals(ledger_export=True), Approvals(ledger_export=True, settings=True)

    assert newly_wanted(before, after) == ("settings",)
    assert newly_wanted(after, before) == ()
    assert newly_wanted(Access(), FENCED) == ()
