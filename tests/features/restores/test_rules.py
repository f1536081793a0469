"""The list of what was taken away: what a line says, and what of it holds for a backup."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.contacts.rules import ContactKind
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.organisations.rules import LocationId
from watchword.features.restores.rules import (
    LINE_AT_MOST,
    BadLine,
    OptOut,
    Taken,
    What,
    in_force,
    line_of,
    read_line,
)
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import GRANTS_AT_MOST, Grant, written

SHOP, ANN = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
HOUR = 3600 * 1_000_000
NOON = 12 * HOUR

ids = st.uuids(version=4).map(str)
opt_outs = st.builds(
    OptOut,
    digest=st.binary(min_size=16, max_size=64),
    kind=st.sampled_from(sorted(SuppressionKind)),
    contact_kind=st.sampled_from(sorted(ContactKind)),
    by=st.text(min_size=1, max_size=100),
)
places = st.none() | st.uuids(version=4).map(LocationId)
grants = st.lists(
    st.builds(Grant, st.sampled_from(Role), places), min_size=1, max_size=GRANTS_AT_MOST
)


@st.composite
def lines(draw: st.DrawFn) -> Taken:
    what = draw(st.sampled_from(sorted(What)))
    opt_out = draw(opt_outs) if what is What.OPT_OUT else None
    roles = written(draw(grants)) if what is What.ROLES else None
    setting = "settings.changed settings:access" if what is What.SETTING else None
    return Taken(draw(st.integers(0, 2**62)), draw(ids), what, draw(ids), opt_out, roles, setting)


@given(lines())
def test_a_line_is_read_as_it_was_written_and_is_one_line(taken: Taken) -> None:
    line = line_of(taken)

    assert read_line(1, line) == taken
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert len(line) <= LINE_AT_MOST


@given(st.binary(max_size=300))
def test_whatever_else_stands_there_is_refused_with_its_number(garbage: bytes) -> None:
    with pytest.raises(BadLine, match="Line 7"):
        read_line(7, garbage)


@pytest.mark.parametrize(
    "line",
    [
        {"at": 1, "organisation": SHOP, "what": "person", "id": "' or 1=1"},
        {"at": 1, "organisation": "shop", "what": "person", "id": ANN},
        {"at": 1, "organisation": SHOP, "what": "staff_grants", "id": ANN},
        {"at": 1, "organisation": SHOP, "what": "opt_out", "id": ANN},
        {"at": 1, "organisation": SHOP, "what": "staff_roles", "id": ANN},
        {"at": 1, "organisation": SHOP, "what": "staff_roles", "id": ANN, "roles": "god"},
        {"at": 1, "organisation": SHOP, "what": "staff_roles", "id": ANN, "roles": "clerk@here"},
        {"at": 1, "organisation": SHOP, "what": "staff", "id": ANN, "roles": "owner"},
        {"at": 1, "organisation": SHOP, "what": "setting", "id": ANN},
        {"at": -1, "organisation": SHOP, "what": "person", "id": ANN},
        {"at": 1, "organisation": SHOP, "what": "person", "id": ANN, "grants": "owner"},
    ],
)
def test_nothing_can_be_given_by_a_line_and_no_id_is_made_up(line: dict[str, object]) -> None:
    with pytest.raises(BadLine):
        read_line(1, msgspec.json.encode(line) + b"\n")


def test_what_was_taken_away_long_before_the_backup_is_in_it_already() -> None:
    before, after = _taken(NOON - HOUR), _taken(NOON + HOUR, What.PASSKEY)

    assert in_force([before, after], NOON) == [after]


def test_what_was_taken_away_just_before_the_backup_may_not_be_in_it_yet() -> None:
    just_before = _taken(NOON - 60 * 1_000_000)

    assert in_force([just_before], NOON) == [just_before]


def test_whoever_may_work_here_again_is_not_shut_out_once_more() -> None:
    out, back = _taken(NOON + 1, What.STAFF), _taken(NOON + 2, What.STAFF_BACK)
    again = _taken(NOON + 3, What.STAFF)

    assert in_force([back, out], NOON) == []
    assert in_force([again, out, back], NOON) == [again]


def test_two_kinds_of_opt_out_of_one_person_are_two() -> None:
    opted = [
        Taken(NOON, SHOP, What.OPT_OUT, ANN, OptOut(b"d" * 32, kind, ContactKind.PHONE, "x"))
        for kind in sorted(SuppressionKind)
    ]

    assert {*in_force(opted, NOON)} == {*opted}


def test_of_each_setting_the_last_change_is_named_and_one_of_roles_holds() -> None:
    access, codes = (f"settings.changed settings:{each}" for each in ("access", "codes"))
    lines = [
        Taken(NOON + 1, SHOP, What.SETTING, ANN, setting=access),
        Taken(NOON + 2, SHOP, What.SETTING, SHOP, setting=access),
        Taken(NOON + 3, SHOP, What.SETTING, ANN, setting=codes),
        Taken(NOON + 4, SHOP, What.ROLES, ANN, roles="clerk"),
        Taken(NOON + 5, SHOP, What.ROLES, ANN, roles="analyst"),
    ]

    assert in_force(lines, NOON) == [lines[1], lines[2], lines[4]]


def _taken(at: int, what: What = What.API_KEY) -> Taken:
    return Taken(at, SHOP, what, ANN)
