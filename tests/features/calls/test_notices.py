"""Whoever has another PIN is told: at all that leads to them, and did until lately (PIN-08)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.features.activation.dialogue.calls import GOOD, JOINT, MEMBER
from tests.features.calls.granting import CountingCore
from tests.features.calls.test_granting import Desk, desk_of
from tests.features.calls.test_ways_to_tell import LANDLINE, MAIL, MOBILE, THEIRS, on_file
from tests.features.customers.people import email, phone
from tests.features.privacy.test_retention import sweep
from tests.stores import KEYRING, MovableTime
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.steps import Note, WritePin
from watchword.features.activation.profiles.rules import DAYS_AT_MOST
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.untold.service import NOBODY_TOLD, NONE_ARRIVED, NOT_THEM
from watchword.features.calls.writes.rules import WriteState
from watchword.features.calls.writes.service import SEEN_TO, SOME_NOT_TOLD
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import (
    FORMER,
    OWN,
    CoreEvent,
    Facts,
    FindBy,
    Member,
    PinMode,
    PinState,
    Unavailable,
)
from watchword.features.customers.rules import Changes, Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import (
    Accepted,
    Message,
    Receipt,
    Refused,
    SendOutcome,
    Uncertain,
)
from watchword.features.delivery.service import Outbox
from watchword.features.staff.rules import Reasonless
from watchword.foundation.bells import LocalBells
from watchword.foundation.errors import NotFound
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.wiring import Services

__all__ = ["dealt", "services"]


@dataclass
class Bank:
    """A bank without a banking core, and what it sends: through the real outbox."""

    services: Services
    desk: Desk
    time: MovableTime

    async def customer(self, *typed: str) -> Customer:
        contacts = [email(each) if "@" in each else phone(each) for each in typed]
        new = NewCustomer(profile=Profile("Ann", "Miller"), contacts=contacts, origin=Origin.STAFF)
        made = await self.services.customers.create(self.desk.client, new)
        assert isinstance(made, Customer)
        return made

    async def replace(self, customer: Customer, *typed: str) -> None:
        adds = [email(each) if "@" in each else phone(each) for each in typed]
        changes = Changes(adds=adds, removes=[each.contact_id for each in customer.contacts])
        kept = await self.services.customers.change(
            self.desk.client, customer.id, changes, customer.version, reason="moved"
        )
        assert isinstance(kept, Customer)

    async def find(self, typed: str) -> Member:
        core = self.services.telephone.cores.of(self.desk.client.organisation, OWN)
        assert core is not None
        found = await core.find(FindBy.PHONE, Secret(typed))
        assert not isinstance(found, Unavailable)
        [member] = found
        return member

    async def set_pin(self, member: Member) -> None:
        """Do what a call does with a new PIN, to its end."""
        granted = self.desk.granted()
        wish = WritePin(member, Secret(GOOD), PinState(PinMode.CLEAR), CoreEvent.PIN_CHANGED)
        await granted.grant(wish)
        await self.desk.tell(Note(member, CoreEvent.PIN_CHANGED))

    async def share_a_pin(self, *members: Member) -> None:
        """Do the same where others have that PIN, too."""
        member, *others = members
        wish = WritePin(
            member, Secret(GOOD), PinState(PinMode.CLEAR), CoreEvent.PIN_CHANGED, others
        )
        await self.desk.granted().grant(wish)
        await self.desk.tell(Note(member, CoreEvent.PIN_CHANGED, others))

    async def settle(self, *ends: SendOutcome) -> None:
        """Let each message end, in the order in which they were put."""
        queued = await self.services.deliveries.claim(SANDBOX, 20)
        for each, end in zip(queued, ends, strict=True):
            await self.services.deliveries.settle(each, end, knows_repeats=False, chance=0.5)

    async def left_open(self) -> Sequence[WriteState]:
        doubts = self.services.telephone.doubts
        return [each.state for each in await doubts.left_open(self.desk.client.organisation.id)]

    async def log(self) -> Sequence[str]:
        register = CallRegister(storage=self.services.storage)
        _, lines = await register.story(self.desk.client.organisation.id, self.desk.call.id)
        return [each.what for each in lines]

    async def sent(self) -> dict[tuple[Channel, str], Message]:
        queued = await self.services.deliveries.claim(SANDBOX, 20)
        messages = [await self.services.deliveries.open(each) for each in queued]
        return {(each.channel, each.address): each for each in messages}


@pytest.fixture
async def bank(services: Services, time: MovableTime) -> Bank:
    desk = await desk_of(services)
    outbox = Outbox(sealer=Sealer(KEYRING.versions(KeyKind.OUTBOX)), bells=LocalBells())
    notices = Notices(outbox=outbox, routes=Routes({}))
    desk.room = replace(desk.room, notices=notices)
    return Bank(services, desk, time)


async def test_a_new_pin_is_told_at_the_address_that_was_replaced_before(bank: Bank) -> None:
    ann = await bank.customer(MOBILE, MAIL)
    await bank.replace(ann, THEIRS, "thief@example.org")

    await bank.set_pin(await bank.find(THEIRS))

    sent = await bank.sent()
    assert {*sent} == {
        (Channel.SMS, THEIRS),
        (Channel.EMAIL, "thief@example.org"),
        (Channel.SMS, MOBILE),
        (Channel.EMAIL, MAIL),
    }
    assert "PIN was changed" in sent[Channel.SMS, MOBILE].text.reveal()


async def test_what_was_on_file_for_years_is_still_known_when_it_was_replaced(bank: Bank) -> None:
    ann = await bank.customer(MOBILE)
    bank.time.pass_by(timedelta(days=400))
    await bank.replace(ann, THEIRS)
    bank.time.pass_by(timedelta(days=DAYS_AT_MOST))
    await sweep(bank.services)

    await bank.set_pin(await bank.find(THEIRS))

    assert {*await bank.sent()} == {(Channel.SMS, THEIRS), (Channel.SMS, MOBILE)}


async def test_what_was_replaced_before_two_were_found_to_be_one_is_told_too(bank: Bank) -> None:
    """Staff have merged whoever replaced it into another, whose id it is known by since."""
    ann, same = await bank.customer(MOBILE), await bank.customer(MAIL)
    await bank.replace(ann, THEIRS)
    await bank.services.customers.merge(bank.desk.client, same.id, ann.id, "same person")

    await bank.set_pin(await bank.find(THEIRS))

    assert {*await bank.sent()} == {
        (Channel.EMAIL, MAIL),
        (Channel.SMS, THEIRS),
        (Channel.SMS, MOBILE),
    }


async def test_what_was_replaced_long_ago_may_be_somebody_elses(bank: Bank) -> None:
    ann = await bank.customer(MOBILE)
    await bank.replace(ann, THEIRS)
    bank.time.pass_by(FORMER + timedelta(seconds=1))

    await bank.set_pin(await bank.find(THEIRS))

    assert {*await bank.sent()} == {(Channel.SMS, THEIRS)}


@pytest.mark.parametrize(("wanted", "language"), [("de-AT", "de"), ("en", "en"), ("fr", "en")])
async def test_a_landline_is_called_in_the_language_of_its_words(
    bank: Bank, wanted: str, language: str
) -> None:
    await bank.customer(LANDLINE)
    member = replace(await bank.find(LANDLINE), language=wanted)

    await bank.set_pin(member)

    [message] = (await bank.sent()).values()
    assert (message.channel, message.locale) == (Channel.VOICE, language)
    assert message.greeting is not None
    assert "Bank" in message.greeting.reveal()
    assert "1" in message.greeting.reveal()
    assert "PIN" in message.text.reveal()


async def test_that_nobody_could_be_told_is_said_loudly_until_somebody_sees_to_it(
    bank: Bank,
) -> None:
    client, call = bank.desk.client, bank.desk.call
    doubts = bank.services.telephone.doubts

    await bank.set_pin(MEMBER)

    assert await bank.sent() == {}
    bank.time.pass_by(timedelta(days=60))
    [open_] = await doubts.left_open(client.organisation.id)
    assert (open_.call_id, open_.state) == (call.id, WriteState.UNTOLD)
    assert isinstance(await doubts.see_to(client, call.id, ""), Reasonless)
    assert isinstance(await doubts.see_to(client, call.id, f"called {MOBILE}"), Reasonless)
    assert await doubts.see_to(client, call.id, "Found in the journal, wrote") is None
    with pytest.raises(NotFound):
        await doubts.see_to(client, call.id, "Once more")
    assert await doubts.left_open(client.organisation.id) == []
    _, lines = await CallRegister(storage=bank.services.storage).story(
        client.organisation.id, call.id
    )
    assert [each.what for each in lines] == [NOBODY_TOLD, SEEN_TO]
    async with bank.services.storage.reading(client.organisation.id) as transaction:
        entries = await AuditStore(transaction, client.organisation.id).about(f"call:{call.id}")
    assert {each.action: each.details for each in entries} == {
        Action.PIN_NOT_TOLD: {},
        Action.PIN_SEEN_TO: {"reason": "Found in the journal, wrote"},
    }


REFUSED = Refused("Twilio 30003")


@pytest.mark.parametrize(
    ("ends", "left", "logged"),
    [
        ([REFUSED, REFUSED], [WriteState.UNTOLD], [NONE_ARRIVED]),
        ([REFUSED, Accepted("1")], [], []),
        ([Uncertain("timeout"), REFUSED], [], []),
    ],
    ids=["none", "one", "unknown"],
)
async def test_that_no_notice_came_through_is_said_as_loudly(
    bank: Bank, ends: Sequence[SendOutcome], left: Sequence[WriteState], logged: Sequence[str]
) -> None:
    await bank.customer(MOBILE, MAIL)

    await bank.set_pin(await bank.find(MOBILE))
    await bank.settle(*ends)

    assert await bank.left_open() == left
    assert await bank.log() == logged
    client, call = bank.desk.client, bank.desk.call
    async with bank.services.storage.reading(client.organisation.id) as transaction:
        entries = await AuditStore(transaction, client.organisation.id).about(f"call:{call.id}")
    assert [each.action for each in entries] == [Action.PIN_NOT_TOLD] * len(left)


async def test_that_it_was_not_them_waits_for_staff_too_and_is_said_once(bank: Bank) -> None:
    doubts, client, call = bank.services.telephone.doubts, bank.desk.client, bank.desk.call
    whose, about = client.organisation.id, f"notice:{call.id}:{bank.desk.call.turn}"
    await bank.customer(LANDLINE)
    assert not await doubts.deny(whose, about), "no PIN was set yet"
    await bank.set_pin(await bank.find(LANDLINE))

    told = [await doubts.deny(whose, each) for each in ("notice:5f0d9c1e", about, about)]
    await bank.settle(REFUSED)

    assert told == [False, True, False]
    assert await bank.left_open() == [WriteState.DENIED]
    assert await doubts.see_to(client, call.id, "Locked in the core") is None
    assert await bank.left_open() == []
    assert await bank.log() == [NOT_THEM, SEEN_TO]
    async with bank.services.storage.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(f"call:{call.id}")
    assert {each.action for each in entries} == {Action.PIN_DENIED, Action.PIN_SEEN_TO}


async def test_so_is_that_a_provider_says_it_later(bank: Bank) -> None:
    await bank.customer(MOBILE)
    await bank.set_pin(await bank.find(MOBILE))
    await bank.settle(Accepted("1"))
    report = Report(receipt=Receipt.FAILED, reference="1", reason="Twilio 30003")

    await bank.services.deliveries.receive(SANDBOX, [report])

    assert await bank.left_open() == [WriteState.UNTOLD]


async def test_and_that_nobody_has_carried_it_in_time(bank: Bank) -> None:
    await bank.customer(MOBILE)
    await bank.set_pin(await bank.find(MOBILE))
    bank.time.pass_by(timedelta(days=3))

    assert await bank.services.deliveries.expire(10) == 1

    assert await bank.left_open() == [WriteState.UNTOLD]


async def test_all_who_share_a_pin_are_told_each_in_their_language(bank: Bank) -> None:
    owner = replace(JOINT, facts=Facts(phones=on_file(MOBILE), emails=on_file(MAIL)), language="de")
    caller = replace(MEMBER, facts=Facts(phones=on_file(THEIRS, MOBILE)), language="en")

    await bank.share_a_pin(caller, owner, replace(JOINT, facts=Facts()))

    sent = await bank.sent()
    assert {each: message.locale for each, message in sent.items()} == {
        (Channel.SMS, THEIRS): "en",
        (Channel.SMS, MOBILE): "en",
        (Channel.EMAIL, MAIL): "de",
    }
    assert await bank.left_open() == []
    assert await bank.log() == [SOME_NOT_TOLD]


async def test_who_has_a_pin_of_their_own_hears_of_no_other(bank: Bank) -> None:
    assert isinstance(bank.desk.core, CountingCore)
    bank.desk.core.traits = replace(bank.desk.core.traits, pins_are_per_person=True)
    owner = replace(JOINT, facts=Facts(phones=on_file(MOBILE)))

    await bank.share_a_pin(replace(MEMBER, facts=Facts(phones=on_file(THEIRS))), owner)

    assert {*await bank.sent()} == {(Channel.SMS, THEIRS)}
