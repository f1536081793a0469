"""What happens in the sandbox: messages arrive, are looked at by their own, and are forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.stores import NOON, MovableTime, at_rest, found, new_organisations, new_sealer
from watchword.features.delivery.rules import (
    Accepted,
    Address,
    Channel,
    Message,
    MessageId,
    Receipt,
)
from watchword.features.organisations.rules import Organisation
from watchword.features.sandbox.rules import KEPT_FOR, SHOWN_AT_MOST
from watchword.features.sandbox.service import Sandbox, bell_of
from watchword.features.sandbox.store import SandboxCensus
from watchword.foundation.bells import LocalBells
from watchword.foundation.ids import EVERYWHERE
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Storage
from watchword.providers.channels.sandbox import SandboxProvider

NUMBER, OTHER, CODE = "+491701234567", "+491701234568", "135792"
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

        assert await SandboxProvider(sandbox).send(sent) == Accepted(
            str(sent.id), receipt=Receipt.DELIVERED
        )

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
