"""Where a provider says for good that nobody is there, no campaign writes a second time."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from tests.features.campaigns.stand import GATEWAY, Counting, Stand
from watchword.features.campaigns.recipients.rules import State
from watchword.features.campaigns.rules import Campaign
from watchword.features.campaigns.sending.rules import NOBODY_THERE
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.shown import Shown
from watchword.features.contacts.channels import Channel
from watchword.features.customers.rules import Customer
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    Receipt,
    Refused,
    SendOutcome,
)


@dataclass
class Choosy(Counting):
    """A provider that refuses some addresses for good, each for a reason."""

    refuses: dict[str, str] = field(default_factory=dict)

    async def send(self, message: Message) -> SendOutcome:
        self.taken.append(message)
        reason = self.refuses.get(str(message.address))
        return Accepted(str(message.id)) if reason is None else Refused(reason)


@pytest.fixture
def choosy(stand: Stand) -> Choosy:
    provider = Choosy()
    stand.provider = provider
    return provider


def address(customer: Customer) -> str:
    return customer.contacts[0].contact.address.reveal()


async def began_anew(stand: Stand, **other: object) -> Campaign:
    """Schedule one more, and let the worker see it at once."""
    campaign = await stand.scheduled(**other)
    await stand.services.of_campaigns.course.go_home()
    return campaign


async def counted(stand: Stand, campaign: Campaign) -> tuple[int, int, int]:
    """Give how many were sent to, and how many failed or were stopped, and are known as nobody."""
    found = await stand.services.of_campaigns.results.of(stand.whose, campaign)
    standing = await stand.standing(campaign)
    return standing[State.SENT], found.failed + found.stopped, found.nobody_there


async def marked(stand: Stand) -> Collection[str]:
    """Give the addresses that count as not working."""
    found = [await stand.services.customers.read(stand.whose, each.id) for each in stand.customers]
    return {address(each) for each in found if each.contacts[0].bad_since is not None}


async def test_three_in_a_hundred_are_refused_and_the_next_campaign_leaves_them_out(
    stand: Stand, choosy: Choosy
) -> None:
    customers = await stand.welcome(66)
    gone = {address(customers[7]): "number unknown", address(customers[41]): "number not valid"}
    choosy.refuses = gone
    first = await stand.scheduled()

    await stand.until_over(first.id)

    assert await counted(stand, first) == (64, 2, 2)
    assert await marked(stand) == gone.keys()
    choosy.taken.clear()
    second = await began_anew(stand, name="Roses")
    await stand.until_over(second.id)
    assert await counted(stand, second) == (64, 0, 0)
    assert not gone.keys() & choosy.addresses.keys()
    assert {*choosy.addresses.values()} == {1}


async def test_who_was_a_recipient_already_is_not_written_to_either(
    stand: Stand, choosy: Choosy
) -> None:
    [gone, other] = await stand.welcome(2)
    choosy.refuses = {address(gone): "number unknown"}
    early = await stand.scheduled()
    await stand.turn(2)  # its recipients stand, and nothing has left
    assert (await stand.read(early.id)).recipients == 2
    assert choosy.taken == []
    await stand.services.campaigns.pause(stand.shop, early.id)
    await stand.until_over((await began_anew(stand, name="Roses")).id)
    assert choosy.addresses == Counter({address(gone): 1, address(other): 1})

    await stand.services.campaigns.resume(stand.shop, early.id)
    await stand.services.of_campaigns.course.go_home()
    await stand.until_over(early.id)

    assert choosy.addresses == Counter({address(gone): 1, address(other): 2})
    assert await counted(stand, early) == (1, 1, 1)
    assert {each.reason for each in await stand.recipients(early)} == {None, NOBODY_THERE}


@pytest.mark.parametrize(
    ("reason", "is_nobody"), [("Twilio 30005", True), ("DSN 5.1.1", True), ("Twilio 30003", False)]
)
async def test_what_a_receipt_says_later_counts_as_well(
    stand: Stand, choosy: Choosy, *, reason: str, is_nobody: bool
) -> None:
    [customer] = await stand.welcome(1)
    campaign = await stand.scheduled()
    await stand.turn(3)
    await stand.carry()
    [message] = choosy.taken
    report = Report(
        receipt=Receipt.FAILED, message_id=message.id, reference=str(message.id), reason=reason
    )

    await stand.services.deliveries.receive(GATEWAY, [report])

    [recipient] = await stand.recipients(campaign)
    assert recipient.state is State.FAILED
    assert (recipient.reason == NOBODY_THERE) is is_nobody
    assert await marked(stand) == ({address(customer)} if is_nobody else set())


@pytest.mark.parametrize("reason", ["text not allowed", "blocked", "phone not reachable"])
async def test_what_says_nothing_of_the_address_gives_nobody_up(
    stand: Stand, choosy: Choosy, reason: str
) -> None:
    [customer] = await stand.welcome(1)
    choosy.refuses = {address(customer): reason}
    campaign = await stand.scheduled()

    await stand.until_over(campaign.id)

    assert await counted(stand, campaign) == (0, 1, 0)
    assert await marked(stand) == set()


async def test_somebody_who_asks_for_a_code_gets_one_all_the_same(
    stand: Stand, choosy: Choosy
) -> None:
    [customer] = await stand.welcome(1)
    choosy.refuses = {address(customer): "number unknown"}
    await stand.until_over((await stand.scheduled()).id)

    opening = Opening(
        purpose=Purpose.CONTACT_VERIFICATION,
        contact=customer.contacts[0].contact,
        channel=Channel.SMS,
        locale="en",
    )

    assert isinstance(await stand.services.challenges.open(stand.shop, opening), Shown)
