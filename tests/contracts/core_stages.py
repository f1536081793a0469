"""The stage on which `tests/contracts/cores.py` tries a banking core, and what is said on it."""

import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watchword.features.cores.ports import BankingCore, ListsMembers
from watchword.features.cores.rules import (
    FindBy,
    Member,
    MemberPage,
    MemberRef,
    PinState,
    Unavailable,
)
from watchword.foundation.secret import Secret

HASTY = 0.5  # seconds


class Trouble(StrEnum):
    DOWN = "down"
    """Nobody can be reached."""
    MAINTENANCE = "maintenance"
    """It says by itself that it cannot be asked now."""
    SLOW = "slow"
    """It takes what it is sent, and does not answer for longer than anybody waits."""
    ANSWER_LOST = "answer_lost"
    """It writes a PIN, and its answer is lost."""
    LOST_ON_THE_WAY = "lost_on_the_way"
    """What is sent to be written reaches it, and is lost there."""


@dataclass(frozen=True)
class Known:
    """Somebody whom the core knows: by what they are found, and which PIN they have."""

    finders: Mapping[FindBy, str]
    pin: str | None


class Stage(ABC):
    """A core to try. Each test gets a new one, with everybody as they were."""

    core: BankingCore
    sole: Known
    """Somebody alone on an account, with a PIN, and not locked."""
    beginner: Known
    """Somebody who has no PIN yet."""
    couple: Known | None = None
    """The first of several persons who share an account; nobody, if each has their own."""
    household: str | None = None
    """A telephone of several accounts; nothing, if nobody is found by their telephone."""
    new_pins: tuple[str, str] = ("0417", "5938")
    """Two PINs that the core takes. One begins with a zero."""

    @abstractmethod
    async def has(self, ref: MemberRef, pin: str) -> bool:
        """Look into the core, past the class that is tried: is this the PIN that is there?"""

    @abstractmethod
    async def change(self, ref: MemberRef, pin: str) -> None:
        """Change a PIN behind its back, as staff of the bank might."""

    @abstractmethod
    async def writes(self) -> int:
        """Say how often the core was asked to write a PIN."""

    async def cause(self, trouble: Trouble) -> None:
        raise NotImplementedError

    async def heal(self) -> None:
        """Make the core well again."""
        raise NotImplementedError

    async def hasty(self) -> BankingCore:
        """Give another of the class, on the same core, that waits for `HASTY` seconds at most."""
        raise NotImplementedError

    def everybody(self) -> Iterable[Known]:
        return filter(None, (self.sole, self.beginner, self.couple))

    def shown(self) -> Iterable[object]:
        """Give what of yours is shown to people: the settings of your core, for one."""
        return ()

    def secrets(self) -> Iterable[str]:
        """Give what must never be seen. Add what your class signs in with."""
        for known in self.everybody():
            yield from known.finders.values()
            yield from filter(None, [known.pin])
        yield from self.new_pins


async def found(stage: Stage, known: Known, by: FindBy | None = None) -> Sequence[Member]:
    by, value = finder(stage, known, by)
    return there(await stage.core.find(by, Secret(value)))


async def listed(stage: Stage, after: Secret | None, accounts: int) -> MemberPage:
    assert isinstance(stage.core, ListsMembers)
    page = await stage.core.members(after, accounts)
    assert isinstance(page, MemberPage)
    return page


async def one(stage: Stage, known: Known) -> Member:
    return (await found(stage, known))[0]


async def state_of(stage: Stage, known: Known) -> PinState:
    state = await stage.core.pin_state((await one(stage, known)).ref)
    assert isinstance(state, PinState)
    return state


async def before(stage: Stage, ref: MemberRef) -> PinState:
    """Give what a dialogue hands to `set_pin`: what it has heard last of the PIN."""
    state = await stage.core.pin_state(ref)
    assert isinstance(state, PinState)
    return state


def there(members: Sequence[Member] | Unavailable) -> Sequence[Member]:
    assert not isinstance(members, Unavailable)
    return members


def finder(stage: Stage, known: Known, by: FindBy | None = None) -> tuple[FindBy, str]:
    able = [way for way in sorted(stage.core.traits.finds_by) if way in known.finders]
    chosen = by or next(way for way in [FindBy.ACCOUNT_NUMBER, *able] if way in able)
    return chosen, known.finders[chosen]


def pin_of(known: Known) -> Secret:
    return Secret(str(known.pin))


def all_of(record: logging.LogRecord) -> str:
    """Give all that a record holds but moments and threads, whose digits may be those of a PIN."""
    clocks = {"created", "msecs", "relativeCreated", "thread", "process"}
    held = {name: value for name, value in record.__dict__.items() if name not in clocks}
    return f"{record.getMessage()} {held}"


def is_in(secret: str, text: str) -> bool:
    """Say whether a secret is to be seen in a text, and is not by chance a part of a number."""
    return bool(re.search(rf"(?<![0-9A-Za-z.]){re.escape(secret)}(?![0-9A-Za-z])", text))
