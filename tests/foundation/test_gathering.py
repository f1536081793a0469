"""Work that is shared: who is served alone, who together, and what becomes of faults."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.foundation.gathering import Gathering
from watchword.foundation.storage import StorageUnavailable


@dataclass
class Counter:
    """Answers with what was asked, told twice; as slowly as it is let."""

    is_open: bool = True
    faults: dict[str, Exception] = field(default_factory=dict)
    served: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.goes_on = asyncio.Event()
        if self.is_open:
            self.goes_on.set()

    async def serve(self, key: str, asked: Sequence[str]) -> Sequence[str]:
        self.served.append((key, [*asked]))
        await self.goes_on.wait()
        await asyncio.sleep(0)
        for each in asked:
            if each in self.faults:
                raise self.faults[each]
        return [each * 2 for each in asked]


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_comes_alone_is_served_at_once() -> None:
    counter = Counter()
    gathering = Gathering(counter.serve)

    assert [await gathering.ask("bank", "a"), await gathering.ask("bank", "b")] == ["aa", "bb"]
    assert counter.served == [("bank", ["a"]), ("bank", ["b"])]


async def test_who_comes_meanwhile_is_served_together_with_the_others() -> None:
    counter = Counter(is_open=False)
    gathering = Gathering(counter.serve)

    asked = [asyncio.create_task(gathering.ask("bank", each)) for each in "abc"]
    await turns()
    counter.goes_on.set()

    assert await asyncio.gather(*asked) == ["aa", "bb", "cc"]
    assert counter.served == [("bank", ["a"]), ("bank", ["b", "c"])]


async def test_one_key_does_not_wait_for_another() -> None:
    counter = Counter(is_open=False)
    gathering = Gathering(counter.serve)

    asked = [asyncio.create_task(gathering.ask(key, "a")) for key in ("bank", "shop")]
    await turns()

    assert counter.served == [("bank", ["a"]), ("shop", ["a"])]
    counter.goes_on.set()
    await asyncio.gather(*asked)


async def test_one_that_cannot_be_served_takes_nobody_with_it() -> None:
    counter = Counter(is_open=False, faults={"b": ValueError("b")})
    gathering = Gathering(counter.serve)

    asked = [asyncio.create_task(gathering.ask("bank", each)) for each in "abc"]
    await turns()
    counter.goes_on.set()

    a, b, c = await asyncio.gather(*asked, return_exceptions=True)
    assert (a, c) == ("aa", "cc")
    assert isinstance(b, ValueError)


async def test_where_the_database_is_away_nobody_asks_it_again_for_each() -> None:
    counter = Counter(is_open=False, faults={"b": StorageUnavailable("away")})
    gathering = Gathering(counter.serve)

    asked = [asyncio.create_task(gathering.ask("bank", each)) for each in "abc"]
    await turns()
    counter.goes_on.set()

    a, *others = await asyncio.gather(*asked, return_exceptions=True)
    assert a == "aa"
    assert [type(each) for each in others] == [StorageUnavailable] * 2
    assert len(counter.served) == 2


@pytest.mark.parametrize("gone", [0, 1])
async def test_whoever_waits_no_more_is_in_nobodys_way(gone: int) -> None:
    counter = Counter(is_open=False)
    gathering = Gathering(counter.serve)

    asked = [asyncio.create_task(gathering.ask("bank", each)) for each in "abc"]
    await turns()
    asked.pop(gone).cancel()
    counter.goes_on.set()

    said = await asyncio.wait_for(asyncio.gather(*asked), 60)
    assert said == [each * 2 for number, each in enumerate("abc") if number != gone]
    assert await gathering.ask("bank", "d") == "dd"


@given(st.lists(st.tuples(st.sampled_from("xy"), st.text("abc", max_size=2))), st.integers(1, 4))
def test_everybody_gets_their_own_answer_and_is_served_once(
    asked: list[tuple[str, str]], most: int
) -> None:
    async def serve() -> tuple[list[str], Counter]:
        counter = Counter()
        gathering = Gathering(counter.serve, most=most)
        said = await asyncio.gather(*(gathering.ask(*each) for each in asked))
        return [*said], counter

    said, counter = asyncio.run(serve())

    assert said == [each * 2 for _, each in asked]
    assert all(len(together) <= most for _, together in counter.served)
    for key in "xy":
        served = [each for name, together in counter.served if name == key for each in together]
        assert served == [each for name, each in asked if name == key]
