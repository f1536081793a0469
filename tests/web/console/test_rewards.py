"""Rewards, earn rules, points and the list of who may not redeem, in the console."""

import pytest

from tests.web.console.people import Browser, Office
from watchword.features.clients.rules import Operator
from watchword.features.customers.accounts.rules import AccountId, NewAccount
from watchword.features.customers.rules import Customer, NewCustomer, Origin, Profile
from watchword.features.points.ledger import Balance
from watchword.features.rewards.rules import RewardState
from watchword.features.staff.permissions import Role

ENGLISH = "?lang=en"
REWARDS, RULES, LIST = "/console/rewards", "/console/earn-rules", "/console/redeemers"
MUG = {"name-de": "Becher", "name-en": "Mug", "points": "60", "value": "5,00", "currency": "EUR"}
RULE = {"name": "One per euro", "points": "1", "per_amount": "1", "currency": "EUR"}


async def test_a_reward_is_offered_changed_paused_and_ended(owner: Browser, office: Office) -> None:
    assert "No rewards yet" in await owner.read(f"{REWARDS}{ENGLISH}")
    day = {"stock": "3", "starts_at": "2020-01-01", "ends_at": "2040-12-31"}
    added = await owner.send(f"{REWARDS}{ENGLISH}", of=f"{REWARDS}/new", **MUG, **day)
    assert added.status_code == 303
    [mug] = (await office.services.rewards.page(office.organisation.id, None, 9)).items
    assert (mug.value, mug.stock, str(mug.ends_at)) == (500, 3, "2041-01-01 00:00:00+00:00")
    here = f"{REWARDS}/{mug.id}"
    page = await owner.read(here)
    assert 'value="2040-12-31"' in page
    assert 'value="5.00"' in page

    await owner.send(f"{here}{ENGLISH}", **MUG, **day, version="1", at_least="20,00")
    stale = await owner.send(f"{here}{ENGLISH}", **MUG, version="1")
    assert stale.status_code == 422
    assert "Somebody has changed this meanwhile" in stale.text
    for act, state in (
        ("pauses", RewardState.PAUSED),
        ("resumptions", RewardState.ACTIVE),
        ("endings", RewardState.ENDED),
    ):
        await owner.send(f"{here}/{act}{ENGLISH}", of=here)
        found = await office.services.rewards.find(office.organisation.id, mug.id)
        assert found.state is state
        assert (found.at_least, found.ends_at) == (2000, mug.ends_at)
    assert "over for good" in await owner.read(f"{REWARDS}{ENGLISH}")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("points", "many", "Type a whole number"),
        ("value", "five", "Type a sum of money"),
        ("ends_at", "31.02.2030", "Type a day"),
        ("pos_discount_id", "two words", "This cannot be so"),
        ("currency", "E1", "This cannot be so"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    owner: Browser, field: str, value: str, said: str
) -> None:
    reply = await owner.send(f"{REWARDS}{ENGLISH}", of=f"{REWARDS}/new", **{**MUG, field: value})

    assert reply.status_code == 422
    assert said in reply.text
    assert 'value="Becher"' in reply.text


async def test_an_earn_rule_is_added_paused_and_ended(owner: Browser, office: Office) -> None:
    assert "No earn rules yet" in await owner.read(f"{RULES}{ENGLISH}")
    await owner.send(f"{RULES}{ENGLISH}", of=f"{RULES}/new", **RULE)
    [rule] = (await office.services.earn_rules.page(office.organisation.id, None, 9)).items
    assert rule.terms.per_amount == 100
    here = f"{RULES}/{rule.id}"
    assert "1 point for each €1.00" in await owner.read(f"{RULES}{ENGLISH}")

    await owner.send(f"{here}{ENGLISH}", **{**RULE, "points": "2"}, version="1")
    assert "2 points for each €1.00" in await owner.read(f"{RULES}{ENGLISH}")
    bad = await owner.send(f"{here}{ENGLISH}", **{**RULE, "per_amount": "0"}, version="2")
    assert bad.status_code == 422
    for state in ("paused", "active", "ended"):
        await owner.send(f"{here}/states{ENGLISH}", of=here, state=state)
        found = await office.services.earn_rules.find(office.organisation.id, rule.id)
        assert found.state == state


async def somebody(office: Office, points: int = 40) -> tuple[str, AccountId]:
    """Give the page of the points of a customer with a card, and their account."""
    services = office.services
    caller = Operator(name="test", organisation=office.organisation)
    new = NewCustomer(
        profile=Profile("Anna", "Müller"),
        contacts=(),
        origin=Origin.STAFF,
        account=NewAccount(points=points),
    )
    customer = await services.customers.create(caller, new)
    assert isinstance(customer, Customer)
    card = await services.cards.cards.create(caller, customer.id)
    return f"/console/cards/{card.id}/points", card.account_id  # type: ignore[union-attr]


async def test_staff_set_points_right_with_a_reason_and_see_what_came_and_went(
    owner: Browser, office: Office
) -> None:
    path, account = await somebody(office)

    done = await owner.send(f"{path}{ENGLISH}", points="\u221215", reason="a slip at the till")

    assert done.status_code == 303
    assert await office.services.points.read(office.organisation.id, account) == Balance(
        available=25
    )
    page = await owner.read(f"{path}{ENGLISH}")
    assert "a slip at the till" in page
    assert "-15" in page
    for points, reason, said in (
        ("-26", "a slip at the till", "does not have so many points"),
        ("0", "a slip at the till", "that is not 0"),
        ("x", "a slip at the till", "that is not 0"),
        ("5", "for ann@example.org", "names nobody"),
    ):
        refused = await owner.send(f"{path}{ENGLISH}", points=points, reason=reason)
        assert refused.status_code == 422
        assert said in refused.text


async def test_a_clerk_sees_points_and_rewards_and_changes_none(office: Office) -> None:
    path, _ = await somebody(office)
    clerk = await office.enter(Role.CLERK)

    assert "Set points right" not in await clerk.read(f"{path}{ENGLISH}")
    assert "New reward" not in await clerk.read(f"{REWARDS}{ENGLISH}")
    refused = await clerk.send(f"{path}{ENGLISH}", points="5", reason="a birthday")
    assert refused.status_code == 403


async def test_somebody_is_put_on_the_list_and_taken_off(owner: Browser, office: Office) -> None:
    assert "Everybody may redeem" in await owner.read(f"{LIST}{ENGLISH}")
    for who, until, reason, said in (
        ("nobody", "", "works here", "no telephone number"),
        ("0170 1234567", "2001-01-01", "works here", "still to come"),
        ("0170 1234567", "", "x", "names nobody"),
    ):
        refused = await owner.send(f"{LIST}{ENGLISH}", who=who, until=until, reason=reason)
        assert refused.status_code == 422
        assert said in refused.text

    await owner.send(f"{LIST}{ENGLISH}", who="0170 1234567", until="", reason="works here")
    page = await owner.read(f"{LIST}{ENGLISH}")
    assert "works here" in page
    assert "1234567" not in page
    [block] = (await office.services.blocklist.page(office.organisation.id, None, 9)).items
    lifted = f"{LIST}/{block.contact_id}/liftings{ENGLISH}"
    await owner.send(lifted, of=LIST, reason="has left us")
    assert "Everybody may redeem" in await owner.read(f"{LIST}{ENGLISH}")
