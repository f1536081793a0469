"""What a core says of a PIN, and cannot say: nobody hears more of it than they have shown."""

from dataclasses import dataclass, replace

import pytest

from tests.features.activation.dialogue.calls import (
    CODE,
    DEFAULT,
    GOOD,
    NUMBER,
    SSN4,
    UNKNOWN,
    World,
    each_try,
    play,
)
from watchword.features.activation.dialogue.steps import Event, Known, LookAt, Verify, Wish
from watchword.features.activation.established import Established
from watchword.features.cores.rules import PinLocked, PinMode, PinState, PinVerdict, Unavailable
from watchword.foundation.secret import Secret


@pytest.mark.parametrize("verdict", [PinLocked(), Unavailable()], ids=["locked", "away"])
def test_whom_a_core_locks_or_cannot_judge_hears_what_nobody_hears(verdict: PinVerdict) -> None:
    keys = [DEFAULT] * 3
    here = play(each_try(NUMBER, keys), world=World(answers={Verify: verdict}))
    there = play(each_try(UNKNOWN, keys))

    assert here.steps == there.steps
    assert [type(each) for each in here.world.wished] == [type(each) for each in there.world.wished]
    assert ("could_not_be_judged" in here.lines) == (verdict == Unavailable())


@dataclass
class Locked(World):
    """A core that has locked its member, and shows the PIN."""

    def grant(self, wish: Wish) -> Event:
        known = super().grant(wish)
        if not isinstance(known, Known):
            return known
        return replace(known, state=replace(known.state, is_locked=True))


@pytest.mark.parametrize("pin", [DEFAULT, GOOD, None])
def test_over_the_lock_of_a_core_nobody_sets_a_pin(pin: str | None) -> None:
    played = play([NUMBER, "#", SSN4, CODE, GOOD, GOOD], world=Locked(pin=pin))

    assert played.said[-2:] == ["pin_is_locked", "to_a_person"]
    assert "locked_in_the_core" in played.lines
    assert played.world.written == []


@pytest.mark.parametrize(("is_set", "said"), [(True, "has_a_pin"), (None, "no_pin_here")])
def test_nobody_hears_that_they_have_a_pin_where_the_core_does_not_say_so(
    *, is_set: bool | None, said: str
) -> None:
    state = PinState(PinMode.HASHED, is_set=is_set, pin=Secret(GOOD))
    world = World(answers={LookAt: Known(state, Established.YES)})

    played = play([NUMBER, "#", SSN4, CODE], world=world)

    assert played.said[-2:] == [said, "to_a_person"]
