"""What the product has by name is in the reference: each thing, and nothing else."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import get_args

import pytest

from tests.docs.manual import MARKED, ROOT, Page, page, passed_off
from tests.docs.product import audit_details, endpoints, house, log_events, metrics
from tests.house.source import source
from watchword.features.activation.questions import Question
from watchword.features.activation.scenarios import Scenario
from watchword.features.audit.rules import Action
from watchword.features.challenges.policies import Purpose, ceiling, default_policy, may_go_by
from watchword.features.challenges.rules import Status
from watchword.features.clients.rules import Scope
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import State
from watchword.migrations.schema import schema
from watchword.web.api.challenges import Judgement
from watchword.web.problems import Kind

MINUTE = timedelta(minutes=1)
BOOKKEEPING = {"alembic_version": {"version_num"}}
NAME = re.compile(r"[\w-]+")
CHANGE = re.compile(r"[a-z0-9-]+\.(added|changed|deprecated|removed|fixed|security)\.md")


def differences(told: Iterable[str], there: Iterable[str]) -> tuple[list[str], list[str]]:
    """Give what is there and not told of, and what is told of and not there."""
    return sorted({*there} - {*told}), sorted({*told} - {*there})


def told_endpoints(one: Page) -> list[str]:
    titles = [title for title, _ in one.section("Endpoints").sections("###")]
    return [name for title in titles for name in MARKED.findall(title)]


def missing_fields(one: Page, fields: Mapping[str, set[str]]) -> list[str]:
    """Find fields that the row of their event does not name."""
    rows = {name: " ".join(row) for row in one.rows for name in MARKED.findall(row[0])}
    return sorted(
        f"{event}: {field}"
        for event, names in fields.items()
        for field in names
        if f"`{field}`" not in rows.get(event, "")
    )


def told_columns(one: Page) -> dict[str, set[str]]:
    return {title.strip("`"): {*section.named} for title, section in one.sections("###")}


def test_every_endpoint_is_told_of() -> None:
    assert differences(told_endpoints(page("reference/api.md")), endpoints()) == ([], [])


def test_every_problem_is_told_of_with_its_status_and_title() -> None:
    rows = {row[0].strip("`"): row for row in page("reference/api.md").section("Problems").rows}

    assert differences(rows, [kind.slug for kind in Kind]) == ([], [])
    assert {name: row[1:3] for name, row in rows.items()} == {
        kind.slug: [str(kind.status), kind.title] for kind in Kind
    }


@pytest.mark.parametrize(
    ("title", "there"),
    [
        ("Verdicts", get_args(Judgement.__annotations__["verdict"])),
        ("Statuses", Status),
        ("States of a message", State),
        ("Authentication", Scope),
        ("Questions", Question),
        ("Scenarios", Scenario),
    ],
)
def test_the_words_of_the_api_are_told_of(title: str, there: Iterable[str]) -> None:
    assert differences(page("reference/api.md").section(title).named, there) == ([], [])


def test_every_purpose_is_told_of_with_its_lives() -> None:
    manual = page("reference/purposes-and-limits.md")
    rows = {row[0].strip("`"): row[1:] for row in manual.section("How long a code lives").rows}

    assert differences(manual.section("Purposes").named, Purpose) == ([], [])
    assert rows == {
        purpose: [
            f"{default_policy(purpose).lives[channel] // MINUTE} of "
            f"{ceiling(purpose, channel) // MINUTE}"
            if may_go_by(purpose, channel)
            else "never"
            for channel in Channel
        ]
        for purpose in Purpose
    }


def test_every_channel_is_told_of() -> None:
    assert differences(page("reference/settings.md").section("`[channels]`").named, Channel) == (
        [],
        [],
    )


def test_every_action_of_the_audit_is_told_of_with_its_details() -> None:
    audit = page("reference/events.md").section("Audit")
    details = {str(action): names for action, names in audit_details(house()).items()}

    assert differences(audit.named, Action) == ([], [])
    assert missing_fields(audit, details) == []


def test_every_event_of_the_log_is_told_of_with_its_fields() -> None:
    log = page("reference/events.md").section("Log")
    events = log_events(house())

    assert differences(log.named, events) == ([], [])
    assert missing_fields(log, events) == []


def test_every_metric_is_told_of() -> None:
    told = [name for name in page("reference/metrics.md").named if name.startswith("watchword_")]

    assert differences(told, metrics(house())) == ([], [])


def test_every_table_is_told_of_with_its_columns() -> None:
    there = {name: {*table.columns.keys()} for name, table in schema.tables.items()}

    assert told_columns(page("reference/data-model.md")) == there | BOOKKEEPING


def test_every_dependency_is_told_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [found[0] for one in project["dependencies"] if (found := NAME.match(one))]

    assert differences(page("decisions/0009-dependencies.md").named, names) == ([], [])


def not_a_change(name: str, text: str) -> bool:
    return not CHANGE.fullmatch(name) or len(text.splitlines()) != 1


def test_each_change_has_a_known_ending_and_one_line() -> None:
    changes = {path.name: path.read_text("utf-8") for path in (ROOT / "changes").glob("*.md")}
    del changes["README.md"]

    assert [name for name, text in changes.items() if not_a_change(name, text)] == []
    assert not_a_change("codes.better.md", "Codes.\n")
    assert not_a_change("codes.added.md", "Codes.\nMore codes.\n")


def test_no_word_of_the_glossary_has_two_entries_and_all_are_in_order() -> None:
    words = [title for title, _ in page("glossary.md").sections("##")]

    assert words == sorted({*words}, key=str.lower)
    assert len(words) > 50


def test_what_is_forgotten_and_what_is_made_up_is_found() -> None:
    text = (
        "## Endpoints\n\n### `GET /v1/codes`\n\n### `POST /v1/codes`\n\n## More\n\n### `GET /x`\n"
    )

    assert differences(told_endpoints(passed_off(text)), ["GET /v1/codes", "DELETE /v1/codes"]) == (
        ["DELETE /v1/codes"],
        ["POST /v1/codes"],
    )


def test_a_field_that_is_forgotten_is_found() -> None:
    table = "| event | fields |\n| --- | --- |\n| `code.sent` | `channel` |\n"

    assert missing_fields(passed_off(table), {"code.sent": {"channel", "count"}}) == [
        "code.sent: count"
    ]


def test_a_column_that_is_forgotten_is_found() -> None:
    text = "### `cards`\n\n| column | holds |\n| --- | --- |\n| `id`, `name` | them |\n"

    assert told_columns(passed_off(text)) == {"cards": {"id", "name"}}


def test_events_actions_and_metrics_are_found_in_code() -> None:
    text = (
        'log.info("code.sent", channel=channel)\n'
        'log.info(f"{name}.sent")\n'
        'Counter("watchword_codes_total", "Codes.")\n'
        "Entry(action=Action.LIMITS_LIFTED, actor=a, target=t, details={'budgets': 1})\n"
        "desk.note(Action.CHALLENGE_RESENT, id, channel=channel)\n"
    )
    files = [source("features/challenges/service.py", text)]

    assert log_events(files) == {"code.sent": {"channel"}, "f'{name}.sent'": set()}
    assert metrics(files) == {"watchword_codes_total"}
    assert audit_details(files) == {
        Action.LIMITS_LIFTED: {"budgets"},
        Action.CHALLENGE_RESENT: {"channel"},
    }
