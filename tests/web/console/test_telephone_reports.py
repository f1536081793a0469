"""Reports on the telephone in the console: in pictures, in tables, and as files."""

import csv
import json

from tests.web.console.people import Browser, Office
from tests.web.console.test_telephone import (
    MEMBER,
    a_line,
    new_profile,
    organisation,
    services,
    set_line,
)
from watchword.features.activation.dialogue.steps import (
    EndedBy,
    Event,
    HungUp,
    Typed,
)
from watchword.features.calls.conduct.service import Begun
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import Door, Incoming
from watchword.features.clients.rules import Operator
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["organisation", "services"]

FIGURES, PINS = "/console/telephone/figures", "/console/telephone/pins"


async def called(services: Services, organisation: Organisation, *keys: str) -> None:
    client, conduct = Operator(name="test", organisation=organisation), services.telephone.conduct
    begun = await conduct.begin(client, Incoming(door=Door.TURNS, language="en"))
    assert isinstance(begun, Begun)
    spoken = begun.spoken
    heard: list[Event] = [Typed(Secret(each), EndedBy.TERMINATOR) for each in keys]
    for event in [*heard, HungUp()]:
        assert isinstance(spoken, Answer)
        assert spoken.token is not None
        spoken = await conduct.hear(client, Door.TURNS, begun.id, spoken.token.reveal(), event)


async def counted(services: Services) -> None:
    for count in (services.telephone.surveys, services.telephone.figures):
        while await count.turn():
            continue


async def test_calls_are_seen_by_end_and_step_and_are_saved_as_they_are_seen(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    nothing = await owner.read(FIGURES)
    await set_line(owner, core="books", profile_id=await a_line(owner))
    await called(services, organisation, MEMBER, "4354")
    await called(services, organisation, MEMBER)
    await counted(services)

    page = await owner.read(FIGURES)
    table = await owner.pages.get(f"{FIGURES}/table?span=7d")
    file = (await owner.pages.get(f"{FIGURES}/file")).json()

    assert "No calls in this time" in nothing
    assert "2 calls: 0 with a new PIN, 0 came through" in page
    assert "Hung up" in page
    rows = [*csv.DictReader(table.text.lstrip("\ufeff").splitlines())]
    assert [(row["calls"], row["hung_up"]) for row in rows] == [("0", "0")] * 6 + [("2", "2")]
    assert file["funnel"] == {"called": 2, "identified": 1, "wanted": 1, "proved": 0, "set": 0}
    assert file["scenarios"] == {"pin_eq_ssn_last4": 1}
    assert MEMBER not in page + table.text + json.dumps(file)


async def test_default_pins_are_counted_when_an_owner_wants_it(
    owner: Browser, office: Office, services: Services
) -> None:
    none = await owner.read(PINS)
    await set_line(owner, core="books", profile_id=await a_line(owner))
    analyst = await office.enter(Role.ANALYST)

    before = await analyst.read(PINS)
    refused = await analyst.send(f"{PINS}/surveys", of="/console/account", count="on")
    switched = await owner.send(f"{PINS}/surveys", of=PINS, count="on")
    under_way = await owner.read(PINS)
    await counted(services)
    after = await analyst.read(PINS)
    file = (await analyst.pages.get(f"{PINS}/file")).json()
    table = await analyst.pages.get(f"{PINS}/table")

    assert "Calls are not answered yet" in none
    assert "An owner can have members counted" in before
    assert refused.status_code == 403
    assert switched.status_code == 303
    assert "The first count is under way" in under_way
    [day] = file["days"]
    assert day["default_pins"]["pin_eq_ssn_last4"] == 4
    assert "PIN equals last 4 digits of SSN" in after
    assert f"<dd>{day['standings']['default']} " in after
    assert '"default","pin_eq_ssn_last4","4"' in table.text
    assert MEMBER not in after + table.text


async def test_a_line_that_looks_for_none_is_told_what_to_do(owner: Browser) -> None:
    another = await new_profile(owner, "force_pin_change", {"name": "Other", "questions": "code"})
    await set_line(owner, core="books")
    line = await new_profile(
        owner,
        "standard",
        {
            "name": "Members",
            "levels.1": ["member_number", "pin"],
            "force.is_active": "on",
            "force.profile_id": another,
            "force.scenarios": ["staff_required"],
        },
    )
    await set_line(owner, core="books", profile_id=line)

    assert "switch its customer activation on" in await owner.read(PINS)
