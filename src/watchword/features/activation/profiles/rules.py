"""What a profile is, and which of them cannot work.

A standard profile tells callers apart, level by level. Two others say what is asked in addition
before a first PIN is set, and before another one is; a standard profile names them. What cannot
work is refused with the reason. A scenario that does not run on this core stays, and is marked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.activation.questions import (
    CATALOGUE,
    Asked,
    Question,
    Strength,
    can_be_asked,
)
from watchword.features.activation.questions import find_fault as find_fault_of_question
from watchword.features.activation.scenarios import (
    OF_PROCESS,
    PinLooked,
    ProcessKind,
    Scenario,
    WhyNot,
    why_off,
)
from watchword.features.cores.rules import Capability, CoreTraits
from watchword.features.pins.rules import RiskAccepted

ProfileId = NewType("ProfileId", UUID)

NAME_AT_MOST = 60
PROFILES_AT_MOST = 100
LEVELS = 3
QUESTIONS_AT_MOST = 8
"""Of one level. Nobody answers more of them on the telephone."""
DAYS_AT_MOST = 60
"""A month less than somebody is told of a new PIN where they were reached before (`FORMER`): a
telephone that takes the place of theirs gets no code before they could hear of it."""
USUAL_DAYS = 30


class ProfileKind(StrEnum):
    STANDARD = "standard"
    ACTIVATION = "customer_activation"
    FORCE = "force_pin_change"


KIND_OF: Mapping[ProcessKind, ProfileKind] = {
    ProcessKind.ACTIVATION: ProfileKind.ACTIVATION,
    ProcessKind.FORCE: ProfileKind.FORCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What a standard profile does about PINs: what it looks for, and which profile asks then."""

    is_active: bool = False
    profile_id: ProfileId | None = None
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What staff set. `levels`, `activation` and `force` are of standard profiles; `questions` and
    `unchanged_days` of the other two.

    `unchanged_days`: a code goes only to what has been on file for so long, and with 0 to whatever
    is there. `risk`: somebody runs the risk of that, or of asking for nothing but knowledge.
    """

    name: str
    kind: ProfileKind
    levels: tuple[tuple[Asked, ...], ...] = ()
    activation: Process = Process()
    force: Process = Process()
    questions: tuple[Asked, ...] = ()
    unchanged_days: int = USUAL_DAYS
    risk: RiskAccepted | None = None

    def process(self, process: ProcessKind) -> Process:
        return self.activation if process is ProcessKind.ACTIVATION else self.force

    @property
    def wants_code(self) -> bool:
        return any(each.question is Question.CODE for each in self.questions)

    @property
    def is_risk_accepted(self) -> bool:
        return self.risk is not None and bool(self.risk.reason.strip())

    @property
    def asks_for_pin(self) -> bool:
        return any(each.question is Question.PIN for level in self.levels for each in level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    id: ProfileId
    terms: Terms
    version: int = 1
    created_at: datetime
    updated_at: datetime
    updated_by: str = field(default="")


class Flaw(StrEnum):
    """Why a profile cannot be saved."""

    BAD_NAME = "bad_name"
    NAME_TAKEN = "name_taken"
    OTHER_KIND = "other_kind"
    """A part of it belongs to another kind of profile."""
    TOO_MANY_LEVELS = "too_many_levels"
    TOO_MANY_QUESTIONS = "too_many_questions"
    NO_FIRST_LEVEL = "no_first_level"
    FINDS_NOBODY = "finds_nobody"
    """The first question does not say who is calling."""
    PROVES_NOTHING = "proves_nothing"
    """Whoever knows a number comes through."""
    ASKED_TWICE = "asked_twice"
    BAD_OPTION = "bad_option"
    NOT_ON_THIS_CORE = "not_on_this_core"
    CODE_IN_A_LEVEL = "code_in_a_level"
    CODE_NOT_LAST = "code_not_last"
    PIN_BEFORE_THE_FIRST = "pin_before_the_first"
    NO_QUESTIONS = "no_questions"
    KNOWLEDGE_ONLY = "knowledge_only"
    BAD_DAYS = "bad_days"
    NOT_DATED = "not_dated"
    """The core does not say since when somebody is reached where they are."""
    NO_SCENARIO = "no_scenario"
    SCENARIO_TWICE = "scenario_twice"
    OTHER_LIST = "other_list"
    NONE_RUNS = "none_runs"
    """No scenario of the list runs on this core."""
    NO_PROFILE = "no_profile"
    UNKNOWN_PROFILE = "unknown_profile"
    WRONG_PROFILE = "wrong_profile"
    NO_AGE = "no_age"
    """PINs expire, and it is not set after how many days."""
    PIN_NOT_ASKED = "pin_not_asked"
    CORE_SETS_NO_PIN = "core_sets_no_pin"
    NO_CORE = "no_core"
    """No core is chosen yet, so that nothing can be switched on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`where`: the field, as the interface calls it. `what`: the question or scenario, if one is
    to blame."""

    flaw: Flaw
    where: str
    what: str | None = None


@dataclass(frozen=True, slots=True)
class BadProfile:
    """It cannot work; nothing was saved."""

    word: ClassVar = "bad_profile"

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class ProfileInUse:
    """Others need it: profiles by name, and whether calls are answered with it."""

    word: ClassVar = "profile_in_use"

    by: tuple[str, ...]
    answers_calls: bool


@dataclass(frozen=True, slots=True)
class ProfileOutOfDate:
    """Somebody has changed it since; it is in this version by now."""

    word: ClassVar = "out_of_date"

    version: int


@dataclass(frozen=True, slots=True)
class TooManyProfiles:
    word: ClassVar = "too_many_profiles"

    at_most: int = PROFILES_AT_MOST


Refused: TypeAlias = BadProfile | ProfileInUse | ProfileOutOfDate | TooManyProfiles


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a profile works with. `traits`: nothing, if no core is set up yet; then nothing that
    needs one can be switched on. `others`: all profiles of the organisation but this one."""

    traits: CoreTraits | None
    reading: PinLooked
    expires: bool
    others: Mapping[ProfileId, Terms]


