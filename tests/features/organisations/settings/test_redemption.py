"""What works when a customer redeems: every combination of the override settings."""

from itertools import product

import pytest

from watchword.features.organisations.settings.redemption import (
    IN_STORE,
    Override,
    Way,
    in_store,
    is_ignored,
    online,
)
from watchword.features.organisations.settings.sections import Redemption

SENT, SHOWN, MASTER = Way.SENT_CODE, Way.WALLET_CODE, Way.MASTER_PIN

# customer PINs disabled, shown in the wallet, master PIN set; what works in store, and online
TABLE = [
    ((False, False, False), {SENT}, {SENT}),
    ((False, True, False), {SENT, SHOWN}, {SENT, SHOWN}),
    ((False, False, True), {SENT, MASTER}, {SENT}),
    ((False, True, True), {SENT, SHOWN, MASTER}, {SENT, SHOWN}),
    ((True, False, True), {MASTER}, set()),
    ((True, True, True), {MASTER}, set()),
    ((True, False, False), set(), set()),
    ((True, True, False), set(), set()),
]


def settings_of(row: tuple[bool, bool, bool], *, copied: bool = False) -> Redemption:
    disabled, shown, master = row
    return Redemption(
        customer_pins=not disabled, show_in_wallet=shown, master_pin=master, copy_to_email=copied
    )


@pytest.mark.parametrize(("row", "works_in_store", "works_online"), TABLE)
def test_the_truth_table_of_the_overrides(
    row: tuple[bool, bool, bool], works_in_store: set[Way], works_online: set[Way]
) -> None:
    for settings in (settings_of(row), settings_of(row, copied=True)):
        assert in_store(settings) == works_in_store
        assert online(settings) == works_online


def test_the_table_has_a_row_for_everything() -> None:
    every = [
        frozenset(each for each, is_on in zip(Override, row, strict=True) if is_on)
        for row in product([False, True], repeat=len(Override))
    ]

    assert {*IN_STORE} == {*every}
    assert len(TABLE) == len({row for row, _, _ in TABLE}) == len(every)


@pytest.mark.parametrize("row", [row for row, _, _ in TABLE])
def test_disabling_wins_over_showing(row: tuple[bool, bool, bool]) -> None:
    settings = settings_of(row, copied=True)

    disabled, _, master = row
    assert is_ignored(settings, "show_in_wallet") is disabled
    assert is_ignored(settings, "copy_to_email") is disabled
    assert is_ignored(settings, "clerks_enter_master_pin") is not master
