"""What an operator sees of the PINs that are refused."""

from tests.cli.desk import Desk


def test_pins_that_many_choose_are_counted_by_rule(bare_desk: Desk) -> None:
    counts = bare_desk.ask("pins blocklist")
    said = bare_desk.type("pins blocklist --digits 4").stdout

    assert (counts["length"], counts["looked_at"]) == (4, 10_000)
    assert counts["share"] >= 0.1
    assert f"{counts['refused']:,} of 10,000 PINs of 4 digits are refused" in said
    assert f"year    {counts['by_rule']['year']}" in said


def test_the_list_can_be_had(bare_desk: Desk) -> None:
    found = bare_desk.ask("pins blocklist --list")

    assert "1234" in found
    assert bare_desk.type("pins blocklist --list").stdout.split() == found


def test_nobody_is_given_a_list_that_nobody_reads(bare_desk: Desk) -> None:
    result = bare_desk.type("pins blocklist --digits 8 --list")

    assert result.exit_code == 1
    assert "Count longer ones" in result.stderr
