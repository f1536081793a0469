"""What happens to rules: they are looked up, shown and set."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import ClassVar

import structlog

from watchword.features.abuse.loosening import looser, subject_of
from watchword.features.abuse.rulebook.changes import WantedRules
from watchword.features.abuse.rulebook.store import RuleStore
from watchword.features.abuse.rules import RuleName, StepUp
from watchword.features.abuse.rulesets import (
    ALWAYS_LOCKED,
    Loosened,
    OwnRules,
    Ruleset,
    Section,
    Unusable,
    applied,
    loosened,
    named,
)
from watchword.features.abuse.spared.rules import PUMPING
from watchword.features.abuse.spared.store import SparedStore
from watchword.features.abuse.spray import SPRAY_KEY, step_up_of
from watchword.features.approvals.rules import Kind, needs_second_person
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.ids import OrganisationId
from watchword.foundation.remembered import Remembered
from watchword.foundation.storage import Storage, Transaction

SECTIONS: Mapping[RuleName, Section] = {
    RuleName.COUNTRY: "countries",
    RuleName.LINE: "lines",
    RuleName.PRICE_MISSING: "spend",
}
"""Where rules stand that are not named as their section is."""

SPARING: tuple[Section, ...] = ("countries", "lines", "prefix", "dial_code", "conversion")
"""What is looser for a number that is spared."""

FRESH_FOR = 3.0  # seconds; rules that are changed elsewhere are in force here after that

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody has set other rules since these were asked for."""

    word: ClassVar = "stale"


@dataclass(frozen=True, slots=True)
class InForce:
    """The rules of an organisation, and until when codes are longer there."""

    ruleset: Ruleset
    sprayed_until: datetime | None
    spared: frozenset[ContactId] = frozenset()
    """Contact points that rules against pumping let through."""

    def step_up_at(self, now: datetime) -> StepUp | None:
        is_sprayed = self.sprayed_until is not None and now < self.sprayed_until
        return step_up_of(self.ruleset.spray) if is_sprayed else None


