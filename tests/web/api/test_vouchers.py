"""Tills without a line, over HTTP: who is let in, and what is said of what cannot be."""

from typing import Any

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.features.tills.shop import Shop
from tests.features.vouchers.stand import Stand, stand_of
from tests.stores import MovableTime
from tests.web.conftest import calling, new_key
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.rules import Mode
from watchword.foundation.secret import Secret
from watchword.wiring import Services

KIT, SETTLEMENTS = "/v1/voucher-kit", "/v1/voucher-settlements"
NOBODY = "wt_" + "0" * 64


@pytest.fixture
async def stand(services: Services, tester: AsyncClient, dealt: Dealt, time: MovableTime) -> Stand:
    key = Secret(tester.headers["Authorization"].removeprefix("Bearer "))
    client = await services.clients.recognise(key)
    assert isinstance(client, Client)
    return await stand_of(Shop(services, client, dealt, time))


async def tell(
    till: AsyncClient, stand: Stand, token: str, *, at: str = "", many: int = 1, order: str = "o-1"
) -> Response:
    now = stand.shop.time().isoformat()
    told: dict[str, Any] = {"voucher": token, "taken_at": now, "order_id": order}
    return await till.post(
        SETTLEMENTS,
        json={"sent_at": now, "vouchers": [told] * many},
        headers={"Watchword-Terminal": at or stand.tills[0].credential.reveal()},
    )


async def kit(till: AsyncClient, at: str) -> Response:
    return await till.get(KIT, headers={"Watchword-Terminal": at})


async def test_a_till_is_told_what_became_of_each(tester: AsyncClient, stand: Stand) -> None:
    token = stand.shown(await stand.voucher())

    reply = await tell(tester, stand, token, many=2)

    assert reply.status_code == 201
    told = reply.json()["vouchers"]
    assert [(each["verdict"], each["again"]) for each in told] == [
        ("settled", False),
        ("settled", True),
    ]
    assert (await kit(tester, stand.tills[0].credential.reveal())).status_code == 200


async def test_a_till_that_is_not_registered_is_told_so(tester: AsyncClient, stand: Stand) -> None:
    replies = [await kit(tester, NOBODY), await tell(tester, stand, "WWV1A", at=NOBODY)]

    words = [each.json()["type"].rpartition(":")[2] for each in replies]
    assert words == ["unknown-terminal"] * 2


async def test_where_vouchers_are_off_what_is_out_is_settled_all_the_same(
    tester: AsyncClient, stand: Stand
) -> None:
    token = stand.shown(await stand.voucher())
    await stand.set(offline_vouchers=False)

    refused = await kit(tester, stand.tills[0].credential.reveal())

    assert refused.json()["type"].endswith("switched-off")
    (told,) = (await tell(tester, stand, token)).json()["vouchers"]
    assert told["verdict"] == "settled"


async def test_a_key_needs_its_scope(app: Litestar, services: Services, stand: Stand) -> None:
    key = await new_key(services, "neither", Mode.TEST, frozenset({Scope.REWARDS_WRITE}))
    async with calling(app, key) as other:
        at = stand.tills[0].credential.reveal()
        replies = [await kit(other, at), await tell(other, stand, "WWV1A")]

    assert [each.status_code for each in replies] == [403, 403]


async def test_what_cannot_be_is_refused_as_a_whole(tester: AsyncClient, stand: Stand) -> None:
    token = stand.shown(await stand.voucher())

    too_many = await tell(tester, stand, token, many=21)
    bad_word = await tell(tester, stand, token, order="an order")

    assert [too_many.status_code, bad_word.status_code] == [400, 400]
    assert token not in too_many.text + bad_word.text
    (told,) = (await tell(tester, stand, token)).json()["vouchers"]
    assert told["again"] is False
