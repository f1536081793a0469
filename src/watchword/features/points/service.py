"""What happens to points: they are earned, put by, spent, given back, and set right by staff.

Whoever moves them holds the account. Redemptions hold their own row before it, and rewards come
after, so that nobody waits in a circle.
"""

from dataclasses import replace
from functools import partial
from typing import TypeAlias
from uuid import UUID

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Caller
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.closeness.store import ClosenessStore
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.points.earning.rules import (
    BadTerms,
    Purchase,
    earns,
    find_fault_of_purchase,
)
from watchword.features.points.earning.store import EarnRuleStore
from watchword.features.points.events import news_of
from watchword.features.points.ledger import (
    PATHS,
    POINTS_AT_MOST,
    Balance,
    Book,
    Kind,
    MoreThanSpent,
    NothingReserved,
    OutOfRange,
    ReservedBefore,
    Spending,
    TooFewPoints,
    Transfer,
    TransferId,
    adjusting,
    after,
    spending,
    united,
)
from watchword.features.points.store import Held, PointStore
from watchword.features.points.verdicts import (
    Adjustment,
    Earned,
    EarnedBefore,
    NotCollecting,
    OtherPurchase,
    OwnAccount,
)
from watchword.features.staff.rules import Colleague, Reasonless, find_fault_of_reason
from watchword.features.webhooks.service import Webhooks
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.pages import Bookmark, Page, page_of
from watchword.foundation.storage import Storage, Transaction

UNITED_AT_MOST = 50
"""So often in a row an account has gone into another; more would be a circle."""

Refused: TypeAlias = TooFewPoints | OutOfRange | Reasonless | OwnAccount
Earning: TypeAlias = Earned | EarnedBefore | OtherPurchase | NotCollecting | OutOfRange | BadTerms


