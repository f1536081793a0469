"""What can be saved as a profile, and what is refused with the reason."""

from dataclasses import replace

import pytest

from tests.features.activation.evidence import CLEAR, NOW, traits
from tests.features.activation.profiles.samples import (
    ACCEPTED,
    ALONE,
    ANOTHER,
    ANOTHER_ID,
    AROUND,
    FIRST,
    FIRST_ID,
    USUAL,
)
from watchword.features.activation.profiles.rules import (
    BadProfile,
    Fault,
    Flaw,
    Off,
    Process,
    Profile,
    ProfileId,
    ProfileKind,
    ProfileOutOfDate,
    Surroundings,
    Terms,
    changed,
    find_faults,
    made,
    offs,
    users_of,
)
from watchword.features.activation.profiles.settings import BadSettings, LineSettings
from watchword.features.activation.profiles.settings import find_fault as find_fault_of_settings
from watchword.features.activation.questions import Asked, Part, Question
from watchword.features.activation.scenarios import PinLooked, ProcessKind, Scenario, WhyNot
from watchword.features.cores.rules import Capability, PinMode
from watchword.features.pins.rules import PinRules
from watchword.foundation.ids import new_id

Q, S = Question, Scenario


def flaws(terms: Terms, around: Surroundings = AROUND) -> set[Flaw]:
    return {each.flaw for each in find_faults(terms, around)}


def asked(*questions: Question) -> tuple[Asked, ...]:
    return tuple(map(Asked, questions))


def with_force(**said: object) -> Terms:
    return replace(USUAL, force=replace(USUAL.force, **said))  # type: ignore[arg-type]


def test_the_usual_ones_can_be_saved() -> None:
    assert flaws(USUAL) == flaws(ALONE) == set()
    for terms in (FIRST, ANOTHER):
        assert flaws(terms, replace(AROUND, others={})) == set()


@pytest.mark.parametrize(
    ("terms", "flaw"),
    [
        (replace(ALONE, name="  "), Flaw.BAD_NAME),
        (replace(ALONE, name="x" * 61), Flaw.BAD_NAME),
        (replace(ALONE, name="first  pin"), Flaw.NAME_TAKEN),
        (replace(ALONE, levels=()), Flaw.NO_FIRST_LEVEL),
        (replace(ALONE, levels=((), asked(Q.PHONE, Q.PIN))), Flaw.NO_FIRST_LEVEL),
        (replace(ALONE, levels=(asked(Q.PIN, Q.PHONE),)), Flaw.FINDS_NOBODY),
        (replace(ALONE, levels=(asked(Q.MEMBER_NUMBER, Q.PHONE),)), Flaw.PROVES_NOTHING),
        (replace(ALONE, levels=(asked(Q.PHONE, Q.PIN), asked(Q.PIN))), Flaw.ASKED_TWICE),
        (replace(ALONE, levels=(asked(Q.PHONE, Q.PIN, Q.CODE),)), Flaw.CODE_IN_A_LEVEL),
        (replace(ALONE, levels=((asked(Q.PHONE, Q.PIN)),) * 4), Flaw.TOO_MANY_LEVELS),
        (replace(ALONE, levels=(asked(Q.PHONE, *[Q.ZIP] * 9),)), Flaw.TOO_MANY_QUESTIONS),
        (
            replace(ALONE, levels=((*asked(Q.PHONE), Asked(Q.ZIP, part=Part.LAST)),)),
            Flaw.BAD_OPTION,
        ),
        (replace(ALONE, questions=asked(Q.ZIP)), Flaw.OTHER_KIND),
        (with_force(scenarios=()), Flaw.NO_SCENARIO),
        (with_force(scenarios=(S.LENGTH, S.LENGTH)), Flaw.SCENARIO_TWICE),
        (with_force(scenarios=(S.NO_ACTIVATION,)), Flaw.OTHER_LIST),
        (with_force(scenarios=(S.EXPIRED,)), Flaw.NO_AGE),
        (with_force(profile_id=None), Flaw.NO_PROFILE),
        (with_force(profile_id=FIRST_ID), Flaw.WRONG_PROFILE),
        (with_force(profile_id=ProfileId(new_id())), Flaw.UNKNOWN_PROFILE),
    ],
)
def test_a_standard_profile_that_cannot_work_is_refused(terms: Terms, flaw: Flaw) -> None:
    assert flaw in flaws(terms)


