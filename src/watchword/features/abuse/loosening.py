"""Whether rules would let more through than now: then one person alone may not be enough.

Rules are compared section by section. What is neither clearly tighter nor the same counts as
looser: whoever wants it finds a second person, and a thief does not.
"""

from collections.abc import Sequence

from watchword.features.abuse.rulesets import (
    ANY_COUNTRY,
    CAPPED,
    Conversion,
    Ruleset,
    Section,
    SendCap,
    Spray,
    loosened,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine

SUBJECT = "abuse_rules:"


def looser(now: Ruleset, then: Ruleset, home: str) -> tuple[Section, ...]:
    """Name the sections that would let more through. `home`: the organisation's own country."""
    is_looser: dict[Section, bool] = {
        "countries": _reaches_more(now.open_countries(home), then.open_countries(home)),
        "lines": any(_lines(then, each) - _lines(now, each) for each in Channel),
        "known_factor": then.known_factor > now.known_factor,
        "conversion": _is_looser_conversion(now.conversion, then.conversion),
        "spray": _is_looser_spray(now.spray, then.spray),
        "spend": loosened(now, then) is not None,
        "block_seconds": then.block_seconds < now.block_seconds,
        **{name: not _hold_still(getattr(now, name), getattr(then, name)) for name in CAPPED},
    }
    return tuple(section for section, is_so in is_looser.items() if is_so)


def subject_of(sections: Sequence[Section]) -> str:
    """Name what a second person agrees to."""
    return SUBJECT + ",".join(sections)


def sections_in(subject: str) -> Sequence[str]:
    return subject.removeprefix(SUBJECT).split(",")


def _reaches_more(now: Sequence[str], then: Sequence[str]) -> bool:
    return ANY_COUNTRY not in now and not {*then} <= {*now}


def _lines(ruleset: Ruleset, channel: Channel) -> frozenset[PhoneLine]:
    return frozenset(ruleset.lines.get(channel, tuple(PhoneLine)))


def _hold_still(now: Sequence[SendCap], then: Sequence[SendCap]) -> bool:
    """Say whether every cap of today still holds, because one of tomorrow asks for as much."""
    return all(any(_implies(each, cap) for each in then) for cap in now)


def _implies(one: SendCap, other: SendCap) -> bool:
    """Say whether whoever keeps to one cap keeps to the other, too.

    No more than so many within a longer span is also no more than that within a shorter one.
    """
    is_for_as_many = other.spares_known or not one.spares_known
    return one.most <= other.most and one.seconds >= other.seconds and is_for_as_many


def _is_looser_conversion(now: Conversion, then: Conversion) -> bool:
    if not now.on:
        return False
    return (
        not then.on
        or then.least > now.least
        or then.percent < now.percent
        or then.seconds != now.seconds  # A longer look thins out a burst, a shorter one misses it.
        or then.grace_seconds > now.grace_seconds
        or then.block_seconds < now.block_seconds
    )


def _is_looser_spray(now: Spray, then: Spray) -> bool:
    if not now.on:
        return False
    return (
        not then.on
        or then.least > now.least
        or then.percent > now.percent
        or then.absolute > now.absolute
        or then.seconds != now.seconds
        or then.step_up_seconds < now.step_up_seconds
        or then.code_length < now.code_length
        or then.attempts > now.attempts
    )
