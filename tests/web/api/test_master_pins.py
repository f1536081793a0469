"""The master PIN as a till enters it: at a till alone, by whoever may, once, and within bounds."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from tests.features.redemptions.counter import WHY, Counter, counter_of
from tests.features.tills.shop import Shop
from tests.stores import MovableTime
from tests.web.api.test_tills import PHONE, UNKNOWN, post, said
from tests.web.conftest import calling, new_key
from tests.whole_house import Dealt
from watchword.features.clients.rules import Client, Scope
from watchword.features.organisations.rules import Mode
from watchword.features.redemptions.master_pins.pins import draw_pin
from watchword.features.redemptions.master_pins.rules import USUAL_LIFE
from watchword.features.tills.rules import PROOF_LIFE
from watchword.foundation.secret import Secret
from watchword.wiring import Services

BEGIN = "/v1/master-pin-sessions"
WRONG = draw_pin(lambda _: 4_711).reveal()


@pytest.fixture
async def counter(
    services: Services, tester: AsyncClient, dealt: Dealt, time: MovableTime
) -> Counter:
    """A shop with a registered till, a master PIN, and a customer who has 100 points."""
    client = await services.clients.recognise(
        Secret(tester.headers["Authorization"].removeprefix("Bearer "))
    )
    assert isinstance(client, Client)
    made = await counter_of(Shop(services, client, dealt, time))
    await made.set_pin()
    await made.shop.customer()
    return made


async def begin(
    till: AsyncClient, at: str | None, *, phone: str = PHONE, key: str | None = None
) -> Response:
    return await _ask(till, BEGIN, {"phone": phone}, at, key)


async def enter(
    till: AsyncClient,
    counter: Counter,
    id: str,
    *,
    at: str | None = "",
    pin: str | None = None,
    key: str | None = None,
    **otherwise: str,
) -> Response:
    body: dict[str, object] = {
        "pin": (counter.pin.reveal() if counter.pin else "") if pin is None else pin,
        "staff": str(counter.manager.member.id),
        "reason": WHY,
        **otherwise,
    }
    at = credential(counter) if at == "" else at
    return await _ask(till, f"/v1/till-sessions/{id}/master-pin-entries", body, at, key)


async def _ask(
    till: AsyncClient, path: str, body: dict[str, object], at: str | None, key: str | None
) -> Response:
    if at is None:
        till.headers.pop("Watchword-Terminal", None)
    else:
        till.headers["Watchword-Terminal"] = at
    return await post(till, path, body, key=key)


def credential(counter: Counter) -> str:
    return counter.till.credential.reveal()


def word(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def waiting(till: AsyncClient, counter: Counter, **more: str) -> str:
    return str((await said(await begin(till, credential(counter), **more)))["id"])


async def uses(counter: Counter) -> int:
    return len((await counter.services.overrides.page(counter.whose.id, None, 9)).items)


async def test_it_opens_one_sale_for_one_reward(tester: AsyncClient, counter: Counter) -> None:
    reward = await counter.shop.reward()
    id = await waiting(tester, counter)
    entered = await said(await enter(tester, counter, id))
    wallet = await said(await tester.get(f"/v1/till-sessions/{id}/wallet"), 200)
    wanted: dict[str, object] = {"session_id": id, "reward_id": str(reward.id)}
    made = await said(await post(tester, "/v1/redemptions", wanted))

    assert entered["verdict"] == "entered"
    assert wallet["points"] == 100
    assert made["way"] == "master_pin"
    assert await uses(counter) == 1


async def test_said_again_under_its_key_it_is_the_same_and_nothing_is_counted_twice(
    tester: AsyncClient, counter: Counter
) -> None:
    at = credential(counter)
    begun = [await begin(tester, at, key="begin") for _ in range(3)]
    other = await begin(tester, at, phone=UNKNOWN, key="begin")
    id = begun[0].json()["id"]
    wrong = [await enter(tester, counter, id, pin=WRONG, key="wrong") for _ in range(5)]
    right = [await enter(tester, counter, id, key="right") for _ in range(3)]
    reused = await enter(tester, counter, id, reason="another reason", key="right")
    anew = await enter(tester, counter, id, key="another")

    assert len({each.text for each in begun}) == len({each.text for each in right}) == 1
    assert {each.text for each in wrong} == {'{"verdict":"wrong"}'}
    assert word(other) == word(reused) == (422, "idempotency-key-reused")
    assert anew.json() == right[0].json()
    assert await uses(counter) == 1


async def test_a_key_tells_no_pin_from_another_and_a_revoked_till_nothing(
    tester: AsyncClient, counter: Counter
) -> None:
    id = await waiting(tester, counter)
    right = await enter(tester, counter, id, key="K")
    wrong = [await enter(tester, counter, id, pin=pin, key="K") for pin in (WRONG, "1")]
    await counter.services.terminals.revoke(counter.owner, counter.till.terminal.id)
    late = [await enter(tester, counter, id, pin=pin, key="K") for pin in (None, WRONG)]

    assert {each.text for each in wrong} == {right.text}
    assert {word(each) for each in late} == {(403, "unknown-terminal")}


async def test_a_key_under_which_a_pin_was_wrong_never_says_that_another_is_right(
    tester: AsyncClient, counter: Counter
) -> None:
    id = await waiting(tester, counter)
    replies = [await enter(tester, counter, id, pin=pin, key="K") for pin in (WRONG, None)]

    assert {each.text for each in replies} == {'{"verdict":"wrong"}'}
    assert await uses(counter) == 0


async def test_without_a_registered_till_nothing_is_looked_at(
    tester: AsyncClient, counter: Counter
) -> None:
    id = await waiting(tester, counter)
    gone = await counter.terminal("Till 2")
    await counter.services.terminals.revoke(counter.owner, gone.terminal.id)
    away = await counter.terminal("Till 1", await counter.shop.location("Süd"))
    for at in ("wt_" + "0" * 64, gone.credential.reveal()):
        assert word(await begin(tester, at)) == (403, "unknown-terminal")
        assert word(await enter(tester, counter, id, at=at)) == (403, "unknown-terminal")
        wrong = await enter(tester, counter, id, at=at, pin=WRONG)
        assert word(wrong) == (403, "unknown-terminal")
    without = [await begin(tester, None), await enter(tester, counter, id, at=None)]
    elsewhere = await enter(tester, counter, id, at=away.credential.reveal())

    assert [each.status_code for each in without] == [400, 400]
    assert word(elsewhere)[1] == "other-till"
    assert await uses(counter) == 0
    assert (await enter(tester, counter, id)).json()["verdict"] == "entered"


async def test_only_a_key_that_may_sell_and_the_one_that_began_it(
    app: Litestar, services: Services, tester: AsyncClient, counter: Counter
) -> None:
    id, at = await waiting(tester, counter), credential(counter)
    clients, ours = services.clients, counter.whose
    keys = {}
    for name, scopes in (
        ("sells", frozenset({Scope.TILLS_WRITE})),
        ("direct", frozenset(Scope) - {Scope.TILLS_WRITE}),
    ):
        _, secret = await clients.create(ours, label=name, scopes=scopes, actor="test")
        keys[name] = secret.reveal()
    keys["stranger"] = await new_key(services, "elsewhere", Mode.TEST)
    online: dict[str, object] = {"phone": PHONE, "kind": "online"}
    sale = await said(await post(tester, "/v1/till-sessions", online))
    passes = f"/v1/till-sessions/{sale['id']}/passes"
    keys["pass"] = (await said(await post(tester, passes, {"origin": "https://a.example"})))[
        "token"
    ]
    found = {}
    for name, key in keys.items():
        async with calling(app, key) as other:
            replies = [await begin(other, at), await enter(other, counter, id)]
        found[name] = [each.status_code for each in replies]

    assert found == {
        "sells": [201, 404],
        "direct": [403, 403],
        "stranger": [403, 403],
        "pass": [401, 401],
    }
    assert await uses(counter) == 0


async def test_an_unknown_customer_is_answered_like_a_known_one_until_the_pin_is_right(
    tester: AsyncClient, counter: Counter
) -> None:
    ids = []
    for phone in (PHONE, UNKNOWN):
        reply = await begin(tester, credential(counter), phone=phone)
        ids.append(await said(reply))
    known, unknown = [await enter(tester, counter, each["id"], pin=WRONG) for each in ids]
    late = await enter(tester, counter, ids[1]["id"])

    assert [{**each, "id": None} for each in ids] == [{**ids[0], "id": None}] * 2
    assert known.text == unknown.text == '{"verdict":"wrong"}'
    assert word(late) == (404, "not-found")
    assert counter.shop.dealt.codes == []
    assert await uses(counter) == 0


async def test_wrong_ones_make_the_till_wait_and_say_for_how_long(
    tester: AsyncClient, counter: Counter, time: MovableTime
) -> None:
    id = await waiting(tester, counter)
    replies = [await enter(tester, counter, id, pin=WRONG) for _ in range(8)]
    stopped = next(each for each in replies if each.status_code != 201)
    right = await enter(tester, counter, id)
    time.pass_by(timedelta(seconds=int(stopped.headers["retry-after"])))

    assert word(stopped) == word(right) == (429, "too-many-attempts")
    assert (await enter(tester, counter, id)).json()["verdict"] == "entered"


async def test_a_cap_stops_a_right_one_and_is_named(tester: AsyncClient, counter: Counter) -> None:
    await counter.set_exceptions(uses_by_staff=1)
    first, second = await waiting(tester, counter), await waiting(tester, counter)
    entered = await enter(tester, counter, first)
    capped = await enter(tester, counter, second)

    assert entered.json()["verdict"] == "entered"
    assert word(capped)[1] == "cap-reached"
    assert (capped.json()["cap"], capped.json()["at_most"]) == ("staff", 1)
    assert await uses(counter) == 1


@pytest.mark.parametrize(
    ("after", "refused"),
    [(PROOF_LIFE, "till-session-over"), (USUAL_LIFE, "no-master-pin")],
)
async def test_a_sale_and_a_pin_run_out(
    tester: AsyncClient, counter: Counter, time: MovableTime, after: timedelta, refused: str
) -> None:
    id = await waiting(tester, counter)
    time.pass_by(after)
    if refused == "no-master-pin":
        id = await waiting(tester, counter)

    assert word(await enter(tester, counter, id))[1] == refused
    assert await uses(counter) == 0


async def test_what_is_switched_off_in_the_middle_bites_at_once(
    tester: AsyncClient, counter: Counter
) -> None:
    id = await waiting(tester, counter)
    await counter.allow(master_pin=False)

    assert word(await enter(tester, counter, id)) == (403, "switched-off")
    assert word(await begin(tester, credential(counter))) == (403, "switched-off")


@pytest.mark.parametrize(
    ("otherwise", "refused"),
    [
        ({"staff": "kim"}, "not-staff"),
        ({"reason": "call +49 170 1234567"}, "malformed-request"),
        ({"reason": "no"}, "malformed-request"),
    ],
)
async def test_who_and_why_are_needed(
    tester: AsyncClient, counter: Counter, otherwise: dict[str, Any], refused: str
) -> None:
    id = await waiting(tester, counter)

    assert word(await enter(tester, counter, id, **otherwise))[1] == refused
