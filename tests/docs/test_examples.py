"""What stands in the manual to be pasted can be pasted."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.cli.test_front import described
from tests.docs.manual import ROOT, Page, all_pages, faults, for_users, passed_off
from tests.docs.product import addresses, house
from watchword.features.challenges.policies import Purpose
from watchword.settings import SettingsWrong, parse

TARGET = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
KNOWN_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
PATH = re.compile(r"(?<![\w.-])/(?:v1|sandbox|health)/(?:\{[^}]*\}|[^\s\"'`?)|\\,])*")
PLACE = re.compile(r"\$\w+|\{[^}]*\}")
SHELL = {"", "sh", "bash", "console"}
EVERYWHERE = {"--settings", "--version", "--help"}
COMMAND = re.compile(r"^(?:.*?/)?watchword ", re.MULTILINE)
IN_SHORT = {"/v1/…", "/v1/"}


def unknown_targets(one: Page, makefile: str) -> list[str]:
    return sorted({*TARGET.findall(one.text)} - {*KNOWN_TARGET.findall(makefile)})


def wrong_settings(one: Page) -> Iterator[str]:
    """Find examples of settings that Watchword would not take."""
    for block in one.blocks:
        if block.language != "toml":
            continue
        try:
            parse(tomllib.loads(block.text))
        except (SettingsWrong, tomllib.TOMLDecodeError) as fault:
            yield str(fault)


def wrong_json(one: Page) -> Iterator[str]:
    for block in one.blocks:
        if block.language == "json":
            try:
                msgspec.json.decode(block.text)
            except msgspec.DecodeError:
                yield block.text


def wrong_python(one: Page) -> Iterator[str]:
    for block in one.blocks:
        if block.language == "python":
            try:
                compile(block.text, "example", "exec")
            except SyntaxError as fault:
                yield str(fault)


def unknown_addresses(one: Page) -> Iterator[str]:
    """Find paths of ours that nobody answers, in examples and between words."""
    known = {PLACE.sub("{}", path) for path in addresses()}
    for found in PATH.findall(one.text):
        path = PLACE.sub("{}", found).rstrip(".:")
        if found not in IN_SHORT and path not in known:
            yield found


def unknown_curls(one: Page) -> Iterator[str]:
    known = {PLACE.sub("{}", path) for path in addresses()}
    for block in one.blocks:
        for line in block.text.replace("\\\n", " ").splitlines():
            if "curl " in line:
                found = re.findall(r"https?://[^\s\"']+|\$URL/[^\s\"']*", line)
                yield from (
                    url for url in found if PLACE.sub("{}", urlsplit(url).path) not in known
                )


def unknown_commands(one: Page) -> Iterator[str]:
    """Find commands and options that `watchword` does not have."""
    known = {path: {*options} | EVERYWHERE for path, options in described()}
    for block in one.blocks:
        if block.language not in SHELL:
            continue
        for line in block.text.replace("\\\n", " ").splitlines():
            for typed in re.findall(r"(?:^|\$\(|bin/)watchword (-?[a-z-].*?)(?:[)';]|$)", line):
                yield from _unknown(typed, known)


def _unknown(typed: str, known: dict[str, set[str]]) -> Iterator[str]:
    words = shlex.split(typed.replace("'", ""), comments=True)
    while words and words[0] in {"--settings", "--version"}:
        words = words[1:] if words[0] == "--version" else words[2:]
    if not words or words[0].startswith("$"):
        return
    path = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), None)
    if path is None:
        yield typed
        return
    yield from (word for word in words if word.startswith("--") and word not in known[path])


def unknown_purposes(one: Page) -> Iterator[str]:
    for found in re.findall(r'"purpose": "(\w+)"', one.text):
        if found not in {*Purpose}:
            yield found


def test_what_is_made_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert faults(lambda one: unknown_targets(one, makefile), all_pages()) == {}


def test_settings_are_taken_as_they_stand() -> None:
    assert faults(wrong_settings, all_pages()) == {}


@pytest.mark.parametrize("rule", [wrong_json, wrong_python])
def test_json_and_python_can_be_read(rule: Callable[[Page], Iterator[str]]) -> None:
    assert faults(rule, for_users()) == {}


@pytest.mark.parametrize("rule", [unknown_addresses, unknown_curls, unknown_purposes])
def test_requests_go_where_somebody_answers(rule: Callable[[Page], Iterator[str]]) -> None:
    assert faults(rule, for_users()) == {}


def test_commands_are_there_with_their_options() -> None:
    assert faults(unknown_commands, for_users()) == {}


def test_there_is_something_to_look_at() -> None:
    blocks = [block for one in for_users() for block in one.blocks]

    assert {"toml", "json", "python", ""} <= {block.language for block in blocks}
    assert any(COMMAND.search(block.text) for block in blocks)
    assert house()


def test_a_target_that_is_not_there_is_found() -> None:
    assert unknown_targets(passed_off("`make tea`\n\nmake run\n"), "run: x\n") == ["tea"]


@pytest.mark.parametrize(
    "text", ["[web]\nprot = 1", "[web", '[providers.a]\nkind = "smtp"\nhost = "x"']
)
def test_settings_that_are_not_taken_are_found(text: str) -> None:
    assert [*wrong_settings(passed_off(f"```toml\n{text}\n```\n"))]


def test_json_and_python_that_cannot_be_read_are_found() -> None:
    assert [*wrong_json(passed_off("```json\n{'a': 1}\n```\n"))]
    assert [*wrong_python(passed_off("```python\nif\n```\n"))]


@pytest.mark.parametrize(
    "text", ["`POST /v1/challenges/$ID/guesses`", "see /v1/codes.", "GET /health/well"]
)
def test_an_address_that_nobody_answers_is_found(text: str) -> None:
    assert [*unknown_addresses(passed_off(text))]


def test_a_curl_into_nowhere_is_found() -> None:
    assert [*unknown_curls(passed_off('```\ncurl "http://127.0.0.1:8000/dosc"\n```\n'))]


@pytest.mark.parametrize(
    "typed",
    ["watchword doktor", "watchword keys list --all", "sudo /opt/bin/watchword --settings x demon"],
)
def test_a_command_that_is_not_there_is_found(typed: str) -> None:
    assert [*unknown_commands(passed_off(f"```\n{typed}\n```\n"))]


def test_a_purpose_that_is_not_there_is_found() -> None:
    assert [*unknown_purposes(passed_off('{"purpose": "fun"}'))] == ["fun"]