@dataclass(frozen=True, slots=True)
class Off:
    """A scenario that stands in a list and does not run on this core."""

    process: ProcessKind
    scenario: Scenario
    why: WhyNot


def find_faults(terms: Terms, around: Surroundings) -> tuple[Fault, ...]:
    """Name everything that keeps a profile from working."""
    found = [*_faults_of_name(terms, around)]
    if terms.kind is ProfileKind.STANDARD:
        found += [*_faults_of_standard(terms, around)]
    else:
        found += [*_faults_of_extra(terms, around)]
    return tuple(found)


def offs(terms: Terms, around: Surroundings) -> tuple[Off, ...]:
    """Name the scenarios that stay in their lists and do not run."""
    if around.traits is None:
        return ()
    return tuple(
        Off(process, scenario, why)
        for process in ProcessKind
        for scenario in terms.process(process).scenarios
        if (why := why_off(scenario, process, around.traits, around.reading))
    )


def users_of(id: ProfileId, others: Collection[Profile]) -> tuple[str, ...]:
    """Name the profiles that need one, whether or not they are switched on."""
    return tuple(
        sorted(
            each.terms.name
            for each in others
            if each.id != id
            and id in (each.terms.activation.profile_id, each.terms.force.profile_id)
        )
    )


def made(id: ProfileId, terms: Terms, by: str, now: datetime) -> Profile:
    return Profile(id=id, terms=terms, created_at=now, updated_at=now, updated_by=by)


def changed(
    profile: Profile, terms: Terms, version: int, by: str, now: datetime
) -> Profile | ProfileOutOfDate | BadProfile:
    """Change a profile as somebody saw it: in that version, or not at all. Its kind stays."""
    if profile.version != version:
        return ProfileOutOfDate(profile.version)
    if profile.terms.kind is not terms.kind:
        return BadProfile((Fault(Flaw.OTHER_KIND, "kind"),))
    return replace(profile, terms=terms, version=profile.version + 1, updated_at=now, updated_by=by)


def known_as(name: str) -> str:
    """Give what a name is known by: two that differ in their letters' case are one."""
    return " ".join(name.split()).casefold()


def _faults_of_name(terms: Terms, around: Surroundings) -> Iterator[Fault]:
    name = terms.name
    if not name.strip() or len(name) > NAME_AT_MOST or not name.isprintable():
        yield Fault(Flaw.BAD_NAME, "name")
    if known_as(name) in {known_as(each.name) for each in around.others.values()}:
        yield Fault(Flaw.NAME_TAKEN, "name")


def _faults_of_standard(terms: Terms, around: Surroundings) -> Iterator[Fault]:
    if terms.questions:
        yield Fault(Flaw.OTHER_KIND, "questions")
    if len(terms.levels) > LEVELS:
        yield Fault(Flaw.TOO_MANY_LEVELS, "levels")
    yield from _faults_of_levels(terms)
    for number, level in enumerate(terms.levels, start=1):
        where = f"levels.{number}"
        yield from _faults_of_questions(level, where, around)
        if any(each.question is Question.CODE for each in level):
            yield Fault(Flaw.CODE_IN_A_LEVEL, where, Question.CODE)
    for process in ProcessKind:
        yield from _faults_of_process(terms, process, around)


