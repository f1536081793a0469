"""The lanes of telephone calls, and of schemes.

Each call has one of its own, so that no stranger who calls, too, ends what somebody is waiting for;
so has each scheme, so that what is asked for under one leaves the codes of others alone.
Guesses of all calls count together, and those of all schemes with those of everybody else.
"""

from uuid import UUID

CALLS = "call"
"""What the lane of a call begins with."""

SCHEMES = "scheme"
"""What the lane of a scheme begins with."""


def lane_of_call(id: UUID) -> str:
    return f"{CALLS}-{id}"


def is_of_call(lane: str) -> bool:
    return lane.startswith(CALLS)


def lane_of_scheme(id: UUID) -> str:
    return f"{SCHEMES}-{id}"


def is_of_scheme(lane: str) -> bool:
    return lane.startswith(SCHEMES)


def is_apart(lane: str) -> bool:
    """Say whether a lane is of nobody who asks, but of what they ask for."""
    return is_of_call(lane) or is_of_scheme(lane)
