"""What applications hear of points: each thing once, whatever is said again, and no person."""

from collections import Counter
from uuid import UUID

import pytest

from tests.features.customers.people import phone
from tests.features.points.tills import Till
from tests.features.redemptions.conftest import dealt, services, shop, tester
from tests.features.tills.shop import Shop
from tests.features.webhooks.bureau import URL
from tests.stores import NOON
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.customers.rules import Profile
from watchword.features.idempotency.rules import once
from watchword.features.organisations.rules import LocationId
from watchword.features.points.earning.rules import Purchase, Terms
from watchword.features.points.events import news_of
from watchword.features.points.ledger import PATHS, Book, Kind, Transfer, TransferId, adjusting
from watchword.features.points.verdicts import Adjustment, Earned
from watchword.features.webhooks.events import EventId, EventKind, body_of
from watchword.features.webhooks.rules import Delivery, EndpointDraft, Made
from watchword.foundation.ids import new_id

__all__ = ["dealt", "services", "shop", "tester"]

BOUGHT = Purchase(amount=1999, currency="EUR", order_id="order-1")


async def heard(till: Till) -> list[Delivery]:
    page = await till.bureau.webhooks.deliveries(till.whose.id)
    return [*reversed(page.items)]


@pytest.fixture
async def account(till: Till) -> AccountId:
    """One whose news somebody listens to, where a euro earns a point."""
    draft = EndpointDraft(url=URL, description="", kinds=frozenset())
    assert isinstance(await till.bureau.webhooks.add(till.shop.caller, draft), Made)
    terms = Terms(name="All", points=1, per_amount=100, currency="EUR")
    await till.rules.create(till.shop.caller, terms)
    return await till.account(0)


async def test_a_purchase_that_is_told_three_times_is_one_event(
    till: Till, account: AccountId
) -> None:
    told = [await till.points.earn(till.shop.caller, account, BOUGHT) for _ in range(3)]
    nothing = Purchase(amount=99, currency="EUR", order_id="order-2")
    await till.points.earn(till.shop.caller, account, nothing)

    (event,) = await heard(till)
    assert isinstance(told[0], Earned)
    assert (event.kind, event.event_id) == (
        EventKind.POINTS_EARNED,
        EventId(told[0].transfer.id),
    )


async def test_an_adjustment_under_one_key_is_one_event_and_under_two_it_is_two(
    till: Till, account: AccountId
) -> None:
    key, other = [once(each, client="c", route="r", body=b"") for each in ("a", "b")]
    made = [
        await till.points.adjust(till.shop.caller, account, points, "a slip", each)
        for points, each in ((9, key), (9, key), (-4, other))
    ]

    assert all(isinstance(each, Adjustment) for each in made)
    events = await heard(till)
    assert [each.kind for each in events] == [EventKind.POINTS_ADJUSTED] * 2
    assert {each.event_id for each in events} == {
        each.transfer.id for each in made if isinstance(each, Adjustment)
    }


async def test_accounts_that_become_one_are_one_event(till: Till, account: AccountId) -> None:
    other = await till.account(25, profile=Profile("Ann", "Other"))
    await till.reserve(other, new_id(), 10)
    assert await till.unite(account, other)

    (event,) = await heard(till)
    assert event.kind is EventKind.POINTS_MERGED


async def test_what_a_sale_does_to_points_is_told_of_the_redemption_alone(shop: Shop) -> None:
    draft = EndpointDraft(url=URL, description="", kinds=frozenset())
    webhooks = shop.services.webhooks
    assert isinstance(await webhooks.add(shop.client, draft), Made)
    await shop.customer(phone())
    made, redemptions = await shop.reserved(), shop.services.redemptions
    for reference in ("a", "a", "b"):
        await redemptions.commit(shop.client, made.id, "order-1")
        await redemptions.reverse(shop.client, made.id, 10, reference)

    page = await webhooks.deliveries(shop.client.organisation.id)
    kinds = [each.kind for each in page.items if not each.kind.startswith("challenge.")]
    assert Counter(kinds) == {
        EventKind.REDEMPTION_RESERVED: 1,
        EventKind.REDEMPTION_COMMITTED: 1,
        EventKind.REDEMPTION_REVERSED: 2,
    }
    assert len({each.event_id for each in page.items}) == len(page.items)


ACCOUNT, OTHER, PLACE = (AccountId(UUID(int=1)), AccountId(UUID(int=2)), UUID(int=3))


@pytest.mark.parametrize(
    ("kind", "path", "said"),
    [
        (
            Kind.EARNED,
            PATHS[Kind.EARNED],
            {"points": 7, "order_id": "order-1", "location_id": str(PLACE)},
        ),
        (Kind.ADJUSTED, adjusting(7), {"points": 7}),
        (Kind.ADJUSTED, adjusting(-7), {"points": -7}),
        (
            Kind.MERGED,
            (Book.AVAILABLE, Book.AVAILABLE),
            {"points": 7, "into_account_id": str(OTHER)},
        ),
    ],
)
def test_an_event_says_how_many_and_never_why_or_who_did_it(
    kind: Kind, path: tuple[Book, Book], said: dict[str, object]
) -> None:
    transfer = Transfer(
        id=TransferId(UUID(int=4)),
        account_id=ACCOUNT,
        kind=kind,
        giver=path[0],
        taker=path[1],
        points=7,
        actor="staff:kim",
        at=NOON,
        other_account_id=OTHER if kind is Kind.MERGED else None,
        reference="order-1",
        location_id=LocationId(PLACE),
        reason="for Ann",
    )

    event = news_of(transfer)

    known = {"account_id": str(ACCOUNT), "transfer_id": str(transfer.id)}
    assert dict(event.data) == known | said
    assert not any(word in body_of(event) for word in (b"Ann", b"kim"))
