"""What an operator sees of the schema."""

from tests.cli.desk import Desk
from watchword.migrations.steps import NEWEST


def test_an_empty_database_is_made_and_brought_to_the_newest_schema(bare_desk: Desk) -> None:
    result = bare_desk.type("database upgrade")

    assert result.exit_code == 0
    assert result.stdout == f"The database was empty. It has schema {NEWEST} now.\n"
    assert bare_desk.ask("database version") == {"found": NEWEST, "newest": NEWEST}


def test_upgrading_again_changes_nothing(bare_desk: Desk) -> None:
    bare_desk.type("database upgrade")

    assert bare_desk.ask("database upgrade") == {"before": NEWEST, "now": NEWEST}


def test_a_database_that_is_behind_is_found_wrong(bare_desk: Desk) -> None:
    result = bare_desk.type("database version")

    assert result.exit_code == 1
    assert "is empty" in result.stdout
    assert not (bare_desk.folder / "data").exists()


def test_what_is_no_database_is_told(bare_desk: Desk) -> None:
    (bare_desk.folder / "data").mkdir()
    (bare_desk.folder / "data" / "watchword.db").write_text("This is a letter. " * 100)

    result = bare_desk.type("database upgrade")

    assert result.exit_code == 75
    assert "not a database" in result.stderr
