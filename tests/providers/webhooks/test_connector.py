"""What is said to a receiver, what is heard of it, and nothing more."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from aiohttp import web

from tests.providers.webhooks.wires import (
    BODY,
    HEADERS,
    HERE,
    NAME,
    SHUT,
    STRICT,
    Canary,
    Resolver,
    connecting,
    found,
    listening,
    request_to,
)
from tests.stand_ins.certificates import Certificate, authority
from tests.stand_ins.http_gateway import (
    HALF_A_REPLY,
    HANG,
    RESET,
    Fault,
    Gateway,
    running_gateway,
)
from tests.stand_ins.http_gateway import (
    Answer as Reply,
)
from watchword.features.webhooks.rules import Answer
from watchword.providers.webhooks.connector import (
    LONGEST_REPLY,
    Found,
    ask_the_system,
)


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    async with listening() as canary:
        yield canary


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


class TestARequest:
    async def test_says_what_the_standard_asks_for_and_no_more(self, gateway: Gateway) -> None:
        async with connecting() as connector:
            await connector.post(request_to(f"{gateway.url}/in?a=1"))

        [asked] = gateway.requests
        assert (asked.method, asked.path, asked.body) == ("POST", "/in?a=1", BODY)
        assert asked.headers["Content-Type"] == "application/json"
        assert asked.headers["User-Agent"] == "Watchword"
        assert {name: asked.headers[name] for name in HEADERS} == HEADERS
        assert not {"Cookie", "Authorization", "Referer", "Origin"} & {*asked.headers}

    async def test_goes_to_what_was_checked_by_the_name_that_was_asked_for(self) -> None:
        seen: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().ca.issue_cert(NAME).configure_cert(context)
        context.sni_callback = lambda _socket, name, _context: seen.append(name)
        resolver = Resolver([found("127.0.0.1")])
        async with running_gateway(context) as gateway, connecting(HERE, resolver) as connector:
            port = gateway.url.rpartition(":")[2]
            answer = await connector.post(request_to(f"https://{NAME}:{port}/"))

            [asked] = gateway.requests
            assert answer.status == 200
            assert (seen, asked.headers["Host"]) == ([NAME], f"{NAME}:{port}")
            assert resolver.asked == [NAME]

    @pytest.mark.parametrize("kind", ["expired", "wrong name", "unknown authority"])
    async def test_is_not_made_where_the_certificate_is_not_good(self, kind: Certificate) -> None:
        context = authority().server_context(kind)
        async with running_gateway(context) as gateway, connecting() as connector:
            answer = await connector.post(request_to(gateway.url))

            assert answer == Answer(word="TLS failed")
            assert gateway.requests == []

    async def test_shares_a_connection_with_others(self, gateway: Gateway) -> None:
        async with connecting() as connector:
            for _ in range(5):
                await connector.post(request_to(gateway.url))

        assert (len(gateway.requests), len(gateway.connections)) == (5, 1)

    async def test_gives_no_cookie_back(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().ca.issue_cert(NAME).configure_cert(context)
        resolver = Resolver([found("127.0.0.1")])
        async with running_gateway(context) as gateway, connecting(HERE, resolver) as connector:
            gateway.behave(Reply(headers={"Set-Cookie": "a=b"}))
            for _ in range(2):
                port = gateway.url.rpartition(":")[2]
                await connector.post(request_to(f"https://{NAME}:{port}/"))

            assert ["Cookie" in asked.headers for asked in gateway.requests] == [False, False]


class TestAnAnswer:
    @pytest.mark.parametrize("status", [200, 204, 302, 404, 410, 500])
    async def test_is_its_status(self, gateway: Gateway, status: int) -> None:
        gateway.behave(Reply(status=status))
        async with connecting() as connector:
            answer = await connector.post(request_to(gateway.url))

        assert answer == Answer(word=f"HTTP {status}", status=status)

    async def test_may_say_when_to_come_again(self, gateway: Gateway) -> None:
        gateway.behave(Reply(status=503, headers={"Retry-After": "120"}))
        async with connecting() as connector:
            answer = await connector.post(request_to(gateway.url))

        assert answer.retry_after == timedelta(minutes=2)

    @pytest.mark.parametrize(
        ("fault", "answer"),
        [
            (HANG, Answer(word="timeout")),
            (RESET, Answer(word="connection lost")),
            (HALF_A_REPLY, Answer(word="HTTP 201", status=201)),
        ],
    )
    async def test_may_fail_to_come(self, gateway: Gateway, fault: Fault, answer: Answer) -> None:
        gateway.behave(fault)
        async with connecting(seconds=0.5) as connector:
            assert await connector.post(request_to(gateway.url)) == answer

    async def test_of_nobody_is_a_word_of_ours(self, canary: Canary) -> None:
        async with listening() as gone:
            port = gone.port
        async with connecting() as connector:
            answer = await connector.post(request_to(f"http://127.0.0.1:{port}/"))

        assert answer == Answer(word="connection refused")

    @pytest.mark.parametrize("known", [[], None])
    async def test_of_a_name_that_nobody_knows_is_too(self, known: list[Found] | None) -> None:
        resolver = Unknown() if known is None else Resolver([known])
        async with connecting(STRICT, resolver) as connector:
            answer = await connector.post(request_to(f"https://{NAME}/"))

        assert answer == Answer(word="host unknown")

    async def test_that_is_no_http_is_a_word_of_ours(self) -> None:
        async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.2 secret-of-the-inside\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(babble, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, connecting() as connector:
            answer = await connector.post(request_to(f"http://127.0.0.1:{port}/"))

        assert answer == Answer(word="reply not understood")
        assert "secret" not in repr(answer)

    async def test_is_read_up_to_64_kilobytes_and_no_further(self) -> None:
        written = 0

        async def flood(request: web.BaseRequest) -> web.StreamResponse:
            nonlocal written
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(10_000):
                await response.write(b"x" * LONGEST_REPLY)
                written += 1
            return response

        runner = web.ServerRunner(web.Server(flood, access_log=None), shutdown_timeout=0.01)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[0][1]
            async with connecting() as connector:
                answer = await connector.post(request_to(f"http://127.0.0.1:{port}/"))
        finally:
            await runner.cleanup()

        assert answer == Answer(word="HTTP 200", status=200)
        assert written < 1000

    async def test_may_be_compressed_and_is_not_unpacked(self, gateway: Gateway) -> None:
        gateway.behave(Reply(body=b"not gzip", headers={"Content-Encoding": "gzip"}))
        async with connecting() as connector:
            assert (await connector.post(request_to(gateway.url))).status == 200


class Unknown(Resolver):
    def __init__(self) -> None:
        super().__init__([])

    async def __call__(self, host: str) -> Sequence[Found]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")


async def test_the_system_is_asked_where_nobody_stands_in() -> None:
    addresses = {address for _, address in await ask_the_system("localhost")}

    assert addresses
    assert addresses <= {"127.0.0.1", "::1"}


async def test_a_fence_that_became_narrower_holds_for_old_endpoints(gateway: Gateway) -> None:
    async with connecting(STRICT) as connector:
        assert connector.find_fault(gateway.url) is not None
        assert await connector.post(request_to(gateway.url)) == SHUT

    assert gateway.requests == []
