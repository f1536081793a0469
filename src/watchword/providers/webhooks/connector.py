"""Sends webhooks to addresses that strangers chose, and looks at each before it connects.

A name is resolved once for each connection. All that it stands for is checked, and what was
checked is connected to: a name that means something else a moment later gains nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from watchword.features.webhooks.rules import Answer, SignedRequest
from watchword.providers.channels.http_exchange import read_retry_after
from watchword.providers.channels.network import trust, word_for
from watchword.providers.webhooks.addresses import Fence, find_fault, is_open

SECONDS: Final = 20.0
LONGEST_REPLY: Final = 64 * 1024
IDLE_SECONDS: Final = 10.0
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "Watchword",
    "Accept-Encoding": "identity",
}

Found: TypeAlias = tuple[int, str]
"""A family of addresses, and an address of it."""
LookUp: TypeAlias = Callable[[str], Awaitable[Sequence[Found]]]


class Closed(OSError):
    """A name stands for an address that is closed to webhooks."""


class SafeConnector:
    """Fills the port `Connector`: no redirects, no proxies, no cookies, and one attempt each."""

    def __init__(
        self,
        fence: Fence,
        *,
        look_up: LookUp | None = None,
        ca_file: str | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`look_up` stands in for the resolver of the system, and `ca_file` for its authorities."""
        self._fence = fence
        self._look_up = look_up or ask_the_system
        self._ca_file = ca_file
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    def find_fault(self, url: str) -> str | None:
        return find_fault(url, self._fence)

    async def post(self, request: SignedRequest) -> Answer:
        if find_fault(request.url, self._fence) is not None:
            return Answer(word="address closed")  # The fence is narrower than it was.
        heard = _Heard()
        try:
            async with asyncio.timeout(self._seconds):
                await self._listen(heard, request)
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            if heard.status is None:
                return Answer(word=_word_for(fault))
            # The status was said. Nobody needs the rest.
        return Answer(
            word=f"HTTP {heard.status}", status=heard.status, retry_after=heard.retry_after
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _listen(self, heard: "_Heard", request: SignedRequest) -> None:
        async with self._open_session().post(
            request.url, headers=request.headers, data=request.body, allow_redirects=False
        ) as response:
            heard.status = response.status
            heard.retry_after = read_retry_after(response.headers.get("Retry-After"))
            length = 0
            async for part in response.content.iter_any():
                # What it says is nothing to us. Only a connection that was read to the end of a
                # reply can be used again.
                length += len(part)
                if length > LONGEST_REPLY:
                    response.close()
                    return

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                ssl=trust(self._ca_file),
                resolver=_Resolver(self._look_up, self._fence),
                use_dns_cache=False,
                limit=0,
                keepalive_timeout=IDLE_SECONDS,
                socket_factory=partial(checked_socket, self._fence),
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers=HEADERS,
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


class _Heard:
    status: int | None = None
    retry_after: timedelta | None = None


FAMILIES = {socket.AF_INET, socket.AF_INET6}


def checked_socket(fence: Fence, where: tuple[Any, ...]) -> socket.socket:
    """Make the socket of a connection: the last place where it is seen where that leads."""
    family, kind, protocol, _, address = where
    if family not in FAMILIES or not is_open(_with_scope(address), fence):
        raise Closed
    return socket.socket(family, kind, protocol)


class _Resolver(AbstractResolver):
    def __init__(self, look_up: LookUp, fence: Fence) -> None:
        self._look_up = look_up
        self._fence = fence

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._look_up(host)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "nothing found")
        # One bad address spoils them all: whoever mixes them has nothing good in mind.
        if not all(is_open(address, self._fence) for _, address in found):
            raise Closed
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=each,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for each, address in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def ask_the_system(host: str) -> Sequence[Found]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [
        (family, _with_scope(address)) for family, _, _, _, address in found if family in FAMILIES
    ]


def _with_scope(address: tuple[Any, ...]) -> str:
    """Give an address as text; one that is good on one network alone shows it."""
    scope = address[3] if len(address) > 3 else 0  # noqa: PLR2004 - how IPv6 is written down
    return f"{address[0]}%{scope}" if scope else str(address[0])


def _word_for(fault: BaseException) -> str:
    if _is_closed(fault):
        return "address closed"
    if isinstance(fault, aiohttp.ClientResponseError):
        return "reply not understood"
    was_connected = not isinstance(fault, aiohttp.ClientConnectorError)
    return word_for(fault, "connection lost" if was_connected else "no connection")


def _is_closed(fault: BaseException | None) -> bool:
    while fault is not None:
        if isinstance(fault, Closed):
            return True
        fault = fault.__cause__
    return False
