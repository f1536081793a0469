"""Landing pages as they are kept, published, and opened for whoever has leave."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.features.pages.drawn import picture
from tests.features.pages.office import BLOCKS, CANARY, PASSED, TERMS, PageOffice
from tests.stores import BANK, KEYRING, NOON, MovableTime, at_rest, new_requests
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.census.rules import InUse, Kept
from watchword.features.census.service import Census
from watchword.features.pages.blocks import (
    Fault,
    Flaw,
    Heading,
    Offer,
    Picture,
    PictureId,
    Text,
)
from watchword.features.pages.content import Content, OnOffer
from watchword.features.pages.leaves import Editing, Leave, Previewing, Reviewing
from watchword.features.pages.pictures.service import PictureAdded, PictureInUse, PictureRemoved
from watchword.features.pages.rules import (
    BadPage,
    NotNow,
    Page,
    PageOutOfDate,
    PageRetired,
    PageState,
    Terms,
    WhyNot,
)
from watchword.features.rewards.rules import Offer as RewardOffer
from watchword.features.rewards.rules import Reward
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import new_id
from watchword.foundation.keyring import KeyKind, Keyring, rotated
from watchword.wiring.pages import page_services

STRANGER = UUID(int=7)
OTHER = (Heading("Something else"),)


async def test_a_page_is_kept_as_it_was_written_and_no_list_has_what_is_in_it(
    office: PageOffice,
) -> None:
    made = await office.page()

    assert (await office.draft(made.id)).variants == {"en": BLOCKS}
    assert [*(await office.pages.page(office.till.whose.id, None, 9)).items] == [made]
    assert CANARY not in repr(made) + repr(await office.draft(made.id)) + repr(TERMS)


@pytest.mark.parametrize("leave", [PASSED, Reviewing(STRANGER)])
async def test_others_see_what_was_published_and_nothing_before(
    office: PageOffice, leave: Leave
) -> None:
    made = await office.page()
    assert await office.seen(made.id, leave) == NotNow(WhyNot.NOT_PUBLISHED)

    await office.pages.publish(office.caller, made.id, 1)
    await office.pages.change(office.caller, made.id, Terms(name="x", variants={"en": OTHER}), 1)

    shown, draft = await office.seen(made.id, leave), await office.seen(made.id, office.editing)
    assert isinstance(shown, Content)
    assert isinstance(draft, Content)
    assert (shown.blocks, draft.blocks) == (BLOCKS, OTHER)
    assert (shown.target(3), shown.target(1), shown.target(0), shown.target(5)) == (
        "https://shop.example.com/mugs",
        None,
        None,
        None,
    )
    assert (await office.pages.find(office.till.whose.id, made.id)).is_ahead
    preview = await office.seen(made.id, Previewing(STRANGER))
    assert isinstance(preview, Content)
    assert preview.blocks == OTHER


async def test_a_page_is_seen_in_its_time_and_until_somebody_takes_it_down(
    office: PageOffice, time: MovableTime
) -> None:
    hour = timedelta(hours=1)
    page = await office.live(valid_from=NOON + hour, valid_until=NOON + 2 * hour)

    assert await office.seen(page.id) == NotNow(WhyNot.NOT_YET)
    time.pass_by(hour)
    assert isinstance(await office.seen(page.id), Content)
    withdrawn = await office.pages.withdraw(office.caller, page.id)
    assert await office.seen(page.id) == NotNow(WhyNot.NOT_PUBLISHED)
    assert isinstance(withdrawn, Page)
    await office.pages.publish(office.caller, page.id, withdrawn.version)
    time.pass_by(hour)
    assert await office.seen(page.id) == NotNow(WhyNot.OVER)
    await office.pages.retire(office.caller, page.id)
    assert await office.seen(page.id) == NotNow(WhyNot.RETIRED)
    assert await office.pages.change(office.caller, page.id, TERMS, 1) == PageRetired()
    assert await office.pages.publish(office.caller, page.id, 1) == PageRetired()


async def test_who_comes_too_late_changes_and_publishes_nothing(office: PageOffice) -> None:
    made = await office.page()
    await office.pages.change(office.caller, made.id, TERMS, 1)

    assert await office.pages.change(office.caller, made.id, TERMS, 1) == PageOutOfDate(2)
    assert await office.pages.publish(office.caller, made.id, 1) == PageOutOfDate(2)
    assert (await office.pages.find(office.till.whose.id, made.id)).state is PageState.DRAFT


async def test_what_is_not_finished_is_kept_and_not_published(office: PageOffice) -> None:
    made = await office.page(variants={"de": (Text(""), Picture())})

    refused = await office.pages.publish(office.caller, made.id, 1)

    assert refused == BadPage(
        (
            Fault(Flaw.IS_EMPTY, "variants.de.1.text"),
            Fault(Flaw.NO_PICTURE, "variants.de.2.picture_id"),
            Fault(Flaw.NO_ALT, "variants.de.2.alt"),
        )
    )


async def test_a_page_names_no_picture_and_no_reward_that_is_not_its_own(
    office: PageOffice,
) -> None:
    other = await office.page()
    added = await office.services.pictures.add(office.caller, other.id, picture(size=(9, 9)))
    assert isinstance(added, PictureAdded)
    blocks = (Picture(added.id, "A mug"), Offer("Mug", reward_id=new_id()))  # type: ignore[arg-type]

    refused = await office.pages.create(office.caller, Terms(name="x", variants={"en": blocks}))

    assert refused == BadPage(
        (Fault(Flaw.UNKNOWN_PICTURE, "variants.en"), Fault(Flaw.UNKNOWN_REWARD, "variants.en"))
    )


async def test_an_offer_says_what_a_reward_costs_and_until_when(office: PageOffice) -> None:
    offer = RewardOffer(
        names={"en": "Mug"}, points=60, value=500, currency="EUR", ends_at=NOON + timedelta(days=9)
    )
    mug = await office.till.rewards.create(office.caller, offer)
    assert isinstance(mug, Reward)
    page = await office.live(variants={"en": (Offer("A mug", reward_id=mug.id),)})

    seen = await office.seen(page.id)
    await office.till.rewards.pause(office.caller, mug.id)
    later = await office.seen(page.id)

    assert isinstance(seen, Content)
    assert isinstance(later, Content)
    assert seen.offers == {mug.id: OnOffer(name="Mug", points=60, ends_at=NOON + timedelta(days=9))}
    assert later.offers == {}


async def test_pictures_are_shown_for_a_ticket_and_for_a_quarter_of_an_hour(
    office: PageOffice, time: MovableTime
) -> None:
    made, pictures, whose = await office.page(), office.services.pictures, office.till.whose.id
    added = await pictures.add(office.caller, made.id, picture(size=(800, 400)))
    assert isinstance(added, PictureAdded)
    terms = Terms(name="x", variants={"en": (Picture(added.id, "A mug"),)})
    await office.pages.change(office.caller, made.id, terms, 1)
    await office.pages.publish(office.caller, made.id, 2)

    seen = await office.seen(made.id)
    assert isinstance(seen, Content)
    sizes = seen.pictures[added.id]

    assert [(each.width, each.height) for each in sizes] == [(390, 195), (780, 390), (800, 400)]
    assert (await pictures.show(whose, sizes[0].ticket))[8:12] == b"WEBP"
    for bad in (sizes[0].ticket[:-2] + "AA", "", "x" * 55, "é" * 55, sizes[0].ticket.lower()):
        with pytest.raises(NotFound):
            await pictures.show(whose, bad)
    with pytest.raises(NotFound):
        await pictures.show(BANK, sizes[0].ticket)
    time.pass_by(timedelta(minutes=15))
    with pytest.raises(NotFound):
        await pictures.show(whose, sizes[0].ticket)
    assert await pictures.remove(office.caller, made.id, added.id) == PictureInUse()


async def test_a_picture_of_an_edition_that_somebody_is_led_to_stays(
    office: PageOffice, time: MovableTime
) -> None:
    made, pictures, whose = await office.page(), office.services.pictures, office.till.whose.id
    added = await pictures.add(office.caller, made.id, picture(size=(9, 9)))
    assert isinstance(added, PictureAdded)
    terms = Terms(name="x", variants={"en": (Picture(added.id, "A mug"),)})
    await office.pages.change(office.caller, made.id, terms, 1)
    await office.pages.publish(office.caller, made.id, 2)
    office.led.to.add(2)
    bare = replace(terms, variants={"en": (Heading("x"),)}, valid_from=time() + timedelta(hours=1))
    await office.pages.change(office.caller, made.id, bare, 2)
    await office.pages.publish(office.caller, made.id, 3)

    seen = await office.seen(made.id, version=2)

    assert isinstance(seen, Content)
    # What is published by now begins later: it is not that which they see.
    assert isinstance(await office.seen(made.id), NotNow)
    assert (await pictures.show(whose, seen.pictures[added.id][0].ticket))[8:12] == b"WEBP"
    assert await pictures.remove(office.caller, made.id, added.id) == PictureInUse()
    office.led.to.clear()
    await office.pages.change(office.caller, made.id, bare, 3)
    await office.pages.publish(office.caller, made.id, 4)
    assert await pictures.remove(office.caller, made.id, added.id) == PictureRemoved()


@pytest.mark.parametrize("end", ["withdrawn", "retired", "over"])
async def test_pictures_of_a_page_that_nobody_may_see_now_are_shown_to_whoever_sees_drafts_alone(
    office: PageOffice, time: MovableTime, end: str
) -> None:
    made, pictures, whose = await office.page(), office.services.pictures, office.till.whose.id
    added = await pictures.add(office.caller, made.id, picture(size=(9, 9)))
    assert isinstance(added, PictureAdded)
    variants = {"en": (Picture(added.id, "A mug"),)}
    terms = Terms(name="x", variants=variants, valid_until=time() + timedelta(minutes=5))
    await office.pages.change(office.caller, made.id, terms, 1)
    await office.pages.publish(office.caller, made.id, 2)
    seen = await office.seen(made.id)
    assert isinstance(seen, Content)
    theirs = seen.pictures[added.id][0].ticket
    assert await pictures.show(whose, theirs)

    match end:
        case "withdrawn":
            await office.pages.withdraw(office.caller, made.id)
        case "retired":
            await office.pages.retire(office.caller, made.id)
        case _:
            time.pass_by(timedelta(minutes=5))

    with pytest.raises(NotFound):
        await pictures.show(whose, theirs)
    ours = (await pictures.of_page(Editing(office.caller), made.id))[added.id][0].ticket
    sketched = await office.pages.sketch(Editing(office.caller), made.id, "en", variants)
    assert await pictures.show(whose, ours)
    assert await pictures.show(whose, sketched.pictures[added.id][0].ticket)


async def test_a_picture_that_stands_nowhere_can_be_taken_out(office: PageOffice) -> None:
    made, pictures = await office.page(), office.services.pictures
    added = await pictures.add(office.caller, made.id, picture(size=(9, 9)))
    assert isinstance(added, PictureAdded)
    assert [*await pictures.of_page(office.editing, made.id)] == [added.id]

    assert await pictures.remove(office.caller, made.id, added.id) == PictureRemoved()

    assert await pictures.of_page(office.editing, made.id) == {}
    with pytest.raises(NotFound):
        await pictures.remove(office.caller, made.id, PictureId(STRANGER))


async def test_whoever_has_the_database_and_the_ledger_reads_no_page(
    office: PageOffice, migrated: str
) -> None:
    page = await office.live()
    shape = picture(size=(9, 9))
    await office.services.pictures.add(office.caller, page.id, shape)

    stolen = await at_rest(migrated)
    async with office.till.shop.storage.reading(office.till.whose.id) as transaction:
        noted = await AuditStore(transaction, office.till.whose.id).about(f"page:{page.id}")

    assert CANARY.encode() not in stolen
    assert b"shop.example.com" not in stolen
    assert b"WEBPVP8" not in stolen
    assert {each.action for each in noted} == {
        Action.PAGE_CREATED,
        Action.PAGE_PUBLISHED,
        Action.PAGE_PICTURE_ADDED,
    }
    assert CANARY not in repr(noted)


async def test_a_page_outlives_the_key_that_it_was_locked_with(office: PageOffice) -> None:
    page, storage = await office.live(), office.till.shop.storage
    newer = rotated(KEYRING, [KeyKind.LINKS], NOON)
    requests = new_requests(storage)
    anew = page_services(storage, requests, newer).pages
    census = Census(storage=storage)

    assert await census.retire(newer, KeyKind.LINKS, 1) == InUse({Kept.PAGES: 1})
    assert [await anew.relock(office.till.whose.id) for _ in range(2)] == [1, 0]
    left = await census.retire(newer, KeyKind.LINKS, 1)
    assert isinstance(left, Keyring)
    alone = page_services(storage, requests, left).pages
    assert isinstance(await alone.open(office.till.whose.id, page.id, "en", PASSED), Content)
