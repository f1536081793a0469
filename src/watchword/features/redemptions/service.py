"""What happens to redemptions: reserved at a till, committed with the order, released, reversed.

Rows are held in one order: the sale, the redemption, the account, the reward. So of calls that come
at once one is first, and all others are told what is.
"""

from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.customers.rules import CustomerId
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.points.service import Points
from watchword.features.redemptions.desk import IN_ONE_ROW, Books, Reservation, must_move
from watchword.features.redemptions.events import news_of
from watchword.features.redemptions.overrides.rules import CapReached
from watchword.features.redemptions.overrides.service import Overrides
from watchword.features.redemptions.rules import (
    WORD,
    AlreadySpent,
    BadWord,
    NotCommittable,
    NotReversible,
    Redemption,
    RedemptionId,
    Reversal,
    State,
    committed,
    released,
    reserved,
    reversed_,
)
from watchword.features.redemptions.store import RedemptionStore, RedemptionSweep
from watchword.features.rewards.rules import MayNotTake, Reward, RewardId
from watchword.features.rewards.service import Rewards
from watchword.features.tills.desk import Desk as TillDesk
from watchword.features.tills.desk import target_of as target_of_session
from watchword.features.tills.rules import (
    Burnt,
    NoAccount,
    NotChosen,
    TillSession,
    TillSessionId,
    Unusable,
    Wanted,
    fixed,
    over,
    usable,
)
from watchword.features.tills.rules import State as TillState
from watchword.features.tills.service import Tills
from watchword.features.tills.store import TillStore
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

Reserved: TypeAlias = (
    Redemption | Unusable | NotChosen | NoAccount | MayNotTake | CapReached | OtherBody
)
Committed: TypeAlias = Redemption | NotCommittable | BadWord
Released: TypeAlias = Redemption | AlreadySpent
Reversed: TypeAlias = Redemption | NotReversible | BadWord

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _News:
    """What is written down of a change, and told."""

    action: Action
    event: EventKind


RESERVING = _News(Action.REDEMPTION_RESERVED, EventKind.REDEMPTION_RESERVED)
COMMITTING = _News(Action.REDEMPTION_COMMITTED, EventKind.REDEMPTION_COMMITTED)
RELEASING = _News(Action.REDEMPTION_RELEASED, EventKind.REDEMPTION_RELEASED)
REVERSING = _News(Action.REDEMPTION_REVERSED, EventKind.REDEMPTION_REVERSED)


