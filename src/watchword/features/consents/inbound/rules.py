"""What a message that comes in can mean, and whom it concerns."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from watchword.features.consents.rules import Record, Standing
from watchword.features.limits.rules import DAY, Cap, Limits

ANSWERS_AT_MOST, WITHIN = 10, timedelta(days=1)
"""So often one person is answered. Two machines that answer each other have an end by it."""


class Meaning(StrEnum):
    STOP = "stop"
    """Nothing more of the kind that one has to agree to."""
    START = "start"
    """It may go on."""
    HELP = "help"
    """Who is it that writes?"""
    YES = "yes"
    NO = "no"
    """An answer, if something was asked. By itself it changes nothing."""
    OTHER = "other"


OF_STRANGERS = frozenset({Meaning.STOP, Meaning.START})
"""What holds also if somebody says it of whom nobody here knows; and how it is undone."""

STRANGERS_AT_MOST: Final = Limits(sends=(Cap(500, DAY),))
"""So many of them are heard. Whoever is on file, or stands in the book, is always heard."""


def agreed_at(book: Sequence[Record]) -> datetime:
    """Say when somebody last agreed to anything; long ago, if they never did."""
    given = [each.created_at for each in book if each.standing is Standing.GIVEN]
    return max(given, default=datetime.min.replace(tzinfo=UTC))


def locale_of(book: Sequence[Record]) -> str | None:
    """Give the language in which somebody last agreed."""
    given = [(each.created_at, each.shown.locale) for each in book if each.shown is not None]
    return max(given)[1] if given else None
