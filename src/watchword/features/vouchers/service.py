"""What happens to vouchers: customers take them along, and what nobody settles comes back.

Rows are held in one order: the customer or the voucher, the account, the reward.
"""

from collections.abc import Sequence
from typing import TypeAlias

import structlog

from watchword.features.audit.rules import Action, Entry
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.desk import Machine
from watchword.features.clients.rules import Caller
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.store import CustomerStore
from watchword.features.organisations.locations.rules import LOCATIONS_AT_MOST
from watchword.features.organisations.locations.store import LocationStore
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.sections import Offline
from watchword.features.redemptions.desk import IN_ONE_ROW, Books, Reservation, must_move
from watchword.features.rewards.rules import Reward
from watchword.features.rewards.store import RewardStore
from watchword.features.tills.desk import Backroom
from watchword.features.tills.rules import NoAccount, account_of
from watchword.features.tills.terminals.store import TerminalStore
from watchword.features.vouchers.rules import (
    TOLD,
    Choice,
    NotThere,
    Refused,
    SwitchedOff,
    Voucher,
    VoucherId,
    Wish,
    choice_of,
    is_shown,
    news_of,
    places_of,
    promise_of,
    promised,
    refuse,
    released,
    signed,
    target_of,
)
from watchword.features.vouchers.store import VoucherStore, VoucherSweep
from watchword.features.vouchers.tokens import Seeds, digest_of, to_sign_with
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import EVERYWHERE, OrganisationId, new_id
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

log = structlog.get_logger()

Taken: TypeAlias = Voucher | Refused


