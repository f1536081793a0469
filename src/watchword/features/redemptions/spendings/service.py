"""What happens when a reward is reserved and spent in one: all of it, or nothing.

Whoever spends so has no name for what was reserved, and after a lost answer perhaps not even the
same sale: they ask for another code, and send the same order in a new one. So an order is looked
for among what the customer has had, before anything moves.
"""

from typing import TypeAlias

from watchword.features.clients.rules import Caller
from watchword.features.points.service import Points
from watchword.features.redemptions.rules import (
    SAME_ORDER_FOR,
    WORD,
    BadWord,
    NotCommittable,
    Redemption,
    committed,
    is_same_spending,
)
from watchword.features.redemptions.service import Redemptions, Reserved
from watchword.features.redemptions.store import RedemptionStore
from watchword.features.rewards.rules import RewardId
from watchword.features.tills.desk import Desk
from watchword.features.tills.rules import NoAccount, NotChosen, TillSession, TillSessionId, Wanted
from watchword.features.tills.service import Tills
from watchword.foundation.storage import Storage

Spent: TypeAlias = Reserved | NotCommittable | BadWord


class Spendings:
    def __init__(
        self, *, storage: Storage, tills: Tills, redemptions: Redemptions, points: Points
    ) -> None:
        self._storage = storage
        self._tills = tills
        self._redemptions = redemptions
        self._points = points

    async def spend(
        self,
        caller: Caller,
        session_id: TillSessionId,
        reward_id: RewardId,
        order_id: str | None = None,
    ) -> Spent:
        """Spend points for a reward. The same order is answered as before, also from another sale;
        without an order, only the same sale is."""
        if order_id is not None and not WORD.fullmatch(order_id):
            return BadWord("order_id")
        async with self._storage.begin(caller.organisation.id) as transaction:
            desk = self._tills.desk(transaction, caller)
            outcome = await self._spend(desk, session_id, reward_id, order_id)
        self._tills.announce(caller)
        return outcome

    async def _spend(
        self, desk: Desk, session_id: TillSessionId, reward_id: RewardId, order_id: str | None
    ) -> Spent:
        session = await desk.hold(session_id)
        own = await RedemptionStore(desk.transaction, desk.id).hold_of_session(session_id)
        if own is None and order_id is not None:
            earlier = await self._spent_before(desk, session, reward_id, order_id)
            if earlier is not None:
                return committed(earlier, order_id, desk.now)
        here, parts = (desk.transaction, desk.caller), self._redemptions
        made = await parts.reserve_within(*here, session_id, Wanted(reward_id=reward_id))
        if not isinstance(made, Redemption):
            return made
        return await parts.commit_within(*here, made.id, order_id)

    async def _spent_before(
        self, desk: Desk, session: TillSession, reward_id: RewardId, order_id: str
    ) -> Redemption | None:
        """Look for what was spent for an order in another sale. The account is held before: of two
        sales that ask at once, one sees what the other has done."""
        account = await desk.account(session)
        if session.customer_id is None or isinstance(account, NotChosen | NoAccount):
            return None
        await self._points.hold(desk.transaction, desk.id, account)
        store = RedemptionStore(desk.transaction, desk.id)
        for each in await store.for_order(session.customer_id, order_id, desk.now - SAME_ORDER_FOR):
            if is_same_spending(each, session, reward_id, order_id, desk.now):
                return each
        return None
