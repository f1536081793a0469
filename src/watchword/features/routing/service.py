"""What happens on the way: plans are declared, and the next attempt of a route is chosen."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from watchword.features.abuse.rules import Blocked, Decision, Start, StepUp
from watchword.features.abuse.service import Guard
from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.prices.rules import Money, PriceList
from watchword.features.routing.ratios import NO_FIGURES, rank
from watchword.features.routing.rules import (
    Attempt,
    Because,
    Considered,
    Plan,
    Route,
    Skipped,
    Step,
    SwitchedOff,
    abandoned,
    attempts,
    considered,
    default_plan,
    find_faults,
    from_wish,
    leads_to,
    unfit,
    unfitness,
)
from watchword.features.routing.store import FigureStore, FigureSweep, PlanStore
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage, Transaction

Shut: TypeAlias = Callable[[Transaction, Organisation, str], Awaitable[SwitchedOff | None]]
"""Says which channels an organisation has switched off for a purpose."""
Admit: TypeAlias = Callable[[Transaction, Organisation, Start, datetime], Awaitable[Decision]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who is to be reached, and why. `id` is that of the challenge; the rest is for the guard."""

    id: UUID
    purpose: str
    contact_id: ContactId
    contact: Contact = field(repr=False)
    client: str
    requester: str | None
    is_known: bool
    wanted: Channel | None = None
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The attempt to make now, and the route as it stands afterwards.

    `step_up` says that codes have to be stronger than usual, for somebody is trying them.
    """

    attempt: Attempt
    route: Route
    step_up: StepUp | None = None


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """No step of the route can be taken; `blocked` says what stood in the way, if it was a rule
    or what the organisation has switched off."""

    route: Route
    blocked: Blocked | SwitchedOff | None


@dataclass(frozen=True, slots=True)
class BadPlan:
    """A plan cannot be declared; each fault says what is wrong and what would be right."""

    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A plan in force for a purpose: the organisation's own, or the operator's for all."""

    purpose: str
    plan: Plan
    is_own: bool


