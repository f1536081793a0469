"""Ids are UUIDs in every way, and have one spelling."""

from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from watchword.foundation.ids import Id, new_id


@given(some.uuids())
def test_an_id_is_the_uuid_that_it_spells(uuid: UUID) -> None:
    id = Id(str(uuid))

    assert [str(id), str(id)] == [str(uuid)] * 2  # the second time from memory
    assert id == uuid
    assert hash(id) == hash(uuid)
    assert id.bytes == uuid.bytes
    assert msgspec.json.encode(id) == msgspec.json.encode(uuid)


def test_a_new_id_is_random() -> None:
    ids = {new_id() for _ in range(100)}

    assert len(ids) == 100
    assert {id.version for id in ids} == {4}
