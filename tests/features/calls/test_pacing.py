"""Much that goes wrong at once is met by a person, and one honest caller by nobody."""

from datetime import timedelta

import pytest

from tests.features.calls.lines import client_of
from tests.stores import MovableTime, found, new_organisations
from watchword.features.calls.pacing.service import FROM_ONE, ON_THE_LINE, Pacing
from watchword.features.clients.rules import Caller
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

ONE, OTHER = Secret("+15551230100"), Secret("+15551230101")


class Desk:
    def __init__(self, house: Storage, client: Caller) -> None:
        self._house = house
        self._client = client
        self._pacing = Pacing(organisations=new_organisations(house))

    async def fail(self, times: int, number: Secret | None) -> None:
        for _ in range(times):
            async with self._house.begin(self._client.organisation.id) as transaction:
                await self._pacing.failed(transaction, self._client, number)

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
    await desk.fail(ON_THE_LINE.sends[0].most, None)

    assert not await desk.takes(OTHER)
    time.pass_by(timedelta(minutes=11))
    assert await desk.takes(OTHER)


async def test_a_few_slips_are_in_nobodys_way(desk: Desk) -> None:
    await desk.fail(FROM_ONE.sends[0].most - 1, ONE)

    assert await desk.takes(ONE)


async def test_no_number_is_kept(desk: Desk) -> None:
    await desk.fail(1, ONE)

    assert "5551230100" not in await desk.keys()


async def test_each_organisation_counts_by_itself(desk: Desk, house: Storage) -> None:
    await desk.fail(ON_THE_LINE.sends[0].most, None)

    assert await Desk(house, client_of(await found(house, "other"))).takes(ONE)
