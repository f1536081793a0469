"""The lanes of telephone calls.

Each call has one of its own, so that no stranger who calls, too, ends what somebody is waiting for.
Guesses of all of them count together.
"""

from uuid import UUID

CALLS = "call"
"""What the lane of a call begins with."""


def lane_of_call(id: UUID) -> str:
    return f"{CALLS}-{id}"


def is_of_call(lane: str) -> bool:
    return lane.startswith(CALLS)
