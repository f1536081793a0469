"""What happens in the sandbox: messages arrive, are looked at by their own, and are forgotten."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.stores import NOON, MovableTime, at_rest, found, new_organisations, new_sealer
from watchword.features.challenges.desk import Machine
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import Accepted, Address, Message, MessageId, Receipt
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.sandbox.rules import (
    KEPT_FOR,
    LEASE,
    LETTERS_KEPT_FOR,
    SHOWN_AT_MOST,
    What,
)
from watchword.features.sandbox.scenarios import LATE, MOBILES
from watchword.features.sandbox.service import Sandbox, bell_of
from watchword.features.sandbox.store import SandboxCensus
from watchword.foundation.bells import LocalBells
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage

NUMBER, OTHER, CODE = "+491701234567", "+491701234568", "135792"
LATE_NUMBER, DUPLICATED_NUMBER, FLAKY_NUMBER = (
    f"{MOBILES}{digits}" for digits in ("01", "03", "11")
)
SECOND = timedelta(seconds=1)


@pytest.fixture
def bells() -> LocalBells:
    return LocalBells()


@pytest.fixture
def sandbox(house: Storage, bells: LocalBells) -> Sandbox:
    return Sandbox(
        storage=house,
        organisations=new_organisations(house),
        sealer=new_sealer(),
        bells=bells,
    )


@pytest.fixture
async def bank(house: Storage) -> Organisation:
    return await found(house, "bank")


def message(organisation: Organisation, to: str = NUMBER, text: str = "Hello") -> Message:
    return Message(
        id=MessageId(uuid4()),
        organisation_id=organisation.id,
        channel=Channel.SMS,
        address=Address(to),
        subject=None,
        text=Secret(f"{text} {CODE}"),
        locale="de",
        not_after=NOON + 10 * SECOND,
        code=Secret(CODE),
    )


async def texts(sandbox: Sandbox, organisation: Organisation, to: str | None = None) -> list[str]:
    return [each.text.reveal() for each in await sandbox.look(organisation.id, to)]


class TestAMessage:
    async def test_arrives_as_it_was_sent(self, sandbox: Sandbox, bank: Organisation) -> None:
        sent = message(bank)

        assert await sandbox.deliver(sent) == Accepted(str(sent.id), receipt=Receipt.DELIVERED)

        [delivered] = await sandbox.look(bank.id)
        assert (delivered.id, delivered.channel, delivered.at) == (sent.id, Channel.SMS, NOON)
        assert delivered.to.reveal() == NUMBER
        assert delivered.text.reveal() == f"Hello {CODE}"
        assert delivered.code is not None
        assert delivered.code.reveal() == CODE
        assert CODE not in repr(delivered)
        assert NUMBER not in repr(delivered)

    async def test_that_is_sent_twice_arrives_once(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        sent = message(bank)

        await sandbox.deliver(sent)
        await sandbox.deliver(sent)

        assert len(await sandbox.look(bank.id)) == 1

    async def test_rings_the_bell_of_its_organisation(
        self, sandbox: Sandbox, bank: Organisation, bells: LocalBells
    ) -> None:
        ear = bells.listen(bell_of(bank.id))

        await sandbox.deliver(message(bank))

        assert ear.rung.is_set()

    async def test_cannot_be_read_where_it_rests(
        self, sandbox: Sandbox, bank: Organisation, migrated: str
    ) -> None:
        await sandbox.deliver(message(bank, text="Good morning"))

        stolen = await at_rest(migrated)

        for word in (NUMBER, NUMBER[1:], CODE, "Good morning"):
            assert word.encode() not in stolen


class TestLooking:
    async def test_shows_the_newest_first(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        for text in "abc":
            await sandbox.deliver(message(bank, text=text))
            time.pass_by(SECOND)

        assert await texts(sandbox, bank) == [f"{text} {CODE}" for text in "cba"]

    async def test_shows_what_went_to_one_address(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        await sandbox.deliver(message(bank, NUMBER, "a"))
        await sandbox.deliver(message(bank, OTHER, "b"))
        await sandbox.deliver(message(bank, "Ann@example.org", "c"))

        assert await texts(sandbox, bank, OTHER) == [f"b {CODE}"]
        assert await texts(sandbox, bank, "ann@EXAMPLE.org") == [f"c {CODE}"]
        assert await texts(sandbox, bank, "+49") == []

    async def test_shows_nothing_of_another_organisation(
        self, sandbox: Sandbox, bank: Organisation, house: Storage
    ) -> None:
        shop = await found(house, "shop")
        await sandbox.deliver(message(bank))

        assert await texts(sandbox, shop) == []
        assert await texts(sandbox, shop, NUMBER) == []

    async def test_shows_a_hundred_at_most(self, sandbox: Sandbox, bank: Organisation) -> None:
        for _ in range(SHOWN_AT_MOST + 1):
            await sandbox.deliver(message(bank))

        assert len(await sandbox.look(bank.id)) == SHOWN_AT_MOST


class TestAMessageToAScenario:
    async def test_lies_there_when_it_is_due_and_not_before(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        await sandbox.deliver(message(bank, LATE_NUMBER))
        time.pass_by(LATE - SECOND)
        assert await texts(sandbox, bank) == await texts(sandbox, bank, LATE_NUMBER) == []

        time.pass_by(SECOND)

        assert await texts(sandbox, bank) == await texts(sandbox, bank, LATE_NUMBER) != []

    async def test_is_said_to_be_coming(
        self, sandbox: Sandbox, bank: Organisation, house: Storage
    ) -> None:
        await sandbox.deliver(message(bank, LATE_NUMBER))

        coming = [(each.what, each.due_at) for each in await sandbox.ahead(bank.id)]

        assert coming == [(What.ARRIVES, NOON + LATE), (What.DELIVERED, NOON + LATE)]
        assert await sandbox.ahead((await found(house, "shop")).id) == []

    async def test_that_is_sent_twice_happens_once(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        sent = message(bank, DUPLICATED_NUMBER)

        for _ in range(2):
            await sandbox.deliver(sent)

        assert len(await sandbox.ahead(bank.id)) == 5

    async def test_happens_once_however_many_workers_ask(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        await sandbox.deliver(message(bank, DUPLICATED_NUMBER))
        time.pass_by(SECOND)

        taken = await asyncio.gather(*(sandbox.take_due(100) for _ in range(3)))

        ids = [due.id for each in taken for due in each]
        assert len(ids) == len({*ids}) == 5

    async def test_happens_again_if_the_worker_never_said_that_it_did(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        await sandbox.deliver(message(bank, DUPLICATED_NUMBER))
        time.pass_by(SECOND)
        first, *rest = await sandbox.take_due(100)
        await sandbox.happened(first)
        time.pass_by(LEASE - SECOND)
        assert await sandbox.take_due(100) == []
        assert await sandbox.next_due() == 1.0

        time.pass_by(SECOND)

        assert [due.id for due in await sandbox.take_due(100)] == [due.id for due in rest]

    async def test_is_given_up_after_a_day(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        await sandbox.deliver(message(bank, DUPLICATED_NUMBER))
        time.pass_by(KEPT_FOR + 2 * SECOND)

        await sandbox.forget(500)

        assert await sandbox.ahead(bank.id) == []
        assert await sandbox.next_due() is None


class TestALetter:
    async def test_is_found_by_its_address_in_one_line(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        await sandbox.deliver(letter(bank))

        [found] = await sandbox.look(bank.id, "ann  example, HAUPTSTRASSE 1, 10115 Berlin, DE")

        assert found.to.reveal() == "Ann Example, Hauptstraße 1, 10115 Berlin, DE"
        assert await texts(sandbox, bank, "Ann Example, Hauptstraße 2, 10115 Berlin, DE") == []

    async def test_is_kept_for_a_month(
        self, sandbox: Sandbox, bank: Organisation, time: MovableTime
    ) -> None:
        await sandbox.deliver(letter(bank))
        time.pass_by(LETTERS_KEPT_FOR)
        assert await sandbox.forget(500) == 0

        time.pass_by(SECOND)

        assert await sandbox.forget(500) == 1


class TestASeed:
    async def test_gives_the_same_numbers_again(
        self, sandbox: Sandbox, bank: Organisation, house: Storage
    ) -> None:
        drawn = []
        for seed in ("spring", "spring", "autumn"):
            await sandbox.sow(caller(bank), seed)
            drawn.append([await draw(sandbox, house, bank) for _ in range(3)])

        assert drawn[0] == drawn[1] != drawn[2]
        assert len({*drawn[0]}) == 3

    async def test_decides_which_messages_are_lost(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        arrived = []
        for _ in range(2):
            await sandbox.sow(caller(bank), "spring")
            before = len(await sandbox.look(bank.id))
            for _ in range(12):
                await sandbox.deliver(message(bank, FLAKY_NUMBER))
            arrived.append(len(await sandbox.look(bank.id)) - before)

        assert 0 < arrived[0] == arrived[1] < 12

    async def test_is_of_one_organisation_alone(
        self, sandbox: Sandbox, bank: Organisation, house: Storage
    ) -> None:
        await sandbox.sow(caller(bank), "spring")

        assert await draw(sandbox, house, await found(house, "shop")) is None

    async def test_is_nothing_to_an_organisation_that_reaches_people(
        self, sandbox: Sandbox, house: Storage
    ) -> None:
        live = await found(house, "live", mode=Mode.LIVE)
        await sandbox.sow(caller(live), "spring")

        assert await draw(sandbox, house, live) is None


def caller(organisation: Organisation) -> Machine:
    return Machine(name="test", organisation=organisation)


async def draw(sandbox: Sandbox, house: Storage, organisation: Organisation) -> int | None:
    async with house.begin(organisation.id) as transaction:
        chance = await sandbox.draw(transaction, organisation)
    return None if chance is None else chance(10**6)


def letter(organisation: Organisation, name: str = "Ann Example") -> Message:
    contact = read_post(Place(name, "Hauptstraße 1", "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return replace(
        message(organisation, contact.address.reveal()), channel=Channel.LETTER, code=None
    )


class TestACall:
    async def test_is_told_before_and_after_the_key(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        call = replace(message(bank), channel=Channel.VOICE, greeting=Secret("Press 1."))
        await sandbox.deliver(call)

        [heard] = await sandbox.look(bank.id)

        assert heard.greeting is not None
        assert heard.greeting.reveal() == "Press 1."
        assert heard.words.reveal() == f"Hello {CODE}"
        assert heard.text.reveal() == f"Press 1.\n\n[1]\n\nHello {CODE}"

    async def test_that_has_no_greeting_is_one_text(
        self, sandbox: Sandbox, bank: Organisation
    ) -> None:
        await sandbox.deliver(replace(message(bank), channel=Channel.VOICE))

        [heard] = await sandbox.look(bank.id)

        assert heard.greeting is None
        assert heard.words.reveal() == f"Hello {CODE}"


async def test_messages_are_forgotten_after_a_day(
    sandbox: Sandbox, bank: Organisation, house: Storage, time: MovableTime
) -> None:
    await sandbox.deliver(message(bank))
    time.pass_by(KEPT_FOR)
    assert await sandbox.forget(500) == 0
    async with house.reading(EVERYWHERE) as transaction:
        assert await SandboxCensus(transaction).by_outbox_key() == {1: 1}

    time.pass_by(SECOND)

    assert await sandbox.forget(500) == 1
    assert await sandbox.look(bank.id) == []
