"""What a purchase earns, and that it earns once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.features.customers.people import phone
from tests.features.points.tills import Till
from tests.stores import NOON
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import Changes
from watchword.features.organisations.rules import LocationId
from watchword.features.points.earning.rules import (
    BadTerms,
    EarnRule,
    EarnRuleId,
    Purchase,
    RuleEnded,
    RuleOutOfDate,
    State,
    Terms,
    Yield,
    changed,
    earns,
    find_fault,
    made,
)
from watchword.features.points.ledger import Balance, Kind, OutOfRange, TooFewPoints, Transfer
from watchword.features.points.service import target_of
from watchword.features.points.verdicts import (
    Adjustment,
    Earned,
    EarnedBefore,
    OtherPurchase,
    OwnAccount,
)
from watchword.features.staff.rules import Colleague, Reasonless, StaffId, StaffMember, StaffState
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id

HERE = LocationId(UUID(int=1))
TERMS = Terms(name="All", points=2, per_amount=100, currency="EUR")
RULE = made(EarnRuleId(UUID(int=2)), TERMS, NOON)
BOUGHT = Purchase(amount=1099, currency="EUR", order_id="order-1", location_id=HERE)


def gained(rule: EarnRule, **terms: object) -> int:
    told = earns([replace(rule, terms=replace(TERMS, **terms))], BOUGHT, NOON)  # type: ignore[arg-type]
    assert isinstance(told, Yield)
    return told.points


def test_each_whole_amount_earns_and_what_is_left_over_does_not() -> None:
    assert gained(RULE) == 20
    assert gained(RULE, per_amount=1099) == 2
    assert gained(RULE, per_amount=1100) == 0


@pytest.mark.parametrize(
    "terms",
    [
        {"currency": "CHF"},
        {"at_least": 1100},
        {"locations": frozenset({LocationId(UUID(int=9))})},
        {"starts_at": NOON + timedelta(seconds=1)},
        {"ends_at": NOON},
    ],
)
def test_a_rule_that_does_not_hold_gives_nothing(terms: dict[str, object]) -> None:
    assert gained(RULE, **terms) == 0


def test_all_rules_that_hold_are_added_up_and_named() -> None:
    second = made(EarnRuleId(UUID(int=3)), replace(TERMS, locations=frozenset({HERE})), NOON)
    paused = replace(RULE, id=EarnRuleId(UUID(int=4)), state=State.PAUSED)

    assert earns([RULE, second, paused], BOUGHT, NOON) == Yield(40, (RULE.id, second.id))


def test_more_than_a_transfer_holds_is_refused() -> None:
    generous = replace(RULE, terms=replace(TERMS, points=10_000, per_amount=1))

    assert earns([generous], replace(BOUGHT, amount=10**9), NOON) == OutOfRange()


def test_a_rule_changes_as_somebody_saw_it_and_never_again_when_it_is_over() -> None:
    assert changed(RULE, TERMS, State.PAUSED, 7, NOON) == RuleOutOfDate(1)
    over = changed(RULE, TERMS, State.ENDED, 1, NOON)
    assert isinstance(over, EarnRule)
    assert changed(over, TERMS, State.ACTIVE, 2, NOON) == RuleEnded()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": ""}, "name"),
        ({"points": 0}, "points"),
        ({"per_amount": 0}, "per_amount"),
        ({"at_least": -1}, "at_least"),
        ({"currency": "€"}, "currency"),
        ({"starts_at": NOON, "ends_at": NOON}, "ends_at"),
    ],
)
def test_what_cannot_be_is_named(terms: dict[str, object], field: str) -> None:
    fault = find_fault(replace(TERMS, **terms))  # type: ignore[arg-type]

    assert isinstance(fault, BadTerms)
    assert fault.field == field


async def test_an_order_earns_once_and_is_told_as_often_as_asked(till: Till) -> None:
    await till.rules.create(till.shop.caller, TERMS)
    account, bought = await till.account(5), replace(BOUGHT, location_id=None)

    first = await till.points.earn(till.shop.caller, account, bought)
    again = await till.points.earn(till.shop.caller, account, bought)

    assert isinstance(first, Earned)
    assert isinstance(again, EarnedBefore)
    assert again.transfer == first.transfer
    assert await till.balance(account) == Balance(available=25)
    assert await till.opening(account) == 5


async def test_an_order_of_somebody_else_or_of_another_amount_is_refused(till: Till) -> None:
    account, other = await till.account(0), await till.account(0)
    bought = replace(BOUGHT, location_id=None)
    await till.points.earn(till.shop.caller, account, bought)

    for id, purchase in ((other, bought), (account, replace(bought, amount=1))):
        told = await till.points.earn(till.shop.caller, id, purchase)
        assert told == OtherPurchase()


async def test_an_order_of_before_a_merge_is_known_after_it(till: Till) -> None:
    await till.rules.create(till.shop.caller, TERMS)
    into, other = await till.account(0), await till.account(0)
    bought = replace(BOUGHT, location_id=None)
    await till.points.earn(till.shop.caller, other, bought)
    assert await till.unite(into, other)

    told = await till.points.earn(till.shop.caller, other, bought)

    assert isinstance(told, EarnedBefore)
    assert await till.balance(other) == await till.balance(into) == Balance(available=20)


async def test_a_purchase_nowhere_earns_nothing(till: Till) -> None:
    account = await till.account(0)

    told = await till.points.earn(till.shop.caller, account, BOUGHT)

    assert told == BadTerms("location_id", "There is no such location.")


async def test_staff_set_points_right_with_a_reason_that_stays(till: Till) -> None:
    account = await till.account(10)

    given = await till.points.adjust(till.shop.caller, account, 15, " a birthday ")
    taken = await till.points.adjust(till.shop.caller, account, -26, "a slip")

    assert isinstance(given, Adjustment)
    assert given.transfer.reason == "a birthday"
    assert given.balance == Balance(available=25)
    assert taken == TooFewPoints(25)
    (line,) = await till.transfers(account)
    assert line == given.transfer
    async with till.shop.storage.reading(till.whose.id) as transaction:
        (entry,) = await AuditStore(transaction, till.whose.id).about(target_of(account))
    assert entry.action is Action.POINTS_ADJUSTED
    assert entry.details == {"points": 15, "reason": "a birthday"}


async def test_nothing_is_adjusted_without_reason_or_by_nothing(till: Till) -> None:
    account = await till.account(10)

    no_reason = await till.points.adjust(till.shop.caller, account, 5, "x")
    assert isinstance(no_reason, Reasonless)
    assert await till.points.adjust(till.shop.caller, account, 0, "a slip") == OutOfRange()
    with pytest.raises(NotFound):
        await till.points.adjust(till.shop.caller, AccountId(new_id()), 5, "a slip")


async def test_nobody_gives_points_to_themselves(till: Till) -> None:
    customer, account = await till.customer(10)
    customer = await till.shop.change(customer, Changes(adds=[phone()]))
    member = StaffMember(
        id=StaffId(new_id()),
        contact_id=ContactId(customer.contacts[0].contact_id),
        name="Ann",
        masked="a…",
        locale="en",
        state=StaffState.ACTIVE,
        grants=(),
        created_at=NOON,
    )

    own = Colleague(member=member, organisation=till.whose)

    assert await till.points.adjust(own, account, 5, "a birthday") == OwnAccount()


async def test_a_history_tells_what_came_from_another_account(till: Till) -> None:
    into, other = await till.account(1), await till.account(7)
    redemption = new_id()
    await till.reserve(other, redemption, 3)
    assert await till.unite(into, other)

    assert [each.kind for each in await till.transfers(into)] == [Kind.MERGED, Kind.MERGED]
    assert isinstance(await till.commit(other, redemption), Transfer)
    assert await till.balance(into) == Balance(available=5)