@pytest.mark.parametrize(
    ("terms", "flaw"),
    [
        (replace(FIRST, questions=()), Flaw.NO_QUESTIONS),
        (replace(FIRST, questions=asked(Q.ZIP, Q.ZIP, Q.CODE)), Flaw.ASKED_TWICE),
        (replace(FIRST, questions=asked(Q.CODE, Q.ZIP)), Flaw.CODE_NOT_LAST),
        (replace(FIRST, questions=asked(Q.PIN, Q.CODE)), Flaw.PIN_BEFORE_THE_FIRST),
        (replace(FIRST, questions=asked(Q.SSN, Q.BIRTH_DATE)), Flaw.KNOWLEDGE_ONLY),
        (replace(ANOTHER, questions=asked(Q.PIN, Q.ZIP)), Flaw.KNOWLEDGE_ONLY),
        (
            replace(FIRST, questions=asked(Q.SSN), risk=replace(ACCEPTED, reason=" ")),
            Flaw.KNOWLEDGE_ONLY,
        ),
        (replace(FIRST, unchanged_days=0), Flaw.BAD_DAYS),
        (replace(FIRST, unchanged_days=61), Flaw.BAD_DAYS),
        (replace(FIRST, levels=ALONE.levels), Flaw.OTHER_KIND),
        (replace(FIRST, force=USUAL.force), Flaw.OTHER_KIND),
    ],
)
def test_a_profile_that_asks_in_addition_needs_more_than_knowledge(
    terms: Terms, flaw: Flaw
) -> None:
    assert flaw in flaws(terms, replace(AROUND, others={}))


@pytest.mark.parametrize("letters", [1, 8])
def test_whoever_comes_through_by_knowledge_alone_does_so_because_somebody_accepts_it(
    letters: int,
) -> None:
    named = Asked(Q.LAST_NAME_LETTERS, letters)
    terms = replace(ALONE, levels=((*asked(Q.MEMBER_NUMBER), named), asked(Q.SSN)))

    assert find_faults(terms, AROUND) == (Fault(Flaw.KNOWLEDGE_ONLY, "risk"),)
    assert flaws(replace(terms, risk=replace(ACCEPTED, reason=" "))) == {Flaw.KNOWLEDGE_ONLY}
    assert flaws(replace(terms, risk=ACCEPTED)) == set()
    assert flaws(replace(terms, levels=(*terms.levels, asked(Q.PIN)))) == set()


def test_where_a_core_dates_nothing_a_code_needs_somebody_who_accepts_the_risk() -> None:
    undated = replace(
        AROUND,
        others={},
        traits=replace(CLEAR, capabilities=CLEAR.capabilities - {Capability.CONTACT_DATES}),
    )
    accepted = replace(FIRST, unchanged_days=0, risk=ACCEPTED)

    assert flaws(FIRST, undated) == {Flaw.NOT_DATED}
    assert flaws(accepted, undated) == set()
    assert flaws(FIRST, replace(undated, traits=None)) == set()


def test_whoever_accepts_the_risk_may_ask_for_knowledge_alone() -> None:
    terms = replace(FIRST, questions=asked(Q.SSN, Q.BIRTH_DATE), risk=ACCEPTED)

    assert flaws(terms, replace(AROUND, others={})) == set()