class Router:
    def __init__(
        self,
        *,
        routes: Routes,
        guard: Guard,
        plans: Mapping[str, Plan],
        prices: PriceList | None,
        chance: Callable[[], float],
        shut: Shut | None = None,
    ) -> None:
        """`plans`: what the operator has declared for all, by purpose.

        `shut`: what an organisation has switched off.
        """
        self._shut = shut
        self._routes = routes
        self._guard = guard
        self._plans = plans
        self._prices = prices
        self._chance = chance

    async def begin(
        self, transaction: Transaction, organisation: Organisation, ask: Ask, because: Because
    ) -> Chosen | NothingLeft:
        """Set out by the plan, and choose the first attempt that may be made."""
        ahead = await self._ahead(transaction, organisation, ask)
        route = Route(ahead=tuple(ahead), number_start=ask.contact.number_start)
        return await self._choose(
            transaction, organisation, ask, route=route, because=because, admit=self._guard.admit
        )

    async def go_on(
        self,
        transaction: Transaction,
        organisation: Organisation,
        ask: Ask,
        route: Route,
        because: Because,
    ) -> Chosen | NothingLeft:
        """Choose the next attempt of a route; what is passed over stays in its trace."""
        return await self._choose(
            transaction,
            organisation,
            ask,
            route=route,
            because=because,
            admit=self._guard.admit_again,
        )

    async def set_out_again(
        self, transaction: Transaction, organisation: Organisation, ask: Ask, route: Route
    ) -> Chosen | NothingLeft:
        """Begin the plan anew because somebody wishes it; what was tried stays in the trace."""
        ahead = tuple(await self._ahead(transaction, organisation, ask))
        anew = Route(route.trace, ahead, route.number_start)
        return await self.go_on(transaction, organisation, ask, anew, Because.RESENT)

    async def _choose(
        self,
        transaction: Transaction,
        organisation: Organisation,
        ask: Ask,
        *,
        route: Route,
        because: Because,
        admit: Admit,
    ) -> Chosen | NothingLeft:
        now, trace = transaction.now(), [*route.trace]
        blocked: Blocked | SwitchedOff | None = None
        shut = await self._shut_for(transaction, organisation, ask.purpose)
        if shut is not None and ask.wanted in shut.channels:
            return NothingLeft(abandoned(route, Skipped.SWITCHED_OFF, now), shut)
        for place, attempt in enumerate(route.ahead, start=1):
            if attempt.skipped is not None:
                trace.append(considered(attempt, now, skipped=attempt.skipped))
                continue
            if shut is not None and attempt.channel in shut.channels:
                blocked = blocked or shut
                trace.append(considered(attempt, now, skipped=Skipped.SWITCHED_OFF))
                continue
            start = self._start(organisation, ask, attempt)
            decision = await admit(transaction, organisation, start, now)
            if isinstance(decision, Blocked):
                blocked = blocked or decision
                trace.append(_stopped(attempt, decision, now))
                continue
            trace.append(considered(attempt, now, because=because, price=start.price))
            left = Route(tuple(trace), route.ahead[place:], route.number_start)
            return Chosen(attempt, left, decision.step_up)
        return NothingLeft(Route(tuple(trace), (), route.number_start), blocked)

    async def accompany(
        self, transaction: Transaction, organisation: Organisation, ask: Ask, attempt: Attempt
    ) -> Considered:
        """Let one more message go the way of an attempt: it is counted, and its price reserved."""
        now, start = transaction.now(), self._start(organisation, ask, attempt)
        decision = await self._guard.admit_again(transaction, organisation, start, now)
        if isinstance(decision, Blocked):
            return _stopped(attempt, decision, now)
        return considered(attempt, now, because=Because.FIRST, price=start.price)

    async def open_to(
        self, transaction: Transaction, organisation: Organisation, purpose: str
    ) -> set[Channel]:
        """Give the channels by which codes for a purpose may go: served, and not switched off."""
        shut = await self._shut_for(transaction, organisation, purpose)
        return {*self._routes.served(organisation.mode)} - (shut.channels if shut else set())

    async def foresee(
        self, transaction: Transaction, organisation: Organisation, ask: Ask
    ) -> list[Considered]:
        """Say of each attempt whether it would be made in its turn. Nothing is charged or kept."""
        now, seen = transaction.now(), []
        because = Because.FIRST if ask.wanted is None else Because.WANTED
        shut = await self._shut_for(transaction, organisation, ask.purpose)
        for attempt in await self._ahead(transaction, organisation, ask):
            is_shut = shut is not None and attempt.channel in shut.channels
            skipped = attempt.skipped or (Skipped.SWITCHED_OFF if is_shut else None)
            if skipped is not None:
                seen.append(considered(attempt, now, skipped=skipped))
                continue
            start = self._start(organisation, ask, attempt)
            decision = await self._guard.consider(transaction, organisation, start, now)
            if isinstance(decision, Blocked):
                seen.append(_stopped(attempt, decision, now))
                continue
            seen.append(considered(attempt, now, because=because, price=start.price))
            because = Because.NO_RECEIPT
        return seen

    async def went_out(
        self, transaction: Transaction, organisation: Organisation, route: Route
    ) -> None:
        """Count a code for the provider that takes it out. Call it with the challenge held."""
        await self._count(transaction, organisation, route, sent=1)

    async def came_back(
        self, transaction: Transaction, organisation: Organisation, route: Route
    ) -> None:
        """Count a code that was typed for the provider that brought it, as `went_out` does."""
        await self._count(transaction, organisation, route, verified=1)

    async def _ahead(
        self, transaction: Transaction, organisation: Organisation, ask: Ask
    ) -> list[Attempt]:
        plan = await self._plan(transaction, organisation, ask)
        ahead: list[Attempt] = []
        for place, step in enumerate(plan.steps, start=1):
            ways = self._ways(organisation.mode, step)
            skipped = unfitness(step, ask.contact, ways)
            if skipped is not None:
                ahead.append(unfit(step, place, skipped))
                continue
            ranked = await self._ranked(transaction, organisation, step, ways, ask)
            ahead += attempts(step, place, ranked)
        return ahead

    def _start(self, organisation: Organisation, ask: Ask, attempt: Attempt) -> Start:
        provider = ProviderName(attempt.provider)
        return Start(
            id=ask.id,
            contact_id=ask.contact_id,
            contact=ask.contact,
            channel=attempt.channel,
            provider=provider,
            client=ask.client,
            requester=ask.requester,
            is_known=ask.is_known,
            price=self._price(organisation, ask.contact, attempt),
        )

    def _price(
        self, organisation: Organisation, contact: Contact, attempt: Attempt
    ) -> Money | None:
        """Give the most that an attempt may cost. What the sandbox plays costs nothing."""
        if self._prices is None or organisation.mode is Mode.TEST:
            return None
        provider = ProviderName(attempt.provider)
        others = self._routes.ways(organisation.mode, attempt.channel)
        is_phone = contact.kind is ContactKind.PHONE
        return self._prices.worst(
            attempt.channel,
            [provider] if attempt.is_pinned else others,
            country=contact.country,
            e164=contact.address.reveal() if is_phone else None,
        )

    async def _plan(self, transaction: Transaction, organisation: Organisation, ask: Ask) -> Plan:
        plan = await PlanStore(transaction, organisation.id).find(ask.purpose)
        if plan is None:
            plan = self._plans.get(ask.purpose)
        if plan is None or not leads_to(plan, ask.contact.kind):
            served = await self.open_to(transaction, organisation, ask.purpose)
            plan = default_plan(ask.contact, served)
        plan = from_wish(plan, ask.wanted)
        return Plan(plan.steps[:1]) if ask.is_only else plan

    async def _shut_for(
        self, transaction: Transaction, organisation: Organisation, purpose: str
    ) -> SwitchedOff | None:
        return None if self._shut is None else await self._shut(transaction, organisation, purpose)

    def _ways(self, mode: Mode, step: Step) -> list[ProviderName]:
        """Give the providers of a step. The sandbox plays whatever provider is named."""
        ways = self._routes.ways(mode, step.channel)
        if mode is Mode.TEST or not step.providers:
            return list(ways)
        return [ProviderName(name) for name in step.providers if name in ways]

    async def _ranked(
        self,
        transaction: Transaction,
        organisation: Organisation,
        step: Step,
        ways: list[ProviderName],
        ask: Ask,
    ) -> list[ProviderName]:
        if len(ways) < 2 or not step.providers:  # noqa: PLR2004 - a choice needs two
            return ways
        figures = NO_FIGURES
        if start := ask.contact.number_start:
            figures = await FigureStore(transaction, organisation.id).figures(step.channel, start)
        return rank(ways, figures, self._chance())

    async def _count(
        self,
        transaction: Transaction,
        organisation: Organisation,
        route: Route,
        *,
        sent: int = 0,
        verified: int = 0,
    ) -> None:
        chosen = route.choice
        if chosen is None or chosen.provider is None or route.number_start is None:
            return
        await FigureStore(transaction, organisation.id).count(
            chosen.channel, route.number_start, chosen.provider, sent=sent, verified=verified
        )


