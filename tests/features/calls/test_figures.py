"""What a call came to is read out of its log, also out of one that was written before."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from watchword.features.activation.dialogue.steps import Ending
from watchword.features.calls.figures.rules import End, Stage, Told, kind_of
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.cores.rules import PinSet, PinUnknown

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "end", "stage"),
    [
        (PinSet.word, End.ACTIVATED, Stage.SET),
        ("PinSet", End.ACTIVATED, Stage.SET),
        (PinUnknown.word, End.NOT_CONFIRMED, Stage.PROVED),
        ("PinUnknown", End.NOT_CONFIRMED, Stage.PROVED),
    ],
)
def test_how_the_setting_of_a_pin_has_ended_is_known_by_its_word(
    written: str, end: End, stage: Stage
) -> None:
    lines = [
        LogLine(1, NOON, LineKind.DECIDED, "decided", "activation"),
        LogLine(1, NOON, LineKind.ASKED, "new_pin"),
        LogLine(2, NOON, LineKind.DECIDED, "pin_written", written),
    ]

    kind = kind_of(Told("1", 0, UUID(int=7), Ending.THROUGH, lines))

    assert (kind.end, kind.stage) == (end, stage)
