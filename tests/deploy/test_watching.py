"""What we give to those who watch: each figure that it names is ours, and it can be imported."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
import yaml

from tests.docs.manual import ROOT
from watchword.cli import COMMANDS
from watchword.wiring.metrics import Metrics

DASHBOARD = ROOT / "deploy" / "grafana" / "watchword.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
NAME = re.compile(r"\b(?:watchword|process|python)_[a-z0-9_]+\b")
LABELS = re.compile(r"\b([a-z_]+)\s*(?:=~|!~|!=|=)\s*\"")
GIVEN_BY_PROMETHEUS = {"job", "instance", "le"}
COMMAND = re.compile(r"watchword ([a-z-]+)")


def ours() -> Mapping[str, set[str]]:
    """Give every series that a process shows, with its labels."""
    found: dict[str, set[str]] = {}
    for collector in {*Metrics().registry._collector_to_names}:  # noqa: SLF001 - no other way
        for family in collector.collect():
            names = {family.name, *(sample.name for sample in family.samples)}
            if family.type == "counter":
                names.add(f"{family.name}_total")
            if family.type == "histogram":
                names |= {f"{family.name}_{part}" for part in ("bucket", "count", "sum")}
            labels = {*getattr(collector, "_labelnames", ())}
            for name in names:
                found.setdefault(name, set()).update(labels)
    return found


def unknown(expressions: Iterable[str], there: Mapping[str, set[str]]) -> list[str]:
    return sorted({name for each in expressions for name in NAME.findall(each)} - {*there})


def unknown_labels(expressions: Iterable[str], there: Mapping[str, set[str]]) -> list[str]:
    found = []
    for each in expressions:
        known = set[str]().union(*(there.get(name, set()) for name in NAME.findall(each)))
        asked = {*LABELS.findall(each)}
        for by in re.findall(r"\bby \(([^)]*)\)", each):
            asked |= {label.strip() for label in by.split(",")}
        found += sorted(asked - known - GIVEN_BY_PROMETHEUS - {"version"})
    return found


def of_dashboard() -> list[str]:
    return [*_expressions(json.loads(DASHBOARD.read_text("utf-8")))]


def of_alerts() -> list[str]:
    return [rule["expr"] for rule in rules()]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _expressions(part: object) -> Iterator[str]:
    match part:
        case {"expr": str(expression), **rest}:
            yield expression
            yield from _expressions(rest)
        case dict():
            for each in part.values():
                yield from _expressions(each)
        case list():
            for each in part:
                yield from _expressions(each)
        case _:
            return


@pytest.mark.parametrize("expressions", [of_dashboard(), of_alerts()], ids=["dashboard", "alerts"])
def test_every_figure_that_is_named_is_there_with_its_labels(expressions: list[str]) -> None:
    there = ours()

    assert len(expressions) > 10
    assert unknown(expressions, there) == []
    assert unknown_labels(expressions, there) == []


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    shown = {name for each in of_dashboard() for name in NAME.findall(each)}
    of_one = {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in shown}

    missing = {
        name
        for name in ours()
        if name.startswith("watchword_")
        and re.sub(r"_(bucket|count|sum|total)$", "", name) not in of_one | {"watchword_build"}
    }
    assert missing == set()


def test_the_dashboard_can_be_imported_anywhere() -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    sources = {json.dumps(source) for source in _sources(dashboard)}

    assert dashboard["id"] is None
    assert dashboard["uid"] is None
    assert sources == {'{"type": "prometheus", "uid": "${datasource}"}'}
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len({*ids}) == len(ids)
    assert all(panel["title"] for panel in dashboard["panels"])


def _sources(part: object) -> Iterator[object]:
    match part:
        case dict():
            for name, each in part.items():
                if name == "datasource":
                    yield each
                else:
                    yield from _sources(each)
        case list():
            for each in part:
                yield from _sources(each)
        case _:
            return


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"].keys() == {"summary", "action"}
        for command in COMMAND.findall(rule["annotations"]["action"]):
            assert command in COMMANDS, rule["alert"]
    names = [rule["alert"] for rule in rules()]
    assert len({*names}) == len(names)


def test_what_is_made_up_is_found() -> None:
    there = {"watchword_codes_total": {"channel"}}

    assert unknown(["rate(watchword_code_total[5m])"], there) == ["watchword_code_total"]
    assert unknown_labels(['sum by (provider) (watchword_codes_total{chanel="x"})'], there) == [
        "chanel",
        "provider",
    ]
