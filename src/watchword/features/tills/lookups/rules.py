"""Which sale is meant by somebody who names a contact point, and no sale.

Whoever has the id of a sale has been given it, and may ask for what it said once more. A contact
point is no such secret: here the code is asked for each time, also after it was proven.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from watchword.features.idempotency.rules import Once, once
from watchword.features.tills.rules import (
    NewSession,
    State,
    Superseded,
    TillSession,
    TillSessionId,
)
from watchword.features.tills.verdicts import Answered, Asking, Opened, SentAgain


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A code was sent a moment ago, and this one asks for it once more: nothing else is sent."""

    word: ClassVar = "on_its_way"


@dataclass(frozen=True, slots=True)
class NotAsked:
    """No code is awaited there."""

    word: ClassVar = "not_asked"


@dataclass(frozen=True, slots=True)
class Looked:
    """Which sale it was, and what became of the answer."""

    word: ClassVar = "looked"

    id: TillSessionId
    answered: Answered


Asked: TypeAlias = Asking | OnItsWay | Opened | SentAgain


def ours(live: TillSession | None, client: str) -> TillSession | NotAsked | Superseded:
    """Say whose turn it is at a contact point."""
    if live is None:
        return NotAsked()
    return live if live.client == client else Superseded()


def is_same_sale(live: TillSession, new: NewSession) -> bool:
    """Say whether somebody asks again for what is awaited already."""
    is_there = (live.location_id, live.terminal_id) == (new.location_id, new.terminal_id)
    return live.state is State.ASKING and is_there


def same_answer(session: TillSession, typed: str) -> Once:
    """Name an answer, so that it is judged once however often it comes."""
    typed = "".join(typed.split())
    return once(typed, client=session.client, route=f"lookup {session.id}", body=typed.encode())
