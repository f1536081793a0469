"""The client in JavaScript makes the same acts as the one in Python, and does them alike."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.client.test_agreement import ACTS, OWN_ID, ids
from tests.not_tested import not_tested
from watchword.client import Act, tills, vouchers

HERE = Path(__file__).parent
CLIENT = HERE.parents[1] / "src" / "watchword" / "web" / "scripts" / "watchword.js"
AT_TERMINAL = {
    tills.open_for_master_pin,
    tills.enter_master_pin,
    vouchers.kit,
    vouchers.settle,
}

MAKE = """
import * as watchword from %s;
const wanted = JSON.parse(process.argv[1]);
const made = wanted.map(([module, name, said]) => watchword[module][name](...said));
const known = Object.entries(watchword).filter(([, each]) => typeof each === "object")
  .flatMap(([module, acts]) => Object.keys(acts).map((name) => `${module}.${name}`));
console.log(JSON.stringify({ made, known }));
"""


def node(*said: str) -> subprocess.CompletedProcess[str]:
    found = shutil.which("node")
    if found is None:
        not_tested("the client in JavaScript, because there is no Node", "apt install nodejs")
    return subprocess.run([found, *said], capture_output=True, text=True, check=False, timeout=240)


def called(make: Callable[..., Act[Any]]) -> tuple[str, str]:
    module = make.__module__.rpartition(".")[2]
    return module, re.sub(r"_(\w)", lambda found: found[1].upper(), make.__name__)


def said_in(make: Callable[..., Act[Any]], act: Act[Any]) -> list[Any]:
    """Give what is said in JavaScript for an act: ids first, and then what it says."""
    terminal = [*act.headers.values()] if make in AT_TERMINAL else []
    body = json.loads(msgspec.json.encode(act.body)) if act.body else None
    rest = [each for each in (body, dict(act.query) or None) if each is not None]
    return [*terminal, *[OWN_ID] * act.path.count(OWN_ID), *rest]


@cache
def made_there() -> dict[str, Any]:
    wanted = [(*called(make), said_in(make, act)) for make, act in ACTS.items()]
    script = MAKE % json.dumps(str(CLIENT))
    done = node("--input-type=module", "-e", script, json.dumps(wanted))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("number", range(len(ACTS)), ids=ids)
def test_an_act_is_the_same_in_both(number: int) -> None:
    here, there = [*ACTS.values()][number], made_there()["made"][number]

    assert (there["method"], there["path"]) == (here.method, here.path)
    assert there.get("body") == (
        None if here.body is None else json.loads(msgspec.json.encode(here.body))
    )
    assert (there["query"], there["headers"]) == (here.query, here.headers)
    assert there["isRepeatable"] == here.is_repeatable
    assert bool(there.get("key")) == bool(here.key)


def test_both_know_the_same_acts() -> None:
    assert {*made_there()["known"]} == {".".join(called(make)) for make in ACTS}


def test_it_does_acts_as_the_other_does() -> None:
    done = node("--test", str(HERE / "watchword.test.mjs"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout
