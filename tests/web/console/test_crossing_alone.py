"""The way over from Twilio where an organisation wants two people: nobody waits to go back."""

import pytest

from tests.web.console.coming_over import deeds, fill_in, organisation, owner, services, so
from tests.web.console.people import Browser, Office
from tests.web.console.test_approvals import manager, wanting_two
from watchword.features.audit.rules import Action

__all__ = ["manager", "organisation", "owner", "services"]


@pytest.mark.usefixtures("manager")
async def test_one_owner_moves_there_and_back_and_the_ledger_says_who(
    office: Office, owner: Browser
) -> None:
    await wanting_two(owner)

    await fill_in(owner, "save", share="50", countries="AT")
    there = await so(office)
    await fill_in(owner, "save", share="0")

    assert there == (50, {"AT"}, "refuse")
    assert await so(office) == (0, set(), "refuse")
    assert await deeds(office) == [(Action.CROSSING_MOVED, owner.member.actor)] * 2
