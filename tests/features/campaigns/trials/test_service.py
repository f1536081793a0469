"""Whoever writes a campaign sees it on a telephone of their own, and nobody else does."""

from dataclasses import replace

from tests.features.campaigns.stand import Stand, new_stand, phone_of
from tests.stores import MovableTime
from watchword.features.campaigns.lifecycle import State
from watchword.features.campaigns.recipients.store import RecipientStore
from watchword.features.campaigns.rules import GateKind, Text
from watchword.features.campaigns.trials.service import (
    LIMITS,
    IsOver,
    LeadsNowhere,
    NotOurs,
    OnItsWay,
    SaysNothing,
    Trial,
)
from watchword.features.challenges.codes import read_code
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Verified, Wrong
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, read_email
from watchword.features.contacts.suppressions.rules import OptedOut, SuppressionKind
from watchword.features.delivery.trials.rules import NoSuchWay, TooManyTrials
from watchword.features.gates.passes.rules import PassId
from watchword.features.organisations.rules import Mode
from watchword.features.staff.numbers.rules import NothingWaits
from watchword.features.staff.permissions import Role
from watchword.features.staff.rules import Colleague, Grant, StaffMember, StaffState
from watchword.features.staff.store import StaffStore
from watchword.foundation.ids import Id
from watchword.wiring import Services

ME = phone_of(900)


async def colleague(stand: Stand, email: str = "ann@example.org") -> Colleague:
    """Give somebody who works at the shop."""
    member = await stand.services.staff.members.enrol(
        stand.shop.organisation,
        name="Ann",
        email=email,
        grants=(Grant(Role.MARKETING),),
        actor="test",
    )
    assert isinstance(member, StaffMember)
    return Colleague(member=member, organisation=stand.shop.organisation)


async def named(stand: Stand, ann: Colleague, contact: Contact = ME) -> str:
    """Let somebody name a number, and give the code that comes there."""
    sent = await stand.services.staff.numbers.begin(ann, contact)
    assert isinstance(sent, Shown), sent
    await stand.carry()
    message = stand.provider.taken.pop()
    assert str(message.address) == contact.address.reveal()
    assert message.code is not None
    return message.code.reveal()


async def confirmed(stand: Stand, contact: Contact = ME) -> Colleague:
    ann = await colleague(stand)
    code = await named(stand, ann, contact)
    assert await stand.services.staff.numbers.confirm(ann, code) == Verified()
    return ann


async def tried(stand: Stand, contact: Contact = ME, **other: object) -> Trial:
    campaign = await stand.write(**other)
    return await stand.services.gates.trials.make(stand.shop, campaign.id, contact, "de")


async def disable(stand: Stand, ann: Colleague) -> None:
    async with stand.services.storage.begin(stand.whose) as transaction:
        store = StaffStore(transaction, stand.whose)
        sealed = await store.hold(ann.member.id)
        assert sealed is not None
        await store.save(replace(sealed, state=StaffState.DISABLED))


async def test_it_says_what_the_campaign_says_and_nobody_becomes_a_recipient(stand: Stand) -> None:
    await confirmed(stand)
    campaign = await stand.write()

    outcome = await stand.services.gates.trials.make(stand.shop, campaign.id, ME, "de")
    await stand.carry()

    assert outcome == OnItsWay("en")
    [message] = stand.provider.taken
    assert message.text.reveal().startswith("Hello Maximiliane, 20 % off all herbs")
    assert message.text.reveal().endswith("STOP")
    async with stand.services.storage.reading(stand.whose) as transaction:
        assert not await RecipientStore(transaction, stand.whose).page(campaign.number, 0, 9)


async def test_a_customer_who_has_agreed_gets_no_trial_and_is_refused_like_a_stranger(
    stand: Stand,
) -> None:
    await confirmed(stand)
    [customer] = await stand.welcome(1)

    assert await tried(stand, customer.contacts[0].contact) == NotOurs()
    assert await tried(stand, phone_of(77)) == NotOurs()
    await stand.stop(customer.contacts[0].contact)
    assert await tried(stand, customer.contacts[0].contact) == NotOurs()


async def test_a_number_counts_from_the_moment_that_its_code_is_typed(stand: Stand) -> None:
    ann = await colleague(stand)
    code = await named(stand, ann)
    wrong = "000000" if code != "000000" else "111111"

    assert await tried(stand) == NotOurs()
    assert isinstance(await stand.services.staff.numbers.confirm(ann, wrong), Wrong)
    assert await tried(stand) == NotOurs()
    assert await stand.services.staff.numbers.confirm(ann, code) == Verified()
    assert isinstance(await tried(stand), OnItsWay)


