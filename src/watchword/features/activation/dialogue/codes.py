"""A code to what is on file: that it is sent and judged, and lets somebody try again who is locked.

First what a script wishes for, then what is answered.
"""

from dataclasses import dataclass, field

from watchword.features.cores.rules import FindBy, Member, MemberRef
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True)
class SendCode:
    """To what has been on file for long enough; to nobody for whoever is not known, who is then
    told apart by what they were looked up by (`value`). `is_first`: it leads to a first PIN;
    `unlocks`: to another try."""

    member: Member | None = field(repr=False)
    value: Secret = field(repr=False)
    is_first: bool
    unlocks: bool = False


@dataclass(frozen=True, slots=True)
class JudgeCode:
    reference: str
    typed: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unlock:
    """Let somebody try again, who was locked and has shown that it is them."""

    by: FindBy
    value: Secret = field(repr=False)
    ref: MemberRef


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way, as far as anybody learns who is not known. `reference` is its name.

    `reaches`: somebody; for the log, and for no caller.
    """

    reference: str
    reaches: bool = True


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """Too many codes lately. It says nothing about whether there is somewhere to send one."""


@dataclass(frozen=True, slots=True)
class CodeRight:
    pass


@dataclass(frozen=True, slots=True)
class CodeWrong:
    """`is_over`: no other try at this code."""

    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Unlocked:
    """They may."""
