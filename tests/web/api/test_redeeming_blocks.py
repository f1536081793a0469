"""Who may collect and not redeem, as a program says it."""

from datetime import timedelta

import pytest
from httpx import AsyncClient
from litestar import Litestar

from tests.stores import MovableTime
from tests.web.api.test_tills import PHONE, UNKNOWN, post, reward, said
from tests.web.conftest import calling, new_key
from tests.whole_house import Dealt
from watchword.features.clients.rules import Scope
from watchword.features.organisations.rules import Mode
from watchword.wiring import Services

__all__ = ["reward"]

PATH = "/v1/redeeming-blocks"
WHO: dict[str, object] = {"to": {"phone": PHONE}, "reason": "works here"}


async def reserves(till: AsyncClient, dealt: Dealt, reward: str) -> tuple[int, object]:
    """Let the customer try to have something for their points; give how that ended."""
    sale = await said(await post(till, "/v1/till-sessions", {"phone": PHONE}))
    await post(till, f"/v1/till-sessions/{sale['id']}/answers", {"code": dealt.latest})
    wanted = {"session_id": sale["id"], "reward_id": reward}
    reply = await post(till, "/v1/redemptions", wanted)
    return reply.status_code, reply.json().get("because")


async def test_whoever_is_on_the_list_collects_and_does_not_redeem_until_taken_off(
    tester: AsyncClient, dealt: Dealt, reward: str, time: MovableTime
) -> None:
    block = await said(await post(tester, PATH, WHO))
    listed = (await tester.get(PATH)).json()
    refused = await reserves(tester, dealt, reward)
    (card,) = (await tester.get("/v1/cards")).json()["cards"]
    bought = {"amount": 100, "currency": "EUR", "order_id": "o-1"}
    earned = await post(tester, f"/v1/accounts/{card['account_id']}/points/earnings", bought)
    off = await said(
        await post(tester, f"{PATH}/{block['contact_id']}/liftings", {"reason": "left"})
    )
    time.pass_by(timedelta(minutes=1))

    assert listed == {"redeeming_blocks": [block], "cursor": None}
    assert PHONE not in str(block)
    assert (block["reason"], block["until"]) == ("works here", None)
    assert refused == (409, "blocked")
    assert earned.status_code == 201
    assert off == {"contact_id": block["contact_id"]}
    assert (await reserves(tester, dealt, reward))[0] == 201


async def test_said_again_it_is_one_block_one_lifting_and_one_line_each(
    tester: AsyncClient, time: MovableTime
) -> None:
    """Also with a key of the first time that comes after the list has changed."""
    first = await said(await post(tester, PATH, WHO, key="a"))
    time.pass_by(timedelta(minutes=1))
    others = [await said(await post(tester, PATH, WHO, key=key)) for key in ("a", "b")]
    lifting = f"{PATH}/{first['contact_id']}/liftings"
    off = [await post(tester, lifting, {"reason": "has left"}, key="c") for _ in range(2)]
    late = await said(await post(tester, PATH, WHO, key="a"))
    again = await post(tester, lifting, {"reason": "has left"}, key="d")
    entries = (await tester.get("/v1/ledger-entries")).json()["entries"]

    assert [first] * 2 == others
    assert [each.status_code for each in off] == [201, 201]
    assert late == first
    assert (await tester.get(PATH)).json()["redeeming_blocks"] == []
    assert again.status_code == 404
    lines = [each["action"] for each in entries if each["action"].startswith("redeemer.")]
    assert sorted(lines) == ["redeemer.blocked", "redeemer.unblocked"]


async def test_a_block_that_is_said_again_when_it_is_over_is_answered_as_before(
    tester: AsyncClient, time: MovableTime
) -> None:
    body = {**WHO, "until": (time() + timedelta(hours=1)).isoformat()}
    first = await said(await post(tester, PATH, body, key="a"))
    time.pass_by(timedelta(hours=1))

    again = await post(tester, PATH, body, key="a")
    anew = await post(tester, PATH, body, key="b")

    assert (again.status_code, again.json()) == (201, first)
    assert (anew.status_code, anew.json()["field"]) == (400, "until")


async def test_another_end_or_reason_takes_the_place_of_the_one_before_and_ends_by_itself(
    tester: AsyncClient, dealt: Dealt, reward: str, time: MovableTime
) -> None:
    await said(await post(tester, PATH, WHO))
    until = (time() + timedelta(days=1)).isoformat()
    await said(await post(tester, PATH, {**WHO, "until": until}))
    other = await post(tester, PATH, {**WHO, "reason": "sums up"}, key="a")
    reused = await post(tester, PATH, WHO, key="a")
    await said(await post(tester, PATH, {**WHO, "until": until}))
    (block,) = (await tester.get(PATH)).json()["redeeming_blocks"]
    time.pass_by(timedelta(days=1))

    assert other.status_code == 201
    assert reused.status_code == 422
    assert block["until"] is not None
    assert (await reserves(tester, dealt, reward))[0] == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("until", "2020-01-01T00:00:00Z"),
        ("until", "2040-01-01T00:00:00"),
        ("reason", "for ann@example.org"),
        ("to", {"post": {"name": "A", "street": "B 1", "city": "C", "country": "DE"}}),
    ],
)
async def test_what_cannot_be_is_named(tester: AsyncClient, field: str, value: object) -> None:
    refused = await post(tester, PATH, {**WHO, field: value})

    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_each_side_needs_its_scope_and_an_organisation_sees_its_own(
    app: Litestar, services: Services, tester: AsyncClient
) -> None:
    block = await said(await post(tester, PATH, {**WHO, "to": {"phone": UNKNOWN}}))
    lifting = f"{PATH}/{block['contact_id']}/liftings"
    for slug, scope, wanted in (
        ("reads", Scope.REDEEMERS_READ, [200, 403, 403]),
        ("writes", Scope.REDEEMERS_WRITE, [403, 201, 404]),
        ("neither", Scope.REWARDS_WRITE, [403, 403, 403]),
    ):
        key = await new_key(services, slug, Mode.TEST, frozenset({scope}))
        async with calling(app, key) as other:
            read = await other.get(PATH)
            written = await post(other, PATH, WHO)
            lifted = await post(other, lifting, {"reason": "has left"})
        assert [read.status_code, written.status_code, lifted.status_code] == wanted
        assert block["contact_id"] not in read.text
