"""Two lists side by side, Available and Configured, and what the buttons between them do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Move(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    ADD_ALL = "add_all"
    REMOVE_ALL = "remove_all"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button between two lists: which lists, and what it does."""

    name: str
    move: Move

    @property
    def takes_out(self) -> bool:
        """Say whether things go back to what is available. There they are not ticked any more, or
        the next thing put in would bring them along. What was put in stays so: it is moved on."""
        return self.move in {Move.REMOVE, Move.REMOVE_ALL}


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands in them, in their order."""

    available: Sequence[str]
    configured: Sequence[str]


def read_pressed(written: str) -> Pressed | None:
    name, _, move = written.rpartition(":")
    return Pressed(name, Move(move)) if move in {*Move} else None


def moved(lists: Lists, picked: Collection[str], move: Move) -> Sequence[str]:
    """Give what is configured afterwards."""
    configured = lists.configured
    match move:
        case Move.ADD:
            return [*configured, *(each for each in lists.available if each in picked)]
        case Move.REMOVE:
            return [each for each in configured if each not in picked]
        case Move.ADD_ALL:
            return [*configured, *lists.available]
        case Move.REMOVE_ALL:
            return []
        case Move.UP:
            return _up(configured, picked)
        case Move.DOWN:
            return _up(configured[::-1], picked)[::-1]


def _up(listed: Sequence[str], picked: Collection[str]) -> Sequence[str]:
    """Let each that is picked change places with the one above it, unless that is picked, too."""
    after = list(listed)
    for place in range(1, len(after)):
        if after[place] in picked and after[place - 1] not in picked:
            after[place - 1], after[place] = after[place], after[place - 1]
    return after
