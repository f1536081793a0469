"""What happens to organisations and their keys, on a real database."""

import asyncio
import hashlib
import hmac

import pytest

from tests.stores import BANK, KEYRING, NOON, at_rest, found, new_organisations
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.rules import Mode, Organisation, SlugTaken, Unacceptable
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.store import OrganisationCensus, OrganisationStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.keyring import KeyKind, Keyring, new_keyring, rotated, without
from watchword.foundation.sealing import SealBroken
from watchword.foundation.storage import Storage

NUMBER = "+491701234567"
ROTATED = rotated(KEYRING, [KeyKind.ROOT], NOON)


async def keys_of(
    storage: Storage, organisation: Organisation, keyring: Keyring = KEYRING
) -> OrganisationKeys:
    """Open the keys as a process would that has just been started."""
    return await open_keys(storage, organisation.id, new_organisations(storage, keyring))


async def open_keys(
    storage: Storage, id: OrganisationId, organisations: Organisations
) -> OrganisationKeys:
    async with storage.reading(id) as transaction:
        return await organisations.keys(transaction, id)


class TestFounding:
    async def test_makes_an_organisation_that_can_be_found(self, house: Storage) -> None:
        bank = await found(house, "bank")
        shop = await found(house, "shop", mode=Mode.LIVE)

        organisations = new_organisations(house)
        assert await organisations.find("bank") == bank
        assert bank.created_at == NOON
        assert await organisations.all() == [bank, shop]

    async def test_leaves_a_trace(self, house: Storage) -> None:
        bank = await found(house)

        async with house.reading(bank.id) as transaction:
            [entry] = await AuditStore(transaction, bank.id).about(str(bank.id))
        assert entry.action is Action.ORGANISATION_CREATED

    async def test_of_what_may_not_be_is_refused_and_leaves_nothing(self, house: Storage) -> None:
        organisations = new_organisations(house)

        outcome = await organisations.found(
            slug="No!", name="x", mode=Mode.TEST, country="DE", locale="de", actor="test"
        )

        assert isinstance(outcome, Unacceptable)
        assert await organisations.all() == []

    async def test_of_a_second_one_with_the_same_short_name_leaves_nothing(
        self, house: Storage
    ) -> None:
        bank = await found(house)
        organisations = new_organisations(house)

        outcome = await organisations.found(
            slug="bank", name="Bank", mode=Mode.TEST, country="DE", locale="de", actor="test"
        )

        assert outcome == SlugTaken("bank")
        assert await organisations.all() == [bank]
        assert await self.keys(house) == 2

    async def test_of_two_with_one_short_name_at_once_makes_one(self, house: Storage) -> None:
        organisations = new_organisations(house)

        outcomes = await asyncio.gather(
            *(
                organisations.found(
                    slug="bank", name=name, mode=Mode.TEST, country="DE", locale="de", actor="test"
                )
                for name in ("One", "Other")
            )
        )

        assert outcomes.count(SlugTaken("bank")) == 1
        assert len(await organisations.all()) == 1

    async def keys(self, storage: Storage) -> int:
        async with storage.reading(EVERYWHERE) as transaction:
            return sum((await OrganisationCensus(transaction).by_root_key()).values())

    async def test_of_one_that_is_not_there_finds_nothing(self, house: Storage) -> None:
        with pytest.raises(NotFound):
            await new_organisations(house).find("nobody")


