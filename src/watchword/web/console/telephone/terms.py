"""A profile as a form has it: read, with its lists moved about, and laid out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from watchword.features.activation.profiles.rules import (
    LEVELS,
    USUAL_DAYS,
    Process,
    ProfileId,
    ProfileKind,
    Surroundings,
    Terms,
    offs,
)
from watchword.features.activation.questions import (
    USUAL_LETTERS,
    Asked,
    Part,
    Question,
    can_be_asked,
)
from watchword.features.activation.scenarios import (
    OF_PROCESS,
    ProcessKind,
    Scenario,
    WhyNot,
    offered,
)
from watchword.features.pins.rules import RiskAccepted
from watchword.foundation.ids import Id
from watchword.web.console.forms import Form
from watchword.web.console.telephone.lists import Lists, Pressed, moved

QUESTIONS = "questions"
LEVEL_NAMES = tuple(f"levels.{number}" for number in range(1, LEVELS + 1))
SCENARIOS = {f"{process}.scenarios": process for process in ProcessKind}


@dataclass(frozen=True, slots=True)
class Author:
    """Who answers for what is typed, and since when."""

    by: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Layout:
    """What a page shows of a profile: its lists, and which scenarios do not run here."""

    lists: Mapping[str, Lists]
    offs: Mapping[tuple[ProcessKind, Scenario], WhyNot]


def new_terms(kind: ProfileKind) -> Terms:
    """Give what a new profile begins with."""
    if kind is ProfileKind.STANDARD:
        return Terms(name="", kind=kind, levels=((Asked(Question.MEMBER_NUMBER),), (), ()))
    return Terms(name="", kind=kind, questions=(Asked(Question.CODE),))


def read_terms(form: Form, before: Terms, author: Author) -> Terms:
    """Read a form. What no page of ours can have sent is left out."""
    risk = risk_of(form.text("risk"), before.risk, author)
    terms = Terms(name=form.text("name"), kind=before.kind, risk=risk)
    if before.kind is ProfileKind.STANDARD:
        return replace(
            terms,
            levels=tuple(_questions(form, name) for name in LEVEL_NAMES),
            activation=_process(form, ProcessKind.ACTIVATION),
            force=_process(form, ProcessKind.FORCE),
        )
    days = form.number("unchanged_days")
    return replace(
        terms,
        questions=_questions(form, QUESTIONS),
        unchanged_days=USUAL_DAYS if days is None else days,
    )


def rearranged(terms: Terms, pressed: Pressed, layout: Layout, form: Form) -> Terms:
    """Do what a button between two lists does; the rest stays as it was typed."""
    lists = layout.lists.get(pressed.name)
    if lists is None:
        return terms
    after = moved(lists, {*form.all(f"pick.{pressed.name}")}, pressed.move)
    if process := SCENARIOS.get(pressed.name):
        listed = replace(terms.process(process), scenarios=tuple(map(Scenario, after)))
        if process is ProcessKind.ACTIVATION:
            return replace(terms, activation=listed)
        return replace(terms, force=listed)
    asked = tuple(_asked(form, Question(each)) for each in after)
    if pressed.name == QUESTIONS:
        return replace(terms, questions=asked)
    levels = [*terms.levels, *((),) * (LEVELS - len(terms.levels))]
    levels[LEVEL_NAMES.index(pressed.name)] = asked
    return replace(terms, levels=tuple(levels))


def layout_of(terms: Terms, around: Surroundings) -> Layout:
    off = {(each.process, each.scenario): each.why for each in offs(terms, around)}
    if terms.kind is not ProfileKind.STANDARD:
        free = _free(terms, terms.questions, around)
        asked = [each.question for each in terms.questions]
        return Layout({QUESTIONS: Lists(free, asked)}, off)
    everything = [each for level in terms.levels for each in level]
    free = _free(terms, everything, around)
    lists = {
        name: Lists(free, [each.question for each in level])
        for name, level in zip(LEVEL_NAMES, [*terms.levels, (), (), ()], strict=False)
    }
    scenarios = {
        name: Lists(_scenarios(terms, process, around), terms.process(process).scenarios)
        for name, process in SCENARIOS.items()
    }
    return Layout(lists | scenarios, off)


def _free(terms: Terms, used: Sequence[Asked], around: Surroundings) -> Sequence[Question]:
    """Give the questions that can be added: each is asked once, and by a core that can."""
    never = {
        ProfileKind.STANDARD: {Question.CODE},
        ProfileKind.ACTIVATION: {Question.PIN},
        ProfileKind.FORCE: set[Question](),
    }[terms.kind]
    taken = {each.question for each in used} | never
    return [
        each
        for each in Question
        if each not in taken and (around.traits is None or can_be_asked(Asked(each), around.traits))
    ]


def _scenarios(terms: Terms, process: ProcessKind, around: Surroundings) -> Sequence[Scenario]:
    listed, traits = terms.process(process).scenarios, around.traits
    all_of_it = OF_PROCESS[process] if traits is None else offered(process, traits, around.reading)
    return [each for each in all_of_it if each not in listed]


def _questions(form: Form, name: str) -> tuple[Asked, ...]:
    return tuple(_asked(form, Question(each)) for each in form.all(name) if each in {*Question})


def _asked(form: Form, question: Question) -> Asked:
    """Give a question with its options, as they are typed, or as they usually are."""
    count = form.number(f"count.{question}")
    if question is Question.LAST_NAME_LETTERS:
        return Asked(question, USUAL_LETTERS if count is None else count)
    if question is not Question.DRIVING_LICENCE:
        return Asked(question)
    written = form.text("part.driving_licence")
    part = Part(written) if written in {*Part} else Part.DIGITS
    if part is not Part.LAST:
        return Asked(question, part=part)
    return Asked(question, USUAL_LETTERS if count is None else count, part)


def _process(form: Form, process: ProcessKind) -> Process:
    written = form.text(f"{process}.profile_id")
    return Process(
        is_active=form.flag(f"{process}.is_active"),
        profile_id=profile_id_of(written),
        scenarios=tuple(
            Scenario(each) for each in form.all(f"{process}.scenarios") if each in {*Scenario}
        ),
    )


def profile_id_of(written: str) -> ProfileId | None:
    try:
        return ProfileId(Id(int=UUID(written).int))
    except ValueError:
        return None


def risk_of(reason: str, before: RiskAccepted | None, author: Author) -> RiskAccepted | None:
    """Let whoever types another reason answer for it."""
    if not reason:
        return None
    if before is not None and before.reason == reason:
        return before
    return RiskAccepted(by=author.by, at=author.now, reason=reason)
