"""What happens to a challenge inside a transaction: it is opened, sent once more, and answered.

Whoever opens the transaction may write more into it: what a right code lets happen is then as
durable as the code is used up. Call `announce` once it is durable.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

import msgspec

from watchword.features.abuse.rules import Answer
from watchword.features.abuse.service import Guard
from watchword.features.audit.rules import Action
from watchword.features.challenges.codebook import NO_CODE, Codebook, Content, Telling
from watchword.features.challenges.codes import Draw, denial_tag
from watchword.features.challenges.course.desk import (
    first_ask,
    has_come_back,
    lane_asked_for,
    live_under,
    make_way,
    reach_again,
    take_over,
    taken_into,
    unless_stale,
    way_again,
)
from watchword.features.challenges.desk import Desk, Mailroom, lane_of
from watchword.features.challenges.displays.rules import is_stale
from watchword.features.challenges.lanes import is_of_scheme
from watchword.features.challenges.not_codes import is_master_pin
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import FOR_STAFF, Policy, Purpose
from watchword.features.challenges.ports import WhyNot
from watchword.features.challenges.rules import (
    Challenge,
    ChallengeId,
    Leading,
    Status,
    begun,
    charged,
    choose_channel,
    guesses_key,
    is_known,
    judge,
    may_answer,
    may_open,
    may_resend,
    no_way,
    resent,
    retagged,
    sends_key,
    settled_down,
    stepped_up,
    strictness,
    was_tried,
)
from watchword.features.challenges.shown import Shown, show
from watchword.features.challenges.terms import dressed, kept_to, within
from watchword.features.challenges.verdicts import (
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
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.contacts.service import Contacts
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.delivery.routes import Routes
from watchword.features.limits.rules import Limits, charge_send
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.organisations.service import Organisations
from watchword.features.routing.rules import Because
from watchword.features.routing.service import Ask, Chosen, NothingLeft, Router
from watchword.features.webhooks.events import EventKind
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction

ChanceOf: TypeAlias = Callable[[Transaction, Organisation], Awaitable[Draw | None]]


class Course:
    def __init__(
        self,
        *,
        organisations: Organisations,
        contacts: Contacts,
        mailroom: Mailroom,
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
        self._organisations = organisations
        self._contacts = contacts
        self._mailroom = mailroom
        self._routes = routes
        self._guard = guard
        self._router = router
        self._policies = policies
        self._limits = limits
        self._codebook = codebook
        self._chance_of = chance_of
        self._why_not = why_not

    def find_fault(self, client: Caller, opening: Opening) -> NoWay | None:
        """Say why there is no way for a code, as far as nothing has to be looked up for that."""
        served = self._policies[opening.purpose].lives.keys() & self._served(client)
        channel = choose_channel(opening.contact.kind, opening.channel, served)
        if isinstance(channel, NoWay):
            return self._mailroom.refuse(channel, opening)
        if channel is Channel.LETTER:
            # Whoever asks can still mend the address; later, nobody would be there to hear of it.
            because = self._why_not(opening.contact, client.organisation)
            if because is not None:
                return self._mailroom.refuse(NoWay(channel, (), because), opening)
        return None

    async def open(
        self, transaction: Transaction, client: Caller, opening: Opening
    ) -> Shown | Refusal:
        """Open a challenge. Look for a fault before."""
        return await self.open_at(Desk(transaction, client, self._mailroom), opening)

    async def answer(
        self,
        transaction: Transaction,
        client: Caller,
        id: ChallengeId,
        typed: str,
        approves: str | None,
    ) -> Verdict | TooMany | Locked:
        """Try a code, as the customer typed it; `approves` is the transaction that it is for."""
        desk = Desk(transaction, client, self._mailroom)
        return await self.answer_at(desk, id, typed, approves)

    async def resend(
        self, transaction: Transaction, client: Caller, id: ChallengeId, wanted: Channel | None
    ) -> Shown | Refusal:
        """Send the code once more, by the same channel or by another one."""
        return await self._resend(Desk(transaction, client, self._mailroom), id, wanted)

    def announce(self, organisation_id: OrganisationId, provider: str | None = None) -> None:
        """Wake those who carry what was said."""
        self._mailroom.announce(organisation_id, provider)

    async def open_at(self, desk: Desk, opening: Opening) -> Shown | Refusal:
        """Open a challenge at a desk, which knows afterwards what was sent."""
        reached = await self._reach(desk, opening)
        if isinstance(reached, OptedOut):
            return desk.refuse(reached, opening)
        contact_id, contact = reached
        requester, lane = await lane_of(
            desk, self._organisations, contact_id, opening.contact.kind, opening.requester
        )
        lane = lane_asked_for(opening, lane)
        key = sends_key(contact_id, opening.purpose, lane)
        sends = await desk.hold_sends(contact_id, opening, lane)
        guesses = await desk.budgets.hold(guesses_key(contact_id, opening.purpose, lane))
        if opening.terms is not None:
            live = await live_under(desk, self._codebook, opening, contact_id, lane)
            if isinstance(live, Challenge):
                return await self._resend(desk, live.id, opening.channel)
            if live is not None:
                return desk.refuse(live, opening)
        policy, limits = self._strictness(desk, opening.purpose, lane)
        leave = may_open(sends, guesses, limits, policy, desk.now)
        if not isinstance(leave, Leading):
            return desk.refuse(leave, opening)
        ask = first_ask(desk, opening, contact_id, contact, requester, lane)
        because = Because.FIRST if opening.channel is None else Because.WANTED
        chosen = await self._router.begin(desk.transaction, desk.organisation, ask, because)
        served = await self._router.open_to(desk.transaction, desk.organisation, opening.purpose)
        if isinstance(chosen, NothingLeft):
            return desk.refuse(chosen.blocked or no_way(contact, ask.wanted, served), opening)
        challenge = await self._lead(desk, opening, ask=ask, chosen=chosen, leave=leave, lane=lane)
        await desk.budgets.save(key, charge_send(sends, limits, desk.now))
        return show(challenge, contact, served, desk.now)

    async def _reach(self, desk: Desk, opening: Opening) -> tuple[ContactId, Contact] | OptedOut:
        contact, place = opening.contact, (desk.transaction, desk.id)
        if opening.telling is Telling.SENT:
            return await self._contacts.reach(*place, contact, opening.met)
        # Nothing is sent, so who wants to hear nothing is like everybody else.
        return await self._contacts.recognise(*place, contact, opening.met), contact

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
        leave = stepped_up(within(leave, opening.terms), chosen.step_up)
        leave = kept_to(leave, opening.terms)
        place = (desk, self._codebook, opening, ask.contact_id, lane)
        taken = await take_over(*place, length=leave.code_length)
        content = await self._content(desk, opening, ask.contact, lane, leave.code_length)
        content, shown_at = taken_into(content, taken)
        challenge = self._begun(desk, opening, ask, chosen, content, leave, lane)
        challenge = replace(challenge, shown_at=shown_at)
        if opening.telling is not Telling.SENT:
            challenge = settled_down(challenge, challenge.route)
        await self._begin(desk, opening, challenge, content)
        if content.telling is Telling.SENT:
            await self._send(desk, challenge, content, chosen, ask)
        await desk.begin(challenge, ask.contact)
        return challenge

    def _begun(  # noqa: PLR0917 - all that a challenge begins with
        self,
        desk: Desk,
        opening: Opening,
        ask: Ask,
        chosen: Chosen,
        content: Content,
        leave: Leading,
        lane: str,
    ) -> Challenge:
        id = ChallengeId(ask.id)
        return begun(
            id,
            self._strictness(desk, opening.purpose, lane)[0],
            contact_id=ask.contact_id,
            attempt=chosen.attempt,
            route=chosen.route,
            locale=opening.locale,
            reference=opening.reference,
            requester=ask.requester,
            lane=lane,
            tag=self._codebook.tag(desk.id, id, opening.purpose, ask.contact_id, content),
            leave=leave,
            now=desk.now,
        )

    async def _begin(
        self, desk: Desk, opening: Opening, challenge: Challenge, content: Content
    ) -> None:
        if not desk.is_free:
            await make_way(desk, self._codebook, opening, challenge)
        sealed = self._codebook.seal(desk.id, challenge.id, content)
        await desk.challenges.add(challenge, sealed, denial_tag(content.denial))

    async def _content(
        self, desk: Desk, opening: Opening, to: Contact, lane: str, length: int
    ) -> Content:
        draw = await self._draw(desk, opening.purpose)
        content = self._codebook.first(
            lane, length, to.address, opening.transaction, opening.autofill, draw=draw
        )
        if opening.telling is Telling.KEPT:
            # Nobody is to come in by chance where there is nobody.
            content = msgspec.structs.replace(content, code=NO_CODE)
        return msgspec.structs.replace(
            content,
            telling=opening.telling,
            spends=opening.spends,
            copy_to="" if opening.copy_to is None else opening.copy_to.address.reveal(),
            brought="" if opening.brought is None else opening.brought.reveal(),
            **dressed(opening.terms),
        )

    async def _send(
        self, desk: Desk, challenge: Challenge, content: Content, chosen: Chosen, ask: Ask
    ) -> None:
        """Let a code leave, and its copy."""
        ways = self._routes.ways(desk.mode, Channel.EMAIL) if content.copy_to else ()
        if ways:
            # First, for the plan looks at what left last.
            await desk.copy(challenge, content, ways[0])
        await desk.send(challenge, content, chosen.attempt, self._router, ask)

    async def answer_at(
        self, desk: Desk, id: ChallengeId, typed: str, approves: str | None, budget: str = ""
    ) -> Verdict | TooMany | Locked:
        """Try a code at a desk, which knows afterwards what became of its challenge. `budget`: of
        its guesses, for who knows it; all hold that first, so that nobody waits in a ring."""
        key = budget or guesses_key(*await desk.challenges.budgeted_by(id))
        guesses = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        policy, limits = self._strictness(desk, challenge.purpose, challenge.lane)
        refusal = may_answer(challenge, guesses, limits, desk.now)
        if refusal is not None:
            return desk.refuse(refusal, challenge)
        is_open = challenge.status is Status.PENDING
        guess = self._codebook.guess(desk.id, challenge, typed, approves) if is_open else None
        tried = await unless_stale(desk, self._codebook, challenge, typed, guess)
        judged, verdict = judge(challenge, tried, policy, desk.now)
        desk.judged.append(judged)
        after = charged(guesses, challenge, judged, limits, desk.now)
        if after != guesses:
            await desk.budgets.save(key, after)
        if judged != challenge:
            await self._save_judged(desk, judged)
        await desk.note(Action.CHALLENGE_ANSWERED, id, verdict=noted(verdict))
        if is_master_pin(typed):
            await desk.alarm(str(id), challenge.purpose)
        if was_tried(challenge, verdict):
            # Last, for others wait for what this locks.
            answer = Answer(
                challenge_id=id,
                contact_id=challenge.contact_id,
                channel=challenge.channel,
                is_known=is_known(challenge.lane),
                is_right=isinstance(verdict, Verified),
            )
            await self._guard.answered(desk.transaction, desk.organisation, answer, desk.now)
        return verdict

    async def _save_judged(self, desk: Desk, judged: Challenge) -> None:
        if judged.status is Status.PENDING:
            await desk.challenges.save(judged)
            await desk.tell(EventKind.CHALLENGE_ANSWERED_WRONG, judged)
            return
        is_back = await has_come_back(desk, self._codebook, judged)
        await desk.end(judged)
        if is_back:
            await self._router.came_back(desk.transaction, desk.organisation, judged.route)
            # Under a scheme, whoever asks may have made the code, and so makes nobody known here.
            if judged.requester is not None and not is_of_scheme(judged.lane):
                await desk.requesters.remember(judged.contact_id, judged.requester)

    async def _resend(self, desk: Desk, id: ChallengeId, wanted: Channel | None) -> Shown | Refusal:
        contact_id, purpose, lane = await desk.challenges.budgeted_by(id)
        key = sends_key(contact_id, purpose, lane)
        sends = await desk.budgets.make_or_hold(key)
        challenge = await desk.challenges.hold(id)
        _, limits = self._strictness(desk, challenge.purpose, lane)
        contact = await reach_again(desk, self._contacts, self._codebook, challenge)
        if isinstance(contact, OptedOut):
            return desk.refuse(contact, challenge)
        sent_by = self._served(desk.client)
        channel = await way_again(desk, self._codebook, challenge, contact.kind, wanted, sent_by)
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
        id, now = challenge.id, desk.now
        content = await desk.content(self._codebook, id)
        needs_another = policy.new_code_on_resend or is_stale(challenge, now)
        challenge = resent(challenge, chosen.attempt, chosen.route, policy, now)
        if content.telling is Telling.KEPT:
            # What nobody waits for has no plan: its next step would use up what others have left.
            challenge = settled_down(challenge, challenge.route)
        if needs_another and content.telling is not Telling.KEPT:
            chance = await self._draw(desk, challenge.purpose)
            content = self._codebook.another(challenge, content, chance)
            tag = self._codebook.tag(desk.id, id, challenge.purpose, challenge.contact_id, content)
            challenge = replace(retagged(challenge, tag), shown_at=None)
            await desk.challenges.reseal(id, self._codebook.seal(desk.id, id, content))
            # The old code is dead, and must not arrive after the new one.
            await self._mailroom.outbox.cancel(desk.transaction, desk.id, str(id))
        await desk.challenges.save(challenge)
        if content.telling is not Telling.KEPT:
            await self._send(desk, challenge, content, chosen, ask)
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
