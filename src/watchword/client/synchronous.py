"""The client for programs that wait."""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TypeVar

import httpx

from watchword.client.acts import Act
from watchword.client.exchange import Answer, Lost, good_address, request_of, settled
from watchword.client.patience import Patience, luck
from watchword.client.shapes import Paged

T = TypeVar("T")


class Client:
    """Does acts, with the key of one organisation. Close it, or use it in a `with`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._patience = patience or Patience()
        self._sleep = sleep
        self._wire = httpx.Client(
            base_url=good_address(url),
            headers={"Authorization": f"Bearer {key}"},
            timeout=self._patience.timeout,
            transport=transport,
        )

    def do(self, act: Act[T]) -> T:
        """Do an act, and give what is answered. Raise `ClientFault` for whatever goes wrong."""
        tried = 1
        while True:
            outcome = self._try(act)
            pause = self._patience.pause(act, outcome, tried, luck())
            if pause is None:
                return settled(act, outcome)
            self._sleep(pause)
            tried += 1

    def each(self, act: Act[Paged[T]]) -> Iterator[T]:
        """Give all that a list has, page after page."""
        while True:
            page = self.do(act)
            yield from page.items
            if page.cursor is None:
                return
            act = act.after(page.cursor)

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _try(self, act: Act[T]) -> Answer | Lost:
        request = request_of(act)
        try:
            reply = self._wire.request(
                request.method, request.path, headers=request.headers, content=request.content
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            return Lost(type(fault).__name__, was_sent=False)
        except httpx.TransportError as fault:
            return Lost(type(fault).__name__)
        return Answer(status=reply.status_code, headers=reply.headers, content=reply.content)
