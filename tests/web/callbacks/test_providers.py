"""Providers call: who is believed, what they may say, and what is said to whoever picked up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from litestar import Litestar
from structlog.testing import capture_logs

from tests.stores import MovableTime
from tests.web.conftest import calling
from tests.web.doors import doors_to
from tests.whole_house import Dealt, asked, new_client, shown
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import (
    Callback,
    Denied,
    Echo,
    Heard,
    NotBelieved,
    Report,
    Reported,
    WordsWanted,
)
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    MessageId,
    ProviderName,
    Receipt,
    SendOutcome,
)
from watchword.features.limits.service import KNOCKS
from watchword.features.organisations.rules import Mode
from watchword.features.templates.rules import say_denied, say_over
from watchword.web.callbacks.doubts import SAID_EVERY
from watchword.web.callbacks.providers import BYTES_AT_MOST, EVER_AT_MOST
from watchword.wiring import Services

GATEWAY = ProviderName("gateway")
NUMBER = "+491701234567"
DOOR = "/callbacks/gateway"
NOTHING_SAID = Reported()


@dataclass
class Caller:
    """A provider that hears what its script says, and speaks in words that can be told apart."""

    heard: Heard = NOTHING_SAID
    asked: list[Callback] = field(default_factory=list)
    knows_repeats: bool = False
    gives_receipts: bool = True
    callback_bytes: int = BYTES_AT_MOST

    async def send(self, message: Message) -> SendOutcome:
        return Accepted(str(message.id))

    async def close(self) -> None:
        """Nothing is held."""

    def read_callback(self, callback: Callback) -> Heard:
        self.asked.append(callback)
        return self.heard

    def greet(self, message: Message, asked: int) -> tuple[str, bytes]:
        return "application/xml", f"<greet asked='{asked}'/>".encode()

    def speak(self, message: Message) -> tuple[str, bytes]:
        code = None if message.code is None else message.code.reveal()
        return "application/xml", f"<speak>{code}</speak>".encode()

    def take_leave(self, words: str, locale: str) -> tuple[str, bytes]:
        return "application/xml", f"<{locale}>{words}".encode()


@dataclass
class Mute:
    """A provider that never calls."""

    knows_repeats: bool = False
    gives_receipts: bool = False

    async def send(self, message: Message) -> SendOutcome:
        return Accepted(str(message.id))

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def provider() -> Caller:
    return Caller()


@pytest.fixture
async def shop(services: Services) -> Client:
    return await new_client(services, "shop", Mode.LIVE)


@pytest.fixture
def app(services: Services, provider: Caller) -> Litestar:
    providers = {**services.providers, GATEWAY: provider, ProviderName("mute"): Mute()}
    return doors_to(replace(services, providers=providers))


@pytest.fixture
async def world(app: Litestar) -> AsyncIterator[AsyncClient]:
    """Anybody who knows our address."""
    async with calling(app, "") as world:
        del world.headers["Authorization"]
        yield world


async def under_way(
    services: Services, shop: Client, channel: Channel = Channel.SMS, locale: str = "en"
) -> tuple[ChallengeId, MessageId]:
    """Open a challenge whose message the provider has taken; it comes back for words of a call."""
    opening = replace(asked(channel=channel), locale=locale)
    challenge = shown(await services.challenges.open(shop, opening))
    [queued] = await services.deliveries.claim(GATEWAY, 9)
    outcome = Accepted(f"gw-{queued.id}", asks_for_words=channel is Channel.VOICE)
    await services.deliveries.settle(queued, outcome, knows_repeats=False, chance=0.5)
    return challenge.id, queued.id


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
        provider.heard = NOTHING_SAID

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


class TestWhoeverPicksUp:
    async def test_is_greeted_and_asked_for_a_key_and_told_nothing_yet(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge_id, message_id = await under_way(services, shop, Channel.VOICE)
        provider.heard = WordsWanted(
            message_id, pressed=False, asked=1, reference=f"gw-{message_id}"
        )

        reply = await world.post(f"{DOOR}/{message_id}")

        assert reply.text == "<greet asked='1'/>"
        assert reply.headers["content-type"].startswith("application/xml")
        assert dealt.latest not in reply.text
        [sending] = (await services.challenges.read(shop, challenge_id)).sendings
        assert sending.receipt is None

    async def test_is_told_the_code_after_pressing_and_has_it_then(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge_id, message_id = await under_way(services, shop, Channel.VOICE)
        provider.heard = WordsWanted(message_id, reference=f"gw-{message_id}")

        with capture_logs() as logs:
            reply = await world.post(f"{DOOR}/{message_id}")

        assert reply.text == f"<speak>{dealt.latest}</speak>"
        assert dealt.latest not in repr(logs)
        [sending] = (await services.challenges.read(shop, challenge_id)).sendings
        assert sending.receipt is Receipt.DELIVERED

    @pytest.mark.parametrize("pressed", [True, False])
    async def test_too_late_is_told_that_it_is_over(
        self,
        world: AsyncClient,
        provider: Caller,
        services: Services,
        shop: Client,
        *,
        pressed: bool,
    ) -> None:
        challenge_id, message_id = await under_way(services, shop, Channel.VOICE, "tr")
        await services.challenges.cancel(shop, challenge_id)
        provider.heard = WordsWanted(message_id, pressed=pressed, reference=f"gw-{message_id}")

        assert (await world.post(DOOR)).text == f"<tr>{say_over('tr')}"

    async def test_is_told_the_code_three_times_and_no_more_however_often_it_is_asked_for(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        _, message_id = await under_way(services, shop, Channel.VOICE)
        provider.heard = WordsWanted(message_id, reference=f"gw-{message_id}")

        told = [(await world.post(f"{DOOR}/{message_id}")).text for _ in range(5)]

        over = f"<en>{say_over('en')}"
        assert told == [f"<speak>{dealt.latest}</speak>"] * 3 + [over, over]

    async def test_in_another_call_is_told_nothing_and_ends_nothing(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client
    ) -> None:
        challenge_id, message_id = await under_way(services, shop, Channel.VOICE)
        said = []
        for heard in (
            WordsWanted(message_id, reference="another"),
            WordsWanted(message_id),
            WordsWanted(message_id, pressed=False, reference="another"),
            Denied(message_id, "another"),
        ):
            provider.heard = heard
            said.append((await world.post(DOOR)).text)

        assert said == [f"<en>{say_over('en')}"] * 3 + [f"<en>{say_denied('en')}"]
        shown_now = await services.challenges.read(shop, challenge_id)
        assert shown_now.status is Status.PENDING
        assert shown_now.sendings[0].receipt is None

    async def test_again_by_a_request_that_was_recorded_is_told_nothing_once_the_call_is_over(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        _, message_id = await under_way(services, shop, Channel.VOICE)
        recorded = WordsWanted(message_id, reference=f"gw-{message_id}")
        provider.heard = recorded
        assert dealt.latest in (await world.post(DOOR)).text

        over = Report(receipt=Receipt.FAILED, message_id=message_id, reason="no key pressed")
        provider.heard = Reported((over,))
        await world.post(DOOR)
        provider.heard = recorded

        assert (await world.post(DOOR)).text == f"<en>{say_over('en')}"

    async def test_about_a_message_of_nobody_is_told_that_it_is_over(
        self, world: AsyncClient, provider: Caller
    ) -> None:
        provider.heard = WordsWanted(MessageId(UUID(int=1)))

        assert (await world.post(DOOR)).text == f"<en>{say_over('en')}"

    async def test_and_did_not_ask_for_it_ends_it(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client
    ) -> None:
        challenge_id, message_id = await under_way(services, shop, Channel.VOICE, "pl")
        provider.heard = Denied(message_id, f"gw-{message_id}")

        replies = [(await world.post(DOOR)).text for _ in range(2)]

        assert replies == [f"<pl>{say_denied('pl')}"] * 2
        assert (await services.challenges.read(shop, challenge_id)).status is Status.DENIED
        assert await services.deliveries.words(GATEWAY, message_id, None) is None

    async def test_cannot_end_what_another_provider_carried(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))
        provider.heard = Denied(MessageId(uuid4()))

        assert (await world.post(DOOR)).text == f"<en>{say_denied('en')}"
        assert (await services.challenges.read(shop, challenge.id)).status is Status.PENDING
