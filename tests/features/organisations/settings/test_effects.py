"""What a change does, as values; and what may not stand in a section at all."""

from itertools import product

import pytest

from watchword.features.organisations.settings.effects import (
    CodesEnd,
    ComesFromAnywhere,
    CountsAfter,
    Effect,
    Ignored,
    LandlineOnly,
    LocksYouOut,
    MethodsEnd,
    NobodyRedeems,
    NobodyVerifies,
    NotServed,
    OneAlone,
    RedeemedBy,
    Speaks,
    Surroundings,
    TooLittle,
    TwoMessages,
    WithoutCode,
    effects,
)
from watchword.features.organisations.settings.faults import (
    Circumstances,
    find_faults,
    lets_in,
)
from watchword.features.organisations.settings.redemption import Way, in_store, online
from watchword.features.organisations.settings.rules import Because
from watchword.features.organisations.settings.sections import (
    Access,
    Appearance,
    Approvals,
    Basis,
    Joining,
    Messages,
    Method,
    Redemption,
    Section,
    Verification,
)

ALL = Verification()
HERE = Surroundings(served=[*Method], language="de")
HOUSE = Circumstances(locales=("de", "en"), idle_minutes=60, whole_hours=12, deciders=2)
COMBINATIONS = [
    Redemption(customer_pins=pins, show_in_wallet=shown, master_pin=master)
    for pins, shown, master in product([False, True], repeat=3)
]


def methods(*chosen: Method) -> Verification:
    return Verification(methods=chosen)


@pytest.mark.parametrize("before", COMBINATIONS)
@pytest.mark.parametrize("after", COMBINATIONS)
def test_whoever_closes_redemption_is_told_so_before(before: Redemption, after: Redemption) -> None:
    found = effects(before, after, HERE)

    assert (NobodyRedeems() in found) == (not in_store(after))
    assert (CodesEnd() in found) == (before.customer_pins and not after.customer_pins)
    told = [each for each in found if isinstance(each, RedeemedBy)]
    is_other = (in_store(before), online(before)) != (in_store(after), online(after))
    assert bool(told) == (is_other and bool(in_store(after)))
    for each in told:
        assert frozenset(each.in_store) == in_store(after)
        assert frozenset(each.online) == online(after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ALL, ALL, ()),
        (ALL, methods(), (NobodyVerifies(),)),
        (
            ALL,
            methods(Method.SMS, Method.LETTER, Method.IN_STORE),
            (
                LandlineOnly((Method.LETTER, Method.IN_STORE)),
                MethodsEnd((Method.EMAIL, Method.WHATSAPP)),
            ),
        ),
        (
            methods(Method.SMS, Method.PHONE),
            methods(Method.SMS),
            (LandlineOnly(()),),
        ),
        (
            Redemption(),
            Redemption(master_pin=True),
            (RedeemedBy((Way.SENT_CODE, Way.MASTER_PIN), (Way.SENT_CODE,)),),
        ),
        (ALL, Verification(recent_hours=1), (CountsAfter(1, is_sooner=True),)),
        (ALL, Verification(recent_hours=48), (CountsAfter(48, is_sooner=False),)),
        (Redemption(), Redemption(require_code=False), (WithoutCode(),)),
        (
            Redemption(),
            Redemption(clerks_enter_master_pin=True),
            (Ignored("clerks_enter_master_pin"),),
        ),
        (Messages(), Messages(language="en"), (Speaks("en"),)),
        (Messages(), Messages(language="de"), ()),
        (Access(networks=("192.0.2.0/24",)), Access(), (ComesFromAnywhere(),)),
        (Approvals(settings=True), Approvals(bulk=True), (OneAlone(),)),
        (Approvals(), Approvals(settings=True), ()),
        (Appearance(), Appearance(mark="GS"), ()),
    ],
)
def test_each_change_is_said_in_sentences(
    before: Section, after: Section, expected: tuple[Effect, ...]
) -> None:
    assert effects(before, after, HERE) == expected


def test_a_method_that_nobody_carries_is_named() -> None:
    here = Surroundings(served=[Method.SMS], language="de")

    found = effects(ALL, ALL, here)

    assert found == (NotServed((Method.EMAIL, Method.WHATSAPP, Method.LETTER)),)


def test_whoever_would_lock_themselves_out_is_told_so() -> None:
    there = Surroundings(served=(), language="de", address="192.0.2.9", is_locked_out=True)

    assert effects(Access(), Access(networks=("10.0.0.0/8",)), there) == (LocksYouOut("192.0.2.9"),)