def _faults_of_levels(terms: Terms) -> Iterator[Fault]:
    first = terms.levels[0] if terms.levels else ()
    if not first:
        yield Fault(Flaw.NO_FIRST_LEVEL, "levels.1")
        return
    if CATALOGUE[first[0].question].find_by is None:
        yield Fault(Flaw.FINDS_NOBODY, "levels.1", first[0].question)
    everything = [each for level in terms.levels for each in level]
    if all(CATALOGUE[each.question].strength is Strength.NAMES for each in everything):
        yield Fault(Flaw.PROVES_NOTHING, "levels")
    elif not terms.asks_for_pin and not terms.is_risk_accepted:
        yield Fault(Flaw.KNOWLEDGE_ONLY, "risk")
    yield from _doubles([each.question for each in everything], Flaw.ASKED_TWICE, "levels")


def _faults_of_extra(terms: Terms, around: Surroundings) -> Iterator[Fault]:
    if terms.levels or terms.activation != Process() or terms.force != Process():
        yield Fault(Flaw.OTHER_KIND, "levels")
    asked = [each.question for each in terms.questions]
    if not asked:
        yield Fault(Flaw.NO_QUESTIONS, "questions")
    yield from _doubles(asked, Flaw.ASKED_TWICE, "questions")
    yield from _faults_of_questions(terms.questions, "questions", around)
    if Question.CODE in asked[:-1]:
        yield Fault(Flaw.CODE_NOT_LAST, "questions", Question.CODE)
    if terms.kind is ProfileKind.ACTIVATION and Question.PIN in asked:
        yield Fault(Flaw.PIN_BEFORE_THE_FIRST, "questions", Question.PIN)
    if asked and not terms.wants_code and not terms.is_risk_accepted:
        yield Fault(Flaw.KNOWLEDGE_ONLY, "risk")
    if not (0 if terms.is_risk_accepted else 1) <= terms.unchanged_days <= DAYS_AT_MOST:
        yield Fault(Flaw.BAD_DAYS, "unchanged_days")
    traits = around.traits
    is_dated = traits is None or traits.can(Capability.CONTACT_DATES)
    if terms.wants_code and terms.unchanged_days and not is_dated:
        yield Fault(Flaw.NOT_DATED, "unchanged_days", Question.CODE)


def _faults_of_questions(
    asked: Sequence[Asked], where: str, around: Surroundings
) -> Iterator[Fault]:
    if len(asked) > QUESTIONS_AT_MOST:
        yield Fault(Flaw.TOO_MANY_QUESTIONS, where)
    for each in asked:
        if find_fault_of_question(each):
            yield Fault(Flaw.BAD_OPTION, where, each.question)
        if around.traits is not None and not can_be_asked(each, around.traits):
            yield Fault(Flaw.NOT_ON_THIS_CORE, where, each.question)


def _faults_of_process(terms: Terms, process: ProcessKind, around: Surroundings) -> Iterator[Fault]:
    chosen, where = terms.process(process), f"{process}.scenarios"
    yield from _doubles(chosen.scenarios, Flaw.SCENARIO_TWICE, where)
    for each in chosen.scenarios:
        if each not in OF_PROCESS[process]:
            yield Fault(Flaw.OTHER_LIST, where, each)
    yield from _faults_of_link(chosen, process, around)
    if chosen.is_active:
        yield from _faults_when_active(terms, process, around)


def _faults_of_link(chosen: Process, process: ProcessKind, around: Surroundings) -> Iterator[Fault]:
    where = f"{process}.profile_id"
    if chosen.profile_id is None:
        if chosen.is_active:
            yield Fault(Flaw.NO_PROFILE, where)
        return
    linked = around.others.get(chosen.profile_id)
    if linked is None:
        yield Fault(Flaw.UNKNOWN_PROFILE, where)
    elif linked.kind is not KIND_OF[process]:
        yield Fault(Flaw.WRONG_PROFILE, where)


def _faults_when_active(
    terms: Terms, process: ProcessKind, around: Surroundings
) -> Iterator[Fault]:
    scenarios, where = terms.process(process).scenarios, f"{process}.scenarios"
    traits = around.traits
    if not scenarios:
        yield Fault(Flaw.NO_SCENARIO, where)
    elif traits and all(why_off(each, process, traits, around.reading) for each in scenarios):
        yield Fault(Flaw.NONE_RUNS, where)
    if traits is None:
        yield Fault(Flaw.NO_CORE, f"{process}.is_active")
    elif not traits.can(Capability.SET_PIN):
        yield Fault(Flaw.CORE_SETS_NO_PIN, f"{process}.is_active")
    if Scenario.EXPIRED in scenarios and not around.expires:
        yield Fault(Flaw.NO_AGE, where, Scenario.EXPIRED)
    if around.reading is PinLooked.ENTERED and not terms.asks_for_pin:
        yield Fault(Flaw.PIN_NOT_ASKED, "levels", Question.PIN)


def _doubles(listed: Sequence[str], flaw: Flaw, where: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for each in listed:
        if each in seen:
            yield Fault(flaw, where, each)
        seen.add(each)
