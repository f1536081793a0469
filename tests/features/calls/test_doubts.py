"""A PIN was sent, and nobody saw how that ended: it is looked for, and never sent again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.features.activation.dialogue.calls import DEMO, GOOD, JOINT, MEMBER
from tests.features.calls.granting import CountingCore, OneCore
from tests.features.calls.test_granting import WRITE, Desk, desk_of
from tests.stores import MovableTime, new_sealer
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.steps import Ending, WritePin
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.calls.log import LogLine
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.rules import LEASE, Call, taken
from watchword.features.calls.store import CallStore, Resting
from watchword.features.calls.writes.rules import (
    LET_BE,
    LOOKS,
    Sent,
    WriteState,
    packed,
    unpacked,
)
from watchword.features.calls.writes.service import Doubts
from watchword.features.calls.writes.store import WriteStore
from watchword.features.cores.rules import (
    ContactOnFile,
    CoreEvent,
    MemberRef,
    PinEnd,
    PinState,
    PinUnknown,
)
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Row
from watchword.wiring import Services

__all__ = ["dealt", "services"]

A_LOOK = max(LOOKS)


class Deadly(CountingCore):
    """Takes a PIN, and whoever sent it dies before the answer."""

    async def set_pin(self, ref: MemberRef, pin: Secret, expected: PinState) -> PinEnd:
        await super().set_pin(ref, pin, expected)
        raise SystemError("The process is no more.")


@dataclass
class Left:
    """What a process has left behind, and who comes to look for it."""

    desk: Desk
    doubts: Doubts
    time: MovableTime

    async def dies(self, wish: WritePin = WRITE) -> None:
        with pytest.raises(SystemError):
            await self.desk.granted().grant(wish)

    async def look(self, after: timedelta) -> int:
        self.time.pass_by(after)
        return await self.doubts.settle(500)

    async def look_till_the_end(self) -> None:
        await self.look(LET_BE)
        for _ in LOOKS:
            await self.look(A_LOOK)

    async def row(self) -> Row:
        async with self.desk.room.storage.reading(self.desk.client.organisation.id) as transaction:
            [row] = await transaction.all("select * from call_writes")
        return row

    async def story(self) -> tuple[Call, Sequence[LogLine]]:
        register = CallRegister(storage=self.desk.room.storage)
        return await register.story(self.desk.client.organisation.id, self.desk.call.id)

    async def noted(self) -> Sequence[Entry]:
        whose = self.desk.client.organisation.id
        async with self.desk.room.storage.reading(whose) as transaction:
            return await AuditStore(transaction, whose).about("pin:member:736f6d65626f6479")


@pytest.fixture
async def left(services: Services, time: MovableTime) -> Left:
    desk, core = await desk_of(services), Deadly()
    doubts = Doubts(
        storage=services.storage,
        organisations=services.organisations,
        cores=OneCore(core),
        member_pins=desk.member_pins,
        notices=desk.notices,
        sealer=new_sealer(),
    )
    desk.core = core
    desk.room = replace(desk.room, cores=OneCore(core), doubts=doubts)
    return Left(desk, doubts, time)


@pytest.mark.parametrize(
    ("has", "ended"), [(True, "set"), (False, "not_set"), (None, "unresolved")]
)
async def test_after_a_crash_a_pin_is_looked_for_and_it_is_told_what_became_of_it(
    left: Left, *, has: bool | None, ended: str
) -> None:
    left.desk.core.has = has
    await left.dies()

    await left.look_till_the_end()

    row, told = await left.row(), [CoreEvent.ACTIVATED] if has else []
    assert (row["state"], row["sealed"], row["look_at"]) == (ended, None, None)
    assert left.desk.core.written == [GOOD], "it is never sent again"
    assert left.desk.notices.told == left.desk.core.noted == told
    assert left.desk.member_pins.chosen_pins == ([GOOD] if has else [])
    [entry] = await left.noted()
    assert entry.details == {"ended": ended, "call_id": str(left.desk.call.id)}
    call, lines = await left.story()
    assert [(each.what, each.why) for each in lines] == [("pin_looked_for", ended)]
    assert call.ending is Ending.SILENT, "no platform takes the turn up again"
    shown = await left.doubts.left_open(left.desk.client.organisation.id)
    assert len(shown) == (ended == "unresolved")
    assert await left.look(A_LOOK) == 0


async def test_all_who_share_a_pin_are_told_of_it_after_a_crash_too(left: Left) -> None:
    left.desk.core.has = True
    await left.dies(replace(WRITE, others=(JOINT,)))

    await left.look(LET_BE)

    assert left.desk.notices.whom == [MEMBER.ref, JOINT.ref]


async def test_a_pin_that_arrives_late_is_found(left: Left) -> None:
    left.desk.core.has = False
    await left.dies()

    assert [await left.look(LET_BE), await left.look(LOOKS[0])] == [1, 1]
    assert (await left.row())["state"] == "begun"
    left.desk.core.has = True
    await left.look(A_LOOK)

    assert (await left.row())["state"] == "set"
    assert left.desk.notices.told == [CoreEvent.ACTIVATED]


async def test_what_ended_in_doubt_is_looked_for_after_the_call_too(left: Left) -> None:
    slow = CountingCore(ends=[PinUnknown()])
    left.desk.room = replace(left.desk.room, cores=OneCore(slow))
    assert await left.desk.granted().grant(WRITE) == PinUnknown()
    left.desk.core.has = True

    assert await left.look(LOOKS[0]) == 1

    assert (await left.row())["state"] == "set"
    assert left.desk.notices.told == [CoreEvent.ACTIVATED]


async def test_whoever_may_still_be_at_work_is_let_be(left: Left) -> None:
    await left.dies()

    assert await left.look(LET_BE - timedelta(seconds=1)) == 0
    whose = left.desk.client.organisation.id
    async with left.desk.room.storage.begin(whose) as transaction:
        busy = taken(left.desk.call, transaction.now())
        await CallStore(transaction, whose).save(busy, Resting(b"history"))
    left.desk.core.has = True
    await left.look(timedelta(seconds=1))

    assert (await left.row())["state"] == "begun"
    await left.look(max(LEASE, LOOKS[0]))
    assert (await left.row())["state"] == "set"


async def test_whoever_comes_back_too_late_changes_nothing(left: Left) -> None:
    left.desk.core.has = True
    await left.dies()
    await left.look(LET_BE)
    whose = left.desk.client.organisation.id

    async with left.desk.room.storage.begin(whose) as transaction:
        store = WriteStore(transaction, whose)
        is_first = await store.end(left.desk.call.id, left.desk.call.turn, WriteState.CONFLICT)

    assert not is_first
    assert (await left.row())["state"] == "set"


async def test_what_cannot_be_read_any_more_is_for_a_person(left: Left) -> None:
    await left.dies()
    storage, whose = left.desk.room.storage, left.desk.client.organisation.id
    async with storage.begin(whose) as transaction:
        await transaction.run("update call_writes set sealed = :other", other=b"from elsewhere")

    await left.look(LET_BE)

    assert (await left.row())["state"] == "unresolved"


def test_of_a_member_nothing_is_kept_but_how_they_are_reached() -> None:
    phone = ContactOnFile(Secret("+12025550133"))
    known = replace(MEMBER, facts=replace(MEMBER.facts, phones=[phone]))
    sent = Sent(
        core=DEMO,
        member=known,
        pin=Secret(GOOD),
        event=WRITE.event,
        language="en",
        others=(JOINT,),
    )

    read = unpacked(packed(sent))

    assert (read.pin, read.member.ref) == (Secret(GOOD), MEMBER.ref)
    assert [each.value for each in read.member.facts.phones] == [Secret("+12025550133")]
    assert [each.facts.ssn for each in read.members] == [None, None]
    assert GOOD not in repr(read)
