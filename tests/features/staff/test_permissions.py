"""What each role may do: the table as the trades know it, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.features.approvals.rules import Kind
from watchword.features.organisations.rules import LocationId
from watchword.features.staff.permissions import (
    PRESETS,
    SOMEWHERE_IS_ENOUGH,
    TABLE,
    TO_ASK,
    How,
    Permission,
    Role,
    how,
)
from watchword.features.staff.rules import Grant, admits, may
from watchword.foundation.ids import Id

COLUMNS = (
    Role.CLERK,
    Role.PHONE_AGENT,
    Role.MANAGER,
    Role.MARKETING,
    Role.ANALYST,
    Role.OWNER,
)
WAYS = {
    "y": How.FREELY,
    "reason": How.WITH_REASON,
    "twice": How.TWICE,
    "allowed": How.IF_ALLOWED,
    "n": None,
}
AS_THE_TRADES_KNOW_IT = {
    #                               clerk    agent  manager marketing analyst owner
    Permission.CUSTOMERS_SEARCH: "  y        y      y       n         n       y     ",
    Permission.VERIFY_IN_STORE: "   y        n      y       n         n       y     ",
    Permission.VERIFY_BY_PHONE: "   n        y      y       n         n       y     ",
    Permission.VERIFY_OTHER: "      n        n      reason  n         n       reason",
    Permission.MASTER_PIN_ENTER: "  allowed  n      y       n         n       y     ",
    Permission.OVERRIDES_SET: "     n        n      n       n         n       twice ",
    Permission.MEMBER_PIN_RESET: "  n        reason y       n         n       y     ",
    Permission.CARDS_EDIT: "        n        n      reason  n         n       reason",
    Permission.CUSTOMERS_IMPORT: "  n        n      y       n         n       y     ",
    Permission.CUSTOMERS_EXPORT: "  n        n      n       n         n       reason",
    Permission.PROFILES_EDIT: "     n        n      n       n         n       y     ",
    Permission.CAMPAIGNS: "         n        n      n       y         n       y     ",
}
SHOP, BRANCH = LocationId(Id(int=1)), LocationId(Id(int=2))

grants = st.builds(Grant, st.sampled_from(Role), st.none() | st.sampled_from([SHOP, BRANCH]))


@pytest.mark.parametrize("permission", AS_THE_TRADES_KNOW_IT, ids=str)
def test_a_row_is_as_the_trades_know_it(permission: Permission) -> None:
    row = AS_THE_TRADES_KNOW_IT[permission].split()

    assert [how(role, permission) for role in COLUMNS] == [WAYS[word] for word in row]


@pytest.mark.parametrize("permission", Permission, ids=str)
def test_an_owner_may_do_everything(permission: Permission) -> None:
    assert how(Role.OWNER, permission) is not None


def test_nothing_is_forgotten_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


def test_an_analyst_changes_nothing() -> None:
    may_do = {permission for permission in Permission if how(Role.ANALYST, permission)}

    assert may_do == {
        Permission.DASHBOARD,
        Permission.LEDGER_SEE,
        Permission.LEDGER_EXPORT,
        Permission.OWN_ACCOUNT,
    }


@pytest.mark.parametrize("permission", [*Permission], ids=str)
def test_no_permission_lets_anybody_see_a_code(permission: Permission) -> None:
    assert not {"code", "pin", "secret"} & set(permission.value.partition(":")[2].split("_"))


def test_a_role_at_one_location_does_not_count_at_another() -> None:
    manager = (Grant(Role.MANAGER, SHOP),)

    assert may(manager, Permission.VERIFY_OTHER, SHOP)
    assert not may(manager, Permission.VERIFY_OTHER, BRANCH)


def test_a_role_at_one_location_does_not_touch_the_whole_organisation() -> None:
    owner_of_a_shop = (Grant(Role.OWNER, SHOP),)

    assert not may(owner_of_a_shop, Permission.SETTINGS_EDIT, None)
    assert not admits(owner_of_a_shop, Permission.API_KEYS_EDIT)
    assert admits(owner_of_a_shop, Permission.SETTINGS_EDIT)


def test_a_role_alone_does_not_open_what_settings_have_to_allow() -> None:
    clerk, both = (Grant(Role.CLERK),), (Grant(Role.CLERK), Grant(Role.MANAGER))

    assert not may(clerk, Permission.MASTER_PIN_ENTER, SHOP)
    assert may(both, Permission.MASTER_PIN_ENTER, SHOP)


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_whoever_asks_for_a_second_person_may_do_it_themselves(kind: Kind) -> None:
    assert may((Grant(Role.OWNER),), TO_ASK[kind], None)


@given(held=st.lists(grants, max_size=4), more=grants, permission=st.sampled_from(Permission))
def test_another_role_never_takes_anything_away(
    held: list[Grant], more: Grant, permission: Permission
) -> None:
    for place in (None, SHOP, BRANCH):
        assert not may(held, permission, place) or may([*held, more], permission, place)


@given(held=st.lists(grants, max_size=4), permission=st.sampled_from(Permission))
def test_whoever_may_do_it_everywhere_may_do_it_at_each_location(
    held: list[Grant], permission: Permission
) -> None:
    assert not may(held, permission, None) or may(held, permission, SHOP)
    assert not may(held, permission, None) or admits(held, permission)


@given(held=st.lists(grants, max_size=4), permission=st.sampled_from(sorted(SOMEWHERE_IS_ENOUGH)))
def test_such_a_door_opens_to_whoever_may_do_it_somewhere(
    held: list[Grant], permission: Permission
) -> None:
    somewhere = any(may(held, permission, place) for place in (None, SHOP, BRANCH))

    assert bool(admits(held, permission)) == somewhere


def test_the_names_of_alpine_iq_are_roles_of_ours() -> None:
    assert PRESETS["Budtender"] is Role.CLERK
    assert {*PRESETS.values()} == {*Role}