class Points:
    def __init__(self, *, storage: Storage, requests: Requests, webhooks: Webhooks) -> None:
        self._storage = storage
        self._requests = requests
        self._webhooks = webhooks

    async def hold(
        self, transaction: Transaction, organisation_id: OrganisationId, account_id: AccountId
    ) -> Held:
        """Say what an account has, which nobody else can change until the transaction ends."""
        return await _Desk(transaction, organisation_id, "").hold(account_id)

    async def reserve(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        held: Held,
        redemption_id: UUID,
        points: int,
        *,
        actor: str,
    ) -> Transfer | TooFewPoints | ReservedBefore:
        """Put points by for a redemption, of an account that is held. That is done once, whatever
        becomes of them."""
        desk = _Desk(transaction, organisation_id, actor)
        if await desk.store.was_reserved(redemption_id):
            return ReservedBefore()
        transfer = desk.transfer(held, Kind.RESERVED, PATHS[Kind.RESERVED], points)
        return await desk.keep(held, replace(transfer, redemption_id=redemption_id))

    async def commit(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        account_id: AccountId,
        redemption_id: UUID,
        *,
        actor: str,
    ) -> Transfer | NothingReserved:
        """Spend what is put by for a redemption."""
        desk = _Desk(transaction, organisation_id, actor)
        return await desk.settle(account_id, Kind.COMMITTED, redemption_id)

    async def release(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        account_id: AccountId,
        redemption_id: UUID,
        *,
        actor: str,
    ) -> Transfer | NothingReserved:
        """Let an account have again what is put by for a redemption."""
        desk = _Desk(transaction, organisation_id, actor)
        return await desk.settle(account_id, Kind.RELEASED, redemption_id)

    async def give_back(
        self,
        transaction: Transaction,
        organisation_id: OrganisationId,
        account_id: AccountId,
        redemption_id: UUID,
        points: int,
        *,
        actor: str,
    ) -> Transfer | MoreThanSpent:
        """Give back some or all of what was spent in a redemption."""
        desk = _Desk(transaction, organisation_id, actor)
        return await desk.give_back(account_id, redemption_id, points)

    async def earn(self, caller: Caller, account_id: AccountId, purchase: Purchase) -> Earning:
        """Give an account what a purchase earns. An order earns once, however often it is told."""
        if fault := find_fault_of_purchase(purchase):
            return fault
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            if purchase.location_id is not None:
                locations = LocationStore(transaction, whose)
                if await locations.get(purchase.location_id) is None:
                    return BadTerms("location_id", "There is no such location.")
            rules = await EarnRuleStore(transaction, whose).active()
            gain = earns(rules, purchase, transaction.now())
            if isinstance(gain, OutOfRange):
                return gain
            desk = _Desk(transaction, whose, caller.actor)
            held = await desk.hold(account_id)
            if not await desk.store.collects(held.id):
                return NotCollecting()
            transfer = replace(
                desk.transfer(held, Kind.EARNED, PATHS[Kind.EARNED], gain.points),
                rules=tuple(str(each) for each in gain.rules),
                amount=purchase.amount,
                reference=purchase.order_id,
                location_id=purchase.location_id,
            )
            if not await desk.store.add(transfer):
                return await self._told_before(desk, held, purchase)
            balance = _ample(after(held.balance, transfer))
            await desk.store.save(held, balance)
            await desk.note(Action.POINTS_EARNED, held, points=gain.points)
            await self._tell(transaction, whose, transfer)
        self._webhooks.announce(whose)
        return Earned(transfer, balance)

    async def _told_before(
        self, desk: "_Desk", held: Held, purchase: Purchase
    ) -> EarnedBefore | OtherPurchase:
        earlier = await desk.store.by_reference(Kind.EARNED, purchase.order_id)
        assert earlier is not None  # noqa: S101 - it stood in the way just now, and none is removed
        is_same = await desk.heir(earlier.account_id) == held.id
        told = (earlier.amount, earlier.location_id)
        if not is_same or told != (purchase.amount, purchase.location_id):
            return OtherPurchase()
        return EarnedBefore(earlier, held.balance)

    async def adjust(
        self,
        caller: Caller,
        account_id: AccountId,
        points: int,
        reason: str,
        once: Once | None = None,
    ) -> Adjustment | Refused | OtherBody:
        """Give an account points, or take some; nobody does it to their own."""
        if fault := find_fault_of_reason(reason):
            return fault
        if points == 0 or abs(points) > POINTS_AT_MOST:
            return OutOfRange()
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            work = partial(self._adjust, transaction, caller, account_id, points, reason.strip())
            outcome = await self._requests.once(transaction, whose, once, {Adjustment}, work)
        self._webhooks.announce(whose)
        return outcome

    async def _adjust(
        self,
        transaction: Transaction,
        caller: Caller,
        account_id: AccountId,
        points: int,
        reason: str,
    ) -> Adjustment | TooFewPoints | OwnAccount:
        desk = _Desk(transaction, caller.organisation.id, caller.actor)
        held = await desk.hold(account_id)
        if await desk.is_own(caller, held.id):
            return OwnAccount()
        transfer = desk.transfer(held, Kind.ADJUSTED, adjusting(points), abs(points))
        transfer = replace(transfer, reason=reason)
        balance = after(held.balance, transfer)
        if isinstance(balance, TooFewPoints):
            return balance
        await desk.store.add(transfer)
        await desk.store.save(held, balance)
        await desk.note(Action.POINTS_ADJUSTED, held, points=points, reason=reason)
        await self._tell(transaction, caller.organisation.id, transfer)
        return Adjustment(transfer, balance)

    async def read(self, organisation_id: OrganisationId, account_id: AccountId) -> Balance:
        async with self._storage.reading(organisation_id) as transaction:
            return await self.balance(transaction, organisation_id, account_id)

    async def balance(
        self, transaction: Transaction, organisation_id: OrganisationId, account_id: AccountId
    ) -> Balance:
        """Say what an account has; the id of one that was united with another leads there."""
        desk = _Desk(transaction, organisation_id, "")
        held = await desk.store.get(account_id)
        if held is None:
            held = await desk.store.get(await desk.heir(account_id))
        if held is None:
            raise NotFound("account")
        return held.balance

    async def history(
        self,
        organisation_id: OrganisationId,
        account_id: AccountId,
        after: Bookmark | None,
        most: int,
    ) -> Page[Transfer]:
        """Give what moved on an account, the newest first."""
        async with self._storage.reading(organisation_id) as transaction:
            store = PointStore(transaction, organisation_id)
            found = await store.history(account_id, after, most + 1)
        return page_of(found, most, lambda last: Bookmark(last.at, last.id))

    async def united(
        self, transaction: Transaction, caller: Caller, into: AccountId, other: AccountId
    ) -> None:
        """Bring what one account has to another, before it ends. Both are held already."""
        desk = _Desk(transaction, caller.organisation.id, caller.actor)
        one, two = await desk.store.hold(into), await desk.store.hold(other)
        if one is None or two is None:
            raise NotFound("account")
        for book, points in (
            (Book.AVAILABLE, two.balance.available),
            (Book.RESERVED, two.balance.reserved),
        ):
            # One of nought tells where the account has gone, and that is wanted later.
            if points or book is Book.AVAILABLE:
                moved = desk.transfer(two, Kind.MERGED, (book, book), points)
                moved = replace(moved, other_account_id=into)
                await desk.store.add(moved)
                if book is Book.AVAILABLE:
                    await self._tell(transaction, caller.organisation.id, moved)
        await desk.store.save(one, united(one.balance, two.balance))
        await desk.store.save(two, Balance(available=0))

    async def _tell(
        self, transaction: Transaction, whose: OrganisationId, transfer: Transfer
    ) -> None:
        """Tell of points that came or went. A purchase that earned none is no news."""
        is_news = transfer.points or transfer.kind is Kind.MERGED
        if is_news and await self._webhooks.is_heard(whose, transaction):
            await self._webhooks.note(transaction, whose, news_of(transfer))


