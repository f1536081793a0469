"""A shop, as tests of points and rewards see it: customers with accounts, and what is moved."""

from dataclasses import dataclass
from uuid import UUID

from tests.features.customers.people import ANNA, Shop, new_shop
from tests.features.webhooks.bureau import Bureau
from tests.stores import new_requests
from watchword.features.customers.accounts.rules import AccountId, NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.organisations.rules import Organisation
from watchword.features.points.earning.service import EarnRules
from watchword.features.points.ledger import Balance, Transfer
from watchword.features.points.service import Points
from watchword.features.points.store import PointStore
from watchword.features.rewards.blocklist.service import Blocklist
from watchword.features.rewards.service import Rewards
from watchword.foundation.storage import Storage


@dataclass
class Till:
    shop: Shop
    points: Points
    rules: EarnRules
    rewards: Rewards
    blocklist: Blocklist
    bureau: Bureau

    @property
    def whose(self) -> Organisation:
        return self.shop.organisation

    async def account(self, points: int = 100, *, profile: Profile = ANNA) -> AccountId:
        return (await self.customer(points, profile=profile))[1]

    async def customer(
        self, points: int = 100, *, profile: Profile = ANNA
    ) -> tuple[Customer, AccountId]:
        new = NewCustomer(
            profile=profile, contacts=(), origin=Origin.STAFF, account=NewAccount(points=points)
        )
        made = await self.shop.customers.create(self.shop.caller, new)
        assert isinstance(made, Customer)
        async with self.shop.storage.reading(self.whose.id) as transaction:
            (held,) = await self.shop.customers.accounts(transaction, self.whose.id, made.id)
        return made, held.id

    async def reserve(self, account: AccountId, redemption: UUID, points: int) -> object:
        async with self.shop.storage.begin(self.whose.id) as transaction:
            held = await self.points.hold(transaction, self.whose.id, account)
            return await self.points.reserve(
                transaction, self.whose.id, held, redemption, points, actor="test"
            )

    async def commit(self, account: AccountId, redemption: UUID) -> object:
        async with self.shop.storage.begin(self.whose.id) as transaction:
            return await self.points.commit(
                transaction, self.whose.id, account, redemption, actor="test"
            )

    async def release(self, account: AccountId, redemption: UUID) -> object:
        async with self.shop.storage.begin(self.whose.id) as transaction:
            return await self.points.release(
                transaction, self.whose.id, account, redemption, actor="test"
            )

    async def give_back(self, account: AccountId, redemption: UUID, points: int) -> object:
        async with self.shop.storage.begin(self.whose.id) as transaction:
            return await self.points.give_back(
                transaction, self.whose.id, account, redemption, points, actor="test"
            )

    async def unite(self, into: AccountId, other: AccountId) -> bool:
        async with self.shop.storage.begin(self.whose.id) as transaction:
            return await self.shop.customers.unite_accounts(
                transaction, self.shop.caller, into, other
            )

    async def balance(self, account: AccountId) -> Balance:
        return await self.points.read(self.whose.id, account)

    async def opening(self, account: AccountId) -> int | None:
        async with self.shop.storage.reading(self.whose.id) as transaction:
            held = await PointStore(transaction, self.whose.id).get(account)
        return None if held is None else held.opening

    async def transfers(self, account: AccountId) -> list[Transfer]:
        page = await self.points.history(self.whose.id, account, None, 100_000)
        return [*page.items]


def new_till(storage: Storage, organisation: Organisation) -> Till:
    shop = new_shop(storage, organisation)
    bureau, requests = Bureau(storage), new_requests(storage)
    points = Points(storage=storage, requests=requests, webhooks=bureau.webhooks)
    shop.customers.let_unite(points)
    return Till(
        shop=shop,
        points=points,
        rules=EarnRules(storage=storage, requests=requests),
        rewards=Rewards(storage=storage, requests=requests),
        blocklist=Blocklist(storage=storage, contacts=shop.contacts, requests=requests),
        bureau=bureau,
    )
