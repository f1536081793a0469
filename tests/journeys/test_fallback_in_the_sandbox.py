"""A code that does not arrive goes on by other ways, as any application can play it through."""

from pathlib import Path
from typing import Any

from tests.journeys.installation import Served, eventually, install, new_key, serving
from watchword.features.organisations.rules import Mode

VOICE_ONLY = "+4917604069010"
LATE = "+4917604069001"
NOT_ME = "+4917604069008"
PLAN = {
    "steps": [
        {"channel": "sms", "providers": ["cheap", "dear"], "wait_seconds": 20},
        {"channel": "whatsapp", "wait_seconds": 20},
        {"channel": "voice", "wait_seconds": 20},
    ]
}


async def look(served: Served, id: object) -> dict[str, Any]:
    reply = await served.client.get(f"/v1/challenges/{id}")
    challenge: dict[str, Any] = reply.json()
    return challenge


async def inbox(served: Served, to: str) -> list[dict[str, Any]]:
    reply = await served.client.get("/sandbox/messages", params={"to": to})
    messages: list[dict[str, Any]] = reply.json()
    return messages


async def pass_by(served: Served, seconds: int) -> None:
    reply = await served.client.post("/sandbox/clock-moves", json={"seconds": seconds})
    assert reply.status_code == 201, reply.text


async def test_what_fails_by_text_and_whatsapp_is_spoken_with_the_same_code(
    tmp_path: Path, database: str
) -> None:
    place = await install(tmp_path, database)
    async with serving(place, await new_key(place, Mode.TEST)) as served:
        reply = await served.client.put("/v1/plans/wallet_signin", json=PLAN)
        assert reply.status_code == 200, reply.text

        opened = await served.open(phone=VOICE_ONLY)

        async def is_spoken() -> bool:
            return bool(await inbox(served, VOICE_ONLY))

        await eventually("the code is spoken", is_spoken)
        [call] = await inbox(served, VOICE_ONLY)
        traced = await look(served, opened.id)
        assert call["channel"] == "voice"
        assert [(step["step"], step["channel"], step["because"]) for step in traced["steps"]] == [
            (1, "sms", "first"),
            (2, "whatsapp", "failed"),
            (3, "voice", "failed"),
        ]
        assert [sending["receipt"] for sending in traced["sendings"]] == [
            "failed",
            "failed",
            "delivered",
        ]
        assert [step["lasted_seconds"] for step in traced["steps"]][2] is None
        assert await served.answer(opened.id, call["code"]) == "verified"


async def test_what_is_late_goes_on_when_its_time_is_over_and_may_arrive_twice(
    tmp_path: Path, database: str
) -> None:
    place = await install(tmp_path, database)
    async with serving(place, await new_key(place, Mode.TEST)) as served:
        await served.client.put("/v1/plans/wallet_signin", json=PLAN)
        opened = await served.open(phone=LATE)

        await pass_by(served, 21)

        async def has_stepped() -> bool:
            return len((await look(served, opened.id))["sendings"]) > 1

        await eventually("the next step is taken", has_stepped)
        await pass_by(served, 60)

        async def has_arrived_twice() -> bool:
            return len(await inbox(served, LATE)) > 1

        await eventually("both messages arrive", has_arrived_twice)
        codes = {message["code"] for message in await inbox(served, LATE)}
        assert len(codes) == 1
        assert await served.answer(opened.id, codes.pop()) == "verified"


async def test_whoever_did_not_ask_ends_it_and_its_code_is_worthless(
    tmp_path: Path, database: str
) -> None:
    place = await install(tmp_path, database)
    async with serving(place, await new_key(place, Mode.TEST)) as served:
        opened = await served.open(phone=NOT_ME)

        async def is_denied() -> bool:
            return bool((await look(served, opened.id))["status"] == "denied")

        await eventually("it is over", is_denied)
        [message] = await inbox(served, NOT_ME)
        assert await served.answer(opened.id, message["code"]) == "over"


async def test_from_the_same_seed_come_the_same_codes(tmp_path: Path, database: str) -> None:
    place = await install(tmp_path, database)
    async with serving(place, await new_key(place, Mode.TEST)) as served:
        codes: list[str] = []
        for _ in range(2):
            await served.client.post("/sandbox/seeds", json={"seed": "spring"})
            await served.open(email="ann@example.org")
            await served.open(email="bob@example.org")

            seen = len(codes) // 2

            async def are_there(seen: int = seen) -> bool:
                both = [await inbox(served, to) for to in ("ann@example.org", "bob@example.org")]
                return all(len(each) > seen for each in both)

            await eventually("both codes are there", are_there)
            first, second = (
                await inbox(served, "ann@example.org"),
                await inbox(served, "bob@example.org"),
            )
            codes += [first[0]["code"], second[0]["code"]]

        assert codes[:2] == codes[2:]
        assert codes[0] != codes[1]
