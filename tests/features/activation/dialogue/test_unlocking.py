"""Whoever is locked and has what only they can have tries again; nobody else learns anything."""

from dataclasses import dataclass, replace

import pytest

from tests.features.activation.dialogue.calls import (
    CODE,
    GOOD,
    MEMBER,
    NUMBER,
    UNKNOWN,
    StandInLine,
    World,
    play,
)
from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.codes import (
    CodeRefused,
    CodeRight,
    CodeSent,
    JudgeCode,
    SendCode,
    Unlock,
)
from watchword.features.activation.dialogue.ports import Decided
from watchword.features.activation.dialogue.steps import Failed, Find, Found, Wish
from watchword.features.cores.rules import MemberRef, Unavailable
from watchword.foundation.secret import Secret

WRONG_CODE = "111111"
OPEN = StandInLine(unlocks_by_code=True)


def locked(*, known: bool = True, **more: object) -> World:
    members = [MEMBER] if known else []
    answers = {Find: Found(members, is_locked=True)}
    return World(pin=GOOD, established=True, answers=answers, **more)  # type: ignore[arg-type]


def test_a_code_to_what_is_on_file_lets_them_try_again() -> None:
    world = locked()

    played = play([NUMBER, CODE, GOOD], OPEN, world)

    assert played.said == [
        *("welcome", "ask_member_number", "locked", "code_sent", "ask_code", "ask_pin_or_none"),
        "onward",
    ]
    assert Unlock(OPEN.find_by, Secret(NUMBER), MEMBER.ref) in world.wished
    assert SendCode(MEMBER, Secret(NUMBER), is_first=False, unlocks=True) in world.wished
    assert "unlocked_by_code" in played.lines
    assert played.transferred_to == "banking"


def test_it_unlocks_and_proves_nothing_more() -> None:
    played = play([NUMBER, CODE, "111111"] * 3, OPEN, locked())

    assert len([each for each in played.told if isinstance(each, Failed)]) == 3
    assert played.transferred_to == "desk"


@pytest.mark.parametrize("code", [WRONG_CODE, CODE])
def test_of_a_number_of_nobody_the_same_is_heard_and_no_code_is_right(code: str) -> None:
    right_anyway = {JudgeCode: CodeRight()}
    nobody = locked(known=False)
    nobody.answers |= right_anyway  # type: ignore[arg-type]

    here = play([NUMBER, *[WRONG_CODE] * 3], OPEN, locked())
    there = play([UNKNOWN, *[code] * 3], OPEN, nobody)

    assert here.steps == there.steps
    kinds = [[type(each) for each in played.world.wished] for played in (here, there)]
    assert kinds[0] == kinds[1]
    assert Unlock not in kinds[1]
    assert here.transferred_to == there.transferred_to == "desk"
    assert [each.value for each in there.told if isinstance(each, Failed)] == [Secret(UNKNOWN)]


def test_by_a_telephone_that_several_share_nobody_unlocks_the_others() -> None:
    other = replace(MEMBER, ref=MemberRef(Secret("other"), Secret("")))
    shared = World(pin=GOOD, answers={Find: Found([MEMBER, other], is_locked=True)})

    played = play([NUMBER, *[CODE] * 3], OPEN, shared)

    assert Unlock not in {type(each) for each in shared.wished}
    assert SendCode(None, Secret(NUMBER), is_first=False, unlocks=True) in shared.wished
    assert played.transferred_to == "desk"


@pytest.mark.parametrize(
    ("wish", "answer", "said"),
    [(SendCode, CodeRefused(), "no_code_now"), (Unlock, Unavailable(), "not_now")],
)
def test_where_it_cannot_be_done_now_a_person_helps(
    wish: type[Wish], answer: CodeRefused | Unavailable, said: str
) -> None:
    world = locked()
    world.answers[wish] = answer

    played = play([NUMBER, CODE], OPEN, world)

    assert played.said[-2:] == [said, "to_a_person"]


def test_where_it_is_switched_off_whoever_is_locked_is_like_nobody() -> None:
    played = play([NUMBER, GOOD] * 3, StandInLine(), locked())

    assert "locked" not in played.said
    assert SendCode not in {type(each) for each in played.world.wished}
    assert played.transferred_to == "desk"


def test_the_log_says_that_a_code_reached_nobody_and_the_caller_is_not_told() -> None:
    world = locked()
    world.answers[SendCode] = CodeSent("reference", reaches=False)

    silent, usual = (
        play([NUMBER, CODE, GOOD], OPEN, world),
        play([NUMBER, CODE, GOOD], OPEN, locked()),
    )

    assert "code_for_nobody" in silent.lines
    assert silent.steps == usual.steps


@dataclass(frozen=True)
class Expired(StandInLine):
    """A line on which everybody has to choose another PIN."""

    def decide(self, *_: object, **__: object) -> Decided:
        return Decided(Outcome.FORCE)


def test_another_pin_is_not_the_one_that_was_there() -> None:
    played = play([NUMBER, GOOD, GOOD, "571936", "571936"], Expired(), World(pin=GOOD))

    assert "pin_used_before" in played.said
    assert played.world.pin == "571936"
