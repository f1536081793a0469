"""The page of settings names every setting, and none that is not there."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tests.docs.manual import MARKED, Page, all_pages, faults, page, passed_off
from tests.docs.product import MUST_BE_GIVEN, Setting, channel_variables, house, settings, variables
from tests.house.source import source
from watchword.features.challenges.policies import Purpose

SECTION = re.compile(
    r"`\[(?P<name>[a-z]+(?:\.[a-z]+)?)(\.[A-Z]+)?\]`(?: with `kind = \"(?P<kind>[a-z_]+)\"`)?"
)
VARIABLE = re.compile(r"\bWATCHWORD_[A-Z0-9_]+")
OF_A_NAME = {"providers", "purposes", "sso", "cores", "originals"}
EXAMPLE = """
## `[web]`

| setting | type | default | meaning |
| --- | --- | --- | --- |
| `host` | text | `"127.0.0.1"` | Where. |

## `[providers.NAME]` with `kind = "smtp"`

| setting | type | default | meaning |
| --- | --- | --- | --- |
| `host` | text | must be given | Where. |
"""


def written(page: Page) -> dict[str, str]:
    """Give each setting of the page by its full name, with the cell of its default."""
    found: dict[str, str] = {}
    for title, section in page.sections("##"):
        if head := SECTION.fullmatch(title):
            before = head["kind"] or head["name"]
            found |= {f"{before}.{row[0].strip('`')}": row[2] for row in section.rows}
    return found


def forgotten(page: Page, there: Iterable[Setting]) -> list[str]:
    told = written(page)
    return [setting.name for setting in there if setting.name not in told]


def made_up(page: Page, there: Iterable[Setting]) -> list[str]:
    return sorted(written(page).keys() - {setting.name for setting in there})


def wrong_defaults(page: Page, there: Iterable[Setting]) -> Iterator[str]:
    told = written(page)
    for setting in there:
        if setting.default is None or setting.name.startswith("purposes."):
            continue
        shown = setting.default if setting.default == MUST_BE_GIVEN else f"`{setting.default}`"
        if told.get(setting.name) != shown:
            yield f"{setting.name} is {shown}, not {told.get(setting.name)}"


def unknown_variables(page: Page, named: set[str]) -> Iterator[str]:
    """Find variables that nobody asks for: neither by name, nor as the path of a setting."""
    paths = _paths()
    for variable in VARIABLE.findall(page.text):
        steps = variable.removeprefix("WATCHWORD_").lower().split("__")
        if steps[0] in OF_A_NAME and len(steps) > 2:
            is_path = any(path.split(".")[1] == steps[2] for path in paths)
        else:
            is_path = ".".join(steps) in paths
        if variable not in named and not is_path:
            yield variable


@cache
def _paths() -> set[str]:
    return {setting.name for setting in settings()}


@cache
def _known_variables() -> set[str]:
    return variables(house()) | channel_variables(house()) | {"WATCHWORD_KEY"}


def test_every_setting_is_told_of() -> None:
    assert forgotten(page("reference/settings.md"), settings()) == []


def test_no_setting_is_made_up() -> None:
    assert made_up(page("reference/settings.md"), settings()) == []


def test_defaults_are_right() -> None:
    assert [*wrong_defaults(page("reference/settings.md"), settings())] == []


def test_every_purpose_that_can_be_set_is_named() -> None:
    section = page("reference/settings.md").section("`[purposes.PURPOSE]`")

    assert {*Purpose} <= {*MARKED.findall(section.text)}


def test_every_variable_is_told_of() -> None:
    told = page("reference/settings.md").section("Where they come from").named

    assert variables(house()) <= {*told}


def test_no_variable_is_made_up() -> None:
    known = _known_variables()

    assert faults(lambda one: unknown_variables(one, known), all_pages()) == {}


def test_settings_of_all_providers_are_found() -> None:
    found = {setting.name.partition(".")[0] for setting in settings()}

    assert {"web", "limits", "purposes", "channels", "smtp", "twilio", "http"} <= found


def test_what_is_wrong_in_a_page_of_settings_is_found() -> None:
    there = [Setting("web.host", '"::1"'), Setting("smtp.host", MUST_BE_GIVEN)]
    more = [*there, Setting("web.port", "8000")]

    assert forgotten(passed_off(EXAMPLE), more) == ["web.port"]
    assert made_up(passed_off(EXAMPLE), there[:1]) == ["smtp.host"]
    assert [*wrong_defaults(passed_off(EXAMPLE), there)] == [
        'web.host is `"::1"`, not `"127.0.0.1"`'
    ]


def test_a_variable_that_is_made_up_is_found() -> None:
    text = "WATCHWORD_WEB__PROT WATCHWORD_WEB__PORT WATCHWORD_KEYS WATCHWORD_PROVIDERS__MAIL__HSOT"

    assert [*unknown_variables(passed_off(text), {"WATCHWORD_KEYRING"})] == [
        "WATCHWORD_WEB__PROT",
        "WATCHWORD_KEYS",
        "WATCHWORD_PROVIDERS__MAIL__HSOT",
    ]


def test_a_variable_that_is_asked_for_is_found() -> None:
    asking = source("cli/office.py", 'os.environ["WATCHWORD_COLOUR"]')

    assert variables([asking]) == {"WATCHWORD_COLOUR"}


def test_a_variable_of_a_channel_is_not_asked_for() -> None:
    setting = source("telephone/fastagi/talk.py", 'OUTCOME = "WATCHWORD_OUTCOME"')

    assert variables([setting]) == set()
    assert channel_variables([setting]) == {"WATCHWORD_OUTCOME"}
