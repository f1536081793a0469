"""Several people at one telephone, or with one account."""

from collections.abc import Sequence

import pytest

from tests.features.activation.dialogue.calls import (
    ASK_NUMBER,
    ASK_PIN,
    ASK_SSN4,
    ASK_ZIP,
    CODE,
    DEFAULT,
    GOOD,
    JOINT,
    MEMBER,
    NEIGHBOUR,
    NUMBER,
    SSN4,
    StandInLine,
    World,
    play,
)
from watchword.features.activation.dialogue.codes import SendCode
from watchword.features.activation.dialogue.ports import Proof
from watchword.features.activation.dialogue.steps import Ask, Note, Verify, WritePin
from watchword.features.activation.established import Established
from watchword.features.cores.rules import (
    Member,
)
from watchword.foundation.secret import Secret


class AllFit(StandInLine):
    """Whatever is typed fits everybody."""

    def fits(self, question: Ask, typed: Secret, member: Member) -> bool:
        return True


@pytest.mark.parametrize(
    ("levels", "keys"),
    [
        ([[ASK_NUMBER, ASK_PIN]], [NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD]),
        ([[ASK_NUMBER, ASK_PIN]], [NUMBER, "0#", CODE, CODE, CODE]),
        ([[ASK_NUMBER], [ASK_ZIP]], [NUMBER, "46802#", CODE, GOOD, GOOD]),
    ],
    ids=["with a PIN", "without one", "by what all know"],
)
def test_those_who_share_a_telephone_set_nobodys_pin(
    levels: Sequence[Sequence[Ask]], keys: Sequence[str]
) -> None:
    line = AllFit(levels=levels, activation=Proof([], wants_code=True, is_first=True))
    world = World(members=[MEMBER, NEIGHBOUR])

    played = play(keys, line, world)

    assert world.written == []
    assert played.transferred_to == "desk"
    assert all(each.ref is None for each in world.wished if isinstance(each, Verify))
    assert all(each.member is None for each in world.wished if isinstance(each, SendCode))


def test_whoever_parts_themselves_from_others_at_their_telephone_comes_through() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]])
    world = World(members=[MEMBER, NEIGHBOUR])

    play([NUMBER, SSN4, DEFAULT, CODE, GOOD, GOOD], line, world)

    assert [each.ref for each in world.wished if isinstance(each, WritePin)] == [MEMBER.ref]


def test_a_new_pin_is_told_to_all_who_hold_the_account_and_to_no_neighbour() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]])
    world = World(members=[JOINT, MEMBER, NEIGHBOUR])

    played = play([NUMBER, SSN4, DEFAULT, CODE, GOOD, GOOD], line, world)

    assert [each.others for each in world.wished if isinstance(each, WritePin)] == [(JOINT,)]
    assert [each.others for each in played.told if isinstance(each, Note)] == [(JOINT,)]


def test_holders_of_one_account_are_told_apart() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_PIN], [ASK_SSN4]])
    world = World(pin="8352", established=Established.YES, members=[MEMBER, JOINT])

    played = play([NUMBER, "8352#", "4321", GOOD, GOOD], line, world)

    assert [each.ref for each in world.wished if isinstance(each, WritePin)] == [JOINT.ref]
    assert played.transferred_to == "banking"
