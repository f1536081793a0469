"""What is too old goes by itself, and not before."""

import asyncio
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from tests.features.privacy.overdue import fill, past_its_term, with_terms
from tests.stores import MovableTime
from tests.whole_house import Dealt, asked, phone, shown
from tests.workers.lanes import until
from watchword.features.challenges.rules import Status
from watchword.features.clients.rules import Client
from watchword.features.delivery.rules import ProviderName
from watchword.features.privacy.keeping import Chosen, Keep, find_faults, periods
from watchword.features.privacy.retention.rules import SWEEPS, Run, Sweep, late
from watchword.features.privacy.retention.service import Retention
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services
from watchword.workers.crew import _sweeper

DAY = timedelta(days=1)
PERIODS = periods(Chosen())


async def sweep(services: Services) -> None:
    """Let all be swept that workers sweep, once and to its end."""
    sweeper, now = _sweeper(services), services.storage.now()
    task = asyncio.create_task(sweeper.run())

    async def look() -> None:
        while True:
            ran = {run.name: run.ran_at for run in await services.privacy.retention.runs()}
            if all(is_done(each, ran.get(each.name), now) for each in SWEEPS):
                return
            await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    await until(looking.done)
    sweeper.stop()
    await task


def is_done(sweep: Sweep, ran_at: datetime | None, now: datetime) -> bool:
    """Say whether a sweep has run now, or is not due again."""
    return ran_at is not None and (ran_at == now or now - ran_at < sweep.every)


async def scan(services: Services, overdue: timedelta = timedelta()) -> dict[str, int]:
    """Count what is past its term in every table."""
    found: dict[str, int] = {}
    async with services.storage.reading(EVERYWHERE) as transaction:
        for table, term in with_terms():
            count = await past_its_term(transaction, table, term, PERIODS, overdue)
            name = f"{table.name}/{term.keep}/{term.where}"
            found[name] = found.get(name, 0) + count
    return found


@pytest.mark.parametrize("days", [1, 2, 9, 31, 61, 91, 401])
async def test_so_many_days_later_nothing_is_past_its_class(
    services: Services, shop: Client, time: MovableTime, days: int
) -> None:
    await _live(services, shop)
    await fill(services, shop)
    time.pass_by(days * DAY + timedelta(hours=1))

    await sweep(services)

    assert {name: count for name, count in (await scan(services)).items() if count} == {}


