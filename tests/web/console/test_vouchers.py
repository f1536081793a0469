"""Vouchers in the console: what can be lost is said before it is saved, and what was is shown."""

from tests.features.tills.shop import MUG, SET
from tests.web.console.people import Browser, Office
from tests.web.console.test_tills import shop
from watchword.features.clients.rules import Operator
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.rewards.rules import Reward
from watchword.features.tills.terminals.rules import NewTerminal

OFFLINE = "/console/configuration/offline"


async def test_what_can_be_lost_is_said_where_it_is_switched_on(
    owner: Browser, office: Office
) -> None:
    place, whose = await shop(office), office.organisation
    boss = Operator(name="test", organisation=whose)
    for name in ("Till 1", "Till 2", "Till 3"):
        till = await office.services.terminals.register(boss, place, name)
        assert isinstance(till, NewTerminal)
    assert isinstance(await office.services.rewards.create(boss, MUG), Reward)
    assert "At worst" not in await owner.read(f"{OFFLINE}?lang=en")
    async with office.services.storage.begin(whose.id) as transaction:
        await transaction.run(
            SET,
            whose=str(whose.id),
            scope="",
            section=SectionName.OFFLINE,
            content='{"offline_vouchers": true}',
        )

    page = await owner.read(f"{OFFLINE}?lang=en")

    assert "At worst, €300.00 are lost at one location before we hear of its 3 tills" in page


async def test_a_page_without_vouchers_says_where_they_are_switched_on(owner: Browser) -> None:
    page = await owner.read("/console/vouchers?lang=en")

    assert "Vouchers are switched off" in page
    assert OFFLINE in page
