"""What a policy changes, what survives a restart, and what is written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import md5, sha1, sha256

import pytest

from tests.stores import KEYRING, MovableTime, at_rest
from tests.whole_house import GATEWAY, Dealt, asked, new_client, shown
from watchword.features.audit.rules import Action
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Exhausted, Over, Verified, Wrong
from watchword.features.clients.rules import Client
from watchword.features.delivery.rules import ProviderName
from watchword.features.idempotency.rules import Once, OtherBody, once
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.keyring import KeyKind, rotated
from watchword.settings import parse
from watchword.wiring import Services, open_services

HALF_A_MINUTE = timedelta(seconds=30)
ENTRIES = "select action, details from audit_entries where target = :target order by at, id"


@asynccontextmanager
async def opened(
    url: str, time: MovableTime, dealt: Dealt, **policy: bool
) -> AsyncIterator[Services]:
    settings = parse(
        {
            "database": {"url": url},
            "providers": {"gateway": GATEWAY},
            "purposes": {"wallet_signin": policy},
        }
    )
    async with open_services(settings, KEYRING, now=time, draw=dealt) as services:
        yield services


async def test_a_policy_may_demand_a_new_code_for_a_resend(
    migrated: str, time: MovableTime, dealt: Dealt
) -> None:
    async with opened(migrated, time, dealt, new_code_on_resend=True) as services:
        shop = await new_client(services, "shop", Mode.LIVE)
        challenge = shown(await services.challenges.open(shop, asked()))
        await services.challenges.answer(shop, challenge.id, dealt.wrong)
        time.pass_by(HALF_A_MINUTE)
        resent = shown(await services.challenges.resend(shop, challenge.id, None))
        old, new = dealt.codes

        assert resent.attempts_left == 4
        [queued] = await services.deliveries.claim(ProviderName("gateway"), 9)
        assert new in (await services.deliveries.open(queued)).text.reveal()
        assert await services.challenges.answer(shop, challenge.id, old) == Wrong(3)
        assert await services.challenges.answer(shop, challenge.id, new) == Verified()


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef"])
async def test_a_policy_may_let_a_slip_cost_nothing(
    migrated: str, time: MovableTime, dealt: Dealt, typed: str
) -> None:
    async with opened(migrated, time, dealt, charge_malformed=False) as services:
        shop = await new_client(services, "shop", Mode.LIVE)
        challenge = shown(await services.challenges.open(shop, asked()))

        for _ in range(20):
            assert await services.challenges.answer(shop, challenge.id, typed) == Wrong(5)
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Verified()


async def test_a_budget_and_a_code_outlive_a_restart(
    migrated: str, time: MovableTime, dealt: Dealt
) -> None:
    async with opened(migrated, time, dealt) as services:
        shop = await new_client(services, "shop", Mode.LIVE)
        challenge = shown(await services.challenges.open(shop, asked()))
        for _ in range(4):
            await services.challenges.answer(shop, challenge.id, dealt.wrong)

    async with opened(migrated, time, dealt) as services:
        assert await services.challenges.answer(shop, challenge.id, dealt.wrong) == Wrong(0)
        right = await services.challenges.answer(shop, challenge.id, dealt.latest)
        assert right == Exhausted()


async def test_a_pending_challenge_is_answered_after_the_keys_were_rotated(
    migrated: str, time: MovableTime, dealt: Dealt
) -> None:
    async with opened(migrated, time, dealt) as services:
        shop = await new_client(services, "shop", Mode.LIVE)
        answered = shown(await services.challenges.open(shop, asked()))
    newer = rotated(KEYRING, KeyKind, time())

    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY}})
    async with open_services(settings, newer, now=time, draw=dealt) as services:
        time.pass_by(HALF_A_MINUTE)
        shown(await services.challenges.resend(shop, answered.id, None))
        assert await services.challenges.answer(shop, answered.id, dealt.latest) == Verified()


class TestTheSameRequestAgain:
    async def test_is_answered_as_it_was_and_sends_nothing_more(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        first = shown(await services.challenges.open(shop, asked(), request("a")))
        again = shown(await services.challenges.open(shop, asked(), request("a")))

        assert again == first
        assert len(dealt.codes) == 1
        assert len((await services.challenges.read(shop, first.id)).sendings) == 1

    async def test_gives_the_verdict_that_got_lost_on_the_way(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        for _ in range(2):
            answered = await services.challenges.answer(
                shop, challenge.id, dealt.latest, once=request("b")
            )
            assert answered == Verified()
        assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Over()

    async def test_costs_one_attempt_and_no_more(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        challenge = shown(await services.challenges.open(shop, asked()))

        for _ in range(3):
            answered = await services.challenges.answer(
                shop, challenge.id, dealt.wrong, once=request("c")
            )
            assert answered == Wrong(4)

    async def test_with_another_body_is_refused(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        await services.challenges.open(shop, asked(), request("d", b"one"))

        other = await services.challenges.open(shop, asked(), request("d", b"other"))

        assert other == OtherBody()

    async def test_leaves_nothing_at_rest_by_which_it_could_be_guessed(
        self, services: Services, shop: Client, migrated: str
    ) -> None:
        body = b'{"code": "123456"}'
        challenge = shown(await services.challenges.open(shop, asked(), request("g", body)))
        await services.challenges.answer(shop, challenge.id, "123456", once=request("h", body))

        rest = await at_rest(migrated)
        for digest in (sha256(body), sha1(body), md5(body)):  # noqa: S324 - as a thief would try
            assert digest.digest() not in rest
            assert digest.hexdigest().encode() not in rest

    async def test_that_was_refused_may_be_granted_later(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        for _ in range(5):
            await services.challenges.open(shop, asked())
        refused = await services.challenges.open(shop, asked(), request("e"))
        time.pass_by(timedelta(hours=1))

        granted = await services.challenges.open(shop, asked(), request("e"))

        assert not isinstance(refused, Shown)
        assert isinstance(granted, Shown)


async def test_what_happens_is_written_down_without_the_code(
    services: Services, shop: Client, dealt: Dealt, time: MovableTime
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.challenges.answer(shop, challenge.id, dealt.wrong)
    time.pass_by(HALF_A_MINUTE)
    await services.challenges.resend(shop, challenge.id, None)
    await services.challenges.answer(shop, challenge.id, dealt.latest)

    async with services.storage.reading(EVERYWHERE) as transaction:
        entries = await transaction.all(ENTRIES, target=str(challenge.id))
    assert {entry["action"] for entry in entries} == {
        Action.CHALLENGE_OPENED,
        Action.CHALLENGE_ANSWERED,
        Action.CHALLENGE_RESENT,
    }
    assert len(entries) == 4
    assert not any(code in entry["details"] for entry in entries for code in dealt.codes)


def request(key: str, body: bytes = b"body") -> Once:
    return once(key, client="client", route="POST /v1/challenges", body=body)
