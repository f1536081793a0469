"""Whether a customer has chosen their PIN themselves: yes, no, or nobody knows.

A first PIN is one that others can work out. Whoever has once chosen one does not activate again.
"""

from dataclasses import dataclass
from enum import StrEnum


class Established(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Who has said so."""

    OWN_ACTIVATION = "own_activation"
    """Our record of a call in which they activated."""
    HISTORY = "history"
    """A PIN that they set themselves is among the earlier ones."""
    CORE = "core"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What each source says. Nothing means: it does not say."""

    own_activation: bool | None = None
    history: bool | None = None
    core: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`sources`: who said so. `contradicted`: others said that it is not so."""

    value: Established
    sources: tuple[Source, ...] = ()
    contradicted: tuple[Source, ...] = ()


def established(told: Told) -> Finding:
    """Weigh what was told: one yes is enough, and one no unless somebody says yes."""
    said = {
        Source.OWN_ACTIVATION: told.own_activation,
        Source.HISTORY: told.history,
        Source.CORE: told.core,
    }
    ayes = tuple(source for source, word in said.items() if word is True)
    noes = tuple(source for source, word in said.items() if word is False)
    if ayes:
        return Finding(Established.YES, ayes, noes)
    return Finding(Established.NO if noes else Established.UNKNOWN, noes)
