"""What goes over the wire once, and what is sure when no reply comes back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.stand_ins.certificates import Certificate, authority
from tests.stand_ins.http_gateway import HALF_A_REPLY, HANG, RESET, Answer, Gateway, running_gateway
from watchword.features.delivery.rules import Unavailable, Uncertain
from watchword.providers.channels.http_exchange import (
    LONGEST_PAUSE,
    LONGEST_REPLY,
    HttpExchange,
    Reply,
    read_reference,
    read_retry_after,
)

METHODS = pytest.mark.parametrize("method", ["POST", "PUT"])
CERTIFICATES: list[Certificate] = ["expired", "wrong name", "unknown authority"]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with running_gateway() as gateway:
        yield gateway


@pytest.fixture
async def exchange() -> AsyncIterator[HttpExchange]:
    exchange = HttpExchange(timeout_seconds=2.0)
    yield exchange
    await exchange.close()


@METHODS
async def test_a_connection_that_breaks_after_sending_leaves_us_uncertain_and_nothing_is_repeated(
    gateway: Gateway, exchange: HttpExchange, method: str
) -> None:
    await exchange.ask(method, gateway.url, {}, b"first, so that a connection is kept")
    gateway.behave(RESET)

    outcome = await exchange.ask(method, gateway.url, {}, b"second")

    assert outcome == Uncertain("connection lost")
    assert len(gateway.requests) == 2


async def test_a_reply_that_does_not_come_in_time_leaves_us_uncertain(
    gateway: Gateway, exchange: HttpExchange
) -> None:
    gateway.behave(HANG)

    assert await exchange.ask("POST", gateway.url, {}, b"") == Uncertain("timeout")


async def test_a_status_counts_even_if_the_rest_of_the_reply_is_lost(
    gateway: Gateway, exchange: HttpExchange
) -> None:
    gateway.behave(HALF_A_REPLY)

    assert await exchange.ask("POST", gateway.url, {}, b"") == Reply(201, b'{"id": "gw-')


async def test_where_nobody_listens_surely_nothing_was_sent(exchange: HttpExchange) -> None:
    async with running_gateway() as gone:
        url = gone.url

    outcome = await exchange.ask("POST", url, {}, b"")

    assert isinstance(outcome, Unavailable)


async def test_to_a_host_that_does_not_exist_surely_nothing_was_sent() -> None:
    exchange = HttpExchange(timeout_seconds=5)

    outcome = await exchange.ask("POST", "https://nowhere.invalid/", {}, b"")
    await exchange.close()

    assert outcome == Unavailable("host unknown")


async def test_a_host_that_does_not_let_us_in_in_time_was_surely_sent_nothing(
    gateway: Gateway, exchange: HttpExchange
) -> None:
    # It speaks no TLS, and waits for us as we wait for it.
    gateway.behave(HANG)
    silent = gateway.url.replace("http:", "https:")

    outcome = await exchange.ask("POST", silent, {}, b"")

    assert isinstance(outcome, Unavailable)
    assert not gateway.requests


@pytest.mark.parametrize("certificate", CERTIFICATES)
async def test_a_host_that_cannot_prove_who_it_is_is_sent_nothing(
    certificate: Certificate,
) -> None:
    exchange = HttpExchange(timeout_seconds=2, ca_file=authority().ca_file)
    async with running_gateway(authority().server_context(certificate)) as impostor:
        outcome = await exchange.ask("POST", impostor.url, {}, b"")
        await exchange.close()

    assert outcome == Unavailable("TLS failed")
    assert not impostor.requests


async def test_a_host_that_proves_who_it_is_is_asked() -> None:
    exchange = HttpExchange(timeout_seconds=2, ca_file=authority().ca_file)
    async with running_gateway(authority().server_context()) as gateway:
        outcome = await exchange.ask("POST", gateway.url, {}, b"")
        await exchange.close()

    assert outcome == Reply(200)


async def test_a_redirect_is_not_followed(gateway: Gateway, exchange: HttpExchange) -> None:
    gateway.behave(Answer(status=307, headers={"Location": "/elsewhere"}))

    assert await exchange.ask("POST", gateway.url, {}, b"") == Reply(307)
    assert len(gateway.requests) == 1


async def test_a_cookie_is_not_kept(gateway: Gateway, exchange: HttpExchange) -> None:
    gateway.behave(Answer(headers={"Set-Cookie": "track=us; Path=/"}))

    for _ in range(2):
        await exchange.ask("POST", gateway.url, {}, b"")

    assert "Cookie" not in gateway.requests[1].headers


async def test_a_connection_is_used_again(gateway: Gateway, exchange: HttpExchange) -> None:
    for _ in range(3):
        await exchange.ask("POST", gateway.url, {}, b"")

    assert len(gateway.connections) == 1


async def test_no_more_of_a_reply_is_read_than_we_could_need(
    gateway: Gateway, exchange: HttpExchange
) -> None:
    gateway.behave(Answer(body=b"x" * (3 * LONGEST_REPLY)))

    reply = await exchange.ask("POST", gateway.url, {}, b"")

    assert isinstance(reply, Reply)
    assert len(reply.body) == LONGEST_REPLY


async def test_closed_before_it_was_ever_used_it_has_asked_nobody(
    gateway: Gateway, exchange: HttpExchange
) -> None:
    await exchange.close()
    assert gateway.requests == []

    assert isinstance(await exchange.ask("POST", gateway.url, {}, b""), Reply)


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("0", timedelta()),
        ("30", timedelta(seconds=30)),
        ("9" * 5000, LONGEST_PAUSE),
        ("-1", None),
        ("1.5", None),
        ("\u00b2", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pause_is_read_in_seconds(header: str | None, pause: timedelta | None) -> None:
    assert read_retry_after(header) == pause


@given(some.none() | some.text())
def test_no_pause_is_beyond_understanding(header: str | None) -> None:
    pause = read_retry_after(header)

    assert pause is None or timedelta() <= pause <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("gw-1", "gw-1"),
        (17, "17"),
        (True, None),
        (1.5, None),
        ("", None),
        ("x" * 201, None),
        ("line\nbreak", None),
        ("\x00", None),
        (None, None),
        ({}, None),
    ],
)
def test_a_reference_is_one_that_can_be_kept(value: object, reference: str | None) -> None:
    assert read_reference(value) == reference
