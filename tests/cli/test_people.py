"""What an operator sees who answers people about their data."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.desk import PHONE, Desk
from watchword.cli.printing import REFUSED

WHY = "--reason 'asked by letter'"
SOMEBODY = f"--phone {PHONE} {WHY}"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return desk


def test_all_that_is_known_is_written_into_a_file_that_nobody_else_can_read(
    shop: Desk, tmp_path: Path
) -> None:
    shop.type(f"challenges create shop step_up --phone {PHONE}")
    file = tmp_path / "ann.json"

    result = shop.type(f"people export shop {SOMEBODY} --to {file}")

    assert result.exit_code == 0, result.output
    assert "All that is known about +49•••••4567" in result.stdout
    assert PHONE not in result.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["sections"]["contact_points"][0]["address"] == PHONE


def test_a_file_that_is_there_is_left_alone(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "ann.json"
    file.write_text("mine")

    result = shop.type(f"people export shop {SOMEBODY} --to {file}")

    assert result.exit_code == REFUSED
    assert file.read_text() == "mine"


def test_of_whom_nothing_is_known_no_file_is_written(shop: Desk, tmp_path: Path) -> None:
    result = shop.type(f"people export shop {SOMEBODY} --to {tmp_path / 'ann.json'}")

    assert result.exit_code == REFUSED
    assert "Nothing is known" in result.stderr
    assert not (tmp_path / "ann.json").exists()


def test_somebody_is_forgotten_once_it_was_said_twice(shop: Desk) -> None:
    shop.type(f"challenges create shop step_up --phone {PHONE}")

    doubted = shop.type(f"people erase shop {SOMEBODY}", stdin="n\n")
    done = shop.type(f"people erase shop {SOMEBODY}", stdin="y\n")
    again = shop.ask(f"people erase shop {SOMEBODY} --yes")

    assert doubted.exit_code == REFUSED
    assert "They are forgotten" in done.stdout
    assert "What stays:" in done.stdout
    assert again["was_known"] is False


def test_whoever_opts_out_gets_nothing_until_it_is_lifted(shop: Desk) -> None:
    out = shop.type(f"people suppress shop --kind everything {SOMEBODY}")
    refused = shop.type(f"challenges create shop step_up --phone {PHONE}")
    back = shop.type(f"people lift shop --kind everything {SOMEBODY}")
    none = shop.type(f"people lift shop --kind everything {SOMEBODY}")

    assert out.stdout == "+49•••••4567 gets no messages any more.\n"
    assert "watchword people lift" in refused.stderr
    assert back.stdout == "+49•••••4567 gets messages again.\n"
    assert none.exit_code == REFUSED


def test_opt_outs_are_listed_without_whose_they_are(shop: Desk) -> None:
    empty = shop.type("people suppressions shop")
    shop.type("people suppress shop --email ann@example.org --reason 'said so'")

    (found,) = shop.ask("people suppressions shop")

    assert empty.stdout == "Nobody has opted out.\n"
    assert (found["kind"], found["contact_kind"]) == ("marketing", "email")
    assert "ann" not in json.dumps({**found, "created_by": ""})


@pytest.mark.parametrize(
    "whom",
    [
        "",
        f"--phone {PHONE} --email a@example.org",
        f"--phone {PHONE} --post 'Ann, Street 1, 10115 Berlin, DE'",
        "--post Ann",
    ],
)
def test_one_contact_point_is_named(shop: Desk, whom: str) -> None:
    result = shop.type(f"people suppress shop {whom} --reason why")

    assert result.exit_code == 2


def test_somebody_is_known_by_post_too(shop: Desk) -> None:
    whom = "--post 'Ann Example, Hauptstr. 1, 10115 Berlin, DE' --reason 'wrote a letter'"

    assert shop.type(f"people suppress shop {whom}").exit_code == 0
    assert shop.type(f"people lift shop {whom}").exit_code == 0


def test_a_reason_names_nobody(shop: Desk) -> None:
    result = shop.type(f"people erase shop --yes --phone {PHONE} --reason 'for {PHONE}'")

    assert result.exit_code == 2
