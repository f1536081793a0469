"""Plans that organisations declare for themselves."""

import pytest

from tests.features.routing.crossroads import EQUALS, PURPOSE, ROUTES, SMS, VOICE, Crossroads
from tests.stores import found, new_requests
from watchword.features.audit.rules import Action
from watchword.features.clients.rules import Client, Scope
from watchword.features.clients.service import Clients
from watchword.features.contacts.channels import Channel
from watchword.features.organisations.rules import Mode
from watchword.features.routing.rules import (
    Plan,
    Step,
)
from watchword.features.routing.service import BadPlan, Plans
from watchword.foundation.storage import Storage


class TestDeclaring:
    @pytest.fixture
    async def client(self, crossroads: Crossroads) -> Client:
        key, _ = await Clients(
            storage=crossroads.storage,
            requests=new_requests(crossroads.storage),
        ).create(crossroads.organisation, label="test", scopes=frozenset(Scope), actor="test")
        return Client(key=key, organisation=crossroads.organisation)

    @pytest.fixture
    def plans(self, crossroads: Crossroads) -> Plans:
        house = {"step_up": Plan((VOICE,))}
        return Plans(storage=crossroads.storage, routes=ROUTES, house=house)

    async def test_a_plan_puts_it_in_force_until_it_is_withdrawn(
        self, plans: Plans, client: Client
    ) -> None:
        for steps in ((SMS,), (EQUALS, VOICE)):
            assert await plans.declare(client, "step_up", Plan(steps)) is None
        [own] = await plans.all(client.organisation)
        assert (own.plan, own.is_own) == (Plan((EQUALS, VOICE)), True)

        assert await plans.withdraw(client, "step_up")
        assert not await plans.withdraw(client, "step_up")
        [house] = await plans.all(client.organisation)
        assert (house.plan, house.is_own) == (Plan((VOICE,)), False)

    async def test_a_plan_that_cannot_be_is_refused_and_not_kept(
        self, plans: Plans, client: Client
    ) -> None:
        refused = await plans.declare(client, PURPOSE, Plan((Step(Channel.SMS, ("c",), 1),)))

        assert isinstance(refused, BadPlan)
        assert len(refused.faults) == 2
        assert [each.purpose for each in await plans.all(client.organisation)] == ["step_up"]

    async def test_is_nothing_to_other_organisations(
        self, plans: Plans, client: Client, house: Storage
    ) -> None:
        other = await found(house, "other", mode=Mode.LIVE)
        await plans.declare(client, PURPOSE, Plan((VOICE,)))

        assert [each.purpose for each in await plans.all(other)] == ["step_up"]

    async def test_is_written_into_the_audit(
        self, plans: Plans, client: Client, house: Storage
    ) -> None:
        await plans.declare(client, PURPOSE, Plan((VOICE,)))
        await plans.withdraw(client, PURPOSE)
        await plans.withdraw(client, PURPOSE)

        async with house.reading(client.organisation.id) as transaction:
            rows = await transaction.all(
                "select action from audit_entries where target = :purpose", purpose=PURPOSE
            )
        assert sorted(row["action"] for row in rows) == sorted(
            [Action.PLAN_DECLARED, Action.PLAN_WITHDRAWN]
        )

    async def test_a_test_organisation_may_name_whatever_it_will_have_one_day(
        self, plans: Plans, house: Storage
    ) -> None:
        tester = await found(house, "tester")
        key, _ = await Clients(storage=house, requests=new_requests(house)).create(
            tester, label="test", scopes=frozenset(Scope), actor="test"
        )

        plan = Plan((Step(Channel.WHATSAPP, ("meta", "twilio")),))
        assert await plans.declare(Client(key=key, organisation=tester), PURPOSE, plan) is None