class TestOnACoreThatHashes:
    AROUND = replace(AROUND, traits=traits(PinMode.HASHED))

    def test_what_does_not_run_stays_and_is_marked(self) -> None:
        first = replace(USUAL.activation, scenarios=(S.SSN_LAST4, S.NO_ACTIVATION))
        terms = replace(USUAL, activation=first)

        assert flaws(terms, self.AROUND) == set()
        assert offs(terms, self.AROUND) == (
            Off(ProcessKind.ACTIVATION, S.SSN_LAST4, WhyNot.PIN_NOT_READABLE),
            Off(ProcessKind.FORCE, S.SEQUENTIAL, WhyNot.PIN_NOT_READABLE),
        )

    def test_a_process_of_which_nothing_runs_cannot_be_switched_on(self) -> None:
        off = replace(USUAL, activation=replace(USUAL.activation, is_active=False))

        assert flaws(USUAL, self.AROUND) == {Flaw.NONE_RUNS}
        assert flaws(off, self.AROUND) == set()

    def test_what_was_typed_can_be_looked_at_if_it_is_typed(self) -> None:
        around = replace(self.AROUND, reading=PinLooked.ENTERED)
        pinless = replace(USUAL, levels=(asked(Q.PHONE, Q.ZIP),), risk=ACCEPTED)

        assert flaws(USUAL, around) == set()
        assert offs(USUAL, around) == ()
        assert flaws(pinless, around) == {Flaw.PIN_NOT_ASKED}


def test_without_a_core_nothing_is_switched_on() -> None:
    around = replace(AROUND, traits=None)

    assert flaws(ALONE, around) == set()
    assert flaws(USUAL, around) == {Flaw.NO_CORE}


def test_what_a_core_cannot_is_named() -> None:
    mute = replace(
        CLEAR, finds_by=frozenset(), capabilities=CLEAR.capabilities - {Capability.SET_PIN}
    )

    found = find_faults(USUAL, replace(AROUND, traits=mute))

    assert Fault(Flaw.NOT_ON_THIS_CORE, "levels.1", Q.MEMBER_NUMBER) in found
    assert Fault(Flaw.CORE_SETS_NO_PIN, "force.is_active") in found


class TestChanging:
    PROFILE = made(FIRST_ID, FIRST, "staff:1", NOW)

    def test_counts_versions(self) -> None:
        after = changed(self.PROFILE, replace(FIRST, unchanged_days=60), 1, "staff:2", NOW)

        assert isinstance(after, Profile)
        assert (after.version, after.updated_by, after.created_at) == (2, "staff:2", NOW)

    def test_is_of_what_somebody_saw(self) -> None:
        assert changed(self.PROFILE, FIRST, 2, "staff:2", NOW) == ProfileOutOfDate(1)

    def test_leaves_the_kind_as_it_is(self) -> None:
        after = changed(self.PROFILE, replace(FIRST, kind=ProfileKind.FORCE), 1, "staff:2", NOW)

        assert after == BadProfile((Fault(Flaw.OTHER_KIND, "kind"),))


def test_who_needs_a_profile_is_known_by_name_also_when_it_is_off() -> None:
    off = replace(ALONE, name="Off", force=Process(profile_id=ANOTHER_ID))
    profiles = [made(ProfileId(new_id()), each, "", NOW) for each in (USUAL, off, ALONE)]

    assert users_of(ANOTHER_ID, profiles) == ("Members", "Off")
    assert users_of(FIRST_ID, profiles) == ("Members",)


class TestSite:
    def test_is_safe_before_anybody_has_set_anything(self) -> None:
        settings = LineSettings()

        assert find_fault_of_settings(settings, None) is None
        assert (settings.lock_after, settings.unlock_minutes, settings.reading) == (
            10,
            30,
            PinLooked.STORED,
        )
        assert settings.pins.shortest == 6

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            (LineSettings(lock_after=0), "lock_after"),
            (LineSettings(lock_after=11), "lock_after"),
            (LineSettings(greatest_age_days=0), "greatest_age_days"),
            (LineSettings(unlock_minutes=29), "unlock_minutes"),
            (LineSettings(pins=PinRules(shortest=4)), "pins.legacy"),
            (LineSettings(transfer_to="a\nb"), "transfer_to"),
            (LineSettings(onward_to=""), "onward_to"),
        ],
    )
    def test_what_cannot_be_is_named(self, settings: LineSettings, field: str) -> None:
        fault = find_fault_of_settings(settings, CLEAR)

        assert isinstance(fault, BadSettings)
        assert fault.field == field

    def test_lengths_are_those_that_the_core_takes(self) -> None:
        four = replace(CLEAR, pin_lengths=(4, 4))

        fault = find_fault_of_settings(LineSettings(), four)

        assert fault is not None
        assert fault.field == "pins.shortest"
