"""Whoever has another PIN is told: at all that leads to them, and did until lately (PIN-08)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.features.activation.dialogue.calls import GOOD, MEMBER
from tests.features.calls.test_granting import Desk, desk_of
from tests.features.customers.people import email, phone
from tests.stores import KEYRING, NOON, MovableTime
from tests.whole_house import dealt, services
from watchword.features.activation.dialogue.steps import Note, WritePin
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.calls.notices.rules import TOLD_AT_MOST, ways_to_tell
from watchword.features.calls.notices.service import Notices
from watchword.features.calls.register.service import CallRegister
from watchword.features.calls.writes.rules import WriteState
from watchword.features.calls.writes.service import NOBODY_TOLD, SEEN_TO
from watchword.features.contacts.channels import Channel
from watchword.features.cores.rules import (
    OWN,
    ContactOnFile,
    CoreEvent,
    Facts,
    FindBy,
    Member,
    PinMode,
    PinState,
    Unavailable,
)
from watchword.features.customers.rules import Changes, Customer, NewCustomer, Origin, Profile
from watchword.features.delivery.routes import SANDBOX, Routes
from watchword.features.delivery.rules import Message
from watchword.features.delivery.service import Outbox
from watchword.features.staff.rules import Reasonless
from watchword.foundation.bells import LocalBells
from watchword.foundation.errors import NotFound
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealing import Sealer
from watchword.foundation.secret import Secret
from watchword.providers.cores.own import FORMER
from watchword.wiring import Services

__all__ = ["dealt", "services"]

EVERY = frozenset(Channel)
SILENT = EVERY - {Channel.VOICE}
MOBILE, LANDLINE, THEIRS, NEW = "+491701234567", "+498912345", "+491701234568", "+491701234569"
MAIL, EARLIER = "ann@example.org", "ann@before.example"


def on_file(*values: str, days: float | None = None) -> Sequence[ContactOnFile]:
    since = None if days is None else NOON - timedelta(days=days)
    return [ContactOnFile(Secret(each), since) for each in values]


def secrets(*values: str) -> Sequence[Secret]:
    return [Secret(each) for each in values]


def told(facts: Facts, served: Collection[Channel] = EVERY) -> list[tuple[Channel, str]]:
    ways = ways_to_tell(facts, "DE", served, NOON)
    return [(each.channel, each.contact.address.reveal()) for each in ways]


@pytest.mark.parametrize(
    ("facts", "ways"),
    [
        (
            Facts(phones=on_file(MOBILE, days=90), emails=on_file(MAIL, days=90)),
            [(Channel.EMAIL, MAIL), (Channel.SMS, MOBILE)],
        ),
        # What was replaced is told, too, and nothing is told twice.
        (
            Facts(
                phones=on_file(NEW, days=1),
                emails=on_file(MAIL, days=90),
                former_phones=secrets(MOBILE, NEW),
                former_emails=secrets(EARLIER, MAIL),
            ),
            [
                (Channel.EMAIL, MAIL),
                (Channel.SMS, NEW),
                (Channel.EMAIL, EARLIER),
                (Channel.SMS, MOBILE),
            ],
        ),
        # Whoever has only a landline is called.
        (Facts(phones=on_file(LANDLINE, days=90)), [(Channel.VOICE, LANDLINE)]),
        (
            Facts(phones=on_file(LANDLINE, MOBILE, days=90)),
            [(Channel.SMS, MOBILE)],
        ),
        # A thief has put their own telephone beside it, or in its place.
        (
            Facts(phones=[*on_file(LANDLINE, days=900), *on_file(THEIRS, days=29)]),
            [(Channel.SMS, THEIRS), (Channel.VOICE, LANDLINE)],
        ),
        (
            Facts(phones=on_file(THEIRS, days=1), former_phones=secrets(LANDLINE)),
            [(Channel.SMS, THEIRS), (Channel.VOICE, LANDLINE)],
        ),
        (Facts(), []),
        (Facts(phones=on_file("abc"), emails=on_file("nobody")), []),
    ],
)
def test_it_is_told_where_somebody_is_and_was_reached(
    facts: Facts, ways: list[tuple[Channel, str]]
) -> None:
    assert told(facts) == ways


def test_without_a_voice_a_landline_is_told_nothing() -> None:
    assert told(Facts(phones=on_file(LANDLINE)), SILENT) == []
    assert told(Facts(phones=on_file(MOBILE)), {Channel.VOICE}) == [(Channel.VOICE, MOBILE)]


def test_a_core_that_keeps_all_that_there_ever_was_does_not_crowd_out_what_is_new() -> None:
    many = [f"+4917012345{number}" for number in range(10, 40)]

    found = told(Facts(phones=on_file(*many), former_phones=secrets(MOBILE)))

    assert len(found) == TOLD_AT_MOST + 1
    assert found[-1] == (Channel.SMS, MOBILE)


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
