"""The page of providers shows each table of answers and of receipts as it stands in the code.

A table in the page stands below a mark that names the module of the table, as in
`<!-- answers of sms.vonage -->` or `<!-- receipts of sms.vonage -->`.
"""

import pkgutil
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from inspect import getsource
from itertools import groupby, takewhile
from typing import TypeAlias, get_args

import msgspec
import pytest

from tests.docs.manual import MARKED, Page, page, passed_off
from tests.docs.product import MUST_BE_GIVEN
from watchword.features.delivery.rules import Receipt
from watchword.providers import channels
from watchword.providers.channels import answers
from watchword.providers.channels.answers import Answer, Meaning
from watchword.providers.channels.http_gateway_settings import HttpReceipts
from watchword.settings import ProviderSettings

MARK = re.compile(r"^<!-- (answers|receipts) of ([a-z_0-9.]+) -->$", re.MULTILINE)
OWN_TABLE = {
    kind: re.compile(rf"^{kind.upper()}\b[^=\n]*=", re.MULTILINE)
    for kind in ("answers", "receipts")
}

THE_SAME = "the same"

Row: TypeAlias = tuple[str, ...]
Tables: TypeAlias = Mapping[str, set[Row]]
"""Rows by `answers of sms.vonage`: what was said, what it means, and our word for it, if any.
Where that is what was said, the page says so in short."""

EXAMPLE = """
## Carrier

<!-- answers of sms.carrier -->
| what was said | meaning | our word |
| --- | --- | --- |
| `Carrier 1`, `Carrier 2` | permanent | opted out |

<!-- receipts of sms.carrier -->
| what is reported | receipt |
| --- | --- |
| `DELIVRD` | delivered |

Another table says something else.

| what was said | meaning |
| --- | --- |
| `nothing` | nothing |
"""


@cache
def tables() -> Tables:
    """Give every table of the code."""
    found = {"answers of answers": rows_of(answers.ANY_HTTP)}
    for info in pkgutil.walk_packages(channels.__path__, f"{channels.__name__}."):
        module = import_module(info.name)
        for kind, own in OWN_TABLE.items():
            table = getattr(module, kind.upper(), None)
            if own.search(getsource(module)) and isinstance(table, Mapping):
                name = info.name.removeprefix(f"{channels.__name__}.")
                found[f"{kind} of {name}"] = rows_of(table)
    return found


def rows_of(table: Mapping[str, object]) -> set[Row]:
    rows: set[Row] = set()
    for said, meant in table.items():
        match meant:
            case Answer(meaning, reason):
                rows.add((said, meaning.value, THE_SAME if reason == said else reason))
            case Receipt():
                rows.add((said, meant.value))
            case _:
                raise AssertionError(f"{said}: {meant!r} is neither an answer nor a receipt")
    return rows


def written(page: Page) -> Tables:
    """Give every table of a page. A cell may name several words that mean the same."""
    found: dict[str, set[Row]] = {}
    for mark in MARK.finditer(page.text):
        lines = page.text[mark.end() :].lstrip().splitlines()
        below = Page(page.path, "\n".join(takewhile(lambda line: line.startswith("|"), lines)))
        rows = {(said, *row[1:]) for row in below.rows for said in MARKED.findall(row[0])}
        found[f"{mark[1]} of {mark[2]}"] = rows
    return found


def faults(page: Page, there: Tables) -> list[str]:
    told = written(page)
    return [
        *(f"there is no table `{name}`" for name in sorted(told.keys() - there.keys())),
        *(
            fault
            for name, rows in sorted(there.items())
            for fault in _faults_of_table(name, rows, told.get(name))
        ),
    ]


def _faults_of_table(name: str, rows: set[Row], told: set[Row] | None) -> Iterable[str]:
    if told is None:
        yield f"the page lacks\n\n<!-- {name} -->\n{as_table(rows)}"
        return
    yield from (f"{name} lacks {row}" for row in sorted(rows - told))
    yield from (f"{name} makes up {row}" for row in sorted(told - rows))


def as_table(rows: set[Row]) -> str:
    """Write a table as it may stand in the page."""
    is_answers = any(len(row) == len(("said", "meaning", "word")) for row in rows)
    head = (
        ["what was said", "meaning", "our word"] if is_answers else ["what is reported", "receipt"]
    )
    lines = [head, ["---"] * len(head)]
    ordered = sorted(rows, key=lambda row: (row[1:], row[0]))
    for meant, group in groupby(ordered, key=lambda row: row[1:]):
        lines.append([", ".join(f"`{row[0]}`" for row in group), *meant])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def test_every_answer_and_receipt_is_told_of_and_none_is_made_up() -> None:
    wrong = faults(page("reference/providers.md"), tables())

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", get_args(ProviderSettings))
def test_every_kind_of_provider_has_its_section(kind: type[msgspec.Struct]) -> None:
    tag = kind.__struct_config__.tag
    titles = [title for title, _ in page("reference/providers.md").sections("##")]

    assert any(f'`kind = "{tag}"`' in title for title in titles), f'no heading with kind = "{tag}"'


def test_every_meaning_is_explained() -> None:
    told = page("reference/providers.md").section("What an answer can mean").named

    assert {*told} == {*Meaning}


def test_the_tables_of_the_code_are_found() -> None:
    assert {"answers of answers", "answers of sms.vonage", "receipts of sms.vonage"} <= {*tables()}
    assert ("HTTP 402", "temporary", "no credit") in tables()["answers of sms.vonage"]


def test_what_is_wrong_in_a_table_is_found() -> None:
    there: Tables = {
        "answers of sms.carrier": {
            ("Carrier 1", "permanent", "opted out"),
            ("Carrier 3", "temporary", "busy"),
        },
        "receipts of letters": {("lost", "failed")},
    }
    wrong = "\n".join(faults(passed_off(EXAMPLE), there))

    assert "no table `receipts of sms.carrier`" in wrong
    assert "answers of sms.carrier lacks ('Carrier 3', 'temporary', 'busy')" in wrong
    assert "answers of sms.carrier makes up ('Carrier 2', 'permanent', 'opted out')" in wrong
    assert "the page lacks\n\n<!-- receipts of letters -->" in wrong


def test_a_table_is_read_as_it_is_written() -> None:
    rows: set[Row] = {
        ("Carrier 1", "permanent", "opted out"),
        ("Carrier 2", "permanent", "opted out"),
    }
    text = f"<!-- answers of sms.carrier -->\n{as_table(rows)}"

    assert written(passed_off(text)) == {"answers of sms.carrier": rows}
    assert written(passed_off(EXAMPLE))["answers of sms.carrier"] == rows


def test_every_setting_of_the_receipts_of_a_gateway_is_told_of() -> None:
    section = page("reference/settings.md").section("`[providers.NAME.receipts]`")
    told = {row[0].strip("`"): row[2] for row in section.rows}
    fields = msgspec.structs.fields(HttpReceipts)

    assert told.keys() == {field.encode_name for field in fields}
    for field in fields:
        assert (told[field.encode_name] == MUST_BE_GIVEN) == field.required, field.name