def _stopped(attempt: Attempt, blocked: Blocked, now: datetime) -> Considered:
    return considered(attempt, now, skipped=Skipped.BLOCKED, rule=blocked.rule)


class Plans:
    """The plans that organisations declare for themselves."""

    def __init__(self, *, storage: Storage, routes: Routes, house: Mapping[str, Plan]) -> None:
        self._storage = storage
        self._routes = routes
        self._house = house

    async def all(self, organisation: Organisation) -> list[Declared]:
        """Give the plans in force: its own, and the operator's where it has none."""
        async with self._storage.reading(organisation.id) as transaction:
            own = await PlanStore(transaction, organisation.id).all()
        return [
            Declared(purpose, plan, is_own=purpose in own)
            for purpose, plan in sorted({**self._house, **own}.items())
        ]

    async def declare(self, client: Caller, purpose: str, plan: Plan) -> BadPlan | None:
        organisation = client.organisation
        faults = find_faults(plan, self._served(organisation.mode, plan))
        if faults:
            return BadPlan(tuple(faults))
        async with self._storage.begin(organisation.id) as transaction:
            await PlanStore(transaction, organisation.id).save(purpose, plan)
            entry = Entry(
                action=Action.PLAN_DECLARED,
                actor=client.actor,
                target=purpose,
                details={"steps": len(plan.steps)},
            )
            await AuditStore(transaction, organisation.id).add(entry)
        return None

    async def withdraw(self, client: Caller, purpose: str) -> bool:
        """Go back to what the operator has declared; say whether there was a plan of its own."""
        organisation = client.organisation
        async with self._storage.begin(organisation.id) as transaction:
            removed = await PlanStore(transaction, organisation.id).remove(purpose)
            if removed:
                entry = Entry(action=Action.PLAN_WITHDRAWN, actor=client.actor, target=purpose)
                await AuditStore(transaction, organisation.id).add(entry)
        return removed

    async def forget(self, most: int) -> int:
        """Drop figures that are too old to tell anything."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await FigureSweep(transaction).forget(most)

    def _served(self, mode: Mode, plan: Plan) -> set[tuple[Channel, str]]:
        """Give what a plan may name; a test organisation may name whatever it will have one day."""
        if mode is Mode.TEST:
            return {(step.channel, name) for step in plan.steps for name in step.providers}
        return {(channel, name) for channel in Channel for name in self._routes.ways(mode, channel)}
