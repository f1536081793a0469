"""What happens to a request with a key: it is done once, and answered as often as asked."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

import pytest

from tests.stores import BANK, SHOP, MovableTime, at_rest, new_sealer
from watchword.features.idempotency.rules import KEPT_FOR, Once, OtherBody, once
from watchword.features.idempotency.service import Requests
from watchword.features.idempotency.store import RequestCensus
from watchword.foundation.ids import EVERYWHERE, OrganisationId
from watchword.foundation.storage import Storage

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Done:
    word: ClassVar = "done"

    number: int
    note: str = "card 4711"


@dataclass(frozen=True)
class Refused:
    """An outcome that is not kept."""

    word: ClassVar = "refused"


def request(key: str = "k", body: bytes = b"{}", client: str = "c") -> Once:
    return once(key, client=client, route="POST /v1/challenges", body=body)


@dataclass
class Work:
    """Something that must not happen twice, and counts how often it did."""

    storage: Storage
    refuses: bool = False
    takes: float = 0.0
    done: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.requests = Requests(storage=self.storage, sealer=new_sealer())

    async def ask(self, once: Once | None, whose: OrganisationId = BANK) -> object:
        async with self.storage.begin(whose) as transaction:
            return await self.requests.once(transaction, whose, once, (Done,), self._do)

    async def _do(self) -> Done | Refused:
        number = len(self.done) + 1
        self.done.append(number)
        await asyncio.sleep(self.takes)
        return Refused() if self.refuses else Done(number)


@pytest.fixture
def work(house: Storage) -> Work:
    return Work(house)


class TestARequest:
    async def test_that_is_new_is_done(self, work: Work) -> None:
        assert await work.ask(request()) == Done(1)

    async def test_that_comes_again_is_answered_again_and_not_done(self, work: Work) -> None:
        answers = [await work.ask(request()) for _ in range(3)]

        assert answers == [Done(1)] * 3
        assert work.done == [1]

    async def test_that_asks_for_something_else_under_the_same_key_is_refused(
        self, work: Work
    ) -> None:
        await work.ask(request(body=b'{"a": 1}'))

        assert await work.ask(request(body=b'{"a": 2}')) == OtherBody()
        assert await work.ask(request(body=b'{"a": 1}')) == Done(1)
        assert work.done == [1]

    async def test_that_was_refused_may_be_granted_later(self, work: Work) -> None:
        work.refuses = True
        assert await work.ask(request()) == Refused()

        work.refuses = False
        assert await work.ask(request()) == Done(2)
        assert await work.ask(request()) == Done(2)

    async def test_that_was_refused_may_ask_for_something_else(self, work: Work) -> None:
        work.refuses = True
        await work.ask(request(body=b"1"))

        work.refuses = False
        assert await work.ask(request(body=b"2")) == Done(2)
        assert await work.ask(request(body=b"1")) == OtherBody()

    async def test_without_a_key_is_done_every_time(self, work: Work) -> None:
        assert [await work.ask(None) for _ in range(2)] == [Done(1), Done(2)]

    async def test_that_failed_is_as_if_it_had_never_come(self, work: Work, house: Storage) -> None:
        async def fail() -> Done:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            async with house.begin(BANK) as transaction:
                await work.requests.once(transaction, BANK, request(), (Done,), fail)

        assert await work.ask(request(body=b"something else")) == Done(1)


class TestAnotherOne:
    async def test_under_the_same_key_from_another_client_is_done(self, work: Work) -> None:
        await work.ask(request(client="c"))

        assert await work.ask(request(client="d")) == Done(2)

    async def test_under_the_same_key_in_another_organisation_is_done(self, work: Work) -> None:
        assert await work.ask(request(), BANK) == Done(1)
        assert await work.ask(request(), SHOP) == Done(2)
        assert await work.ask(request(), BANK) == Done(1)


class TestAtTheSameTime:
    async def test_the_second_waits_and_gets_the_answer_of_the_first(self, work: Work) -> None:
        work.takes = 0.05

        answers = await asyncio.gather(*(work.ask(request()) for _ in range(5)))

        assert answers == [Done(1)] * 5
        assert work.done == [1]

    async def test_the_second_is_done_when_the_first_was_refused(self, work: Work) -> None:
        work.refuses, work.takes = True, 0.05

        answers = await asyncio.gather(*(work.ask(request()) for _ in range(3)))

        assert answers == [Refused()] * 3
        assert work.done == [1, 2, 3]

    async def test_the_second_is_done_when_the_first_failed(
        self, work: Work, house: Storage
    ) -> None:
        begun = asyncio.Event()

        async def fail() -> Done:
            begun.set()
            await asyncio.sleep(0.05)
            raise ZeroDivisionError

        async def first() -> None:
            async with house.begin(BANK) as transaction:
                await work.requests.once(transaction, BANK, request(), (Done,), fail)

        failing = asyncio.create_task(first())
        await begun.wait()

        assert await work.ask(request()) == Done(1)
        with pytest.raises(ZeroDivisionError):
            await failing

    async def test_requests_with_other_keys_are_each_done(self, work: Work) -> None:
        answers = await asyncio.gather(*(work.ask(request(key=f"k{n}")) for n in range(5)))

        assert {type(answer) for answer in answers} == {Done}
        assert len(work.done) == 5


class TestAfterADay:
    async def test_a_key_may_be_used_anew(self, work: Work, time: MovableTime) -> None:
        await work.ask(request(body=b"1"))
        time.pass_by(KEPT_FOR)
        assert await work.ask(request(body=b"1")) == Done(1)

        time.pass_by(SECOND)

        assert await work.ask(request(body=b"2")) == Done(2)
        assert await work.ask(request(body=b"2")) == Done(2)

    async def test_answers_are_forgotten_in_all_organisations(
        self, work: Work, time: MovableTime
    ) -> None:
        await work.ask(request(), BANK)
        await work.ask(request(), SHOP)
        time.pass_by(KEPT_FOR)
        assert await work.requests.forget(500) == 0

        time.pass_by(SECOND)

        assert await work.requests.forget(500) == 2
        assert await work.ask(request()) == Done(3)


async def test_an_answer_cannot_be_read_where_it_rests(work: Work, migrated: str) -> None:
    await work.ask(request(key="the key of a client", body=b"+491701234567"))
    stolen = await at_rest(migrated)

    for word in ("card 4711", "the key of a client", "+491701234567"):
        assert word.encode() not in stolen


async def test_answers_are_counted_by_the_key_that_seals_them(work: Work, house: Storage) -> None:
    await work.ask(request("a"))
    await work.ask(request("b"))
    work.refuses = True
    await work.ask(request("c"))

    async with house.reading(EVERYWHERE) as transaction:
        assert await RequestCensus(transaction).by_outbox_key() == {1: 2}
