"""One HTTP request to a provider and its reply, or what is sure when there is none."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Final

import aiohttp

from watchword.features.delivery.departures.service import about_to_leave
from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.providers.channels.network import trust, word_for

SECONDS: Final = re.compile(r"[0-9]+")
LONGEST_REPLY = 64 * 1024
LONGEST_REFERENCE = 200
LONGEST_PAUSE = timedelta(days=1)

# A connection that the other side closed while it was idle looks as one that was lost after
# sending, and would leave us uncertain. So we let go of it before others commonly do.
IDLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    retry_after: timedelta | None = None


class HttpExchange:
    """Keeps connections to one provider. It sends once: no redirects, no cookies, no repeats."""

    def __init__(
        self,
        timeout_seconds: float,
        ca_file: str | None = None,
        *,
        longest_reply: int = LONGEST_REPLY,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._longest_reply = longest_reply
        self._trust = trust(ca_file)
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Reply | Unavailable | Uncertain:
        heard = _Heard()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                await self._listen(heard, method, url, headers, body)
        except (aiohttp.ClientError, OSError) as fault:
            if not heard.connected:
                return Unavailable(word_for(fault))
            if heard.status is None:
                return Uncertain(word_for(fault, "connection lost"))
            # The status was said; only the words that explain it were lost.
        return Reply(heard.status or 0, bytes(heard.body), heard.retry_after)

    async def _listen(
        self, heard: "_Heard", method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        async with self._open_session().request(
            method, url, headers=headers, data=body, allow_redirects=False, trace_request_ctx=heard
        ) as response:
            heard.status = response.status
            heard.retry_after = read_retry_after(response.headers.get("Retry-After"))
            async for part in response.content.iter_any():
                heard.body += part[: self._longest_reply - len(heard.body)]
                if len(heard.body) == self._longest_reply:
                    response.close()
                    return

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._trust, keepalive_timeout=IDLE_SECONDS)
            watch = aiohttp.TraceConfig()
            watch.on_connection_create_end.append(_note_connection)
            watch.on_connection_reuseconn.append(_note_connection)
            # What its name tells of is about to happen: they are not written yet.
            watch.on_request_headers_sent.append(_look_once_more)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers={"Accept-Encoding": "identity", "User-Agent": "Watchword"},
                auto_decompress=False,
                trust_env=False,
                middlewares=[_only_once],
                trace_configs=[watch],
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


@dataclass(slots=True)
class _Heard:
    """How far an exchange came. Before there is a connection, nothing can have been sent."""

    connected: bool = False
    status: int | None = None
    retry_after: timedelta | None = None
    body: bytearray = field(default_factory=bytearray)


async def _note_connection(
    session: aiohttp.ClientSession, context: SimpleNamespace, _: object
) -> None:
    context.trace_request_ctx.connected = True


async def _look_once_more(_: aiohttp.ClientSession, __: SimpleNamespace, ___: object) -> None:
    await about_to_leave()


class _Lost(aiohttp.ClientConnectionError):
    """A connection broke after something may have been sent."""


async def _only_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a PUT again by itself, which may reach the customer twice."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as fault:
        raise _Lost from fault


def read_retry_after(value: str | None) -> timedelta | None:
    """Read a pause in seconds. A date is passed over: whoever asks again decides then."""
    if value is None or not SECONDS.fullmatch(value):
        return None
    return min(timedelta(seconds=int(value[:9])), LONGEST_PAUSE)


def read_reference(value: object) -> str | None:
    """Take a provider's name for a message, if it is one that can be kept."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    reference = str(value)
    tidy = 0 < len(reference) <= LONGEST_REFERENCE and reference.isprintable()
    return reference if tidy else None
