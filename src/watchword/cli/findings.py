"""What `watchword doctor` finds: a state, what was seen, and how to mend it."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from watchword.foundation.errors import WatchwordError


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


class Finding(Struct, frozen=True):
    check: str
    state: State
    detail: str
    remedy: str | None = None


def ok(check: str, detail: str) -> Finding:
    return Finding(check, State.OK, detail)


def warning(check: str, detail: str, remedy: str) -> Finding:
    return Finding(check, State.WARNING, detail, remedy)


def wrong(check: str, detail: str, remedy: str) -> Finding:
    return Finding(check, State.WRONG, detail, remedy)


def failed(check: str, fault: WatchwordError) -> Finding:
    """Tell a fault; what it says first is what was seen, and what comes after is the remedy."""
    detail, _, remedy = str(fault).partition(". ")
    return Finding(check, State.WRONG, detail, remedy or None)


def is_anything_wrong(findings: Sequence[Finding]) -> bool:
    return any(finding.state is State.WRONG for finding in findings)
