"""Codes before landing pages: a stranger who has a link can ask for them."""

from datetime import timedelta

from tests.stores import MovableTime
from tests.whole_house import asked, shown
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.verdicts import TooMany
from watchword.features.clients.rules import Client
from watchword.wiring import Services

DAY = timedelta(days=1)


async def test_three_a_day_are_sent_and_take_none_from_others(
    services: Services, shop: Client, time: MovableTime
) -> None:
    noon, before_a_page = time(), asked(purpose=Purpose.LANDING_PAGE)
    for _ in range(3):
        shown(await services.challenges.open(shop, before_a_page))
        time.pass_by(timedelta(minutes=30))

    assert await services.challenges.open(shop, before_a_page) == TooMany(noon + DAY)
    for _ in range(5):
        shown(await services.challenges.open(shop, asked(purpose=Purpose.REDEMPTION)))
    assert isinstance(await services.challenges.open(shop, asked()), TooMany)
    time.pass_by(DAY - timedelta(minutes=90))
    shown(await services.challenges.open(shop, before_a_page))
