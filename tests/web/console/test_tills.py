"""Tills and the master PIN in the console, and the report on exceptions."""

import re

import pytest

from tests.web.console.people import Browser, Office
from watchword.features.approvals.rules import Kind
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.redemptions.master_pins.pins import read_pin
from watchword.features.redemptions.overrides.rules import Exceptional
from watchword.features.redemptions.overrides.rules import Kind as Use
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague

ENGLISH = "?lang=en"
EXCEPTIONS = "/console/exceptions"


async def shop(office: Office) -> LocationId:
    added = await office.services.configuration.locations.add(
        office.organisation.id, name="Nord", time_zone=None, actor="test"
    )
    assert isinstance(added, Location)
    return added.id


def tills(place: LocationId) -> str:
    return f"/console/locations/{place}/tills"


async def test_a_till_is_registered_shown_once_renamed_and_revoked(
    owner: Browser, office: Office
) -> None:
    place = await shop(office)
    here = tills(place)
    made = await owner.send(f"{here}{ENGLISH}", of=here, name="Till 1")
    (credential,) = re.findall(r'value="(wt_[0-9a-f]{64})"', made.text)
    (till,) = await office.services.terminals.at(office.organisation.id, place)

    assert made.status_code == 200
    assert "<svg" in made.text
    assert credential not in await owner.read(here)
    again = await owner.send(f"{here}{ENGLISH}", of=here, name="till 1")
    assert again.status_code == 422
    assert "Another till here is called so" in again.text
    await owner.send(f"{here}/{till.id}/names", of=here, name="Door")
    await owner.send(f"{here}/{till.id}/revocations", of=here)
    (after,) = await office.services.terminals.at(office.organisation.id, place)
    assert (after.name, after.is_good) == ("Door", False)


async def test_a_master_pin_takes_two_and_is_shown_once_to_whoever_asked(
    owner: Browser, office: Office
) -> None:
    place = await shop(office)
    here = tills(place)
    alone = await owner.send(f"{here}/master-pin{ENGLISH}", of=here, days="30")
    assert alone.status_code == 422
    assert "Somebody else has to agree" in alone.text

    second = await office.enter(Role.OWNER, name="Second")
    await owner.send(f"{here}/master-pin/proposals", of=here, reason="new season")
    (asked,) = (
        await office.services.configuration.approvals.page(
            office.organisation.id, most=9, are_open=True
        )
    ).items
    assert asked.kind is Kind.MASTER_PIN
    assert "waits for somebody else" in await owner.read(f"{here}{ENGLISH}")
    await office.services.configuration.approvals.approve(
        office.organisation.id, asked.id, actor=second.member.actor
    )
    made = await owner.send(f"{here}/master-pin{ENGLISH}", of=here, days="7")

    (spelled,) = re.findall(r"<output>([0-9 ]+)</output>", made.text)
    assert read_pin(spelled) is not None
    page = await owner.read(f"{here}{ENGLISH}")
    assert spelled not in page
    assert "in force" in page
    await owner.send(f"{here}/master-pin/endings", of=here)
    assert "No master PIN is in force" in await owner.read(f"{here}{ENGLISH}")


async def test_the_report_shows_each_and_gives_a_table_without_names_of_customers(
    owner: Browser, office: Office
) -> None:
    assert "Nobody was let through" in await owner.read(f"{EXCEPTIONS}{ENGLISH}")
    place = await shop(office)
    boss = Colleague(member=owner.member, organisation=office.organisation)
    async with office.services.storage.begin(office.organisation.id) as transaction:
        for _ in range(4):
            wanted = Exceptional(
                kind=Use.MASTER_PIN,
                session_id=None,
                customer_id=None,
                location_id=place,
                terminal_id=None,
                staff=boss.actor,
                value=500,
                currency="EUR",
            )
            await office.services.overrides.note(transaction, boss, wanted)

    page = await owner.read(f"{EXCEPTIONS}{ENGLISH}&days=7")
    table = await owner.pages.get(f"{EXCEPTIONS}/table?days=7")

    assert "Many in a short time" in page
    assert '<svg class="columns"' in page
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.count("master_pin") == 4
    assert "looks odd" in await owner.read(f"/console{ENGLISH}")


@pytest.mark.parametrize("ticked", [True, False])
async def test_a_key_that_needs_no_code_is_made_by_whoever_says_so_twice(
    owner: Browser, *, ticked: bool
) -> None:
    sent = {"is_known": "on"} if ticked else {}
    made = await owner.send(
        f"/console/api-keys{ENGLISH}",
        of="/console/api-keys/new",
        label="kiosk",
        scope="wallets:direct",
        **sent,
    )

    assert made.status_code == (200 if ticked else 422)
    assert ("Say that you mean it" in made.text) is not ticked