class TestKeys:
    async def test_are_others_in_every_organisation(self, house: Storage) -> None:
        bank, shop = await found(house, "bank"), await found(house, "shop")
        banks, shops = await keys_of(house, bank), await keys_of(house, shop)

        assert banks.data[1] != shops.data[1]
        assert banks.index != shops.index
        assert banks.blind("phone", NUMBER) != shops.blind("phone", NUMBER)

    async def test_rest_where_no_thief_of_the_database_can_read_them(
        self, house: Storage, migrated: str
    ) -> None:
        keys = await keys_of(house, await found(house))
        stolen = await at_rest(migrated)

        assert keys.index not in stolen
        assert keys.data[1] not in stolen

    async def test_do_not_open_with_another_keyring(self, house: Storage) -> None:
        bank = await found(house)

        with pytest.raises(SealBroken):
            await keys_of(house, bank, new_keyring(NOON))

    async def test_that_were_swapped_between_organisations_do_not_open(
        self, house: Storage
    ) -> None:
        bank, shop = await found(house, "bank"), await found(house, "shop")
        async with house.begin(EVERYWHERE) as transaction:
            theirs = await OrganisationStore(transaction, shop.id).keys()
            for key in theirs:
                await OrganisationStore(transaction, bank.id).rewrap(key)

        with pytest.raises(SealBroken):
            await keys_of(house, bank)

    async def test_have_a_newest_version(self, house: Storage) -> None:
        bank = await found(house)
        organisations = new_organisations(house)
        first = await organisations.newest_data_key(bank.id)

        await organisations.rotate_data_key(bank.id, "test")

        assert (first, await organisations.newest_data_key(bank.id)) == (1, 2)

    async def test_are_read_once_and_then_remembered(self, house: Storage) -> None:
        bank = await found(house)
        organisations = new_organisations(house)

        first = await open_keys(house, bank.id, organisations)

        assert await open_keys(house, bank.id, organisations) is first


def test_an_index_without_its_key_is_no_use_for_guessing() -> None:
    """A thief tries the number itself with every digest that needs no key."""
    keys = OrganisationKeys(organisation_id=BANK, data={}, index=b"k" * 32)
    index = keys.blind("phone", NUMBER)
    tried = {
        hashlib.new(name, NUMBER.encode()).digest()[:16] for name in ("sha256", "sha512", "md5")
    }
    tried |= {hmac.digest(bytes(32), NUMBER.encode(), "sha256")[:16]}

    assert index not in tried


class TestARotationOfTheDataKey:
    async def test_makes_a_version_that_is_used_from_now_on(self, house: Storage) -> None:
        bank = await found(house)
        organisations = new_organisations(house)
        before = await open_keys(house, bank.id, organisations)

        assert await organisations.rotate_data_key(bank.id, "test") == 2

        after = await open_keys(house, bank.id, organisations)
        assert after.newest == 2
        assert after.data[1] == before.data[1]
        assert after.data[2] != before.data[1]
        assert after.index == before.index

    async def test_is_seen_by_another_process_when_it_looks_again(self, house: Storage) -> None:
        bank = await found(house)
        other = new_organisations(house)
        await open_keys(house, bank.id, other)
        await new_organisations(house).rotate_data_key(bank.id, "test")

        async with house.reading(bank.id) as transaction:
            assert (await other.reload_keys(transaction, bank.id)).newest == 2

    async def test_leaves_a_trace(self, house: Storage) -> None:
        bank = await found(house)
        await new_organisations(house).rotate_data_key(bank.id, "staff:1")

        async with house.reading(bank.id) as transaction:
            entries = await AuditStore(transaction, bank.id).about(str(bank.id))
        assert [(entry.actor, entry.details) for entry in entries if entry.details] == [
            ("staff:1", {"kind": "data", "version": 2})
        ]


class TestARotationOfTheRootKey:
    async def test_leaves_keys_as_they_are_and_keeps_them_under_the_new_version(
        self, house: Storage
    ) -> None:
        bank, shop = await found(house, "bank"), await found(house, "shop")
        before = await keys_of(house, bank)
        organisations = new_organisations(house, ROTATED)
        assert await self.census(house) == {1: 4}

        assert await organisations.rewrap_keys(bank.id) == 2
        assert await organisations.rewrap_keys(bank.id) == 0

        assert await self.census(house) == {1: 2, 2: 2}
        assert await keys_of(house, bank, ROTATED) == before
        assert await keys_of(house, bank, without(ROTATED, KeyKind.ROOT, 1)) == before
        with pytest.raises(SealBroken, match="no version 1 of the root key"):
            await keys_of(house, shop, without(ROTATED, KeyKind.ROOT, 1))

    async def test_is_used_for_new_keys_at_once(self, house: Storage) -> None:
        bank = await found(house, keyring=ROTATED)

        assert await self.census(house) == {2: 2}
        with pytest.raises(SealBroken):
            await keys_of(house, bank, KEYRING)

    async def census(self, storage: Storage) -> dict[int, int]:
        async with storage.reading(EVERYWHERE) as transaction:
            return {**await OrganisationCensus(transaction).by_root_key()}
