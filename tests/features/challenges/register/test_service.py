"""Pages of challenges on both engines: complete, in order, and looked for no longer than said."""

from datetime import timedelta
from itertools import cycle

import pytest

from tests.stores import MovableTime, new_sealer
from tests.whole_house import asked, dealt, new_client, phone, services, shown
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.register.rules import FIRST_LOOK, LOOKS_FOR, Leaf, Period, Sieve
from watchword.features.challenges.register.service import Register
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import HIDDEN
from watchword.features.delivery.service import Outbox
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import Id
from watchword.foundation.pages import Bookmark
from watchword.wiring import Services

__all__ = ["dealt", "services"]

HOURS = timedelta(hours=5)


@pytest.fixture
async def shop(services: Services) -> Client:
    return await new_client(services, "shop", Mode.TEST)


async def open_some(
    services: Services,
    shop: Client,
    time: MovableTime,
    many: int,
    gap: timedelta = timedelta(seconds=1),
) -> list[str]:
    """Open challenges, some of them in one moment; give their ids, the newest first."""
    made = []
    for number in range(many):
        opening = asked(
            phone(f"+4917012345{number:02}"),
            purpose=Purpose.STEP_UP if number % 4 else Purpose.REDEMPTION,
        )
        code = shown(await services.challenges.open(shop, opening))
        made.append((time(), str(code.id)))
        if number % 2:
            time.pass_by(gap)
    return [id for _, id in sorted(made, reverse=True)]


def in_a_hurry(services: Services, looks: int) -> Register:
    """Give a register for which time is up after so many looks."""
    times = cycle([0.0] * looks + [LOOKS_FOR])
    return Register(
        storage=services.storage,
        contacts=services.contacts,
        outbox=Outbox(sealer=new_sealer(), bells=services.bells),
        seconds=lambda: next(times),
    )


async def page(
    register: Register, shop: Client, sieve: Sieve, after: Bookmark | None = None
) -> Leaf:
    return await register.page(shop.organisation.id, sieve, most=7, after=after)


async def leafed(register: Register, shop: Client, sieve: Sieve) -> tuple[list[str], int]:
    """Read a list to its end; give the ids, and how many pages that took."""
    seen, pages, after = list[str](), 0, None
    while True:
        leaf = await page(register, shop, sieve, after)
        seen += [str(one.id) for one in leaf.items]
        pages, after = pages + 1, leaf.after
        if after is None:
            return seen, pages
        assert pages < 500


async def test_a_list_is_complete_and_in_order(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 20)

    seen, pages = await leafed(services.overview.register, shop, Sieve())

    assert seen == made
    assert pages == 3


async def test_a_narrowed_list_has_what_fits_and_nothing_else(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 20)

    some, _ = await leafed(services.overview.register, shop, Sieve(purpose=Purpose.REDEMPTION))
    others, _ = await leafed(services.overview.register, shop, Sieve(purpose=Purpose.STEP_UP))

    assert len(some) == 5
    assert sorted(some + others) == sorted(made)
    assert [id for id in made if id in some] == some


@pytest.mark.parametrize("looks", [1, 2, 3, 50])
async def test_a_search_for_which_time_is_up_goes_on_and_finds_all(
    services: Services, shop: Client, time: MovableTime, looks: int
) -> None:
    await open_some(services, shop, time, 20, HOURS)
    whole, _ = await leafed(services.overview.register, shop, Sieve(purpose=Purpose.REDEMPTION))

    seen, pages = await leafed(in_a_hurry(services, looks), shop, Sieve(purpose=Purpose.REDEMPTION))

    assert seen == whole
    assert (pages > 1) == (looks < 50)


async def test_a_page_for_which_time_was_up_says_how_far_back_it_looked(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await open_some(services, shop, time, 20, HOURS)

    leaf = await page(in_a_hurry(services, 1), shop, Sieve(channel=Channel.LETTER))

    assert leaf.items == []
    assert leaf.looked_back_to == time() - FIRST_LOOK
    assert leaf.after is not None


async def test_where_there_is_time_all_is_looked_through(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await open_some(services, shop, time, 20, HOURS)

    leaf = await page(in_a_hurry(services, 50), shop, Sieve(channel=Channel.LETTER))

    assert leaf == Leaf([], None, None)


async def test_a_search_within_a_period_ends_there(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 20, HOURS)
    sieve = Sieve(channel=Channel.SMS, period=Period.DAY)

    seen, _ = await leafed(services.overview.register, shop, sieve)

    assert seen == made[: len(seen)]
    assert 0 < len(seen) < len(made)


async def test_where_nothing_is_there_is_nothing_to_look_for(
    services: Services, shop: Client
) -> None:
    register = services.overview.register

    assert await page(register, shop, Sieve(channel=Channel.SMS)) == Leaf([], None, None)


async def test_a_list_without_a_filter_is_never_cut_short(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 20, HOURS)
    hurried = in_a_hurry(services, 0)

    assert (await page(hurried, shop, Sieve(period=Period.DAY))).looked_back_to is None
    assert (await leafed(hurried, shop, Sieve()))[0] == made


async def test_rare_ends_are_found_by_themselves(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 12)
    for id in made[::3]:
        await services.challenges.cancel(shop, _id(id))

    seen, _ = await leafed(services.overview.register, shop, Sieve(status=Status.CANCELLED))

    assert seen == made[::3]


async def test_a_code_whose_time_is_over_is_shown_as_over_before_anybody_swept(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await open_some(services, shop, time, 1)
    time.pass_by(timedelta(hours=1))

    (one,) = (await page(services.overview.register, shop, Sieve())).items

    assert one.status is Status.EXPIRED


async def test_organisations_do_not_see_each_others_codes(
    services: Services, shop: Client, time: MovableTime
) -> None:
    made = await open_some(services, shop, time, 3)
    other = await new_client(services, "other", Mode.TEST)

    for sieve in (Sieve(), Sieve(purpose=Purpose.STEP_UP), Sieve(status=Status.DENIED)):
        assert (await page(services.overview.register, other, sieve)).items == []
    assert made


async def test_a_person_who_was_forgotten_has_no_address_and_no_gap_in_the_list(
    services: Services, shop: Client, time: MovableTime
) -> None:
    (id,) = await open_some(services, shop, time, 1)
    async with services.storage.begin(shop.organisation.id) as transaction:
        await transaction.run("delete from person_keys where 1 = 1")

    leaf = await page(services.overview.register, shop, Sieve())
    story = await services.overview.register.read(shop.organisation.id, _id(id))

    assert [one.to for one in leaf.items] == [HIDDEN]
    assert story is not None
    assert story.to == HIDDEN


def _id(written: str) -> ChallengeId:
    return ChallengeId(Id(written))