@pytest.mark.parametrize(
    ("section", "field", "because"),
    [
        (methods(Method.SMS, Method.SMS), "methods", Because.TWICE),
        (Verification(recent_hours=0), "recent_hours", Because.OUT_OF_RANGE),
        (Basis(time_zone="Mars/Olympus"), "time_zone", Because.NO_ZONE),
        (Joining(registrations_per_hour=0), "registrations_per_hour", Because.OUT_OF_RANGE),
        (Joining(own_networks=("0.0.0.0/1",)), "own_networks", Because.TOO_WIDE),
        (Messages(language="fr"), "language", Because.NO_LANGUAGE),
        (Appearance(mark="ABCD"), "mark", Because.TOO_LONG),
        (Appearance(mark="A\n"), "mark", Because.TOO_LONG),
        (Appearance(colour="red"), "colour", Because.NO_COLOUR),
        (Appearance(colour="#FFCC00"), "colour", Because.NO_COLOUR),
        (Appearance(colour="#ffcc00"), "colour", Because.LITTLE_CONTRAST),
        (Appearance(colour_on_dark="#123456"), "colour_on_dark", Because.LITTLE_CONTRAST),
        (Access(networks=("here",)), "networks", Because.NO_NETWORK),
        (Access(networks=("192.0.2.1/24",)), "networks", Because.NO_NETWORK),
        (Access(networks=("0.0.0.0/1",)), "networks", Because.TOO_WIDE),
        (Access(networks=("192.0.2.0/24",) * 51), "networks", Because.TOO_MANY),
        (Access(idle_minutes=4), "idle_minutes", Because.OUT_OF_RANGE),
        (Access(idle_minutes=61), "idle_minutes", Because.OUT_OF_RANGE),
        (Access(whole_hours=0), "whole_hours", Because.OUT_OF_RANGE),
        (Access(whole_hours=13), "whole_hours", Because.OUT_OF_RANGE),
        (Approvals(life_hours=0), "life_hours", Because.OUT_OF_RANGE),
        (Approvals(life_hours=721), "life_hours", Because.OUT_OF_RANGE),
    ],
)
def test_what_cannot_be_is_named_with_its_field(
    section: Section, field: str, because: Because
) -> None:
    assert (field, because) in [
        (fault.field, fault.because) for fault in find_faults(section, HOUSE)
    ]


@pytest.mark.parametrize("section", [Access(idle_minutes=5), Access(whole_hours=12), ALL])
def test_what_is_within_its_bounds_may_be(section: Section) -> None:
    assert find_faults(section, HOUSE) == ()


@pytest.mark.parametrize("deciders", [0, 1])
@pytest.mark.parametrize(
    "need", ["settings", "ledger_export", "person_export", "person_erasure", "bulk"]
)
def test_nobody_can_want_a_second_person_who_is_not_there(deciders: int, need: str) -> None:
    alone = Circumstances(
        locales=(), idle_minutes=60, whole_hours=12, deciders=deciders, address=None
    )

    faults = find_faults(Approvals(**{need: True}), alone)

    assert [fault.because for fault in faults] == [Because.TOO_FEW_DECIDERS]
    assert find_faults(Approvals(), alone) == ()


@pytest.mark.parametrize(
    ("networks", "address", "is_let_in"),
    [
        ((), "203.0.113.1", True),
        (("192.0.2.0/24",), "192.0.2.200", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.200", True),
        (("192.0.2.0/24",), "192.0.3.1", False),
        (("192.0.2.0/24", "2001:db8::/48"), "2001:db8::7", True),
        (("192.0.2.0/24",), "", False),
    ],
)
def test_staff_come_from_their_networks_alone(
    networks: tuple[str, ...],
    address: str,
    is_let_in: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert lets_in(Access(networks=networks), address) is is_let_in


def test_whoever_wants_more_than_a_contact_point_is_told_what_is_not_offered_any_more() -> None:
    weak = (Method.SMS, Method.EMAIL, Method.WHATSAPP)
    only_weak = Verification(methods=weak, more_than_contact=True)

    assert effects(ALL, Verification(more_than_contact=True), HERE) == (TooLittle(weak),)
    assert NobodyVerifies() in effects(ALL, only_weak, HERE)
    assert effects(Verification(more_than_contact=True), ALL, HERE) == ()


def test_a_second_message_by_whatsapp_is_told_where_it_goes_and_where_it_does_not() -> None:
    linked = Verification(whatsapp_link=True)
    without = Verification(methods=(Method.SMS,), whatsapp_link=True)

    assert effects(ALL, linked, HERE) == (TwoMessages(),)
    assert effects(linked, linked, HERE) == ()
    assert Ignored("whatsapp_link") in effects(ALL, without, HERE)
