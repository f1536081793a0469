"""When a version of a key may be given up."""

import pytest

from tests.stores import KEYRING, NOON
from watchword.features.census.rules import InUse, IsNewest, Kept, NoSuchVersion, retire
from watchword.foundation.keyring import KeyKind, rotated, without

CODES = KeyKind.CODES
ROTATED = rotated(KEYRING, [CODES], NOON)


def test_an_old_version_goes_once_nothing_rests_under_it() -> None:
    assert retire(ROTATED, CODES, 1, {Kept.CHALLENGES: 0}) == without(ROTATED, CODES, 1)


def test_a_version_stays_for_as_long_as_anything_rests_under_it() -> None:
    resting = {Kept.CHALLENGES: 1, Kept.MESSAGES: 0}

    assert retire(ROTATED, CODES, 1, resting) == InUse({Kept.CHALLENGES: 1})


@pytest.mark.parametrize("resting", [{}, {Kept.CHALLENGES: 1}])
def test_the_newest_version_stays_whatever_rests(resting: dict[Kept, int]) -> None:
    assert retire(ROTATED, CODES, 2, resting) == IsNewest()


@pytest.mark.parametrize("version", [0, 3, -1])
def test_a_version_that_is_not_there_cannot_go(version: int) -> None:
    assert retire(ROTATED, CODES, version, {}) == NoSuchVersion()
