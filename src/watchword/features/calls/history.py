"""How all that was heard in a call rests between two turns: as JSON, which is sealed then.

It has everything in it, digits too: so it is never kept but sealed, and is let go of when the call
ends. An event is written with the name of its class, and read back as exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args

import msgspec

from watchword.features.activation.dialogue.steps import CallStarted, Event, Step
from watchword.features.calls.secrets import revived, written
from watchword.foundation.errors import WatchwordError
from watchword.foundation.secret import Secret

EVENTS: Final = {kind.__name__: kind for kind in get_args(Event)}
STEPS: Final = {kind.__name__: kind for kind in get_args(Step)}


class Unreadable(WatchwordError):
    """What rests of a call was written by another version of ours."""


@dataclass(frozen=True, slots=True)
class History:
    """The line as it was when the call began (`document`), and everything that was heard."""

    document: bytes = field(repr=False)
    heard: Sequence[Event] = field(repr=False)

    @property
    def started(self) -> CallStarted:
        first = self.heard[0]
        if not isinstance(first, CallStarted):
            raise Unreadable("A call begins with its start.")
        return first

    def and_then(self, event: Event) -> "History":
        return replace(self, heard=[*self.heard, event])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform is told in a turn. `token` is for the next one; nothing, if there is none."""

    steps: Sequence[Step]
    token: Secret | None = None


def pack_history(history: History) -> bytes:
    rests = (history.document, [_tagged(each) for each in history.heard])
    return msgspec.json.encode(rests, enc_hook=written)


def unpack_history(raw: bytes) -> History:
    document, heard = _read(raw, tuple[bytes, list[tuple[str, Any]]])
    return History(document, [_untagged(EVENTS, name, content) for name, content in heard])


def pack_answer(answer: Answer) -> bytes:
    rests = (answer.token, [_tagged(each) for each in answer.steps])
    return msgspec.json.encode(rests, enc_hook=written)


def unpack_answer(raw: bytes) -> Answer:
    token, steps = _read(raw, tuple[Secret | None, list[tuple[str, Any]]])
    return Answer([_untagged(STEPS, name, content) for name, content in steps], token)


def _tagged(thing: Event | Step) -> tuple[str, Event | Step]:
    return type(thing).__name__, thing


def _untagged(kinds: dict[str, Any], name: str, content: object) -> Any:  # noqa: ANN401 - as named
    if name not in kinds:
        raise Unreadable("A call was begun by another version.")
    try:
        return msgspec.convert(content, kinds[name], dec_hook=revived)
    except msgspec.ValidationError:
        raise Unreadable("A call was begun by another version.") from None


def _read(raw: bytes, kind: Any) -> Any:  # noqa: ANN401 - as named
    try:
        return msgspec.json.decode(raw, type=kind, dec_hook=revived)
    except msgspec.DecodeError:
        raise Unreadable("A call was begun by another version.") from None