class Vouchers:
    def __init__(
        self, *, storage: Storage, organisations: Organisations, backroom: Backroom, seeds: Seeds
    ) -> None:
        self._storage = storage
        self._organisations = organisations
        self._room = backroom
        self._seeds = seeds

    async def is_on(self, organisation_id: OrganisationId) -> bool:
        """Say whether customers are offered vouchers; nothing is asked of the database for it."""
        return (await self._room.settings.of(organisation_id)).offline.offline_vouchers

    async def take(self, caller: Caller, wish: Wish) -> Taken:
        """Let a customer take a reward along to a location. A wish comes true once."""
        whose = caller.organisation.id
        async with self._storage.begin(whose) as transaction:
            bounds = await self._room.settings.offline_now(transaction, whose)
            if not bounds.offline_vouchers:
                return SwitchedOff()
            # Of two at once one comes first, or both would see room for one more.
            if await CustomerStore(transaction, whose).hold(wish.customer_id) is None:
                raise NotFound("customer")
            store = VoucherStore(transaction, whose)
            if earlier := await store.of_wish(wish.customer_id, wish.id):
                return earlier
            taken = await self._take(transaction, caller, wish, bounds)
            if isinstance(taken, Voucher):
                await store.add(taken)
                await self.tell(transaction, caller, taken, Action.VOUCHER_TAKEN)
        self._room.mailroom.webhooks.announce(whose)
        return taken

    async def out(
        self, organisation_id: OrganisationId, customer_id: CustomerId
    ) -> Sequence[Voucher]:
        """Give what a customer has out, the newest first: also what no till takes any more."""
        async with self._storage.reading(organisation_id) as transaction:
            return await VoucherStore(transaction, organisation_id).out(customer_id)

    async def count_out(self, organisation_id: OrganisationId, customer_id: CustomerId) -> int:
        """Count the same, for pages that only lead there."""
        async with self._storage.reading(organisation_id) as transaction:
            return await VoucherStore(transaction, organisation_id).count_out(customer_id)

    async def choice(self, organisation_id: OrganisationId, customer_id: CustomerId) -> Choice:
        """Give what a customer may take along, and to where: to locations that have a till."""
        async with self._storage.reading(organisation_id) as transaction:
            bounds = await self._room.settings.offline_now(transaction, organisation_id)
            out = await VoucherStore(transaction, organisation_id).out(customer_id)
            rewards = await RewardStore(transaction, organisation_id).active()
            every = await LocationStore(transaction, organisation_id).page("", LOCATIONS_AT_MOST)
            tills = await TerminalStore(transaction, organisation_id).all()
            cards = await self._room.cards.of_customers(transaction, organisation_id, [customer_id])
            accounts = await self._room.customers.accounts(
                transaction, organisation_id, customer_id
            )
            account_id = account_of(cards, accounts, None)
            points, place = None, (transaction, organisation_id)
            is_blocked = False
            if not isinstance(account_id, NoAccount):
                points = (await self._room.points.balance(*place, account_id)).available
                is_blocked = await self._room.rewards.is_blocked(*place, account_id)
            now = transaction.now()
        return choice_of(
            bounds,
            out,
            points,
            is_blocked=is_blocked,
            rewards=rewards,
            locations=every,
            tills=tills,
            now=now,
        )

    def token(self, organisation_id: OrganisationId, voucher: Voucher) -> Secret | None:
        """Write a voucher as tills read it, while one may take it in. It is kept nowhere."""
        key = self._seeds.keys_of(organisation_id).get(voucher.key_version)
        if key is None or not is_shown(voucher, self._storage.now()):
            return None
        token = key.write(promise_of(voucher))
        return token if digest_of(token) == voucher.digest else None

    async def release(self, most: int) -> int:
        """Let points come back of vouchers whose time and grace are over; count them. One that
        cannot be released stays as it is, and keeps nobody else waiting."""
        async with self._storage.reading(EVERYWHERE) as transaction:
            due = await VoucherSweep(transaction).due(most)
        done = 0
        for whose, id in due:
            try:
                async with self._storage.begin(whose) as transaction:
                    organisation = await self._organisations.read(transaction, whose)
                    caller = Machine(name="till", organisation=organisation)
                    await self._release(transaction, caller, id)
            except IN_ONE_ROW as fault:
                log.error("voucher.stuck", voucher_id=str(id), fault=type(fault).__name__)  # noqa: TRY400
                continue
            self._room.mailroom.webhooks.announce(whose)
            done += 1
        return done

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """A voucher names nobody, so nothing of it changes with its customer."""

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        """Let whoever has become of them show what was taken along."""
        await VoucherStore(transaction, caller.organisation.id).move(merged.id, kept.id)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        """What is out may be with a till: it is settled or comes back as any other."""

    async def tell(
        self, transaction: Transaction, caller: Caller, voucher: Voucher, action: Action
    ) -> None:
        """Write down what became of a voucher, and tell whoever listens."""
        whose, webhooks = caller.organisation.id, self._room.mailroom.webhooks
        details: dict[str, str | int] = {
            "points": voucher.points,
            "value": voucher.value,
            "location": str(voucher.location_id),
        }
        entry = Entry(
            action=action, actor=caller.actor, target=target_of(voucher.id), details=details
        )
        await AuditStore(transaction, whose).add(entry)
        if await webhooks.is_heard(whose, transaction):
            news = news_of(TOLD[action], voucher, transaction.now())
            await webhooks.note(transaction, whose, news)

    async def _take(
        self, transaction: Transaction, caller: Caller, wish: Wish, bounds: Offline
    ) -> Taken:
        whose, now = caller.organisation.id, transaction.now()
        reward = await self._reward(transaction, whose, wish)
        place = await LocationStore(transaction, whose).get(wish.location_id)
        tills = await TerminalStore(transaction, whose).at(wish.location_id)
        out = await VoucherStore(transaction, whose).out(wish.customer_id)
        refusal = refuse(reward, place, with_till=places_of(tills), out=out, bounds=bounds)
        if reward is None or refusal is not None:
            return refusal or NotThere()
        cards = await self._room.cards.of_customers(transaction, whose, [wish.customer_id])
        accounts = await self._room.customers.accounts(transaction, whose, wish.customer_id)
        account_id = account_of(cards, accounts, None)
        if isinstance(account_id, NoAccount):
            return account_id
        id = VoucherId(new_id())
        wanted = Reservation(
            id=id,
            account_id=account_id,
            reward=reward,
            location_id=wish.location_id,
            basket=reward.at_least,
        )
        books = Books(self._room.points, self._room.rewards)
        if refused := await books.put_by(transaction, caller, wanted):
            return refused
        key = to_sign_with(self._seeds.keys_of(whose), now)
        promise = promised(id, wish, reward, bounds, now)
        return signed(
            wish, promise, key, account_id=account_id, reward=reward, bounds=bounds, now=now
        )

    async def _reward(
        self, transaction: Transaction, whose: OrganisationId, wish: Wish
    ) -> Reward | None:
        try:
            return await self._room.rewards.get(transaction, whose, wish.reward_id)
        except NotFound:
            return None

    async def _release(self, transaction: Transaction, caller: Caller, id: VoucherId) -> None:
        whose = caller.organisation.id
        store = VoucherStore(transaction, whose)
        before = await store.hold(id)
        after = None if before is None else released(before, transaction.now())
        if before is None or after is None:
            return
        must_move(
            await self._room.points.release(
                transaction, whose, before.account_id, id, actor=caller.actor
            )
        )
        await self._room.rewards.put_back(transaction, whose, before.reward_id, before.taken_at)
        await store.end(after)
        await self.tell(transaction, caller, after, Action.VOUCHER_RELEASED)
