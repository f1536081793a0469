"""What this machine cannot test: said loudly at the end, and a fault on the build server."""

import os
from typing import NoReturn

import pytest

MARK = "not tested here: "


def not_tested(what: str, remedy: str) -> NoReturn:
    """Skip a test that needs what is not here, and say how to get it. With CI=true, fail."""
    reason = f"{MARK}{what}. {remedy}"
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(f"{reason} (CI is set, so nothing may be missing.)", pytrace=False)
    pytest.skip(reason)


def report_gaps(terminal: pytest.TerminalReporter) -> None:
    """Say once for each reason what was not tested, and how many tests that were."""
    counts: dict[str, int] = {}
    for report in terminal.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple) and MARK in report.longrepr[2]:
            reason = report.longrepr[2].partition(MARK)[2]
            counts[reason] = counts.get(reason, 0) + 1
    if counts:
        terminal.section("NOT TESTED HERE", sep="!", yellow=True, bold=True)
    for reason, count in counts.items():
        terminal.line(f"{count} tests: {reason}", yellow=True)
