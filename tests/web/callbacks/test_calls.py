"""Whoever picks up the telephone: what they hear, and what they can say to it."""

from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from tests.web.callbacks.callers import (
    DOOR,
    GATEWAY,
    Caller,
    call_that_set_a_pin,
    told_by_voice,
    under_way,
)
from tests.whole_house import Dealt, asked, shown
from watchword.features.calls.writes.rules import WriteState
from watchword.features.challenges.rules import Status
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.receipts import Denied, Report, Reported, WordsWanted
from watchword.features.delivery.rules import MessageId, Receipt
from watchword.features.templates.rules import say_denied, say_notice_over, say_over
from watchword.wiring import Services


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


class TestWhoeverIsToldOfTheirPin:
    @pytest.mark.parametrize("locale", ["de", "en"])
    async def test_and_says_that_it_was_not_them_is_told_to_call(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client, locale: str
    ) -> None:
        message_id = await told_by_voice(services, shop, locale)
        provider.heard = Denied(message_id, f"gw-{message_id}")

        replies = [await world.post(DOOR) for _ in range(2)]

        assert [each.status_code for each in replies] == [200, 200]
        assert [each.text for each in replies] == [f"<{locale}>{say_notice_over(locale)}"] * 2
        assert await services.deliveries.words(GATEWAY, message_id, f"gw-{message_id}") is not None

    @pytest.mark.parametrize(("pressed_in", "leaves"), [("gw-", 1), ("another-", 0)])
    async def test_and_was_not_them_is_left_to_staff_beside_the_call(  # noqa: PLR0917
        self,
        world: AsyncClient,
        provider: Caller,
        services: Services,
        shop: Client,
        pressed_in: str,
        leaves: int,
    ) -> None:
        call_id = await call_that_set_a_pin(services, shop)
        message_id = await told_by_voice(services, shop, about=f"notice:{call_id}:1")
        provider.heard = Denied(message_id, f"{pressed_in}{message_id}")

        replies = [(await world.post(DOOR)).text for _ in range(2)]

        assert replies == [f"<de>{say_notice_over('de')}"] * 2
        left = await services.telephone.doubts.left_open(shop.organisation.id)
        assert [each.state for each in left] == [WriteState.DENIED] * leaves

    async def test_too_often_hears_nothing_about_a_code(
        self, world: AsyncClient, provider: Caller, services: Services, shop: Client
    ) -> None:
        message_id = await told_by_voice(services, shop)
        provider.heard = WordsWanted(message_id, reference=f"gw-{message_id}")

        told = [(await world.post(f"{DOOR}/{message_id}")).text for _ in range(4)]

        assert told == ["<speak>None</speak>"] * 3 + [f"<de>{say_notice_over('de')}"]
