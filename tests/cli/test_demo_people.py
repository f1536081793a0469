"""The customers of a demonstration: whom one meets there, and that nobody of them exists."""

import csv
import io
from collections import Counter

import pytest

from tests.whole_house import dealt, services
from watchword.cli.demo_cards import settle
from watchword.cli.demo_people import COUNT, HEADINGS, MEANS, customers
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.organisations.rules import Mode, Organisation
from watchword.wiring import Services

__all__ = ["dealt", "services"]

MOBILES = ("017139200", "0176040690")
LANDLINES = ("03023125", "04066969", "02214710", "08999998", "06990009")


@pytest.fixture
async def garden_centre(services: Services) -> Organisation:
    made = await services.organisations.found(
        slug="sonnenhof", name="Sonnenhof", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(made, Organisation)
    return made


def rows() -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(customers().decode()), delimiter=";")]


def test_they_are_the_same_every_time() -> None:
    assert customers() == customers()
    assert len(rows()) == COUNT
    assert {*rows()[0]} == {*HEADINGS}


def test_nobody_of_them_can_be_reached() -> None:
    for row in rows():
        mobile, phone = row["Mobil"].replace(" ", ""), row["Telefon"].replace(" ", "")
        assert not mobile or mobile.startswith(MOBILES)
        assert not phone or phone.startswith(LANDLINES)
        assert not row["E-Mail"] or row["E-Mail"].endswith("@example.org")


def test_every_way_of_verification_occurs() -> None:
    assert {row["Verifiziert durch"] for row in rows()} == {"", *MEANS}
    assert {*MEANS} == {*Means}


async def test_all_come_in_and_every_page_is_alive(
    services: Services, garden_centre: Organisation
) -> None:
    assert await settle(services, garden_centre) == COUNT

    cards, after = list[Card](), None
    while True:
        page = await services.cards.cards.page(garden_centre.id, after=after, most=100)
        cards += page.items
        after = page.after
        if after is None:
            break
    states = Counter(card.state for card in cards)
    assert states[CardState.VERIFIED] > 100
    assert states[CardState.UNVERIFIED] > 50
    assert states[CardState.BLOCKED] == 2
    assert {card.method for card in cards} == {None, *Means}
    assert len((await services.duplicates.page(garden_centre.id, None, 25)).items) >= 3


async def test_they_are_there_once(services: Services, garden_centre: Organisation) -> None:
    await settle(services, garden_centre)

    assert await settle(services, garden_centre) == 0
