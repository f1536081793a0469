"""Locations: added, renamed, closed and opened again, each in the ledger."""

from datetime import timedelta

import pytest

from tests.stores import MovableTime, found
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.organisations.locations.rules import (
    BadName,
    BadTimeZone,
    Location,
    NameTaken,
    NothingChanged,
    folded,
)
from watchword.features.organisations.locations.service import Locations
from watchword.features.organisations.rules import LocationId
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.storage import Storage

ZONES = ("Europe/Berlin", "America/New_York")


@pytest.fixture
async def whose(house: Storage) -> OrganisationId:
    return (await found(house)).id


@pytest.fixture
def locations(house: Storage) -> Locations:
    return Locations(storage=house, zones=ZONES)


async def added(
    locations: Locations, whose: OrganisationId, name: str = "Berlin", zone: str | None = None
) -> Location:
    made = await locations.add(whose, name=name, time_zone=zone, actor="staff:1")
    assert isinstance(made, Location), made
    return made


async def test_a_location_is_added_and_stands_in_the_ledger(
    locations: Locations, whose: OrganisationId, house: Storage
) -> None:
    made = await added(locations, whose, "Berlin", "Europe/Berlin")

    assert await locations.all(whose) == [made]
    async with house.reading(whose) as transaction:
        [entry] = await AuditStore(transaction, whose).about(f"location:{made.id}")
    assert (entry.action, entry.actor) == (Action.LOCATION_ADDED, "staff:1")
    assert entry.details == {"name": "Berlin"}


async def test_renaming_says_what_it_was_called_before(
    locations: Locations, whose: OrganisationId, house: Storage
) -> None:
    made = await added(locations, whose, "Berlin")

    changed = await locations.change(
        whose, made.id, name="Potsdam", time_zone="Europe/Berlin", actor="staff:2"
    )

    assert isinstance(changed, Location)
    assert (changed.name, changed.time_zone) == ("Potsdam", "Europe/Berlin")
    async with house.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(f"location:{made.id}")
    [entry] = [each for each in entries if each.action is Action.LOCATION_CHANGED]
    assert (entry.details["name_before"], entry.details["name"]) == ("Berlin", "Potsdam")


async def test_a_closed_location_is_kept_and_can_open_again(
    locations: Locations, whose: OrganisationId, time: MovableTime
) -> None:
    made = await added(locations, whose)
    closed_at = time.pass_by(timedelta(days=1))

    closed = await locations.close(whose, made.id, actor="staff:1")
    again = await locations.close(whose, made.id, actor="staff:1")
    opened = await locations.reopen(whose, made.id, actor="staff:1")

    assert isinstance(closed, Location)
    assert closed.closed_at == closed_at
    assert isinstance(again, NothingChanged)
    assert isinstance(opened, Location)
    assert opened.is_open


@pytest.mark.parametrize("name", ["Berlin", "  berlin ", "BERLIN", "\uff22erlin"])
async def test_no_two_locations_are_called_the_same(
    locations: Locations, whose: OrganisationId, name: str
) -> None:
    first, other = await added(locations, whose), await added(locations, whose, "Potsdam")
    await locations.close(whose, first.id, actor="staff:1")

    outcomes = [
        await locations.add(whose, name=name, time_zone=None, actor="staff:1"),
        await locations.change(whose, other.id, name=name, time_zone=None, actor="staff:1"),
    ]

    assert outcomes == [NameTaken(first.id, is_open=False)] * 2


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb", "a\u202eb"])
async def test_a_name_can_be_read(locations: Locations, whose: OrganisationId, name: str) -> None:
    assert await locations.add(whose, name=name, time_zone=None, actor="t") == BadName()


async def test_a_time_zone_is_one_that_there_is(
    locations: Locations, whose: OrganisationId
) -> None:
    outcome = await locations.add(whose, name="Berlin", time_zone="Berlin", actor="t")

    assert outcome == BadTimeZone()


async def test_pages_go_by_name(locations: Locations, whose: OrganisationId) -> None:
    for name in ("Zwickau", "Aachen", "Mölln"):
        await added(locations, whose, name)

    first = await locations.page(whose, most=2)
    rest = await locations.page(whose, most=2, after=first[-1].known_as)

    assert [each.name for each in (*first, *rest)] == ["Aachen", "Mölln", "Zwickau"]


async def test_one_organisation_finds_no_location_of_another(
    locations: Locations, whose: OrganisationId
) -> None:
    made = await added(locations, whose)

    with pytest.raises(NotFound):
        await locations.find(OrganisationId(new_id()), made.id)
    with pytest.raises(NotFound):
        await locations.close(whose, LocationId(new_id()), actor="t")


def test_names_are_known_whatever_their_case_and_space() -> None:
    assert folded("  Groß  Enhain ") == folded("GROSS ENHAIN")
