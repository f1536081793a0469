"""What is to be done where both sides differ, before what differs is moved.

A code that we refuse and they do not would be missed by somebody, so most advice is about that.
What only they refuse works from then on. Where both answer, or both refuse, an application notices
only if it reads the difference.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from watchword.features.crossings.pairs.rules import Call, Kind, Said

REFUSES: Final = 400
NOT_FOUND: Final = 404
TOO_MANY: Final = 429
FAILS: Final = 500


class Advice(StrEnum):
    """What stands behind a kind of difference."""

    OUR_FAULT = "our_fault"
    COUNTRY = "country"
    RULE = "rule"
    LIMIT = "limit"
    CHANNEL = "channel"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"
    FEATURE = "feature"
    SERVICE = "service"
    NOTHING_STOOD = "nothing_stood"
    INPUT = "input"
    REFUSED_HERE = "refused_here"
    THEIR_LIMIT = "their_limit"
    THEIR_GUARD = "their_guard"
    OVER_THERE = "over_there"
    REFUSED_THERE = "refused_there"
    BOTH_REFUSE = "both_refuse"
    BOTH_ANSWER = "both_answer"


OURS: Final[Mapping[int, Advice]] = {
    60605: Advice.COUNTRY,
    60410: Advice.RULE,
    60202: Advice.LIMIT,
    60203: Advice.LIMIT,
    20429: Advice.LIMIT,
    60217: Advice.CHANNEL,
    60223: Advice.CHANNEL,
    60205: Advice.LANDLINE,
    21610: Advice.OPTED_OUT,
    60204: Advice.FEATURE,
}
"""By the code that we would have answered with."""

THEIR_GUARDS: Final = {60410, 60605}


def advise(kind: Kind) -> Advice:
    """Say what stands behind a difference."""
    if kind.ours.status >= FAILS:
        return Advice.OUR_FAULT
    match (_refuses(kind.theirs), _refuses(kind.ours)):
        case (False, True):
            return _of_ours(kind.call, kind.ours)
        case (True, False):
            return _of_theirs(kind.theirs)
        case (True, True):
            return Advice.BOTH_REFUSE
        case _:
            return Advice.BOTH_ANSWER


def _refuses(said: Said) -> bool:
    return said.status >= REFUSES


def _of_ours(call: Call, said: Said) -> Advice:
    if said.code is not None and (known := OURS.get(said.code)):
        return known
    if said.status == NOT_FOUND:
        return Advice.SERVICE if call is Call.CREATE else Advice.NOTHING_STOOD
    if said.status == TOO_MANY:
        return Advice.LIMIT
    return Advice.INPUT if said.status == REFUSES else Advice.REFUSED_HERE


def _of_theirs(said: Said) -> Advice:
    if said.status == TOO_MANY:
        return Advice.THEIR_LIMIT
    if said.status == NOT_FOUND:
        return Advice.OVER_THERE
    return Advice.THEIR_GUARD if said.code in THEIR_GUARDS else Advice.REFUSED_THERE
