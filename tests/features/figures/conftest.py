"""What tests of figures stand on: a ladder of providers that are played by hand."""

from collections.abc import AsyncIterator

import pytest

from tests.features.challenges.ladder import Ladder, ladder_in
from tests.stores import MovableTime
from tests.whole_house import dealt

__all__ = ["dealt"]

PRICES = {"currency": "EUR", "rows": [{"channel": "sms", "price": "0.075"}]}


@pytest.fixture
async def ladder(migrated: str, time: MovableTime, dealt: object) -> AsyncIterator[Ladder]:
    async with ladder_in(migrated, time, dealt, prices=PRICES) as ladder:  # type: ignore[arg-type]
        yield ladder
