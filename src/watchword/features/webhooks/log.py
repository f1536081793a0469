"""The log of a delivery as it is kept: one line for each attempt, only ever added to."""

from collections.abc import Sequence

from watchword.features.webhooks.rules import Attempt
from watchword.foundation.clock import from_microseconds, to_microseconds

NO_STATUS = "-"


def line_of(attempt: Attempt) -> str:
    status = NO_STATUS if attempt.status is None else attempt.status
    moment = to_microseconds(attempt.at)
    return f"{moment} {status} {attempt.milliseconds} {attempt.word}\n"


def read_log(log: str) -> Sequence[Attempt]:
    return [_attempt(line) for line in log.splitlines()]


def _attempt(line: str) -> Attempt:
    moment, status, milliseconds, word = line.split(" ", 3)
    return Attempt(
        at=from_microseconds(int(moment)),
        status=None if status == NO_STATUS else int(status),
        word=word,
        milliseconds=int(milliseconds),
    )
