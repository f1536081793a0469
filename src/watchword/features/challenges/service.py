"""What happens to challenges. Each method is one transaction: load, decide, save, announce."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.abuse.rules import Answer
from watchword.features.abuse.service import Guard
from watchword.features.audit.rules import Action
from watchword.features.challenges.codebook import NO_AUTOFILL, Autofill, Codebook
from watchword.features.challenges.codes import Draw, denial_tag
from watchword.features.challenges.desk import Desk, Mailroom, lane_of
from watchword.features.challenges.events import ENDS, event_of
from watchword.features.challenges.policies import FOR_STAFF, Policy, Purpose
from watchword.features.challenges.ports import WhyNot
from watchword.features.challenges.rules import (
    NOT_KNOWN,
    Challenge,
    ChallengeId,
    Leading,
    Status,
    begun,
    cancelled,
    charged,
    choose_channel,
    guesses_key,
    judge,
    may_answer,
    may_open,
    may_resend,
    no_way,
    resent,
    retagged,
    sends_key,
    stepped_up,
    strictness,
    was_tried,
)
from watchword.features.challenges.shown import Shown, show
from watchword.features.challenges.store import ChallengeStore, ChallengeSweep
from watchword.features.challenges.verdicts import (
    VERDICTS,
    Locked,
    NoWay,
    Refusal,
    TooMany,
    Verdict,
    Verified,
    noted,
)
from watchword.features.clients.rules import Caller
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.routes import Routes
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.limits.rules import Limits, charge_send
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.routing.rules import Because
from watchword.features.routing.service import Ask, Chosen, NothingLeft, Router
from watchword.features.webhooks.events import EventKind
from watchword.foundation.ids import EVERYWHERE, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

Opened: TypeAlias = Shown | Refusal | OtherBody
Answered: TypeAlias = Verdict | TooMany | Locked | OtherBody

ChanceOf: TypeAlias = Callable[[Transaction, Organisation], Awaitable[Draw | None]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is asked for. `transaction` names what the code approves, if it approves something.

    `requester` stands for who asks: a device, a session or a network address, in any spelling.
    Whoever has answered rightly before has a budget that strangers cannot use up.
    """

    purpose: Purpose
    contact: Contact
    channel: Channel | None
    locale: str
    reference: str | None = None
    requester: Secret | None = None
    transaction: str | None = None
    autofill: Autofill = NO_AUTOFILL


