"""A server is killed while tills work with it, and started again: points are where they belong.

In each step of a sale it dies where that hurts most: all is durable, and the till was not told.
DRILL_KILLS sets at how many other points it dies; `make drill` goes through every one there is.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from typing import Any, TypeVar

import httpx
import msgspec
import pytest

from tests.features.customers.people import phone
from tests.features.redemptions.mortals import TOLD
from tests.features.tills.shop import Shop
from tests.journeys.installation import eventually
from tests.races.mortals import DIES_AT, TAKEN, Life
from tests.races.server import CODE
from tests.stores import KEYRING, MovableTime
from tests.whole_house import Dealt
from watchword.client import NoAnswer, Problem, redemptions, tills
from watchword.client.acts import Act
from watchword.client.exchange import Answer, request_of, settled
from watchword.client.shapes import Redemption
from watchword.features.clients.rules import Client, Scope
from watchword.features.customers.rules import Customer
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import HELD_FOR
from watchword.features.rewards.rules import Reward
from watchword.foundation.keyring_files import KeyringFile
from watchword.settings import parse
from watchword.wiring import open_services

T = TypeVar("T")

KILLS = int(os.environ.get("DRILL_KILLS", "0"))
SEED = 20
TILLS = 6
PATIENCE = 120.0  # seconds, on a machine that is busy
FULL, SPENT = Balance(available=100), Balance(available=40)
PUT_BY = Balance(available=40, reserved=60)
LATER = (HELD_FOR + timedelta(minutes=1)).total_seconds()
KILLED = -signal.SIGKILL

pytestmark = pytest.mark.timeout(600 + KILLS * 10)


@dataclass
class Sale:
    """One customer with 100 points, a session that asks them, and what the till says in it."""

    customer: Customer
    prove: Act[Any]
    reserve: Act[Redemption]
    made: Redemption | None = None
    heard: int = 0

    def step(self, name: str) -> Act[Any]:
        """Give the same act whenever it is asked for: a till that heard nothing asks again."""
        id = "" if self.made is None else self.made.id
        match name:
            case "prove":
                return self.prove
            case "reserve":
                return self.reserve
            case "commit":
                return redemptions.commit(id, "order-1")
            case _:
                return redemptions.reverse(id, "refund-1")


STEPS = {"prove": FULL, "reserve": PUT_BY, "commit": SPENT, "reverse": FULL}
# Each till waits for one answer at most: after so many steps, one of them has still to ask.
LAST_MOMENT = TILLS * (len(STEPS) - 1) - 1


@dataclass
class House:
    """A shop, what it is kept in, and the server that lives for the time being."""

    shop: Shop
    reward: Reward
    mother: "Popen[bytes]"
    life: Life
    key: str = field(repr=False)
    numbers: "count[int]" = field(default_factory=count)
    pid: int = 0
    wire: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)

    async def live(self, life: Life | None = None) -> None:
        assert self.mother.stdin is not None
        self.mother.stdin.write(msgspec.json.encode(life or self.life) + b"\n")
        self.mother.stdin.flush()
        pid, url = (await self._line()).split()
        self.pid = int(pid)
        headers = {"Authorization": f"Bearer {self.key}"}
        self.wire = httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE)

    def strike(self) -> None:
        """Kill the server at this very moment."""
        assert self.pid
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0

    async def buried(self) -> None:
        """See that the server was killed, and that nothing else ended it."""
        self.pid = 0
        await self.wire.aclose()
        assert int(await self._line()) == KILLED

    async def kill(self) -> None:
        self.strike()
        await self.buried()

    async def ask(self, act: Act[T], dies_at: int = 0) -> T:
        return (await self.counted(act, dies_at))[0]

    async def counted(self, act: Act[T], dies_at: int = 0) -> tuple[T, int]:
        """Do an act, and say how many steps it took."""
        asked = request_of(act)
        headers = {**asked.headers, DIES_AT: str(dies_at)}
        try:
            reply = await self.wire.request(
                asked.method, asked.path, headers=headers, content=asked.content
            )
        except httpx.TransportError as fault:
            raise NoAnswer(type(fault).__name__) from None
        answer = Answer(status=reply.status_code, headers=reply.headers, content=reply.content)
        return settled(act, answer), int(reply.headers[TAKEN])

    async def sale(self) -> Sale:
        number = f"0170 {next(self.numbers):07}"
        customer = await self.shop.customer(phone(number))
        opened = await self.ask(tills.open(phone=number))
        return Sale(
            customer=customer,
            prove=tills.answer(opened.id, str(CODE)),
            reserve=redemptions.reserve(opened.id, self.reward.id),
        )

    async def go(self, sale: Sale, name: str, dies_at: int = 0) -> int:
        """Take one step of a sale; give how many of the storage it took."""
        answered, taken = await self.counted(sale.step(name), dies_at)
        if name == "prove":
            assert answered.is_proven, answered
        if name == "reserve":
            sale.made = answered
        return taken

    async def balance(self, sale: Sale) -> Balance:
        return await self.shop.balance(sale.customer)

    async def _line(self) -> str:
        assert self.mother.stdout is not None
        line = await asyncio.wait_for(asyncio.to_thread(self.mother.stdout.readline), PATIENCE)
        return line.decode().strip()


@pytest.fixture(scope="module")
def mother() -> Iterator["Popen[bytes]"]:
    """What all servers of these tests are forked from; with it the last of them ends."""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = (sys.executable, "-m", "tests.races.mortals")
    started = Popen(
        command, stdin=PIPE, stdout=PIPE, env={**os.environ, **path}, start_new_session=True
    )
    with started:
        yield started
        os.killpg(started.pid, signal.SIGKILL)


@pytest.fixture
async def house(migrated: str, tmp_path: Path, mother: "Popen[bytes]") -> AsyncIterator[House]:
    life = Life(database=migrated, keyring=str(tmp_path / "keyring.json"))
    KeyringFile(Path(life.keyring)).save(replace(KEYRING, is_throwaway=False))
    async with open_services(parse({"database": {"url": migrated}}), KEYRING) as services:
        organisation = await services.organisations.found(
            slug="shop", name="Shop", mode=Mode.TEST, country="DE", locale="de", actor="test"
        )
        assert isinstance(organisation, Organisation)
        key, secret = await services.clients.create(
            organisation, label="till", scopes=frozenset(Scope), actor="test"
        )
        client = Client(key=key, organisation=organisation)
        shop = Shop(services, client, Dealt(), MovableTime(datetime.now(UTC)))
        house = House(shop, await shop.reward(), mother, life, secret.reveal())
        await house.live()
        yield house
        if house.pid:
            await house.kill()


async def test_whatever_step_it_dies_in_a_till_asks_again_and_is_served_once(house: House) -> None:
    chance, whole = Random(SEED), await house.sale()  # noqa: S311 - the same in every run
    # About so many: what is remembered for a moment need not be read.
    points = {name: await house.go(whole, name) for name in STEPS}
    assert await house.balance(whole) == FULL

    for number, (name, after) in enumerate(STEPS.items()):
        before = [FULL, *STEPS.values()][number]
        others = chance.sample(range(1, points[name]), min(KILLS, points[name] - 1))
        for point in (*others, TOLD):
            sale = await house.sale()
            for earlier in [*STEPS][:number]:
                await house.go(sale, earlier)

            with pytest.raises(NoAnswer):
                await house.go(sale, name, dies_at=point)
            await house.buried()

            ends = (after,) if point == TOLD else (before, after)
            assert await house.balance(sale) in ends, (name, point)
            await house.live()
            for later in [*STEPS][number:]:
                for _ in range(2):
                    await house.go(sale, later)
                    assert await house.balance(sale) == STEPS[later], (name, point, later)


async def test_what_was_put_by_when_it_died_comes_back_and_what_was_spent_stays_spent(
    house: House,
) -> None:
    abandoned, unheard, spent = [await house.sale() for _ in range(3)]
    for sale in (abandoned, unheard, spent):
        await house.go(sale, "prove")
    for sale in (abandoned, spent):
        await house.go(sale, "reserve")
    await house.kill()  # between reserving and committing
    await house.live()
    await house.go(spent, "commit")
    with pytest.raises(NoAnswer):
        await house.go(unheard, "reserve", dies_at=TOLD)
    await house.buried()
    assert [await house.balance(each) for each in (abandoned, unheard)] == [PUT_BY, PUT_BY]

    await house.live(msgspec.structs.replace(house.life, later=LATER, works=True))
    both = partial(is_at, house, [abandoned, unheard], FULL)
    await eventually("the sweep gave both back", both)

    await house.go(spent, "commit")
    assert await house.balance(spent) == SPENT
    with pytest.raises(Problem):
        await house.go(abandoned, "commit")
    await house.go(unheard, "reserve")  # says what came of it, and puts nothing by again
    assert await both()


async def is_at(house: House, sales: list[Sale], balance: Balance) -> bool:
    return all([await house.balance(each) == balance for each in sales])


async def test_at_any_moment_under_load_no_point_is_lost_or_spent_twice(house: House) -> None:
    chance = Random(SEED)  # noqa: S311 - the same in every run
    for _ in range(KILLS + 1):
        sales = [await house.sale() for _ in range(TILLS)]
        heard = struck_after(chance.randint(1, LAST_MOMENT), house)
        ends = await asyncio.gather(
            *(sell(house, sale, heard) for sale in sales), return_exceptions=True
        )
        await house.buried()
        assert {type(end) for end in ends} <= {NoAnswer, type(None)}, ends
        assert any(isinstance(end, NoAnswer) for end in ends)
        for sale in sales:
            assert await house.balance(sale) in STEPS.values()

        await house.live()
        for sale in sales:
            await sell(house, sale)
            assert await house.balance(sale) == FULL


def struck_after(steps: int, house: House) -> Callable[[], None]:
    """Give what tills call when they have heard: the last of so many steps is the server's last."""
    taken = count(1)

    def heard() -> None:
        if next(taken) == steps:
            house.strike()

    return heard


async def sell(house: House, sale: Sale, heard: Callable[[], None] = lambda: None) -> None:
    """Go on with the step that was not heard of."""
    for name in [*STEPS][sale.heard :]:
        await house.go(sale, name)
        sale.heard += 1
        heard()
