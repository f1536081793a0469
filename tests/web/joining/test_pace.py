"""How long an answer to a stranger takes: never as long as the work did."""

import pytest

from watchword.web.joining.pace import Pace


class Stopwatch:
    """A clock that stands while work is done, unless somebody turns it, and notes who rests."""

    def __init__(self) -> None:
        self.now = 100.0
        self.rested: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def rest(self, seconds: float) -> None:
        self.rested.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("took", "whole"), [(0.001, 0.4), (0.05, 0.4), (0.399, 0.4), (0.41, 0.8), (1.9, 2.0)]
)
async def test_an_answer_leaves_on_a_whole_beat(took: float, whole: float) -> None:
    watch = Stopwatch()
    began = watch.now

    async with Pace(0.4, clock=watch, rest=watch.rest).kept():
        watch.now += took

    assert watch.now - began == pytest.approx(whole)


async def test_what_went_wrong_takes_as_long() -> None:
    watch = Stopwatch()

    with pytest.raises(ValueError, match="wrong"):
        async with Pace(0.4, clock=watch, rest=watch.rest).kept():
            watch.now += 0.1
            raise ValueError("wrong")

    assert watch.rested == [pytest.approx(0.3)]