class _Desk:
    """What one transaction about points has at hand."""

    def __init__(
        self, transaction: Transaction, organisation_id: OrganisationId, actor: str
    ) -> None:
        self.store = PointStore(transaction, organisation_id)
        self._closeness = ClosenessStore(transaction, organisation_id)
        self._audit = AuditStore(transaction, organisation_id)
        self._now = transaction.now
        self._actor = actor

    async def hold(self, id: AccountId) -> Held:
        """Hold an account, or the one that it was united with."""
        held = await self.store.hold(id)
        if held is None:
            held = await self.store.hold(await self.heir(id))
        if held is None:
            raise NotFound("account")
        return held

    async def heir(self, id: AccountId) -> AccountId:
        """Give the account that has by now what one had: itself, mostly."""
        for _ in range(UNITED_AT_MOST):
            following = await self.store.heir(id)
            if following is None:
                return id
            id = following
        raise NotFound("account")

    async def settle(
        self, account_id: AccountId, kind: Kind, redemption_id: UUID
    ) -> Transfer | NothingReserved:
        held = await self.hold(account_id)
        standing = await self._standing(held, redemption_id)
        if not standing.waits:
            return NothingReserved()
        transfer = self.transfer(held, kind, PATHS[kind], standing.reserved)
        kept = await self.keep(held, replace(transfer, redemption_id=redemption_id))
        return NothingReserved() if isinstance(kept, TooFewPoints) else kept

    async def give_back(
        self, account_id: AccountId, redemption_id: UUID, points: int
    ) -> Transfer | MoreThanSpent:
        held = await self.hold(account_id)
        standing = await self._standing(held, redemption_id)
        if not 0 <= points <= standing.spent:
            return MoreThanSpent(standing.spent)
        transfer = self.transfer(held, Kind.REVERSED, PATHS[Kind.REVERSED], points)
        transfer = replace(transfer, redemption_id=redemption_id)
        await self.store.add(transfer)
        await self.store.save(held, _ample(after(held.balance, transfer)))
        return transfer

    async def _standing(self, held: Held, redemption_id: UUID) -> Spending:
        """Say what stands of a redemption on an account that is held: what others put by under the
        same name is not its own, but for those that were united with it."""
        moved = await self.store.of_redemption(redemption_id)
        strangers = {each.account_id for each in moved} - {held.id}
        own = {held.id} | {id for id in strangers if await self.heir(id) == held.id}
        return spending(each for each in moved if each.account_id in own)

    def transfer(self, held: Held, kind: Kind, path: tuple[Book, Book], points: int) -> Transfer:
        if points < 0:
            raise ValueError("Points go from one book to the other, and never backwards.")
        return Transfer(
            id=TransferId(new_id()),
            account_id=held.id,
            kind=kind,
            giver=path[0],
            taker=path[1],
            points=points,
            actor=self._actor,
            at=self._now(),
        )

    async def keep(self, held: Held, transfer: Transfer) -> Transfer | TooFewPoints:
        """Let a transfer happen within one account, if there are points enough."""
        balance = after(held.balance, transfer)
        if isinstance(balance, TooFewPoints):
            return balance
        await self.store.add(transfer)
        await self.store.save(held, balance)
        return transfer

    async def is_own(self, caller: Caller, account_id: AccountId) -> bool:
        """Say whether an account may well be that of who acts, or of those they live with."""
        if not isinstance(caller, Colleague):
            return False
        contact_id = caller.member.contact_id
        for holder in await self.store.holders(account_id):
            if await self._closeness.is_close(contact_id, holder, account_id):
                return True
        return False

    async def note(self, action: Action, held: Held, **details: str | int) -> None:
        entry = Entry(action=action, actor=self._actor, target=target_of(held.id), details=details)
        await self._audit.add(entry)


def target_of(id: AccountId) -> str:
    """Write an account as the ledger does."""
    return f"account:{id}"


def _ample(balance: Balance | TooFewPoints) -> Balance:
    assert isinstance(balance, Balance)  # noqa: S101 - nothing is taken from an account here
    return balance
