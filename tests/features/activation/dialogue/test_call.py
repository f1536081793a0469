"""What callers hear, and what becomes of their PIN."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.activation.dialogue.calls import (
    ASK_NUMBER,
    ASK_PIN,
    ASK_SSN4,
    CODE,
    DEFAULT,
    FORCE,
    GONE,
    GOOD,
    MADE,
    MEMBER,
    NOON,
    NUMBER,
    SILENCE,
    SSN4,
    UNKNOWN,
    WRONG_SSN4,
    Played,
    StandInLine,
    World,
    each_try,
    play,
)
from watchword.features.activation.decision import Outcome
from watchword.features.activation.dialogue.call import Unproven, call
from watchword.features.activation.dialogue.codes import (
    CodeRefused,
    CodeRight,
    CodeWrong,
    JudgeCode,
    SendCode,
)
from watchword.features.activation.dialogue.ports import Decided, Proof
from watchword.features.activation.dialogue.script import Playback
from watchword.features.activation.dialogue.steps import (
    Ask,
    CallStarted,
    Ended,
    Ending,
    Event,
    Failed,
    Find,
    HangUp,
    Known,
    LookAt,
    Note,
    PauseRecording,
    Remark,
    ResumeRecording,
    Say,
    Succeeded,
    Typed,
    Verify,
    Wish,
)
from watchword.features.activation.established import Established
from watchword.features.cores.rules import (
    CoreEvent,
    Member,
    PinFits,
    Unavailable,
)
from watchword.foundation.secret import Secret

ACTIVATING = (NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD)
FORCED = (NUMBER, "8352#", GOOD, GOOD)
DIGITS = st.text("0123456789*", max_size=12)
KEYS = st.one_of(
    st.none(),
    DIGITS,
    DIGITS.map(lambda keys: keys + "#"),
    st.sampled_from([NUMBER, UNKNOWN, SSN4, DEFAULT, CODE, GOOD, MADE, "#", "*", GONE]),
)


def test_whoever_has_a_default_pin_sets_their_own() -> None:
    played = play(ACTIVATING)

    assert played.world.pin == GOOD
    assert played.said == [
        *("welcome", "ask_member_number", "ask_pin_or_none", "why_activation", "ask_ssn_last4"),
        *("code_sent", "ask_code", "new_pin_between", "new_pin_again", "pin_is_set", "onward"),
    ]
    assert played.transferred_to == "banking"
    assert Note(MEMBER, CoreEvent.ACTIVATED) in played.told


@pytest.mark.parametrize("none", ["0#", "#"])
def test_whoever_has_none_yet_presses_zero_or_only_the_hash_and_sets_one(none: str) -> None:
    played = play([NUMBER, none, SSN4, CODE, GOOD, GOOD], world=World(pin=None))

    assert played.world.pin == GOOD
    assert played.transferred_to == "banking"


def test_whoever_says_they_have_none_and_has_one_gets_to_a_person() -> None:
    played = play([NUMBER, "#", SSN4, CODE], world=World(pin=GOOD, established=Established.YES))

    assert played.said[-2:] == ["has_a_pin", "to_a_person"]
    assert played.transferred_to == "desk"


def test_a_pin_that_is_good_is_let_be() -> None:
    played = play([NUMBER, GOOD], world=World(pin=GOOD, established=Established.YES))

    assert played.said == ["welcome", "ask_member_number", "ask_pin_or_none", "onward"]
    assert played.transferred_to == "banking"


def test_a_pin_that_is_too_short_is_changed_after_everything_else() -> None:
    line = StandInLine(levels=[[ASK_NUMBER, ASK_PIN], [ASK_SSN4]])

    played = play(
        [NUMBER, "8352#", SSN4, GOOD, GOOD], line, World(pin="8352", established=Established.YES)
    )

    assert played.world.pin == GOOD
    assert played.said.index("ask_ssn_last4") < played.said.index("why_force")
    assert Note(MEMBER, CoreEvent.PIN_CHANGED) in played.told


def test_what_was_answered_before_is_not_asked_again() -> None:
    line = StandInLine(
        levels=[[ASK_NUMBER, ASK_SSN4, ASK_PIN]],
        activation=Proof([ASK_SSN4], wants_code=True, is_first=True),
    )

    played = play([NUMBER, SSN4, DEFAULT, CODE, GOOD, GOOD], line)

    assert played.asked.count("ssn_last4") == 1
    assert played.world.pin == GOOD


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([WRONG_SSN4, WRONG_SSN4, WRONG_SSN4], id="with a pin"),
        pytest.param(["#", WRONG_SSN4, WRONG_SSN4, WRONG_SSN4], id="without one"),
    ],
)
def test_unknown_members_hear_what_known_ones_hear(keys: list[str]) -> None:
    here = play(each_try(NUMBER, keys))
    there = play(each_try(UNKNOWN, keys))
    no_pin = play(each_try(NUMBER, keys), world=World(pin=None))

    assert here.steps == there.steps == no_pin.steps
    assert here.transferred_to == "desk"
    kinds = [[type(each) for each in played.world.wished] for played in (here, there, no_pin)]
    assert kinds[0] == kinds[1] == kinds[2]


def test_a_code_that_was_sent_to_nobody_is_never_right() -> None:
    line = StandInLine(activation=Proof([], wants_code=True, is_first=True))

    played = play([UNKNOWN, "#", CODE, CODE, CODE], line)

    assert played.world.written == []
    assert SendCode(None, Secret(UNKNOWN), is_first=True) in played.world.wished
    assert played.transferred_to == "desk"


@pytest.mark.parametrize(
    ("answers", "proof"),
    [
        ({JudgeCode: CodeRight()}, Proof([], wants_code=True)),
        ({Verify: PinFits()}, Proof([], wants_code=True)),
        ({}, Proof([], wants_code=False)),
    ],
    ids=["code", "pin", "nothing wanted"],
)
@pytest.mark.parametrize("pin", ["#", DEFAULT])
def test_whoever_is_unknown_is_never_let_through_whatever_is_answered(
    answers: dict[type[Wish], Event], proof: Proof, pin: str
) -> None:
    world = World(pin=None, answers=answers)

    played = play([UNKNOWN, pin, *[CODE] * 3], StandInLine(activation=proof), world)

    assert world.written == []
    assert played.transferred_to != "banking"


@pytest.mark.parametrize("wish", [Find, LookAt, JudgeCode, SendCode])
def test_a_core_that_is_down_leads_to_a_person_and_sets_nothing(wish: type[Wish]) -> None:
    played = play(ACTIVATING, world=World(answers={wish: Unavailable()}))

    assert played.said[-2] in {"not_now", "no_code_now"}
    assert played.transferred_to == "desk"
    assert played.world.written == []


def test_a_code_that_nobody_may_try_again_is_not_asked_for_again() -> None:
    played = play(ACTIVATING, world=World(answers={JudgeCode: CodeWrong(is_over=True)}))

    assert played.asked.count("code") == 1
    assert played.said[-2:] == ["code_wrong", "to_a_person"]


@pytest.mark.parametrize(
    ("keys", "world", "how"),
    [
        (ACTIVATING, World(), Ending.THROUGH),
        ([SILENCE] * 3, World(), Ending.TO_A_PERSON),
        ([*ACTIVATING[:3], GONE], World(), Ending.HUNG_UP),
    ],
    ids=["through", "to a person", "hung up"],
)
def test_each_call_tells_once_how_it_has_ended(
    keys: Sequence[str | None], world: World, how: Ending
) -> None:
    played = play(keys, world=replace(world, pin=DEFAULT))

    assert [each for each in played.told if isinstance(each, Ended)] == [Ended(how)]


def test_after_the_last_try_nobody_hears_that_there_is_another() -> None:
    played = play(each_try(NUMBER, ["1111#"] * 3))

    assert [each for each in played.said if each.startswith("does_not")] == [
        *("does_not_fit", "does_not_fit", "does_not_fit_for_good")
    ]


def test_a_line_that_asks_for_no_proof_lets_nobody_set_a_pin() -> None:
    world = World(pin="8352", established=Established.YES)

    with pytest.raises(Unproven):
        play(FORCED, Unprotected(force=None), world)

    assert world.written == []


class Unprotected(StandInLine):
    """A line that is not as it should be: it decides for what it has no proof for."""

    def decide(
        self, known: Known, entered: Secret | None, holders: Sequence[Member], at: datetime
    ) -> Decided:
        return Decided(Outcome.FORCE)


def test_who_had_too_many_codes_gets_to_a_person() -> None:
    played = play(ACTIVATING, world=World(answers={SendCode: CodeRefused()}))

    assert played.said[-2:] == ["no_code_now", "to_a_person"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (SILENCE, "nothing_heard"),
        ("", "too_few_digits"),
        ("1", "too_few_digits"),
        ("1" * 40, "too_many_digits"),
        ("12*45", "only_digits"),
    ],
)
def test_what_can_be_no_answer_is_asked_again(keys: str | None, said: str) -> None:
    once = play([NUMBER, keys, GOOD], world=World(pin=GOOD, established=Established.YES))
    always = play([NUMBER, keys, keys, keys])

    assert said in once.said
    assert once.transferred_to == "banking"
    assert always.transferred_to == "desk"
    assert not [each for each in always.told if isinstance(each, Failed)], "a slip is no guess"


def test_the_star_lets_hear_it_again_and_costs_nothing() -> None:
    played = play(
        [NUMBER, "*", "*", "*", "*", GOOD], world=World(pin=GOOD, established=Established.YES)
    )

    assert played.said.count("ask_pin_or_none") == 5
    assert played.transferred_to == "banking"


def test_without_anybody_to_transfer_to_the_call_ends_with_where_to_find_help() -> None:
    line = StandInLine(transfer_to=None, onward_to=None)

    lost = play([SILENCE] * 3, line)
    through = play([NUMBER, GOOD], line, World(pin=GOOD, established=Established.YES))

    assert lost.said[-1] == "call_us"
    assert through.said[-1] == "goodbye"
    assert isinstance(through.steps[-1], HangUp)


def test_a_line_without_activation_does_not_offer_to_have_no_pin() -> None:
    played = play([NUMBER, "#", GOOD], StandInLine(activation=None), World(pin=GOOD))

    assert played.said[2:4] == ["ask_pin", "too_few_digits"]


@given(st.lists(KEYS, max_size=60), st.sampled_from([DEFAULT, GOOD, "8352", None]))
def test_whatever_is_pressed_a_call_ends_and_a_pin_is_written_only_after_a_code(
    keys: list[str | None], pin: str | None
) -> None:
    line = StandInLine(force=Proof([], wants_code=True))

    played = play(keys, line, World(pin=pin))

    _is_well_formed(played)
    for written in played.world.written:
        typed = [each.value.reveal() for each in played.heard if isinstance(each, Typed)]
        assert typed.count(written) >= 1
        assert CodeRight() in played.heard
        assert written not in "0123456789"


@pytest.mark.parametrize("after", range(len(ACTIVATING)))
def test_a_hang_up_before_the_last_key_changes_nothing(after: int) -> None:
    cut = play([*ACTIVATING[:after], GONE])

    assert cut.world.pin == DEFAULT


@given(st.lists(KEYS, max_size=40))
def test_no_digit_stands_where_it_could_be_read(keys: list[str | None]) -> None:
    played = play([*ACTIVATING[:2], *keys])

    shown = repr(played.steps) + repr(played.told)
    for typed in (NUMBER, SSN4, CODE, GOOD, MADE, *(key for key in keys if key and len(key) > 3)):
        assert typed.rstrip("#") not in shown.replace("4, most=4", "")


def _is_well_formed(played: Played) -> None:
    pauses = [
        type(each) for each in played.steps if isinstance(each, PauseRecording | ResumeRecording)
    ]
    assert pauses in ([PauseRecording], [PauseRecording, ResumeRecording])
    first_ask = next(n for n, each in enumerate(played.steps) if isinstance(each, Ask))
    assert any(isinstance(each, PauseRecording) for each in played.steps[:first_ask])
    assert [type(each) for each in played.told].count(Succeeded) <= 1
    assert all(isinstance(each.why, str | None) for each in played.told if isinstance(each, Remark))


def test_forced_with_nothing_more_to_show_sets_a_new_pin() -> None:
    played = play(FORCED, StandInLine(force=FORCE), World(pin="8352", established=Established.YES))

    assert played.world.pin == GOOD
    assert "code" not in played.asked


def test_where_too_much_goes_wrong_nobody_is_asked_anything() -> None:
    started = CallStarted(NOON, is_paced=True)

    given = Playback(partial(call, StandInLine()), [started]).given

    assert [each.prompt for each in given.steps if isinstance(each, Say)] == [
        *("welcome", "paced", "to_a_person")
    ]
    assert given.is_over
