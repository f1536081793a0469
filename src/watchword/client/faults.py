"""What goes wrong between a program and Watchword."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


class ClientFault(Exception):
    """Something went wrong with what was asked, or on the way."""


@dataclass(eq=False)
class Problem(ClientFault):
    """It was refused. `word` stays as it is and is there to be compared; `detail` says what to do.

    `retry_after` says when it may be tried again, if waiting helps. `request` names the request as
    the log of the server does. `more` has what else was said.
    """

    word: str
    status: int
    title: str
    detail: str
    retry_after: timedelta | None = None
    request: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.title} ({self.word}). {self.detail}"


@dataclass(eq=False)
class NoAnswer(ClientFault):
    """No answer came. Perhaps it has happened, and perhaps not: do the same act again, which has
    the same key, and it happens once."""

    because: str

    def __str__(self) -> str:
        return f"No answer came: {self.because}. Do the same act again; it happens once."


@dataclass(eq=False)
class NotUnderstood(ClientFault):
    """An answer came that is none of ours: perhaps from something in between."""

    status: int
    because: str

    def __str__(self) -> str:
        return f"The answer with status {self.status} is not Watchword's: {self.because}"
