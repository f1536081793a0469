"""What a client can do to a server with connections alone, without any key."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.response import Stream
from structlog.testing import capture_logs

from watchword.web import health
from watchword.web.connections import (
    BODY_AT_MOST,
    HEAD_AT_MOST,
    HEADERS_AT_MOST,
    PIPELINED_AT_MOST,
    Connections,
    let_it_be_long,
)
from watchword.web.html.audience import Audience
from watchword.web.server import Server, open_port

HERE = "127.0.0.1"
PATIENCE = 0.5  # seconds; whoever waits for so long is found at the next full second
LONGER = 4 * PATIENCE
SOON = 60.0  # on a machine that does something else, too
LONG = 5 * BODY_AT_MOST
GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"


@post("/echo", status_code=200)
async def echo(request: Request[Any, Any, Any]) -> str:
    """Give the names of the headers, once the body is there."""
    await request.body()
    return " ".join(request.headers)


@post("/long", status_code=200, request_max_body_size=2**30)
async def take_long(request: Request[Any, Any, Any]) -> str:
    """Say how much came, of up to so much."""
    let_it_be_long(request.scope, LONG)
    return str(sum([len(piece) async for piece in request.stream()]))


@get("/slow")
async def answer_slowly() -> str:
    await asyncio.sleep(4 * PATIENCE)
    return "slow"


@get("/flood")
async def flood(state: State) -> Stream:
    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(64 * 1024)
                await asyncio.sleep(0)
        finally:
            state.ended.set()

    return Stream(parts())


@pytest.fixture
def app() -> Litestar:
    return Litestar(
        [health.is_alive, echo, take_long, answer_slowly, flood],
        state=State({"audience": Audience(), "ended": asyncio.Event()}),
        openapi_config=None,
        logging_config=None,
    )


@pytest.fixture
async def port(app: Litestar) -> AsyncIterator[int]:
    async with serving(app, Connections(patience=PATIENCE)) as port:
        yield port


@asynccontextmanager
async def serving(app: Litestar, connections: Connections) -> AsyncIterator[int]:
    listener = open_port(HERE, 0)
    server = Server(app, connections)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    reader, writer = await asyncio.open_connection(HERE, port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def say(port: int, *parts: bytes, pause: float = 0) -> bytes:
    """Say something, and give all that is said until the server hangs up."""
    async with connected(port) as (reader, writer), asyncio.timeout(SOON):
        listening = asyncio.create_task(everything(reader))
        for part in parts:
            if not listening.done():
                writer.write(part)
                await asyncio.sleep(pause)
        return await listening


async def everything(reader: StreamReader) -> bytes:
    heard = b""
    with suppress(ConnectionError):
        while part := await reader.read(4096):
            heard += part
    return heard


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(GET + b"X-Long: " + b"x" * HEAD_AT_MOST, id="one header"),
        pytest.param(GET + b"X: y\r\n" * (HEADERS_AT_MOST + 1), id="many headers"),
        pytest.param(b"GET /" + b"x" * HEAD_AT_MOST, id="the address"),
    ],
)
async def test_a_head_without_end_is_refused_as_soon_as_it_is_too_large(
    port: int, head: bytes
) -> None:
    said = await say(port, head)

    assert said.startswith(b"HTTP/1.1 431 ")
    assert b"64 KiB" in said


async def test_no_more_of_it_is_taken_than_that(port: int) -> None:
    async with connected(port) as (_, writer), asyncio.timeout(SOON):
        writer.write(GET)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(b"X-More: " + b"x" * 8000 + b"\r\n")
                await writer.drain()


async def test_a_large_head_that_ends_is_taken(port: int) -> None:
    head = GET + b"X-Long: " + b"x" * (HEAD_AT_MOST - 1024) + b"\r\nConnection: close\r\n\r\n"

    assert (await say(port, head)).startswith(b"HTTP/1.1 200 ")


async def test_who_says_nothing_is_hung_up_on(port: int) -> None:
    assert await say(port) == b""


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"GET"], id="begun"),
        pytest.param([GET, *[b"X: y\r\n"] * 100], id="one header after the other"),
        pytest.param([POST + b"Content-Length: 9\r\n\r\n", b"half"], id="half a body"),
        pytest.param([POST + b"Content-Length: 99\r\n\r\n", *[b"x"] * 80], id="letter by letter"),
    ],
)
async def test_a_request_that_does_not_come_to_its_end_is_not_waited_for(
    port: int, parts: list[bytes]
) -> None:
    said = await asyncio.wait_for(say(port, *parts, pause=0.03), SOON)

    assert said == b"" or said.startswith(b"HTTP/1.1 408 ")


async def test_it_is_said_that_the_time_is_over(port: int) -> None:
    assert (await say(port, GET)).startswith(b"HTTP/1.1 408 ")
    assert (await say(port, POST + b"Content-Length: 9\r\n\r\n")).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("junk", [b"", b"\r\n"])
async def test_between_two_requests_nobody_stays_for_ever(port: int, junk: bytes) -> None:
    said = await say(port, GET + b"\r\n", *[junk] * 100, pause=0.03)

    assert said.count(b"HTTP/1.1 ") == 1


async def test_whoever_waits_for_us_is_left_in_peace(port: int) -> None:
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    assert (await say(port, slow)).endswith(b"slow")


async def test_a_connection_may_be_used_for_as_long_as_it_is_in_use(app: Litestar) -> None:
    async with (
        serving(app, Connections(patience=LONGER)) as port,
        connected(port) as (reader, writer),
        asyncio.timeout(SOON),
    ):
        for _ in range(14):
            writer.write(GET + b"\r\n")
            assert b" 200 " in await reader.readuntil(b"alive\n")
            await asyncio.sleep(PATIENCE / 2)


async def test_who_does_not_listen_is_hung_up_on(app: Litestar, port: int) -> None:
    async with connected(port) as (_, writer), asyncio.timeout(SOON):
        writer.write(b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")

        await app.state.ended.wait()


async def test_what_stands_behind_a_body_is_no_header(port: int) -> None:
    head = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

    said = await say(port, head, b"1\r\nx\r\n0\r\nAuthorization: Bearer x\r\n\r\n", pause=0.05)

    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"authorization" not in said


async def test_a_body_that_nobody_reads_is_not_taken_for_ever(app: Litestar) -> None:
    head = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    async with (
        serving(app, Connections(patience=2 * SOON)) as port,
        connected(port) as (_, writer),
        asyncio.timeout(SOON),
    ):
        writer.write(head)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(bytes(BODY_AT_MOST))
                await writer.drain()


async def test_a_long_body_is_taken_where_a_handler_says_that_it_reads_one(
    app: Litestar,
) -> None:
    head = b"POST /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    size = 4 * BODY_AT_MOST
    async with (
        serving(app, Connections(patience=LONGER)) as port,
        connected(port) as (reader, writer),
        asyncio.timeout(SOON),
    ):
        writer.write(head % size)
        for _ in range(16):
            writer.write(bytes(size // 16))
            await writer.drain()
            await asyncio.sleep(PATIENCE / 2)
        said = await reader.read()

    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.endswith(str(size).encode())


async def test_a_long_body_has_an_end_too_and_may_not_stand_still(port: int) -> None:
    head = b"POST /long HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    async with connected(port) as (_, writer), asyncio.timeout(SOON):
        writer.write(head)
        with pytest.raises(ConnectionError):
            while True:
                writer.write(bytes(BODY_AT_MOST))
                await writer.drain()

    assert b" 408 " in await say(port, head, b"x", pause=0.05)


async def test_few_requests_may_be_sent_ahead_and_many_may_not(port: int) -> None:
    last = GET + b"Connection: close\r\n\r\n"
    few = await say(port, (GET + b"\r\n") * (PIPELINED_AT_MOST - 1) + last)
    many = await say(port, (GET + b"\r\n") * 1000)

    assert few.count(b"alive\n") == PIPELINED_AT_MOST
    assert many.count(b"alive\n") < PIPELINED_AT_MOST


async def test_there_are_not_more_connections_than_there_may_be(app: Litestar) -> None:
    with capture_logs() as logs:
        async with (
            serving(app, Connections(most=3, patience=LONGER)) as port,
            AsyncExitStack() as all_of_them,
            asyncio.timeout(SOON),
        ):
            silent = [await all_of_them.enter_async_context(connected(port)) for _ in range(3)]
            turned_away = [await say(port, GET + b"\r\n") for _ in range(5)]
            hung_up_on = [await everything(reader) for reader, _ in silent]
            answered = await say(port, GET + b"Connection: close\r\n\r\n")

    assert turned_away == [b""] * 5
    assert hung_up_on == [b""] * 3
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert logs == [{"event": "server.full", "log_level": "warning", "connections": 3}]
