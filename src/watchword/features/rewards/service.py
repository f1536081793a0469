"""What happens to rewards: they are offered, taken, put back, changed and ended.

One that is counted is held while it is taken, after everything else that is held, so that a
popular reward makes nobody wait for longer than it takes to keep what was done.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.rules import LocationId
from watchword.features.rewards.blocklist.store import RedeemingBlockStore
from watchword.features.rewards.rules import (
    REWARDS_AT_MOST,
    BadOffer,
    MayNotTake,
    MayTake,
    Offer,
    Refused,
    Reward,
    RewardId,
    RewardState,
    TooManyRewards,
    changed,
    find_fault,
    is_for,
    is_offered,
    made,
    may_take,
    offer_of,
    put_back,
    taken,
)
from watchword.features.rewards.store import RewardStore
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction


class Rewards:
    def __init__(self, *, storage: Storage, requests: Requests) -> None:
        self._storage = storage
        self._requests = requests

    async def create(
        self, caller: Caller, offer: Offer, once: Once | None = None
    ) -> Reward | Refused | OtherBody:
        if fault := find_fault(offer):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._create, transaction, caller, offer)
            return await self._requests.once(transaction, whose, once, (Reward,), work)

    async def _create(
        self, transaction: Transaction, caller: Caller, offer: Offer
    ) -> Reward | BadOffer | TooManyRewards:
        whose = caller.organisation.id
        if fault := await _find_fault_of_places(transaction, whose, offer):
            return fault
        store = RewardStore(transaction, whose)
        if await store.count() >= REWARDS_AT_MOST:
            return TooManyRewards()
        reward = made(RewardId(new_id()), offer, transaction.now())
        await store.add(reward)
        await _note(transaction, caller, Action.REWARD_CREATED, reward)
        return reward

    async def change(
        self,
        caller: Caller,
        id: RewardId,
        offer: Offer,
        version: int,
        state: RewardState | None = None,
    ) -> Reward | Refused:
        """Change a reward as somebody saw it. What is reserved stays as it was promised."""
        if fault := find_fault(offer):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if fault := await _find_fault_of_places(transaction, whose, offer):
                return fault
            store = RewardStore(transaction, whose)
            before = await _held(store, id)
            after = changed(before, offer, state or before.state, version, transaction.now())
            if isinstance(after, Reward):
                await store.save(after)
                await _note(transaction, caller, Action.REWARD_CHANGED, after)
        return after

    async def pause(self, caller: Caller, id: RewardId) -> Reward | Refused:
        """Offer it to nobody until it is resumed. What is reserved may still be committed."""
        return await self._turn(caller, id, RewardState.PAUSED)

    async def resume(self, caller: Caller, id: RewardId) -> Reward | Refused:
        return await self._turn(caller, id, RewardState.ACTIVE)

    async def end(self, caller: Caller, id: RewardId) -> Reward | Refused:
        """Offer it to nobody any more, for good."""
        return await self._turn(caller, id, RewardState.ENDED)

    async def _turn(self, caller: Caller, id: RewardId, state: RewardState) -> Reward | Refused:
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            store = RewardStore(transaction, whose)
            before = await _held(store, id)
            if before.state is state:
                return before
            now = transaction.now()
            after = changed(before, offer_of(before), state, before.version, now)
            if isinstance(after, Reward):
                await store.save(after)
                await _note(transaction, caller, Action.REWARD_CHANGED, after)
        return after

    async def find(self, organisation_id: OrganisationId, id: RewardId) -> Reward:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.get(transaction, organisation_id, id)

    async def get(
        self, transaction: Transaction, organisation_id: OrganisationId, id: RewardId
    ) -> Reward:
        reward = await RewardStore(transaction, organisation_id).get(id)
        if reward is None:
            raise NotFound("reward")
        return reward

    async def page(
        self, organisation_id: OrganisationId, after: Bookmark | None, most: int
    ) -> Page[Reward]:
        """Give rewards, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            found = await RewardStore(transaction, organisation_id).page(after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.created_at, last.id))

    async def to_be_had(
        self, organisation_id: OrganisationId, location_id: LocationId
    ) -> Sequence[Reward]:
        """Give what may be had at a location now by whoever has the points, cheapest first."""
        async with self._storage.reading(organisation_id) as transaction:
            rewards = await RewardStore(transaction, organisation_id).active()
            now = transaction.now()
        return [
            each
            for each in rewards
            if is_offered(each, now) and is_for(each, location_id) and each.left != 0
        ]

    async def offered(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        account_id: AccountId,
        *,
        balance: int,
        location_id: LocationId | None,
    ) -> Sequence[tuple[Reward, MayTake | MayNotTake]]:
        """Give what may be had at a location now, cheapest first; and what of it by whom has so
        many points. What is paused, over, or for other locations is not among it."""
        is_blocked = await self.is_blocked(transaction, organisation_id, account_id)
        rewards = await RewardStore(transaction, organisation_id).active()
        now = transaction.now()
        return [
            (each, may_take(each, balance, location_id, None, now=now, blocked=is_blocked))
            for each in rewards
            if is_offered(each, now) and is_for(each, location_id)
        ]

    async def take(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        agreed: Reward,
        account_id: AccountId,
        *,
        balance: int,
        location_id: LocationId | None,
        basket: int | None,
    ) -> Reward | MayNotTake:
        """Take one for an account that has so many points, at the price that was agreed on; hold
        the account before."""
        store, reward = RewardStore(transaction, organisation_id), agreed
        if agreed.stock is not None:
            reward = replace(await _held(store, agreed.id), points=agreed.points)
        is_blocked = await self.is_blocked(transaction, organisation_id, account_id)
        now = transaction.now()
        verdict = may_take(reward, balance, location_id, basket or 0, now=now, blocked=is_blocked)
        if isinstance(verdict, MayNotTake):
            return verdict
        if reward.stock is None:
            return reward
        after = taken(reward)
        await store.count_taken(after)
        return after

    async def put_back(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        id: RewardId,
        taken_at: datetime,
    ) -> None:
        """Let somebody else have one that was taken at that time, and is not needed."""
        store = RewardStore(transaction, organisation_id)
        reward = await self.get(transaction, organisation_id, id)
        if reward.counted_since is not None:
            await store.count_taken(put_back(await _held(store, id), taken_at))

    async def is_blocked(
        self, transaction: Transaction, organisation_id: OrganisationId, account_id: AccountId
    ) -> bool:
        """Say whether somebody holds an account who may collect, and not redeem."""
        blocks = RedeemingBlockStore(transaction, organisation_id)
        return await blocks.stands_for(account_id, transaction.now())


async def _held(store: RewardStore, id: RewardId) -> Reward:
    reward = await store.hold(id)
    if reward is None:
        raise NotFound("reward")
    return reward


async def _find_fault_of_places(
    transaction: Transaction, whose: OrganisationId, offer: Offer
) -> BadOffer | None:
    locations = LocationStore(transaction, whose)
    for id in sorted(offer.locations):
        if await locations.get(id) is None:
            return BadOffer("locations", "There is no such location.")
    return None


async def _note(transaction: Transaction, caller: Caller, action: Action, reward: Reward) -> None:
    details: dict[str, str | int] = {
        "name": reward.name_in(caller.organisation.locale),
        "state": reward.state,
        "points": reward.points,
        "value": reward.value,
    }
    if reward.stock is not None:
        details["stock"] = reward.stock
    entry = Entry(action=action, actor=caller.actor, target=f"reward:{reward.id}", details=details)
    await AuditStore(transaction, caller.organisation.id).add(entry)
