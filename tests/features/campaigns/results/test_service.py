"""What campaigns came to is what people did, and what they had at a till within two weeks."""

from datetime import timedelta

import pytest

from tests.features.campaigns.stand import GATEWAY, Stand, phone_of
from watchword.features.campaigns.links.rules import Named
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.results.rules import OPTED_OUT_WITHIN, REDEEMED_WITHIN, Stage
from watchword.features.customers.rules import CustomerId
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import Accepted, Receipt
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import new_id

HAD = """
    insert into redemptions (
        organisation_id, id, session_id, account_id, customer_id, reward_id, state, points, value,
        currency, reversed, way, client, reserved_at, expires_at, version
    ) values (
        :whose, :id, '', '', :customer_id, '', :state, 1, 1, 'EUR', 0, '', '', :at, :at, 1
    )
"""


async def had(stand: Stand, id: CustomerId, after: timedelta, state: str = "committed") -> None:
    async with stand.services.storage.begin(stand.whose) as transaction:
        await transaction.run(
            HAD,
            whose=str(stand.whose),
            id=str(new_id()),
            customer_id=str(id),
            state=state,
            at=to_microseconds(stand.time() + after),
        )


async def test_what_people_did_is_counted_once_each(stand: Stand) -> None:
    await stand.welcome(3)
    campaign = await stand.until_over((await stand.scheduled()).id)
    [first, *_] = await stand.recipients(campaign)
    named = Named(campaign.number, first.number)
    async with stand.services.storage.begin(stand.whose) as transaction:
        store = RecipientStore(transaction, stand.whose)
        for step in (Step.OPENED, Step.OPENED, Step.PASSED):
            await store.mark(named, step)

    results = await stand.services.of_campaigns.results.of(stand.whose, campaign)

    assert [results.of(stage) for stage in Stage] == [3, 3, 0, 1, 1, 0, 0, 0]
    assert results.waiting == 0
    assert {part.of(Stage.SENT) for part in results.course} == {3}


async def test_what_a_receipt_calls_failed_had_its_turn_and_keeps_nobody_else_from_waiting(
    stand: Stand,
) -> None:
    await stand.welcome(4)
    stand.provider.outcome = Accepted("a")
    campaign = await stand.scheduled(per_second=1)
    await stand.turn(2)
    for _ in range(3):
        stand.time.pass_by(timedelta(seconds=1))
        await stand.turn()
        await stand.carry()
    failed = [Report(receipt=Receipt.FAILED, message_id=each.id) for each in stand.provider.taken]
    await stand.services.deliveries.receive(GATEWAY, failed)

    results = await stand.services.of_campaigns.results.of(stand.whose, campaign)

    assert (results.of(Stage.SENT), results.failed, results.waiting) == (3, 3, 1)


@pytest.mark.parametrize(
    ("after", "state", "counted"),
    [
        (timedelta(days=1), "committed", 1),
        (REDEEMED_WITHIN - timedelta(seconds=1), "committed", 1),
        (REDEEMED_WITHIN + timedelta(seconds=1), "committed", 0),
        (-timedelta(days=1), "committed", 0),
        (timedelta(days=1), "reversed", 0),
        (timedelta(days=1), "reserved", 0),
    ],
)
async def test_a_reward_counts_that_somebody_had_within_two_weeks(
    stand: Stand, after: timedelta, state: str, counted: int
) -> None:
    [one, _] = await stand.welcome(2)
    campaign = await stand.until_over((await stand.scheduled()).id)
    for _ in range(2):
        await had(stand, one.id, after, state)

    results = await stand.services.of_campaigns.results.of(stand.whose, campaign)

    assert results.of(Stage.REDEEMED) == counted


@pytest.mark.parametrize(
    ("after", "counted"),
    [(timedelta(days=1), 2), (OPTED_OUT_WITHIN + timedelta(days=1), 0)],
)
async def test_whoever_says_stop_by_any_way_is_counted_for_what_they_were_sent_lately(
    stand: Stand, after: timedelta, counted: int
) -> None:
    await stand.welcome(3)
    campaign = await stand.until_over((await stand.scheduled()).id)
    stand.time.pass_by(after)
    await stand.stop(phone_of(0))
    await stand.withdraw(phone_of(1))

    results = await stand.services.of_campaigns.results.of(stand.whose, campaign)

    assert results.of(Stage.OPTED_OUT) == counted