class Redemptions:
    def __init__(
        self,
        *,
        storage: Storage,
        organisations: Organisations,
        requests: Requests,
        webhooks: Webhooks,
        tills: Tills,
        points: Points,
        rewards: Rewards,
        overrides: Overrides,
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._requests = requests
        self._webhooks = webhooks
        self._tills = tills
        self._points = points
        self._rewards = rewards
        self._books = Books(points, rewards)
        self._overrides = overrides

    async def reserve(
        self,
        caller: Caller,
        session_id: TillSessionId,
        reward_id: RewardId,
        amount: int | None = None,
        once: Once | None = None,
    ) -> Reserved:
        """Put a reward by for a customer who has proven to be there, for half an hour."""
        wanted, whose = Wanted(reward_id=reward_id, amount=amount), caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self.reserve_within, transaction, caller, session_id, wanted)
            outcome = await self._requests.once(transaction, whose, once, (Redemption,), work)
        self._webhooks.announce(whose)
        return outcome

    async def commit(
        self, caller: Caller, id: RedemptionId, order_id: str | None = None
    ) -> Committed:
        """Spend what is reserved, for an order if there is one. Twice is as good as once."""
        if order_id is not None and not WORD.fullmatch(order_id):
            return BadWord("order_id")
        async with self._storage.begin(caller.organisation.id) as transaction:
            outcome = await self.commit_within(transaction, caller, id, order_id)
        self._webhooks.announce(caller.organisation.id)
        return outcome

    async def commit_within(
        self, transaction: Transaction, caller: Caller, id: RedemptionId, order_id: str | None
    ) -> Redemption | NotCommittable:
        """Do the same as part of somebody's transaction, for an order that can be named so."""
        whose = caller.organisation.id
        store = RedemptionStore(transaction, whose)
        before = await _held(store, id)
        after = committed(before, order_id, transaction.now())
        if not isinstance(after, Redemption) or after == before:
            return after
        moved = await self._points.commit(
            transaction, whose, before.account_id, id, actor=caller.actor
        )
        must_move(moved)
        await store.save(after)
        await self._tell(transaction, caller, after, COMMITTING)
        return after

    async def release(self, caller: Caller, id: RedemptionId) -> Released:
        """Let the customer have the points again, for the sale was abandoned."""
        async with self._storage.begin(caller.organisation.id) as transaction:
            outcome = await self._release(transaction, caller, id)
        self._webhooks.announce(caller.organisation.id)
        return outcome

    async def reverse(
        self,
        caller: Caller,
        id: RedemptionId,
        points: int | None,
        reference: str,
        *,
        reason: str = "",
    ) -> Reversed:
        """Give back some of what was spent, or all that is left. The same reference is answered
        as before, and gives nothing more. A reason stands in the ledger."""
        if not WORD.fullmatch(reference):
            return BadWord("reference")
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = RedemptionStore(transaction, whose)
            before = await _held(store, id)
            told = await store.reversal(id, reference)
            wanted = None if points is None else Reversal(reference, points)
            after = reversed_(before, wanted, told, transaction.now())
            if not isinstance(after, Redemption) or told is not None:
                return after
            given = after.reversed - before.reversed
            moved = await self._points.give_back(
                transaction, whose, before.account_id, id, given, actor=caller.actor
            )
            must_move(moved)
            if after.state is State.REVERSED:
                await self._put_back(transaction, before, whose)
            await store.add_reversal(id, Reversal(reference, given), caller.actor)
            await store.save(after)
            said = {"reason": reason} if reason else {}
            await self._tell(transaction, caller, after, REVERSING, given=given, **said)
        self._webhooks.announce(whose)
        return after

    async def abandon(self, caller: Caller, session_id: TillSessionId) -> None:
        """Let a sale end that comes to nothing: what is reserved in it is released."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            await self._tills.end_within(transaction, caller, session_id)
            found = await RedemptionStore(transaction, whose).hold_of_session(session_id)
            if found is not None:
                await self._release(transaction, caller, found.id)
        self._tills.announce(caller)

    async def stop(
        self, transaction: Transaction, caller: Caller, session_id: TillSessionId
    ) -> None:
        """Let nothing more be had in a sale, whoever began it; what was handed out stays so."""
        whose = caller.organisation.id
        sessions = TillStore(transaction, whose)
        session = await sessions.hold(session_id)
        if session is not None and session.state in (TillState.ASKING, TillState.PROVEN):
            await sessions.save(over(session, TillState.ENDED, transaction.now()))
        found = await RedemptionStore(transaction, whose).hold_of_session(session_id)
        if found is not None:
            await self._release(transaction, caller, found.id)

    async def read(self, organisation_id: OrganisationId, id: RedemptionId) -> Redemption:
        async with self._storage.reading(organisation_id) as transaction:
            redemption = await RedemptionStore(transaction, organisation_id).get(id)
        if redemption is None:
            raise NotFound("redemption")
        return redemption

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Redemption]:
        """Give redemptions, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await RedemptionStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, _bookmark)

    async def of_customer(
        self, organisation_id: OrganisationId, id: CustomerId, after: Bookmark | None, most: int
    ) -> Page[Redemption]:
        async with self._storage.reading(organisation_id) as transaction:
            store = RedemptionStore(transaction, organisation_id)
            found = await store.of_customer(id, after, most + 1)
        return page_of(found, most, _bookmark)

    async def expire(self, most: int) -> int:
        """Release reservations of all organisations whose time is over; count them. One that cannot
        be released stays as it is, and keeps nobody else waiting."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            due = await RedemptionSweep(transaction).due(most)
        done = 0
        for organisation_id, id in due:
            try:
                async with self._storage.begin(organisation_id) as transaction:
                    organisation = await self._organisations.read(transaction, organisation_id)
                    machine = Machine(name="till", organisation=organisation)
                    await self._release(transaction, machine, id)
            except IN_ONE_ROW as fault:
                log.error("redemption.stuck", redemption_id=str(id), fault=type(fault).__name__)  # noqa: TRY400
                continue
            self._webhooks.announce(organisation_id)
            done += 1
        return done

    async def reserve_within(
        self, transaction: Transaction, caller: Caller, id: TillSessionId, wanted: Wanted
    ) -> Reserved:
        """Reserve as part of somebody's transaction."""
        desk = self._tills.desk(transaction, caller)
        session = await desk.hold(id)
        store = RedemptionStore(transaction, desk.id)
        earlier = await store.hold_of_session(id)
        if earlier is not None and session.wanted == wanted:
            return earlier
        if refusal := usable(session, await desk.settings(session), desk.now):
            return refusal
        if wanted.reward_id is None:
            raise ValueError("A reservation is for one reward.")
        reward = await self._rewards.get(transaction, desk.id, wanted.reward_id)
        agreed = fixed(session, wanted, reward.points)
        if isinstance(agreed, Burnt):
            await desk.sessions.save(over(session, TillState.BURNT, desk.now))
            await desk.note(Action.TILL_SESSION_BURNT, session)
            log.warning("till_session.burnt", session_id=str(id))
            return agreed
        account = await desk.account(agreed)
        if isinstance(account, NotChosen | NoAccount):
            return account
        redemption = reserved(RedemptionId(new_id()), agreed, account, reward, desk.now)
        if refused := await self._put_by(desk, redemption, agreed, reward):
            return refused
        await desk.sessions.save(agreed)
        await store.add(redemption)
        await self._overrides.bind(transaction, agreed, redemption, desk.id)
        await self._tell(transaction, caller, redemption, RESERVING)
        return redemption

    async def _put_by(
        self, desk: TillDesk, redemption: Redemption, session: TillSession, reward: Reward
    ) -> MayNotTake | CapReached | None:
        refuse = self._overrides.refuse_to_bind
        if capped := await refuse(desk.transaction, desk.caller, session, redemption):
            return capped
        wanted = Reservation(
            id=redemption.id,
            account_id=redemption.account_id,
            reward=reward,
            location_id=session.location_id,
            basket=session.wanted.amount,
        )
        return await self._books.put_by(desk.transaction, desk.caller, wanted)

    async def _release(
        self, transaction: Transaction, caller: Caller, id: RedemptionId
    ) -> Released:
        whose = caller.organisation.id
        store = RedemptionStore(transaction, whose)
        before = await _held(store, id)
        after = released(before, transaction.now())
        if not isinstance(after, Redemption) or after == before:
            return after
        moved = await self._points.release(
            transaction, whose, before.account_id, id, actor=caller.actor
        )
        must_move(moved)
        await self._put_back(transaction, before, whose)
        await store.save(after)
        await self._tell(transaction, caller, after, RELEASING)
        return after

    async def _put_back(
        self, transaction: Transaction, before: Redemption, whose: OrganisationId
    ) -> None:
        await self._rewards.put_back(transaction, whose, before.reward_id, before.reserved_at)

    async def _tell(
        self,
        transaction: Transaction,
        caller: Caller,
        redemption: Redemption,
        news: _News,
        **more: str | int,
    ) -> None:
        whose = caller.organisation.id
        details: dict[str, str | int] = {
            "session": target_of_session(redemption.session_id),
            "points": redemption.points,
            "way": redemption.way,
            **more,
        }
        entry = Entry(
            action=news.action,
            actor=caller.actor,
            target=target_of(redemption.id),
            details=details,
        )
        await AuditStore(transaction, whose).add(entry)
        if await self._webhooks.is_heard(whose, transaction):
            event = news_of(news.event, redemption, transaction.now())
            await self._webhooks.note(transaction, whose, event)


async def _held(store: RedemptionStore, id: RedemptionId) -> Redemption:
    redemption = await store.hold(id)
    if redemption is None:
        raise NotFound("redemption")
    return redemption


def _bookmark(redemption: Redemption) -> Bookmark:
    return Bookmark(redemption.reserved_at, redemption.id)


def target_of(id: RedemptionId) -> str:
    """Write a redemption as the ledger does."""
    return f"redemption:{id}"
