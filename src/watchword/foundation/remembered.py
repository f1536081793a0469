"""What is looked up again and again, and may be some seconds old."""

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, ParamSpec, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
Asked = ParamSpec("Asked")

KNOWN_AT_MOST = 10_000


class Remembered(Generic[Key, Value]):
    """Keeps what was read for a while, so that it need not be read each time.

    What is changed in this process is forgotten by name, and so holds at once. What another
    process changes holds here when the seconds are over.
    """

    def __init__(
        self,
        *,
        fresh_for: float,
        seconds: Callable[[], float] = monotonic,
        most: int = KNOWN_AT_MOST,
    ) -> None:
        """`seconds`: a steady clock, by which what is remembered grows stale."""
        self._fresh_for = fresh_for
        self._seconds = seconds
        self._most = most
        self._known: dict[Key, tuple[float, Value]] = {}

    async def find(self, key: Key, read: Callable[[], Awaitable[Value]]) -> Value:
        """Give what is remembered, or what `read` gives now."""
        known, now = self._known, self._seconds()
        if key in known and now - known[key][0] < self._fresh_for:
            return known[key][1]
        value = await read()
        if len(known) >= self._most:
            known.clear()
        known[key] = (now, value)
        return value

    def last(self, key: Key) -> Value | None:
        """Give what was remembered last, however long ago; nothing, if that is forgotten."""
        return self._known[key][1] if key in self._known else None

    def forget(self, key: Key) -> None:
        self._known = {each: value for each, value in self._known.items() if each != key}

    def forget_all(self) -> None:
        # A new one here and in `forget`: who is just reading writes what was read into the old one.
        self._known = {}


class Briefly(Generic[Asked, Value]):
    """A pure function that need not be asked twice in one breath.

    What it was asked may be somebody's address. So nothing of it is known for longer than some
    seconds while anything is asked at all, and `forget` lets go of it at once.
    """

    def __init__(
        self,
        work: Callable[Asked, Value],
        *,
        seconds: Callable[[], float] = monotonic,
        fresh_for: float = 5.0,
        most: int = 4096,
    ) -> None:
        self._work = work
        self._seconds = seconds
        self._fresh_for = fresh_for
        self._most = most
        self._since = float("-inf")
        self._known: dict[object, Value] = {}

    def __call__(self, *asked: Asked.args, **named: Asked.kwargs) -> Value:
        now = self._seconds()
        if now - self._since >= self._fresh_for or len(self._known) >= self._most:
            self._since, self._known = now, {}
        key = (asked, *sorted(named.items()))
        if key not in self._known:
            self._known[key] = self._work(*asked, **named)
        return self._known[key]

    def forget(self) -> None:
        self._known = {}
