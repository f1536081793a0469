"""Letters on their way: collected, released by two, drawn, taken out, handed over, forgotten."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.letters.post_room import PostRoom, asked_for, home, reference_of
from tests.paper import text_of
from tests.stores import MovableTime
from tests.whole_house import Dealt
from watchword.features.challenges.shown import Shown
from watchword.features.clients.rules import Client
from watchword.features.delivery.routes import FOLDER
from watchword.features.delivery.rules import Address, Refused
from watchword.features.letters.batches.parcel import MANIFEST
from watchword.features.letters.batches.rules import (
    Batch,
    BatchState,
    NothingWaits,
    NotNow,
)
from watchword.features.templates.rules import group
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services

ALL_PAGES = "select sealed_pdf as sealed from letter_pages"
ALL_CONTENT = "select sealed_content as sealed from letters where sealed_content is not null"


@pytest.fixture
def room(services: Services, shop: Client, dealt: Dealt) -> PostRoom:
    return PostRoom(services, shop, dealt)


async def collected(room: PostRoom) -> Batch:
    batch = await room.services.letters.batches.collect(room.client)
    assert isinstance(batch, Batch)
    return batch


async def ready(room: PostRoom) -> Batch:
    batch = await collected(room)
    assert isinstance(await room.services.letters.batches.release(room.client, batch.id), Batch)
    await room.draw()
    return await room.services.letters.batches.find(room.client.organisation.id, batch.id)


async def taken_out(room: PostRoom, batch: Batch) -> zipfile.ZipFile:
    pieces = await room.services.letters.batches.take_out(room.client, batch.id)
    assert isinstance(pieces, AsyncIterator)
    return zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in pieces])))


async def resting(services: Services, sql: str) -> list[bytes]:
    async with services.storage.reading(EVERYWHERE) as transaction:
        return [row["sealed"] for row in await transaction.all(sql)]


async def test_a_letter_waits_sealed_until_somebody_prints_it(room: PostRoom) -> None:
    await room.write()

    standing = await room.services.letters.letters.standing(room.client.organisation.id)
    [sealed] = await resting(room.services, ALL_CONTENT)
    assert (standing.waiting, standing.returned) == (1, 0)
    assert b"Hauptstra" not in sealed
    assert room.dealt.latest.encode() not in sealed


async def test_a_batch_ends_with_a_file_for_each_letter_and_a_list_of_them(room: PostRoom) -> None:
    codes = []
    for name in ("Ann Example", "=cmd()", "Jörg Müßig"):
        await room.write(home(name))
        codes.append(room.dealt.latest)
    batch = await ready(room)

    parcel = await taken_out(room, batch)

    assert (batch.state, batch.letters, batch.rendered) == (BatchState.READY, 3, 3)
    *files, manifest = parcel.namelist()
    assert manifest == MANIFEST
    texts = [text_of(parcel.read(file)) for file in files]
    assert len(texts) == len(codes)
    assert all(sum(group(code) in text for text in texts) == 1 for code in codes)
    rows = [*csv.DictReader(io.StringIO(parcel.read(MANIFEST).decode("utf-8-sig")))]
    assert [row["file"] for row in rows] == files
    assert {(row["postal_code"], row["country"]) for row in rows} == {("10115", "DE")}
    whole = parcel.read(MANIFEST).decode()
    assert not any(code in whole or group(code) in whole for code in codes)


async def test_what_was_handed_over_is_nowhere_any_more(room: PostRoom) -> None:
    await room.write()
    batch = await ready(room)
    batches = room.services.letters.batches

    done = await batches.confirm(room.client, batch.id)

    assert isinstance(done, Batch)
    assert done.state is BatchState.HANDED_OVER
    assert await resting(room.services, ALL_PAGES) == []
    assert await resting(room.services, ALL_CONTENT) == []
    assert await batches.take_out(room.client, batch.id) == NotNow(BatchState.HANDED_OVER)
    assert await batches.confirm(room.client, batch.id) == NotNow(BatchState.HANDED_OVER)


async def test_nothing_is_drawn_before_it_was_released(room: PostRoom) -> None:
    await room.write()
    batch = await collected(room)
    await room.draw()

    assert await resting(room.services, ALL_PAGES) == []
    batches = room.services.letters.batches
    assert await batches.take_out(room.client, batch.id) == NotNow(BatchState.COLLECTED)
    assert await batches.confirm(room.client, batch.id) == NotNow(BatchState.COLLECTED)


async def test_where_nothing_waits_there_is_no_batch(room: PostRoom) -> None:
    assert await room.services.letters.batches.collect(room.client) == NothingWaits()


async def test_a_batch_that_is_dissolved_gives_its_letters_back(room: PostRoom) -> None:
    await room.write()
    first = await collected(room)

    await room.services.letters.batches.dissolve(room.client, first.id)
    second = await collected(room)

    assert second.letters == 1
    assert await room.services.letters.batches.release(room.client, first.id) == NotNow(
        BatchState.DISSOLVED
    )


async def test_a_code_that_is_over_is_not_printed(room: PostRoom) -> None:
    cancelled = await room.write(home("Ann Away"))
    await room.write(home("Ann Here"))
    await room.services.challenges.cancel(room.client, cancelled.id)

    assert (await collected(room)).letters == 1


async def test_a_code_that_ended_after_it_was_drawn_is_not_handed_out(room: PostRoom) -> None:
    cancelled = await room.write(home("Ann Away"))
    await room.write(home("Ann Here"))
    batch = await ready(room)
    await room.services.challenges.cancel(room.client, cancelled.id)

    parcel = await taken_out(room, batch)

    assert len(parcel.namelist()) == 2
    assert "Ann Here" in text_of(parcel.read(parcel.namelist()[0]))


async def test_codes_that_ran_out_of_time_are_forgotten(room: PostRoom, time: MovableTime) -> None:
    await room.write()
    time.pass_by(timedelta(days=31))

    assert await room.services.letters.letters.forget(100) == 1
    assert await resting(room.services, ALL_CONTENT) == []


async def test_what_was_drawn_of_a_letter_without_content_is_destroyed_and_not_handed_out(
    room: PostRoom,
) -> None:
    await room.write()
    await room.write(home("Ann Here"))
    batch = await ready(room)
    async with room.services.storage.begin(EVERYWHERE) as transaction:
        await transaction.run("update letters set sealed_content = null where number = 1")

    assert len((await taken_out(room, batch)).namelist()) == 2
    assert await room.services.letters.letters.forget(100) == 1
    assert len(await resting(room.services, ALL_PAGES)) == 1


async def test_the_same_message_twice_is_one_letter(room: PostRoom) -> None:
    await room.services.challenges.open(room.client, asked_for())
    [queued] = await room.services.deliveries.claim(FOLDER, 10)

    first, second = await room.send_again(queued), await room.send_again(queued)

    standing = await room.services.letters.letters.standing(room.client.organisation.id)
    assert reference_of(first) == reference_of(second)
    assert standing.waiting == 1


async def test_an_address_that_does_not_fit_after_all_is_refused_when_it_is_to_be_kept(
    room: PostRoom,
) -> None:
    await room.services.challenges.open(room.client, asked_for())
    deliveries, folder = room.services.deliveries, room.services.providers[FOLDER]
    [queued] = await deliveries.claim(FOLDER, 10)
    wide = Address(home("W" * 80).address.reveal())

    outcome = await folder.send(replace(await deliveries.open(queued), address=wide))

    assert outcome == Refused("address does not fit")


async def test_a_code_that_is_over_when_its_letter_is_to_be_kept_is_refused(room: PostRoom) -> None:
    challenge = await room.services.challenges.open(room.client, asked_for())
    assert isinstance(challenge, Shown)
    deliveries, folder = room.services.deliveries, room.services.providers[FOLDER]
    [queued] = await deliveries.claim(FOLDER, 10)
    message = await deliveries.open(queued)
    await room.services.challenges.cancel(room.client, challenge.id)

    assert await folder.send(message) == Refused("code is over")


async def test_more_than_one_sheaf_is_drawn_in_order(room: PostRoom, dealt: Dealt) -> None:
    for number in range(53):
        await room.services.challenges.open(room.client, asked_for(home(f"Ann {number}")))
    await room.carry()
    batch = await ready(room)

    parcel = await taken_out(room, batch)

    assert [name[:5] for name in parcel.namelist()[:-1]] == [f"{n:05}" for n in range(1, 54)]
