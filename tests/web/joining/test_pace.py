"""Answers leave on a beat, so that nobody hears from how long they took what was found."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchword.web.joining.pace import BEAT, Pace


class Clock:
    """A clock that stands still until somebody works or rests."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def rest(self, seconds: float) -> None:
        self.now += seconds


async def took(work: float, *, fails: bool = False, beat: float = BEAT) -> float:
    clock = Clock()
    pace = Pace(beat, clock=clock, rest=clock.rest)
    with pytest.raises(ZeroDivisionError) if fails else nullcontext():
        async with pace.kept():
            clock.now += work
            _ = 1 / (0 if fails else 1)
    return clock.now - 100.0


@given(work=st.floats(min_value=0.0001, max_value=30), fails=st.booleans())
async def test_an_answer_takes_whole_beats_however_long_the_work_was_and_however_it_ended(
    work: float, *, fails: bool
) -> None:
    whole = await took(work, fails=fails) / BEAT

    assert whole == pytest.approx(round(whole), abs=1e-6)
    assert -1e-6 <= whole - work / BEAT <= 1 + 1e-6


async def test_known_and_unknown_take_the_same() -> None:
    assert await took(0.011) == pytest.approx(await took(0.087))


async def test_where_nobody_listens_nothing_is_waited_for() -> None:
    assert await took(0.3, beat=0) == pytest.approx(0.3)
