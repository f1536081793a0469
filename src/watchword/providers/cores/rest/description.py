"""How a core that speaks JSON is described: what it is asked, and where its answers say what."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from watchword.features.cores.rules import FindBy
from watchword.providers.channels.placeholders import names_in
from watchword.providers.cores.pin_facts import PinFact
from watchword.providers.cores.readings import FACTS

IN_ADDRESSES: Final = {"account", "person"}
WHAT_IS_LOOKED_FOR: Final = {"value", "digits", "tail"}
IN_BODIES: Final = {*IN_ADDRESSES, "today", "now"}
OF_A_PIN: Final = {*IN_BODIES, "pin", "old_pin", "version"}
PATH: Final = re.compile(r"/[!-~]*", re.ASCII)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a description."""


class Ask(Part, frozen=True, kw_only=True):
    """A request. Its texts may hold names such as {account}."""

    method: Literal["GET", "POST", "PUT", "PATCH"] = "GET"
    path: str
    """What follows the base address. It stands in logs of others, and so never holds a PIN."""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] | None = None


class Find(Ask, frozen=True, kw_only=True):
    """What leads from something typed to accounts."""

    items: str = ""
    """Where in the answer they stand: a list, or one."""
    account: str
    exact: tuple[str, ...] = ()
    """Where in an item stands what was looked for, for cores that also give what is like it."""


class People(Ask, frozen=True, kw_only=True):
    """Who holds an account. Without it, an account is one person."""

    items: str = ""
    person: str
    role: str | None = None
    primary: tuple[str, ...] = ("primary",)


class Knows(Ask, frozen=True, kw_only=True):
    """Where facts of a person stand, under the names that facts have with us."""

    fields: dict[str, str | tuple[str, ...]]


class ReadPin(Ask, frozen=True, kw_only=True):
    fields: dict[PinFact, str]


class Verify(Ask, frozen=True, kw_only=True):
    """A core that compares by itself: what it answers, by status, or by a word at a place."""

    place: str | None = None
    fits: tuple[str, ...] = ("200", "204")
    wrong: tuple[str, ...] = ("401", "403", "422")
    locked: tuple[str, ...] = ("423",)
    counts_failures: bool = True


class Write(Ask, frozen=True, kw_only=True):
    """A request that writes. Any success means that it was done, unless it is `confirmed`."""

    method: Literal["GET", "POST", "PUT", "PATCH"] = "PUT"
    conflict_status: tuple[int, ...] = (409, 412)
    refused_status: tuple[int, ...] = (400, 422)
    is_conditional: bool = False
    """The core itself refuses if {version} or {old_pin} is not the one it has."""
    is_confirmed: bool = False
    """A success may also mean that somebody has to allow it first; so we look."""


class Description(Part, frozen=True, kw_only=True):
    """A whole description."""

    health: Ask
    find: Mapping[FindBy, Find]
    people: People | None = None
    facts: tuple[Knows, ...] = ()
    pin: ReadPin
    set_pin: Write
    first_pin: Write | None = None
    """What is sent instead where nothing stands yet."""
    verify: Verify | None = None
    unlock: Write | None = None
    note: Write | None = None
    nobody_status: tuple[int, ...] = (404,)
    maintenance_status: tuple[int, ...] = (503,)

    def __post_init__(self) -> None:
        if not self.find:
            raise ValueError("`find` is empty; name at least one way, such as phone.")
        for place, ask, in_bodies in self._asks():
            _check(place, ask, in_bodies)
        for knows in self.facts:
            for name in knows.fields:
                if name not in FACTS:
                    raise ValueError(f"`facts` has no {name!r}; there are {', '.join(FACTS)}.")

    def _asks(self) -> Iterator[tuple[str, Ask | None, set[str]]]:
        yield "health", self.health, set()
        for by, find in self.find.items():
            yield f"find.{by}", find, WHAT_IS_LOOKED_FOR
        yield "people", self.people, IN_BODIES
        for knows in self.facts:
            yield "facts", knows, IN_BODIES
        yield "pin", self.pin, IN_BODIES
        for name in ("set_pin", "first_pin", "verify"):
            yield name, getattr(self, name), OF_A_PIN
        yield "unlock", self.unlock, IN_BODIES
        yield "note", self.note, {*IN_BODIES, "event"}


def _check(place: str, ask: Ask | None, in_bodies: set[str]) -> None:
    if ask is None:
        return
    if not PATH.fullmatch(ask.path):
        raise ValueError(f"`{place}.path` begins with / and has no spaces.")
    in_addresses = WHAT_IS_LOOKED_FOR if place.startswith("find.") else IN_ADDRESSES
    parts = [
        ("path", ask.path, in_addresses),
        ("query", ask.query, in_addresses),
        ("headers", ask.headers, {"version"}),
        ("body", ask.body or {}, in_bodies),
    ]
    for part, shape, known in parts:
        for name in names_in(shape):
            if name not in known:
                raise ValueError(f"`{place}.{part}` cannot hold {{{name}}}.")
