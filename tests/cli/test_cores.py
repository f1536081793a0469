"""What an operator sees of banking cores."""

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.test_doctor import found
from watchword.providers.cores.demo import members

LAKESIDE = '[cores.lakeside]\nkind = "demo"\n'
GONE = """
[cores.house]
kind = "rest"
preset = "fineract"
base_url = "http://127.0.0.1:9"
timeout_seconds = 2
"""


@pytest.fixture
def cores(tmp_path: Path) -> Desk:
    file = tmp_path / "watchword.toml"
    file.write_text(LAKESIDE + GONE)
    return Desk(tmp_path, f"sqlite:///{tmp_path}/none.db", settings_file=file)


def test_cores_are_listed_with_their_kind(cores: Desk) -> None:
    assert cores.type("cores list").stdout == "house     rest\nlakeside  demo\n"


def test_without_cores_it_says_where_they_are_named(bare_desk: Desk) -> None:
    assert "[cores.…]" in bare_desk.type("cores list").stdout


def test_a_core_that_is_well_says_what_it_can_do_and_which_scenarios_do_not_run(
    cores: Desk,
) -> None:
    result = cores.type("cores check lakeside")

    assert result.exit_code == 0
    assert result.stdout.startswith("lakeside is well.\n")
    assert "clear, one for each account" in result.stdout
    assert "no_activation (activation): for_unreadable_pins" in result.stdout


def test_numbers_without_a_country_are_warned_of(cores: Desk) -> None:
    result = cores.type("cores check lakeside")
    phones = cores.ask("cores check lakeside")["phones"]

    assert 0 < phones["without_country"] <= phones["looked_at"]
    assert (
        f"{phones['without_country']} of {phones['looked_at']} telephone numbers" in result.stdout
    )
    assert "555" not in result.stdout


def test_numbers_that_name_theirs_are_not(cores: Desk, tmp_path: Path) -> None:
    header, *rows = (Path(members.__file__).parent / "members.csv").read_text().splitlines()
    place = header.split(",").index("phones")
    written = [header]
    for row in rows[:3]:
        cells = row.split(",")
        written.append(",".join([*cells[:place], "+12025550154", *cells[place + 1 :]]))
    (tmp_path / "abroad.csv").write_text("\n".join(written))
    abroad = Desk(
        cores.folder,
        cores.url,
        {"WATCHWORD_CORES__LAKESIDE__FILE": str(tmp_path / "abroad.csv")},
        settings_file=cores.settings_file,
    )

    assert "Warning" not in abroad.type("cores check lakeside").stdout
    assert abroad.ask("cores check lakeside")["phones"]["without_country"] == 0


def test_a_core_that_hashes_says_which_scenarios_are_off(cores: Desk) -> None:
    hashed = Desk(
        cores.folder,
        cores.url,
        {"WATCHWORD_CORES__LAKESIDE__PIN_MODE": "hashed"},
        settings_file=cores.settings_file,
    )

    off = hashed.ask("cores check lakeside")["does_not_run"]["activation"]

    assert off["pin_eq_ssn_last4"] == "pin_not_readable"
    assert "no_activation" not in off
    assert "use_core_info" not in off


def test_a_core_that_does_not_answer_says_why(cores: Desk) -> None:
    result = cores.type("cores check house")

    assert result.exit_code == 1
    assert "house does not answer: connection refused." in result.stdout


def test_a_core_that_is_not_there_is_told_of(cores: Desk) -> None:
    result = cores.type("cores check atlantis")

    assert result.exit_code == 2
    assert "there is no core atlantis" in result.stderr


def test_the_doctor_asks_every_core(cores: Desk) -> None:
    checks = found(cores)

    assert checks["core lakeside"]["state"] == "ok"
    assert checks["core house"]["state"] == "wrong"
    assert "connection refused" in checks["core house"]["detail"]


def test_the_doctor_tells_of_a_core_that_cannot_be_opened(cores: Desk) -> None:
    file = cores.folder / "watchword.toml"
    file.write_text('[cores.lakeside]\nkind = "demo"\nfile = "none.csv"\n')

    assert "cannot be read" in found(cores)["core lakeside"]["detail"]
