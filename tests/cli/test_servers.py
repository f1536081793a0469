"""What is true of servers that are for real."""

import json
import signal
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.cli.desk import Desk
from tests.cli.programs import running, stop


@pytest.fixture
def house(bare_desk: Desk) -> Desk:
    bare_desk.make_keyring()
    bare_desk.type("database upgrade")
    return bare_desk


@pytest.mark.parametrize("command", ["serve --port 0", "work"])
def test_what_was_made_for_a_demonstration_is_refused(house: Desk, command: str) -> None:
    house.make_keyring(is_throwaway=True)

    result = house.type(command)

    assert result.exit_code == 1
    assert "made for a demonstration" in result.stderr


@pytest.mark.parametrize("command", ["serve --port 0", "work"])
def test_a_database_that_is_behind_is_refused(bare_desk: Desk, command: str) -> None:
    bare_desk.make_keyring()

    result = bare_desk.type(command)

    assert result.exit_code == 1
    assert "watchword database upgrade" in result.stderr


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("in_server", ["true", "false"])
def test_a_server_answers_until_it_is_told_to_stop(
    house: Desk, tmp_path: Path, by: signal.Signals, in_server: str
) -> None:
    environment = {**house.office.environment, "WATCHWORD_WORK__IN_SERVER": in_server}
    with running("serve", "--port", "0", folder=tmp_path, environment=environment) as process:
        assert process.stderr
        started = json.loads(process.stderr.readline())
        alive = httpx.get(f"http://{started['address']}/health/live")
        ended, said = stop(process, by)

    assert started["event"] == "server.started"
    assert alive.text == "alive\n"
    assert (ended, json.loads(said)["event"]) == (0, "server.stopped")


def test_a_worker_works_until_it_is_told_to_stop(house: Desk, tmp_path: Path) -> None:
    environment = house.office.environment
    with running("work", folder=tmp_path, environment=environment) as process:
        assert process.stderr
        started = json.loads(process.stderr.readline())
        ended, said = stop(process, signal.SIGTERM)

    assert (started["event"], started["providers"]) == (
        "worker.started",
        ["folder", "sandbox"],
    )
    assert (ended, json.loads(said)["event"]) == (0, "worker.stopped")


@pytest.mark.parametrize("command", ["serve --port 0", "work"])
def test_each_process_shows_its_figures_where_it_is_told_to(
    house: Desk, tmp_path: Path, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {**house.office.environment, "WATCHWORD_METRICS__LISTEN": place}
    with running(*command.split(), folder=tmp_path, environment=environment) as process:
        assert process.stderr
        assert "started" in process.stderr.readline()
        figures = httpx.get(f"http://{place}/metrics")
        ready = httpx.get(f"http://{place}/health/ready")
        ended, said = stop(process, signal.SIGTERM)

    assert "watchword_worker_up{" in figures.text
    assert (ready.status_code, ready.text) == (200, "ready\n")
    assert (ended, "stopped" in said) == (0, True)


def test_a_place_for_figures_that_is_taken_is_named(house: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        desk = replace(house, environment={"WATCHWORD_METRICS__LISTEN": place})
        result = desk.type("work")

    assert result.exit_code == 1
    assert "metrics.listen" in result.stderr
