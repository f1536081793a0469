"""What an operator sees of blocks and rules."""

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.features.abuse.starts import a_start, numbered
from watchword.wiring import Services

STRICT = 'countries = ["DE", "AT"]\nprefix = [{ most = 2, seconds = 3600 }]\n'


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.type("organisations create shop --name Shop --live")
    return desk


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text(STRICT)
    return file


def ask_for(desk: Desk, codes: int) -> None:
    async def work(services: Services) -> None:
        organisation = await services.organisations.find("shop")
        async with services.storage.begin(organisation.id) as transaction:
            now = transaction.now()
            for number in range(codes):
                start = a_start(numbered("+4917012", number))
                await services.abuse.guard.admit(transaction, organisation, start, now)

    desk.inside(work)


def test_rules_are_set_and_shown(shop: Desk, rules: Path) -> None:
    done = shop.type(f"abuse rules set shop --file {rules}")

    shown = shop.ask("abuse rules show shop")
    assert done.stdout == "The rules of shop are set.\n"
    assert shown["countries"] == ["DE", "AT"]
    assert shown["prefix"] == [{"most": 2, "seconds": 3600, "spares_known": True}]


def test_what_is_shown_may_be_set(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "shown.json"
    file.write_text(shop.type("abuse rules show shop --json").stdout)

    assert shop.type(f"abuse rules set shop --file {file}").exit_code == 0
    assert shop.type("abuse rules show shop --json").stdout == file.read_text()


def test_rules_are_shown_to_people(shop: Desk, rules: Path) -> None:
    shop.type(f"abuse rules set shop --file {rules}")

    lines = shop.type("abuse rules show shop").stdout.splitlines()

    said = dict(line.split("  ", 1) for line in lines)
    assert said["countries"].strip() == "DE, AT"
    assert said["lines: sms"].strip() == "mobile, either, other"
    assert said["prefix"].strip() == "2 in 3600 s"
    assert said["client"].strip() == "no cap"
    assert said["conversion: on"].strip() == "yes"
    assert said["spend: per_day"].strip() == "no cap"
    assert said["block_seconds"].strip() == "900"


def test_rules_of_who_tests_are_not_in_force(shop: Desk, tmp_path: Path) -> None:
    shop.type("organisations create lab --name Lab")
    file = tmp_path / "rules.toml"
    file.write_text("in_force = true\n")

    shown = shop.type("abuse rules show lab").stdout
    refused = shop.type(f"abuse rules set lab --file {file}")

    assert shown.endswith("This organisation tests, so these rules are not in force.\n")
    assert not shop.ask("abuse rules show lab")["in_force"]
    assert shop.ask("abuse rules show shop")["in_force"]
    assert (refused.exit_code, "in_force cannot be set" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('countries = ["Germany"]', "two capital letters"),
        ("countries = [", "cannot be read"),
        ("[spend]\nper_day = 5", "[prices]"),
        ("#" * 70_000, "64 KiB"),
    ],
)
def test_rules_that_cannot_work_are_refused(
    shop: Desk, tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(content)

    refused = shop.type(f"abuse rules set shop --file {file}")

    assert refused.exit_code != 0
    assert said in refused.stderr.replace("\n", " ")


def test_a_file_that_is_not_there_is_named(shop: Desk, tmp_path: Path) -> None:
    refused = shop.type(f"abuse rules set shop --file {tmp_path}/no.toml")

    assert refused.exit_code == 2
    assert "no.toml" in refused.stderr.replace("\n", "").replace("│", "").replace(" ", "")


def test_blocks_are_listed_and_lifted(shop: Desk, rules: Path) -> None:
    shop.type(f"abuse rules set shop --file {rules}")
    ask_for(shop, 5)

    listed = shop.type("abuse blocks shop")
    (block,) = shop.ask("abuse blocks shop")
    lifted = shop.type(f"abuse lift shop {block['id']}")
    again = shop.type(f"abuse lift shop {block['id']}")

    head, line = listed.stdout.splitlines()
    assert head.split() == ["id", "rule", "on", "state", "until"]
    assert "prefix  +49 1701•••xxxx  stands  " in line
    assert lifted.stdout == "The block on +49 1701•••xxxx is lifted.\n"
    assert again.exit_code == 1
    assert shop.type("abuse blocks shop").stdout == "Nothing is blocked.\n"
    assert "lifted by operator:ann" in shop.type("abuse blocks shop --all").stdout
    (everything,) = shop.ask("abuse blocks shop --all")
    assert (everything["state"], everything["lifted_by"]) == ("lifted", "operator:ann")
    assert (block["state"], block["channels"]) == ("standing", [])
    assert block["way_round"].startswith("Use a device that has verified")


def test_rules_are_tried_on_what_has_happened(shop: Desk, rules: Path) -> None:
    ask_for(shop, 10)

    said = shop.type(f"abuse replay shop --days 1 --rules {rules}").stdout
    (view,) = shop.ask(f"abuse replay shop --days 1 --rules {rules}")

    assert said.startswith(
        "shop: 10 messages were sent in a day. By these rules, 2 would have been.\n"
    )
    assert view["rules"] == {"prefix": {"blocks": 1, "blocked": 8, "known_good": 0, "saved": None}}


def test_rules_in_force_are_tried_on_all_organisations(shop: Desk) -> None:
    ask_for(shop, 3)
    shop.type("organisations create bank --name Bank --live")

    views = shop.ask("abuse replay")

    assert {view["organisation"]: view["sent_now"] for view in views} == {"shop": 3, "bank": 0}
    assert "They would have blocked nothing that was sent." in shop.type("abuse replay").stdout


def test_rules_to_try_have_to_work(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("block_seconds = 1")

    refused = shop.type(f"abuse replay --rules {file}")

    assert refused.exit_code == 2
    assert "block_seconds" in refused.stderr
