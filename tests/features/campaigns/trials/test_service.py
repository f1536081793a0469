"""Whoever writes a campaign may see it on a telephone of their own, a few times in an hour."""

from tests.features.campaigns.stand import Stand, phone_of
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.trials.service import LIMITS, OnItsWay, SaysNothing, Trial
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.suppressions.rules import OptedOut, SuppressionKind
from watchword.features.delivery.trials.rules import NoSuchWay, TooManyTrials

ME = phone_of(900)


async def tried(stand: Stand, contact: Contact = ME, **other: object) -> Trial:
    campaign = await stand.write(**other)
    trials = stand.services.of_campaigns.trials
    return await trials.make(stand.shop, campaign.id, contact, "de")


async def test_it_says_what_the_campaign_says_and_nobody_becomes_a_recipient(stand: Stand) -> None:
    campaign = await stand.write()

    outcome = await stand.services.of_campaigns.trials.make(stand.shop, campaign.id, ME, "de")
    await stand.carry()

    assert outcome == OnItsWay("en")
    [message] = stand.provider.taken
    assert message.text.reveal().startswith("Hello Maximiliane, 20 % off all herbs")
    assert message.text.reveal().endswith("STOP")
    async with stand.services.storage.reading(stand.whose) as transaction:
        assert not await RecipientStore(transaction, stand.whose).page(campaign.number, 0, 9)


async def test_what_says_nothing_yet_or_goes_nowhere_is_not_tried(stand: Stand) -> None:
    assert await tried(stand, texts={}) == SaysNothing()
    assert await tried(stand, provider="nobody") == NoSuchWay()


async def test_ten_in_an_hour_are_enough(stand: Stand) -> None:
    for _ in range(LIMITS.sends[0].most):
        assert isinstance(await tried(stand), OnItsWay)

    assert isinstance(await tried(stand), TooManyTrials)


async def test_whoever_wants_to_hear_nothing_at_all_gets_no_trial_either(stand: Stand) -> None:
    await stand.services.privacy.opt_outs.add(
        stand.shop, ME, SuppressionKind.EVERYTHING, "asked for it"
    )

    assert await tried(stand) == OptedOut()


async def test_whoever_has_said_stop_gets_no_trial(stand: Stand) -> None:
    await stand.stop(ME)

    assert await tried(stand) == OptedOut()


async def test_what_is_over_is_not_tried(stand: Stand) -> None:
    campaign = await stand.write()
    await stand.services.campaigns.cancel(stand.shop, campaign.id)

    trials = stand.services.of_campaigns.trials
    assert await trials.make(stand.shop, campaign.id, ME, "de") == SaysNothing()
