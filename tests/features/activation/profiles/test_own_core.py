"""Organisations without a banking core: they are a core themselves, each for its own customers."""

from tests.features.activation.profiles.samples import ALONE
from tests.features.customers.people import phone
from tests.whole_house import dealt, new_client, services
from watchword.features.activation.profiles.rules import Profile, ProfileKind, Terms
from watchword.features.activation.profiles.settings import LineSettings, SetLine
from watchword.features.activation.questions import Asked, Question
from watchword.features.cores.rules import OWN, CoreName, FindBy
from watchword.features.customers.rules import NewCustomer, Origin
from watchword.features.customers.rules import Profile as Person
from watchword.features.organisations.rules import Mode
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["dealt", "services"]

BY_PHONE = Terms(
    name="Callers",
    kind=ProfileKind.STANDARD,
    levels=((Asked(Question.PHONE), Asked(Question.PIN)),),
)


async def test_a_profile_is_set_up_without_a_banking_core(services: Services) -> None:
    client, desk = await new_client(services, "shop", Mode.LIVE), services.telephone.profiles

    chosen = await desk.set_line(client, LineSettings(core=OWN), 0)
    made = await desk.create(client, BY_PHONE)
    refused = await desk.create(client, ALONE)

    assert isinstance(chosen, SetLine)
    assert isinstance(made, Profile)
    assert not isinstance(refused, Profile), "nobody is found there by a member number"


async def test_each_organisation_finds_its_own_customers_and_no_others(services: Services) -> None:
    shop, other = [await new_client(services, name, Mode.LIVE) for name in ("shop", "other")]
    await services.customers.create(
        shop,
        NewCustomer(profile=Person("Anna", "Müller"), contacts=[phone()], origin=Origin.STAFF),
    )

    found = []
    for each in (shop, other):
        core = services.telephone.cores.of(each.organisation, OWN)
        assert core is not None
        found.append(await core.find(FindBy.PHONE, Secret("0170 1234567")))

    assert [len(members) if isinstance(members, list) else None for members in found] == [1, 0]
    assert services.telephone.cores.of(shop.organisation, CoreName("nobodys")) is None
