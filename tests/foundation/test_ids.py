"""Ids are UUIDs in every way, and have one spelling."""

import time
from itertools import islice
from uuid import RFC_4122, UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.ids import Id, new_id, new_ids


@given(some.uuids())
def test_an_id_is_the_uuid_that_it_spells(uuid: UUID) -> None:
    id = Id(str(uuid))

    assert [str(id), str(id)] == [str(uuid)] * 2  # the second time from memory
    assert id == uuid
    assert hash(id) == hash(uuid)
    assert id.bytes == uuid.bytes
    assert msgspec.json.encode(id) == msgspec.json.encode(uuid)


def test_a_new_id_begins_with_its_time_and_the_rest_is_drawn() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(100)]
    after = time.time_ns() // 1_000_000

    assert {id.version for id in ids} == {7}
    assert {id.variant for id in ids} == {RFC_4122}
    assert all(before <= moment_of(id) <= after for id in ids)
    assert [moment_of(id) for id in ids] == sorted(moment_of(id) for id in ids)
    assert len({drawn_of(id) for id in ids}) == 100


def test_of_each_id_74_bits_are_drawn() -> None:
    ids = [new_id() for _ in range(200)] + list(islice(iter(new_ids(), None), 200))

    ever_one = ever_zero = 0
    for id in ids:
        ever_one |= id.int
        ever_zero |= ~id.int
    both = ever_one & ever_zero & ((1 << 80) - 1)

    assert both.bit_count() == 74  # version and variant take the other six


def test_ids_that_are_drawn_together_begin_alike() -> None:
    draw = new_ids()
    ids = [draw() for _ in range(250)]

    assert {id.version for id in ids} == {7}
    assert len({moment_of(id) for id in ids}) == 1
    assert len(set(ids)) == 250


def moment_of(id: UUID) -> int:
    """Give the milliseconds since 1970 that an id begins with."""
    return id.int >> 80


def drawn_of(id: UUID) -> int:
    return id.int & ((1 << 80) - 1)
