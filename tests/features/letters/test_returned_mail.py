"""Letters that came back: the code is dead, the address is marked, and twice does no harm."""

import pytest

from tests.features.letters.post_room import PostRoom, home
from tests.whole_house import Dealt
from watchword.features.challenges.rules import Status
from watchword.features.challenges.verdicts import Over, Verified
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import ContactId
from watchword.features.delivery.receipts import Report
from watchword.features.delivery.routes import FOLDER
from watchword.features.delivery.rules import Receipt
from watchword.features.letters.returns.service import (
    BackAlready,
    NoSuchLetter,
    ReturnedMail,
    TakenBack,
)
from watchword.features.letters.rules import read_tag, tag_from
from watchword.features.letters.service import TAGS
from watchword.foundation.ids import OrganisationId
from watchword.foundation.storage import Transaction
from watchword.wiring import Services


@pytest.fixture
def room(services: Services, shop: Client, dealt: Dealt) -> PostRoom:
    return PostRoom(services, shop, dealt)


class Marked:
    def __init__(self) -> None:
        self.contacts: list[ContactId] = []

    async def __call__(
        self, transaction: Transaction, organisation_id: OrganisationId, contact_id: ContactId
    ) -> None:
        self.contacts.append(contact_id)


def returned_mail(services: Services, marked: Marked) -> ReturnedMail:
    return ReturnedMail(
        storage=services.storage,
        organisations=services.organisations,
        contacts=services.contacts,
        returns=services.returns,
        mark_bad=marked,
    )


async def tag_of(room: PostRoom) -> str:
    """Read the mark off the letter that was written last, as its sheet has it."""
    whose = room.client.organisation.id
    async with room.services.storage.reading(whose) as transaction:
        keys = await room.services.organisations.keys(transaction, whose)
        row = await transaction.one("select message_id from letters order by created_at desc")
    assert row is not None
    return tag_from(keys.blind(TAGS, row["message_id"]))


async def test_a_letter_that_came_back_ends_its_code_and_marks_its_address(
    room: PostRoom,
) -> None:
    challenge, marked = await room.write(), Marked()
    returned = returned_mail(room.services, marked)
    tag = await tag_of(room)

    taken = await returned.take_back(room.client, f"WWR:{tag}")

    assert isinstance(taken, TakenBack)
    assert taken.was_open
    assert "Berlin" in taken.contact.masked
    assert len(marked.contacts) == 1
    read = await room.services.challenges.read(room.client, challenge.id)
    assert read.status is Status.CANCELLED
    answer = await room.services.challenges.answer(room.client, challenge.id, room.dealt.latest)
    assert answer == Over()


async def test_a_letter_that_comes_back_twice_changes_nothing_more(room: PostRoom) -> None:
    await room.write()
    marked = Marked()
    returned, tag = returned_mail(room.services, marked), await tag_of(room)
    await returned.take_back(room.client, tag)

    again = await returned.take_back(room.client, f"{tag[:4]} {tag[4:8]}-{tag[8:]}".lower())

    assert isinstance(again, BackAlready)
    assert len(marked.contacts) == 1


async def test_a_letter_of_a_code_that_was_typed_in_time_comes_back_in_vain(
    room: PostRoom,
) -> None:
    challenge = await room.write()
    tag = await tag_of(room)
    typed = room.dealt.latest
    assert await room.services.challenges.answer(room.client, challenge.id, typed) == Verified()

    taken = await returned_mail(room.services, Marked()).take_back(room.client, tag)

    assert isinstance(taken, TakenBack)
    assert not taken.was_open


@pytest.mark.parametrize("typed", ["", "WWR:", "2" * 12, "K7QM2XWR9H", "0" * 12, "x" * 500])
async def test_a_mark_that_no_letter_has_is_told_so(room: PostRoom, typed: str) -> None:
    await room.write()

    assert await room.services.letters.returned.take_back(room.client, typed) == NoSuchLetter()


async def test_the_code_itself_takes_no_letter_back(room: PostRoom) -> None:
    await room.write()

    outcome = await room.services.letters.returned.take_back(room.client, room.dealt.latest)

    assert outcome == NoSuchLetter()


async def test_another_organisation_takes_no_letter_of_ours_back(
    room: PostRoom, tester: Client
) -> None:
    challenge = await room.write()

    outcome = await room.services.letters.returned.take_back(tester, await tag_of(room))

    assert outcome == NoSuchLetter()
    read = await room.services.challenges.read(room.client, challenge.id)
    assert read.status is Status.PENDING


async def test_what_a_print_service_reports_as_returned_ends_the_code_too(room: PostRoom) -> None:
    challenge = await room.write(home("Ann Gone"))
    [sending] = (await room.services.challenges.read(room.client, challenge.id)).sendings

    report = Report(receipt=Receipt.FAILED, message_id=sending.id, reason="returned")
    await room.services.deliveries.receive(FOLDER, [report])
    await room.services.deliveries.receive(FOLDER, [report])

    read = await room.services.challenges.read(room.client, challenge.id)
    assert read.status is Status.CANCELLED
    standing = await room.services.letters.letters.standing(room.client.organisation.id)
    assert standing.returned == 1


def test_a_tag_is_read_as_it_was_scanned_or_typed() -> None:
    assert read_tag("WWR:23456789ABCD") == "23456789ABCD"
    assert read_tag("wwr: 2345 6789-abcd\r\n") == "23456789ABCD"
    assert read_tag("2345 6789 ABC") is None
    assert read_tag("O345 6789 ABCD") is None
