"""What a profile was, and what somebody changed in it: by the fields that the page has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeVar

from watchword.features.activation.profiles.rules import LEVELS, Process, ProfileId, Terms
from watchword.features.activation.questions import Asked
from watchword.features.activation.scenarios import ProcessKind

VERSIONS_SHOWN = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version:
    """`terms`: nothing, in place of a profile that was deleted."""

    number: int
    terms: Terms | None
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs in one field. `came` and `went`: of a list, what was added and taken away;
    of anything else, what stands there now, and what stood there before."""

    where: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    is_reordered: bool = False
    """What stayed stands in another order, or is asked for in another way."""


def differences(before: Terms, after: Terms) -> Sequence[Difference]:
    """Name each field in which two versions differ, as it stands on the page."""
    return [*_differ(before, after)]


def _differ(before: Terms, after: Terms) -> Iterator[Difference]:
    yield from _of_value("name", before.name, after.name)
    for number in range(LEVELS):
        was, now = (_level(each, number) for each in (before, after))
        yield from _of_list(f"levels.{number + 1}", was, now, _question)
    for process in ProcessKind:
        yield from _of_process(process, before.process(process), after.process(process))
    yield from _of_list("questions", before.questions, after.questions, _question)
    yield from _of_value("unchanged_days", before.unchanged_days, after.unchanged_days)
    yield from _of_value("risk", _risk(before), _risk(after))


def _of_process(process: ProcessKind, before: Process, after: Process) -> Iterator[Difference]:
    for each in fields(Process):
        was, now = getattr(before, each.name), getattr(after, each.name)
        where = f"{process}.{each.name}"
        if each.name == "scenarios":
            yield from _of_list(where, was, now)
        else:
            yield from _of_value(where, was, now)


def _of_list(
    where: str, before: Sequence[T], after: Sequence[T], name: Callable[[T], str] = str
) -> Iterator[Difference]:
    was, now = [name(each) for each in before], [name(each) for each in after]
    stayed = [each for each in before if name(each) in now]
    stays = [each for each in after if name(each) in was]
    if [*before] != [*after]:
        yield Difference(
            where=where,
            came=tuple(each for each in now if each not in was),
            went=tuple(each for each in was if each not in now),
            is_reordered=stayed != stays,
        )


def _of_value(
    where: str, before: str | int | ProfileId | None, after: str | int | ProfileId | None
) -> Iterator[Difference]:
    if before != after:
        yield Difference(where=where, came=_said(after), went=_said(before))


def _said(value: str | int | ProfileId | None) -> tuple[str, ...]:
    return () if value is None or value is False else (str(value),)


def _risk(terms: Terms) -> str | None:
    return None if terms.risk is None else terms.risk.reason


def _level(terms: Terms, number: int) -> Sequence[Asked]:
    return terms.levels[number] if number < len(terms.levels) else ()


def _question(asked: Asked) -> str:
    return str(asked.question)