class Rulebook:
    """Which rules are in force: those of the house, and what an organisation has instead.

    They are asked for with every message, so they are remembered for some seconds.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        settings: OrganisationSettings,
        house: Mapping[Mode, Ruleset | None],
        has_prices: bool,
        locked: Collection[Section] = (),
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`house`: none for organisations where nothing is counted and nobody is blocked.

        `locked`: what no key of an application may change; how much may be spent always is.
        `seconds`: a steady clock, by which what is remembered grows stale.
        """
        self._storage = storage
        self._settings = settings
        self._house = house
        self._has_prices = has_prices
        self._locked = frozenset({ALWAYS_LOCKED, *locked})
        self._known = Remembered[OrganisationId, InForce](fresh_for=FRESH_FOR, seconds=seconds)

    async def in_force(
        self, transaction: Transaction, organisation: Organisation
    ) -> InForce | None:
        """Look up the rules; there are none where nothing is counted."""

        async def read() -> InForce:
            own, until = await RuleStore(transaction, organisation.id).in_force(SPRAY_KEY)
            spared = await SparedStore(transaction, organisation.id).all()
            ids = frozenset(each.contact_id for each in spared)
            return InForce(self._usable(organisation, own), until, ids)

        if not self.are_in_force(organisation):
            return None
        return await self._known.find(organisation.id, read)

    def spares(self, force: InForce, id: ContactId) -> Collection[RuleName]:
        """Give the rules that do not hold for a contact point: none that is the operator's own."""
        if id not in force.spared:
            return ()
        return [rule for rule in PUMPING if not self.is_locked(rule)]

    async def second_person_to_spare(
        self, organisation_id: OrganisationId, transaction: Transaction
    ) -> NeedsSecondPerson | None:
        """Say whether somebody else has to agree to spare a number."""
        approvals = (await self._settings.of(organisation_id, transaction)).approvals
        is_wanted = needs_second_person(approvals, Kind.ABUSE_RULES)
        return NeedsSecondPerson(subject_of(SPARING)) if is_wanted else None

    def are_in_force(self, organisation: Organisation) -> bool:
        """Say whether anything is counted and blocked: mostly not where messages are played."""
        return self._house.get(organisation.mode) is not None

    async def show(self, organisation: Organisation) -> Ruleset:
        """Give the rules in force; for a test organisation those that it would have."""
        async with self._storage.reading(organisation.id) as transaction:
            own = await RuleStore(transaction, organisation.id).find()
        return self._usable(organisation, own)

    async def own(self, organisation: Organisation) -> OwnRules:
        """Give what an organisation has instead of the rules of the house."""
        async with self._storage.reading(organisation.id) as transaction:
            own = await RuleStore(transaction, organisation.id).find()
        return _own(own)

    def loosened(self, now: Ruleset, then: Ruleset) -> Loosened | None:
        """Say what only the operator may change so."""
        return loosened(now, then, sorted(self._locked))

    @property
    def locked(self) -> Collection[Section]:
        """What is the operator's own; of money one may spend less all the same."""
        return self._locked

    def read(self, organisation: Organisation, own: OwnRules) -> Ruleset | Unusable:
        """Give rules as they would be in force, without setting them."""
        return applied(own, self.of_the_house(organisation), has_prices=self._has_prices)

    async def set(
        self, caller: Caller, own: OwnRules, *, is_operator: bool
    ) -> Ruleset | Unusable | Loosened | NeedsSecondPerson:
        """Put rules in the place of an organisation's own. Only an operator may loosen them all."""
        organisation = caller.organisation
        ruleset = self.read(organisation, own)
        if isinstance(ruleset, Unusable):
            return ruleset
        async with self._storage.begin(organisation.id) as transaction:
            held = await RuleStore(transaction, organisation.id).hold()
            before = self._usable(organisation, held)
            if not is_operator and (
                refusal := self.loosened(before, ruleset)
                or await self.second_person(organisation, before, ruleset, transaction)
            ):
                return refusal
            await _save(transaction, organisation, own, caller.actor)
        self.forget(organisation.id)
        return ruleset

    async def second_person(
        self,
        organisation: Organisation,
        before: Ruleset,
        after: Ruleset,
        transaction: Transaction | None = None,
    ) -> NeedsSecondPerson | None:
        """Say whether somebody else has to agree to other rules. Tighter ones are always free."""
        sections = looser(before, after, organisation.country)
        if not sections:
            return None
        approvals = (await self._settings.of(organisation.id, transaction)).approvals
        is_wanted = needs_second_person(approvals, Kind.ABUSE_RULES)
        return NeedsSecondPerson(subject_of(sections)) if is_wanted else None

    async def perform(
        self,
        transaction: Transaction,
        organisation: Organisation,
        wanted: WantedRules,
        *,
        actor: str,
        approved_by: str,
    ) -> Ruleset | Unusable | Loosened | Overtaken:
        """Set what two people have agreed on; `forget` the rules so far once that is durable."""
        ruleset = self.read(organisation, wanted.own)
        if isinstance(ruleset, Unusable):
            return ruleset
        held = await RuleStore(transaction, organisation.id).hold()
        if _own(held) != wanted.before:
            return Overtaken()
        if refusal := self.loosened(self._usable(organisation, held), ruleset):
            return refusal
        await _save(transaction, organisation, wanted.own, actor, approved_by=approved_by)
        return ruleset

    def is_locked(self, rule: RuleName) -> bool:
        """Say whether no key may loosen a rule, nor lift what it blocks."""
        return SECTIONS.get(rule, str(rule)) in self._locked

    def forget(self, organisation_id: OrganisationId) -> None:
        self._known.forget(organisation_id)

    def of_the_house(self, organisation: Organisation) -> Ruleset:
        """Give the rules that hold where an organisation has none of its own."""
        return self._house.get(organisation.mode) or self._house.get(Mode.LIVE) or Ruleset()

    def _usable(self, organisation: Organisation, own: OwnRules | Unusable) -> Ruleset:
        ruleset = own if isinstance(own, Unusable) else self.read(organisation, own)
        if isinstance(ruleset, Unusable):
            # They were usable when they were set. Nobody is left without rules for that.
            log.error("abuse_rules.unusable", organisation_id=str(organisation.id))
            return self.of_the_house(organisation)
        return ruleset


def _own(found: OwnRules | Unusable) -> OwnRules:
    """Give what an organisation has of its own; what cannot be read any more is nothing."""
    return OwnRules() if isinstance(found, Unusable) else found


async def _save(
    transaction: Transaction,
    organisation: Organisation,
    own: OwnRules,
    actor: str,
    *,
    approved_by: str | None = None,
) -> None:
    """Put held rules in the place of those there were, and write it down."""
    await RuleStore(transaction, organisation.id).save(own)
    by = {} if approved_by is None else {"approved_by": approved_by}
    entry = Entry(
        action=Action.ABUSE_RULES_SET,
        actor=actor,
        target=str(organisation.id),
        details={"rules": ", ".join(sorted(named(own))), **by},
    )
    await AuditStore(transaction, organisation.id).add(entry)
