"""Work that is shared: whoever asks while some is under way is served together with the others.

A transaction for fifty takes little longer than one for a single one. Nobody waits for company,
though: who asks while nothing is under way is served at once, and alone.
"""

import asyncio
from asyncio import Future, Task
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

from watchword.foundation.storage.faults import StorageUnavailable

Key = TypeVar("Key")
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Waiting: TypeAlias = tuple[Asked, Future[Answer]]

TOGETHER_AT_MOST = 100


class Gathering(Generic[Key, Asked, Answer]):
    """What is asked under one key is served in turns; different keys do not wait for each other."""

    def __init__(
        self,
        serve: Callable[[Key, Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        most: int = TOGETHER_AT_MOST,
    ) -> None:
        """`serve` gives an answer for each, in the order in which they were handed to it."""
        self._serve = serve
        self._most = most
        self._waiting: dict[Key, deque[Waiting[Asked, Answer]]] = {}
        self._turns: set[Task[None]] = set()

    async def ask(self, key: Key, asked: Asked) -> Answer:
        waiting = self._waiting.get(key)
        if waiting is not None:
            answer: Future[Answer] = asyncio.get_running_loop().create_future()
            waiting.append((asked, answer))
            return await answer
        self._waiting[key] = deque()
        try:
            return (await self._serve(key, [asked]))[0]
        finally:
            self._pass_on(key)

    def _pass_on(self, key: Key) -> None:
        """Let those have their turn who have come meanwhile."""
        if not self._waiting[key]:
            del self._waiting[key]
            return
        turn = asyncio.create_task(self._take_turn(key))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    async def _take_turn(self, key: Key) -> None:
        waiting = self._waiting[key]
        try:
            while waiting:
                some = [waiting.popleft() for _ in range(min(len(waiting), self._most))]
                await self._serve_some(key, some)
        finally:
            self._pass_on(key)

    async def _serve_some(self, key: Key, some: Sequence[Waiting[Asked, Answer]]) -> None:
        try:
            answers = await self._serve(key, [asked for asked, _ in some])
        except StorageUnavailable as fault:
            for _, answer in some:
                _fail(answer, fault)
        except Exception as fault:  # noqa: BLE001 - whoever asked hears of it
            await self._serve_each(key, some, fault)
        else:
            for (_, answer), said in zip(some, answers, strict=True):
                if not answer.done():  # Its task may have been cancelled.
                    answer.set_result(said)

    async def _serve_each(
        self, key: Key, some: Sequence[Waiting[Asked, Answer]], fault: Exception
    ) -> None:
        """Serve each by itself: one that cannot be served must not take others with it."""
        if len(some) == 1:
            _fail(some[0][1], fault)
            return
        for each in some:
            await self._serve_some(key, [each])


def _fail(answer: "Future[Answer]", fault: Exception) -> None:
    if not answer.done():
        answer.set_exception(fault)
