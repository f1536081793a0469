"""What happens to earn rules: they are made, changed, paused and ended."""

from collections.abc import Sequence
from functools import partial

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.points.earning.rules import (
    RULES_AT_MOST,
    BadTerms,
    EarnRule,
    EarnRuleId,
    Refused,
    State,
    Terms,
    TooManyRules,
    changed,
    find_fault,
    made,
)
from watchword.features.points.earning.store import EarnRuleStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


class EarnRules:
    def __init__(self, *, storage: Storage, requests: Requests) -> None:
        self._storage = storage
        self._requests = requests

    async def create(
        self, caller: Caller, terms: Terms, once: Once | None = None
    ) -> EarnRule | Refused | OtherBody:
        if fault := find_fault(terms):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._create, transaction, caller, terms)
            return await self._requests.once(transaction, whose, once, (EarnRule,), work)

    async def _create(
        self, transaction: Transaction, caller: Caller, terms: Terms
    ) -> EarnRule | BadTerms | TooManyRules:
        whose = caller.organisation.id
        if fault := await _find_fault_of_places(transaction, whose, terms):
            return fault
        store = EarnRuleStore(transaction, whose)
        if await store.count() >= RULES_AT_MOST:
            return TooManyRules()
        rule = made(EarnRuleId(new_id()), terms, transaction.now())
        await store.add(rule)
        await _note(transaction, caller, Action.EARN_RULE_CREATED, rule)
        return rule

    async def change(
        self, caller: Caller, id: EarnRuleId, terms: Terms, state: State, version: int
    ) -> EarnRule | Refused:
        """Change a rule as somebody saw it. What was earned by it stays."""
        if fault := find_fault(terms):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if fault := await _find_fault_of_places(transaction, whose, terms):
                return fault
            store = EarnRuleStore(transaction, whose)
            before = await store.hold(id)
            if before is None:
                raise NotFound("earn rule")
            after = changed(before, terms, state, version, transaction.now())
            if isinstance(after, EarnRule):
                await store.save(after)
                await _note(transaction, caller, Action.EARN_RULE_CHANGED, after)
        return after

    async def find(self, organisation_id: OrganisationId, id: EarnRuleId) -> EarnRule:
        async with self._storage.reading(organisation_id) as transaction:
            rule = await EarnRuleStore(transaction, organisation_id).get(id)
        if rule is None:
            raise NotFound("earn rule")
        return rule

    async def active(self, organisation_id: OrganisationId) -> Sequence[EarnRule]:
        async with self._storage.reading(organisation_id) as transaction:
            return await EarnRuleStore(transaction, organisation_id).active()

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[EarnRule]:
        """Give rules, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await EarnRuleStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))


async def _find_fault_of_places(
    transaction: Transaction, whose: OrganisationId, terms: Terms
) -> BadTerms | None:
    locations = LocationStore(transaction, whose)
    for id in sorted(terms.locations):
        if await locations.get(id) is None:
            return BadTerms("locations", "There is no such location.")
    return None


async def _note(transaction: Transaction, caller: Caller, action: Action, rule: EarnRule) -> None:
    details: dict[str, str | int] = {
        "name": rule.terms.name,
        "state": rule.state,
        "points": rule.terms.points,
        "per_amount": rule.terms.per_amount,
    }
    entry = Entry(action=action, actor=caller.actor, target=f"earn_rule:{rule.id}", details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
