"""What an operator sees when founding organisations."""

import pytest

from tests.cli.desk import Desk

FOUND = 'organisations create sonnenhof --name "Gartencenter Sonnenhof"'


def test_an_organisation_reaches_nobody_unless_that_is_asked_for(desk: Desk) -> None:
    result = desk.type(FOUND)

    assert result.exit_code == 0
    assert "its messages go to the sandbox alone" in result.stdout


def test_a_live_organisation_reaches_real_people(desk: Desk) -> None:
    founded = desk.ask(f"{FOUND} --live --country US --locale en")

    assert founded["mode"] == "live"
    assert founded == desk.ask("organisations list")[0]


def test_organisations_are_listed_with_what_they_are(desk: Desk) -> None:
    desk.type(FOUND)

    result = desk.type("organisations list")

    assert result.stdout == "sonnenhof  test  DE  de  Gartencenter Sonnenhof\n"


def test_a_short_name_is_taken_once(desk: Desk) -> None:
    desk.type(FOUND)

    result = desk.type(FOUND)

    assert result.exit_code == 1
    assert "There is an organisation sonnenhof already." in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        "organisations create Sonnenhof --name x",
        "organisations create sonnenhof --name ''",
        "organisations create sonnenhof --name x --country Germany",
        "organisations create sonnenhof --name x --locale tlh",
        "organisations create sonnenhof",
    ],
)
def test_what_no_organisation_can_be_is_a_wrong_command(desk: Desk, wrong: str) -> None:
    assert desk.type(wrong).exit_code == 2
    assert desk.ask("organisations list") == []


def test_the_operator_takes_back_what_an_organisation_has_set(desk: Desk) -> None:
    desk.type(FOUND)

    nothing = desk.type("organisations reset sonnenhof access")

    assert nothing.exit_code == 1
    assert "has set nothing of its own in access" in nothing.stderr
    assert desk.type("organisations reset sonnenhof casino").exit_code == 2
    assert desk.type("organisations reset nobody access").exit_code == 1


def test_a_new_house_says_how_to_begin(desk: Desk) -> None:
    assert "watchword organisations create" in desk.type("organisations list").stdout
