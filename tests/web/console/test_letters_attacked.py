"""What somebody tries who wants letters, for each of them has a code in it."""

from tests.features.letters.post_room import PostRoom
from tests.web.console.forced import english
from tests.web.console.people import Browser, Office
from tests.web.console.test_configuration import filled, save
from tests.web.console.test_letters import BACK, LIST, collected, organisation, owner, room
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.staff.permissions import Role
from watchword.wiring import Services

__all__ = ["organisation", "owner", "room"]


async def takes_nothing(browser: Browser, batch: str, of: str) -> list[int]:
    """Try to get at the letters of a batch; say what came of each try."""
    tries = [await browser.send(f"{batch}/parcels", of=of) for _ in range(2)]
    assert all("zip" not in each.headers.get("content-type", "") for each in tries)
    return [each.status_code for each in tries]


async def test_letters_are_taken_out_by_whoever_prints_them_once_released_and_until_handed_over(
    office: Office, services: Services, owner: Browser, room: PostRoom
) -> None:
    elsewhere = await services.organisations.found(
        slug="moonhof", name="Moon", mode=Mode.LIVE, country="DE", locale="de", actor="test"
    )
    assert isinstance(elsewhere, Organisation)
    clerk = await office.enter(Role.CLERK)
    stranger = await Office(services, elsewhere, office.transport).enter(Role.OWNER)
    second = english(await office.enter(Role.MANAGER))
    fields = {**(await filled(owner, "approvals")), "bulk": "on", "life_hours": "72"}
    await save(owner, "approvals", fields)
    await room.write()
    batch = await collected(owner)

    assert await takes_nothing(owner, batch, batch) == [422, 422]
    await owner.send(f"{batch}/releases", of=batch)
    asked = await owner.send(f"{batch}/proposals", of=batch, reason="November letters")
    request = asked.headers["Location"].partition("?")[0]
    await room.draw()
    assert await takes_nothing(owner, batch, batch) == [422, 422]
    await second.send(f"{request}/decisions", of=request, do="approve")
    assert await takes_nothing(owner, batch, batch) == [422, 422]
    await owner.send(f"{batch}/releases", of=batch)
    await room.draw()

    assert await takes_nothing(clerk, batch, BACK) == [403, 403]
    assert await takes_nothing(stranger, batch, BACK) == [404, 404]
    got = await owner.send(f"{batch}/parcels", of=batch)
    assert got.headers["Content-Type"] == "application/zip"
    await owner.send(f"{batch}/handovers", of=batch)
    assert await takes_nothing(owner, batch, LIST) == [422, 422]
