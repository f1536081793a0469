"""Nothing is connected to but what was checked: a canary that listens inside hears nothing."""

import re
import socket
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.providers.webhooks.test_addresses import CLOSED, TARGETS
from tests.providers.webhooks.wires import (
    NAME,
    NOWHERE,
    SHUT,
    STRICT,
    Canary,
    Resolver,
    connecting,
    found,
    listening,
    request_to,
)
from tests.stand_ins.http_gateway import (
    Answer as Reply,
)
from tests.stand_ins.http_gateway import (
    Gateway,
    running_gateway,
)
from watchword.features.webhooks.rules import Answer
from watchword.providers.webhooks.addresses import Fence
from watchword.providers.webhooks.connector import (
    Closed,
    Found,
    ask_the_system,
    checked_socket,
)


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    async with listening() as canary:
        yield canary


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


def at_port(url: str, port: int) -> str:
    """Aim an address at a port, if it is a host and nothing more."""
    return f"{url[:-1]}:{port}/" if re.fullmatch(r"https://[^/:]+/|https://\[.*\]/", url) else url


class TestTheCanary:
    async def test_hears_of_whoever_comes(self, canary: Canary) -> None:
        async with connecting() as connector:
            await connector.post(request_to(f"http://127.0.0.1:{canary.port}/"))

        assert canary.visits > 0

    async def test_hears_nothing_of_any_address_of_the_corpus(self, canary: Canary) -> None:
        fence = Fence(ports=(443, canary.port))
        aimed = [at_port(url, canary.port) for url in TARGETS]
        async with connecting(fence, seconds=1.0) as connector:
            answers = [await connector.post(request_to(url)) for url in [*TARGETS, *aimed]]

        assert f"https://127.0.0.1:{canary.port}/" in aimed
        assert {answer.word for answer in answers} == {"address closed"}
        assert canary.visits == 0

    @pytest.mark.parametrize(
        "host",
        ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "localhost.", "0", "::1"],
    )
    async def test_hears_nothing_when_the_system_is_asked_what_a_strange_name_means(
        self, canary: Canary, host: str
    ) -> None:
        async def ask(_: str) -> Sequence[Found]:
            return await ask_the_system(host)

        async with connecting(STRICT, ask) as connector:
            answer = await connector.post(request_to(f"https://{NAME}:{canary.port}/"))

        assert answer.word in {"address closed", "host unknown"}
        assert canary.visits == 0

    @pytest.mark.parametrize("address", CLOSED)
    async def test_hears_nothing_where_a_name_stands_for_what_is_closed(
        self, canary: Canary, address: str
    ) -> None:
        resolver = Resolver([found(address)])
        async with connecting(STRICT, resolver) as connector:
            answer = await connector.post(request_to(f"https://{NAME}:{canary.port}/"))

        assert answer == SHUT
        assert (resolver.asked, canary.visits) == ([NAME], 0)

    async def test_hears_nothing_of_a_name_that_stands_for_both(self, canary: Canary) -> None:
        resolver = Resolver([found(NOWHERE, "127.0.0.1")])
        async with connecting(STRICT, resolver) as connector:
            assert await connector.post(request_to(f"https://{NAME}:{canary.port}/")) == SHUT

        assert canary.visits == 0

    async def test_hears_nothing_of_a_name_that_changes_its_mind(self, canary: Canary) -> None:
        flipping = [found(NOWHERE), found("127.0.0.1"), found(NOWHERE), found("127.0.0.1")]
        resolver = Resolver(flipping)
        async with connecting(STRICT, resolver, seconds=1.0) as connector:
            answers = [
                await connector.post(request_to(f"https://{NAME}:{canary.port}/")) for _ in range(4)
            ]

        assert len(resolver.asked) == 4  # once for each connection, and not once more
        assert answers[1] == answers[3] == SHUT
        assert canary.visits == 0

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_hears_nothing_of_a_redirect(
        self, canary: Canary, gateway: Gateway, status: int
    ) -> None:
        gateway.behave(
            Reply(status=status, headers={"Location": f"http://127.0.0.1:{canary.port}"})
        )
        async with connecting() as connector:
            answer = await connector.post(request_to(gateway.url))

        assert answer == Answer(word=f"HTTP {status}", status=status)
        assert canary.visits == 0

    async def test_hears_nothing_of_proxies_in_the_environment(
        self, canary: Canary, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        async with connecting() as connector:
            answer = await connector.post(request_to(gateway.url))

        assert answer.status == 200
        assert canary.visits == 0


class Closing(Fence):
    """A fence that closes once the address and what it stands for were looked at."""

    asked = 0

    def __init__(self) -> None:
        super().__init__(high_ports=True)
        object.__delattr__(self, "allow_loopback")

    def __getattr__(self, name: str) -> bool:
        assert name == "allow_loopback"
        type(self).asked += 1
        return type(self).asked <= 1


class TestTheLastLook:
    """Should everything before it have failed, a socket is made only for what is open."""

    @pytest.mark.parametrize(
        ("family", "address"),
        [
            (socket.AF_INET, ("127.0.0.1", 443)),
            (socket.AF_INET, ("169.254.169.254", 80)),
            (socket.AF_INET6, ("::1", 443, 0, 0)),
            (socket.AF_INET6, ("::ffff:127.0.0.1", 443, 0, 0)),
            (socket.AF_INET6, ("2606:4700::1111", 443, 0, 2)),
            (socket.AF_UNIX, ("/var/run/docker.sock",)),
        ],
    )
    def test_none_is_made_for_what_is_closed(
        self, family: int, address: tuple[str | int, ...]
    ) -> None:
        with pytest.raises(Closed):
            checked_socket(STRICT, (family, socket.SOCK_STREAM, 0, "", address))

    async def test_is_taken_for_every_connection(self, canary: Canary) -> None:
        closing = Closing()
        async with connecting(closing, Resolver([found("127.0.0.1")])) as connector:
            answer = await connector.post(request_to(f"https://{NAME}:{canary.port}/"))

        assert answer == SHUT
        assert (closing.asked, canary.visits) == (2, 0)

    def test_one_is_made_for_what_is_open(self) -> None:
        where = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("1.1.1.1", 443))

        with checked_socket(STRICT, where) as made:
            assert made.family == socket.AF_INET
