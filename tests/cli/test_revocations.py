"""The list that lies beside the backups: added to, never doubled, and mended after a crash."""

import stat
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.lived_in import FORGOTTEN, OPTED_OUT, READER, go_on_living, live_in


@pytest.fixture
def written(desk: Desk, tmp_path: Path) -> Path:
    """A list of a house in which things were taken away."""
    lived = desk.inside(live_in)
    desk.inside(lambda services: go_on_living(services, lived))
    desk.ask(f"revocations {tmp_path / 'list'}")
    return tmp_path / "list"


def test_it_names_ids_and_digests_and_nobody(written: Path) -> None:
    lines = written.read_bytes()

    assert lines.count(b"\n") == 6
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    for known in (FORGOTTEN, OPTED_OUT, READER):
        assert known.encode() not in lines
        assert known[-7:].encode() not in lines


def test_what_stands_there_is_not_written_again(desk: Desk, written: Path) -> None:
    before = written.read_bytes()

    assert desk.ask(f"revocations {written}")["added"] == 0
    assert written.read_bytes() == before


def test_a_line_that_a_crash_has_left_half_written_is_written_anew(
    desk: Desk, written: Path
) -> None:
    before = written.read_bytes()
    written.write_bytes(before[:-20])

    assert desk.ask(f"revocations {written}")["added"] == 1
    assert {*written.read_bytes().splitlines()} == {*before.splitlines()}


def test_nothing_of_a_half_written_line_stays_though_nothing_takes_its_place(
    desk: Desk, written: Path
) -> None:
    before = written.read_bytes()
    written.write_bytes(before + b"x" * 500)

    assert desk.ask(f"revocations {written}")["added"] == 0
    assert written.read_bytes() == before


@pytest.mark.parametrize("garbage", [b"what is this?\n", b"x" * 5000, b"\n"])
def test_a_list_that_is_none_is_refused_and_left_as_it_is(
    desk: Desk, written: Path, garbage: bytes
) -> None:
    there = garbage + written.read_bytes()
    written.write_bytes(there)

    copy = written.with_name("copy")
    desk.ask(f"backup {copy}")
    for command in ("revocations", f"restore {copy} --revocations"):
        result = desk.type(f"{command} {written}")
        assert result.exit_code == 1
        assert "Line 1" in result.stderr
    assert written.read_bytes() == there


def test_what_was_never_there_is_no_list_for_a_restore(desk: Desk, tmp_path: Path) -> None:
    desk.ask(f"backup {tmp_path / 'copy'}")

    result = desk.type(f"restore {tmp_path / 'copy'} --revocations {tmp_path / 'none'}")

    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
