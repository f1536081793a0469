"""How to test an application: its table is what the sandbox plays, and its example runs."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.docs.manual import page
from watchword.features.contacts.rules import Contact, PhoneLine, read_phone
from watchword.features.sandbox.scenarios import (
    LANDLINE,
    LATE,
    LATE_LETTER,
    RETURNED_LETTER,
    Part,
    mailbox_of,
    name_of,
    number_of,
)

PAGE = "how-to/test-your-application.md"
WITHIN = 280  # seconds


def test_every_address_that_plays_a_part_stands_in_the_table() -> None:
    rows = page(PAGE).section("Addresses that play a part").rows

    assert [[cell.strip("`") for cell in row[:4]] for row in rows] == [
        [part, number_of(part) or "", mailbox_of(part) or "", name_of(part) or ""] for part in Part
    ]
    assert all(row[4].endswith(".") for row in rows)


def test_the_times_are_right() -> None:
    told = {
        row[0].strip("`"): row[4] for row in page(PAGE).section("Addresses that play a part").rows
    }

    assert f"after {LATE.seconds} seconds" in told["late"]
    assert f"a letter after {LATE_LETTER.days} days" in told["late"]
    assert f"after {RETURNED_LETTER.days} days" in told["returned"]
    assert timedelta(seconds=60) > LATE  # so that moving the clock by a minute is enough


def test_the_telephone_on_the_wall_is_one() -> None:
    read = read_phone(LANDLINE, "US")

    assert f"`{LANDLINE}`" in page(PAGE).text
    assert isinstance(read, Contact)
    assert read.line is PhoneLine.LANDLINE


def test_the_example_runs_as_it_stands(tmp_path: Path) -> None:
    [example] = [block.text for block in page(PAGE).blocks if block.language == "python"]
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"],
        cwd=tmp_path,
        env={**os.environ, "PATH": programs},
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "5 passed" in run.stdout
