"""Why somebody did something stays for good, so it may not hold what leads to a person."""

import pytest

from watchword.features.approvals.rules import BadReason, find_fault
from watchword.features.audit.reasons import names_somebody
from watchword.features.privacy.rules import find_fault as find_fault_of_privacy
from watchword.features.staff.rules import Reasonless, find_fault_of_reason

NAMING = [
    "write to ann@example.org",
    "ann@ünicode.example called",
    "ann＠example.org",  # noqa: RUF001 - that is what it is about
    "call 0170 1234567",
    "call +49 (170) 12-34-56-7",
    "call 170.123.4567",
    "call ０１７０１２３４５６７",  # noqa: RUF001
    "1234567",
]
NAMELESS = [
    "asked at the till",
    "ticket 4711",
    "ticket 123456",
    "was at the till on 2026-11-22",
    "war am 22.11.2026 und am 3. 1. 2027 an der Kasse",
    "lost @ the till",
    "12 cards, 34 codes, 56 letters, 78 calls",
]


@pytest.mark.parametrize("reason", NAMING)
def test_a_mailbox_or_a_number_is_seen_however_it_is_written(reason: str) -> None:
    assert names_somebody(reason)


@pytest.mark.parametrize("reason", NAMELESS)
def test_days_and_short_numbers_are_nobody(reason: str) -> None:
    assert not names_somebody(reason)


@pytest.mark.parametrize("reason", NAMING)
def test_nobody_may_give_such_a_reason_for_anything(reason: str) -> None:
    assert isinstance(find_fault(reason), BadReason)
    assert isinstance(find_fault_of_reason(reason), Reasonless)
    assert find_fault_of_privacy(reason) is not None


@pytest.mark.parametrize("reason", NAMELESS)
def test_others_are_taken_everywhere(reason: str) -> None:
    assert find_fault(reason) is None
    assert find_fault_of_reason(reason) is None
    assert find_fault_of_privacy(reason) is None
