"""The tutorial about a first card: its commands, run one after the other as they stand."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.cli.programs import stop
from tests.cli.test_demo import demo
from tests.docs.manual import page

PAGE = "tutorial/first-card.md"
ADDRESS = "http://localhost:8000"
PHONE = "+491701234568"
SHOP = 1  # of the organisations of the demo
WITHIN = 240  # seconds


def test_its_commands_end_with_a_verified_card(tmp_path: Path) -> None:
    commands = [each.text for each in page(PAGE).blocks if each.language == ""][1:]
    with demo(tmp_path) as (process, said):
        shop = said["organisations"][SHOP]
        before, answers = f"KEY={shop['key']}\n", commands.index(last_with(commands, "CODE"))

        begun = run(before + "".join(commands[:answers]) + "echo; echo $CARD", said["url"])
        code = newest_code(said["url"], shop["key"])
        card = begun.split()[-1]
        rest = "echo\n".join(commands[answers:]).replace("CODE", code)
        lines = run(f"{before}CARD={card}\n{rest}", said["url"]).splitlines()
        form = httpx.get(shop["join"])
        stop(process, signal.SIGTERM)

    assert shop["slug"] in page(PAGE).text
    assert form.status_code == 200
    assert json.loads(lines[0]) == {"verdict": "verified"}
    shown = json.loads(lines[-1])
    assert (shown["state"], shown["method"], shown["may_redeem"]) == ("verified", "sms", True)


def last_with(commands: list[str], word: str) -> str:
    return next(each for each in reversed(commands) if word in each)


def run(script: str, url: str) -> str:
    done = subprocess.run(
        ["/bin/bash", "-eu", "-c", script.replace(ADDRESS, url)],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=True,
    )
    return done.stdout


def newest_code(url: str, key: str) -> str:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=WITHIN) as api:
        messages: list[Any] = []
        while not messages:
            time.sleep(0.02)
            messages = api.get("/sandbox/messages", params={"to": PHONE}).json()
    return str(messages[0]["code"])
