"""The front of the house: a name for each request, and what every answer says besides."""

import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from litestar import get
from litestar.datastructures import State
from structlog.testing import capture_logs

from tests.stores import KEYRING
from tests.web.conftest import calling
from watchword.foundation.requests import answering
from watchword.settings import parse
from watchword.web import problems
from watchword.web.app import create_app
from watchword.web.doors import GIVEN, Doors
from watchword.wiring import Services, open_services

NUMBER = "+491701234567"
BEHIND_A_PROXY = {"trusted_hops": 1, "public_url": "https://codes.example.org"}


@pytest.fixture
async def proxied(migrated: str) -> AsyncIterator[AsyncClient]:
    """A server behind a proxy of ours, which speaks TLS with the world."""
    settings = parse({"database": {"url": migrated}, "web": BEHIND_A_PROXY})
    async with (
        open_services(settings, KEYRING) as services,
        calling(create_app(services), "no key") as client,
    ):
        yield client


async def test_every_request_has_a_name_that_its_answer_tells(caller: AsyncClient) -> None:
    replies = [
        await caller.get(path) for path in ("/health/live", "/nowhere", "/docs", "/health/live")
    ]
    names = [reply.headers["x-request-id"] for reply in replies]

    assert len({*names}) == 4
    assert all(GIVEN.fullmatch(name.encode()) for name in names)


async def test_a_problem_names_its_request(caller: AsyncClient) -> None:
    reply = await caller.get("/v1/nowhere")

    assert reply.json()["instance"] == f"urn:watchword:request:{reply.headers['x-request-id']}"


async def test_the_name_that_a_proxy_of_ours_gave_is_kept(proxied: AsyncClient) -> None:
    reply = await proxied.get("/health/live", headers={"X-Request-ID": "proxy-0123456789"})

    assert reply.headers["x-request-id"] == "proxy-0123456789"


async def test_a_name_from_anybody_else_is_not_taken(caller: AsyncClient) -> None:
    reply = await caller.get("/health/live", headers={"X-Request-ID": "stranger-0123456789"})

    assert reply.headers["x-request-id"] != "stranger-0123456789"


@pytest.mark.parametrize(
    "given_",
    [
        b"short",
        b"a" * 65,
        b"has space in it",
        b"forged\r\nset-cookie: a=b",
        b'{"event": "forged"}',
        "ümlaut-0123456789".encode(),
        b"line\nbreak-0123456789",
        b"491701234567",
        b"0170-1234567",
        b"",
    ],
)
async def test_a_name_that_is_none_is_not_repeated(proxied: AsyncClient, given_: bytes) -> None:
    reply = await proxied.get("/v1/nowhere", headers=[(b"X-Request-ID", given_)])

    assert GIVEN.fullmatch(reply.headers["x-request-id"].encode())
    assert reply.headers["x-request-id"].encode() != given_
    assert "set-cookie" not in reply.headers


async def test_two_names_are_none(proxied: AsyncClient) -> None:
    both = [(b"X-Request-ID", b"one-0123456789"), (b"X-Request-ID", b"two-0123456789")]

    reply = await proxied.get("/health/live", headers=both)

    assert reply.headers["x-request-id"] not in {"one-0123456789", "two-0123456789"}


@given(st.binary(max_size=100))
def test_no_name_begins_a_line_of_its_own_or_is_longer_than_it_should_be(given_: bytes) -> None:
    if GIVEN.fullmatch(given_):
        assert given_.decode().isprintable()
        assert given_.isascii()
        assert 8 <= len(given_) <= 64
        assert json.loads(json.dumps(given_.decode())).split() == [given_.decode()]


async def test_a_browser_comes_back_over_tls_for_a_year(proxied: AsyncClient) -> None:
    for path in ("/health/live", "/nowhere", "/docs"):
        reply = await proxied.get(path)
        assert reply.headers["strict-transport-security"] == "max-age=31536000"


async def test_without_tls_nothing_is_promised(caller: AsyncClient) -> None:
    assert "strict-transport-security" not in (await caller.get("/docs")).headers


@get("/mistake")
async def make_a_mistake() -> str:
    raise ValueError(NUMBER)


async def test_the_log_says_which_request_a_line_belongs_to(services: Services) -> None:
    seen: list[str | None] = []

    def note(_: object, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        seen.append(answering.get())
        return event

    app = Doors(
        [make_a_mistake],
        exception_handlers=problems.handlers,
        state=State({"services": services}),
        openapi_config=None,
    )
    async with calling(app, "no key") as caller:
        with capture_logs(processors=[note]) as lines:
            reply = await caller.get("/mistake")

    assert [line["event"] for line in lines] == ["request.failed"]
    assert NUMBER not in repr(lines) + reply.text
    assert seen == [reply.headers["x-request-id"]]
    assert answering.get() is None
