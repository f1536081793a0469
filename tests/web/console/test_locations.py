"""Locations in the console."""

import pytest

from tests.web.console.people import Browser, Office
from tests.web.console.test_configuration import location
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Grant

PATH = "/console/locations"
ENGLISH = "?lang=en"


async def test_an_empty_list_says_what_a_location_is_good_for(owner: Browser) -> None:
    page = await owner.read(f"{PATH}{ENGLISH}")

    assert "Your organisation has no locations yet" in page
    assert "Add the first location" in page


async def test_a_location_is_added_renamed_closed_and_opened_again(
    owner: Browser, office: Office
) -> None:
    added = await owner.send(
        f"{PATH}{ENGLISH}", of=f"{PATH}/new", name="Berlin", time_zone="Europe/Berlin"
    )
    assert added.status_code == 303
    [berlin] = await office.services.configuration.locations.all(office.organisation.id)
    here = f"{PATH}/{berlin.id}"

    await owner.send(f"{here}{ENGLISH}", name="Potsdam", time_zone="")
    assert "Potsdam" in await owner.read(f"{PATH}{ENGLISH}")
    await owner.send(f"{here}/closings{ENGLISH}", of=here)
    assert "closed" in await owner.read(f"{PATH}{ENGLISH}")
    await owner.send(f"{here}/openings{ENGLISH}", of=here)

    [found] = await office.services.configuration.locations.all(office.organisation.id)
    assert (found.name, found.time_zone, found.is_open) == ("Potsdam", None, True)


@pytest.mark.parametrize(
    ("name", "zone", "said"),
    [
        (" ", "", "A name has 1 to 60 characters"),
        ("Berlin", "Europe/Nowhere", "There is no such time zone."),
        ("BERLIN ", "", "Another location is called so."),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    owner: Browser, office: Office, name: str, zone: str, said: str
) -> None:
    await location(office, "Berlin" if "time" not in said else "Potsdam")

    reply = await owner.send(f"{PATH}{ENGLISH}", of=f"{PATH}/new", name=name, time_zone=zone)

    assert reply.status_code == 422
    assert said in reply.text
    assert f'value="{zone}"' in reply.text


async def test_a_form_that_is_resumed_adds_nothing(owner: Browser, office: Office) -> None:
    reply = await owner.send(
        f"{PATH}{ENGLISH}", of=f"{PATH}/new", name="Berlin", time_zone="", resumed="on"
    )

    assert reply.status_code == 200
    assert 'value="Berlin"' in reply.text
    assert await office.services.configuration.locations.all(office.organisation.id) == []


async def test_pages_lead_through_many(owner: Browser, office: Office) -> None:
    for number in range(27):
        await location(office, f"Filiale {number:02}")

    first = await owner.read(f"{PATH}{ENGLISH}")
    rest = await owner.read(f"{PATH}{ENGLISH}&after=filiale+24")

    assert "Filiale 24" in first
    assert "Filiale 25" not in first
    assert "after=filiale+24" in first
    assert "Filiale 25" in rest
    assert "To the beginning" in rest


async def test_whoever_has_a_role_at_one_location_sees_that_one(office: Office) -> None:
    berlin, potsdam = await location(office, "Berlin"), await location(office, "Potsdam")
    local = await office.enter(Role.OWNER, grants=(Grant(Role.OWNER, berlin.id),))

    page = await local.read(f"{PATH}{ENGLISH}")

    assert "Berlin" in page
    assert "Potsdam" not in page
    assert "New location" not in page
    assert (await local.pages.get(f"{PATH}/{potsdam.id}")).status_code == 403
    forbidden = [
        await local.send(PATH, of=f"{PATH}/{berlin.id}", name="Dresden", time_zone=""),
        await local.send(f"{PATH}/{potsdam.id}", of=f"{PATH}/{berlin.id}", name="X", time_zone=""),
        await local.send(f"{PATH}/{potsdam.id}/closings", of=f"{PATH}/{berlin.id}"),
    ]
    assert [reply.status_code for reply in forbidden] == [403, 403, 403]
    own = await local.send(f"{PATH}/{berlin.id}", name="Berlin Mitte", time_zone="")
    assert own.status_code == 303
