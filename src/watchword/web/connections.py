"""Connections: how many there may be, and how much and how long each may take to make a request.

All that is limited here can be had without an API key, so nobody may have much of it.
"""

import asyncio
import resource
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

MOST = 2000
PATIENCE = 10.0  # seconds for a head, and again for a body, and again for us to be heard
HEAD_AT_MOST = 64 * 1024
HEADERS_AT_MOST = 256  # each takes up many times the space of its bytes
BODY_AT_MOST = 512 * 1024  # far beyond what is read, so that the refusal of it can be heard
LONG_BODY = "watchword.long_body"
"""Where a handler finds how to say that it reads a longer body; see `let_it_be_long`."""
PIECE = 16 * 1024
PIPELINED_AT_MOST = 16  # requests that were sent before the one in front was answered

OTHER_FILES = 128  # that a process has open: the database, providers, and what Python needs
FEWEST = 16
SAID_EVERY = 1.0  # seconds

log = structlog.get_logger()


def let_it_be_long(scope: Mapping[str, Any], most: int) -> None:
    """Take a body of so many bytes, once it is known who sends it: it is read as it comes, and
    takes as long as it does while more of it keeps coming."""
    expect = (scope.get("extensions") or {}).get(LONG_BODY)
    if expect is not None:
        expect(most)


class Connections(ServerState):
    """All connections of one process, and the watch over those that wait for their client."""

    def __init__(self, most: int = MOST, patience: float = PATIENCE) -> None:
        super().__init__()
        self._most = most
        self._patience = patience
        self._said_at = float("-inf")

    @property
    def is_overfull(self) -> bool:
        return len(self.connections) > self._most

    def say_full(self, now: float) -> None:
        if now - self._said_at >= SAID_EVERY:
            self._said_at = now
            log.warning("server.full", connections=self._most)

    def look_after(self, now: float) -> None:
        """End those whose clients let us wait for too long."""
        for connection in [*self.connections]:
            if isinstance(connection, Connection):
                connection.look(now, self._patience)


class Connection(HttpToolsProtocol):
    """One connection. A request on it is a head, which may be followed by a body."""

    server_state: Connections

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - it is only handed on
        super().__init__(*given, **named)
        self._is_head_open = False
        self._is_body_open = False
        self._taken = 0
        self._body_at_most = BODY_AT_MOST
        self._waits_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        if self.server_state.is_overfull:
            self.server_state.say_full(self._waits_since)
            self.connections.discard(self)
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if len(data) <= PIECE:
            self._take(data)
            return
        for start in range(0, len(data), PIECE):
            if self.transport.is_closing():
                return
            self._take(data[start : start + PIECE])

    def _take(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_head_open:
            self._taken += len(data)
            if self._taken > HEAD_AT_MOST or len(self.headers) > HEADERS_AT_MOST:
                self._refuse(431, "The head of a request has 64 KiB and 256 headers at most.")
        elif self._is_body_open:
            self._taken += len(data)
            if self._body_at_most > BODY_AT_MOST:
                self._waits_since = None
            if self._taken > self._body_at_most:
                self.transport.close()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= PIPELINED_AT_MOST:
            self.transport.abort()
            raise _TooManyAtOnce  # so that the parser stops; nobody hears of it
        super().on_message_begin()
        self._is_head_open = True
        self._taken = 0
        if self.cycle is not None:
            self._waits_since = None  # Until now it was just not in use.

    def on_headers_complete(self) -> None:
        self._body_at_most = BODY_AT_MOST
        self.scope["extensions"] = {LONG_BODY: self._expect}  # type: ignore[dict-item]
        super().on_headers_complete()
        self._is_head_open = False
        self._is_body_open = True
        self._taken = 0
        self._waits_since = None
        # What stands behind a body is no header, and would come after the key was looked at.
        self.headers = NOTHING

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_body_open = False
        self._waits_since = None

    def _expect(self, most: int) -> None:
        self._body_at_most = max(most, BODY_AT_MOST)

    def look(self, now: float, patience: float) -> None:
        """See whether we wait for the client, and end what has lasted for too long."""
        if not self._waits_for_client():
            self._waits_since = None
        elif self._waits_since is None:
            self._waits_since = now
        elif now - self._waits_since < patience:
            pass
        elif self.flow.write_paused or self.transport.is_closing():
            self.transport.abort()
        else:
            self._refuse(408, "The request did not come to its end in time.")

    def _waits_for_client(self) -> bool:
        if self.flow.write_paused or self.transport.is_closing():
            return True
        if self.flow.read_paused:
            return False
        return self._is_head_open or self._is_body_open or self._is_idle

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _refuse(self, status: int, because: str) -> None:
        """Say why, unless that would stand in the middle of another answer; and hang up."""
        in_a_body = self._is_body_open and not self.pipeline and not self.cycle.response_started
        if in_a_body or (self._is_head_open and self._is_idle):
            self.transport.write(_answer(status, because))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


class _TooManyAtOnce(Exception):
    pass


class _Nothing(list[tuple[bytes, bytes]]):
    def append(self, _: tuple[bytes, bytes], /) -> None:
        """Let it go."""


NOTHING = _Nothing()


def _answer(status: int, because: str) -> bytes:
    said = f"{because}\n".encode()
    lines = [
        b"content-type: text/plain; charset=utf-8",
        b"content-length: %d" % len(said),
        b"cache-control: no-store",
        b"connection: close",
    ]
    return STATUS_LINE[status] + b"\r\n".join([*lines, b"", said])


def as_many_as_can_be() -> int:
    """Ask for all files that we may open, and give the number of connections for which they do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # some systems name a limit that they do not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    is_unlimited = soft == resource.RLIM_INFINITY
    return MOST if is_unlimited else max(min(MOST, soft - OTHER_FILES), FEWEST)
