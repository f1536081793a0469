"""Entries get one order, whoever seals; what a crash leaves half done is done by the next."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.ledger import naive
from tests.features.ledger.books import FORGER, KEY, SIGNER
from tests.features.ledger.keepers import Ear, SecondPlace, new_sealing, notes, sealed, write
from tests.stores import BANK, SHOP, MovableTime
from watchword.features.ledger.checkpoints import PublicKey, origin_of, who_signed
from watchword.features.ledger.keys.store import PublicKeyStore
from watchword.features.ledger.ports import NotCopied
from watchword.features.ledger.rules import SIGN_EACH, SIGN_WITHIN, written
from watchword.features.ledger.sealing.service import AT_ONCE
from watchword.features.ledger.store import LedgerStore
from watchword.features.limits.service import HOUSE
from watchword.foundation.storage import ConstraintViolated, Storage, open_storage

SECOND = timedelta(seconds=1)


async def test_entries_get_their_places_in_the_order_in_which_they_came(
    house: Storage, time: MovableTime
) -> None:
    await write(house, 3)
    time.pass_by(SECOND)
    await write(house, 1)

    assert await new_sealing(house).seal(BANK) == 4

    found = await sealed(house)
    assert [entry.position for entry in found] == [0, 1, 2, 3]
    assert [entry.at for entry in found] == sorted(entry.at for entry in found)


async def test_the_root_that_is_signed_is_that_over_all_entries(house: Storage) -> None:
    await write(house, 300)
    await new_sealing(house).seal_all(BANK)

    content, previous = list[bytes](), b""
    for entry in await sealed(house):
        content.append(written(entry, len(content), previous))
        previous = entry.leaf or b""
    (note,) = await notes(house)
    assert note.checkpoint.root == naive.root(content)
    assert (note.checkpoint.origin, note.checkpoint.size) == (origin_of(BANK), 300)
    assert who_signed(note, [KEY]) == [KEY]


async def test_nothing_is_signed_before_it_is_time(house: Storage, time: MovableTime) -> None:
    sealing = new_sealing(house)
    await write(house, 2)
    await sealing.seal(BANK)

    assert await notes(house) == []
    time.pass_by(SIGN_WITHIN - SECOND)
    assert await sealing.waiting() == []
    time.pass_by(SECOND)
    assert await sealing.waiting() == [BANK]
    await sealing.seal(BANK)

    assert [note.checkpoint.size for note in await notes(house)] == [2]
    time.pass_by(timedelta(days=1))
    assert await sealing.waiting() == []


async def test_each_thousand_is_signed_at_once(house: Storage) -> None:
    sealing = new_sealing(house)
    await write(house, SIGN_EACH * 2 + 1)

    while await sealing.seal(BANK):
        continue

    assert [note.checkpoint.size for note in await notes(house)] == [SIGN_EACH, 2 * SIGN_EACH]


async def test_who_asks_has_it_signed_at_once_and_only_once(house: Storage) -> None:
    sealing = new_sealing(house)
    await write(house, AT_ONCE)

    await sealing.seal_all(BANK)
    await sealing.seal_all(BANK)

    assert [note.checkpoint.size for note in await notes(house)] == [AT_ONCE]


async def test_two_who_seal_at_once_do_not_fork_the_tree(house: Storage, migrated: str) -> None:
    await write(house, 900)
    async with open_storage(migrated, patience=30) as other:
        sealers = [new_sealing(storage) for storage in (house, house, other, other)]

        async def work(number: int) -> None:
            while await sealers[number].seal(BANK, 50):
                await write(house, 3)
                if len(await sealed(house)) > 1200:
                    return

        await asyncio.gather(*map(work, range(len(sealers))))
        await sealers[0].seal_all(BANK)

    found = await sealed(house)
    content, previous = list[bytes](), b""
    for entry in found:
        content.append(written(entry, len(content), previous))
        previous = entry.leaf or b""
    assert [entry.position for entry in found] == [*range(len(found))]
    assert len({entry.id for entry in found}) == len(found) > 900
    assert (await notes(house))[-1].checkpoint.root == naive.root(content)


async def test_the_database_itself_gives_no_place_twice(house: Storage) -> None:
    await write(house, 2)
    await new_sealing(house).seal(BANK)
    await write(house, 1)

    with pytest.raises(ConstraintViolated):
        async with house.begin(BANK) as transaction:
            store = LedgerStore(transaction, BANK)
            first = (await store.sealed(0, 1))[0]
            (new,) = await store.unsealed(1)
            await store.seal([replace(new, position=0, leaf=first.leaf)], [])


async def test_a_process_that_dies_while_it_seals_leaves_nothing_half_done(
    house: Storage,
) -> None:
    class Died(Exception):
        pass

    class Dying(Ear):
        async def __call__(self, *_: object) -> None:
            raise Died

    await write(house, 5)
    with pytest.raises(Died):
        await new_sealing(house, ear=Dying()).seal_all(BANK)

    assert await sealed(house) == []
    assert await notes(house) == []
    await new_sealing(house).seal_all(BANK)
    assert [note.checkpoint.size for note in await notes(house)] == [5]


async def test_what_was_sealed_before_a_process_died_is_signed_by_the_next(
    house: Storage, time: MovableTime
) -> None:
    await write(house, 5)
    await new_sealing(house).seal(BANK)  # and then nothing more is heard of it
    time.pass_by(SIGN_WITHIN)

    later = new_sealing(house)
    assert await later.waiting() == [BANK]
    await later.seal(BANK)

    assert [note.checkpoint.size for note in await notes(house)] == [5]


async def test_each_organisation_has_a_tree_of_its_own(house: Storage) -> None:
    sealing = new_sealing(house)
    await write(house, 3, BANK)
    await write(house, 2, SHOP)

    assert {*await sealing.waiting()} == {BANK, SHOP}
    await sealing.seal_all(BANK)
    await sealing.seal_all(SHOP)

    assert [note.checkpoint.origin for note in await notes(house, SHOP)] == [origin_of(SHOP)]
    assert len(await sealed(house, SHOP)) == 2


async def test_public_keys_are_kept_before_anything_is_signed_with_them(house: Storage) -> None:
    await write(house, 1)
    await new_sealing(house, signers=[FORGER, SIGNER]).seal_all(BANK)

    async with house.reading(HOUSE) as transaction:
        kept = await PublicKeyStore(transaction, HOUSE).all()

    assert {key.public for key in kept} == {SIGNER.public, FORGER.public}
    (note,) = await notes(house)
    assert len(who_signed(note, [PublicKey(SIGNER.public), PublicKey(FORGER.public)])) == 2


class TestTheSecondPlace:
    async def test_gets_every_checkpoint_in_order_and_once(
        self, house: Storage, time: MovableTime
    ) -> None:
        copies = SecondPlace()
        sealing = new_sealing(house, copies=copies)
        for _ in range(3):
            await write(house, 2)
            await sealing.seal_all(BANK)
            time.pass_by(SECOND)

        assert await sealing.uncopied() == [BANK]
        assert await sealing.copy(BANK) == 3
        assert await sealing.copy(BANK) == 0

        assert copies.notes == [note.text for note in await notes(house)]
        assert await sealing.uncopied() == []

    async def test_that_fails_gets_them_later(self, house: Storage) -> None:
        copies = SecondPlace(is_full=True)
        sealing = new_sealing(house, copies=copies)
        await write(house, 2)
        await sealing.seal_all(BANK)

        with pytest.raises(NotCopied):
            await sealing.copy(BANK)
        assert await sealing.uncopied() == [BANK]
        copies.is_full = False

        assert await sealing.copy(BANK) == 1

    async def test_that_is_not_set_is_asked_for_nothing(self, house: Storage) -> None:
        sealing = new_sealing(house)
        await write(house, 2)
        await sealing.seal_all(BANK)

        assert await sealing.uncopied() == []
        assert await sealing.copy(BANK) == 0

    async def test_that_comes_later_gets_what_was_signed_before(self, house: Storage) -> None:
        await write(house, 2)
        await new_sealing(house).seal_all(BANK)
        copies = SecondPlace()

        assert await new_sealing(house, copies=copies).copy(BANK) == 1
        assert len(copies.notes) == 1


async def test_whoever_listens_hears_of_each_checkpoint(house: Storage) -> None:
    ear = Ear()
    await write(house, 4)

    await new_sealing(house, ear=ear).seal_all(BANK)

    assert [(heard.origin, heard.size) for heard in ear.heard] == [(origin_of(BANK), 4)]
