"""Rehearsals: what is read is read for real, and of all the rest nothing comes."""

from collections.abc import Sequence

import pytest

from tests.features.activation.dialogue.calls import GOOD, MEMBER, NUMBER, StandInLine
from tests.features.calls.granting import CountingCore, OneCore, Remembering
from tests.features.calls.lines import client_of
from tests.stores import NOON, MovableTime, new_organisations, new_sealer
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.codes import (
    CodeRight,
    CodeSent,
    CodeWrong,
    JudgeCode,
    SendCode,
    Unlock,
    Unlocked,
)
from watchword.features.activation.dialogue.counting import Charge, Charged, TakenBack, TooMuch
from watchword.features.activation.dialogue.steps import (
    CallStarted,
    Note,
    Succeeded,
    Wish,
    WritePin,
)
from watchword.features.calls.granting.service import Backroom, Granting
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.pacing.rules import REHEARSED
from watchword.features.calls.pacing.service import Pacing
from watchword.features.calls.pauses.service import Pauses
from watchword.features.calls.ports import Granter
from watchword.features.calls.rehearsals.rules import code_of
from watchword.features.calls.rules import Call, CallId, Door
from watchword.features.clients.rules import Caller
from watchword.features.cores.rehearsal.service import RehearsedCore
from watchword.features.cores.rules import (
    Capability,
    CoreEvent,
    CoreTraits,
    FindBy,
    PinFits,
    PinLocked,
    PinMode,
    PinRefused,
    PinSet,
    PinState,
    PinWrong,
)
from watchword.features.delivery.routes import Routes
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Mode, Organisation
from watchword.foundation.bells import LocalBells
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.providers.cores.demo.core import DemoCore
from watchword.providers.cores.demo.settings import DemoSettings
from watchword.wiring import Services

__all__ = ["dealt", "services"]

COUNTS = CoreTraits(
    PinMode.HASHED, frozenset({Capability.VERIFY_COUNTS_FAILURES}), frozenset(), frozenset({"9999"})
)
TABLES = ("messages", "challenges", "call_locks", "call_writes", "kept_pins", "earlier_pins")


class TestACore:
    async def test_is_told_of_nothing_and_everything_is_as_if_done(self) -> None:
        core = CountingCore(traits=COUNTS)
        rehearsed = RehearsedCore(core)

        ended = await rehearsed.set_pin(MEMBER.ref, Secret(GOOD), PinState(PinMode.HASHED))
        refused = await rehearsed.set_pin(MEMBER.ref, Secret("9999"), PinState(PinMode.HASHED))
        await rehearsed.note(MEMBER.ref, CoreEvent.ACTIVATED)

        assert (ended, refused) == (PinSet(), PinRefused("reserved"))
        assert (core.written, core.noted) == ([], [])

    async def test_counts_no_wrong_pin_against_a_member(self) -> None:
        core = DemoCore(DemoSettings(tries=3), lambda: NOON)
        found = await core.find(FindBy.MEMBER_NUMBER, Secret("500298"))
        assert isinstance(found, Sequence)
        ref = found[0].ref

        said = {await RehearsedCore(core).verify_pin(ref, Secret("8642")) for _ in range(5)}
        right = await RehearsedCore(core).verify_pin(ref, Secret("904713"))

        assert (said, right) == ({PinWrong()}, PinFits())
        assert await core.verify_pin(ref, Secret("8642")) == PinWrong(2), "the first that counts"

    async def test_that_is_locked_stays_locked(self) -> None:
        core = DemoCore(DemoSettings(tries=1), lambda: NOON)
        found = await core.find(FindBy.MEMBER_NUMBER, Secret("500298"))
        assert isinstance(found, Sequence)
        await core.verify_pin(found[0].ref, Secret("8642"))

        rehearsed = RehearsedCore(core)
        assert await rehearsed.unlock(found[0].ref) is True
        assert await rehearsed.verify_pin(found[0].ref, Secret("904713")) == PinLocked()

    async def test_that_cannot_compare_without_counting_takes_any_for_right(self) -> None:
        core = CountingCore(traits=COUNTS, has=None)

        assert await RehearsedCore(core).verify_pin(MEMBER.ref, Secret("1")) == PinFits()


