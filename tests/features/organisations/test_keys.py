"""What the keys of an organisation lock, and what opens without them: nothing."""

import hmac
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stores import BANK, SHOP
from watchword.features.organisations.keys import (
    OrganisationKeyKind,
    OrganisationKeys,
    WrappedKey,
    lock_for,
    opened,
    unwrap,
    wrap,
)
from watchword.foundation.framing import framed
from watchword.foundation.ids import OrganisationId
from watchword.foundation.sealing import SealBroken

DATA, INDEX = OrganisationKeyKind.DATA, OrganisationKeyKind.INDEX
ROOTS = {1: bytes([1]) * 32, 2: bytes([2]) * 32}
NUMBER = "+491701234567"

keys = some.binary(min_size=32, max_size=32)


def wrapped(
    organisation_id: OrganisationId, contents: Mapping[tuple[OrganisationKeyKind, int], bytes]
) -> dict[tuple[OrganisationKeyKind, int], WrappedKey]:
    rest = {}
    for (kind, version), content in contents.items():
        key = WrappedKey(kind=kind, version=version, root_version=1, wrapped=b"")
        lock = lock_for(ROOTS[1], organisation_id, key)
        rest[kind, version] = replace(key, wrapped=wrap(lock, content))
    return rest


BANKS = wrapped(BANK, {(DATA, 1): b"d" * 32, (DATA, 2): b"e" * 32, (INDEX, 1): b"i" * 32})
SHOPS = wrapped(SHOP, {(DATA, 1): b"D" * 32, (DATA, 2): b"E" * 32, (INDEX, 1): b"I" * 32})


def test_wrapped_keys_open_with_the_root_key() -> None:
    keys = opened(BANK, BANKS, ROOTS)

    assert keys.data == {1: b"d" * 32, 2: b"e" * 32}
    assert keys.index == b"i" * 32
    assert keys.newest == 2


def test_wrapped_keys_open_with_no_other_root_key() -> None:
    with pytest.raises(SealBroken):
        opened(BANK, BANKS, {1: ROOTS[2]})
    with pytest.raises(SealBroken, match="no version 1 of the root key"):
        opened(BANK, BANKS, {2: ROOTS[2]})


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ((DATA, 1), SHOPS[DATA, 1]),  # that of another organisation
        ((INDEX, 1), SHOPS[INDEX, 1]),
        ((DATA, 1), BANKS[DATA, 2]),  # another version
        ((INDEX, 1), BANKS[DATA, 1]),  # another kind
    ],
)
def test_a_wrapped_key_in_the_place_of_another_does_not_open(
    place: tuple[OrganisationKeyKind, int], other: WrappedKey
) -> None:
    swapped = BANKS | {place: replace(BANKS[place], wrapped=other.wrapped)}

    with pytest.raises(SealBroken):
        opened(BANK, swapped, ROOTS)


@given(keys, keys)
def test_a_key_that_was_wrapped_comes_out_as_it_was_and_with_its_own_lock_alone(
    lock: bytes, key: bytes
) -> None:
    assert unwrap(lock, wrap(lock, key)) == key
    with pytest.raises(SealBroken):
        unwrap(bytes(32) if any(lock) else bytes([1]) * 32, wrap(lock, key))


@given(some.binary(max_size=80))
def test_what_was_never_wrapped_does_not_open(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        unwrap(ROOTS[1], garbage)


class TestABlindIndex:
    BANK_KEYS = OrganisationKeys(organisation_id=BANK, data={1: b"d" * 32}, index=b"i" * 32)

    def test_is_the_same_for_the_same_value(self) -> None:
        assert self.BANK_KEYS.blind("phone", NUMBER) == self.BANK_KEYS.blind("phone", NUMBER)

    def test_is_what_it_always_was(self) -> None:
        message = framed("watchword/index/1", BANK.bytes, "phone", NUMBER)
        expected = hmac.digest(b"i" * 32, message, "sha256")[:16]

        assert [self.BANK_KEYS.blind("phone", NUMBER) for _ in range(2)] == [expected] * 2

    def test_is_another_in_another_organisation_even_if_it_had_the_same_key(self) -> None:
        shop_keys = replace(self.BANK_KEYS, organisation_id=SHOP)

        assert shop_keys.blind("phone", NUMBER) != self.BANK_KEYS.blind("phone", NUMBER)

    def test_is_another_for_another_key_or_column_or_value(self) -> None:
        indexes = {
            self.BANK_KEYS.blind("phone", NUMBER),
            self.BANK_KEYS.blind("email", NUMBER),
            self.BANK_KEYS.blind("phon", f"e{NUMBER}"),
            self.BANK_KEYS.blind("phone", NUMBER[:-1]),
            replace(self.BANK_KEYS, index=b"j" * 32).blind("phone", NUMBER),
        }

        assert len(indexes) == 5


def test_keys_do_not_print() -> None:
    shown = repr(opened(BANK, BANKS, ROOTS)) + repr(BANKS[DATA, 1])

    assert "dddd" not in shown
    assert "iiii" not in shown
    assert "\\x" not in shown
