"""The page that says how Twilio Verify is answered says what a run says."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from tests.conftest import Templates
from tests.stores import MovableTime
from tests.web.compat.twilio.conformance import (
    PAGE,
    Call,
    Heard,
    Told,
    calls_of,
    filled,
    heard_in,
    is_second,
    word_of,
    written,
)
from tests.web.compat.twilio.conftest import aside, new_desk
from tests.web.compat.twilio.desk import Desk, Library, Story, in_python
from tests.web.compat.twilio.javascript import in_javascript, teller
from tests.web.compat.twilio.rows import STORIES
from tests.whole_house import Dealt
from watchword.wiring import Services

NOT_HERE = {"404/20404", "403/60204"}


@pytest.fixture
def migrated(templates: Templates, tmp_path: Path) -> str:
    """One engine is enough for a page: each story is told on both by itself."""
    return templates.copy_sqlite(tmp_path / "migrated.db")


async def test_the_page_says_what_a_run_says(
    services: Services, time: MovableTime, dealt: Dealt, spec: dict[str, Any]
) -> None:
    run: list[Told] = []

    async def heard(story: Story, library: Library, name: str) -> list[Heard]:
        dealt.codes.clear()
        desk = replace(await new_desk(services, time, dealt, spec, name), library=library)
        await aside(story.told, desk)
        for one in desk.heard:
            one.close()
        return [each for one in desk.heard for each in heard_in(one.exchanges, desk.judge)]

    with teller() as script:
        for number, story in enumerate(STORIES):
            by_python = await heard(story, in_python, f"python-{number}")
            by_script = await heard(story, in_javascript(script), f"script-{number}")
            run.append(Told(story, by_python, by_script))
    desk = await new_desk(services, time, dealt, spec)
    page = written(run, spec, await answers_elsewhere(desk, spec))

    if os.environ.get("CONFORMANCE") == "write":
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8").splitlines() == page.splitlines()
    for told in run:
        both = [
            {(each.call, each.word) for each in heard} for heard in (told.python, told.javascript)
        ]
        assert both[0] == both[1], told.story.id


async def answers_elsewhere(desk: Desk, spec: dict[str, Any]) -> dict[Call, str]:
    """Make every call that has no answer of its own."""
    service = (await aside(desk.service)).fetch
    sid = (await aside(service)).sid
    found: dict[Call, str] = {}
    async with AsyncClient(base_url=desk.url, auth=(desk.account, desk.token)) as wire:
        for method, path in calls_of(spec):
            if is_second(path):
                reply = await wire.request(method, filled(path, sid))
                found[method, path] = word_of(reply.status_code, reply.content)
    assert {*found.values()} <= NOT_HERE
    return found
