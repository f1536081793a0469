"""What somebody sees who tries Watchword for the first time."""

import json
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.desk import Desk
from tests.cli.programs import running, stop
from watchword.cli.demo_words import DemoView, PatronView, SampleView, say_ready
from watchword.foundation.keyring_files import KeyringFile

PHONE = "+491701234567"
PATIENCE = 60.0  # seconds


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[tuple["subprocess.Popen[str]", Any]]:
    """Run a demo on a free port, and give it with what it says once it is ready."""
    with running("demo", "--port", "0", "--json", *options, folder=folder) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line, process.communicate()
        yield process, json.loads(line)


def client(said: Any, number: int = 0) -> httpx.Client:  # noqa: ANN401 - JSON
    key = said["organisations"][number]["key"]
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=said["url"], headers=headers, timeout=PATIENCE)


def keys_of(said: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {each["slug"]: each["key"] for each in said["organisations"]}


def newest_code(api: httpx.Client) -> str:
    while not (messages := api.get("/sandbox/messages", params={"to": PHONE}).json()):
        time.sleep(0.02)
    code: str = messages[0]["code"]
    return code


def test_everything_can_be_tried_and_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo(tmp_path) as (process, said):
        with client(said) as api:
            order = {"purpose": "contact_verification", "to": {"phone": PHONE}}
            id = api.post("/v1/challenges", json=order).json()["id"]
            answer = api.post(f"/v1/challenges/{id}/answers", json={"code": newest_code(api)})
            page = api.get("/sandbox")
        ended, farewell = stop(process, signal.SIGINT)

    assert answer.json() == {"verdict": "verified"}
    assert page.status_code == 200
    assert (ended, farewell) == (0, "The demo has ended, and its folder is removed.\n")
    assert [*tmp_path.iterdir()] == []


def test_an_application_on_the_same_machine_can_hear_of_it(tmp_path: Path) -> None:
    with demo(tmp_path) as (process, said):
        with client(said) as api:
            url = "http://127.0.0.1:9000/watchword"
            made = api.post("/v1/webhook-endpoints", json={"url": url})
        stop(process, signal.SIGTERM)

    assert made.status_code == 201, made.text


def test_what_is_kept_goes_on_where_it_ended(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    order = {"purpose": "contact_verification", "to": {"phone": PHONE}}
    with demo(tmp_path, "--data", str(kept)) as (process, first):
        with client(first, 1) as api:
            id = api.post("/v1/challenges", json=order).json()["id"]
            code = newest_code(api)
        ended, _ = stop(process, signal.SIGTERM)

    with demo(tmp_path, "--data", str(kept)) as (_, second), client(second, 1) as api:
        answer = api.post(f"/v1/challenges/{id}/answers", json={"code": code})

    assert ended == 0
    assert keys_of(first) == keys_of(second)
    assert answer.json() == {"verdict": "verified"}
    assert (kept / "demo.json").stat().st_mode & 0o777 == 0o600
    assert KeyringFile(kept / "keyring.json").load().is_throwaway


def test_the_owner_comes_in_by_the_printed_link_and_only_once(tmp_path: Path) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    with demo(tmp_path) as (process, said):
        link = said["organisations"][1]["owner_link"]
        with httpx.Client(follow_redirects=True, headers=own, timeout=PATIENCE) as browser:
            asked = browser.get(link)
            inside = browser.post(link, data={"name": "Olga Ohlsen"})
        with httpx.Client(headers=own, timeout=PATIENCE) as another:
            again = another.post(link, data={"name": "Olga Ohlsen"})
        stop(process, signal.SIGTERM)

    assert said["url"].startswith("http://localhost:")
    assert link.startswith(f"{said['url']}/console/invitations/")
    assert asked.status_code == 200
    assert (inside.status_code, inside.url.path) == (200, "/console")
    assert again.status_code == 404


def test_each_sample_organisation_begins_with_its_preset_and_is_not_changed_again(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept"
    methods, boxes = [], []
    for _ in range(2):
        with demo(tmp_path, "--data", str(kept)) as (process, said):
            for number in range(3):
                with client(said, number) as api:
                    reply = api.get("/v1/settings/verification").json()
                    methods.append((reply["version"], len(reply["settings"]["methods"])))
                    boxes.append(api.get("/v1/settings/consent").json()["settings"]["opt_in"])
            stop(process, signal.SIGTERM)

    assert methods == [("1-0", 3), ("1-0", 6), ("1-0", 4)] * 2
    assert boxes == ["ask", "ask", "off"] * 2, "Customers of a shop can agree to offers."


def test_a_taken_port_is_told_before_anything_is_made(bare_desk: Desk) -> None:
    kept = bare_desk.folder / "kept"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        result = bare_desk.type(f"demo --port {port} --data {kept}")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Port {port} on 127.0.0.1 is taken.")
    assert not kept.exists()


def test_real_keys_are_not_played_with(bare_desk: Desk) -> None:
    keyring = bare_desk.make_keyring()

    result = bare_desk.type(f"demo --port 0 --data {bare_desk.keyring_path.parent}")

    assert result.exit_code == 1
    assert "are real" in result.stderr
    assert bare_desk.keyring == keyring


def test_a_database_without_its_keys_is_let_be(tmp_path: Path, bare_desk: Desk) -> None:
    (tmp_path / "watchword.db").touch()

    result = bare_desk.type(f"demo --port 0 --data {tmp_path}")

    assert result.exit_code == 1
    assert "without its keyring.json" in result.stderr
    assert not (tmp_path / "keyring.json").exists()


def test_a_folder_that_cannot_be_had_is_told(tmp_path: Path, bare_desk: Desk) -> None:
    (tmp_path / "file").touch()

    result = bare_desk.type(f"demo --port 0 --data {tmp_path}/file/folder")

    assert result.exit_code == 1
    assert "cannot be had" in result.stderr


def test_listening_to_the_world_is_warned_of(tmp_path: Path, bare_desk: Desk) -> None:
    (tmp_path / "file").touch()  # so that it ends before it begins

    result = bare_desk.type(f"demo --host 0.0.0.0 --port 0 --data {tmp_path}/file")

    assert "sees the sandbox, with every code in it" in result.stderr


@pytest.fixture
def words() -> str:
    url = "http://localhost:8000"
    link = f"{url}/console/invitations/abc"
    staff = {"owner": "owner@greenleaf.example"}
    join = f"{url}/o/greenleaf/join"
    wallet, patron = f"{url}/o/greenleaf/wallet", PatronView("Grace Summers", "212-555-0142")
    sample = SampleView(
        "greenleaf", "Greenleaf Market", "ww_test_1", link, staff, join, wallet, patron, "wt_1"
    )
    return say_ready(
        DemoView(url, f"{url}/sandbox", f"{url}/console", f"{url}/docs", "/data", [sample]),
        is_kept=False,
    )


def test_where_to_look_is_said_in_words(words: str) -> None:
    for what in (
        *("http://localhost:8000/sandbox", "http://localhost:8000/docs", "ww_test_1"),
        *("http://localhost:8000/console/invitations/abc", "owner@greenleaf.example"),
        *("http://localhost:8000/o/greenleaf/join", "http://localhost:8000/o/greenleaf/wallet"),
        *("212-555-0142", "wt_1", "owner@lakeside.example", "/console/telephone/simulator"),
        "http://localhost:8000/console/campaigns",
    ):
        assert what in words


@pytest.mark.parametrize("start", ["KEY=", 'curl -s "http'])
def test_what_is_to_be_pasted_is_good_for_a_shell(words: str, start: str) -> None:
    block = words[words.index(f"\n{start}") :].partition("\n\n")[0].replace("\\\n", " ")

    bodies = [word for word in shlex.split(block) if word.startswith("{")]
    bodies += re.findall(r"-d '([^']*)'", block)

    assert bodies
    assert all(json.loads(body) for body in bodies)
    assert not re.search(r"[!?#]", block.replace("$(", ""))  # which shells read in other ways


def test_the_code_is_the_last_thing_so_that_it_is_easily_typed(words: str) -> None:
    assert words.endswith("""-d '{"code": "CODE"}'""")