class Challenges:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        contacts: Contacts,
        mailroom: Mailroom,
        requests: Requests,
        routes: Routes,
        guard: Guard,
        router: Router,
        policies: Mapping[Purpose, Policy],
        limits: Mapping[Mode, Limits],
        codebook: Codebook,
        chance_of: ChanceOf,
        why_not: WhyNot,
    ) -> None:
        """`chance_of` gives the chance that test organisations have chosen for themselves."""
        self._storage = storage
        self._organisations = organisations
        self._contacts = contacts
        self._mailroom = mailroom
        self._requests = requests
        self._routes = routes
        self._guard = guard
        self._router = router
        self._policies = policies
        self._limits = limits
        self._codebook = codebook
        self._chance_of = chance_of
        self._why_not = why_not

    async def open(self, client: Caller, opening: Opening, once: Once | None = None) -> Opened:
        """Send a code to a contact point, and wait for it to come back."""
        served = self._policies[opening.purpose].lives.keys() & self._served(client)
        channel = choose_channel(opening.contact.kind, opening.channel, served)
        if isinstance(channel, NoWay):
            return self._mailroom.refuse(channel, opening)
        if channel is Channel.LETTER:
            # Whoever asks can still mend the address; later, nobody would be there to hear of it.
            because = self._why_not(opening.contact, client.organisation)
            if because is not None:
                return self._mailroom.refuse(NoWay(channel, (), because), opening)
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = Desk(transaction, client, self._mailroom)
            work = partial(self._open, desk, opening)
            outcome = await self._requests.once(transaction, desk.id, once, (Shown,), work)
        self._announce(client, outcome)
        return outcome

    async def answer(
        self,
        client: Caller,
        id: ChallengeId,
        typed: str,
        transaction: str | None = None,
        once: Once | None = None,
    ) -> Answered:
        """Try a code, as the customer typed it; `transaction` is what it is to approve."""
        async with self._storage.begin(client.organisation.id) as opened:
            desk = Desk(opened, client, self._mailroom)
            work = partial(self._answer, desk, id, typed, transaction)
            outcome = await self._requests.once(opened, desk.id, once, VERDICTS, work)
        self._mailroom.announce(client.organisation.id)
        log.debug("challenge.answered", challenge_id=str(id), outcome=outcome.word)
        return outcome

    async def resend(
        self,
        client: Caller,
        id: ChallengeId,
        wanted: Channel | None,
        once: Once | None = None,
    ) -> Opened:
        """Send the code once more, by the same channel or by another one."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = Desk(transaction, client, self._mailroom)
            work = partial(self._resend, desk, id, wanted)
            outcome = await self._requests.once(transaction, desk.id, once, (Shown,), work)
        self._announce(client, outcome)
        return outcome

    async def cancel(self, client: Caller, id: ChallengeId) -> None:
        """End a challenge, if it has not ended yet."""
        async with self._storage.begin(client.organisation.id) as transaction:
            desk = Desk(transaction, client, self._mailroom)
            challenge = cancelled(await desk.challenges.hold(id), desk.now)
            if challenge is None:
                return
            await desk.end(challenge)
            await desk.note(Action.CHALLENGE_CANCELLED, id)
        self._mailroom.announce(client.organisation.id)
        log.debug("challenge.cancelled", challenge_id=str(id))

    async def read(self, client: Caller, id: ChallengeId) -> Shown:
        """Give a challenge with the trace of its messages."""
        organisation_id = client.organisation.id
        async with self._storage.reading(organisation_id) as transaction:
            challenge = await Desk(transaction, client, self._mailroom).challenges.find(id)
            contact = await self._contacts.seen(transaction, organisation_id, challenge.contact_id)
            sendings = await self._mailroom.outbox.trace(transaction, organisation_id, str(id))
            served = await self._router.open_to(transaction, client.organisation, challenge.purpose)
            return show(challenge, contact, served, transaction.now(), sendings)

    async def expire(self, most: int) -> int:
        """End challenges of all organisations whose time is over; give how many there were."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            over = await ChallengeSweep(transaction).expire(most)
            for organisation_id, id in over:
                if await self._mailroom.webhooks.is_heard(organisation_id, transaction):
                    challenge = await ChallengeStore(transaction, organisation_id).find(id)
                    if challenge.purpose in FOR_STAFF:
                        continue
                    event = event_of(ENDS[challenge.status], challenge, transaction.now())
                    await self._mailroom.webhooks.note(transaction, organisation_id, event)
        for organisation_id in {organisation_id for organisation_id, _ in over}:
            self._mailroom.announce(organisation_id)
        return len(over)

    async def _open(self, desk: Desk, opening: Opening) -> Shown | Refusal:
        reached = await self._contacts.reach(desk.transaction, desk.id, opening.contact)
        if isinstance(reached, OptedOut):
            return desk.refuse(reached, opening)
        contact_id, contact = reached
        requester, lane = await lane_of(
            desk, self._organisations, contact_id, opening.contact.kind, opening.requester
        )
        key = sends_key(contact_id, opening.purpose, lane)
        sends = await desk.budgets.make_or_hold(key)
        guesses = await desk.budgets.hold(guesses_key(contact_id, opening.purpose, lane))
        policy, limits = self._strictness(desk, opening.purpose, lane)
        leave = may_open(sends, guesses, limits, policy, desk.now)
        if not isinstance(leave, Leading):
            return desk.refuse(leave, opening)
        ask = Ask(
            id=new_id(),
            purpose=opening.purpose,
            contact_id=contact_id,
            contact=contact,
            client=desk.client.actor,
            requester=requester,
            is_known=lane not in NOT_KNOWN,
            wanted=opening.channel,
            is_only=opening.autofill.read_aloud,
        )
        because = Because.FIRST if opening.channel is None else Because.WANTED
        chosen = await self._router.begin(desk.transaction, desk.organisation, ask, because)
        served = await self._router.open_to(desk.transaction, desk.organisation, opening.purpose)
        if isinstance(chosen, NothingLeft):
            return desk.refuse(chosen.blocked or no_way(contact, ask.wanted, served), opening)
        challenge = await self._lead(desk, opening, ask=ask, chosen=chosen, leave=leave, lane=lane)
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        return show(challenge, contact, served, desk.now)

    async def _lead(
        self,
        desk: Desk,
        opening: Opening,
        *,
        ask: Ask,
        chosen: Chosen,
        leave: Leading,
        lane: str,
    ) -> Challenge:
        """Open a challenge whose way is known, and send its code."""
        leave = stepped_up(leave, chosen.step_up)
        id, contact_id, to = ChallengeId(ask.id), ask.contact_id, ask.contact.address
        draw = await self._draw(desk, opening.purpose)
        content = self._codebook.first(
            lane, leave.code_length, to, opening.transaction, opening.autofill, draw=draw
        )
        challenge = begun(
            id,
            self._strictness(desk, opening.purpose, lane)[0],
            contact_id=contact_id,
            attempt=chosen.attempt,
            route=chosen.route,
            locale=opening.locale,
            reference=opening.reference,
            requester=ask.requester,
            lane=lane,
            tag=self._codebook.tag(desk.id, id, opening.purpose, contact_id, content),
            leave=leave,
            now=desk.now,
        )
        await desk.supersede(challenge)
        sealed = self._codebook.seal(desk.id, id, content)
        await desk.challenges.add(challenge, sealed, denial_tag(content.denial))
        await self._router.went_out(desk.transaction, desk.organisation, challenge.route)
        await desk.send(challenge, content, chosen.attempt, self._router, ask)
        channel = challenge.channel
        await desk.note(Action.CHALLENGE_OPENED, id, purpose=challenge.purpose, channel=channel)
        await desk.tell(EventKind.CHALLENGE_OPENED, challenge, to=ask.contact.masked)
        return challenge

    async def _answer(
        self, desk: Desk, id: ChallengeId, typed: str, transaction: str | None
    ) -> Verdict | TooMany | Locked:
        # Whoever opens a challenge holds its budget first, so that nobody waits for each other.
        key = guesses_key(*await desk.challenges.budgeted_by(id))
        guesses = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        policy, limits = self._strictness(desk, challenge.purpose, challenge.lane)
        refusal = may_answer(challenge, guesses, limits, desk.now)
        if refusal is not None:
            return desk.refuse(refusal, challenge)
        is_open = challenge.status is Status.PENDING
        guess = self._codebook.guess(desk.id, challenge, typed, transaction) if is_open else None
        judged, verdict = judge(challenge, guess, policy, desk.now)
        after = charged(guesses, challenge, judged, limits, desk.now)
        if after != guesses:
            await desk.budgets.save(key, after)
        if judged != challenge:
            await self._save_judged(desk, judged)
        await desk.note(Action.CHALLENGE_ANSWERED, id, verdict=noted(verdict))
        if was_tried(challenge, verdict):
            # Last, for others wait for what this locks.
            answer = Answer(
                challenge_id=id,
                contact_id=challenge.contact_id,
                channel=challenge.channel,
                is_known=challenge.lane not in NOT_KNOWN,
                is_right=isinstance(verdict, Verified),
            )
            await self._guard.answered(desk.transaction, desk.organisation, answer, desk.now)
        return verdict

    async def _save_judged(self, desk: Desk, judged: Challenge) -> None:
        if judged.status is Status.PENDING:
            await desk.challenges.save(judged)
            await desk.tell(EventKind.CHALLENGE_ANSWERED_WRONG, judged)
            return
        await desk.end(judged)
        if judged.status is Status.VERIFIED:
            await self._router.came_back(desk.transaction, desk.organisation, judged.route)
            if judged.requester is not None:
                await desk.requesters.remember(judged.contact_id, judged.requester)

    async def _resend(self, desk: Desk, id: ChallengeId, wanted: Channel | None) -> Shown | Refusal:
        contact_id, purpose, lane = await desk.challenges.budgeted_by(id)
        key = sends_key(contact_id, purpose, lane)
        sends = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        _, limits = self._strictness(desk, challenge.purpose, lane)
        contact = await self._contacts.open_to_write(desk.transaction, desk.id, contact_id)
        if isinstance(contact, OptedOut):
            return desk.refuse(contact, challenge)
        sent_by = self._served(desk.client)
        channel = choose_channel(contact.kind, wanted or challenge.channel, sent_by)
        if refusal := may_resend(challenge, sends, limits, desk.now):
            return desk.refuse(refusal, challenge)
        if isinstance(channel, NoWay):
            return desk.refuse(channel, challenge)
        ask = replace(desk.ask(challenge, contact), wanted=channel)
        chosen = await self._router.set_out_again(
            desk.transaction, desk.organisation, ask, challenge.route
        )
        served = await self._router.open_to(desk.transaction, desk.organisation, challenge.purpose)
        if isinstance(chosen, NothingLeft):
            return desk.refuse(chosen.blocked or no_way(contact, channel, served), challenge)
        challenge = await self._again(desk, challenge, chosen, ask)
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        return show(challenge, contact, served, desk.now)

    async def _again(self, desk: Desk, challenge: Challenge, chosen: Chosen, ask: Ask) -> Challenge:
        policy, _ = self._strictness(desk, challenge.purpose, challenge.lane)
        id = challenge.id
        challenge = resent(challenge, chosen.attempt, chosen.route, policy, desk.now)
        sealed = await desk.challenges.sealed(id)
        content = self._codebook.unseal(desk.id, id, sealed or b"")
        if policy.new_code_on_resend:
            chance = await self._draw(desk, challenge.purpose)
            content = self._codebook.another(challenge, content, chance)
            tag = self._codebook.tag(desk.id, id, challenge.purpose, challenge.contact_id, content)
            challenge = retagged(challenge, tag)
            await desk.challenges.reseal(id, self._codebook.seal(desk.id, id, content))
            # The old code is dead, and must not arrive after the new one.
            await self._mailroom.outbox.cancel(desk.transaction, desk.id, str(id))
        await desk.challenges.save(challenge)
        await self._router.went_out(desk.transaction, desk.organisation, challenge.route)
        await desk.send(challenge, content, chosen.attempt, self._router, ask)
        await desk.note(Action.CHALLENGE_RESENT, id, channel=challenge.channel)
        return challenge

    async def _draw(self, desk: Desk, purpose: Purpose) -> Draw | None:
        # Whoever sows what tests draw must not know by that how staff sign in.
        if purpose in FOR_STAFF:
            return None
        return await self._chance_of(desk.transaction, desk.organisation)

    def _strictness(self, desk: Desk, purpose: Purpose, lane: str) -> tuple[Policy, Limits]:
        return strictness(self._policies[purpose], self._limits[desk.mode], lane)

    def _served(self, client: Caller) -> Collection[Channel]:
        return self._routes.served(client.organisation.mode)

    def _announce(self, client: Caller, outcome: Opened) -> None:
        provider = outcome.route.trace[-1].provider if isinstance(outcome, Shown) else None
        if isinstance(outcome, Shown):
            log.debug("challenge.sent", challenge_id=str(outcome.id), channel=outcome.channel)
        self._mailroom.announce(client.organisation.id, provider)
