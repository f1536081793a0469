"""How a caller comes to a new PIN: theirs, typed twice, or one that we make for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from watchword.features.activation.dialogue.asking import NONE, TRIES, Unexpected, asked
from watchword.features.activation.dialogue.ports import Playable
from watchword.features.activation.dialogue.script import Script
from watchword.features.activation.dialogue.steps import (
    DrawPin,
    Known,
    LookBack,
    NewPin,
    Note,
    Remark,
    Say,
    Unused,
    Used,
    WritePin,
)
from watchword.features.cores.rules import (
    CoreEvent,
    Member,
    PinConflict,
    PinEnd,
    PinRefused,
    PinSet,
    PinUnknown,
    Unavailable,
)
from watchword.foundation.secret import Secret

SAID_AT_MOST = 2
"""Reasons told at once. Nobody keeps more of them in mind."""
IS_NOTED_WITHIN = 30.0
"""Seconds, to write down a PIN that was read out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Whose PIN is set, and what is known of them.

    `holders`: all who share it. `entered`: the PIN that somebody came in with. Where a PIN cannot
    be read, nobody else knows it.
    """

    line: Playable
    member: Member
    holders: Sequence[Member]
    known: Known
    entered: Secret | None = None

    @property
    def current(self) -> Collection[Secret]:
        """The PIN that there is, as far as it is known."""
        return {each for each in (self.entered, self.known.state.pin) if each is not None}

    @property
    def others(self) -> Sequence[Member]:
        """Who holds the account besides."""
        ref = self.member.ref
        holders = (each for each in self.holders if each.ref.account == ref.account)
        return tuple(each for each in holders if each.ref != ref)


def set_new_pin(new: Renewal, event: CoreEvent) -> Script[bool]:
    """Let somebody set a PIN, and say whether it is set. If not, they have been told why."""
    for _ in range(TRIES):
        pin = yield from _chosen(new)
        if pin is None:
            yield Say("no_new_pin")
            return False
        ended = yield WritePin(new.member, pin, new.known.state, event, new.others)
        if not isinstance(ended, PinEnd):
            raise Unexpected(ended)
        yield Remark("pin_written", why=ended.word)
        match ended:
            case PinSet():
                yield Note(new.member, event, new.others)
                yield Say("pin_is_set")
                return True
            case PinRefused():
                yield Say("pin_refused")
            case PinConflict():
                yield Say("pin_conflict")
                return False
            case PinUnknown():
                yield Say("pin_unknown")
                return False
            case Unavailable():
                yield Say("pin_not_set")
                return False
    yield Say("no_new_pin")
    return False


def _chosen(new: Renewal) -> Script[Secret | None]:
    for _ in range(TRIES):
        first = yield from asked([_wanted(new.line)], new.line.new_pin, may_be_none=True)
        if first is None:
            return None
        if first == NONE:
            return (yield from _made(new))
        reasons = yield from _refused(new, first)
        if reasons is None:
            yield Say("not_now")
            return None
        if reasons:
            yield Remark("pin_refused", why=" ".join(reasons))
            yield from (Say(f"pin_{reason}") for reason in reasons[:SAID_AT_MOST])
            continue
        again = yield from asked([Say("new_pin_again")], new.line.new_pin)
        if again is None:
            return None
        if again == first:
            return first
        yield Remark("pins_differ")
        yield Say("pins_differ")
    return (yield from _made(new))


def _refused(new: Renewal, pin: Secret) -> Script[Sequence[str] | None]:
    """Name the rules that a PIN breaks; nothing, if that cannot be said now."""
    reasons = new.line.broken(pin, new.holders)
    if reasons:
        return reasons
    if pin in new.current:
        return ("used_before",)
    match (yield LookBack(new.member.ref, pin)):
        case Unused():
            return ()
        case Used():
            return ("used_before",)
        case Unavailable():
            return None
        case other:
            raise Unexpected(other)


def _made(new: Renewal) -> Script[Secret | None]:
    """Tell somebody a PIN that we have made, and have it typed: so they have heard it right."""
    match (yield DrawPin(new.holders)):
        case NewPin(pin):
            yield Remark("pin_made")
        case Unavailable():
            return None
        case other:
            raise Unexpected(other)
    ask = replace(new.line.new_pin, first_timeout=IS_NOTED_WITHIN)
    for _ in range(TRIES):
        typed = yield from asked([Say("pin_made", digits=pin)], ask)
        if typed is None:
            return None
        if typed == pin:
            return pin
        yield Say("not_the_new_pin")
    return None


def _wanted(line: Playable) -> Say:
    least, most = line.new_pin.least, line.new_pin.most
    if least == most:
        return Say("new_pin", (("digits", str(least)),))
    return Say("new_pin_between", (("least", str(least)), ("most", str(most))))
