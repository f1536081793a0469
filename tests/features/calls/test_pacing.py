"""Much that goes wrong at once is met by a person, and one honest caller by nobody."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.calls.lines import client_of
from tests.stores import NOON, MovableTime, found, new_organisations
from watchword.features.calls.pacing.rules import FROM_ONE, ON_THE_LINE, Well, is_tripped
from watchword.features.calls.pacing.service import Pacing
from watchword.features.clients.rules import Caller
from watchword.features.limits.rules import Budget
from watchword.features.webhooks.events import Event, body_of
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage, Transaction

ONE, OTHER = Secret("+15551230100"), Secret("+15551230101")


class Desk:
    def __init__(self, house: Storage, client: Caller) -> None:
        self._house = house
        self._client = client
        self._pacing = Pacing(organisations=new_organisations(house), news=self)
        self.heard: list[Event] = []

    async def note(
        self, transaction: Transaction, organisation_id: OrganisationId, event: Event
    ) -> None:
        """Hear what webhooks would tell."""
        self.heard.append(event)

    def announce(self, organisation_id: OrganisationId) -> None:
        """Be the bell of webhooks."""

    async def fail(self, times: int, number: Secret | None) -> int:
        """Guess so often; give how many of that may be judged."""
        return sum([await self.charge(number) for _ in range(times)])

    async def charge(self, number: Secret | None) -> bool:
        async with self._house.begin(self._client.organisation.id) as transaction:
            return await self._pacing.charge(transaction, self._client, number)

    async def pass_(
        self, times: int, number: Secret | None = None, *, was_right: bool = True
    ) -> None:
        for _ in range(times):
            assert await self.charge(number)
            async with self._house.begin(self._client.organisation.id) as transaction:
                await self._pacing.take_back(transaction, self._client, number, was_right=was_right)

    async def noted(self) -> int:
        async with self._house.reading(self._client.organisation.id) as transaction:
            entries = await transaction.all("select action from audit_entries")
        return [row["action"] for row in entries].count("telephone_line.sprayed")

    async def takes(self, number: Secret | None) -> bool:
        async with self._house.begin(self._client.organisation.id) as transaction:
            return await self._pacing.is_open(transaction, self._client, number)

    async def keys(self) -> str:
        async with self._house.reading(self._client.organisation.id) as transaction:
            rows = await transaction.all("select key from budgets")
        return " ".join(row["key"] for row in rows)


@pytest.fixture
async def desk(house: Storage) -> Desk:
    return Desk(house, client_of(await found(house, "bank")))


async def test_one_telephone_from_which_too_much_goes_wrong_is_not_taken_for_an_hour(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(FROM_ONE.sends[0].most, ONE)

    assert not await desk.takes(ONE)
    assert await desk.takes(OTHER)
    assert await desk.takes(None)
    time.pass_by(timedelta(hours=1, seconds=1))
    assert await desk.takes(ONE)


async def test_a_line_on_which_too_much_goes_wrong_takes_nobody_for_a_while(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(ON_THE_LINE.least, None)

    assert not await desk.takes(OTHER)
    time.pass_by(timedelta(minutes=11))
    assert await desk.takes(OTHER)


async def test_who_tries_many_is_met_before_a_guess_and_not_only_before_a_call(desk: Desk) -> None:
    judged = await asyncio.gather(*(desk.charge(None) for _ in range(2 * ON_THE_LINE.least)))

    assert judged.count(True) == ON_THE_LINE.least


async def test_where_much_goes_well_a_share_may_go_wrong_and_no_more_than_so_much(
    desk: Desk,
) -> None:
    await desk.pass_(1_000)

    assert await desk.fail(600, None) == ON_THE_LINE.absolute < 500
    assert not await desk.takes(OTHER)


async def test_what_nobody_could_judge_makes_no_room_for_what_is_wrong(desk: Desk) -> None:
    await desk.pass_(4 * ON_THE_LINE.least, was_right=False)

    assert await desk.fail(ON_THE_LINE.least + 50, None) == ON_THE_LINE.least


async def test_a_line_on_which_pins_are_tried_is_told_of_once_in_a_while(
    desk: Desk, time: MovableTime
) -> None:
    await desk.fail(ON_THE_LINE.least + 20, None)
    await desk.takes(OTHER)
    once, [event] = await desk.noted(), desk.heard
    time.pass_by(timedelta(minutes=9))
    await desk.takes(OTHER)

    assert (once, await desk.noted()) == (1, 1)
    assert b"telephone_line.sprayed" in body_of(event)
    assert not await desk.takes(OTHER)


@given(st.integers(0, 20), st.integers(0, 400))
def test_honest_calls_trip_nothing(wrong: int, right: int) -> None:
    """One in a hundred is a slip, or fewer than somebody who tries many ever stays with."""
    wrong = max(wrong, right // 100)
    bad, well = Budget(sends=(NOON,) * wrong), Well()
    for _ in range(right):
        well = well.one_more(NOON)

    assert well.since(NOON - timedelta(seconds=1)) == right
    assert not is_tripped(ON_THE_LINE, bad, well, NOON)


async def test_what_was_right_counts_for_no_telephone(desk: Desk) -> None:
    await desk.pass_(2 * FROM_ONE.sends[0].most, ONE)

    assert await desk.takes(ONE)


async def test_a_few_slips_are_in_nobodys_way(desk: Desk) -> None:
    await desk.fail(FROM_ONE.sends[0].most - 1, ONE)

    assert await desk.takes(ONE)


async def test_no_number_is_kept(desk: Desk) -> None:
    await desk.fail(1, ONE)

    assert "5551230100" not in await desk.keys()


async def test_each_organisation_counts_by_itself(desk: Desk, house: Storage) -> None:
    await desk.fail(ON_THE_LINE.least, None)

    assert await Desk(house, client_of(await found(house, "other"))).takes(ONE)
