"""What is counted of a call, and when."""

from dataclasses import replace

import pytest

from tests.features.activation.dialogue.calls import (
    ASK_NUMBER,
    ASK_PIN,
    ASK_SSN4,
    CODE,
    DEFAULT,
    GONE,
    GOOD,
    MEMBER,
    NUMBER,
    SSN4,
    UNKNOWN,
    StandInLine,
    World,
    each_try,
    play,
)
from watchword.features.activation.dialogue.codes import JudgeCode
from watchword.features.activation.dialogue.counting import Charge, TakenBack, TooMuch, TooOften
from watchword.features.activation.dialogue.steps import (
    Event,
    Failed,
    Find,
    Found,
    Succeeded,
    Verify,
    Wish,
)
from watchword.features.activation.established import Established
from watchword.features.cores.rules import Facts, MemberRef, Unavailable
from watchword.foundation.secret import Secret

ACTIVATING = (NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD)


def test_whoever_is_locked_is_like_nobody() -> None:
    world = World(answers={Find: Found([MEMBER], is_locked=True)})

    locked = play(each_try(NUMBER, [DEFAULT] * 3), world=world)
    unknown = play(each_try(UNKNOWN, [DEFAULT] * 3))

    assert locked.steps == unknown.steps
    assert all(each.ref is None for each in world.wished if isinstance(each, Verify))


def test_each_wrong_try_counts_and_three_are_the_end() -> None:
    played = play(each_try(NUMBER, ["1111#"] * 3))

    assert [each for each in played.told if isinstance(each, Failed)] == [
        Failed(StandInLine.find_by, Secret(NUMBER))
    ] * 3
    assert not [each for each in played.told if isinstance(each, Succeeded)]


def test_whoever_comes_through_is_forgiven() -> None:
    played = play(
        [NUMBER, "1111#", NUMBER, GOOD], world=World(pin=GOOD, established=Established.YES)
    )

    assert Succeeded(StandInLine.find_by, Secret(NUMBER), [MEMBER.ref]) in played.told


def test_whoever_comes_through_is_forgiven_and_nobody_else_on_the_same_telephone() -> None:
    other = replace(MEMBER, ref=MemberRef(Secret("another"), Secret("one")), facts=Facts())
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]])
    world = World(pin=GOOD, established=Established.YES, members=(MEMBER, other))

    played = play([NUMBER, SSN4, GOOD], line, world)

    [charged] = [each for each in world.wished if isinstance(each, Charge)]
    [forgiven] = [each for each in played.told if isinstance(each, Succeeded)]
    assert (charged.found, forgiven.found) == ([MEMBER.ref, other.ref], [MEMBER.ref])


def test_a_guess_is_counted_before_it_is_judged_whoever_it_is() -> None:
    for number, found in ((NUMBER, [MEMBER.ref]), (UNKNOWN, [])):
        played = play([number, "1111#", GONE])

        kinds = [type(each) for each in played.world.wished]
        assert kinds[:3] == [Find, Charge, Verify]
        assert Charge(StandInLine.find_by, Secret(number), found) in played.world.wished
        assert not [each for each in played.told if isinstance(each, TakenBack)]


def test_what_was_right_is_taken_back_level_by_level() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4], [ASK_PIN]], activation=None)

    played = play([NUMBER, SSN4, "1111#", GOOD], line, World(pin=GOOD, established=Established.YES))

    counted = [each for each in played.world.wished if isinstance(each, Charge)]
    assert len(counted) == 3
    assert len([each for each in played.told if isinstance(each, TakenBack)]) == 2


def test_where_too_many_have_failed_meanwhile_nothing_is_judged_and_the_same_is_heard() -> None:
    """Also what is right: what was read when the call began is true no more."""
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]])
    outrun = World(pin=GOOD, established=Established.YES, answers={Charge: TooOften()})

    late = play([NUMBER, SSN4, GOOD] * 3, line, outrun)
    nobody = play([UNKNOWN, SSN4, GOOD] * 3, line)

    assert late.steps == nobody.steps
    assert {each.ref for each in outrun.wished if isinstance(each, Verify)} == {None}
    assert not [each for each in late.told if isinstance(each, TakenBack | Succeeded)]


@pytest.mark.parametrize("wish", [Charge, JudgeCode])
def test_a_call_that_was_begun_before_a_line_was_tried_out_is_handed_on_too(
    wish: type[Wish],
) -> None:
    played = play(ACTIVATING, world=World(answers={wish: TooMuch()}))

    assert played.said[-2:] == ["paced", "to_a_person"]
    assert played.world.written == []


def test_what_a_core_could_not_judge_is_taken_back_but_not_of_whoever_is_locked() -> None:
    down: dict[type[Wish], Event] = {Verify: Unavailable()}

    for number, found in ((NUMBER, [MEMBER.ref]), (UNKNOWN, [])):
        unjudged = play([number, GOOD, GONE], world=World(answers=down))
        locked = play([number, GOOD, GONE], world=World(answers={**down, Charge: TooOften()}))

        taken = TakenBack(StandInLine.find_by, Secret(number), found, was_right=False)
        assert [each for each in unjudged.told if isinstance(each, TakenBack)] == [taken]
        assert not [each for each in locked.told if isinstance(each, TakenBack)]


def test_what_nobody_judged_is_taken_back_too_where_something_else_did_not_fit() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]])
    down = World(answers={Verify: Unavailable()})

    played = play([NUMBER, "0000", GOOD, GONE], line, down)

    assert [each.was_right for each in played.told if isinstance(each, TakenBack)] == [False]
