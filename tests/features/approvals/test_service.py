"""Requests for a second person: nobody decides alone, and what is approved is done once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from tests.features.approvals.chamber import ANNA, BEN, CLEO, Chamber, chamber
from tests.stores import MovableTime
from watchword.features.approvals.rules import (
    OPEN_AT_MOST,
    AlreadyOver,
    Approved,
    BadReason,
    Declined,
    Kind,
    NobodyToDecide,
    NotYours,
    Overtaken,
    State,
    TooManyOpen,
    Withdrawn,
    YourOwn,
)
from watchword.features.audit.rules import Action
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage

__all__ = ["chamber"]


async def test_what_somebody_else_approves_is_done_at_that_moment(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)

    outcome = await chamber.approvals.approve(chamber.id, request.id, actor=BEN, reason="Fine.")

    assert isinstance(outcome, Approved)
    assert await chamber.performed() == chamber.afterwards == 1
    now = await chamber.now(request.id)
    assert (now.state, now.decided_by, now.because) == (State.APPROVED, BEN, "Fine.")
    entries = {each.action: each for each in await chamber.ledger(request.id)}
    assert entries[Action.APPROVAL_PROPOSED].actor == ANNA
    assert entries[Action.APPROVAL_APPROVED].actor == BEN
    assert entries[Action.APPROVAL_APPROVED].details["kind"] == Kind.SETTINGS


async def test_nobody_decides_on_what_they_asked_for_themselves(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)

    outcomes = [
        await chamber.approvals.approve(chamber.id, request.id, actor=ANNA),
        await chamber.approvals.decline(chamber.id, request.id, actor=ANNA, reason="No."),
    ]

    assert [type(each) for each in outcomes] == [YourOwn, YourOwn]
    assert (await chamber.now(request.id)).state is State.OPEN
    assert await chamber.performed() == 0


async def test_whoever_declines_says_why_and_nothing_is_done(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)

    wordless = await chamber.approvals.decline(chamber.id, request.id, actor=BEN, reason="  ")
    outcome = await chamber.approvals.decline(chamber.id, request.id, actor=BEN, reason="Why?")

    assert isinstance(wordless, BadReason)
    assert isinstance(outcome, Declined)
    assert await chamber.performed() == 0
    assert (await chamber.now(request.id)).because == "Why?"


async def test_only_whoever_asked_takes_it_back(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)

    foreign = await chamber.approvals.withdraw(chamber.id, request.id, actor=BEN)
    own = await chamber.approvals.withdraw(chamber.id, request.id, actor=ANNA)
    late = await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert (type(foreign), type(own), type(late)) == (NotYours, Withdrawn, AlreadyOver)
    assert await chamber.performed() == 0


async def test_of_many_who_approve_at_once_one_does_it(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)

    outcomes = await asyncio.gather(
        *(
            chamber.approvals.approve(chamber.id, request.id, actor=f"staff:{number}")
            for number in range(16)
        )
    )

    assert Counter(type(each) for each in outcomes) == {Approved: 1, AlreadyOver: 15}
    assert await chamber.performed() == chamber.afterwards == 1


async def test_of_approving_declining_and_taking_back_at_once_one_counts(chamber: Chamber) -> None:
    for _ in range(10):
        request, before = await chamber.propose(ANNA), await chamber.performed()

        outcomes = await asyncio.gather(
            chamber.approvals.approve(chamber.id, request.id, actor=BEN),
            chamber.approvals.decline(chamber.id, request.id, actor=CLEO, reason="No."),
            chamber.approvals.withdraw(chamber.id, request.id, actor=ANNA),
        )

        ended = [each for each in outcomes if not isinstance(each, AlreadyOver)]
        assert len(ended) == 1
        done = await chamber.performed() - before
        assert done == (1 if isinstance(ended[0], Approved) else 0)


async def test_what_has_lost_its_ground_is_refused_and_stays_to_be_read(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)
    chamber.ground = b"2"

    outcome = await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert isinstance(outcome, Overtaken)
    assert outcome.because == "stale"
    now = await chamber.now(request.id)
    assert (now.state, now.payload, now.reason) == (State.OVERTAKEN, b"1", "It is needed.")
    assert await chamber.performed() == chamber.afterwards == 0


async def test_what_breaks_in_the_middle_was_neither_approved_nor_done(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)
    chamber.breaks = True

    with pytest.raises(RuntimeError):
        await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert (await chamber.now(request.id)).state is State.OPEN
    assert await chamber.performed() == chamber.afterwards == 0


async def test_at_its_very_end_a_request_is_too_late(chamber: Chamber, time: MovableTime) -> None:
    request = await chamber.propose(ANNA)
    time.pass_by(timedelta(hours=72))

    outcome = await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert isinstance(outcome, AlreadyOver)
    assert outcome.request.state is State.EXPIRED
    assert await chamber.performed() == 0


async def test_what_nobody_decides_on_is_swept_up(chamber: Chamber, time: MovableTime) -> None:
    early = await chamber.propose(ANNA)
    time.pass_by(timedelta(hours=1))
    late = await chamber.propose(BEN)
    time.pass_by(timedelta(hours=71))

    swept = [await chamber.approvals.expire(100) for _ in range(2)]

    assert swept == [1, 0]
    states = [(await chamber.now(each.id)).state for each in (early, late)]
    assert states == [State.EXPIRED, State.OPEN]
    assert Action.APPROVAL_EXPIRED in [each.action for each in await chamber.ledger(early.id)]


async def test_a_permit_is_good_once_and_for_whoever_asked(
    chamber: Chamber, time: MovableTime
) -> None:
    request = await chamber.propose(ANNA, kind=Kind.LEDGER_EXPORT)
    early = await chamber.take(ANNA)
    await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    foreign, other = await chamber.take(BEN), await chamber.take(ANNA, Kind.PERSON_EXPORT)
    first, second = await chamber.take(ANNA), await chamber.take(ANNA)

    assert (early, foreign, other, second) == (None, None, None, None)
    assert first is not None
    assert first.id == request.id
    assert (await chamber.now(request.id)).used_at == time.moment


async def test_what_was_done_at_once_is_no_permit(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)
    await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert await chamber.take(ANNA, Kind.SETTINGS) is None
    assert (await chamber.now(request.id)).expires_at == request.expires_at


async def test_whoever_asked_learns_what_waits_and_what_can_be_done(
    chamber: Chamber, time: MovableTime
) -> None:
    waits = await chamber.propose(ANNA)
    time.pass_by(timedelta(minutes=1))
    agreed, done, used = [
        await chamber.propose(ANNA, kind=kind)
        for kind in (Kind.BULK, Kind.SETTINGS, Kind.LEDGER_EXPORT)
    ]
    for each in (agreed, done, used):
        await chamber.approvals.approve(chamber.id, each.id, actor=BEN)
    await chamber.take(ANNA)
    await chamber.propose(BEN)

    pending = await chamber.approvals.pending(chamber.id, ANNA)
    time.pass_by(timedelta(hours=80))
    later = await chamber.approvals.pending(chamber.id, ANNA)

    assert [each.id for each in pending] == [waits.id, agreed.id]
    assert later == []


async def test_a_permit_runs_out(chamber: Chamber, time: MovableTime) -> None:
    request = await chamber.propose(ANNA, kind=Kind.LEDGER_EXPORT)
    time.pass_by(timedelta(hours=71))
    await chamber.approvals.approve(chamber.id, request.id, actor=BEN)
    time.pass_by(timedelta(hours=72))

    assert await chamber.take(ANNA) is None


async def test_of_many_who_use_a_permit_at_once_one_gets_through(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA, kind=Kind.LEDGER_EXPORT)
    await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    taken = await asyncio.gather(*(chamber.take(ANNA) for _ in range(8)))

    assert sum(each is not None for each in taken) == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "a\x00b", "a\tb"])
async def test_whoever_asks_says_why(chamber: Chamber, reason: str) -> None:
    outcome = await chamber.approvals.propose(
        chamber.id, chamber.proposal(reason=reason), actor=ANNA
    )

    assert isinstance(outcome, BadReason)


async def test_nothing_is_asked_for_that_nobody_could_decide_on(chamber: Chamber) -> None:
    chamber.others = 0

    outcome = await chamber.approvals.propose(chamber.id, chamber.proposal(), actor=ANNA)

    assert isinstance(outcome, NobodyToDecide)


async def test_no_more_wait_than_anybody_reads(chamber: Chamber) -> None:
    for _ in range(OPEN_AT_MOST):
        await chamber.propose(ANNA)

    outcome = await chamber.approvals.propose(chamber.id, chamber.proposal(), actor=ANNA)

    assert isinstance(outcome, TooManyOpen)


async def test_lists_are_read_page_by_page_the_newest_first(
    chamber: Chamber, time: MovableTime
) -> None:
    made = []
    for _ in range(5):
        made.append((await chamber.propose(ANNA)).id)
        time.pass_by(timedelta(minutes=1))
    await chamber.approvals.withdraw(chamber.id, made[2], actor=ANNA)

    first = await chamber.approvals.page(chamber.id, most=3, are_open=True)
    rest = await chamber.approvals.page(chamber.id, most=3, after=first.after, are_open=True)
    over = await chamber.approvals.page(chamber.id, most=3, are_open=False)

    assert [each.id for each in first.items] == [made[4], made[3], made[1]]
    assert [each.id for each in rest.items] == [made[0]]
    assert (rest.after, [each.id for each in over.items]) == (None, [made[2]])


async def test_one_organisation_finds_nothing_of_another(chamber: Chamber, house: Storage) -> None:
    request = await chamber.propose(ANNA)
    other = Chamber(house, OrganisationId(new_id()))

    with pytest.raises(NotFound):
        await other.now(request.id)
    with pytest.raises(NotFound):
        await other.approvals.approve(other.id, request.id, actor=BEN)
    assert await other.take(ANNA) is None


async def test_an_organisation_wants_what_its_settings_say(chamber: Chamber) -> None:
    wanted = {
        kind for kind in Kind if await chamber.approvals.needs_second_person(chamber.id, kind)
    }

    # A master PIN always needs two, whatever anybody sets.
    assert wanted == {Kind.MASTER_PIN}


async def test_nothing_happens_that_somebody_shut_out_has_left_behind(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA)
    chamber.shut_out.add(ANNA)

    outcome = await chamber.approvals.approve(chamber.id, request.id, actor=BEN)

    assert isinstance(outcome, Overtaken)
    assert outcome.because == "author_no_longer_allowed"
    assert await chamber.performed() == 0


async def test_a_permit_of_somebody_shut_out_is_good_for_nothing(chamber: Chamber) -> None:
    request = await chamber.propose(ANNA, kind=Kind.LEDGER_EXPORT)
    await chamber.approvals.approve(chamber.id, request.id, actor=BEN)
    chamber.shut_out.add(ANNA)

    assert await chamber.take(ANNA) is None
    assert (await chamber.now(request.id)).used_at is None