@pytest.fixture
async def bank(services: Services) -> Caller:
    made = await services.organisations.found(
        slug="bank", name="Bank", mode=Mode.TEST, country="US", locale="en", actor="test"
    )
    assert isinstance(made, Organisation)
    return client_of(made)


def pacing_of(services: Services) -> Pacing:
    return Pacing(organisations=new_organisations(services.storage), news=services.webhooks)


def rehearsal(services: Services, bank: Caller, core: CountingCore) -> tuple[Granter, Call]:
    room = Backroom(
        storage=services.storage,
        cores=OneCore(core),
        challenges=services.challenges,
        member_pins=Remembering(),
        locks=services.telephone.locks,
        paces=pacing_of(services),
        notices=Notices(outbox=Outbox(sealer=new_sealer(), bells=LocalBells()), routes=Routes({})),
        doubts=services.telephone.doubts,
        pauses=Pauses(),
    )
    call = Call(
        id=CallId(Id(int=5)),
        profile_id=Id(int=7),
        door=Door.REHEARSAL,
        language="en",
        is_trial=True,
        started_at=NOON,
        token=b"",
    )
    return Granting(room).of(bank, call, StandInLine(), CallStarted(NOON)), call


async def test_all_goes_on_and_nothing_is_kept_of_it(services: Services, bank: Caller) -> None:
    core = CountingCore()
    granter, call = rehearsal(services, bank, core)
    line, whose = StandInLine(), bank.organisation.id
    wishes: list[Wish] = [
        SendCode(MEMBER, Secret(NUMBER), is_first=True),
        JudgeCode("rehearsed", code_of(call.id)),
        JudgeCode("rehearsed", Secret("000000")),
        Charge(line.find_by, Secret(NUMBER), [MEMBER.ref]),
        Unlock(line.find_by, Secret(NUMBER), MEMBER.ref),
        WritePin(MEMBER, Secret(GOOD), PinState(PinMode.CLEAR), CoreEvent.ACTIVATED),
    ]

    heard = [await granter.grant(wish) for wish in wishes]
    async with services.storage.begin(whose) as transaction:
        for told in (
            Note(MEMBER, CoreEvent.ACTIVATED),
            TakenBack(line.find_by, Secret(NUMBER), [MEMBER.ref]),
            Succeeded(line.find_by, Secret(NUMBER), [MEMBER.ref]),
        ):
            await granter.tell(transaction, told)
    await granter.announce([Note(MEMBER, CoreEvent.ACTIVATED)])

    sent = CodeSent("rehearsed", reaches=False)
    assert heard == [sent, CodeRight(), CodeWrong(), Charged(), Unlocked(), PinSet()]
    assert (core.written, core.noted) == ([], [])
    async with services.storage.reading(whose) as transaction:
        for table in TABLES:
            assert await transaction.all(f"select * from {table}") == [], table  # noqa: S608


async def test_nobody_of_the_staff_finds_out_a_pin_by_rehearsing(
    services: Services, bank: Caller, time: MovableTime
) -> None:
    pacing, most = pacing_of(services), REHEARSED.sends[0].most
    granter, _ = rehearsal(services, bank, CountingCore())
    who = (StandInLine.find_by, Secret(NUMBER), [MEMBER.ref])

    # Calls that were begun before do not outrun it: a guess counts before it is judged.
    counted = [await granter.grant(Charge(*who)) for _ in range(most + 1)]
    assert counted == [*[Charged()] * most, TooMuch()]
    async with services.storage.begin(bank.organisation.id) as transaction:
        await granter.tell(transaction, TakenBack(*who))
    assert await granter.grant(Charge(*who)) == Charged(), "one was right"
    async with services.storage.begin(bank.organisation.id) as transaction:
        assert not await pacing.may_rehearse(transaction, bank)
        assert await pacing.is_open(transaction, bank, None), "callers are in nobody's way by that"
    time.pass_by(REHEARSED.sends[0].within)
    async with services.storage.begin(bank.organisation.id) as transaction:
        assert await pacing.may_rehearse(transaction, bank)
