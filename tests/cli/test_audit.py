"""What an operator, and an auditor far away, can do with the ledger."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.features.ledger.books import FORGER, KEY, book
from watchword.cli.office import Office
from watchword.features.ledger.checkpoints import to_base64
from watchword.features.ledger.lines import ENTRY
from watchword.features.ledger.rules import Wanted
from watchword.features.ledger.spreadsheets import BEGIN
from watchword.foundation.keyring import KeyKind
from watchword.wiring import Services

EXPORT, RECEIPT = "ledger.jsonl", "receipt.json"
FORGER_KEY = to_base64(FORGER.public)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop")
    return desk


@pytest.fixture
def far_away(tmp_path: Path) -> Desk:
    """A desk of somebody who has nothing of ours: whatever is asked for there is a fault."""

    class NoOffice(Office):
        def settings(self) -> None:  # type: ignore[override]
            raise AssertionError("Nobody may ask for settings here.")

        def keyring(self, _: object) -> None:  # type: ignore[override]
            raise AssertionError("Nobody may ask for a keyring here.")

    class FarAway(Desk):
        @property
        def office(self) -> Office:
            return NoOffice(environment={}, user="auditor")

    return FarAway(tmp_path, "sqlite:////nowhere/at/all.db")


def written(folder: Path, lines: list[bytes], name: str = EXPORT) -> Path:
    path = folder / name
    path.write_bytes(b"".join(lines))
    return path


def refused(desk: Desk, command: str) -> Any:  # noqa: ANN401 - whatever the command prints
    """Type a command that must find something wrong, and read the JSON that it prints."""
    result = desk.type(f"{command} --json")
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)


def export(shop: Desk) -> Path:
    path = shop.folder / EXPORT
    assert shop.type(f"audit export shop --output {path}").exit_code == 0
    return path


class TestVerify:
    def test_says_that_all_is_well_far_from_any_server(self, shop: Desk, far_away: Desk) -> None:
        path = export(shop)

        result = far_away.type(f"audit verify {path}")

        assert result.exit_code == 0
        assert result.stdout.startswith("2 entries of watchword/ledger/")
        assert "The file itself names this key" in result.stdout
        assert "Nothing from outside was compared" in result.stdout

    def test_trusts_only_the_keys_that_it_is_given(self, far_away: Desk, tmp_path: Path) -> None:
        path = written(tmp_path, book(5, 5).export())

        good = far_away.type(f"audit verify {path} --key {KEY.raw}")
        other = refused(far_away, f"audit verify {path} --key {FORGER_KEY}")

        assert good.exit_code == 0
        assert "The file itself" not in good.stdout
        assert {fault["kind"] for fault in other["faults"]} == {"signature_not_good"}

    def test_misses_what_was_cut_off_by_a_checkpoint_from_outside(
        self, far_away: Desk, tmp_path: Path
    ) -> None:
        whole = book(5, 5)
        path = written(tmp_path, book(5).export())
        copies = tmp_path / "x.checkpoints"
        copies.write_text("\n".join(whole.notes))

        alone = far_away.type(f"audit verify {path}")
        compared = far_away.type(f"audit verify {path} --checkpoint {copies}")

        assert alone.exit_code == 0
        assert compared.exit_code == 1
        assert "5 entries here, and a checkpoint outside says that there were 10" in compared.stdout

    def test_says_what_was_changed_and_where(self, far_away: Desk, tmp_path: Path) -> None:
        lines = book(5).export()
        lines[3] = lines[3].replace(b'"sms"', b'"fax"')
        path = written(tmp_path, lines)

        result = far_away.type(f"audit verify {path}")

        assert result.exit_code == 1
        assert "is not as it was signed" in result.stdout
        assert "Line 4: Entry 2 was changed" in result.stdout

    def test_tells_programs_the_same(self, far_away: Desk, tmp_path: Path) -> None:
        path = written(tmp_path, book(5, 5).export())

        view = far_away.ask(f"audit verify {path}")

        assert (view["is_good"], view["entries"], view["checkpoints"]) == (True, 10, 2)
        assert view["keys"] == [KEY.raw]

    def test_has_no_end_of_patience_with_one_endless_line(
        self, far_away: Desk, tmp_path: Path
    ) -> None:
        path = written(tmp_path, [*book(5).export(), ENTRY + b"x" * 1_000_000])

        assert far_away.type(f"audit verify {path}").exit_code == 1

    @pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04", BEGIN.encode() + b'"at"\r\n'])
    def test_knows_what_is_no_export(self, far_away: Desk, tmp_path: Path, content: bytes) -> None:
        result = far_away.type(f"audit verify {written(tmp_path, [content])}")

        assert result.exit_code == 1
        assert "no export of a ledger" in result.stdout

    @pytest.mark.parametrize(
        "more", ["--key nonsense", "--checkpoint /no/such/file", "--checkpoint EXPORT", ""]
    )
    def test_refuses_what_was_not_written_as_it_must_be(
        self, far_away: Desk, tmp_path: Path, more: str
    ) -> None:
        path = written(tmp_path, book(5).export()) if more else tmp_path / "gone"
        more = more.replace("EXPORT", str(path))

        assert far_away.type(f"audit verify {path} {more}").exit_code in {1, 2}


class TestExport:
    def test_is_written_as_a_whole_and_into_the_ledger(self, shop: Desk) -> None:
        path = export(shop)

        assert b'"actor":"operator:ann"' in path.read_bytes()
        assert b"ledger.exported" in path.read_bytes()
        assert [each.name for each in shop.folder.glob("*.part")] == []

    def test_goes_to_stdout_without_a_file(self, shop: Desk) -> None:
        result = shop.type("audit export shop --format csv")

        assert result.exit_code == 0
        assert result.stdout.startswith(f'{BEGIN}"at","action"')

    def test_that_cannot_be_written_says_so(self, shop: Desk) -> None:
        result = shop.type("audit export shop --output /no/such/folder/x.jsonl")

        assert result.exit_code == 1
        assert "cannot be written" in result.stderr

    def test_of_nobody_is_refused(self, shop: Desk) -> None:
        assert "There is no organisation" in shop.type("audit export nobody").stderr

    def test_prints_json_for_programs_if_it_goes_elsewhere(self, shop: Desk) -> None:
        assert shop.ask(f"audit export shop --output {shop.folder / EXPORT}")["bytes"] > 0
        assert shop.type("audit export shop --json").exit_code == 2

    def test_verifies_before_between_and_after_a_rotation_of_the_key(self, shop: Desk) -> None:
        old = shop.ask(f"audit verify {export(shop)}")["keys"]
        shop.type("keys rotate ledger")
        between = shop.ask(f"audit verify {export(shop)}")
        assert shop.type("keys retire ledger 1").exit_code == 0
        after = shop.ask(f"audit verify {export(shop)}")

        assert len(old) == 1
        assert {*old} < {*between["keys"]}
        assert {*between["keys"]} == {*after["keys"]}
        assert after["is_good"]
        assert [*shop.keyring.versions(KeyKind.LEDGER)] == [2]


class TestAReceipt:
    def proof(self, shop: Desk) -> Path:
        lines = export(shop).read_bytes().splitlines()
        id = json.loads(lines[1])["entry"]["id"]
        path = shop.folder / RECEIPT
        assert shop.type(f"audit prove shop {id} --output {path}").exit_code == 0
        return path

    def test_proves_an_entry_far_from_any_server(self, shop: Desk, far_away: Desk) -> None:
        path = self.proof(shop)

        result = far_away.type(f"audit check-proof {path}")
        view = far_away.ask(f"audit check-proof {path}")

        assert result.exit_code == 0
        assert "operator:ann did organisation.created" in result.stdout
        assert (view["is_proven"], view["entry"]["position"]) == (True, 0)

    def test_of_an_entry_that_is_not_sealed_yet_is_sealed_for_it(self, shop: Desk) -> None:
        async def newest(services: Services) -> str:
            found = await services.organisations.find("shop")
            page = await services.ledger.entries.page(found.id, Wanted(), most=1, after=None)
            return str(page.page.items[0].id)

        id = shop.inside(newest)

        result = shop.type(f"audit prove shop {id}")

        assert json.loads(result.stdout)["entry"]["id"] == id

    def test_is_not_believed_with_another_key(self, shop: Desk, far_away: Desk) -> None:
        path = self.proof(shop)

        result = far_away.type(f"audit check-proof {path} --key {FORGER_KEY}")

        assert result.exit_code == 1
        assert "which you did not name" in result.stdout

    def test_that_was_changed_proves_nothing(self, shop: Desk, far_away: Desk) -> None:
        path = self.proof(shop)
        path.write_text(path.read_text().replace("operator:ann", "operator:bob"))

        result = far_away.type(f"audit check-proof {path}")
        view = refused(far_away, f"audit check-proof {path}")

        assert result.exit_code == 1
        assert "not the one that stands in the signed ledger" in result.stdout
        assert (view["is_proven"], view["because"]) == (False, "not_included")

    @pytest.mark.parametrize("id", ["x", "00000000-0000-0000-0000-000000000000"])
    def test_of_nothing_is_refused(self, shop: Desk, id: str) -> None:
        assert shop.type(f"audit prove shop {id}").exit_code in {1, 2}
