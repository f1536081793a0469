"""Both clients on a wire that loses, refuses and comes back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from watchword.client import (
    Act,
    AsyncClient,
    Client,
    ClientFault,
    NoAnswer,
    NotUnderstood,
    Patience,
    Problem,
    challenges,
    customers,
    redemptions,
    tills,
)

URL, KEY = "https://codes.example.org", "ww_test_secret"
RIGHT = httpx.Response(201, json={"verdict": "verified"})
AWAY = httpx.Response(
    503, headers={"Retry-After": "1"}, json={"type": "urn:watchword:problem:unavailable"}
)
TYPED = challenges.answer("7f", "123456")

Said = httpx.Response | type[httpx.TransportError]
Do = Callable[[Act[Any], "Wire"], Any]


@dataclass
class Wire:
    """Says one thing after the other, and remembers what it was asked and how long was waited."""

    says: Sequence[Said]
    patience: Patience = field(default_factory=Patience)
    asked: list[httpx.Request] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        said = self.says[len(self.asked)]
        self.asked.append(request)
        if isinstance(said, type):
            raise said("lost", request=request)
        return httpx.Response(said.status_code, headers=said.headers, content=said.content)

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def waiting(act: Act[Any], wire: Wire) -> Any:  # noqa: ANN401
    with Client(
        URL,
        KEY,
        patience=wire.patience,
        transport=httpx.MockTransport(wire),
        sleep=wire.waited.append,
    ) as client:
        return client.do(act)


def at_once(act: Act[Any], wire: Wire) -> Any:  # noqa: ANN401
    async def done() -> Any:  # noqa: ANN401
        transport = httpx.MockTransport(wire)
        async with AsyncClient(
            URL, KEY, patience=wire.patience, transport=transport, sleep=wire.wait
        ) as client:
            return await client.do(act)

    return asyncio.run(done())


@pytest.fixture(params=[waiting, at_once], ids=["sync", "async"])
def do(request: pytest.FixtureRequest) -> Do:
    done: Do = request.param
    return done


def test_what_was_lost_is_asked_again_as_the_same_act(do: Do) -> None:
    wire = Wire([httpx.ReadTimeout, AWAY, RIGHT])

    assert do(TYPED, wire).is_verified

    keys = {request.headers["idempotency-key"] for request in wire.asked}
    assert keys == {TYPED.key}
    assert {request.content for request in wire.asked} == {b'{"code":"123456"}'}
    assert wire.waited[0] <= 0.2
    assert wire.waited[1] >= 1


def test_an_act_that_is_done_again_is_the_same_and_another_one_is_not(do: Do) -> None:
    wires = [Wire([RIGHT]) for _ in range(3)]
    for act, wire in zip([TYPED, TYPED, challenges.answer("7f", "123456")], wires, strict=True):
        do(act, wire)

    first, again, other = [wire.asked[0].headers["idempotency-key"] for wire in wires]
    assert first == again != other


def test_patience_ends(do: Do) -> None:
    wire = Wire([httpx.ReadTimeout] * 3)

    with pytest.raises(NoAnswer, match="Do the same act again"):
        do(TYPED, wire)


def test_what_would_happen_twice_is_not_asked_again_unless_nothing_arrived(do: Do) -> None:
    lost, away, unreached = (
        Wire([httpx.ReadTimeout]),
        Wire([AWAY]),
        Wire([httpx.ConnectError] * 3),
    )
    for wire in (lost, away, unreached):
        with pytest.raises(ClientFault):
            do(tills.resend("7f"), wire)

    assert [len(wire.asked) for wire in (lost, away, unreached)] == [1, 1, 3]


def test_whoever_has_to_wait_for_long_is_told_instead(do: Do) -> None:
    late = httpx.Response(503, headers={"Retry-After": "60"}, json=AWAY.json())
    too_soon = httpx.Response(
        429,
        headers={"Retry-After": "28"},
        json={
            "type": "urn:watchword:problem:resend-too-soon",
            "title": "It is too soon for another message",
            "status": 429,
            "detail": "Wait until the time in Retry-After.",
            "instance": "urn:watchword:request:abc123",
            "channels": ["voice"],
        },
    )
    with pytest.raises(Problem, match="unavailable"):
        do(TYPED, Wire([late]))
    with pytest.raises(Problem) as refused:
        do(TYPED, Wire([too_soon]))

    soon = httpx.Response(429, headers={"Retry-After": "1"}, json=too_soon.json())
    wire = Wire([soon, RIGHT])
    with pytest.raises(Problem):
        do(TYPED, wire)

    problem = refused.value
    assert len(wire.asked) == 1
    assert (problem.word, problem.status) == ("resend-too-soon", 429)
    assert problem.detail == "Wait until the time in Retry-After."
    assert problem.retry_after == timedelta(seconds=28)
    assert (problem.request, problem.more) == ("abc123", {"channels": ["voice"]})


@pytest.mark.parametrize(
    "said",
    [
        httpx.Response(502, text="<html>nginx</html>"),
        httpx.Response(404, json={"type": "about:blank"}),
        httpx.Response(201, json={"verdikt": "verified"}),
        httpx.Response(201, text="<html>"),
        httpx.Response(301, headers={"Location": "https://elsewhere.example"}),
    ],
    ids=["proxy", "other-problem", "other-shape", "no-json", "elsewhere"],
)
def test_what_is_none_of_ours_is_said_to_be_none(do: Do, said: httpx.Response) -> None:
    with pytest.raises(NotUnderstood):
        do(TYPED, Wire([said] * 3))


def test_a_list_is_read_to_its_end() -> None:
    pages = [
        httpx.Response(200, json={"redemptions": [], "cursor": "next"}),
        httpx.Response(200, json={"redemptions": [], "cursor": None}),
    ]
    both = [Wire(pages), Wire(pages)]
    with Client(URL, KEY, transport=httpx.MockTransport(both[0])) as client:
        assert [*client.each(redemptions.page(limit=10))] == []

    async def read() -> list[object]:
        async with AsyncClient(URL, KEY, transport=httpx.MockTransport(both[1])) as client:
            return [each async for each in client.each(redemptions.page(limit=10))]

    assert asyncio.run(read()) == []
    for wire in both:
        assert [dict(one.url.params) for one in wire.asked] == [
            {"limit": "10"},
            {"limit": "10", "cursor": "next"},
        ]


def test_nothing_is_sent_by_a_way_on_which_others_can_read() -> None:
    for url in ("http://codes.example.org", "codes.example.org", "ftp://codes.example.org"):
        with pytest.raises(ValueError, match="https"):
            Client(url, KEY)
    for url in ("https://codes.example.org", "http://127.0.0.1:8000", "http://localhost:8000"):
        Client(url, KEY).close()


def test_an_id_is_a_part_of_a_path_no_matter_what() -> None:
    assert customers.read("../cards?x=1").path == "/v1/customers/..%2Fcards%3Fx%3D1"


def test_no_secret_shows_itself(do: Do) -> None:
    judged = do(TYPED, Wire([RIGHT]))
    asked = customers.create("Müller", contacts=[{"phone": "+491701234567"}])

    shown = repr([TYPED, asked, judged, Client(URL, KEY)])
    assert not [each for each in ("123456", "Müller", "+49", KEY) if each in shown]


def test_a_newer_server_may_say_more(do: Do) -> None:
    more = httpx.Response(201, json={"verdict": "postponed", "until": "2030-01-01"})

    assert not do(TYPED, Wire([more])).is_verified
