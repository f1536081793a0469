"""How a caller comes to a new PIN, and when they do not."""

from collections.abc import Sequence

import pytest

from tests.features.activation.dialogue.calls import (
    CODE,
    DEFAULT,
    GOOD,
    MADE,
    NUMBER,
    SSN4,
    StandInLine,
    World,
    play,
)
from watchword.features.activation.dialogue.new_pin import IS_NOTED_WITHIN
from watchword.features.activation.dialogue.steps import (
    Ask,
    Note,
    Say,
)
from watchword.features.cores.rules import (
    Member,
    PinConflict,
    PinEnd,
    PinRefused,
    PinUnknown,
    Unavailable,
)
from watchword.foundation.secret import Secret

ACTIVATING = (NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD)


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (PinConflict(), "pin_conflict"),
        (PinUnknown(), "pin_unknown"),
        (Unavailable(), "pin_not_set"),
    ],
    ids=["conflict", "unknown", "down"],
)
def test_a_pin_that_is_not_set_leads_to_a_person(ended: PinEnd, said: str) -> None:
    played = play(ACTIVATING, world=World(write=ended))

    assert said in played.said
    assert len(played.world.written) == 1, "it is never written twice blindly"
    assert played.transferred_to == "desk"
    assert not [each for each in played.told if isinstance(each, Note)]


def test_what_the_core_refuses_can_be_another_one() -> None:
    played = play([*ACTIVATING, "927361", "927361"], world=World(write=PinRefused("no")))

    assert played.world.written == [GOOD, "927361"]


def test_a_new_pin_that_breaks_a_rule_is_told_which() -> None:
    played = play([*ACTIVATING[:-2], "345678", GOOD, GOOD])

    assert "pin_sequential" in played.said
    assert played.world.pin == GOOD


def test_a_pin_of_before_is_refused() -> None:
    played = play([*ACTIVATING[:-2], "927361", GOOD, GOOD], world=World(used=["927361"]))

    assert "pin_used_before" in played.said
    assert played.world.pin == GOOD


class Lenient(StandInLine):
    """No rule of it refuses a new PIN."""

    def broken(self, pin: Secret, holders: Sequence[Member]) -> Sequence[str]:
        return []


def test_the_pin_that_somebody_has_is_no_new_one() -> None:
    line = Lenient(new_pin=Ask("new_pin", 4, 8))

    played = play([*ACTIVATING[:-2], f"{DEFAULT}#", f"{GOOD}#", f"{GOOD}#"], line)

    assert "pin_used_before" in played.said
    assert played.world.written == [GOOD]


def test_two_entries_that_differ_begin_again() -> None:
    played = play([*ACTIVATING[:-1], "111222", GOOD, GOOD])

    assert "pins_differ" in played.said
    assert played.world.pin == GOOD


def test_whoever_wants_it_gets_a_pin_that_is_made() -> None:
    played = play([*ACTIVATING[:-2], "#", "*", "111111", MADE])

    assert played.world.pin == MADE
    told = [each for each in played.steps if isinstance(each, Say) and each.prompt == "pin_made"]
    assert [each.digits for each in told] == [Secret(MADE)] * 3
    assert played.said.count("not_the_new_pin") == 1
    assert "pins_differ" not in played.said
    typed = [each for each in played.steps if isinstance(each, Ask) and each.name == "new_pin"]
    assert [each.first_timeout for each in typed[-3:]] == [IS_NOTED_WITHIN] * 3


def test_whoever_finds_no_good_one_gets_one_that_is_made() -> None:
    played = play([*ACTIVATING[:-2], "345678", "456789", "123456", MADE])

    assert played.world.pin == MADE
