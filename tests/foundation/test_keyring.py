"""Which keys there are, and how they grow older."""

from datetime import UTC, datetime, timedelta

import pytest

from watchword.foundation.keyring import (
    KeyInUse,
    KeyKind,
    KeyMissing,
    Keyring,
    new_keyring,
    rotated,
    without,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
KEYRING = new_keyring(NOON)


def test_a_new_keyring_has_one_key_of_each_kind_and_no_two_alike() -> None:
    contents = {content for kind in KeyKind for content in KEYRING.versions(kind).values()}

    assert {KEYRING.newest(kind) for kind in KeyKind} == {1}
    assert len(contents) == len(KeyKind)
    assert {len(content) for content in contents} == {32}


def test_no_two_keyrings_are_alike() -> None:
    assert {key.content for key in KEYRING.keys}.isdisjoint(
        key.content for key in new_keyring(NOON).keys
    )


def test_a_rotation_adds_a_version_and_keeps_the_old_one() -> None:
    later = rotated(KEYRING, [KeyKind.CODES], NOON + timedelta(days=1))

    assert later.newest(KeyKind.CODES) == 2
    assert later.versions(KeyKind.CODES)[1] == KEYRING.versions(KeyKind.CODES)[1]
    assert later.versions(KeyKind.CODES)[1] != later.versions(KeyKind.CODES)[2]
    assert later.versions(KeyKind.ROOT) == KEYRING.versions(KeyKind.ROOT)


def test_an_old_version_can_be_taken_away_and_the_newest_cannot() -> None:
    later = rotated(KEYRING, [KeyKind.CODES], NOON)

    assert [*without(later, KeyKind.CODES, 1).versions(KeyKind.CODES)] == [2]
    with pytest.raises(KeyInUse, match="in use"):
        without(later, KeyKind.CODES, 2)


def test_a_missing_kind_of_key_is_named_with_what_to_do() -> None:
    with pytest.raises(KeyMissing, match=r"no root key.*watchword keys create"):
        Keyring(keys=()).versions(KeyKind.ROOT)


@pytest.mark.parametrize("is_throwaway", [True, False])
def test_a_throwaway_keyring_stays_one_through_every_change(*, is_throwaway: bool) -> None:
    keyring = rotated(new_keyring(NOON, is_throwaway=is_throwaway), KeyKind, NOON)

    assert keyring.is_throwaway is is_throwaway
    assert without(keyring, KeyKind.ROOT, 1).is_throwaway is is_throwaway


def test_keys_do_not_print() -> None:
    shown = repr(KEYRING) + "".join(map(repr, KEYRING.keys))

    assert not any(repr(key.content)[2:-1] in shown for key in KEYRING.keys)
    assert "content" not in shown
