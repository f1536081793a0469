"""Providers call: who is believed, and what they may say."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from tests.stores import MovableTime
from tests.web.callbacks.callers import DOOR, NUMBER, Caller, under_way
from watchword.features.clients.rules import Client
from watchword.features.delivery.receipts import Callback, Echo, NotBelieved, Report, Reported
from watchword.features.delivery.rules import Receipt
from watchword.features.limits.service import KNOCKS
from watchword.web.callbacks.doubts import SAID_EVERY
from watchword.web.callbacks.providers import BYTES_AT_MOST, EVER_AT_MOST
from watchword.wiring import Services


class TestWhoIsNotBelieved:
    async def test_is_refused_and_logged_without_a_word_of_theirs(
        self, world: AsyncClient, provider: Caller
    ) -> None:
        provider.heard = NotBelieved("signature")

        with capture_logs() as logs:
            reply = await world.post(f"{DOOR}?to={NUMBER}", content=f"to={NUMBER}&text=123456")

        assert reply.status_code == 403
        assert reply.json()["type"].endswith("not-signed")
        [line] = [line for line in logs if line["event"] == "callback.not_believed"]
        assert (line["provider"], line["reason"]) == ("gateway", "signature")
        for word in (NUMBER, NUMBER[1:], "123456"):
            assert word not in repr(logs) + reply.text

    @pytest.mark.parametrize("name", ["nobody", "mute", "sandbox", "GATEWAY", "%2e%2e"])
    async def test_is_not_even_heard_if_no_provider_of_that_name_calls(
        self, world: AsyncClient, name: str
    ) -> None:
        assert (await world.post(f"/callbacks/{name}")).status_code == 404

    @pytest.mark.parametrize("path", [f"{DOOR}/1", f"{DOOR}/{UUID(int=7)}/x", "/callbacks"])
    async def test_finds_nothing_below_what_is_no_message(
        self, world: AsyncClient, provider: Caller, path: str
    ) -> None:
        assert (await world.post(path)).status_code == 404
        assert provider.asked == []

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    async def test_may_read_and_post_and_nothing_else(
        self, world: AsyncClient, method: str
    ) -> None:
        assert (await world.request(method, DOOR)).status_code == 405

    async def test_fills_no_log_but_is_counted(
        self, world: AsyncClient, provider: Caller, time: MovableTime
    ) -> None:
        provider.heard = NotBelieved("signature")

        with capture_logs() as logs:
            for _ in range(7):
                await world.post(DOOR)
            time.pass_by(SAID_EVERY)
            await world.post(DOOR)

        lines = [line for line in logs if line["event"] == "callback.not_believed"]
        assert [line["count"] for line in lines] == [1, 7]

    async def test_is_told_to_stop_after_a_while_and_the_provider_is_not(
        self, world: AsyncClient, provider: Caller
    ) -> None:
        provider.heard = NotBelieved("signature")
        [most] = KNOCKS.sends

        statuses = [(await world.post(DOOR)).status_code for _ in range(most.most + 2)]
        provider.heard = Reported()

        assert statuses == [403] * most.most + [429, 429]
        assert (await world.post(DOOR)).status_code == 200

    @pytest.mark.parametrize("most", [BYTES_AT_MOST, EVER_AT_MOST])
    async def test_is_read_no_further_than_the_provider_ever_writes(
        self, world: AsyncClient, provider: Caller, most: int
    ) -> None:
        provider.callback_bytes = most

        assert (await world.post(DOOR, content=b"x" * most)).status_code == 200
        assert (await world.post(DOOR, content=b"x" * (most + 1))).status_code == 413
        assert (await world.post(DOOR, content=_pieces(most + 1))).status_code == 413
        assert len(provider.asked) == 1

    async def test_is_not_listened_to_for_long(self, world: AsyncClient, provider: Caller) -> None:
        reply = await world.post(DOOR, content=b"x" * (BYTES_AT_MOST + 1))

        assert reply.status_code == 413
        assert provider.asked == []


async def _pieces(length: int) -> AsyncIterator[bytes]:
    """Give a body whose length nobody says before."""
    for start in range(0, length, 1024):
        yield b"x" * min(1024, length - start)


class TestWhatAProviderIsGiven:
    async def test_is_the_request_as_the_world_knows_it(
        self, world: AsyncClient, provider: Caller, services: Services
    ) -> None:
        id = uuid4()

        await world.post(f"{DOOR}/{id}?a=1&b=%2B2", content=b"body", headers={"X-Signature": "s"})

        [callback] = provider.asked
        assert callback.url == f"{services.settings.web.public_url}{DOOR}/{id}?a=1&b=%2B2"
        assert (callback.method, callback.body, callback.about) == ("POST", b"body", id)
        assert callback.headers["x-signature"] == "s"

    async def test_does_not_depend_on_what_a_caller_says_of_the_host(
        self, world: AsyncClient, provider: Caller, services: Services
    ) -> None:
        await world.get(DOOR, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})

        [callback] = provider.asked
        assert callback.url == f"{services.settings.web.public_url}{DOOR}"
        assert callback.about is None

    async def test_is_not_printed(self) -> None:
        callback = Callback(
            method="POST", url=NUMBER, headers={"a": NUMBER}, body=NUMBER.encode(), about=None
        )

        assert NUMBER not in repr(callback)


class TestAReport:
    async def test_changes_a_message_once_however_often_it_comes(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client
    ) -> None:
        challenge_id, message_id = await under_way(services, shop)
        provider.heard = Reported((Report(receipt=Receipt.DELIVERED, message_id=message_id),))

        replies = [await world.post(DOOR) for _ in range(5)]
        provider.heard = Reported((Report(receipt=Receipt.FAILED, message_id=message_id),))
        replies.append(await world.post(DOOR))

        assert [(reply.status_code, reply.content) for reply in replies] == [(200, b"")] * 6
        [sending] = (await services.challenges.read(shop, challenge_id)).sendings
        assert sending.receipt is Receipt.DELIVERED

    async def test_on_what_is_nothing_to_us_is_taken_all_the_same(
        self, world: AsyncClient, provider: Caller
    ) -> None:
        # Whoever gets a refusal would repeat it for days.
        provider.heard = Reported((Report(receipt=Receipt.READ, reference="another system's"),))

        assert (await world.post(DOOR)).status_code == 200


async def test_a_provider_that_tries_our_address_gets_its_text_back(
    world: AsyncClient, provider: Caller
) -> None:
    provider.heard = Echo("1158201444")

    reply = await world.get(f"{DOOR}?hub.challenge=1158201444")

    assert (reply.status_code, reply.text) == (200, "1158201444")
    assert reply.headers["content-type"].startswith("text/plain")
