"""A campaign leaves once to each who agreed, by good hours, and to nobody who said stop."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.features.campaigns.stand import GATEWAY, HOUR, Stand, phone_of
from tests.stores import KEYRING
from tests.whole_house import GATEWAY as GATEWAY_SETTINGS
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.links.rules import Named
from watchword.features.campaigns.recipients.rules import Step
from watchword.features.campaigns.recipients.store import LinkedRecipients, RecipientStore
from watchword.features.campaigns.results.rules import Stage
from watchword.features.campaigns.rules import Text
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import (
    LEASE,
    Accepted,
    Priority,
    Receipt,
    Refused,
    Unavailable,
    Uncertain,
)
from watchword.foundation.ids import EVERYWHERE
from watchword.settings import parse
from watchword.wiring import open_services


async def test_each_gets_it_once_with_their_name_and_how_to_hear_no_more(stand: Stand) -> None:
    await stand.welcome(3)
    campaign = await stand.scheduled()

    over = await stand.until_over(campaign.id)

    assert over.state is State.DONE
    assert [*stand.provider.addresses.values()] == [1, 1, 1]
    texts = {each.text.reveal() for each in stand.provider.taken}
    assert "Hello Ann0, 20 % off all herbs this week.\nTo opt out: STOP" in texts
    assert await stand.standing(campaign) == {"sent": 3}


async def test_whoever_has_not_agreed_gets_nothing(stand: Stand) -> None:
    await stand.welcome(2)
    await stand.welcome(2, consents=False)
    campaign = await stand.scheduled()

    await stand.until_over(campaign.id)

    assert len(stand.provider.taken) == 2


async def test_two_who_share_a_telephone_get_it_once(stand: Stand) -> None:
    [first] = await stand.welcome(1)
    stand.customers.clear()
    await stand.welcome(1, consents=False)
    campaign = await stand.scheduled()

    await stand.until_over(campaign.id)

    assert stand.provider.addresses == {str(first.contacts[0].contact.address.reveal()): 1}


async def test_whoever_stops_between_expansion_and_outbox_gets_nothing(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(2)  # started, and expanded
    assert (await stand.read(campaign.id)).recipients == 2
    await stand.stop(phone_of(0))

    await stand.turn()
    assert await stand.standing(campaign) == {"queued": 1, "stopped": 1}
    await stand.until_over(campaign.id)

    assert [*stand.provider.addresses] == [phone_of(1).address.reveal()]
    assert await stand.standing(campaign) == {"sent": 1, "stopped": 1}


async def test_whoever_agrees_no_more_is_not_put_into_the_outbox(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(2)
    await stand.withdraw(phone_of(0))

    await stand.turn()

    assert await stand.standing(campaign) == {"queued": 1, "stopped": 1}


async def test_whoever_agrees_no_more_gets_nothing_that_waits(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(3)
    await stand.withdraw(phone_of(0))

    await stand.carry()

    assert await stand.standing(campaign) == {"sent": 1, "stopped": 1}


async def test_whoever_stops_while_it_is_in_the_outbox_gets_nothing(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(3)
    assert await stand.standing(campaign) == {"queued": 2}
    await stand.stop(phone_of(1))

    await stand.until_over(campaign.id)

    assert [*stand.provider.addresses] == [phone_of(0).address.reveal()]
    stopped = next(each for each in await stand.recipients(campaign) if each.state == "stopped")
    assert stopped.reason == "opted_out"


async def test_a_pause_takes_back_what_waits_and_a_resumption_sends_it(stand: Stand) -> None:
    await stand.welcome(3)
    campaign = await stand.scheduled()
    await stand.turn(3)
    await stand.services.campaigns.pause(stand.shop, campaign.id)

    await stand.carry()
    await stand.turn(2)
    assert stand.provider.taken == []
    assert await stand.standing(campaign) == {"waiting": 3}

    await stand.services.campaigns.resume(stand.shop, campaign.id)
    await stand.until_over(campaign.id)
    assert [*stand.provider.addresses.values()] == [1, 1, 1]


async def test_what_is_tried_again_while_it_is_paused_does_not_leave(stand: Stand) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()
    await stand.turn(3)
    [claimed] = await stand.services.deliveries.claim(GATEWAY, 10)
    await stand.services.campaigns.pause(stand.shop, campaign.id)
    await stand.services.deliveries.settle(
        claimed, Unavailable("HTTP 503"), knows_repeats=False, chance=0.5
    )
    stand.time.pass_by(timedelta(minutes=1))

    await stand.carry()

    assert stand.provider.taken == []
    assert await stand.standing(campaign) == {"waiting": 1}


async def test_at_night_nobody_is_written_to_and_in_the_morning_everybody(stand: Stand) -> None:
    await stand.welcome(2)
    stand.time.pass_by(8 * HOUR)  # nine at night in Berlin
    campaign = await stand.scheduled()

    await stand.turn(4)
    await stand.carry()
    assert stand.provider.taken == []
    assert (await stand.read(campaign.id)).state is State.RUNNING
    held = await stand.services.of_campaigns.results.held(stand.whose, campaign)
    assert held is not None
    assert (held.count, held.until.astimezone(ZoneInfo("Europe/Berlin")).hour) == (2, 8)

    stand.time.pass_by(11 * HOUR + timedelta(minutes=1))
    await stand.until_over(campaign.id)
    assert [*stand.provider.addresses.values()] == [1, 1]
    assert await stand.services.of_campaigns.results.held(stand.whose, campaign) is None


async def test_what_did_not_leave_in_the_evening_leaves_in_the_morning(stand: Stand) -> None:
    await stand.welcome(1)
    stand.time.pass_by(7.9 * HOUR)
    campaign = await stand.scheduled()
    await stand.turn(3)
    assert await stand.standing(campaign) == {"queued": 1}

    stand.time.pass_by(0.2 * HOUR)  # the provider was away meanwhile
    await stand.carry()
    await stand.services.deliveries.expire(100)
    await stand.turn(2)
    assert stand.provider.taken == []

    stand.time.pass_by(11 * HOUR)
    await stand.until_over(campaign.id)
    assert [*stand.provider.addresses.values()] == [1]


async def test_what_a_provider_refuses_is_written_down_and_not_sent_again(stand: Stand) -> None:
    await stand.welcome(1)
    stand.provider.outcome = Refused("HTTP 400")
    campaign = await stand.scheduled()

    await stand.until_over(campaign.id)

    [recipient] = await stand.recipients(campaign)
    assert (recipient.state, recipient.reason) == ("failed", "HTTP 400")
    assert len(stand.provider.taken) == 1


async def test_what_may_have_left_is_not_sent_again(stand: Stand) -> None:
    await stand.welcome(1)
    stand.provider.outcome = Uncertain("timeout")
    campaign = await stand.scheduled()

    await stand.until_over(campaign.id)

    assert await stand.standing(campaign) == {"unknown": 1}
    assert len(stand.provider.taken) == 1


async def test_a_worker_that_dies_with_a_message_in_hand_sends_it_to_nobody_twice(
    stand: Stand,
) -> None:
    await stand.welcome(1)
    campaign = await stand.scheduled()
    await stand.turn(3)
    await stand.services.deliveries.claim(GATEWAY, 10)  # and is never heard of again
    stand.time.pass_by(LEASE + timedelta(seconds=1))

    await stand.services.deliveries.recover(GATEWAY, knows_repeats=False)
    await stand.until_over(campaign.id)

    assert stand.provider.taken == []
    assert await stand.standing(campaign) == {"unknown": 1}


async def test_a_receipt_says_that_it_has_arrived(stand: Stand) -> None:
    await stand.welcome(2)
    stand.provider.outcome = Accepted("a")
    campaign = await stand.scheduled()
    await stand.until_over(campaign.id)
    good, bad = (each.id for each in stand.provider.taken)

    await stand.services.deliveries.receive(
        GATEWAY,
        [
            Report(receipt=Receipt.DELIVERED, message_id=good),
            Report(receipt=Receipt.FAILED, message_id=bad, reason="Twilio 30003"),
        ],
    )

    counted = await stand.services.of_campaigns.results.of(stand.whose, campaign)
    stages = (Stage.RECIPIENTS, Stage.SENT, Stage.DELIVERED)
    assert [*map(counted.of, stages), counted.failed] == [2, 2, 1, 1]


async def test_no_more_leave_in_a_second_than_somebody_has_said(stand: Stand) -> None:
    await stand.welcome(7)
    await stand.scheduled(per_second=3)
    await stand.turn(2)

    for seconds in (1, 2):
        stand.time.pass_by(timedelta(seconds=1))
        await stand.turn(3)
        await stand.carry()
        assert len(stand.provider.taken) == 3 * seconds


async def test_a_clock_that_goes_back_sends_nothing_twice(stand: Stand) -> None:
    await stand.welcome(3)
    campaign = await stand.scheduled(per_second=1, starts_at=stand.time() - 2 * HOUR)
    await stand.turn(3)
    await stand.carry()
    stand.time.pass_by(-HOUR)
    await stand.turn(3)
    await stand.carry()
    for _ in range(10):
        stand.time.pass_by(HOUR / 2)
        await stand.turn(3)
        await stand.carry()

    assert [*stand.provider.addresses.values()] == [1, 1, 1]
    assert (await stand.read(campaign.id)).state is State.DONE


async def test_at_its_end_what_has_not_left_stays(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled(ends_at=stand.time() + HOUR)
    await stand.turn(3)
    stand.time.pass_by(HOUR)

    await stand.turn()
    await stand.carry()

    assert (await stand.read(campaign.id)).state is State.DONE
    assert stand.provider.taken == []


async def test_whoever_is_forgotten_meanwhile_gets_nothing_and_stands_in_nobodys_way(
    stand: Stand,
) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.turn(2)
    async with stand.services.storage.begin(stand.whose) as transaction:
        await transaction.run(
            """
            update campaign_recipients set customer_id = null, contact_id = null
            where organisation_id = :organisation_id and number = 1
            """,
            organisation_id=str(stand.whose),
        )

    over = await stand.until_over(campaign.id)

    assert over.state is State.DONE
    assert await stand.standing(campaign) == {"stopped": 1, "sent": 1}


async def test_a_link_leads_to_its_recipient_and_each_step_counts_once(stand: Stand) -> None:
    await stand.welcome(2)
    campaign = await stand.scheduled()
    await stand.until_over(campaign.id)
    links = stand.services.of_campaigns.links
    [first, _] = await stand.recipients(campaign)
    link = links.seal(campaign.number, first.number)
    [named] = links.open(link)

    async with stand.services.storage.begin(EVERYWHERE) as transaction:
        found = await LinkedRecipients(transaction).find(named)
        nobody = await LinkedRecipients(transaction).find(Named(campaign.number, 99))  # type: ignore[arg-type]
        assert found is not None
        store = RecipientStore(transaction, found.organisation_id)
        steps = [await store.mark(named, step) for step in (Step.OPENED, Step.OPENED, Step.PASSED)]

    assert (found.organisation_id, found.recipient.customer_id) == (stand.whose, first.customer_id)
    assert nobody is None
    assert steps == [True, False, True]
    results = await stand.services.of_campaigns.results.of(stand.whose, campaign)
    assert [*map(results.of, (Stage.OPENED, Stage.PASSED, Stage.CLICKED))] == [1, 1, 0]
    assert {(each.stage, each.count) for each in results.hours} == {
        ("sent", 2),
        ("opened", 1),
        ("passed", 1),
    }


async def test_what_somebody_wrote_stays_as_they_wrote_it(stand: Stand) -> None:
    await stand.welcome(1)
    odd = "{{7*7}} {0.__class__} ${7*7} {% x %} {name.__class__} To opt out: STOP"
    campaign = await stand.scheduled(texts={"en": Text(text=odd)})

    await stand.until_over(campaign.id)

    [message] = stand.provider.taken
    assert message.text.reveal() == odd


async def test_codes_leave_before_campaigns(stand: Stand) -> None:
    await stand.welcome(1)
    await stand.scheduled()
    await stand.turn(3)

    async with stand.services.storage.reading(EVERYWHERE) as transaction:
        rows = await transaction.all("select priority, pinned from messages")

    assert [(row["priority"], row["pinned"]) for row in rows] == [(Priority.BULK, 1)]


async def test_two_processes_that_work_at_it_send_it_to_nobody_twice(
    stand: Stand, migrated: str
) -> None:
    await stand.welcome(30)
    campaign = await stand.scheduled()
    settings = parse({"database": {"url": migrated}, "providers": {"gateway": GATEWAY_SETTINGS}})
    async with open_services(settings, KEYRING, now=stand.time) as other:
        both = (stand, replace(stand, services=other))
        for _ in range(12):
            # A lease holds for a while; here nobody lets go of what the other has.
            await asyncio.gather(*(each.turn() for each in both), *(each.carry() for each in both))
            stand.time.pass_by(timedelta(seconds=20))

    assert (await stand.read(campaign.id)).state is State.DONE
    assert set(stand.provider.addresses.values()) == {1}
    assert len(stand.provider.addresses) == 30
