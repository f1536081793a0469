"""What stands in the ledger is said in words, and names people as far as one may see them."""

import re
from dataclasses import replace

from tests.web.console.people import Browser, Office
from tests.web.console.test_ledger import LIST, english, lifted, newest, write
from watchword.features.audit.rules import Action, Entry
from watchword.features.organisations.rules import Organisation
from watchword.features.staff.permissions import Role
from watchword.foundation.ids import new_id
from watchword.wiring import Services

SHORTENED = re.compile(r">challenge:…?([0-9a-f]{8})…?<")


def detailed(**details: str) -> Entry:
    return Entry(
        action=Action.CHALLENGE_OPENED, actor="machine:plan", target="challenge-1", details=details
    )


class TestDetails:
    async def test_are_said_in_the_words_of_the_reader(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, detailed(purpose="card_verification", channel="sms"))

        assert "Zweck: Karte verifizieren · Kanal: SMS" in await owner.read(LIST)
        assert "purpose: Verify a card · channel: Text message" in await owner.read(english(LIST))

    async def test_that_say_nothing_are_left_out(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, detailed(channel="letter", reason=""))
        entry = await newest(services, organisation, Action.CHALLENGE_OPENED)

        for path in (LIST, f"{LIST}/{entry.id}"):
            page = (await owner.read(english(path))).lower()
            assert "letter" in page
            assert "reason" not in page

    async def test_name_staff_to_whoever_may_see_staff(
        self, office: Office, services: Services, organisation: Organisation
    ) -> None:
        clerk = await office.enter(Role.CLERK, name="Anneliese Kowalski")
        manager, analyst = await office.enter(Role.MANAGER), await office.enter(Role.ANALYST)
        await write(services, organisation, detailed(approved_by=clerk.member.actor))
        entry = await newest(services, organisation, Action.CHALLENGE_OPENED)

        for path in (LIST, f"{LIST}/{entry.id}"):
            assert "Anneliese Kowalski" in await manager.read(english(path))
            page = await analyst.read(english(path))
            assert "Anneliese Kowalski" not in page
            assert "A member of staff" in page

    async def test_tell_a_change_of_settings_as_the_settings_do(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        told = {"methods.before": "sms, letter", "methods.after": "none (inherited)"}
        await write(services, organisation, detailed(**told))

        page = await owner.read(english(LIST))

        assert "Methods, before: SMS, Letter" in page
        assert "Methods, after: none (inherited again)" in page


class TestWho:
    async def test_is_shown_by_name_to_whoever_may_see_staff(
        self, office: Office, services: Services, organisation: Organisation
    ) -> None:
        clerk = await office.enter(Role.CLERK, name="Anneliese Kowalski")
        manager = await office.enter(Role.MANAGER)
        analyst = await office.enter(Role.ANALYST)
        await write(services, organisation, lifted(clerk.member.actor, clerk.member.actor))

        assert "Anneliese Kowalski" in await manager.read(english(LIST))
        page = await analyst.read(english(LIST))
        assert "Anneliese Kowalski" not in page
        assert "A member of staff" in page

    async def test_is_an_application_by_its_label(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        key, _ = await services.clients.create(organisation, label="checkout", actor="test")
        await write(services, organisation, lifted(f"api_key:{key.id}"))

        assert ">checkout</a>" in await owner.read(english(LIST))

    async def test_is_watchword_itself_where_nobody_did_anything(
        self, owner: Browser, services: Services, organisation: Organisation
    ) -> None:
        await write(services, organisation, lifted("machine:plan"))

        assert "Watchword itself" in await owner.read(english(LIST))


async def test_things_that_came_in_one_minute_are_told_apart(
    owner: Browser, services: Services, organisation: Organisation
) -> None:
    ids = [new_id() for _ in range(2)]
    for id in ids:
        await write(
            services, organisation, replace(detailed(channel="sms"), target=f"challenge:{id}")
        )

    page = await owner.read(english(LIST))

    shown = {said for said in SHORTENED.findall(page) if said in "".join(map(str, ids))}
    assert len(shown) == 2
