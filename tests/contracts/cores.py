"""What every banking core must do for us. Run it against yours: it knows none of ours.

    from tests.contracts.cores import CoreContract, Stage

    class TestMyCore(CoreContract):
        @pytest.fixture
        async def stage(self) -> Stage:
            return MyStage(...)

A stage is a core with somebody in it, and somebody behind the scenes who can look into it past
your class, and make it fall over. What a stage cannot do, or a core does not claim to, is skipped
by name. `docs/how-to/connect-a-core-of-your-own.md` shows one from its beginning to its end.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator

import pytest

from tests.contracts.core_stages import (
    HASTY,
    Known,
    Stage,
    Trouble,
    all_of,
    before,
    cause,
    finder,
    found,
    given,
    is_in,
    needs,
    one,
    pin_of,
    state_of,
    there,
)
from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    FindBy,
    MemberRef,
    PinConflict,
    PinFits,
    PinLocked,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    PinWrong,
    Role,
    Unavailable,
)
from watchword.features.cores.service import settled
from watchword.foundation.secret import Secret

__all__ = ["HASTY", "CoreContract", "Known", "Stage", "Trouble"]

WRONG = "8642"
NOBODY = MemberRef(Secret("00000000"), Secret("00000000"))
TRIES_AT_MOST = 12
GIVES_UP_WITHIN = 15.0  # seconds, on a machine that does something else, too


class CoreContract:
    @pytest.fixture
    async def stage(self) -> Stage:
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    async def _nothing_slips(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> AsyncIterator[None]:
        """Listen to all that any library says, at its most talkative, and look for what must not
        be heard: in every test, whatever it is about."""
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        yield
        await stage.core.close()
        shown = map(repr, (stage.core, *stage.shown()))
        heard = [*caplog.get_records("call"), *caplog.records]
        for text in [*map(all_of, heard), *shown]:
            for secret in stage.secrets():
                assert not is_in(secret, text), "something of a member, or a key, was to be seen"

    # --- finding --------------------------------------------------------------------------------

    async def test_everybody_is_found_by_each_way_that_it_claims(self, stage: Stage) -> None:
        for by in sorted(stage.core.traits.finds_by):
            if by in stage.sole.finders:
                (member,) = await found(stage, stage.sole, by)
                assert member.role is Role.PRIMARY

    async def test_a_way_that_it_claims_is_one_that_was_tried(self, stage: Stage) -> None:
        assert stage.core.traits.finds_by
        assert stage.core.traits.finds_by <= {*stage.sole.finders}

    async def test_what_leads_to_nobody_finds_nobody(self, stage: Stage) -> None:
        for by in sorted(stage.core.traits.finds_by):
            assert [*there(await stage.core.find(by, Secret("999000999")))] == []

    async def test_what_makes_no_sense_finds_nobody(self, stage: Stage) -> None:
        for by in sorted(stage.core.traits.finds_by):
            for value in ("", "*", "%", "' or 1=1 --", "9" * 40, "../1", "ä€\0", "\ud800"):
                assert [*there(await stage.core.find(by, Secret(value)))] == []

    async def test_it_means_the_same_person_the_next_time(self, stage: Stage) -> None:
        first, second = await one(stage, stage.sole), await one(stage, stage.sole)

        assert first.ref == second.ref

    async def test_all_persons_of_an_account_are_found_and_one_is_the_first(
        self, stage: Stage
    ) -> None:
        members = await found(stage, given(stage.couple))

        assert len(members) > 1
        assert len({member.ref for member in members}) == len(members)
        assert len({member.ref.account for member in members}) == 1
        assert [member.role for member in members].count(Role.PRIMARY) == 1

    async def test_one_telephone_may_lead_to_several_accounts(self, stage: Stage) -> None:
        phone = given(stage.household)

        members = there(await stage.core.find(FindBy.PHONE, Secret(phone)))

        assert len({member.ref.account for member in members}) > 1

    async def test_facts_are_in_our_words(self, stage: Stage) -> None:
        facts = (await one(stage, stage.sole)).facts

        if facts.ssn is not None:
            assert re.fullmatch("[0-9]{9}", facts.ssn.reveal())
        if facts.last_deposit is not None:
            assert re.fullmatch("[0-9]+", facts.last_deposit.reveal())
        assert all(reach.value.reveal().strip() for reach in (*facts.phones, *facts.emails))

    # --- what it says of a PIN ------------------------------------------------------------------

    async def test_it_says_of_a_pin_what_its_mode_lets_it_say(self, stage: Stage) -> None:
        traits = stage.core.traits

        state = await state_of(stage, stage.sole)

        assert state.mode is traits.pin_mode
        assert (state.pin is not None) == traits.can(Capability.READ_PIN)
        if state.pin is not None:
            assert state.mode is PinMode.CLEAR
            assert state.pin.reveal() == stage.sole.pin
        assert state.is_set is not False
        assert not state.is_locked

    async def test_a_moment_that_it_tells_is_in_a_zone(self, stage: Stage) -> None:
        state = await state_of(stage, stage.sole)

        assert state.changed_at is None or state.changed_at.tzinfo is not None

    async def test_whoever_has_none_is_not_said_to_have_one(self, stage: Stage) -> None:
        state = await state_of(stage, given(stage.beginner))

        assert not state.is_set
        assert state.pin is None
        assert state.is_established is not True

    async def test_the_pin_fits_and_another_does_not(self, stage: Stage) -> None:
        needs(stage, Capability.VERIFY_PIN)
        ref = (await one(stage, stage.sole)).ref

        assert isinstance(await stage.core.verify_pin(ref, Secret(WRONG)), PinWrong)
        assert isinstance(await stage.core.verify_pin(ref, pin_of(stage.sole)), PinFits)

    async def test_what_is_no_pin_fits_nobody(self, stage: Stage) -> None:
        needs(stage, Capability.VERIFY_PIN)
        ref = (await one(stage, stage.sole)).ref

        for typed in ("", "0", "1" * 40, "12*4", "ä€", "\ud800"):
            assert not isinstance(await stage.core.verify_pin(ref, Secret(typed)), PinFits)

    async def test_no_pin_fits_who_has_none(self, stage: Stage) -> None:
        needs(stage, Capability.VERIFY_PIN)
        ref = (await one(stage, given(stage.beginner))).ref

        for typed in ("", "0000", WRONG):
            assert not isinstance(await stage.core.verify_pin(ref, Secret(typed)), PinFits)

    async def test_wrong_pins_lock_where_it_says_that_they_count(self, stage: Stage) -> None:
        needs(stage, Capability.VERIFY_PIN)
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        counts = core.traits.can(Capability.VERIFY_COUNTS_FAILURES)

        said = [await core.verify_pin(ref, Secret(WRONG)) for _ in range(TRIES_AT_MOST)]

        assert (PinLocked() in said) == counts
        if not counts:
            assert isinstance(await core.verify_pin(ref, pin_of(stage.sole)), PinFits)
            return
        assert await core.verify_pin(ref, pin_of(stage.sole)) == PinLocked()
        if core.traits.can(Capability.LOCK_STATE):
            assert (await state_of(stage, stage.sole)).is_locked
        if core.traits.can(Capability.UNLOCK):
            assert await core.unlock(ref) is True
            assert isinstance(await core.verify_pin(ref, pin_of(stage.sole)), PinFits)

    async def test_looking_never_counts_as_a_failure(self, stage: Stage) -> None:
        needs(stage, Capability.VERIFY_PIN)
        ref = (await one(stage, stage.sole)).ref

        for _ in range(TRIES_AT_MOST):
            await stage.core.pin_state(ref)
            await stage.core.has_pin(ref, Secret(WRONG))

        assert isinstance(await stage.core.verify_pin(ref, pin_of(stage.sole)), PinFits)

    # --- setting one ----------------------------------------------------------------------------

    async def test_a_pin_that_was_set_is_there_and_the_old_one_is_not(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        for pin in stage.new_pins:  # one of them begins with a zero
            assert await core.set_pin(ref, Secret(pin), await before(stage, ref)) == PinSet()
            assert await stage.has(ref, pin)
            assert await core.has_pin(ref, Secret(pin)) in {True, None}
        assert await stage.writes() == len(stage.new_pins)
        if core.traits.can(Capability.VERIFY_PIN):
            assert isinstance(await core.verify_pin(ref, Secret(stage.new_pins[1])), PinFits)
            assert isinstance(await core.verify_pin(ref, pin_of(stage.sole)), PinWrong)

    async def test_what_it_says_of_a_pin_is_true_after_one_was_set(self, stage: Stage) -> None:
        member = given(stage.beginner)
        ref = (await one(stage, member)).ref
        said = stage.core.traits

        ended = await stage.core.set_pin(ref, Secret(stage.new_pins[0]), await before(stage, ref))
        state = await state_of(stage, member)

        assert ended == PinSet()
        assert await stage.has(ref, stage.new_pins[0])
        assert state.is_set is not False
        assert state.is_established is not False
        assert not state.wants_activation
        assert not state.wants_change
        assert not said.can(Capability.PIN_CHANGE_DATE) or state.changed_at is not None
        assert not said.can(Capability.ACTIVATION_FLAG) or state.is_established is True

    async def test_a_pin_that_has_changed_under_our_hands_stays(self, stage: Stage) -> None:
        traits = stage.core.traits
        if not (traits.can(Capability.CONDITIONAL_WRITE) or traits.can(Capability.READ_PIN)):
            pytest.skip("it can tell of no change")
        ref = (await one(stage, stage.sole)).ref
        expected = await before(stage, ref)
        await stage.change(ref, stage.new_pins[0])

        ended = await stage.core.set_pin(ref, Secret(stage.new_pins[1]), expected)

        assert ended == PinConflict()
        assert await stage.has(ref, stage.new_pins[0])

    async def test_of_several_who_set_one_at_once_one_has_set_it(self, stage: Stage) -> None:
        needs(stage, Capability.CONDITIONAL_WRITE)
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        pins = stage.new_pins * 2
        # Whoever is connected already is not held up by that.
        expected, *_ = await asyncio.gather(*(before(stage, ref) for _ in pins))

        ended = await asyncio.gather(*(core.set_pin(ref, Secret(pin), expected) for pin in pins))

        assert sorted(map(repr, ended)) == ["PinConflict()"] * 3 + ["PinSet()"]
        assert await stage.has(ref, pins[ended.index(PinSet())])

    async def test_a_pin_that_means_something_else_there_is_refused(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected = await before(stage, ref)
        for pin in sorted(core.traits.reserved_pins):
            ended = await core.set_pin(ref, Secret(pin), expected)

            assert isinstance(ended, PinRefused)
            assert pin not in ended.reason
            assert not await stage.has(ref, pin)
        assert await stage.writes() == 0

    async def test_what_is_no_pin_is_refused(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref
        for typed in ("", "12a4", "١٢٣٤", "1" * 40, "\ud800"):
            ended = await stage.core.set_pin(ref, Secret(typed), await before(stage, ref))

            assert isinstance(ended, PinRefused)
        assert await stage.writes() == 0
        assert await stage.has(ref, str(stage.sole.pin))

    async def test_of_nobody_it_tells_nothing_and_sets_nothing(self, stage: Stage) -> None:
        core, state = stage.core, await stage.core.pin_state(NOBODY)

        assert isinstance(state, PinState)
        assert not state.is_set
        assert state.pin is None
        if core.traits.can(Capability.VERIFY_PIN):
            assert isinstance(await core.verify_pin(NOBODY, Secret(WRONG)), PinWrong)
        assert await core.set_pin(NOBODY, Secret(stage.new_pins[0]), state) == PinConflict()
        assert not await core.has_pin(NOBODY, Secret(stage.new_pins[0]))
        assert await core.unlock(NOBODY) is False

    async def test_it_takes_a_note(self, stage: Stage) -> None:
        for event in CoreEvent:
            await stage.core.note((await one(stage, stage.sole)).ref, event)
        await stage.core.note(NOBODY, CoreEvent.LOCKED)

    # --- bad days -------------------------------------------------------------------------------

    @pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.MAINTENANCE])
    async def test_a_core_that_cannot_be_asked_says_so_and_nothing_is_written(
        self, stage: Stage, trouble: Trouble
    ) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, (by, value) = await before(stage, ref), finder(stage, stage.sole)
        await cause(stage, trouble)

        gone = Unavailable(during_maintenance=trouble is Trouble.MAINTENANCE)
        assert await core.find(by, Secret(value)) == gone
        assert await core.pin_state(ref) == gone
        if core.traits.can(Capability.VERIFY_PIN):
            assert await core.verify_pin(ref, pin_of(stage.sole)) == gone
        if core.traits.can(Capability.UNLOCK):
            assert await core.unlock(ref) == gone
        assert await core.set_pin(ref, Secret(stage.new_pins[0]), expected) == gone
        assert await core.has_pin(ref, Secret(stage.new_pins[0])) is None
        assert not await core.is_well()
        await core.note(ref, CoreEvent.LOCKED)
        assert await stage.has(ref, str(stage.sole.pin))

    @pytest.mark.parametrize("trouble", list(Trouble))
    async def test_after_a_bad_day_it_works_as_before(self, stage: Stage, trouble: Trouble) -> None:
        ref = (await one(stage, stage.sole)).ref
        await cause(stage, trouble)
        if trouble is not Trouble.SLOW:
            await stage.core.is_well()

        await stage.heal()

        assert await stage.core.is_well()
        ended = await stage.core.set_pin(ref, Secret(stage.new_pins[0]), await before(stage, ref))
        assert ended == PinSet()

    async def test_a_slow_core_is_given_up_in_time(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref
        expected, (by, value) = await before(stage, ref), finder(stage, stage.sole)
        await cause(stage, Trouble.SLOW)
        core = await stage.hasty()

        async with asyncio.timeout(GIVES_UP_WITHIN):
            found, state, ended = await asyncio.gather(
                core.find(by, Secret(value)),
                core.pin_state(ref),
                core.set_pin(ref, Secret(stage.new_pins[0]), expected),
            )

        assert isinstance(found, Unavailable)
        assert isinstance(state, Unavailable)
        assert isinstance(ended, PinUnknown | Unavailable)
        if await stage.has(ref, stage.new_pins[0]):
            assert ended == PinUnknown()
        await core.close()

    async def test_an_answer_that_is_lost_leaves_doubt_and_nothing_is_written_twice(
        self, stage: Stage
    ) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, pin = await before(stage, ref), Secret(stage.new_pins[0])
        await cause(stage, Trouble.ANSWER_LOST)

        ended = await core.set_pin(ref, pin, expected)

        assert ended == PinUnknown()
        assert await stage.has(ref, stage.new_pins[0])
        assert await stage.writes() == 1
        await stage.heal()
        there = await core.has_pin(ref, pin)
        assert there in {True, None}
        assert await settled(core, ref, pin, ended) == (PinSet() if there else PinUnknown())
        assert await stage.writes() == 1

    async def test_what_is_lost_on_its_way_is_in_doubt_and_stays_so(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        expected, pin = await before(stage, ref), Secret(stage.new_pins[0])
        await cause(stage, Trouble.LOST_ON_THE_WAY)

        ended = await core.set_pin(ref, pin, expected)

        assert isinstance(ended, PinUnknown | Unavailable)
        assert await stage.writes() <= 1
        await stage.heal()
        assert not await core.has_pin(ref, pin)
        assert await settled(core, ref, pin, ended) == ended
        assert await stage.writes() <= 1
        assert await stage.has(ref, str(stage.sole.pin))
