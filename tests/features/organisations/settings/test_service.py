"""Settings as they are changed: on both engines, in the ledger, and by two people at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from tests.features.organisations.settings.townhall import TownHall, town_hall
from tests.stores import MovableTime
from watchword.features.audit.rules import Action
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.catalogue import Own
from watchword.features.organisations.settings.changing.rules import (
    Faulty,
    NothingDifferent,
    Review,
    Stale,
)
from watchword.features.organisations.settings.layers import Origin
from watchword.features.organisations.settings.rules import Because, Changed
from watchword.features.organisations.settings.sections import Method, Preset, SectionName
from watchword.features.organisations.settings.service import FRESH_FOR
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id

__all__ = ["town_hall"]

REDEMPTION, VERIFICATION = SectionName.REDEMPTION, SectionName.VERIFICATION


async def test_a_change_holds_at_once_and_says_in_the_ledger_what_it_was_before(
    town_hall: TownHall,
) -> None:
    assert (await town_hall.in_force()).redemption.customer_pins

    outcome = await town_hall.change(REDEMPTION, {"customer_pins": False})

    assert isinstance(outcome, Changed)
    assert not (await town_hall.in_force()).redemption.customer_pins
    [entry] = await town_hall.ledger("settings:redemption")
    assert (entry.action, entry.actor) == (Action.SETTINGS_CHANGED, "staff:1")
    assert entry.details == {
        "version": 1,
        "customer_pins.before": "on",
        "customer_pins.after": "off",
    }


async def test_each_field_stands_in_the_ledger_with_before_and_after(town_hall: TownHall) -> None:
    await town_hall.change(VERIFICATION, {"methods": (Method.LETTER, Method.SMS)})
    await town_hall.change(VERIFICATION, {"other_for_staff": True})

    found = await town_hall.ledger("settings:verification")
    [entry] = [each for each in found if each.details["version"] == 2]

    assert entry.details == {
        "version": 2,
        "methods.before": "letter, sms",
        "methods.after": "sms, email, whatsapp, letter, in_store, phone (inherited)",
        "other_for_staff.before": "off",
        "other_for_staff.after": "on",
    }


async def test_a_stale_form_is_refused_and_told_what_happened_meanwhile(
    town_hall: TownHall,
) -> None:
    seen = await town_hall.layers(REDEMPTION)
    await town_hall.change(REDEMPTION, {"master_pin": True}, actor="staff:2")

    outcome = await town_hall.change(REDEMPTION, {"show_in_wallet": True}, ground=seen.ground)

    assert isinstance(outcome, Stale)
    assert outcome.base["master_pin"] is False
    assert [(each.by, each.version) for each in outcome.meanwhile] == [("staff:2", 1)]
    assert outcome.layers.effective == (await town_hall.in_force()).redemption
    assert len(await town_hall.ledger("settings:redemption")) == 1


async def test_a_change_of_the_preset_makes_the_forms_above_it_stale(town_hall: TownHall) -> None:
    seen = await town_hall.layers(VERIFICATION)
    await town_hall.change(SectionName.BASIS, {"preset": Preset.RETAIL_LOYALTY}, actor="staff:2")

    outcome = await town_hall.change(VERIFICATION, {"other_for_staff": True}, ground=seen.ground)

    assert isinstance(outcome, Stale)
    assert [each.section for each in outcome.meanwhile] == [SectionName.BASIS]
    assert outcome.base["methods"] == tuple(Method)
    assert (await town_hall.layers(VERIFICATION)).origin("methods") is Origin.PRESET


async def test_a_form_of_a_location_is_stale_when_the_organisation_changed(
    town_hall: TownHall,
) -> None:
    berlin = await town_hall.location("Berlin")
    seen = await town_hall.layers(REDEMPTION, berlin)
    await town_hall.change(REDEMPTION, {"customer_pins": False}, actor="staff:2")

    outcome = await town_hall.change(
        REDEMPTION, {"master_pin": True}, location=berlin, ground=seen.ground
    )

    assert isinstance(outcome, Stale)


async def test_what_somebody_else_changed_elsewhere_makes_nothing_stale(
    town_hall: TownHall,
) -> None:
    seen = await town_hall.layers(REDEMPTION)
    await town_hall.change(VERIFICATION, {"methods": (Method.SMS,)}, actor="staff:2")

    outcome = await town_hall.change(REDEMPTION, {"master_pin": True}, ground=seen.ground)

    assert isinstance(outcome, Changed)


async def test_a_location_differs_where_it_may_and_inherits_the_rest(town_hall: TownHall) -> None:
    berlin, potsdam = await town_hall.location("Berlin"), await town_hall.location("Potsdam")
    assert not (await town_hall.in_force(berlin)).redemption.master_pin
    await town_hall.change(REDEMPTION, {"customer_pins": False})
    await town_hall.change(REDEMPTION, {"master_pin": True}, location=berlin)

    there, elsewhere = [await town_hall.in_force(each) for each in (berlin, potsdam)]

    assert [each.redemption.master_pin for each in (there, elsewhere)] == [True, False]
    assert [each.redemption.customer_pins for each in (there, elsewhere)] == [False, False]
    assert await town_hall.settings.differing(town_hall.id, REDEMPTION) == [berlin]


async def test_a_location_has_nothing_of_its_own_that_holds_for_all(town_hall: TownHall) -> None:
    berlin = await town_hall.location("Berlin")

    outcome = await town_hall.change(REDEMPTION, {"customer_pins": False}, location=berlin)

    assert isinstance(outcome, Faulty)
    assert [each.because for each in outcome.faults] == [Because.NOT_PER_LOCATION]


async def test_there_are_no_settings_of_a_location_that_is_not_there(town_hall: TownHall) -> None:
    with pytest.raises(NotFound):
        await town_hall.change(REDEMPTION, {"master_pin": True}, location=LocationId(new_id()))


async def test_what_is_so_already_is_not_written_down_again(town_hall: TownHall) -> None:
    await town_hall.change(REDEMPTION, {"master_pin": True})

    outcome = await town_hall.change(REDEMPTION, {"master_pin": True})

    assert isinstance(outcome, NothingDifferent)
    assert len(await town_hall.ledger("settings:redemption")) == 1


async def test_what_touches_every_customer_needs_a_second_person_if_one_is_wanted(
    town_hall: TownHall,
) -> None:
    town_hall.deciders = 2
    await town_hall.change(SectionName.APPROVALS, {"settings": True})

    outcomes = [
        await town_hall.change(REDEMPTION, {"customer_pins": False}),
        await town_hall.change(SectionName.BASIS, {"preset": Preset.CREDIT_UNION}),
        await town_hall.change(REDEMPTION, {"clerks_enter_master_pin": True}),
        await town_hall.change(SectionName.ACCESS, {"idle_minutes": 30}),
    ]

    assert [type(each) for each in outcomes] == [
        NeedsSecondPerson,
        NeedsSecondPerson,
        Changed,
        Changed,
    ]
    assert (await town_hall.in_force()).redemption.customer_pins


async def test_nobody_alone_lets_staff_in_from_more_places(town_hall: TownHall) -> None:
    town_hall.deciders = 2
    fence: Own = {"networks": ("192.0.2.0/24",), "idle_minutes": 30}
    await town_hall.change(SectionName.ACCESS, fence)
    await town_hall.change(SectionName.APPROVALS, {"settings": True})

    outcomes = [
        await town_hall.change(SectionName.ACCESS, {"idle_minutes": 30}),
        await town_hall.change(SectionName.ACCESS, {**fence, "idle_minutes": 31}),
        await town_hall.change(SectionName.ACCESS, {**fence, "networks": ("192.0.2.0/25",)}),
    ]

    assert [type(each) for each in outcomes] == [NeedsSecondPerson, NeedsSecondPerson, Changed]


async def test_nobody_alone_switches_off_what_needs_two(town_hall: TownHall) -> None:
    town_hall.deciders = 2
    wanted = {"ledger_export": True, "settings": True}
    await town_hall.change(SectionName.APPROVALS, wanted)

    outcomes = [
        await town_hall.change(SectionName.APPROVALS, {"ledger_export": True}),
        await town_hall.change(SectionName.APPROVALS, {}),
        await town_hall.change(SectionName.APPROVALS, {**wanted, "bulk": True}),
    ]

    assert [type(each) for each in outcomes] == [NeedsSecondPerson, NeedsSecondPerson, Changed]


async def test_nobody_can_want_a_second_person_who_is_not_there(town_hall: TownHall) -> None:
    town_hall.deciders = 1

    outcome = await town_hall.change(SectionName.APPROVALS, {"person_erasure": True})

    assert isinstance(outcome, Faulty)
    assert [each.because for each in outcome.faults] == [Because.TOO_FEW_DECIDERS]


async def test_nobody_locks_themselves_out(town_hall: TownHall) -> None:
    fence = {"networks": ("192.0.2.0/24",)}

    outside = await town_hall.change(SectionName.ACCESS, fence, address="203.0.113.5")
    inside = await town_hall.change(SectionName.ACCESS, fence, address="192.0.2.5")

    assert isinstance(outside, Faulty)
    assert [each.because for each in outside.faults] == [Because.LOCKS_OUT]
    assert isinstance(inside, Changed)


async def test_of_many_who_save_at_once_one_is_taken_and_the_others_are_told(
    town_hall: TownHall,
) -> None:
    seen = await town_hall.layers(REDEMPTION)

    outcomes = await asyncio.gather(
        *(
            town_hall.change(
                REDEMPTION,
                {"show_in_wallet": True, "copy_to_email": number % 2 == 0},
                ground=seen.ground,
                actor=f"staff:{number}",
            )
            for number in range(12)
        )
    )

    assert Counter(type(each) for each in outcomes) == {Changed: 1, Stale: 11}
    assert (await town_hall.layers(REDEMPTION)).version == 1
    assert len(await town_hall.ledger("settings:redemption")) == 1


async def test_what_another_process_changed_holds_here_after_some_seconds(
    town_hall: TownHall,
) -> None:
    await town_hall.in_force()
    await town_hall.elsewhere.change(
        town_hall.id,
        town_hall.wish(
            REDEMPTION, {"master_pin": True}, (await town_hall.layers(REDEMPTION)).ground
        ),
        actor="staff:2",
    )

    before = (await town_hall.in_force()).redemption.master_pin
    town_hall.seconds += FRESH_FOR
    after = (await town_hall.in_force()).redemption.master_pin

    assert (before, after) == (False, True)


async def test_the_history_says_who_made_what_of_it_and_when(
    town_hall: TownHall, time: MovableTime
) -> None:
    await town_hall.change(REDEMPTION, {"master_pin": True})
    later = time.pass_by(timedelta(hours=1))
    await town_hall.change(REDEMPTION, {"show_in_wallet": True}, actor="staff:2")

    found = await town_hall.settings.history(town_hall.id, REDEMPTION, None, most=10)

    assert [(each.version, each.by) for each, _ in found] == [(2, "staff:2"), (1, "staff:1")]
    assert found[0][0].at == later
    assert [
        [(each.field, each.was_own, each.is_own) for each in altered] for _, altered in found
    ] == [
        [("show_in_wallet", False, True), ("master_pin", True, False)],
        [("master_pin", False, True)],
    ]
    page = await town_hall.settings.history(town_hall.id, REDEMPTION, None, most=1)
    rest = await town_hall.settings.history(town_hall.id, REDEMPTION, None, most=1, newest=1)
    assert [*page, *rest] == [*found]


async def test_considering_changes_nothing(town_hall: TownHall) -> None:
    seen = await town_hall.layers(REDEMPTION)
    change = town_hall.wish(REDEMPTION, {"customer_pins": False}, seen.ground)

    outcome = await town_hall.changes.consider(town_hall.id, change)

    assert isinstance(outcome, Review)
    assert outcome.touches_everyone
    assert await town_hall.layers(REDEMPTION) == seen
    assert await town_hall.ledger("settings:redemption") == []


async def test_choosing_a_preset_shows_what_it_changes_everywhere(town_hall: TownHall) -> None:
    await town_hall.change(VERIFICATION, {"methods": (Method.SMS,)})

    foreseen = await town_hall.settings.foresee(town_hall.id, Preset.CREDIT_UNION)

    for before, _ in foreseen:
        assert before.effective == (await town_hall.in_force()).section(before.section)
    await town_hall.change(SectionName.BASIS, {"preset": Preset.CREDIT_UNION})
    for _, after in foreseen:
        assert after.effective == (await town_hall.in_force()).section(after.section)
    assert (await town_hall.in_force()).verification.methods == (Method.SMS,)


@pytest.mark.parametrize("deciders", [1, 2])
async def test_the_operator_takes_back_what_shuts_an_organisation_out(
    town_hall: TownHall, deciders: int
) -> None:
    town_hall.deciders = 2
    await town_hall.change(SectionName.ACCESS, {"networks": ("192.0.2.0/24",)})
    await town_hall.change(SectionName.APPROVALS, {"settings": True})
    town_hall.deciders = deciders

    outcomes = [
        await town_hall.changes.reset(town_hall.id, section, actor="operator:root")
        for section in (SectionName.ACCESS, SectionName.APPROVALS, SectionName.ACCESS)
    ]

    assert [type(each) for each in outcomes] == [Changed, Changed, NothingDifferent]
    in_force = await town_hall.in_force()
    assert (in_force.access.networks, in_force.approvals.settings) == ((), False)
