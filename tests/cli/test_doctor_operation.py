"""What the doctor finds about daily life, and that each finding says what to do."""

import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.lived_in import live_in
from tests.cli.test_doctor import found
from watchword.cli.checks_operation import (
    BACKED_UP_WITHIN,
    LOG_BYTES,
    SWEPT_WITHIN,
    WAITS_LONG,
    WAITS_TOO_LONG,
    check_backup,
    check_log_of_sqlite,
    check_outbox_age,
    check_retention,
)
from watchword.cli.findings import Finding, State
from watchword.features.census.figures.rules import Waiting
from watchword.features.delivery.rules import ProviderName
from watchword.settings import parse

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOKEN = "sixteen characters"  # noqa: S105 - of a test
MAIL = ProviderName("mail")


def state_and_remedy(finding: Finding) -> tuple[State, bool]:
    return finding.state, finding.remedy is not None


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(), State.OK),
        (WAITS_LONG + SECOND, State.WARNING),
        (WAITS_TOO_LONG + SECOND, State.WRONG),
    ],
)
def test_a_message_that_waits_for_long_is_no_good_sign(age: timedelta, state: State) -> None:
    lanes = {ProviderName("sms"): Waiting(7, 0.0), MAIL: Waiting(1, age.total_seconds())}

    finding = check_outbox_age(lanes)

    assert state_and_remedy(finding) == (state, state is not State.OK)
    assert "mail" in finding.detail or state is State.OK


@pytest.mark.parametrize(
    ("swept_at", "state"),
    [
        (NOON, State.OK),
        (NOON - SWEPT_WITHIN - SECOND, State.WRONG),
        (None, State.WARNING),
    ],
)
def test_what_is_too_old_is_looked_for_every_day(swept_at: datetime | None, state: State) -> None:
    assert state_and_remedy(check_retention(swept_at, NOON)) == (state, state is not State.OK)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(hours=1), State.OK),
        (BACKED_UP_WITHIN + SECOND, State.WRONG),
        (None, State.WRONG),
    ],
)
def test_a_backup_that_is_old_or_missing_is_wrong(
    tmp_path: Path, age: timedelta | None, state: State
) -> None:
    marker = tmp_path / "marker"
    if age is not None:
        marker.touch()
        moment = (NOON - age).timestamp()
        os.utime(marker, (moment, moment))

    finding = check_backup(parse({"backup": {"marker": str(marker)}}), NOON)

    assert state_and_remedy(finding) == (state, state is not State.OK)


def test_without_a_marker_it_is_said_that_nothing_is_known(desk: Desk) -> None:
    assert found(desk)["backup"]["state"] == "warning"


def test_a_backup_that_was_made_just_now_is_seen(desk: Desk, tmp_path: Path) -> None:
    marked = replace(desk, environment={"WATCHWORD_BACKUP__MARKER": str(tmp_path / "marker")})
    marked.ask(f"backup {tmp_path / 'copy'}")

    assert found(marked)["backup"]["state"] == "ok"


def test_a_log_that_grows_and_grows_is_noticed(tmp_path: Path) -> None:
    settings = parse({"database": {"url": f"sqlite:///{tmp_path}/watchword.db"}})
    with (tmp_path / "watchword.db-wal").open("wb") as file:
        file.truncate(LOG_BYTES + 1)  # a hole, which takes no room on the disk

    [finding] = check_log_of_sqlite(settings)

    assert state_and_remedy(finding) == (State.WARNING, True)


def test_an_organisation_that_nobody_can_open_is_named(desk: Desk) -> None:
    desk.type("organisations create lonely --name Lonely")

    finding = found(desk)["owners"]

    assert finding["state"] == "warning"
    assert "watchword staff first-owner lonely" in finding["remedy"]


def test_an_organisation_with_an_owner_is_in_good_hands(desk: Desk) -> None:
    desk.inside(live_in)

    assert found(desk)["owners"]["state"] == "ok"


@pytest.mark.parametrize(
    ("environment", "check", "state"),
    [
        ({}, "metrics", "ok"),
        ({"WATCHWORD_METRICS__LISTEN": "127.0.0.1:9464"}, "metrics", "ok"),
        (
            {
                "WATCHWORD_METRICS__LISTEN": "0.0.0.0:9464",
                "WATCHWORD_METRICS__TOKEN": TOKEN,
            },
            "metrics",
            "warning",
        ),
        ({}, "tracing", "ok"),
        ({"WATCHWORD_TRACING__ENDPOINT": "http://127.0.0.1:9/v1/traces"}, "tracing", "ok"),
        ({"WATCHWORD_WEB__PUBLIC_URL": "https://codes.example.org"}, "hsts", "ok"),
    ],
)
def test_who_may_look_is_told(
    desk: Desk, environment: dict[str, str], check: str, state: str
) -> None:
    finding = found(replace(desk, environment=environment))[check]

    assert finding["state"] == state
    assert TOKEN not in repr(finding)


def test_nothing_is_asked_of_the_network(desk: Desk) -> None:
    """A collector that is there hears nothing of the doctor."""
    with socket.create_server(("127.0.0.1", 0)) as collector:
        collector.settimeout(0.2)
        place = f"http://127.0.0.1:{collector.getsockname()[1]}/v1/traces"
        found(replace(desk, environment={"WATCHWORD_TRACING__ENDPOINT": place}))
        with pytest.raises(TimeoutError):
            collector.accept()
