"""The worker of the sandbox: what is in store happens, at least once, and no fault stops it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs

from tests.features.sandbox.played import Play, another, playing
from tests.journeys.installation import eventually
from tests.stores import KEYRING
from tests.whole_house import asked, phone, shown
from tests.workers.lanes import at_work, until
from watchword.features.challenges.policies import FOR_STAFF, Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.shown import Shown
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.post import Place, read_post
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Address, Draft, ProviderName, Receipt
from watchword.features.delivery.service import Outbox
from watchword.features.sandbox.rules import LEASE
from watchword.features.sandbox.scenarios import LATE, Part, number_of
from watchword.features.sandbox.service import STAGE
from watchword.features.templates.rules import TemplateName
from watchword.foundation.bells import LocalBells
from watchword.foundation.keyring import KeyKind
from watchword.foundation.sealing import Sealer
from watchword.workers.delivery import Lane
from watchword.workers.sandbox import Stage

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NEVER = 60.0  # seconds between two looks that no bell has asked for


@pytest.fixture
async def play(migrated: str) -> AsyncIterator[Play]:
    async with playing(migrated) as play:
        yield play


def to_part(part: Part) -> Contact:
    number = number_of(part)
    assert number is not None
    return phone(number)


def letter(name: str) -> Contact:
    contact = read_post(Place(name, "Hauptstraße 1", "10115", "Berlin", "DE"))
    assert isinstance(contact, Contact)
    return contact


async def open_for(play: Play, contact: Contact) -> ChallengeId:
    opening = asked(contact, purpose=Purpose.CARD_VERIFICATION)
    opened = shown(await play.services.challenges.open(play.client, opening))
    await play.settle()
    return opened.id


async def look(play: Play, id: ChallengeId) -> Shown:
    return await play.services.challenges.read(play.client, id)


async def code_of(play: Play) -> str:
    [message] = await play.services.sandbox.look(play.client.organisation.id)
    assert message.code is not None
    return message.code.reveal()


@dataclass
class Faulty:
    """Deliveries that cannot be reached the first few times."""

    play: Play
    faults: int
    reports: list[Report] = field(default_factory=list)

    async def receive(self, provider: ProviderName, reports: list[Report]) -> int:
        if self.faults:
            self.faults -= 1
            raise OSError("+4917604069005 123456")
        self.reports += reports
        return await self.play.services.deliveries.receive(provider, reports)


def stage_with(play: Play, deliveries: Faulty) -> Stage:
    return Stage(
        sandbox=play.services.sandbox,
        deliveries=deliveries,  # type: ignore[arg-type]
        denials=play.services.denials,
        returns=play.services.returns,
        bells=play.services.bells,
        look_every=NEVER,
    )


class TestAHappening:
    async def test_is_reported_as_a_provider_would(self, play: Play) -> None:
        id = await open_for(play, to_part(Part.UNDELIVERED))
        assert [each.receipt for each in (await look(play, id)).sendings] == [None]

        play.time.pass_by(SECOND)
        await play.settle()

        [sending] = (await look(play, id)).sendings
        assert (sending.receipt, sending.receipt_reason) == (Receipt.FAILED, "played")

    async def test_that_comes_five_times_changes_one_thing(self, play: Play) -> None:
        id = await open_for(play, to_part(Part.DUPLICATED))
        play.time.pass_by(SECOND)

        assert await play.stage.play_due() == 5

        assert [each.receipt for each in (await look(play, id)).sendings] == [Receipt.DELIVERED]
        assert await play.stage.play_due() == 0

    async def test_that_fails_is_tried_again_and_keeps_nobody_waiting(self, play: Play) -> None:
        id = await open_for(play, to_part(Part.UNDELIVERED))
        other = await open_for(play, to_part(Part.DUPLICATED))
        faulty = Faulty(play, faults=1)
        stage = stage_with(play, faulty)
        play.time.pass_by(SECOND)

        with capture_logs() as said:
            assert await stage.play_due() == 6
        assert len(faulty.reports) == 5
        receipts = {(await look(play, each)).sendings[0].receipt for each in (id, other)}
        assert len(receipts) == 2 or receipts == {Receipt.DELIVERED, None}

        play.time.pass_by(LEASE)
        assert await stage.play_due() == 1

        assert (await look(play, id)).sendings[0].receipt is Receipt.FAILED
        assert (await look(play, other)).sendings[0].receipt is Receipt.DELIVERED
        faults = [each for each in said if each["event"] == "stage.failed"]
        assert [each["fault"] for each in faults] == ["OSError"]
        assert "4069005" not in repr(said)
        assert "123456" not in repr(said)

    async def test_happens_to_nobody_twice_when_two_are_at_work(self, play: Play) -> None:
        await open_for(play, to_part(Part.DUPLICATED))
        play.time.pass_by(SECOND)
        deliveries = [Faulty(play, 0), Faulty(play, 0)]

        await asyncio.gather(*(stage_with(play, each).play_due() for each in deliveries))

        assert len(deliveries[0].reports) + len(deliveries[1].reports) == 5

    async def test_about_a_message_that_is_no_more_is_over(self, play: Play) -> None:
        for part in (Part.NOT_ME, Part.UNDELIVERED):
            await open_for(play, to_part(part))
        async with play.services.storage.begin(play.client.organisation.id) as transaction:
            await transaction.run("delete from messages")
        play.time.pass_by(LATE)

        await play.settle()

        assert await play.services.sandbox.ahead(play.client.organisation.id) == []


class TestSomebodyWhoDidNotAsk:
    async def test_ends_it(self, play: Play) -> None:
        id = await open_for(play, to_part(Part.NOT_ME))
        play.time.pass_by(2 * SECOND)

        await play.settle()

        assert (await look(play, id)).status is Status.DENIED

    async def test_to_what_was_only_told_has_nothing_to_end(self, play: Play) -> None:
        whose, address = play.client.organisation, to_part(Part.NOT_ME).address.reveal()
        draft = Draft(
            channel=Channel.SMS,
            provider=SANDBOX,
            address=Address(address),
            template=TemplateName.CUSTOMER_NOTICE,
            locale="en",
            facts={"subject": "Your PIN", "text": "Your PIN was changed."},
            about="notice:5f0d9c1e",
            not_after=play.services.storage.now() + DAY,
        )
        outbox = Outbox(sealer=Sealer(KEYRING.versions(KeyKind.OUTBOX)), bells=LocalBells())
        async with play.services.storage.begin(whose.id) as transaction:
            await outbox.put(transaction, whose.id, draft)
        await play.settle()
        play.time.pass_by(2 * SECOND)

        with capture_logs() as logs:
            await play.settle()

        assert await play.services.sandbox.ahead(whose.id) == []
        assert [each for each in logs if each["event"] == "stage.failed"] == []


class TestALetter:
    async def test_that_comes_back_has_failed_and_its_code_is_dead(self, play: Play) -> None:
        id = await open_for(play, letter("Returned"))
        await play.services.clock.move(play.client.organisation, 10 * DAY)

        await play.settle()

        challenge = await look(play, id)
        assert challenge.status is Status.CANCELLED
        [sending] = challenge.sendings
        assert (sending.receipt, sending.receipt_reason) == (Receipt.FAILED, "returned")

    async def test_that_comes_back_does_not_undo_what_was_proven_meanwhile(
        self, play: Play
    ) -> None:
        id = await open_for(play, letter("Returned"))
        await play.services.challenges.cancel(play.client, id)
        await play.services.clock.move(play.client.organisation, 10 * DAY)

        await play.settle()

        assert (await look(play, id)).status is Status.CANCELLED
        assert await play.services.sandbox.ahead(play.client.organisation.id) == []

    async def test_that_is_late_arrives_after_three_days_and_is_still_good(
        self, play: Play
    ) -> None:
        id = await open_for(play, letter("Late"))
        assert await play.services.sandbox.look(play.client.organisation.id) == []

        await play.services.clock.move(play.client.organisation, 3 * DAY)
        await play.settle()

        verdict = await play.services.challenges.answer(play.client, id, await code_of(play))
        assert verdict.word == "verified"


async def test_what_is_due_happens_by_itself_while_it_works(play: Play) -> None:
    id = await open_for(play, to_part(Part.UNDELIVERED))
    faulty = Faulty(play, 0)
    play.time.pass_by(SECOND)

    stage = stage_with(play, faulty)
    task = asyncio.create_task(stage.run())
    play.services.bells.ring(STAGE)
    await until(lambda: bool(faulty.reports))
    stage.stop()
    await task

    assert (await look(play, id)).sendings[0].receipt is Receipt.FAILED


async def test_an_outage_that_one_plays_shuts_the_sandbox_to_nobody_else(play: Play) -> None:
    lane = Lane(
        name=SANDBOX,
        provider=play.services.providers[SANDBOX],
        deliveries=play.services.deliveries,
        bells=play.services.bells,
        concurrency=4,
        chance=lambda: 0.5,
        now=play.time,
        look_every=0.01,
        rests=False,
    )
    other = await another(play, "other")
    number = number_of(Part.OUTAGE)
    assert number is not None
    ids = []
    for purpose in sorted({*Purpose} - FOR_STAFF):  # staff sign in by mail alone
        opened = await play.services.challenges.open(
            play.client, asked(phone(number), purpose=purpose)
        )
        ids.append(shown(opened).id)

    async with at_work(lane):
        for id in ids:
            await eventually("it was tried", partial(was_tried, play, id))
        await other.services.challenges.open(other.client, asked())
        await eventually("the other got it", partial(has_mail, other))


async def was_tried(play: Play, id: ChallengeId) -> bool:
    return all(each.attempts for each in (await look(play, id)).sendings)


async def has_mail(play: Play) -> bool:
    return bool(await play.services.sandbox.look(play.client.organisation.id))


async def test_no_code_and_no_number_is_told_to_the_log(play: Play) -> None:
    with capture_logs() as said:
        ids = [
            await open_for(play, contact)
            for contact in (phone(), to_part(Part.NOT_ME), letter("Ann Example"))
        ]
        found = await play.services.sandbox.look(play.client.organisation.id)
        await play.services.clock.move(play.client.organisation, DAY)
        await play.settle()

    codes = [each.code.reveal() for each in found if each.code is not None]
    assert len(codes) == len(ids) == 3
    for secret in (*codes, "1701234567", "17604069008", "Ann Example", "Hauptstraße"):
        assert secret not in repr(said)