async def test_a_code_confirms_the_number_that_it_went_to_and_no_later_one(stand: Stand) -> None:
    ann = await colleague(stand)
    first = await named(stand, ann)
    await named(stand, ann, phone_of(901))

    assert isinstance(await stand.services.staff.numbers.confirm(ann, first), Wrong)
    assert await tried(stand) == NotOurs()
    assert await tried(stand, phone_of(901)) == NotOurs()


async def test_a_code_of_one_confirms_nothing_for_another(stand: Stand) -> None:
    ann, ben = await colleague(stand), await colleague(stand, "ben@example.org")
    code = await named(stand, ann)

    assert await stand.services.staff.numbers.confirm(ben, code) == NothingWaits()
    assert await tried(stand) == NotOurs()


async def test_whoever_names_another_number_loses_the_one_before(stand: Stand) -> None:
    ann = await confirmed(stand)
    code = await named(stand, ann, phone_of(901))

    assert await tried(stand) == NotOurs()
    assert await stand.services.staff.numbers.confirm(ann, code) == Verified()
    assert isinstance(await tried(stand, phone_of(901)), OnItsWay)
    await stand.services.staff.numbers.remove(ann)
    assert await tried(stand, phone_of(901)) == NotOurs()


async def test_whoever_works_here_no_more_gets_no_trial(stand: Stand) -> None:
    ann = await confirmed(stand)
    await disable(stand, ann)

    assert await tried(stand) == NotOurs()


async def test_by_mail_it_goes_where_somebody_signs_in_and_nowhere_else(
    services: Services, time: MovableTime
) -> None:
    stand = await new_stand(services, time, Mode.TEST)  # whose sandbox carries mail, too
    await colleague(stand)
    ours, other = read_email("Ann@example.org"), read_email("eve@example.org")
    assert isinstance(ours, Contact)
    assert isinstance(other, Contact)
    mail = {
        "channel": Channel.EMAIL,
        "texts": {"en": Text(subject="Herbs", text="Hello {name}")},
    }

    assert isinstance(await tried(stand, ours, **mail), OnItsWay)
    assert await tried(stand, other, **mail) == NotOurs()


async def test_its_link_leads_to_a_preview_whose_pin_stands_in_no_message(stand: Stand) -> None:
    await confirmed(stand)
    page = await stand.page()

    made = await tried(
        stand, page_id=page.id, gate=GateKind.NONE, texts={"en": Text(text="Look: {link}")}
    )
    await stand.carry()

    assert isinstance(made, OnItsWay)
    assert made.preview is not None
    [message] = stand.provider.taken
    public = stand.services.settings.web.public_url
    assert f"{public}{made.preview.path}" in message.text.reveal()
    assert made.preview.pin.reveal() not in message.text.reveal()
    assert read_code(made.preview.pin.reveal(), 6) is not None
    id = PassId(Id(made.preview.path.rpartition("/")[2]))
    viewing = await stand.services.gates.passes.look(id)
    assert viewing is not None
    assert viewing.one.kind == "preview"


async def test_what_says_nothing_yet_or_goes_nowhere_is_not_tried(stand: Stand) -> None:
    await confirmed(stand)

    assert await tried(stand, texts={}) == SaysNothing()
    assert await tried(stand, provider="nobody") == NoSuchWay()
    assert await tried(stand, texts={"en": Text(text="Look: {link}")}) == LeadsNowhere()


async def test_ten_in_an_hour_are_enough(stand: Stand) -> None:
    await confirmed(stand)
    for _ in range(LIMITS.sends[0].most):
        assert isinstance(await tried(stand), OnItsWay)

    assert isinstance(await tried(stand), TooManyTrials)


async def test_whoever_wants_to_hear_nothing_at_all_gets_no_trial_either(stand: Stand) -> None:
    await confirmed(stand)
    await stand.services.privacy.opt_outs.add(
        stand.shop, ME, SuppressionKind.EVERYTHING, "asked for it"
    )

    assert await tried(stand) == OptedOut()


async def test_whoever_has_said_stop_gets_no_trial(stand: Stand) -> None:
    await confirmed(stand)
    await stand.stop(ME)

    assert await tried(stand) == OptedOut()


async def test_what_is_over_is_not_tried_and_that_is_said(stand: Stand) -> None:
    campaign = await stand.write()
    await stand.services.campaigns.cancel(stand.shop, campaign.id)

    trials = stand.services.gates.trials
    assert await trials.make(stand.shop, campaign.id, ME, "de") == IsOver(State.CANCELLED)
