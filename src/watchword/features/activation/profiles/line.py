"""A profile made ready for a call: what the dialogue asks of it, it answers out of profile, rules
and core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchword.features.activation.decision import decide
from watchword.features.activation.dialogue.ports import Decided, Proof
from watchword.features.activation.dialogue.steps import Ask, Known, Remark
from watchword.features.activation.profiles.rules import USUAL_DAYS, Terms
from watchword.features.activation.profiles.settings import LineSettings
from watchword.features.activation.questions import (
    CATALOGUE,
    Asked,
    Fit,
    Manner,
    Question,
    ask_of,
    compare,
)
from watchword.features.activation.scenarios import (
    Basis,
    DidNotMatch,
    Evaluation,
    Evidence,
    Matched,
    NotEvaluated,
    PinLooked,
    ProcessKind,
    Scenario,
    evaluate,
    matching,
)
from watchword.features.contacts.rules import Contact, PhoneLine, Reading, read_email, read_phone
from watchword.features.cores.rules import OWN, ContactOnFile, CoreName, CoreTraits, FindBy, Member
from watchword.features.pins.kept.rules import Locking
from watchword.features.pins.rules import PinRule, PinRules, judge
from watchword.foundation.secret import Secret

CODE_COMES_WITHIN = 30.0
"""Seconds. A message takes its time, and whoever is not young takes theirs to open it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLine:
    """Fills `Ready`. `first` and `another`: the profiles that are asked in addition, where the
    process is switched on. `code_digits`: how long the codes are that are sent. `organisation`:
    who answers, by name."""

    profile: Terms
    first: Terms | None
    another: Terms | None
    settings: LineSettings
    traits: CoreTraits
    manner: Manner
    code_digits: tuple[int, int]
    organisation: str

    @property
    def find_by(self) -> FindBy:
        by = CATALOGUE[self.profile.levels[0][0].question].find_by
        if by is None:
            raise ValueError("A profile begins with a question by which somebody is found.")
        return by

    @property
    def core(self) -> CoreName:
        if self.settings.core is None:
            raise ValueError("A line that is called has a core.")
        return self.settings.core

    @property
    def pin_rules(self) -> PinRules:
        return self.settings.pins

    @property
    def locking(self) -> Locking:
        return self.settings.locking

    @property
    def asks_when_staff_want(self) -> bool:
        # Our own core says by itself whom staff want to change.
        heard = {Scenario.STAFF_REQUIRED} | ({Scenario.CORE_INFO} if self.core == OWN else set())
        return self.profile.force.is_active and not heard.isdisjoint(self.profile.force.scenarios)

    @property
    def unlocks_by_code(self) -> bool:
        return self.settings.unlocks_by_code

    @property
    def levels(self) -> Sequence[Sequence[Ask]]:
        return [[self._ask(each) for each in level] for level in self.profile.levels if level]

    @property
    def activation(self) -> Proof | None:
        return self._proof(self.first, is_on=self.profile.activation.is_active, is_first=True)

    @property
    def force(self) -> Proof | None:
        return self._proof(self.another, is_on=self.profile.force.is_active, is_first=False)

    @property
    def new_pin(self) -> Ask:
        return Ask("new_pin", self.settings.pins.shortest, self.settings.pins.longest)

    @property
    def code(self) -> Ask:
        return Ask(Question.CODE, *self.code_digits, first_timeout=CODE_COMES_WITHIN)

    @property
    def transfer_to(self) -> str | None:
        return self.settings.transfer_to

    @property
    def onward_to(self) -> str | None:
        return self.settings.onward_to

    def fits(self, question: Ask, typed: Secret, member: Member) -> bool:
        asked = next((each for each in self._all() if each.question == question.name), None)
        if asked is None:
            return False
        return compare(asked, typed, member.facts, self.manner) is Fit.FITS

    def decide(
        self, known: Known, entered: Secret | None, holders: Sequence[Member], at: datetime
    ) -> Decided:
        evidence = self._evidence(known, entered, holders, at)
        lists = {process: self._evaluated(process, evidence) for process in ProcessKind}
        decision = decide(
            lists[ProcessKind.ACTIVATION],
            lists[ProcessKind.FORCE],
            evidence.established,
            has_none=(has_none := known.state.is_set is False and entered is None),
        )
        remarks = [
            _remark(process, each) for process, found in lists.items() for each in found or ()
        ]
        remarks.append(Remark("established", evidence.established))
        if has_none:
            remarks.append(Remark("no_pin_is_set"))
        if decision.reason is not None:
            remarks.append(Remark("because", decision.reason))
        if decision.tolerated is not None:
            remarks.append(Remark("weak_pin_tolerated", decision.tolerated))
        return Decided(decision.outcome, remarks)

    def looked_at(
        self,
        known: Known,
        holders: Sequence[Member],
        at: datetime,
        entered: Secret | None = None,
    ) -> Sequence[Evaluation] | None:
        """Evaluate what asks for a first PIN, without a call: on the PIN that the core shows, or
        on one that is known otherwise. Nothing, where nobody is asked for a first PIN."""
        process = self.profile.activation
        reading = PinLooked.STORED if entered is None else PinLooked.ENTERED
        evidence = self._evidence(known, entered, holders, at)
        if not process.is_active:
            return None
        return evaluate(process.scenarios, ProcessKind.ACTIVATION, evidence, self.traits, reading)

    def basis_of(self, holders: Sequence[Member]) -> Basis:
        """Give whose facts count: those of the caller, and of all who share the PIN with them."""
        shares = not self.traits.pins_are_per_person
        facts = [
            each.facts
            for number, each in enumerate(holders)
            if number == 0 or (shares and each.ref.account == holders[0].ref.account)
        ]
        return Basis(holders=facts, rules=self.settings.pins, reserved=self.traits.reserved_pins)

    def broken(self, pin: Secret, holders: Sequence[Member]) -> Sequence[str]:
        basis = self.basis_of(holders)
        rules = judge(pin, basis.rules, basis.holders, reserved=basis.reserved)
        listed = [*self.profile.activation.scenarios, *self.profile.force.scenarios]
        if rules or not matching(pin, listed, basis):
            return [str(each) for each in rules]
        return [PinRule.SCENARIO]

    def reached(self, member: Member, at: datetime) -> Contact | None:
        """Say where a code goes: to a telephone that takes texts, or else to an e-mail address, if
        that has been on file for long enough."""
        days = [each.unchanged_days for each in (self.first, self.another) if each is not None]
        age, facts = timedelta(days=max(days, default=USUAL_DAYS)), member.facts
        country = self.manner.country
        phones = (read_phone(said, country) for said in _lasting(facts.phones, age, at))
        emails = (read_email(said) for said in _lasting(facts.emails, age, at))
        can_have = [each for each in phones if _takes_texts(each)]
        return next((each for each in (*can_have, *emails) if isinstance(each, Contact)), None)

    def _evaluated(self, process: ProcessKind, evidence: Evidence) -> Sequence[Evaluation] | None:
        listed = self.profile.process(process)
        if not listed.is_active:
            return None
        return evaluate(listed.scenarios, process, evidence, self.traits, self.settings.reading)

    def _evidence(
        self, known: Known, entered: Secret | None, holders: Sequence[Member], at: datetime
    ) -> Evidence:
        return Evidence(
            basis=self.basis_of(holders),
            state=known.state,
            established=known.established,
            at=at,
            entered=entered,
            staff_wants_change=known.staff_wants_change,
            greatest_age=self.settings.greatest_age,
        )

    def _all(self) -> Sequence[Asked]:
        extra = [each for terms in (self.first, self.another) if terms for each in terms.questions]
        return [*(each for level in self.profile.levels for each in level), *extra]

    def _ask(self, asked: Asked) -> Ask:
        ask = ask_of(asked)
        if asked.question is not Question.PIN:
            return ask
        return replace(ask, most=self.settings.pins.taken_at_most)

    def _proof(self, terms: Terms | None, *, is_on: bool, is_first: bool) -> Proof | None:
        if terms is None or not is_on:
            return None
        asked = [each for each in terms.questions if each.question is not Question.CODE]
        return Proof([self._ask(each) for each in asked], terms.wants_code, is_first)


def _lasting(known: Sequence[ContactOnFile], age: timedelta, now: datetime) -> Iterator[str]:
    """Give what has been on file for so long. What is not dated may be of this moment."""
    lasting = [each for each in known if (each.since or now) <= now - age]
    return (each.value.reveal() for each in lasting)


def _takes_texts(read: Reading) -> bool:
    return isinstance(read, Contact) and read.line is not PhoneLine.LANDLINE


def _remark(process: ProcessKind, found: Evaluation) -> Remark:
    """Write an evaluation for the log of a call: never a digit."""
    match found:
        case Matched(scenario):
            return Remark("matched", f"{process} {scenario}")
        case DidNotMatch(scenario):
            return Remark("did_not_match", f"{process} {scenario}")
        case NotEvaluated(scenario, why):
            return Remark("not_evaluated", f"{process} {scenario} {why}")
