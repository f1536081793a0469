"""Sending left to a process of its own: `watchword work` beside a server that only answers."""

from pathlib import Path

from tests.journeys.installation import (
    ended_with_the_journey,
    eventually,
    install,
    new_key,
    serving,
    start,
)
from tests.stand_ins.http_gateway import running_gateway
from watchword.features.organisations.rules import Mode


async def test_a_worker_sends_what_a_server_was_asked_for(migrated: str, tmp_path: Path) -> None:
    async with running_gateway() as gateway:
        sms = {
            "kind": "http",
            "channel": "sms",
            "url": gateway.url,
            "body": {"to": "{to}", "text": "{text}"},
        }
        place = await install(tmp_path, migrated, work={"in_server": False}, providers={"sms": sms})
        async with serving(place, await new_key(place, Mode.LIVE)) as served:
            challenge = await served.open()
            assert await served.states(challenge.id) == ["queued"]

            async def is_sent() -> bool:
                return await served.states(challenge.id) == ["sent"]

            async with ended_with_the_journey(await start(place, "work")):
                await eventually("the worker sent it", is_sent)

    assert len(gateway.requests) == 1
