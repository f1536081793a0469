"""A router on a real database, and a guard that does as it is told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.whole_house import phone
from watchword.features.abuse.rules import Admitted, Blocked, Decision, RuleName, Start, StepUp
from watchword.features.abuse.service import Guard
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.rules import ProviderName
from watchword.features.organisations.rules import Organisation
from watchword.features.routing.ratios import Figure
from watchword.features.routing.rules import (
    Because,
    Considered,
    Plan,
    Route,
    Step,
)
from watchword.features.routing.service import Ask, Chosen, NothingLeft, Router
from watchword.features.routing.store import FigureStore, PlanStore
from watchword.foundation.storage import Storage, Transaction

PURPOSE = "wallet_signin"
START_OF_NUMBER = "+491701"
A, B, C = map(ProviderName, "abc")
ROUTES = Routes({Channel.SMS: (A, B), Channel.VOICE: (C,)})
SMS, VOICE = Step(Channel.SMS), Step(Channel.VOICE)
EQUALS = Step(Channel.SMS, ("a", "b"))
STOP = Blocked(RuleName.PREFIX, "Too many.", None, "Call them.", (Channel.VOICE,))
AFTER_TEN = 0.5  # a chance that does not explore


@dataclass
class Gatekeeper(Guard):
    """A guard that stops the channels it was told to, and remembers who came by."""

    stops: set[Channel] = field(default_factory=set)
    seen: list[tuple[str, Start]] = field(default_factory=list)
    stronger: StepUp | None = None

    async def admit(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        return self._decide("admit", start)

    async def admit_again(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        return self._decide("admit_again", start)

    async def consider(
        self, transaction: Transaction, organisation: Organisation, start: Start, now: datetime
    ) -> Decision:
        return self._decide("consider", start)

    def _decide(self, what: str, start: Start) -> Decision:
        self.seen.append((what, start))
        return STOP if start.channel in self.stops else Admitted(self.stronger)


@dataclass
class Crossroads:
    """A router, its organisation, and a transaction for each thing that is asked of it."""

    storage: Storage
    organisation: Organisation
    guard: Gatekeeper = field(default_factory=Gatekeeper)
    house: dict[str, Plan] = field(default_factory=dict)
    chance: float = AFTER_TEN

    @property
    def router(self) -> Router:
        return Router(
            routes=ROUTES,
            guard=self.guard,
            plans=self.house,
            prices=None,
            chance=lambda: self.chance,
        )

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Transaction]:
        async with self.storage.begin(self.organisation.id) as transaction:
            yield transaction

    async def begin(self, asked: Ask | None = None) -> Chosen | NothingLeft:
        async with self.asking() as transaction:
            because = Because.FIRST
            return await self.router.begin(transaction, self.organisation, asked or ask(), because)

    async def go_on(self, route: Route) -> Chosen | NothingLeft:
        async with self.asking() as transaction:
            return await self.router.go_on(
                transaction, self.organisation, ask(), route, Because.NO_RECEIPT
            )

    async def declare(self, *steps: Step) -> None:
        async with self.asking() as transaction:
            await PlanStore(transaction, self.organisation.id).save(PURPOSE, Plan(steps))

    async def figures(self) -> dict[ProviderName, Figure]:
        async with self.asking() as transaction:
            store = FigureStore(transaction, self.organisation.id)
            return {**(await store.figures(Channel.SMS, START_OF_NUMBER)).alike}


def ask(contact: Contact | None = None, wanted: Channel | None = None) -> Ask:
    return Ask(
        id=UUID(int=7),
        purpose=PURPOSE,
        contact_id=ContactId(UUID(int=8)),
        contact=contact or phone(),
        client="client:test",
        requester="digest",
        is_known=True,
        wanted=wanted,
    )


def told(trace: Sequence[Considered]) -> list[tuple[Any, ...]]:
    return [
        (each.place, each.channel, each.provider, each.because or each.skipped) for each in trace
    ]


def chosen(outcome: Chosen | NothingLeft) -> Chosen:
    assert isinstance(outcome, Chosen)
    return outcome
