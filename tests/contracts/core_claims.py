"""What every banking core must do on a good day; `tests/contracts/cores.py` has the bad ones.

What a core does not claim is tried the other way round: it is refused, and nobody is offered it.
"""

import asyncio
import re

from tests.contracts.core_stages import (
    Stage,
    before,
    found,
    one,
    pin_of,
    state_of,
    there,
)
from watchword.features.activation.questions import Asked, Question, can_be_asked
from watchword.features.activation.scenarios import PinLooked, ProcessKind, Scenario, offered
from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    FindBy,
    Holder,
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
    Unavailable,
)
from watchword.foundation.secret import Secret

WRONG = "8642"
NOBODY = MemberRef(Secret("00000000"), Secret("00000000"))
TRIES_AT_MOST = 12


class CoreClaims:
    # --- finding --------------------------------------------------------------------------------

    async def test_everybody_is_found_by_each_way_that_it_claims(self, stage: Stage) -> None:
        for by in sorted(stage.core.traits.finds_by):
            if by in stage.sole.finders:
                (member,) = await found(stage, stage.sole, by)
                assert member.role is Holder.PRIMARY

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

    async def test_what_it_dates_it_dates_for_everybody_and_else_for_nobody(
        self, stage: Stage
    ) -> None:
        facts = (await one(stage, stage.sole)).facts
        dated = {each.since is not None for each in (*facts.phones, *facts.emails)}

        assert dated <= {stage.core.traits.can(Capability.CONTACT_DATES)}

    async def test_all_persons_of_an_account_are_found_and_one_is_the_first(
        self, stage: Stage
    ) -> None:
        if stage.couple is None:
            await _nobody_shares(stage)
            return

        members = await found(stage, stage.couple)

        assert len(members) > 1
        assert len({member.ref for member in members}) == len(members)
        assert len({member.ref.account for member in members}) == 1
        assert [member.role for member in members].count(Holder.PRIMARY) == 1

    async def test_one_telephone_may_lead_to_several_accounts(self, stage: Stage) -> None:
        if stage.household is None:
            assert FindBy.PHONE not in stage.core.traits.finds_by
            return

        members = there(await stage.core.find(FindBy.PHONE, Secret(stage.household)))

        assert len({member.ref.account for member in members}) > 1

    async def test_a_way_that_it_does_not_claim_leads_to_nobody_and_is_not_asked_for(
        self, stage: Stage
    ) -> None:
        traits = stage.core.traits
        known = {value for each in stage.everybody() for value in each.finders.values()}

        for by in sorted(frozenset(FindBy) - traits.finds_by):
            for value in sorted({*known, stage.household or "2025550199"}):
                assert [*there(await stage.core.find(by, Secret(value)))] == []
            assert not can_be_asked(Asked(Question(by)), traits)

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
        state = await state_of(stage, stage.beginner)

        assert not state.is_set
        assert state.pin is None
        assert state.is_established is not True

    async def test_what_it_does_not_claim_is_not_offered(self, stage: Stage) -> None:
        traits = stage.core.traits
        lists = {process: offered(process, traits, PinLooked.STORED) for process in ProcessKind}

        assert can_be_asked(Asked(Question.PIN), traits) == traits.can(Capability.VERIFY_PIN)
        for listed in lists.values():
            assert (Scenario.CORE_INFO in listed) == traits.can(Capability.CORE_INFO)
            assert (Scenario.SSN_LAST4 in listed) == traits.can(Capability.READ_PIN)

    async def test_a_lock_that_it_cannot_undo_stays(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref

        assert await core.unlock(ref) is core.traits.can(Capability.UNLOCK)

    async def test_the_pin_fits_and_another_does_not(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref
        judges = stage.core.traits.can(Capability.VERIFY_PIN)

        wrong = await stage.core.verify_pin(ref, Secret(WRONG))
        right = await stage.core.verify_pin(ref, pin_of(stage.sole))

        assert isinstance(wrong, PinWrong if judges else Unavailable)
        assert isinstance(right, PinFits if judges else Unavailable)

    async def test_what_is_no_pin_fits_nobody(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref

        for typed in ("", "0", "1" * 40, "12*4", "ä€", "\ud800"):
            assert not isinstance(await stage.core.verify_pin(ref, Secret(typed)), PinFits)

    async def test_no_pin_fits_who_has_none(self, stage: Stage) -> None:
        ref = (await one(stage, stage.beginner)).ref

        for typed in ("", "0000", WRONG):
            assert not isinstance(await stage.core.verify_pin(ref, Secret(typed)), PinFits)

    async def test_wrong_pins_lock_where_it_says_that_they_count(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        judges = core.traits.can(Capability.VERIFY_PIN)
        counts = judges and core.traits.can(Capability.VERIFY_COUNTS_FAILURES)

        said = [await core.verify_pin(ref, Secret(WRONG)) for _ in range(TRIES_AT_MOST)]

        assert (PinLocked() in said) == counts
        if not counts:
            right = await core.verify_pin(ref, pin_of(stage.sole))
            assert isinstance(right, PinFits if judges else Unavailable)
            assert not (await state_of(stage, stage.sole)).is_locked
            return
        assert await core.verify_pin(ref, pin_of(stage.sole)) == PinLocked()
        state = await state_of(stage, stage.sole)
        assert state.is_locked == core.traits.can(Capability.LOCK_STATE)
        can_undo = core.traits.can(Capability.UNLOCK)
        assert await core.unlock(ref) is can_undo
        after = await core.verify_pin(ref, pin_of(stage.sole))
        assert isinstance(after, PinFits if can_undo else PinLocked)

    async def test_looking_never_counts_as_a_failure(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref

        for _ in range(TRIES_AT_MOST):
            await stage.core.pin_state(ref)
            await stage.core.has_pin(ref, Secret(WRONG))

        assert not (await state_of(stage, stage.sole)).is_locked
        if stage.core.traits.can(Capability.VERIFY_PIN):
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
        member = stage.beginner
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
        tells = traits.can(Capability.CONDITIONAL_WRITE) or traits.can(Capability.READ_PIN)
        ref = (await one(stage, stage.sole)).ref
        expected = await before(stage, ref)
        await stage.change(ref, stage.new_pins[0])

        ended = await stage.core.set_pin(ref, Secret(stage.new_pins[1]), expected)

        assert ended == (PinConflict() if tells else PinSet())
        assert await stage.has(ref, stage.new_pins[0 if tells else 1])

    async def test_of_several_who_set_one_at_once_one_has_set_it(self, stage: Stage) -> None:
        core, ref = stage.core, (await one(stage, stage.sole)).ref
        pins = stage.new_pins * 2
        # Whoever is connected already is not held up by that.
        expected, *_ = await asyncio.gather(*(before(stage, ref) for _ in pins))

        ended = await asyncio.gather(*(core.set_pin(ref, Secret(pin), expected) for pin in pins))

        done = {pin for pin, how in zip(pins, ended, strict=True) if how == PinSet()}
        if core.traits.can(Capability.CONDITIONAL_WRITE):
            assert sorted(map(repr, ended)) == ["PinConflict()"] * 3 + ["PinSet()"]
        assert {*ended} <= {PinSet(), PinConflict(), PinUnknown()}
        assert [pin for pin in sorted(done) if await stage.has(ref, pin)]

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
        judges = core.traits.can(Capability.VERIFY_PIN)
        judged = await core.verify_pin(NOBODY, Secret(WRONG))
        assert isinstance(judged, PinWrong if judges else Unavailable)
        assert await core.set_pin(NOBODY, Secret(stage.new_pins[0]), state) == PinConflict()
        assert not await core.has_pin(NOBODY, Secret(stage.new_pins[0]))
        assert await core.unlock(NOBODY) is False

    async def test_a_note_sets_no_pin_and_raises_for_nobody(self, stage: Stage) -> None:
        ref = (await one(stage, stage.sole)).ref
        for event in CoreEvent:
            await stage.core.note(ref, event)
            await stage.core.note(NOBODY, event)

        assert await stage.writes() == 0
        assert await stage.has(ref, stage.sole.pin or "")


async def _nobody_shares(stage: Stage) -> None:
    """Each of them is alone on an account of their own, also where they share a telephone."""
    members = [member for each in stage.everybody() for member in await found(stage, each)]
    if stage.household is not None:
        members += there(await stage.core.find(FindBy.PHONE, Secret(stage.household)))
    assert {member.role for member in members} == {Holder.PRIMARY}
    assert len({member.ref for member in members}) == len({each.ref.account for each in members})
