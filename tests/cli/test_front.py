"""What is true of every command."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.cli.desk import Desk
from watchword.cli import COMMANDS, front, load

HEAVY = {"aiohttp", "aiosmtplib", "alembic", "asyncpg", "litestar", "phonenumbers", "uvicorn"}
HEAVY |= {"cryptography", "sqlalchemy", "structlog", "watchword.wiring"}
LOADED = "import runpy, sys; sys.argv[1:] = {arguments}\ntry: runpy.run_module('watchword')\n"
LOADED += "except SystemExit: print(*sys.modules)"

MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def described() -> list[tuple[str, list[str]]]:
    """Give each command with the names of its options and arguments."""
    return [each for name in COMMANDS for each in _described(name, load(name))]


def _described(path: str, command: Any) -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401
    inner = getattr(command, "commands", {})
    for name, one in inner.items():
        yield from _described(f"{path} {name}", one)
    if not inner:
        yield path, [param.opts[0] for param in command.params if param.opts[0][0] == "-"]


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_a_glance_waits_for_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-c", LOADED.format(arguments=arguments)]

    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert not HEAVY & {*said.split()}


def test_the_version_is_said() -> None:
    assert re.fullmatch(r"watchword [0-9.]+\n", CliRunner().invoke(front, ["--version"]).output)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_stands_in_the_file_of_its_name(name: str) -> None:
    result = CliRunner().invoke(front, [name, "--help"])

    assert result.exit_code == 0
    assert name in result.output


def test_a_misspelt_command_is_guessed() -> None:
    result = CliRunner().invoke(front, ["doktor"])

    assert result.exit_code == 2
    assert "doctor" in result.output


def test_a_fault_is_one_line_on_stderr_and_no_trace(bare_desk: Desk) -> None:
    result = bare_desk.type("organisations list")

    assert (result.stdout, result.exit_code) == ("", 1)
    assert result.stderr == (
        f"There is no keyring at {bare_desk.keyring_path}. Make one: watchword keys create\n"
    )


def test_an_empty_database_is_told_with_its_remedy(bare_desk: Desk) -> None:
    bare_desk.make_keyring()

    result = bare_desk.type("organisations list")

    assert result.exit_code == 1
    assert "watchword database upgrade" in result.stderr


def test_a_database_out_of_reach_is_a_reason_to_try_later(bare_desk: Desk) -> None:
    nowhere = Desk(bare_desk.folder, "postgresql://nobody@127.0.0.1:1/nothing")
    nowhere.make_keyring()

    result = nowhere.type("organisations list")

    assert (result.stdout, result.exit_code) == ("", 75)
    assert "The database cannot be used" in result.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[web]\nprot = 1", "prot"),
        ("[web", "cannot be read"),
        ('[database]\nurl = "mysql://x"', "begins with sqlite:/// or postgresql://"),
    ],
)
def test_wrong_settings_are_told_with_their_place(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "watchword.toml"
    file.write_text(text)

    result = CliRunner().invoke(front, ["--settings", str(file), "database", "version"])

    assert result.exit_code == 1
    assert says in result.stderr


def test_settings_that_are_named_must_be_there(tmp_path: Path) -> None:
    missing = {"WATCHWORD_SETTINGS": str(tmp_path / "none.toml")}

    result = CliRunner(env=missing).invoke(front, ["database", "version"])

    assert result.exit_code == 1
    assert "none.toml" in result.stderr


@pytest.mark.parametrize(("path", "options"), described())
def test_the_manual_names_every_command_and_option(path: str, options: list[str]) -> None:
    _, _, section = MANUAL.read_text("utf-8").partition(f"\n### `watchword {path}")
    section = section.partition("\n##")[0]

    assert section, f"docs/reference/cli.md has no section for watchword {path}"
    assert [option for option in options if f"`{option}" not in section] == []


def test_the_manual_names_what_goes_before_every_command() -> None:
    options = [param.opts[0] for param in typer.main.get_command(front).params]

    assert [option for option in options if f"`{option}" not in MANUAL.read_text("utf-8")] == []


def test_the_manual_names_no_command_that_is_not_there() -> None:
    named = re.findall(r"\n### `watchword ([a-z -]*[a-z])", MANUAL.read_text("utf-8"))

    assert sorted(named) == sorted(path for path, _ in described())
