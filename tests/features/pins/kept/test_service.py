"""PINs that are kept: judged, counted, locked, looked back on, and never readable."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.features.pins.kept.conftest import LOCKING, PIN, QUICK, WRONG, Vault
from tests.stores import KEYRING, at_rest
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.cores.rules import PinFits, PinLocked, PinWrong, Unavailable
from watchword.features.customers.rules import CustomerId
from watchword.features.pins.kept.hashes import place_of
from watchword.features.pins.kept.rules import (
    KEPT_AT_MOST,
    Changed,
    Crowd,
    Locking,
    NoPin,
    NotLocked,
    Origin,
    PinRecord,
    UsedBefore,
    mark_of,
    of_customer,
    of_member,
)
from watchword.features.pins.kept.store import KeptPinCensus, PinStore
from watchword.features.staff.rules import Reasonless
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind, new_keyring, rotated, without
from watchword.foundation.sealed_hashes import Cost
from watchword.foundation.secret import Secret

REASON = "seen in person, with passport"


async def audited(vault: Vault) -> set[Action]:
    whose = vault.caller.organisation.id
    async with vault.storage.reading(whose) as transaction:
        lines = await AuditStore(transaction, whose).about(f"pin:{vault.subject}")
    assert all(PIN.reveal() not in repr(each) for each in lines)
    return {each.action for each in lines}


class TestJudging:
    async def test_the_right_one_comes_through_and_no_other(self, vault: Vault) -> None:
        await vault.set(PIN)

        assert await vault.verify(WRONG) == PinWrong(left=9)
        assert await vault.verify(PIN) == PinFits()
        record = await vault.record()
        assert record is not None
        assert record.wrong_in_a_row == 0

    async def test_whoever_has_none_is_wrong_and_nothing_is_kept_of_them(
        self, vault: Vault
    ) -> None:
        assert await vault.verify(PIN) == PinWrong()
        assert await vault.record() is None

    async def test_ten_wrong_ones_in_a_row_lock_even_the_right_one_out(self, vault: Vault) -> None:
        await vault.set(PIN)

        ended = [await vault.verify(WRONG) for _ in range(11)]

        assert ended == [*(PinWrong(number) for number in range(9, -1, -1)), PinLocked()]
        assert await vault.verify(PIN) == PinLocked()
        assert await audited(vault) == {Action.PIN_SET, Action.PIN_LOCKED}

    async def test_the_tenth_may_be_right(self, vault: Vault) -> None:
        await vault.set(PIN)
        for _ in range(9):
            await vault.verify(WRONG)

        assert await vault.verify(PIN) == PinFits()
        assert await vault.verify(WRONG) == PinWrong(left=9)

    async def test_trying_many_at_once_gains_nothing(self, vault: Vault) -> None:
        await vault.set(PIN)

        ended = await asyncio.gather(*(vault.verify(WRONG) for _ in range(30)))

        assert sum(isinstance(each, PinWrong) for each in ended) == 10
        assert sum(isinstance(each, PinLocked) for each in ended) == 20

    async def test_time_unlocks_only_where_it_may(self, vault: Vault) -> None:
        patient = Locking(after=3, reopens=timedelta(minutes=30))
        await vault.set(PIN)
        for _ in range(3):
            await vault.verify(WRONG, patient)

        vault.time.pass_by(timedelta(minutes=29, seconds=59))
        assert await vault.verify(PIN, patient) == PinLocked()
        vault.time.pass_by(timedelta(seconds=1))
        assert await vault.verify(PIN, Locking(after=3)) == PinLocked()
        assert await vault.verify(WRONG, patient) == PinWrong(left=2)
        assert await vault.verify(PIN, patient) == PinFits()


class TestSetting:
    async def test_is_of_what_somebody_saw(self, vault: Vault) -> None:
        before = await vault.set(PIN)
        assert isinstance(before, PinRecord)
        await vault.set(WRONG)

        late = await vault.pins().set(
            vault.caller,
            vault.subject,
            Secret("571038"),
            expected=mark_of(before),
        )

        assert late == Changed()
        assert await vault.verify(WRONG) == PinFits()

    async def test_does_not_take_one_of_the_last(self, vault: Vault) -> None:
        pins = [Secret(f"90274{number}") for number in range(7)]
        for pin in pins:
            assert isinstance(await vault.set(pin), PinRecord)
            vault.time.pass_by(timedelta(days=1))

        assert await vault.set(pins[2], previous=5) == UsedBefore()
        assert await vault.set(pins[6], previous=5) == UsedBefore()
        assert isinstance(await vault.set(pins[1], previous=5), PinRecord)
        assert isinstance(await vault.set(pins[1], previous=0), PinRecord)

    async def test_keeps_no_more_of_them_than_may_be_asked_for(self, vault: Vault) -> None:
        for number in range(KEPT_AT_MOST + 2):
            await vault.set(Secret(f"{number:06d}"))
            vault.time.pass_by(timedelta(days=1))

        whose = vault.caller.organisation.id
        async with vault.storage.reading(whose) as transaction:
            kept = await PinStore(transaction, whose).earlier(vault.subject, 100)

        assert len(kept) == KEPT_AT_MOST

    async def test_of_members_of_a_core_only_what_is_looked_back_on_is_kept(
        self, vault: Vault
    ) -> None:
        whose, member = vault.caller.organisation.id, of_member(b"\x01\x02")
        await vault.pins().remember(vault.caller, member, PIN)

        record = await vault.pins().get(whose, member)

        assert record is not None
        assert (record.sealed_hash, record.established_at) == (None, vault.time())
        assert await vault.pins().was_used(whose, member, PIN, 5) is True
        assert await vault.pins().was_used(whose, member, WRONG, 5) is False
        assert await vault.pins().verify(whose, member, PIN, LOCKING) == PinWrong()

    async def test_what_was_given_out_is_to_be_changed_and_shows_nothing(
        self, vault: Vault
    ) -> None:
        given = await vault.pins().set(
            vault.caller, vault.subject, PIN, origin=Origin.STAFF, customer_id=vault.customer
        )
        chosen = await vault.set(WRONG)

        assert isinstance(given, PinRecord)
        assert isinstance(chosen, PinRecord)
        assert (given.must_change, given.established_at) == (True, None)
        assert (chosen.must_change, chosen.established_at) == (False, vault.time())


class TestStaff:
    async def test_unlock_with_a_reason(self, vault: Vault) -> None:
        await vault.set(PIN)
        assert await vault.pins().unlock(vault.caller, vault.subject, REASON) == NotLocked()
        for _ in range(10):
            await vault.verify(WRONG)

        assert isinstance(await vault.pins().unlock(vault.caller, vault.subject, " "), Reasonless)
        await vault.pins().unlock(vault.caller, vault.subject, REASON)

        assert await vault.verify(PIN) == PinFits()
        assert Action.PIN_UNLOCKED in await audited(vault)

    async def test_ask_for_another_one_with_a_reason(self, vault: Vault) -> None:
        assert await vault.pins().reset(vault.caller, vault.subject, REASON) == NoPin()
        await vault.set(PIN)

        assert isinstance(await vault.pins().reset(vault.caller, vault.subject, ""), Reasonless)
        after = await vault.pins().reset(vault.caller, vault.subject, REASON)

        assert isinstance(after, PinRecord)
        assert after.must_change
        assert await vault.verify(PIN) == PinFits()
        assert Action.PIN_RESET in await audited(vault)


class TestAtRest:
    async def test_a_thief_of_the_database_has_no_pin(self, vault: Vault, migrated: str) -> None:
        await vault.set(PIN)
        record = await vault.record()

        assert PIN.reveal().encode() not in await at_rest(migrated)
        assert record is not None
        assert "sealed_hash" not in repr(record)

    async def test_without_its_key_nobody_comes_through_and_nobody_is_locked(
        self, vault: Vault
    ) -> None:
        await vault.set(PIN)
        whose = vault.caller.organisation.id
        newer = rotated(KEYRING, [KeyKind.PINS], vault.time())
        gone = without(newer, KeyKind.PINS, 1)

        for keyring in (gone, new_keyring(vault.time())):
            pins = vault.pins(keyring)
            ended = [await pins.verify(whose, vault.subject, PIN, LOCKING) for _ in range(11)]
            assert ended == [Unavailable()] * 11
        assert await vault.verify(PIN) == PinFits()

    async def test_a_new_key_takes_its_place_without_any_customer(self, vault: Vault) -> None:
        other = replace(vault, customer=CustomerId(UUID(int=5)))
        for each in (vault, other):
            await each.set(PIN)
        whose = vault.caller.organisation.id
        newer = rotated(KEYRING, [KeyKind.PINS], vault.time())
        pins = vault.pins(newer)

        done = [await pins.rewrap(whose) for _ in range(2)]

        async with vault.storage.reading(EVERYWHERE) as transaction:
            assert await KeptPinCensus(transaction).by_pins_key() == {2: 4}
        assert done == [4, 0]
        after = vault.pins(without(newer, KeyKind.PINS, 1))
        assert await after.verify(whose, vault.subject, PIN, LOCKING) == PinFits()
        assert await after.was_used(whose, vault.subject, PIN, 5) is True

    async def test_a_hash_that_is_moved_to_somebody_else_is_worth_nothing(
        self, vault: Vault
    ) -> None:
        await vault.set(PIN)
        thief = replace(vault, customer=CustomerId(UUID(int=6)))
        await thief.set(WRONG)
        whose, mine = vault.caller.organisation.id, await vault.record()
        theirs = await thief.record()
        assert mine is not None
        assert theirs is not None
        async with vault.storage.begin(whose) as transaction:
            stolen = replace(mine, sealed_hash=theirs.sealed_hash)
            await PinStore(transaction, whose).save(stolen)

        assert await vault.verify(WRONG) == Unavailable()

    async def test_it_costs_whoever_guesses_what_is_promised(self, vault: Vault) -> None:
        assert (Cost().memory, Cost().passes, Cost().lanes) == (19_456, 2, 1)
        assert Cost() != QUICK
        whose = vault.caller.organisation.id
        assert place_of(whose, vault.subject).row_id == of_customer(vault.customer)


async def test_whoever_finds_it_too_crowded_is_not_counted(vault: Vault) -> None:
    await vault.set(PIN)
    whose = vault.caller.organisation.id
    narrow = replace(vault, capped=type(vault.capped)(at_once=1, waiting=0, patience=1, name="n"))
    async with narrow.capped.place():
        judged = await narrow.verify(WRONG)
        asked = await narrow.pins().was_used(whose, vault.subject, PIN, 5)
    narrow.capped.close()

    assert (judged, asked) == (Unavailable(), Crowd())
    record = await vault.record()
    assert record is not None
    assert record.wrong_in_a_row == 0


@pytest.mark.parametrize("count", [60])
async def test_the_house_answers_others_while_pins_are_computed(vault: Vault, count: int) -> None:
    """Turns of the event loop go by while threads compute: it is not they who wait."""
    await vault.set(PIN)
    whose, slow = vault.caller.organisation.id, vault.pins(cost=Cost(memory=8192, passes=2))
    customers = [of_customer(CustomerId(UUID(int=number))) for number in range(10, 10 + count)]
    turns = 0

    async def look_on() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(look_on())
    ended = await asyncio.gather(*(slow.verify(whose, each, PIN, LOCKING) for each in customers))
    other.cancel()

    assert {*ended} == {PinWrong()}
    assert turns > 10 * count
