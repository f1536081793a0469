"""What happens when a code does not arrive: the next step of its plan, with the same code."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import assert_never

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.codebook import Codebook
from watchword.features.challenges.desk import Desk, Machine, Mailroom
from watchword.features.challenges.events import events_of
from watchword.features.challenges.policies import Policy, Purpose
from watchword.features.challenges.rules import (
    Challenge,
    ChallengeId,
    ChallengeRef,
    resent,
    sends_key,
    settled_down,
    strictness,
)
from watchword.features.challenges.steps.rules import outlook
from watchword.features.challenges.store import ChallengeStore, ChallengeSweep
from watchword.features.contacts.service import Contacts
from watchword.features.delivery.rules import News
from watchword.features.limits.rules import Allowed, Budget, Limits, charge_send, may_send
from watchword.features.organisations.rules import Mode
from watchword.features.organisations.service import Organisations
from watchword.features.routing.rules import (
    Arrived,
    Because,
    NothingToDo,
    Onwards,
    Patience,
    Skipped,
    abandoned,
    in_vain,
)
from watchword.features.routing.service import Ask, Chosen, NothingLeft, Router
from watchword.features.webhooks.events import EventKind
from watchword.foundation.bells import Bells
from watchword.foundation.ids import EVERYWHERE, Id, OrganisationId
from watchword.foundation.storage import Storage, Transaction

STEPS = "challenges/steps"
"""The bell that is rung when a step has become due before its time."""

LATER = timedelta(seconds=5)
"""After so long a step that could not be taken is tried again."""

log = structlog.get_logger()


class Steps:
    """Follows the plans of challenges that wait."""

    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        mailroom: Mailroom,
        router: Router,
        policies: Mapping[Purpose, Policy],
        limits: Mapping[Mode, Limits],
        codebook: Codebook,
        bells: Bells,
        reporting: Callable[[], Collection[str]],
    ) -> None:
        """`reporting` names the providers that say whether a message arrived."""
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._mailroom = mailroom
        self._router = router
        self._policies = policies
        self._limits = limits
        self._codebook = codebook
        self._bells = bells
        self._reporting = reporting

    async def due(self, most: int) -> Sequence[ChallengeRef]:
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await ChallengeSweep(transaction).due_steps(most)

    async def next_due(self) -> float | None:
        """Give the seconds until a step is due, if one is to come."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            return await ChallengeSweep(transaction).next_step()

    async def hear(self, news: News) -> None:
        """Take notice of a message: a bad end makes the next step due, and others are told."""
        if ":" in news.about:
            return  # It is no id: the message carried no code, and nobody waits for it.
        organisation_id, id = news.organisation_id, ChallengeId(Id(news.about))
        if not news.is_bad and not await self._mailroom.webhooks.is_heard(organisation_id):
            return
        async with self._storage.begin(organisation_id) as transaction:
            store = ChallengeStore(transaction, organisation_id)
            challenge = await store.find(id)
            for event in events_of(news, challenge, transaction.now()):
                await self._mailroom.webhooks.note(transaction, organisation_id, event)
            is_nudged = news.is_bad and await self._nudge(transaction, organisation_id, id)
        self._mailroom.webhooks.announce(organisation_id)
        if is_nudged:
            self._bells.ring(STEPS)

    async def _nudge(
        self, transaction: Transaction, organisation_id: OrganisationId, id: ChallengeId
    ) -> bool:
        """Make the next step due, unless the bad news is of a message that is no more waited for.

        A carrier may say after minutes that a text message failed. By then somebody's telephone
        rings, and the step after that has its own time.
        """
        sendings = await self._mailroom.outbox.trace(transaction, organisation_id, str(id))
        store = ChallengeStore(transaction, organisation_id)
        return in_vain(sendings) and await store.nudge(id)

    async def postpone(self, place: ChallengeRef) -> None:
        """Let a step that cannot be taken now be due later, so that others are not behind it."""
        organisation_id, id = place
        async with self._storage.begin(organisation_id) as transaction:
            store = ChallengeStore(transaction, organisation_id)
            await store.postpone_step(id, transaction.now() + LATER)

    async def take(self, place: ChallengeRef) -> None:
        """Do what the plan of a challenge asks for now: go on, or be content."""
        organisation_id, id = place
        async with self._storage.begin(organisation_id) as transaction:
            organisation = await self._organisations.read(transaction, organisation_id)
            machine = Machine(name="plan", organisation=organisation)
            chosen = await self._take(Desk(transaction, machine, self._mailroom), id)
        if chosen is not None:
            log.info("challenge.stepped", challenge_id=str(id), channel=chosen.attempt.channel)
            self._mailroom.announce(organisation_id, chosen.attempt.provider)

    async def _take(self, desk: Desk, id: ChallengeId) -> Chosen | None:
        key = sends_key(*await desk.challenges.budgeted_by(id))
        sends = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        sendings = await self._mailroom.outbox.trace(desk.transaction, desk.id, str(id))
        match outlook(challenge, sendings, self._reporting(), desk.now):
            case Patience():
                return None
            case NothingToDo() | Arrived():
                # Otherwise its step would be due for as long as nobody has swept up.
                await desk.challenges.save_route(settled_down(challenge, challenge.route))
                return None
            case Onwards(because):
                return await self._go_on(desk, challenge, sends, because)
            case view:
                assert_never(view)

    async def _go_on(
        self, desk: Desk, challenge: Challenge, sends: Budget, because: Because
    ) -> Chosen | None:
        _, limits = self._strictness(desk, challenge)
        if may_send(sends, limits, desk.now) != Allowed():
            route = abandoned(challenge.route, Skipped.TOO_MANY, desk.now)
            await desk.challenges.save_route(settled_down(challenge, route))
            return None
        contact = await self._contacts.open(desk.transaction, desk.id, challenge.contact_id)
        ask = desk.ask(challenge, contact)
        chosen = await self._router.go_on(
            desk.transaction, desk.organisation, ask, challenge.route, because
        )
        if isinstance(chosen, NothingLeft):
            await desk.challenges.save_route(settled_down(challenge, chosen.route))
            return None
        key = sends_key(challenge.contact_id, challenge.purpose, challenge.lane)
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        await self._send(desk, challenge, chosen, ask)
        return chosen

    async def _send(self, desk: Desk, challenge: Challenge, chosen: Chosen, ask: Ask) -> None:
        policy, _ = self._strictness(desk, challenge)
        content = await desk.content(self._codebook, challenge.id)
        # What has not left yet would only come twice.
        await self._mailroom.outbox.cancel_waiting(desk.transaction, desk.id, str(challenge.id))
        stepped = resent(challenge, chosen.attempt, chosen.route, policy, desk.now)
        await desk.challenges.save(stepped)
        await desk.send(stepped, content, chosen.attempt, self._router, ask)
        channel, step = chosen.attempt.channel, chosen.attempt.place
        await desk.note(Action.CHALLENGE_STEPPED, challenge.id, channel=channel, step=step)
        await desk.tell(EventKind.CHALLENGE_STEPPED, stepped, step=step)

    def _strictness(self, desk: Desk, challenge: Challenge) -> tuple[Policy, Limits]:
        policy = self._policies[challenge.purpose]
        return strictness(policy, self._limits[desk.mode], challenge.lane)
