"""What happens at a till: a sale begins, its customer proves to be there, their wallet opens.

What decides whether somebody may be let through is read in the transaction that lets them: a
process that remembers how it was a second ago must not let through what is switched off by now.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import structlog

from watchword.features.audit.rules import Action
from watchword.features.challenges.displays.service import Displays, Looked
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.store import ChallengeStore
from watchword.features.challenges.verdicts import Over, Verified
from watchword.features.clients.rules import Caller
from watchword.features.customers.rules import Customer, CustomerId, Reachable
from watchword.features.idempotency.rules import Once
from watchword.features.idempotency.service import Requests
from watchword.features.points.ledger import shown
from watchword.features.rewards.rules import MayNotTake
from watchword.features.tills.desk import Backroom, Desk, Whom
from watchword.features.tills.ports import HearsExceptions
from watchword.features.tills.rules import (
    PROOF_LIFE,
    Kind,
    NewSession,
    NoAccount,
    NotChosen,
    Other,
    Proof,
    SessionOver,
    Shut,
    State,
    TillSession,
    TillSessionId,
    Unusable,
    anew,
    besides,
    binding,
    closed,
    is_open,
    over,
    proven,
    usable,
    where_to_write,
)
from watchword.features.tills.store import TillSweep
from watchword.features.tills.verdicts import (
    KEPT,
    Answered,
    AskedForOther,
    Asking,
    Choice,
    Nobody,
    NotOneOfThem,
    Opened,
    OpenedDirectly,
    OpenedWithout,
    OpenWallet,
    Proven,
    SentAgain,
    Viewed,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()


class Tills:
    def __init__(
        self, *, storage: Storage, requests: Requests, backroom: Backroom, displays: Displays
    ) -> None:
        self._storage = storage
        self._requests = requests
        self._room = backroom
        self._displays = displays
        self._listeners: list[HearsExceptions] = []

    def be_heard_by(self, listener: HearsExceptions) -> None:
        """Tell somebody from now on who was let through without a code."""
        self._listeners.append(listener)

    async def open(self, caller: Caller, new: NewSession, once: Once | None = None) -> Opened:
        """Begin a sale, and ask its customer for a code. An unknown one looks like a known one."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._open, self.desk(transaction, caller), new)
            opened = await self._requests.once(transaction, whose, once, (Asking,), work)
        self.announce(caller)
        return opened

    async def open_directly(
        self, caller: Caller, new: NewSession, once: Once | None = None
    ) -> OpenedDirectly:
        """Begin a sale without a code, where the organisation asks for none. Whoever calls has made
        sure that the caller may do without."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._open_directly, self.desk(transaction, caller), new)
            return await self._requests.once(transaction, whose, once, (OpenedWithout,), work)

    async def ask_for_other(
        self, caller: Caller, id: TillSessionId, other: Other, once: Once | None = None
    ) -> AskedForOther:
        """Ask the customer of a sale for something else than was asked for: with a code of its own,
        in a sale that takes the place of the one before."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._ask_for_other, self.desk(transaction, caller), id, other)
            asked = await self._requests.once(transaction, whose, once, (Asking,), work)
        self.announce(caller)
        return asked

    async def read(self, caller: Caller, id: TillSessionId) -> TillSession:
        async with self._storage.reading(caller.organisation.id) as transaction:
            return await self.desk(transaction, caller).get(id)

    async def send_again(self, caller: Caller, id: TillSessionId) -> SentAgain:
        """Send the code once more."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            sent = await self._send_again(self.desk(transaction, caller), id)
        self.announce(caller)
        return sent

    async def answer(
        self, caller: Caller, id: TillSessionId, typed: str, once: Once | None = None
    ) -> Answered:
        """Try the code, as it was typed at the till or by the customer."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._answer, self.desk(transaction, caller), id, typed)
            answered = await self._requests.once(transaction, whose, once, KEPT, work)
        self.announce(caller)
        return answered

    async def answer_within(
        self, transaction: Transaction, caller: Caller, id: TillSessionId, typed: str
    ) -> Answered:
        """Do the same as part of somebody's transaction."""
        return await self._answer(self.desk(transaction, caller), id, typed)

    async def choose(
        self, caller: Caller, id: TillSessionId, customer_id: CustomerId
    ) -> Proven | NotOneOfThem | Unusable:
        """Say which of several customers stands at the till."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self.desk(transaction, caller)
            session = await desk.hold(id)
            if refusal := usable(session, await desk.settings(session), desk.now):
                return refusal
            reached = await desk.reached(session.contact_id)
            chosen = next((each for each in reached if each.id == customer_id), None)
            if session.customer_id not in (None, customer_id) or chosen is None:
                return NotOneOfThem()
            await self._known(desk, replace(session, customer_id=customer_id), chosen)
            return Proven(session.expires_at)

    async def wallet(self, caller: Caller, id: TillSessionId) -> Viewed:
        """Show what a till needs of a customer who has proven to be there."""
        async with self._storage.reading(caller.organisation.id) as transaction:
            desk = self.desk(transaction, caller)
            session = await desk.get(id)
            settings = await desk.settings(session)
            if refusal := usable(session, settings, desk.now):
                return refusal
            account = await desk.account(session)
            if isinstance(account, NotChosen | NoAccount) or session.customer_id is None:
                return NotChosen() if session.customer_id is None else NoAccount()
            customer = await desk.customer(session.customer_id)
            balance = await self._room.points.balance(transaction, desk.id, account)
            rewards = await self._room.rewards.offered(
                transaction,
                desk.id,
                account,
                balance=balance.available,
                location_id=session.location_id,
            )
            return OpenWallet(
                session=session,
                name=customer.profile.given_name or customer.profile.name,
                balance=shown(balance, hides_points=settings.hide_points),
                hides_points=settings.hide_points,
                rewards=rewards,
            )

    async def end(self, caller: Caller, id: TillSessionId) -> None:
        """Let a sale end; nothing happens to one that is over."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            await self.end_within(transaction, caller, id)
        self.announce(caller)

    async def end_within(
        self, transaction: Transaction, caller: Caller, id: TillSessionId
    ) -> TillSession:
        """Do the same as part of somebody's transaction."""
        desk = self.desk(transaction, caller)
        session = await desk.get(id)
        if session.state is State.ASKING:
            # Whoever answers holds the challenge before the session, and so does this.
            await desk.cancel(session.challenge_id)
        session = await desk.hold(id)
        if session.state in (State.ASKING, State.PROVEN):
            session = over(session, State.ENDED, desk.now)
            await desk.sessions.save(session)
        return session

    async def show_code(self, caller: Caller, customer: Customer) -> Looked | Shut:
        """Show a customer who is signed in to their wallet the code that is live for them."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self.desk(transaction, caller)
            settings = await self._room.settings.redemption_now(transaction, desk.id, None)
            to = where_to_write(customer, customer.reachable)
            if not is_open(Kind.ONLINE, Proof.WALLET_CODE, settings) or to is None:
                return Shut()
            opening = Opening(
                purpose=Purpose.REDEMPTION,
                contact=to.contact,
                channel=None,
                locale=customer.locale,
                besides=besides([customer.reachable], to.contact_id),
            )
            looked = await self._displays.show_code(transaction, caller, opening)
        self.announce(caller)
        return looked

    async def expire(self, most: int) -> int:
        """End sales of all organisations whose time is over; count them."""
        async with self._storage.begin(EVERYWHERE) as transaction:
            return await TillSweep(transaction).end(most)

    async def _ask_for_other(self, desk: Desk, id: TillSessionId, other: Other) -> AskedForOther:
        before = await desk.get(id)
        if refusal := closed(before, desk.now):
            return refusal
        whom = await desk.whom_of(before)
        asked = await self._open(desk, anew(before, other, whom.contact), whom)
        if isinstance(asked, Asking):
            before = await desk.hold(id)
            await desk.sessions.save(over(before, State.ENDED, desk.now))
        return asked

    async def _open(self, desk: Desk, new: NewSession, whom: Whom | None = None) -> Opened:
        settings = await desk.settings(new)
        way = Proof.SENT_CODE if new.is_sent else Proof.WALLET_CODE
        if not is_open(new.kind, way, settings):
            return Shut()
        reward = await desk.reward(new)
        if isinstance(reward, MayNotTake):
            return reward
        whom = whom or await desk.whom(new)
        session = desk.begun(new, whom)
        opening = await desk.opening(new, session, whom, settings=settings, reward=reward)
        course = self._room.course
        if fault := course.find_fault(desk.caller, opening):
            return fault
        opened = await course.open(desk.transaction, desk.caller, opening)
        if not isinstance(opened, Shown):
            return opened
        contact_id = await desk.contact_id(whom)
        session = replace(
            session,
            contact_id=contact_id,
            challenge_id=opened.id,
            points=None if reward is None else reward.points,
            locale=opening.locale,
            expires_at=opened.expires_at,
        )
        await desk.supersede(session)
        await desk.sessions.add(session)
        return _asking(session, opened)

    async def _open_directly(self, desk: Desk, new: NewSession) -> OpenedDirectly:
        if not is_open(new.kind, Proof.DIRECT, await desk.settings(new)):
            return Shut()
        whom = await desk.whom(new)
        if not whom.customers:
            return Nobody()
        session = replace(desk.begun(new, whom), contact_id=await desk.contact_id(whom))
        await desk.sessions.add(session)
        choices = await self.let_through(desk, session, Proof.DIRECT, whom.customers)
        for listener in self._listeners:
            await listener.let_through(desk.transaction, desk.caller, await desk.get(session.id))
        return OpenedWithout(id=session.id, expires_at=desk.now + PROOF_LIFE, choices=choices)

    async def _send_again(self, desk: Desk, id: TillSessionId) -> SentAgain:
        session = await desk.get(id)
        if refusal := closed(session, desk.now):
            return refusal
        if session.state is not State.ASKING or session.challenge_id is None:
            return SessionOver()
        if not is_open(session.kind, Proof.SENT_CODE, await desk.settings(session)):
            return Shut()
        course = self._room.course
        sent = await course.resend(desk.transaction, desk.caller, session.challenge_id, None)
        return _asking(session, sent) if isinstance(sent, Shown) else sent

    async def _answer(self, desk: Desk, id: TillSessionId, typed: str) -> Answered:
        session = await desk.get(id)
        if refusal := closed(session, desk.now):
            return refusal
        if session.state is State.ASKING and session.challenge_id is None:
            return Shut()  # Its customer was asked for nothing.
        if session.state is State.PROVEN:
            # It came before, and what was said then was lost on the way.
            return await self._said_before(desk, session)
        return await self._judge(desk, session, typed)

    async def _judge(self, desk: Desk, session: TillSession, typed: str) -> Answered:
        way = await self._way(desk, session)
        if not is_open(session.kind, way, await desk.settings(session)):
            return Shut()
        verdict = await self._room.course.answer(
            desk.transaction, desk.caller, _challenge(session), typed, binding(session)
        )
        if isinstance(verdict, Over):
            # Another till was faster than this answer, or the code was switched off.
            return closed(await desk.get(session.id), desk.now) or SessionOver()
        if not isinstance(verdict, Verified):
            return verdict
        session = await desk.hold(session.id)
        if refusal := closed(session, desk.now):
            return refusal
        reached = await desk.reached(session.contact_id)
        choices = await self.let_through(desk, session, way, reached)
        return Proven(desk.now + PROOF_LIFE, choices)

    async def _way(self, desk: Desk, session: TillSession) -> Proof:
        """Say by which way a code comes to be typed: one that was shown counts as that, unless it
        was sent as well and showing is switched off by now."""
        challenges = ChallengeStore(desk.transaction, desk.id)
        if await challenges.shown_at(_challenge(session)) is None:
            return Proof.SENT_CODE
        if is_open(session.kind, Proof.WALLET_CODE, await desk.settings(session)):
            return Proof.WALLET_CODE
        return Proof.SENT_CODE if await desk.was_sent(session) else Proof.WALLET_CODE

    async def let_through(
        self, desk: Desk, session: TillSession, way: Proof, reached: Sequence[Reachable]
    ) -> tuple[Choice, ...]:
        """Write down that the customer is there; give those among whom it is to be chosen."""
        if session.card_id is not None:
            reached = await desk.customers_of(session)
        sole = reached[0] if len(reached) == 1 else None
        await desk.note(Action.TILL_SESSION_PROVEN, session, way=way)
        await self._known(desk, proven(session, way, sole.id if sole else None, desk.now), sole)
        return () if sole else await desk.choices(reached)

    async def _known(self, desk: Desk, session: TillSession, customer: Reachable | None) -> None:
        """Write down who the customer is. Whoever has typed a code has their contact point."""
        await desk.sessions.save(session)
        if customer is None or session.way in (Proof.DIRECT, Proof.MASTER_PIN):
            return
        tie = customer.tie(session.contact_id)
        if tie is not None and tie.verified_at is None:
            await self._room.customers.mark_verified(
                desk.transaction, desk.id, customer.id, session.contact_id
            )

    async def _said_before(self, desk: Desk, session: TillSession) -> Proven:
        reached = [] if session.customer_id else await desk.reached(session.contact_id)
        return Proven(session.expires_at, await desk.choices(reached))

    def desk(self, transaction: Transaction, caller: Caller) -> Desk:
        return Desk(transaction, caller, self._room)

    def announce(self, caller: Caller) -> None:
        self._room.announce(caller.organisation)


def _challenge(session: TillSession) -> ChallengeId:
    if session.challenge_id is None:
        raise NotFound("challenge")
    return session.challenge_id


def _asking(session: TillSession, opened: Shown) -> Asking:
    return Asking(
        id=session.id,
        expires_at=session.expires_at,
        resend_at=opened.resend_at,
        attempts_left=opened.attempts_left,
        code_length=opened.code_length,
    )
