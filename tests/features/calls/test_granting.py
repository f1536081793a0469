"""Wishes of a call: a PIN is sent once, nobody is sent a code, and nobody takes no less time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.features.activation.dialogue.calls import (
    DEMO,
    GOOD,
    LOCKING,
    MEMBER,
    NUMBER,
    UNKNOWN,
    StandInLine,
)
from tests.features.calls.granting import CountingCore, NobodyHears, OneCore, Remembering
from tests.features.calls.lines import AnyPace, client_of
from tests.stores import NOON
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.codes import (
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import (
    Charge,
    Charged,
    TakenBack,
    TooMuch,
    TooOften,
)
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    LookBack,
    Note,
    Succeeded,
    Tell,
    Unused,
    Used,
    WritePin,
)
from watchword.features.calls.granting.service import Backroom, Granting
from watchword.features.calls.locks.rules import Sought
from watchword.features.calls.outages.service import Outages
from watchword.features.calls.pauses.service import Pauses
from watchword.features.calls.ports import Granter
from watchword.features.calls.rules import Call, CallId, Door
from watchword.features.calls.store import CallStore, Resting
from watchword.features.clients.rules import Caller
from watchword.features.cores.rules import (
    OWN,
    CoreEvent,
    FindBy,
    PinConflict,
    PinEnd,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinUnknown,
    Unavailable,
)
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["dealt", "services"]

SOUGHT = Sought(FindBy.MEMBER_NUMBER, Secret(NUMBER), DEMO, [MEMBER.ref])
WRITE = WritePin(MEMBER, Secret(GOOD), PinState(PinMode.CLEAR), CoreEvent.ACTIVATED)


@dataclass
class Desk:
    """What grants the wishes of one call, and what it does so with."""

    client: Caller
    call: Call
    room: Backroom
    core: CountingCore
    member_pins: Remembering

    @property
    def paces(self) -> AnyPace:
        assert isinstance(self.room.paces, AnyPace)
        return self.room.paces

    @property
    def notices(self) -> NobodyHears:
        assert isinstance(self.room.notices, NobodyHears)
        return self.room.notices

    async def tell(self, *told: Tell) -> None:
        async with self.room.storage.begin(self.client.organisation.id) as transaction:
            for each in told:
                await self.granted().tell(transaction, each)

    async def failures(self, sought: Sought | None = None) -> int:
        async with self.room.storage.reading(self.client.organisation.id) as transaction:
            count = await self.room.locks.of(transaction, self.client, sought or SOUGHT, LOCKING)
        return count.in_a_row

    def granted(self) -> Granter:
        return Granting(self.room).of(self.client, self.call, StandInLine(), CallStarted(NOON))


async def desk_of(services: Services) -> Desk:
    bank = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(bank, Organisation)
    core, member_pins = CountingCore(), Remembering()
    room = Backroom(
        storage=services.storage,
        cores=OneCore(core),
        challenges=services.challenges,
        member_pins=member_pins,
        locks=services.telephone.locks,
        paces=AnyPace(),
        notices=NobodyHears(),
        doubts=services.telephone.doubts,
        pauses=Pauses(clock=core.watch, sleep=core.watch.sleep),
        outages=Outages(clock=core.watch),
    )
    call = Call(
        id=CallId(UUID(int=5)),
        profile_id=UUID(int=7),
        door=Door.TURNS,
        language="en",
        is_trial=False,
        started_at=NOON,
        token=b"",
    )
    async with services.storage.begin(bank.id) as transaction:
        await CallStore(transaction, bank.id).add(call, Resting())
    return Desk(client_of(bank), call, room, core, member_pins)


@pytest.fixture
async def desk(services: Services) -> Desk:
    return await desk_of(services)


@pytest.mark.parametrize(
    ("ends", "has", "ended"),
    [
        (PinSet(), None, PinSet()),
        (PinConflict(), True, PinConflict()),
        (PinRefused("no"), True, PinRefused("no")),
        (PinUnknown(), True, PinSet()),
        (PinUnknown(), False, PinUnknown()),
        (PinUnknown(), None, PinUnknown()),
        (Unavailable(), None, Unavailable()),
    ],
    ids=["set", "conflict", "refused", "found", "not found", "cannot tell", "down"],
)
async def test_a_pin_is_sent_once_and_looked_for_where_no_answer_came(
    desk: Desk, *, ends: PinEnd, has: bool | None, ended: PinEnd
) -> None:
    desk.core.ends, desk.core.has = [ends], has

    assert await desk.granted().grant(WRITE) == ended
    assert desk.core.written == [GOOD]
    assert desk.member_pins.chosen_pins == ([GOOD] if isinstance(ended, PinSet) else [])


@pytest.mark.parametrize(("has", "ended"), [(True, PinSet()), (False, PinUnknown())])
async def test_a_turn_that_is_done_again_sends_no_pin_a_second_time(
    desk: Desk, *, has: bool, ended: PinEnd
) -> None:
    desk.core.ends, desk.core.has = [PinSet(), PinSet()], has
    await desk.granted().grant(WRITE)

    again = await desk.granted().grant(WRITE)

    assert again == ended
    assert desk.core.written == [GOOD]


async def test_the_journal_says_how_it_ended_and_not_which_pin(
    desk: Desk, services: Services
) -> None:
    desk.core.ends = [PinUnknown()]
    await desk.granted().grant(WRITE)

    async with services.storage.reading(desk.client.organisation.id) as transaction:
        [row] = await transaction.all("select * from call_writes")

    assert row["state"] == "unknown"
    assert GOOD not in str([row[name] for name in ("call_id", "turn", "state")])


WHO = (FindBy.MEMBER_NUMBER, Secret(NUMBER), [MEMBER.ref])
CHARGE, TAKEN_BACK, SUCCEEDED = Charge(*WHO), TakenBack(*WHO), Succeeded(*WHO)


async def test_a_guess_counts_and_whoever_it_was_after_all_is_forgiven(desk: Desk) -> None:
    for _ in range(3):
        assert await desk.granted().grant(CHARGE) == Charged()
    await desk.tell(TAKEN_BACK, Note(MEMBER, CoreEvent.ACTIVATED))

    assert (await desk.failures(), desk.paces.failures) == (2, 2)
    assert desk.notices.told == [CoreEvent.ACTIVATED]
    await desk.tell(SUCCEEDED)
    assert await desk.failures() == 0


async def test_what_nobody_could_judge_counts_against_nobody_either(desk: Desk) -> None:
    unknown = Sought(FindBy.MEMBER_NUMBER, Secret(UNKNOWN), DEMO)
    for _ in range(12):
        charged = Charge(unknown.by, unknown.value, [])
        assert await desk.granted().grant(charged) == Charged()
        await desk.tell(TakenBack(unknown.by, unknown.value, [], was_right=False))

    assert (await desk.failures(unknown), desk.paces.failures) == (0, 0)


async def test_nobody_guesses_at_whoever_is_locked_or_while_a_line_is_tried_out(desk: Desk) -> None:
    answers = [await desk.granted().grant(CHARGE) for _ in range(12)]
    desk.paces.takes_calls = False
    sent = await desk.granted().grant(SendCode(None, Secret(NUMBER), is_first=True))
    assert isinstance(sent, CodeSent)

    assert answers == [*[Charged()] * 10, TooOften(), TooOften()]
    assert desk.paces.rung == 0
    assert await desk.granted().grant(CHARGE) == TooMuch()
    assert await desk.granted().grant(JudgeCode(sent.reference, Secret("123456"))) == TooMuch()
    assert await desk.failures() == 10
    assert desk.paces.rung == 2, "that a line is tried out is told at once"


async def test_a_call_that_staff_try_for_real_counts_and_locks_and_tells_like_any(
    desk: Desk,
) -> None:
    desk.call = replace(desk.call, door=Door.SIMULATOR, is_trial=True)

    answers = [await desk.granted().grant(CHARGE) for _ in range(11)]
    await desk.tell(TAKEN_BACK, Note(MEMBER, CoreEvent.PIN_CHANGED))

    assert answers == [*[Charged()] * 10, TooOften()]
    assert (await desk.failures(), desk.paces.failures) == (9, 10)
    assert desk.notices.told == [CoreEvent.PIN_CHANGED]


UNLOCK = Unlock(FindBy.PHONE, Secret("2025550133"), MEMBER.ref)


async def test_whoever_has_a_code_is_unlocked_however_they_are_looked_up(desk: Desk) -> None:
    for _ in range(10):
        await desk.granted().grant(CHARGE)

    assert await desk.granted().grant(UNLOCK) == Unlocked()
    assert await desk.failures() == 0
    assert desk.core.unlocked == [], "in a core of others only its own staff unlock"


async def test_where_we_keep_the_pin_it_is_unlocked_too_or_nothing_is(desk: Desk) -> None:
    own = replace(StandInLine(), core=OWN)
    sought = Sought(UNLOCK.by, UNLOCK.value, OWN, [MEMBER.ref])
    granter = Granting(desk.room).of(desk.client, desk.call, own, CallStarted(NOON))
    for _ in range(10):
        await granter.grant(Charge(UNLOCK.by, UNLOCK.value, [MEMBER.ref]))
    desk.core.is_away = True
    assert await granter.grant(UNLOCK) == Unavailable()
    assert await desk.failures(sought) == 10

    desk.core.is_away = False
    assert await granter.grant(UNLOCK) == Unlocked()
    assert desk.core.unlocked == [MEMBER.ref]
    assert await desk.failures(sought) == 0


async def test_that_a_pin_was_not_remembered_is_told_to_the_operator(desk: Desk) -> None:
    desk.member_pins.keeps = False

    with capture_logs() as logs:
        ended = await desk.granted().grant(WRITE)

    assert ended == PinSet(), "the core has it, and the caller hears so"
    assert [each["event"] for each in logs] == ["call.pin_not_remembered"]
    assert GOOD not in str(logs)


async def test_a_code_that_was_wrong_too_often_is_over(desk: Desk) -> None:
    granted = desk.granted()
    sent = await granted.grant(SendCode(None, Secret(NUMBER), is_first=True))
    assert isinstance(sent, CodeSent)

    judged = [await granted.grant(JudgeCode(sent.reference, Secret("123456"))) for _ in range(5)]

    assert judged == [*[CodeWrong()] * 4, CodeWrong(is_over=True)]


@pytest.mark.parametrize("member", [None, MEMBER], ids=["unknown", "unreachable"])
async def test_a_code_for_nobody_is_sent_nowhere_and_never_right(
    desk: Desk, services: Services, member: object
) -> None:
    granted = desk.granted()

    sent = await granted.grant(SendCode(member, Secret(NUMBER), is_first=True))  # type: ignore[arg-type]

    assert isinstance(sent, CodeSent)
    assert sent.reference.startswith("nobody:")
    assert not sent.reaches
    async with services.storage.reading(desk.client.organisation.id) as transaction:
        assert await transaction.all("select * from messages") == []
    judged = await granted.grant(JudgeCode(sent.reference, Secret("123456")))
    assert judged == CodeWrong()


@pytest.mark.parametrize(
    ("used", "said"), [(True, Used()), (False, Unused()), (Unavailable(), Unavailable())]
)
async def test_a_pin_of_before_is_looked_up(
    desk: Desk, *, used: bool | Unavailable, said: object
) -> None:
    desk.member_pins.used = used

    assert await desk.granted().grant(LookBack(MEMBER.ref, Secret(GOOD))) == said


async def test_a_note_is_left_in_the_core(desk: Desk) -> None:
    told: Sequence[Note] = [Note(MEMBER, CoreEvent.ACTIVATED)]

    await desk.granted().announce(told)

    assert desk.core.noted == [CoreEvent.ACTIVATED]