async def test_the_scan_would_find_each_kind_if_nobody_swept(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await _live(services, shop)
    await fill(services, shop)
    time.pass_by(402 * DAY)

    found = await scan(services)
    # What was asked above has not ended, so its person is still needed.
    found = {name: count for name, count in found.items() if not name.startswith("contact_points")}
    assert [name for name, count in found.items() if not count] == []


async def test_before_its_time_nothing_goes(
    services: Services, shop: Client, time: MovableTime, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.challenges.answer(shop, challenge.id, dealt.latest)
    time.pass_by(89 * DAY)

    await sweep(services)

    seen = await services.challenges.read(shop, challenge.id)
    assert (seen.status, seen.to) == (Status.VERIFIED, "+49•••••4567")
    assert len(seen.sendings) == 1
    assert len(seen.route.trace) == 1


async def test_after_ninety_days_a_challenge_is_bare_and_its_person_is_gone(
    services: Services, shop: Client, time: MovableTime, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked(requester="device")))
    await services.challenges.answer(shop, challenge.id, dealt.latest)
    time.pass_by(91 * DAY)

    await sweep(services)
    time.pass_by(2 * DAY)  # People whom nothing refers to are looked for once a day.
    await sweep(services)

    seen = await services.challenges.read(shop, challenge.id)
    assert (seen.status, seen.to, seen.sendings) == (Status.VERIFIED, "•••••", ())
    assert seen.route.trace == ()
    assert await services.contacts.find(shop.organisation.id, phone()) is None
    async with services.storage.reading(EVERYWHERE) as transaction:
        for table in ("person_keys", "known_requesters"):
            rows = await transaction.all(f"select * from {table}")  # noqa: S608
            assert list(rows) == [], table


async def test_somebody_who_comes_back_in_time_is_kept(
    services: Services, shop: Client, time: MovableTime
) -> None:
    shown(await services.challenges.open(shop, asked()))
    id = await services.contacts.find(shop.organisation.id, phone())
    for _ in range(4):
        time.pass_by(60 * DAY)
        await sweep(services)
        shown(await services.challenges.open(shop, asked()))

    assert await services.contacts.find(shop.organisation.id, phone()) == id


async def test_wrong_codes_in_a_row_keep_the_person_for_as_long_as_they_count(
    services: Services, shop: Client, time: MovableTime, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await services.challenges.answer(shop, challenge.id, dealt.wrong)

    time.pass_by(300 * DAY)
    await sweep(services)
    still = await services.contacts.find(shop.organisation.id, phone())
    time.pass_by(102 * DAY)
    await sweep(services)
    time.pass_by(2 * DAY)
    await sweep(services)

    assert still is not None
    assert await services.contacts.find(shop.organisation.id, phone()) is None


async def test_a_page_not_me_is_closed_a_day_after_the_end(
    services: Services, shop: Client, time: MovableTime
) -> None:
    shown(await services.challenges.open(shop, asked()))
    [queued] = await services.deliveries.claim(ProviderName("gateway"), 1)
    token = (
        (await services.deliveries.open(queued)).text.reveal().partition("/n/")[2].split()[0][:12]
    )

    time.pass_by(timedelta(minutes=10))
    await services.challenges.expire(10)
    time.pass_by(timedelta(hours=20))
    await sweep(services)
    in_time = await services.denials.look(token)
    time.pass_by(timedelta(hours=5))
    await sweep(services)

    assert in_time is not None
    assert await services.denials.look(token) is None


async def test_it_does_much_in_pieces_and_says_how_much_it_was(
    services: Services, shop: Client, time: MovableTime
) -> None:
    for _ in range(5):
        await fill(services, shop)
    time.pass_by(402 * DAY)
    retention = Retention(storage=services.storage, periods=PERIODS)

    with capture_logs() as logs:
        counts = [await retention.sweep(2) for _ in range(20)]

    assert max(counts) == 2
    assert counts[-1] == 0
    swept = {line["term"]: line["count"] for line in logs if line["event"] == "retention.swept"}
    assert swept["staff_links/sessions"] == 5
    runs = {run.name: run for run in await retention.runs()}
    assert runs["staff_links/sessions"].found == 5
    assert {run.ran_at for run in runs.values()} == {time()}


async def test_it_looks_again_after_ten_minutes_and_not_at_every_turn(
    services: Services, shop: Client, time: MovableTime
) -> None:
    retention = Retention(storage=services.storage, periods=PERIODS)
    await retention.sweep(10)
    await fill(services, shop)
    time.pass_by(402 * DAY)
    first = await retention.sweep(100)
    await fill(services, shop)

    assert first > 0
    assert await retention.sweep(100) == 0
    time.pass_by(402 * DAY)
    assert await retention.sweep(100) > 0


def test_who_has_not_swept_for_long_is_named() -> None:
    now = MovableTime().moment
    fresh = [Run(name=sweep.name, ran_at=now - DAY, found=0) for sweep in SWEEPS]

    assert late([], now) == [sweep.name for sweep in SWEEPS]
    assert late(fresh, now) == []
    assert late(fresh, now + 2 * DAY) == [sweep.name for sweep in SWEEPS]


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(deliveries=0),
        Chosen(deliveries=401, evidence=500),
        Chosen(addresses=0),
        Chosen(addresses=91),
        Chosen(evidence=3651),
        Chosen(deliveries=90, evidence=89),
    ],
)
def test_beyond_its_bounds_nothing_can_be_chosen(chosen: Chosen) -> None:
    assert [*find_faults(chosen)]


def test_what_is_chosen_is_what_holds() -> None:
    held = periods(Chosen(deliveries=10, addresses=5, evidence=20, traces=7))

    assert (held[Keep.DELIVERIES], held[Keep.CONTACTS]) == (10 * DAY, 10 * DAY)
    assert (held[Keep.ADDRESSES], held[Keep.EVIDENCE], held[Keep.TRACES]) == (
        5 * DAY,
        20 * DAY,
        7 * DAY,
    )
    assert [*find_faults(Chosen())] == []


async def _live(services: Services, shop: Client) -> None:
    """Let somebody be asked, as in life."""
    shown(await services.challenges.open(shop, asked(requester="device")))
