"""Calls go on from turn to turn: each once, whatever a platform repeats, and whoever dies."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.features.activation.dialogue.calls import (
    ASK_PIN,
    CODE,
    DEFAULT,
    GOOD,
    NUMBER,
    SSN4,
    World,
    typed,
)
from tests.features.calls.lines import LINE, NO_LINE, AnyPace, OneLine, OneWorld, client_of
from tests.stores import MovableTime, found
from watchword.features.activation.dialogue.steps import (
    Ask,
    Ending,
    Event,
    Failed,
    Find,
    HangUp,
    HungUp,
    Say,
    Succeeded,
    Verify,
    WritePin,
)
from watchword.features.activation.established import Established
from watchword.features.calls.conduct.service import Begun, Conduct, Held, NoLine, OutOfStep
from watchword.features.calls.history import Answer
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.rules import LEASE, LIFE, CallId, Door, Incoming
from watchword.features.calls.store import CallStore
from watchword.features.clients.rules import Caller
from watchword.foundation.sealing import Sealer
from watchword.foundation.storage import Storage

ACTIVATING = (NUMBER, DEFAULT, SSN4, CODE, GOOD, GOOD)


@dataclass
class Phone:
    """Somebody who calls, and the platform that carries the call."""

    storage: Storage
    client: Caller
    worlds: OneWorld
    conduct: Conduct
    paces: AnyPace
    lines: OneLine

    async def call(self) -> tuple[CallId, Answer]:
        begun = await self.conduct.begin(
            self.client, Incoming(door=Door.TURNS, language="en", profile_id=LINE)
        )
        assert isinstance(begun, Begun)
        assert isinstance(begun.spoken, Answer)
        return begun.id, begun.spoken

    async def press(self, id: CallId, answer: Answer, keys: str) -> Answer:
        spoken = await self.hear(id, answer, typed(keys))
        assert isinstance(spoken, Answer)
        return spoken

    async def hear(self, id: CallId, answer: Answer, event: Event | None) -> object:
        assert answer.token is not None
        return await self.conduct.hear(self.client, Door.TURNS, id, answer.token.reveal(), event)

    async def rests(self, id: CallId) -> Sequence[object]:
        async with self.storage.reading(self.client.organisation.id) as transaction:
            held = await transaction.one("select * from calls where id = :id", id=str(id))
        assert held is not None
        return [held["sealed_history"], held["sealed_answer"], held["ending"]]


@pytest.fixture
async def phone(house: Storage) -> Phone:
    return _phone(house, client_of(await found(house, "bank")), OneWorld())


def _phone(house: Storage, client: Caller, worlds: OneWorld, patience: float = 30) -> Phone:
    sealer, paces, lines = Sealer({1: bytes(32)}), AnyPace(), OneLine()
    conduct = Conduct(
        storage=house,
        lines=lines,
        granters=worlds,
        paces=paces,
        sealer=sealer,
        patience=patience,
    )
    return Phone(house, client, worlds, conduct, paces, lines)


async def test_a_call_goes_from_turn_to_turn_to_its_end(phone: Phone) -> None:
    id, answer = await phone.call()
    for keys in ACTIVATING:
        answer = await phone.press(id, answer, keys)

    assert phone.worlds.world.pin == GOOD
    assert answer.token is None
    history, _, ending = await phone.rests(id)
    assert (history, ending) == (None, Ending.THROUGH)


async def test_a_platform_that_says_everything_three_times_gets_the_same_answers(
    phone: Phone,
) -> None:
    id, answer = await phone.call()
    for keys in ACTIVATING:
        said = [await phone.hear(id, answer, typed(keys)) for _ in range(3)]
        assert said[0] == said[1] == said[2]
        answer = said[0]  # type: ignore[assignment]

    kinds = [type(each) for each in phone.worlds.world.wished]
    assert kinds.count(WritePin) == kinds.count(Find) == kinds.count(Verify) == 1


async def test_a_repeated_turn_with_other_keys_changes_nothing(phone: Phone) -> None:
    id, first = await phone.call()
    second = await phone.press(id, first, NUMBER)

    assert await phone.hear(id, first, typed("999999")) == second
    assert len(phone.worlds.world.wished) == 1


@pytest.mark.parametrize("who", ["older", "forged", "of another call"])
async def test_a_turn_that_cannot_be_next_ends_the_call(phone: Phone, who: str) -> None:
    id, first = await phone.call()
    _, other = await phone.call()
    second = await phone.press(id, first, NUMBER)
    third = await phone.press(id, second, DEFAULT)
    assert first.token is not None
    assert other.token is not None
    token = {"older": first.token, "of another call": other.token}.get(who)

    refused = await phone.conduct.hear(
        phone.client, Door.TURNS, id, "forged" if token is None else token.reveal(), typed(SSN4)
    )

    assert refused == OutOfStep()
    assert await phone.rests(id) == [None, None, Ending.OUT_OF_STEP]
    assert await phone.hear(id, third, typed(SSN4)) == OutOfStep()
    assert phone.worlds.world.written == []


async def test_a_slow_core_lets_the_caller_hold(phone: Phone) -> None:
    slow = _phone(phone.storage, phone.client, phone.worlds, patience=0.01)
    id, first = await phone.call()
    phone.worlds.gate.clear()

    held = await slow.hear(id, first, typed(NUMBER))
    polled = await slow.hear(id, first, None)
    repeated = await phone.hear(id, first, typed(NUMBER))
    phone.worlds.gate.set()
    await slow.conduct.close()
    done = await slow.hear(id, first, None)

    assert first.token is not None
    assert held == polled == repeated == Held(first.token)
    assert isinstance(done, Answer)
    assert done.steps[-1] == ASK_PIN
    assert [type(each) for each in phone.worlds.world.wished] == [Find]


async def test_a_turn_whose_process_died_is_done_again_by_another(
    phone: Phone, time: MovableTime
) -> None:
    id, first = await phone.call()
    phone.worlds.dies_at = Find
    with pytest.raises(SystemError):
        await phone.hear(id, first, typed(NUMBER))
    phone.worlds.dies_at = None

    at_once = await phone.hear(id, first, typed(NUMBER))
    time.pass_by(LEASE)
    later = await phone.hear(id, first, typed("999999"))

    assert isinstance(at_once, Held)
    assert isinstance(later, Answer)
    assert [type(each) for each in phone.worlds.world.wished] == [Find]
    again = await phone.press(id, later, DEFAULT)
    assert isinstance(again.steps[-1], Ask)


async def test_a_forged_turn_while_a_core_is_asked_ends_the_call_for_good(phone: Phone) -> None:
    id, first = await phone.call()
    second = await phone.press(id, first, NUMBER)
    slow = _phone(phone.storage, phone.client, phone.worlds, patience=0)
    phone.worlds.gate.clear()
    assert isinstance(await slow.hear(id, second, typed("1111#")), Held)

    forged = await phone.conduct.hear(phone.client, Door.TURNS, id, "forged", typed(SSN4))
    phone.worlds.gate.set()
    await slow.conduct.close()

    assert forged == OutOfStep()
    assert await phone.rests(id) == [None, None, Ending.OUT_OF_STEP]
    assert await phone.hear(id, second, None) == OutOfStep()
    assert [type(each) for each in phone.worlds.told if isinstance(each, Failed)] == [Failed]


async def test_of_two_who_do_a_turn_the_first_one_answers_and_nothing_is_told_twice(
    phone: Phone, time: MovableTime
) -> None:
    id, first = await phone.call()
    second = await phone.press(id, first, NUMBER)
    late = _phone(phone.storage, phone.client, phone.worlds, patience=0)
    phone.worlds.gate.clear()
    await late.hear(id, second, typed("1111#"))
    time.pass_by(LEASE)
    await late.hear(id, second, typed("1111#"))
    phone.worlds.gate.set()
    await late.conduct.close()

    answer = await phone.hear(id, second, None)

    assert isinstance(answer, Answer)
    await phone.press(id, answer, NUMBER)
    assert len([each for each in phone.worlds.told if isinstance(each, Failed)]) == 1


async def test_a_hang_up_ends_it_and_lets_go_of_everything(phone: Phone) -> None:
    id, answer = await phone.call()
    for keys in ACTIVATING[:-1]:
        answer = await phone.press(id, answer, keys)

    gone = await phone.hear(id, answer, HungUp())

    assert gone == Answer([HangUp()])
    assert await phone.rests(id) == [None, None, Ending.HUNG_UP]
    assert phone.worlds.world.pin == DEFAULT


async def test_whoever_hangs_up_between_two_turns_is_gone(phone: Phone) -> None:
    id, answer = await phone.call()

    await phone.conduct.hang_up(phone.client, id)
    await phone.conduct.hang_up(phone.client, id)

    assert await phone.rests(id) == [None, None, Ending.HUNG_UP]
    assert await phone.hear(id, answer, typed(NUMBER)) == OutOfStep()


async def test_a_call_that_another_version_of_ours_began_ends_with_where_help_is(
    phone: Phone,
) -> None:
    id, answer = await phone.call()
    phone.lines.is_of_another_version = True

    last = await phone.press(id, answer, NUMBER)

    assert [type(each) for each in last.steps] == [Say, HangUp]
    assert last.token is None
    assert (await phone.rests(id))[2] == Ending.OUT_OF_STEP


async def test_a_line_that_is_not_there_cannot_be_called(phone: Phone) -> None:
    begun = await phone.conduct.begin(
        phone.client, Incoming(door=Door.TURNS, language="en", profile_id=NO_LINE)
    )

    assert begun == NoLine()


@pytest.mark.parametrize(
    ("door", "asks"), [(Door.TURNS, False), (Door.SIMULATOR, False), (Door.REHEARSAL, True)]
)
async def test_where_too_much_goes_wrong_calls_are_only_rehearsed(
    phone: Phone, door: Door, *, asks: bool
) -> None:
    phone.paces.takes_calls = False

    begun = await phone.conduct.begin(
        phone.client, Incoming(door=door, language="en", profile_id=LINE)
    )

    assert isinstance(begun, Begun)
    assert isinstance(begun.spoken, Answer)
    assert any(isinstance(each, Ask) for each in begun.spoken.steps) is asks
    assert phone.paces.rung == (not asks), "that a line is tried out is told at once"


async def test_another_organisation_has_no_part_in_it(phone: Phone) -> None:
    id, answer = await phone.call()
    other = client_of(await found(phone.storage, "other"))
    assert answer.token is not None

    heard = await phone.conduct.hear(other, Door.TURNS, id, answer.token.reveal(), typed(NUMBER))

    assert heard == OutOfStep()
    assert isinstance(await phone.press(id, answer, NUMBER), Answer)


async def test_calls_of_which_nothing_more_comes_are_ended(phone: Phone, time: MovableTime) -> None:
    id, _ = await phone.call()
    time.pass_by(LIFE)

    assert await CallRegister(storage=phone.storage).expire(10) == 1

    assert await phone.rests(id) == [None, None, Ending.SILENT]


async def test_a_turn_after_the_time_of_its_call_finds_that_it_fell_silent(
    phone: Phone, time: MovableTime
) -> None:
    id, answer = await phone.call()
    time.pass_by(LIFE)

    assert await phone.hear(id, answer, typed(NUMBER)) == OutOfStep()

    assert await phone.rests(id) == [None, None, Ending.SILENT]


async def test_answers_of_calls_that_have_ended_are_let_go_of(
    phone: Phone, time: MovableTime
) -> None:
    id, answer = await phone.call()
    for keys in ("#", "#", "#"):
        answer = await phone.press(id, answer, keys)
    assert (await phone.rests(id))[1] is not None
    time.pass_by(LIFE)

    assert await CallRegister(storage=phone.storage).forget(10) == 1

    assert (await phone.rests(id))[:2] == [None, None]


async def test_the_log_of_a_call_says_what_happened_and_no_digit(phone: Phone) -> None:
    id, answer = await phone.call()
    for keys in ACTIVATING:
        answer = await phone.press(id, answer, keys)

    async with phone.storage.reading(phone.client.organisation.id) as transaction:
        lines = await CallStore(transaction, phone.client.organisation.id).lines(id)
        rows = await transaction.all("select * from call_lines")

    assert [each.digits for each in lines if each.what == "typed"] == [len(k) for k in ACTIVATING]
    whats = [(each.kind, each.what) for each in lines]
    assert ("decided", "matched") in whats
    assert whats[-1] == ("done", "transferred")
    for secret in ACTIVATING:
        assert secret not in repr(
            [[each[name] for name in ("kind", "what", "why", "digits")] for each in rows]
        )


async def test_many_at_once_of_one_turn_are_one(phone: Phone) -> None:
    id, first = await phone.call()

    said = await asyncio.gather(*(phone.hear(id, first, typed(NUMBER)) for _ in range(8)))

    assert len(phone.worlds.world.wished) == 1
    assert {type(each) for each in said} <= {Answer, Held}


async def test_what_is_told_is_kept_and_announced(phone: Phone) -> None:
    phone.worlds.world = World(pin=GOOD, established=Established.YES)
    id, answer = await phone.call()
    for keys in (NUMBER, GOOD):
        answer = await phone.press(id, answer, keys)

    await phone.conduct.close()
    assert [each for each in phone.worlds.told if isinstance(each, Succeeded)]
    assert phone.worlds.told == phone.worlds.announced
