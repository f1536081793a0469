"""The pace of a campaign is what has left the outbox, and nothing else."""

import pytest

from watchword.features.campaigns.course.rules import STILL_LEAVES_FOR, Pace


@pytest.mark.parametrize(
    ("in_outbox", "waiting", "seconds", "per_second"),
    [
        (200, 0, 0.5, 400.0),
        (200, 150, 1.0, 50.0),
        (200, 200, 1.0, 0.0),
        (0, 0, 1.0, 0.0),  # all who had a turn are held until the morning
        (200, 230, 1.0, 0.0),  # another one has put something there
        (200, 0, 0.0, 0.0),
        (200, 0, -1.0, 0.0),
    ],
)
def test_as_many_leave_in_a_second_as_are_gone_from_the_outbox(
    in_outbox: int, waiting: int, seconds: float, per_second: float
) -> None:
    assert Pace(100.0, in_outbox).left(waiting, 100.0 + seconds) == per_second


@pytest.mark.parametrize(
    ("in_outbox", "since", "is_leaving"),
    [
        (200, 0.0, True),
        (200, STILL_LEAVES_FOR / 2, True),
        (200, STILL_LEAVES_FOR, False),  # its provider rests, or hangs
        (0, 0.0, False),
    ],
)
def test_what_is_leaving_is_looked_at_again_at_once(
    in_outbox: int,
    since: float,
    is_leaving: bool,  # noqa: FBT001 - a case of its table
) -> None:
    assert Pace(100.0, in_outbox, left_at=100.0 - since).is_leaving is is_leaving
