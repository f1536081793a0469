"""An address that no envelope shows is refused before anybody has paid for a letter."""

import pytest

from tests.features.letters.post_room import PostRoom, asked_for, home
from tests.whole_house import Dealt
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import NoWay
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.routes import FOLDER
from watchword.wiring import Services

OF_80 = "Maximiliane-Friederike Freifrau von Hohenzollern-Sigmaringen zu Beispielhausen X"
AS_ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def room(services: Services, shop: Client, dealt: Dealt) -> PostRoom:
    return PostRoom(services, shop, dealt)


async def asked(room: PostRoom, contact: Contact) -> object:
    return await room.services.challenges.open(room.client, asked_for(contact))


@pytest.mark.parametrize(
    "contact",
    [home(OF_80), home(street="Am Deich"), home("שרה כהן-לוי"), home("محمد عبد الله")],
    ids=["80 characters", "no house number", "Hebrew", "Arabic"],
)
async def test_what_is_only_unusual_goes_by_post(room: PostRoom, contact: Contact) -> None:
    assert isinstance(await asked(room, contact), Shown)


@pytest.mark.parametrize(
    ("name", "because"),
    [(AS_ONE_WORD, "wider than the window"), ("王小明", "cannot draw")],
)
async def test_what_fits_no_window_is_refused_with_its_reason(
    room: PostRoom, name: str, because: str
) -> None:
    refused = await asked(room, home(name))

    assert isinstance(refused, NoWay)
    assert because in (refused.because or "")
    assert name not in (refused.because or "")


async def test_what_was_refused_costs_nothing_and_sends_nothing(room: PostRoom) -> None:
    for _ in range(3):
        assert isinstance(await asked(room, home(AS_ONE_WORD)), NoWay)

    assert await room.services.deliveries.claim(FOLDER, 100) == []
    assert isinstance(await asked(room, home()), Shown)
