"""What is counted on a real database."""

import pytest

from tests.stores import KEYRING, NOON, found, new_organisations
from watchword.features.census.rules import InUse, Inventory, Kept
from watchword.features.census.service import Census
from watchword.foundation.keyring import KeyKind, rotated, without
from watchword.foundation.storage import Storage

ROTATED = rotated(KEYRING, KeyKind, NOON)


async def test_a_root_key_is_kept_until_every_organisation_has_left_it(house: Storage) -> None:
    bank, shop = await found(house, "bank"), await found(house, "shop")
    census, organisations = Census(storage=house), new_organisations(house, ROTATED)

    await organisations.rewrap_keys(bank.id)
    refused = await census.retire(ROTATED, KeyKind.ROOT, 1)
    await organisations.rewrap_keys(shop.id)
    allowed = await census.retire(ROTATED, KeyKind.ROOT, 1)

    assert refused == InUse({Kept.ORGANISATION_KEYS: 2})
    assert allowed == without(ROTATED, KeyKind.ROOT, 1)


@pytest.mark.parametrize("kind", KeyKind)
async def test_in_an_empty_house_any_old_key_may_go(house: Storage, kind: KeyKind) -> None:
    assert await Census(storage=house).retire(ROTATED, kind, 1) == without(ROTATED, kind, 1)


async def test_the_inventory_has_all_organisations(house: Storage) -> None:
    bank, shop = await found(house, "bank"), await found(house, "shop")

    inventory = await Census(storage=house).inventory()

    assert inventory == Inventory(organisations=[bank, shop], waiting={}, unsealed_since=NOON)
