"""What happens to API keys on a real database: shown once, recognised, replaced, revoked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.stores import NOON, MovableTime, at_rest, found, new_requests
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import (
    AlreadyRevoked,
    ApiKey,
    ApiKeyId,
    Client,
    KeyWish,
    MadeBefore,
    Missing,
    NewKey,
    Operator,
    Overlap,
    Scope,
    Unknown,
    admit,
    fingerprint,
)
from watchword.features.clients.service import FRESH_FOR, Clients
from watchword.features.idempotency.rules import Once, OtherBody
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Reach
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

WRITE = frozenset({Scope.CHALLENGES_WRITE})
HOUR = Overlap(timedelta(hours=1))


@dataclass
class SteadyClock:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> SteadyClock:
    return SteadyClock()


@pytest.fixture
def clients(house: Storage, clock: SteadyClock) -> Clients:
    return Clients(storage=house, requests=new_requests(house), seconds=clock)


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, "bank")


async def create(clients: Clients, bank: Organisation) -> tuple[ApiKey, Secret]:
    return await clients.create(bank, label="shop", scopes=WRITE, actor="test")


async def opens(clients: Clients, secret: Secret, now: datetime = NOON) -> bool:
    entrance = admit(await clients.recognise(secret), Scope.CHALLENGES_WRITE, now)
    assert not isinstance(entrance, Missing)
    return isinstance(entrance, Client)


class TestANewKey:
    async def test_is_recognised_with_its_organisation(
        self, clients: Clients, bank: Organisation
    ) -> None:
        key, secret = await create(clients, bank)

        assert await clients.recognise(secret) == Client(key=key, organisation=bank)

    async def test_is_of_the_kind_of_its_organisation(
        self, clients: Clients, house: Storage
    ) -> None:
        live = await found(house, "live", mode=Mode.LIVE)

        _, secret = await create(clients, live)

        assert secret.reveal().startswith("ww_live_")
        assert len(secret.reveal()) == len("ww_live_") + 64

    async def test_is_never_kept_and_known_by_its_fingerprint_alone(
        self, clients: Clients, bank: Organisation, migrated: str
    ) -> None:
        key, secret = await create(clients, bank)
        stolen = await at_rest(migrated)

        assert secret.reveal().encode() not in stolen
        assert bytes.fromhex(secret.reveal().removeprefix("ww_test_")) not in stolen
        assert fingerprint(secret) in stolen
        assert key.start.encode() in stolen

    async def test_is_listed_without_what_would_open_anything(
        self, clients: Clients, bank: Organisation
    ) -> None:
        key, secret = await create(clients, bank)

        assert [*await clients.all(bank.id)] == [key]
        assert secret.reveal() not in repr(await clients.all(bank.id))
        assert key.start == secret.reveal()[:12]

    async def test_leaves_a_trace_that_does_not_quote_it(
        self, clients: Clients, bank: Organisation, house: Storage
    ) -> None:
        key, secret = await create(clients, bank)

        async with house.reading(bank.id) as transaction:
            [entry] = await AuditStore(transaction, bank.id).about(str(key.id))
        assert (entry.action, entry.actor) == (Action.API_KEY_CREATED, "test")
        assert secret.reveal() not in repr(entry)


class TestAKeyThatIsNone:
    @pytest.mark.parametrize("key", ["", "ww_test_", "ww_test_" + "0" * 64, "'; --", "ключ", "\0"])
    async def test_is_unknown(self, clients: Clients, bank: Organisation, key: str) -> None:
        await create(clients, bank)

        assert await clients.recognise(Secret(key)) == Unknown()

    async def test_is_unknown_even_if_it_is_nearly_one(
        self, clients: Clients, bank: Organisation
    ) -> None:
        _, secret = await create(clients, bank)

        assert await clients.recognise(Secret(secret.reveal().upper())) == Unknown()
        assert await clients.recognise(Secret(secret.reveal()[:-1])) == Unknown()
        assert await clients.recognise(Secret(f"{secret.reveal()} ")) == Unknown()

    async def test_is_known_at_once_when_it_becomes_one(
        self, clients: Clients, bank: Organisation, house: Storage
    ) -> None:
        other_process = Clients(storage=house, requests=new_requests(house))
        _, secret = await create(clients, bank)

        assert await opens(other_process, secret)


class TestARevokedKey:
    async def test_opens_nothing_at_once_in_the_same_process(
        self, clients: Clients, bank: Organisation
    ) -> None:
        key, secret = await create(clients, bank)
        assert await opens(clients, secret)

        await clients.revoke(bank.id, key.id, "test")

        assert not await opens(clients, secret)

    async def test_opens_nothing_in_any_process_when_what_is_remembered_is_stale(
        self, clients: Clients, bank: Organisation, house: Storage, clock: SteadyClock
    ) -> None:
        other_process = Clients(storage=house, requests=new_requests(house), seconds=clock)
        key, secret = await create(clients, bank)
        assert await opens(other_process, secret)

        await clients.revoke(bank.id, key.id, "test")

        clock.seconds += FRESH_FOR
        assert not await opens(other_process, secret)

    async def test_is_not_brought_back_by_who_was_just_reading_it(
        self, house: Storage, bank: Organisation
    ) -> None:
        slow = SlowReading(house)
        clients = Clients(
            storage=slow,  # type: ignore[arg-type] # it reads and begins, no more
            requests=new_requests(house),
        )
        key, secret = await create(clients, bank)

        slow.has_read.clear()
        reading = asyncio.create_task(clients.recognise(secret))
        await slow.has_read.wait()
        await clients.revoke(bank.id, key.id, "test")
        slow.may_go_on.set()
        await reading

        assert not await opens(clients, secret)

    async def test_stays_as_it_is_when_it_is_revoked_again(
        self, clients: Clients, bank: Organisation, house: Storage, time: MovableTime
    ) -> None:
        key, _ = await create(clients, bank)
        revoked = await clients.revoke(bank.id, key.id, "test")
        time.pass_by(HOUR)

        assert await clients.revoke(bank.id, key.id, "test") == AlreadyRevoked(NOON)

        assert [*await clients.all(bank.id)] == [revoked]
        assert (await actions_about(house, bank, key)).count(Action.API_KEY_REVOKED) == 1

    async def test_can_be_revoked_by_nobody_but_its_organisation(
        self, clients: Clients, bank: Organisation, house: Storage
    ) -> None:
        shop = await found(house, "shop")
        key, secret = await create(clients, bank)

        for whose, id in ((shop.id, key.id), (bank.id, ApiKeyId(uuid4()))):
            with pytest.raises(NotFound):
                await clients.revoke(whose, id, "test")
        assert await opens(clients, secret)


async def actions_about(house: Storage, bank: Organisation, key: ApiKey) -> list[Action]:
    async with house.reading(bank.id) as transaction:
        entries = await AuditStore(transaction, bank.id).about(str(key.id))
    return [entry.action for entry in entries]


@dataclass
class SlowReading:
    """Storage whose readers have read, and take their time to come back with it."""

    storage: Storage

    def __post_init__(self) -> None:
        self.has_read, self.may_go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def reading(self, reach: Reach = None) -> AsyncIterator[Transaction]:
        async with self.storage.reading(reach) as transaction:
            yield transaction
        self.has_read.set()
        await self.may_go_on.wait()

    @asynccontextmanager
    async def begin(self, reach: Reach = None) -> AsyncIterator[Transaction]:
        async with self.storage.begin(reach) as transaction:
            yield transaction


class TestARotation:
    async def test_lets_the_old_key_live_for_the_overlap_and_no_longer(
        self, clients: Clients, bank: Organisation, time: MovableTime
    ) -> None:
        old, old_secret = await create(clients, bank)
        _, new_secret = await clients.create(
            bank, label="shop", scopes=WRITE, actor="test", replaces=old.id, overlap=HOUR
        )

        assert await opens(clients, old_secret, time())
        assert await opens(clients, old_secret, NOON + HOUR - timedelta(seconds=1))
        assert not await opens(clients, old_secret, NOON + HOUR)
        assert await opens(clients, new_secret, NOON + 1000 * HOUR)

    async def test_without_an_overlap_ends_the_old_key_at_once(
        self, clients: Clients, bank: Organisation
    ) -> None:
        old, old_secret = await create(clients, bank)
        assert await opens(clients, old_secret)

        await clients.create(bank, label="", scopes=WRITE, actor="test", replaces=old.id)

        assert not await opens(clients, old_secret)

    async def test_of_a_key_that_is_not_there_makes_none(
        self, clients: Clients, bank: Organisation
    ) -> None:
        with pytest.raises(NotFound):
            await clients.create(
                bank, label="", scopes=WRITE, actor="test", replaces=ApiKeyId(uuid4())
            )

        assert [*await clients.all(bank.id)] == []

    async def test_gives_no_longer_life_to_a_key_that_ends_sooner(
        self, clients: Clients, bank: Organisation
    ) -> None:
        old, old_secret = await create(clients, bank)
        await clients.create(bank, label="", actor="test", replaces=old.id)

        _, new_secret = await clients.create(
            bank, label="", scopes=WRITE, actor="test", replaces=old.id, overlap=HOUR
        )

        assert not await opens(clients, old_secret)
        assert await opens(clients, new_secret)

    async def test_may_take_the_place_of_a_key_that_is_revoked(
        self, clients: Clients, bank: Organisation
    ) -> None:
        old, old_secret = await create(clients, bank)
        await clients.revoke(bank.id, old.id, "test")

        _, new_secret = await clients.create(
            bank, label="", scopes=WRITE, actor="test", replaces=old.id, overlap=HOUR
        )

        assert not await opens(clients, old_secret)
        assert await opens(clients, new_secret)

    async def test_leaves_a_trace_of_which_key_ends_and_when(
        self, clients: Clients, bank: Organisation, house: Storage
    ) -> None:
        old, _ = await create(clients, bank)

        new, _ = await clients.create(bank, label="", actor="test", replaces=old.id, overlap=HOUR)

        async with house.reading(bank.id) as transaction:
            [entry] = await AuditStore(transaction, bank.id).about(str(new.id))
        assert entry.details == {"replaces": str(old.id), "overlap_seconds": 3600}


class TestARequestThatComesTwice:
    async def test_makes_one_key_and_shows_it_once(
        self, clients: Clients, bank: Organisation, migrated: str
    ) -> None:
        wish, ann = KeyWish(label="till", scopes=WRITE), Operator(name="ann", organisation=bank)
        once = Once(b"k" * 32, b"b" * 32)

        first = await clients.make(ann, wish, once)
        second = await clients.make(ann, wish, once)
        other = await clients.make(ann, wish, Once(b"k" * 32, b"c" * 32))

        assert isinstance(first, NewKey)
        assert second == MadeBefore(first.key.id)
        assert other == OtherBody()
        assert len(await clients.all(bank.id)) == 1
        assert first.secret.reveal().encode() not in await at_rest(migrated)

    async def test_at_once_makes_one_key_too(self, clients: Clients, bank: Organisation) -> None:
        wish, ann = KeyWish(label="till", scopes=WRITE), Operator(name="ann", organisation=bank)
        once = Once(b"k" * 32, b"b" * 32)

        made = await asyncio.gather(*(clients.make(ann, wish, once) for _ in range(5)))

        assert sum(isinstance(each, NewKey) for each in made) == 1
        assert sum(isinstance(each, MadeBefore) for each in made) == 4

    async def test_puts_no_key_in_the_place_of_one_that_opens_nothing(
        self, clients: Clients, bank: Organisation, time: MovableTime
    ) -> None:
        ann = Operator(name="ann", organisation=bank)
        key, _ = await create(clients, bank)
        await clients.revoke(bank.id, key.id, "test")

        outcome = await clients.make(ann, KeyWish(label="x", scopes=WRITE, replaces=key.id))

        assert outcome == AlreadyRevoked(time())
        assert len(await clients.all(bank.id)) == 1
