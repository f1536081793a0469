"""What an operator sees who takes customers in from a file, and out into one."""

import json
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.features.imports.files import ANNA, BERND, HEADINGS, table
from watchword.cli.customers import SOME_REFUSED
from watchword.cli.printing import REFUSED
from watchword.features.approvals.rules import ApprovalId, Kind, Request
from watchword.features.approvals.rules import State as Waiting
from watchword.features.imports.uploads.rules import Import, State, subject_of
from watchword.foundation.ids import new_id
from watchword.foundation.pages import Bookmark
from watchword.web.console.to_do import ToDo, to_do
from watchword.wiring import Services


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop --country DE --locale de")
    return desk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "kunden.csv"
    file.write_bytes(table(ANNA, BERND.replace("1975-01-02", "gestern")))
    return file


def test_a_dry_run_says_what_would_be_and_keeps_nothing(shop: Desk, file: Path) -> None:
    tried = shop.type(f"customers import shop {file} --dry-run --errors {file}.tried")
    taken = shop.type(f"customers import shop {file}")

    assert tried.exit_code == taken.exit_code == SOME_REFUSED
    assert "2 rows: 1 would be taken in, 0 here already, 1 refused. Nothing was kept." in (
        tried.stdout
    )
    assert "2 rows: 1 taken in, 0 here already, 1 refused." in taken.stdout


def test_which_columns_were_left_out_stands_with_the_result(shop: Desk, file: Path) -> None:
    headings = f"{HEADINGS};Einwilligung;Einwilligung am"
    file.write_bytes(table(f"{ANNA};ja;01.02.2020", headings=headings))

    tried = shop.type(f"customers import shop {file} --dry-run")
    taken = shop.ask(f"customers import shop {file}")

    assert "Left out, and nothing kept of them: Einwilligung, Einwilligung am." in tried.stdout
    assert taken["left_out"] == ["Einwilligung", "Einwilligung am"]


AGREED = f"{HEADINGS};Einwilligung SMS;Einwilligung am"


def test_who_agreed_is_written_down_with_one_wording_for_all(shop: Desk, file: Path) -> None:
    file.write_bytes(table(f"{ANNA};ja;01.02.2020", f"{BERND};nein;", headings=AGREED))
    import_ = f"customers import shop {file} --wording Ja."

    tried = shop.type(f"{import_} --dry-run")
    taken, again = shop.ask(import_), shop.ask(import_)

    assert "Nothing was kept. Consents to be written down: 1." in tried.stdout
    assert (taken["consents_given"], again["consents_given"]) == (1, 0)
    assert taken["columns"]["text_consent"] == "Einwilligung SMS"


@pytest.mark.parametrize(
    ("headings", "wish", "said"),
    [
        (f"{HEADINGS};Einwilligung SMS;Wann", "", "no column says when"),
        (AGREED, "", "and not to what"),
        (AGREED, f"--wording {'a' * 1001}", "1000 characters at most"),
    ],
    ids=["when", "what", "too much"],
)
def test_consents_that_nobody_could_show_keep_a_file_from_being_begun(
    shop: Desk, file: Path, headings: str, wish: str, said: str
) -> None:
    file.write_bytes(table(f"{ANNA};ja;01.02.2020", headings=headings))

    refused = shop.type(f"customers import shop {file} {wish}")
    without = shop.ask(f"customers import shop {file} --mapping text_consent=")

    assert refused.exit_code == REFUSED
    assert said in " ".join(refused.output.split())
    assert (without["rows_kept"], without["consents_given"]) == (1, 0)
    assert "Einwilligung SMS" in without["left_out"]


def test_the_error_file_is_mended_and_taken_in(shop: Desk, file: Path) -> None:
    shop.type(f"customers import shop {file}")
    errors = file.with_name("kunden.errors.csv")
    written = errors.read_bytes().decode("utf-8-sig")
    assert written.splitlines()[0].startswith('"Kundennummer";"Vorname"')
    assert '"3";"Geburtsdatum: This is no date. Write 17.05.1980 or 1980-05-17."' in written
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    errors.write_text(written.replace("gestern", "02.01.1975"), encoding="utf-8")

    result = shop.type(f"customers import shop {errors} --json")

    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["rows_kept"], said["rows_refused"]) == (1, 0)


def test_an_error_file_that_is_there_is_left_alone(shop: Desk, file: Path) -> None:
    file.with_name("kunden.errors.csv").write_text("mine")

    assert shop.type(f"customers import shop {file}").exit_code == REFUSED


def test_a_column_is_what_the_operator_says(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(table(ANNA, headings=HEADINGS.replace("Nachname", "Zunahme")))

    guessed = shop.type(f"customers import shop {file}")
    said = shop.type(f"customers import shop {file} --mapping family_name=Zunahme")

    assert guessed.exit_code == REFUSED
    assert "No column has family names" in guessed.stderr
    assert said.exit_code == 0, said.output


def test_all_customers_leave_in_one_file_and_come_in_elsewhere(shop: Desk, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_bytes(table(ANNA.replace("Anna", "=Anna")))
    shop.type(f"customers import shop {file}")
    shop.type("organisations create other --name Other --country DE --locale de")

    result = shop.type(f"customers export shop --reason 'a move' --to {out}")

    assert result.exit_code == 0, result.output
    written = out.read_bytes().decode("utf-8-sig")
    assert '"\'=Anna"' in written
    assert '"\'+491701234567"' in written
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = shop.type(f"customers import other {out} --json")
    assert json.loads(again.stdout)["rows_kept"] == 1


def test_the_console_lists_what_was_taken_in_by_command(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(table(ANNA))
    shop.type(f"customers import shop {file} --dry-run")
    shop.type(f"customers import shop {file}")

    async def listed(services: Services) -> Sequence[Import]:
        organisation = await services.organisations.find("shop")
        newest = Bookmark(services.storage.now() + timedelta(days=1), new_id())
        return (await services.imports.uploads.page(organisation.id, newest, 9)).items

    [job] = shop.inside(listed)
    assert (job.state, job.progress.kept) == (State.DONE, 1)
    assert job.started_by.startswith("operator:")
    assert to_do(permit(subject_of(job))) == ToDo(f"/console/imports/{job.id}")


def permit(subject: str) -> Request:
    now = datetime.now(UTC)
    return Request(
        id=ApprovalId(new_id()),
        kind=Kind.BULK,
        subject=subject,
        payload=b"",
        reason="seen",
        author="staff:1",
        state=Waiting.APPROVED,
        created_at=now,
        expires_at=now,
    )
