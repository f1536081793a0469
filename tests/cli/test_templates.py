"""What an operator sees of the words that are sent."""

import json

import pytest

from tests.cli.desk import Desk
from tests.docs.manual import page
from watchword.cli.templates import EXAMPLE
from watchword.features.contacts.channels import Channel
from watchword.features.templates.linter import Form
from watchword.features.templates.rules import LOCALES

HASH = "FA+9qCX9VSu"


class TestLinting:
    def test_finds_nothing_wrong_with_what_we_ship(self, bare_desk: Desk) -> None:
        result = bare_desk.type("templates lint")

        assert result.exit_code == 0
        assert result.stdout.endswith("\nNothing is wrong.\n")

    def test_looks_at_every_language_and_channel_and_form(self, bare_desk: Desk) -> None:
        found = bare_desk.ask("templates lint")

        forms = [*Form, *[None] * (len(Channel) - 1)]
        assert [(each["locale"], each["form"]) for each in found] == [
            (locale, form) for locale in LOCALES for form in forms
        ]
        assert {each["segments"] for each in found if each["channel"] == "sms"} == {1}
        assert [each for each in found if each["faults"]] == []

    def test_tells_what_there_is_no_room_for_and_what_phones_do(self, bare_desk: Desk) -> None:
        said = bare_desk.type("templates lint").stdout

        assert "de        sms       domain  1         7     denial, sharing\n" in said
        assert "\napp     Android: the app reads" in said

    def test_is_for_a_name_and_a_host_of_your_own(self, bare_desk: Desk) -> None:
        found = bare_desk.ask("templates lint --organisation Bank --host id.bank.example")

        assert {str(each["dropped"]) for each in found if each["locale"] == "en"} == {
            "[]",
            "['denial']",  # of the longest frame that may be in a page of that host
        }

    def test_ends_with_1_if_a_name_breaks_something(self, bare_desk: Desk) -> None:
        result = bare_desk.type(f"templates lint --organisation {'W' * 90}")

        assert result.exit_code == 1
        assert "\nde sms domain: Every phone: 2 messages, each of them paid.\n" in result.stdout
        assert "Nothing is wrong." not in result.stdout
        as_json = bare_desk.type(f"templates lint --json --organisation {'W' * 90}")
        assert as_json.exit_code == 1
        assert {each["channel"] for each in json.loads(as_json.stdout) if each["faults"]} == {"sms"}

    @pytest.mark.parametrize(
        "wrong",
        ["--host https://a.example", "--organisation ''", f"--organisation {'W' * 201}"],
    )
    def test_of_what_cannot_be_is_a_wrong_command(self, bare_desk: Desk, wrong: str) -> None:
        assert bare_desk.type(f"templates lint {wrong}").exit_code == 2


class TestShowing:
    def test_prints_a_message_as_it_arrives(self, bare_desk: Desk) -> None:
        said = bare_desk.type("templates show en --channel sms --host login.example.org").stdout

        assert said == (
            "sms: 1 segment, 10 septets left\n\n"
            "    123456 is your Sonnenhof code. It is good for 5 minutes. Do not share it. "
            "Not you? https://codes.example.org/n/k4wd7mq2zr5x\n"
            "    @login.example.org #123456\n"
        )

    def test_says_what_had_no_room(self, bare_desk: Desk) -> None:
        said = bare_desk.type("templates show de --channel sms --host login.example.org").stdout

        assert said.startswith("sms: 1 segment, 20 septets left, no room for: sharing\n")

    def test_ends_with_the_hash_of_an_app(self, bare_desk: Desk) -> None:
        [sms] = bare_desk.ask(f"templates show pl --channel sms --app {HASH}")

        assert sms["text"].splitlines()[-1] == HASH
        assert sms["left"] >= 0

    def test_names_a_frame(self, bare_desk: Desk) -> None:
        [sms] = bare_desk.ask("templates show tr --channel sms --host a.example --frame B.example")

        assert sms["text"].splitlines()[-1] == "@a.example #123456 @b.example"

    def test_prints_every_channel_with_subject_and_greeting(self, bare_desk: Desk) -> None:
        views = {each["channel"]: each for each in bare_desk.ask("templates show es")}

        assert [*views] == [*Channel]
        assert views["email"]["subject"] == "123456 es su código de Sonnenhof"
        assert views["voice"]["greeting"].startswith("Hola. Le llamamos de Sonnenhof.")
        assert views["sms"]["greeting"] is views["voice"]["segments"] is None

    def test_takes_a_name_of_your_own(self, bare_desk: Desk) -> None:
        views = bare_desk.ask("templates show pl --organisation 'Bank Łódź'")

        assert "kod Bank Lodz." in views[0]["text"]
        assert all("Bank Łódź" in each["text"] for each in views[1:])

    @pytest.mark.parametrize(
        "wrong",
        ["sv", "DE", "en --channel fax", f"en --host a.example --app {HASH}", "en --app x", ""],
    )
    def test_of_what_cannot_be_is_a_wrong_command(self, bare_desk: Desk, wrong: str) -> None:
        assert bare_desk.type(f"templates show {wrong}").exit_code == 2


@pytest.mark.parametrize("locale", LOCALES)
def test_the_manual_has_the_words_as_they_come_out(bare_desk: Desk, locale: str) -> None:
    [section] = [
        section
        for title, section in page("reference/messages.md").sections("##")
        if title.endswith(f"(`{locale}`)")
    ]

    [block] = section.blocks
    assert block.text == bare_desk.type(f"templates show {locale}").stdout


def test_the_manual_has_no_language_that_there_are_no_words_in() -> None:
    titles = [title for title, _ in page("reference/messages.md").sections("##")]

    assert len([title for title in titles if title.endswith("`)")]) == len(LOCALES)
    assert EXAMPLE.organisation == "Sonnenhof"
