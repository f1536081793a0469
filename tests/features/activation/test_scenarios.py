"""Scenarios: what is found in a PIN, what cannot be looked at, and why."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.features.activation.evidence import ADA, CLEAR, RULES, known, traits
from tests.features.pins.members import MEMBERS, numbers
from watchword.features.activation.established import Established
from watchword.features.activation.scenarios import (
    ACTIVATION,
    FORCE,
    OF_PROCESS,
    READS_THE_PIN,
    Basis,
    DidNotMatch,
    Evaluation,
    Evidence,
    Matched,
    NotEvaluated,
    PinLooked,
    ProcessKind,
    Scenario,
    WhyNot,
    evaluate,
    matching,
    offered,
)
from watchword.features.cores.rules import Capability, ContactOnFile, CoreTraits, Facts, PinMode
from watchword.features.pins.rules import judge
from watchword.foundation.secret import Secret

S = Scenario
UNREADABLE = [PinMode.ENCRYPTED, PinMode.HASHED]


def looked(
    evidence: Evidence,
    process: ProcessKind = ProcessKind.FORCE,
    core: CoreTraits = CLEAR,
    reading: PinLooked = PinLooked.STORED,
) -> Mapping[Scenario, Evaluation]:
    found = evaluate(OF_PROCESS[process], process, evidence, core, reading)
    return {each.scenario: each for each in found}


def matched(evidence: Evidence, process: ProcessKind = ProcessKind.FORCE) -> set[Scenario]:
    return {each for each, what in looked(evidence, process).items() if what == Matched(each)}


class TestMatching:
    @pytest.mark.parametrize(
        ("pin", "found"),
        [
            ("5596", {S.SSN_LAST4}),
            ("6802", {S.ZIP_LAST4}),
            ("4680", {S.ZIP_FIRST4}),
            ("0143", {S.PHONE_LAST4}),
            ("0168", {S.PHONE_LAST4}),
            ("2222", {S.REPEATING}),
            ("9274", set()),
            ("55961", set()),  # it holds the value, and is not it
            ("596", set()),
            ("8371", set()),  # the four that follow a zip are no part of it
        ],
    )
    def test_a_first_pin_is_known_by_what_it_equals(self, pin: str, found: set[Scenario]) -> None:
        assert matched(known(pin), ProcessKind.ACTIVATION) == found

    @pytest.mark.parametrize(
        ("pin", "found"),
        [
            ("927", {S.LENGTH, S.VIOLATES_RULES}),
            ("902746185", {S.LENGTH, S.VIOLATES_RULES}),
            ("5596", {S.SSN_LAST4, S.VIOLATES_RULES}),
            ("8901", {S.SEQUENTIAL, S.VIOLATES_RULES}),
            ("6802", {S.ZIP_LAST4, S.VIOLATES_RULES}),
            ("2222", {S.REPEATING, S.VIOLATES_RULES}),
            ("55961", {S.VIOLATES_RULES}),
            ("9274", set()),
        ],
    )
    def test_what_is_there_is_judged_by_todays_rules(self, pin: str, found: set[Scenario]) -> None:
        assert matched(known(pin)) == found

    def test_the_length_is_that_of_what_was_typed(self) -> None:
        evidence = known("9274", entered="92741", rules=replace(RULES, longest=4))

        assert looked(evidence)[S.LENGTH] == Matched(S.LENGTH)

    def test_a_pin_expires_on_its_day(self) -> None:
        ages = {days: matched(known("9274", days=days, greatest_age=90)) for days in (89, 90, 91)}

        assert ages == {89: set(), 90: {S.EXPIRED}, 91: {S.EXPIRED}}

    def test_staff_and_core_may_want_it(self) -> None:
        assert matched(known("9274", staff_wants_change=True)) == {S.STAFF_REQUIRED}
        assert matched(known("9274", wants_change=True)) == {S.CORE_INFO}
        assert matched(known("9274", wants_activation=True), ProcessKind.ACTIVATION) == {
            S.CORE_INFO
        }

    def test_of_those_who_share_a_pin_each_counts(self) -> None:
        joint = replace(
            ADA, ssn=Secret("900417382"), phones=(ContactOnFile(Secret("260-555-0199")),)
        )

        assert S.SSN_LAST4 in matched(known("7382", holders=(ADA, joint)))
        assert S.PHONE_LAST4 in matched(known("0199", holders=(ADA, joint)))

    def test_all_of_a_list_is_looked_at_in_its_order(self) -> None:
        order = [S.ZIP_FIRST4, S.SSN_LAST4, S.REPEATING]

        found = evaluate(order, ProcessKind.ACTIVATION, known("4680"), CLEAR, PinLooked.STORED)

        assert found == (
            Matched(S.ZIP_FIRST4),
            DidNotMatch(S.SSN_LAST4),
            DidNotMatch(S.REPEATING),
        )


class TestWhatCannotBeEvaluated:
    @pytest.mark.parametrize(
        ("facts", "scenario", "why"),
        [
            (replace(ADA, ssn=None), S.SSN_LAST4, WhyNot.NO_SSN),
            (replace(ADA, ssn=Secret("5596")), S.SSN_LAST4, WhyNot.NO_SSN),
            (replace(ADA, zip_code=None), S.ZIP_LAST4, WhyNot.NO_ZIP),
            (replace(ADA, zip_code=Secret("SW1A 1AA")), S.ZIP_FIRST4, WhyNot.NO_ZIP),
            (replace(ADA, zip_code=Secret("1010")), S.ZIP_FIRST4, WhyNot.NO_ZIP),
            (replace(ADA, zip_code=Secret("46-802-8371")), S.ZIP_LAST4, WhyNot.NO_ZIP),
            (replace(ADA, phones=()), S.PHONE_LAST4, WhyNot.NO_PHONE),
            (replace(ADA, phones=(ContactOnFile(Secret("12")),)), S.PHONE_LAST4, WhyNot.NO_PHONE),
        ],
    )
    def test_what_is_not_on_file_is_no_match_and_is_said(
        self, facts: Facts, scenario: Scenario, why: WhyNot
    ) -> None:
        missing = NotEvaluated(scenario, why)

        assert looked(known("9274", holders=(facts,)))[scenario] == missing
        assert looked(known("9274", holders=(ADA, facts)))[scenario] == missing
        assert looked(known("9274", holders=()))[scenario] == missing

    def test_nine_digits_of_a_zip_count_as_five(self) -> None:
        bare = replace(ADA, zip_code=Secret("468028371"))

        assert S.ZIP_LAST4 in matched(known("6802", holders=(bare,)))

    def test_a_pin_that_is_not_there_matches_nothing(self) -> None:
        for process in ProcessKind:
            found = looked(known(None), process)
            assert {found[each] for each in READS_THE_PIN & {*found}} == {
                NotEvaluated(each, WhyNot.NO_PIN) for each in READS_THE_PIN & {*found}
            }

    @pytest.mark.parametrize(
        ("evidence", "scenario", "why"),
        [
            (known("9274", days=None, greatest_age=9), S.EXPIRED, WhyNot.NO_CHANGE_DATE),
            (known("9274"), S.EXPIRED, WhyNot.NO_GREATEST_AGE),
            (known("9274"), S.CORE_INFO, WhyNot.CORE_DID_NOT_SAY),
        ],
    )
    def test_what_nobody_says_is_no_match(
        self, evidence: Evidence, scenario: Scenario, why: WhyNot
    ) -> None:
        assert looked(evidence)[scenario] == NotEvaluated(scenario, why)

    def test_what_belongs_into_the_other_list_is_left_alone(self) -> None:
        found = evaluate([S.LENGTH], ProcessKind.ACTIVATION, known("92"), CLEAR, PinLooked.STORED)

        assert found == (NotEvaluated(S.LENGTH, WhyNot.OTHER_PROCESS),)


class TestCoresThatShowNoPin:
    def test_readable_ones_offer_the_lists_of_the_reference(self) -> None:
        assert offered(ProcessKind.ACTIVATION, CLEAR, PinLooked.STORED) == ACTIVATION[:-1]
        assert offered(ProcessKind.FORCE, CLEAR, PinLooked.STORED) == FORCE

    @pytest.mark.parametrize("mode", UNREADABLE)
    def test_offer_exactly_what_needs_no_pin(self, mode: PinMode) -> None:
        assert {*offered(ProcessKind.ACTIVATION, traits(mode), PinLooked.STORED)} == {
            S.NO_ACTIVATION,
            S.CORE_INFO,
        }
        assert {*offered(ProcessKind.FORCE, traits(mode), PinLooked.STORED)} == {
            *(S.LENGTH, S.EXPIRED, S.STAFF_REQUIRED, S.CORE_INFO)
        }

    @pytest.mark.parametrize("reading", PinLooked)
    @pytest.mark.parametrize("process", ProcessKind)
    def test_a_core_without_info_offers_none(
        self, process: ProcessKind, reading: PinLooked
    ) -> None:
        mute = traits(PinMode.HASHED, core_info=False)
        evidence = known(None, mode=PinMode.HASHED, wants_activation=True, wants_change=True)

        assert S.CORE_INFO not in offered(process, mute, reading)
        assert looked(evidence, process, mute, reading)[S.CORE_INFO] == NotEvaluated(
            S.CORE_INFO, WhyNot.CORE_HAS_NO_INFO
        )

    @pytest.mark.parametrize("reading", PinLooked)
    def test_a_core_that_dates_no_pin_does_not_offer_that_they_expire(
        self, reading: PinLooked
    ) -> None:
        undated = replace(CLEAR, capabilities=CLEAR.capabilities - {Capability.PIN_CHANGE_DATE})

        assert S.EXPIRED not in offered(ProcessKind.FORCE, undated, reading)
        found = looked(known("9274", days=400, greatest_age=9), ProcessKind.FORCE, undated, reading)
        assert found[S.EXPIRED] == NotEvaluated(S.EXPIRED, WhyNot.NO_CHANGE_DATE)

    @pytest.mark.parametrize("mode", UNREADABLE)
    def test_what_does_not_run_is_said_and_not_evaluated_even_on_what_was_typed(
        self, mode: PinMode
    ) -> None:
        evidence = known(None, mode=mode, entered="5596")

        found = looked(evidence, ProcessKind.FORCE, traits(mode))

        assert found[S.SSN_LAST4] == NotEvaluated(S.SSN_LAST4, WhyNot.PIN_NOT_READABLE)
        assert found[S.LENGTH] == DidNotMatch(S.LENGTH)

    @pytest.mark.parametrize("mode", PinMode)
    @pytest.mark.parametrize("process", ProcessKind)
    def test_a_line_may_look_at_what_was_typed(self, process: ProcessKind, mode: PinMode) -> None:
        core = traits(mode)
        typed = looked(known(None, mode=mode, entered="5596"), process, core, PinLooked.ENTERED)
        untyped = looked(known(None, mode=mode), process, core, PinLooked.ENTERED)

        assert offered(process, core, PinLooked.ENTERED) == OF_PROCESS[process]
        assert typed[S.SSN_LAST4] == Matched(S.SSN_LAST4)
        assert untyped[S.SSN_LAST4] == NotEvaluated(S.SSN_LAST4, WhyNot.NOT_ENTERED)

    @pytest.mark.parametrize("established", Established)
    def test_whoever_has_not_activated_is_asked_to(self, established: Established) -> None:
        evidence = known(None, mode=PinMode.HASHED, established=established)

        found = looked(evidence, ProcessKind.ACTIVATION, traits(PinMode.HASHED))[S.NO_ACTIVATION]

        assert (found == Matched(S.NO_ACTIVATION)) is (established is not Established.YES)


@settings(max_examples=150)
@given(MEMBERS, numbers(4, 8), st.sampled_from(PinLooked), st.sampled_from(PinMode))
def test_a_new_pin_that_was_taken_never_matches_in_the_next_call(
    facts: Facts, pin: str, reading: PinLooked, mode: PinMode
) -> None:
    is_clear = mode is PinMode.CLEAR
    before = Basis(holders=(facts,), rules=RULES)
    listed = [*ACTIVATION, *FORCE]
    if matching(Secret(pin), listed, before) or judge(Secret(pin), RULES, (facts,)):
        return

    after = known(pin if is_clear else None, mode=mode, entered=pin, holders=(facts,))

    for process in ProcessKind:
        found = looked(after, process, traits(mode), reading)
        assert not {*found.values()} & {Matched(each) for each in (*READS_THE_PIN, S.LENGTH)}


@given(MEMBERS, st.sampled_from(["ssn", "zip", "phone"]))
def test_a_new_pin_that_would_match_is_named_also_where_it_does_not_run(
    facts: Facts, what: str
) -> None:
    pin, scenario = {
        "ssn": ((facts.ssn or Secret("")).reveal()[-4:], S.SSN_LAST4),
        "zip": ((facts.zip_code or Secret("")).reveal()[1:5], S.ZIP_LAST4),
        "phone": (facts.phones[0].value.reveal()[-4:], S.PHONE_LAST4),
    }[what]
    basis = Basis(holders=(facts,), rules=RULES)

    assert scenario in matching(Secret(pin), ACTIVATION, basis)


@given(numbers(4))
def test_nothing_that_comes_of_looking_shows_a_digit(pin: str) -> None:
    evidence = known(pin, entered=pin)

    for process in ProcessKind:
        said = repr([*looked(evidence, process).values()]) + repr(evidence)
        assert pin not in said.replace("SSN_LAST4", "").replace("2026", "") or pin in repr(RULES)
