"""Every table is decided upon: what becomes of it in a restored copy, and why."""

import pytest

from watchword.features.restores.store import KEPT, VOIDS
from watchword.migrations.schema import schema

MARKS_OF_ONE_USE = {"used_at", "ended_at", "withdrawn_at", "lease_until", "expires_at"}
DECIDED_BY_HAND = {
    "api_keys": "they are good for years; revoked ones are on the list",
    "blocks": "they only ever stop something",
    "passkeys": "`used_at` says when last; they are good for ever",
    "pin_surveys": "`ended_at` says how the last one ended; the next begins anew",
    "vouchers": "what is out is settled or comes back, as it would have; each still has its points",
    "redemptions": "what was paid for stays paid for; what waits is held until it runs out",
}


def test_every_table_is_decided_upon_and_none_twice() -> None:
    assert sorted([*VOIDS, *KEPT]) == sorted(schema.tables)


@pytest.mark.parametrize("table", sorted(KEPT))
def test_what_is_kept_is_not_good_for_one_use(table: str) -> None:
    columns = {column.name for column in schema.tables[table].columns}

    assert not columns & MARKS_OF_ONE_USE or table in DECIDED_BY_HAND, KEPT[table]
