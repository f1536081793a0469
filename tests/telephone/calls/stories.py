"""The table of calls: what callers press, and what has to come of it, whatever the door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.telephone.calls.lab import Caller
from watchword.features.activation.dialogue.steps import Ending
from watchword.features.pins.rules import PinRules, judge
from watchword.foundation.secret import Secret

CODE = "424242"
"""Every code that is drawn: nobody can read a text to sipp."""
ONWARD, DESK = "transfer account menu", "transfer service desk"
MANY = 12
WRONG, NINE, TEN = "wrong answers", "nine 9", "ten 9"
"""Calls by their names; the last two are made after nine failures, and after ten."""
GOOD_PINS = [
    pin
    for pin in (f"{number}" for number in range(304_519, 990_000, 3_727))
    if not judge(Secret(pin), PinRules())
]


class Door(StrEnum):
    """By which of our doors an Asterisk asks."""

    FASTAGI = "fastagi"
    TWIML = "twiml"


@dataclass(frozen=True)
class Member:
    """Somebody whom the core knows. Of no two anything is the same, so that nothing is right that
    was typed by another one; and all is long enough to be looked for wherever something rests, and
    no number of a port, which are below 65,536 and stand in logs."""

    place: int
    has_good_pin: bool = False
    has_short_pin: bool = False

    @property
    def number(self) -> str:
        return f"{71_003 + 137 * self.place}"

    @property
    def zip_code(self) -> str:
        return f"{80_101 + 211 * self.place}"

    @property
    def ssn(self) -> str:
        return f"{666_010_000 + 10_000 * self.place + 6_113 + 29 * self.place}"

    @property
    def good(self) -> str:
        return GOOD_PINS[self.place]

    @property
    def other(self) -> str:
        """Another good one."""
        return GOOD_PINS[-1 - self.place]

    @property
    def pin(self) -> str:
        """The one that the core has in the beginning: as it came with the account, if not."""
        if self.has_good_pin:
            return self.good
        return f"{66_007 + 89 * self.place}" if self.has_short_pin else self.ssn[-4:]

    @property
    def wrong(self) -> str:
        return f"{92_003 + 137 * self.place}"

    @property
    def row(self) -> Sequence[str]:
        """As it stands in the core's table: `COLUMNS`."""
        is_chosen = self.has_good_pin or self.has_short_pin
        phone = f"+1202555{self.place:04}"
        return [
            *(f"{90_000 + self.place}", "1", "primary", self.ssn, self.zip_code, phone, "400"),
            *(self.number, self.pin, "30", "yes" if is_chosen else "no"),
        ]


COLUMNS = (
    *("account", "person", "role", "ssn", "zip_code", "phones", "contact_days"),
    *("member_number", "pin", "pin_days", "established"),
)


@dataclass(frozen=True)
class Story:
    """One call. `after`: the PIN that the core has at its end; `onward`: how the dialplan goes on,
    which is nothing if the caller has hung up; `stage`: it is called after all before it."""

    name: str
    member: Member
    keys: Sequence[str] = field(repr=False)
    onward: str | None
    ending: Ending
    after: str | None = field(default=None, repr=False)
    hangs_up: bool = False
    is_core_down: bool = False
    stage: int = 0
    door: Door = Door.FASTAGI

    @property
    def extension(self) -> str:
        first = {Door.FASTAGI: 1, Door.TWIML: 2}[self.door] + (2 if self.is_core_down else 0)
        return f"{first}{self.member.place % 100:02}{self._turn}"

    @property
    def _turn(self) -> int:
        """Tell calls of one member apart."""
        return int(self.name[-1]) if self.name[-1:].isdigit() else 0

    @property
    def caller(self) -> Caller:
        # Each has a telephone of their own: too much that goes wrong on one leads to a person.
        number = f"1555123{self.extension}"
        return Caller(self.extension, number, self.keys, self.hangs_up)

    @property
    def pin_after(self) -> str:
        return self.after or self.member.pin


def at(door: Door) -> Sequence[Story]:
    """Give all calls by a door, each by members of its own."""
    first = 0 if door is Door.FASTAGI else 40
    told = (*_stories(first), *_locked(first + 10), *_many(first + 20))
    return [replace(each, door=door) for each in told]


def _stories(first: int) -> Iterator[Story]:
    happy, gone, differing, unsure, down = (Member(first + n) for n in range(5))
    short = Member(first + 5, has_short_pin=True)
    well = Member(first + 6, has_good_pin=True)
    yield _through("activation", happy, [*_proof(happy), *_twice(happy)], after=happy.good)
    forced = [f"{short.number}#", f"{short.pin}#", f"{CODE}#", *_twice(short)]
    yield _through("forced change", short, forced, after=short.good)
    yield _through("nothing to change", well, _rightly(well))
    yield _to_desk(WRONG, unsure, _wrongly(unsure) * 3)
    yield _gone("hang-up", gone, [*_proof(gone), f"{gone.good}#", gone.good[:2]])
    differ = [*_proof(differing), f"{differing.good}#", *[f"{differing.other}#"] * 3]
    yield _through("mismatch", differing, differ, after=differing.other)
    yield replace(_to_desk("core down", down, [f"{down.number}#"]), is_core_down=True)


def _locked(first: int) -> Iterator[Story]:
    """Nine wrong ones lock nobody, ten do: over several calls that come at once, and one after."""
    nine, ten = Member(first, has_good_pin=True), Member(first + 1, has_good_pin=True)
    for n in range(3):
        yield _to_desk(f"nine {n}", nine, _wrongly(nine) * 3)
        yield _to_desk(f"ten {n}", ten, _wrongly(ten) * 3)
    yield _gone("ten 3", ten, [*_wrongly(ten), ten.number[:2]])
    yield replace(_through(NINE, nine, _rightly(nine)), stage=1)
    yield replace(_gone(TEN, ten, [*_rightly(ten), ten.number[:2]]), stage=1)


def _many(first: int) -> Iterator[Story]:
    for n in range(MANY):
        each = Member(first + n)
        yield _through("one of many", each, [*_proof(each), *_twice(each)], after=each.good)


def _through(name: str, member: Member, keys: Sequence[str], after: str | None = None) -> Story:
    return Story(name, member, keys, ONWARD, Ending.THROUGH, after)


def _to_desk(name: str, member: Member, keys: Sequence[str]) -> Story:
    return Story(name, member, keys, DESK, Ending.TO_A_PERSON)


def _gone(name: str, member: Member, keys: Sequence[str]) -> Story:
    return Story(name, member, keys, None, Ending.HUNG_UP, hangs_up=True)


def _proof(member: Member) -> Sequence[str]:
    return [f"{member.number}#", f"{member.pin}#", f"{member.zip_code}#", f"{CODE}#"]


def _twice(member: Member) -> Sequence[str]:
    return [f"{member.good}#"] * 2


def _rightly(member: Member) -> list[str]:
    return [f"{member.number}#", f"{member.pin}#"]


def _wrongly(member: Member) -> list[str]:
    return [f"{member.number}#", f"{member.wrong}#"]
