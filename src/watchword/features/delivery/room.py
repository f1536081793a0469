"""How many messages a lane may have in hand, and how many of them nobody waits for."""

from typing import Final

ROOM_FOR_CODES: Final = 4
"""One in so many of all that may be with a provider at once is for who somebody waits for."""
CLAIMED_AHEAD: Final = 0.1
"""Of what nobody waits for, as many are claimed ahead as leave in so many seconds."""
KEPT_AHEAD: Final = 2.0
"""What could not begin to leave for so many seconds is given back. A lease is much longer."""
SHARE_AT_ONCE: Final = 3
"""One in so many of what may be in hand is claimed at once: one by one costs more than to send."""


def most_with_provider(concurrency: int, unsettled: int) -> int:
    """Say how many may be with a provider at once. What has left is soon written down; if that
    takes its time, for as many as may be with the provider nothing is held up."""
    return min(concurrency, 2 * concurrency - unsettled)


def most_bulk(concurrency: int) -> int:
    """Say how many may be with a provider at once that nobody waits for."""
    return concurrency - min(max(concurrency // ROOM_FOR_CODES, 1), concurrency - 1)


def room_for_bulk(concurrency: int, bulk_with_provider: int) -> int:
    """Say how many more of those may be with it."""
    return max(most_bulk(concurrency) - bulk_with_provider, 0)


def most_ahead(concurrency: int, per_second: float) -> int:
    """Say how many are claimed before there is room for them, where so many leave in a second: a
    provider that is quick is not to wait for a database. One that is slow gets none ahead."""
    return min(int(per_second * CLAIMED_AHEAD), most_bulk(concurrency))


def is_worth_a_claim(room: int, most: int) -> bool:
    """Say whether there is room for as many as are best claimed together."""
    return room >= max(most // SHARE_AT_ONCE, 1)
