"""What is remembered for some seconds, and when it is read anew."""

from dataclasses import dataclass, field

import pytest

from watchword.foundation.remembered import Briefly, Remembered


@dataclass
class Shelf:
    """What is remembered, in time that passes when it is told to, and what was really read."""

    now: float = 0.0
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remembered = Remembered[str, str](fresh_for=3.0, seconds=lambda: self.now, most=2)

    async def find(self, key: str, value: str = "") -> str:
        async def read() -> str:
            self.read.append(key)
            return value

        return await self.remembered.find(key, read)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_what_was_read_is_not_read_again_while_it_is_fresh(shelf: Shelf) -> None:
    await shelf.find("a", "old")
    shelf.now = 2.9

    assert await shelf.find("a", "new") == "old"
    assert shelf.read == ["a"]


async def test_what_is_stale_is_read_anew(shelf: Shelf) -> None:
    await shelf.find("a", "old")
    shelf.now = 3.0

    assert await shelf.find("a", "new") == "new"


async def test_it_is_as_old_as_the_beginning_of_its_reading(shelf: Shelf) -> None:
    async def slowly() -> str:
        shelf.now = 2.0
        return "old"

    await shelf.remembered.find("a", slowly)
    shelf.now = 3.0

    assert await shelf.find("a", "new") == "new"


async def test_that_there_is_nothing_is_remembered_too(shelf: Shelf) -> None:
    await shelf.find("a")
    await shelf.find("a")

    assert shelf.read == ["a"]


async def test_what_is_forgotten_is_read_anew_and_the_rest_is_not(shelf: Shelf) -> None:
    await shelf.find("a", "old")
    await shelf.find("b", "old")

    shelf.remembered.forget("a")

    assert [await shelf.find(key, "new") for key in "ab"] == ["new", "old"]
    shelf.remembered.forget_all()
    assert [await shelf.find(key, "newer") for key in "ab"] == ["newer", "newer"]


@pytest.mark.parametrize("everything", [True, False])
async def test_what_was_forgotten_while_it_was_read_is_not_remembered(
    shelf: Shelf, *, everything: bool
) -> None:
    async def overtaken() -> str:
        if everything:
            shelf.remembered.forget_all()
        else:
            shelf.remembered.forget("a")
        return "old"

    assert await shelf.remembered.find("a", overtaken) == "old"

    assert await shelf.find("a", "new") == "new"


async def test_a_reading_that_fails_leaves_nothing(shelf: Shelf) -> None:
    async def failing() -> str:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await shelf.remembered.find("a", failing)

    assert await shelf.find("a", "new") == "new"


async def test_the_last_is_known_even_when_it_is_stale(shelf: Shelf) -> None:
    await shelf.find("a", "old")
    shelf.now = 100.0

    assert shelf.remembered.last("a") == "old"
    assert shelf.remembered.last("b") is None
    shelf.remembered.forget("a")
    assert shelf.remembered.last("a") is None


async def test_no_more_is_remembered_than_there_is_room_for(shelf: Shelf) -> None:
    for key in "abcabc":
        await shelf.find(key)

    assert shelf.read == [*"abcabc"]
    assert shelf.remembered.last("a") is None
    assert shelf.remembered.last("c") is not None


@dataclass
class Reader:
    """A pure function, in time that passes when it is told to; and what it was really asked."""

    now: float = 0.0
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.read = Briefly(self._read, seconds=lambda: self.now, fresh_for=5.0, most=2)

    def _read(self, typed: str, country: str = "DE") -> str:
        self.asked.append(typed)
        return f"{typed} {country}"


def test_what_was_asked_a_moment_ago_is_not_worked_out_again() -> None:
    reader = Reader()

    assert [reader.read("a"), reader.read("a"), reader.read("a", country="US")] == [
        "a DE",
        "a DE",
        "a US",
    ]
    assert reader.asked == ["a", "a"]


def test_some_seconds_later_nothing_of_it_is_known() -> None:
    reader = Reader()
    reader.read("a")
    reader.now = 5.0
    reader.read("b")
    reader.now = 5.1
    reader.read("a")

    assert reader.asked == ["a", "b", "a"]


def test_what_is_forgotten_is_worked_out_again() -> None:
    reader = Reader()
    reader.read("a")
    reader.read.forget()
    reader.read("a")

    assert reader.asked == ["a", "a"]


def test_no_more_is_known_than_there_is_room_for() -> None:
    reader = Reader()
    for typed in ("a", "b", "c", "a"):
        reader.read(typed)

    assert reader.asked == ["a", "b", "c", "a"]
