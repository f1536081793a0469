"""The client for programs that do many things at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

import httpx

from watchword.client.acts import Act
from watchword.client.exchange import Answer, Lost, good_address, request_of, settled
from watchword.client.patience import Patience, luck
from watchword.client.shapes import Paged

T = TypeVar("T")


class AsyncClient:
    """Does acts, with the key of one organisation. Close it, or use it in an `async with`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._patience = patience or Patience()
        self._sleep = sleep
        self._wire = httpx.AsyncClient(
            base_url=good_address(url),
            headers={"Authorization": f"Bearer {key}"},
            timeout=self._patience.timeout,
            transport=transport,
        )

    async def do(self, act: Act[T]) -> T:
        """Do an act, and give what is answered. Raise `ClientFault` for whatever goes wrong."""
        tried = 1
        while True:
            outcome = await self._try(act)
            pause = self._patience.pause(act, outcome, tried, luck())
            if pause is None:
                return settled(act, outcome)
            await self._sleep(pause)
            tried += 1

    async def each(self, act: Act[Paged[T]]) -> AsyncIterator[T]:
        """Give all that a list has, page after page."""
        while True:
            page = await self.do(act)
            for item in page.items:
                yield item
            if page.cursor is None:
                return
            act = act.after(page.cursor)

    async def close(self) -> None:
        await self._wire.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _try(self, act: Act[T]) -> Answer | Lost:
        request = request_of(act)
        try:
            reply = await self._wire.request(
                request.method, request.path, headers=request.headers, content=request.content
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            return Lost(type(fault).__name__, was_sent=False)
        except httpx.TransportError as fault:
            return Lost(type(fault).__name__)
        return Answer(status=reply.status_code, headers=reply.headers, content=reply.content)
