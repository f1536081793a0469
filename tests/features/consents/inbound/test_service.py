"""What people write to us is acted on at once, and answered at most once."""

import asyncio
from datetime import timedelta

import pytest

from tests.features.consents.people import agree, book, may, sent, set_up, write
from tests.stores import MovableTime, at_rest
from tests.whole_house import PHONE, asked, new_client, phone, shown
from watchword.features.clients.rules import Client
from watchword.features.consents.inbound.desk import STRANGERS
from watchword.features.consents.inbound.rules import ANSWERS_AT_MOST, STRANGERS_AT_MOST
from watchword.features.consents.rules import Scope, Source, Standing
from watchword.features.consents.words import Reply, said
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.limits.rules import Budget
from watchword.features.limits.store import BudgetStore
from watchword.features.organisations.rules import Mode
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services

NOBODY, OTHER_NOBODY = "+491709999999", "+491709999998"


async def test_a_stop_is_confirmed_once_and_silence_follows(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)

    await write(services, "Stop!")
    await write(services, "STOP")

    assert await sent(services) == [said(Reply.STOPPED, "en", shop.organisation.name)]
    assert not await may(services, shop)
    [opt_out] = await services.privacy.opt_outs.of(shop.organisation.id, phone())
    assert (opt_out.kind, opt_out.created_by) == (
        SuppressionKind.MARKETING,
        "machine:incoming_message",
    )
    last, _ = await book(services, shop)
    assert (last.standing, last.source) == (Standing.WITHDRAWN, Source.MESSAGE)


async def test_two_stops_at_one_time_are_confirmed_once(services: Services, shop: Client) -> None:
    await agree(services, shop)

    async with asyncio.TaskGroup() as both:
        both.create_task(write(services, "STOP"))
        both.create_task(write(services, "unsubscribe"))

    assert len(await sent(services)) == 1


async def test_whoever_gets_codes_alone_can_say_stop_and_still_gets_codes(
    services: Services, shop: Client
) -> None:
    shown(await services.challenges.open(shop, asked()))
    await sent(services)

    await write(services, "Bitte keine Werbung mehr")

    assert await sent(services) == [said(Reply.STOPPED, "de", shop.organisation.name)]
    shown(await services.challenges.open(shop, asked()))


async def rows_of(services: Services) -> int:
    async with services.storage.reading(EVERYWHERE) as transaction:
        found = await transaction.all("select 1 from incoming_texts")
    return len(found)


async def test_a_stop_of_a_stranger_is_kept_where_only_one_can_have_written_to_them(
    services: Services, shop: Client
) -> None:
    await write(services, "STOP", NOBODY)

    assert await services.privacy.opt_outs.of(shop.organisation.id, phone(NOBODY))
    assert await services.contacts.find(shop.organisation.id, phone(NOBODY)) is None
    for other in ("other", "third"):
        await new_client(services, other, Mode.LIVE)
    before = await rows_of(services)
    await write(services, "STOP", OTHER_NOBODY)

    assert await rows_of(services) == before
    assert not await services.privacy.opt_outs.of(shop.organisation.id, phone(OTHER_NOBODY))


async def test_a_stop_of_whom_nobody_has_on_file_any_more_is_for_those_in_whose_book_they_are(
    services: Services, shop: Client
) -> None:
    await write(services, "STOP", NOBODY)
    await sent(services)
    other = await new_client(services, "other", Mode.LIVE)

    await write(services, "START", NOBODY)

    assert await sent(services) == [], "nobody answers whom they may not know"
    assert not await services.privacy.opt_outs.of(shop.organisation.id, phone(NOBODY))
    await write(services, "STOP", NOBODY)
    assert await services.privacy.opt_outs.of(shop.organisation.id, phone(NOBODY))
    assert not await services.privacy.opt_outs.of(other.organisation.id, phone(NOBODY))


async def test_strangers_fill_no_table(services: Services, shop: Client, time: MovableTime) -> None:
    await agree(services, shop)
    async with services.storage.begin(shop.organisation.id) as transaction:
        budgets = BudgetStore(transaction, shop.organisation.id)
        heard = (transaction.now(),) * (STRANGERS_AT_MOST.sends[0].most - 2)
        await budgets.make_or_hold(STRANGERS)
        await budgets.save(STRANGERS, Budget(sends=heard))

    for last in range(5):
        await write(services, "STOP", f"+49170999000{last}")
    assert await rows_of(services) == 2
    await write(services, "STOP")
    assert not await may(services, shop), "whoever is on file is always heard"
    time.pass_by(timedelta(days=1, seconds=1))
    await write(services, "STOP", NOBODY)
    assert await services.privacy.opt_outs.of(shop.organisation.id, phone(NOBODY))


async def test_a_stranger_takes_back_their_own_stop(services: Services, shop: Client) -> None:
    await write(services, "STOP", NOBODY)
    await write(services, "START", NOBODY)

    assert not await services.privacy.opt_outs.of(shop.organisation.id, phone(NOBODY))


async def test_a_stop_concerns_all_who_know_the_number_and_is_confirmed_by_one(
    services: Services, shop: Client, time: MovableTime
) -> None:
    other = await new_client(services, "other", Mode.LIVE)
    stranger = await new_client(services, "stranger", Mode.LIVE)
    tests = await new_client(services, "tests", Mode.TEST)
    for each in (shop, tests, other):
        time.pass_by(timedelta(seconds=1))
        await agree(services, each)

    await write(services, "quit")

    assert await sent(services) == [said(Reply.STOPPED, "en", other.organisation.name)]
    assert not await may(services, shop)
    assert not await may(services, other)
    assert await may(services, tests)
    assert await services.privacy.opt_outs.of(stranger.organisation.id, phone()) == []


async def test_a_text_that_is_told_twice_was_written_once(services: Services, shop: Client) -> None:
    await agree(services, shop)

    await write(services, "STOP", reference="SM1")
    await write(services, "START", reference="SM2")
    await write(services, "STOP", reference="SM1")

    assert await may(services, shop)
    assert len(await sent(services)) == 2


async def test_start_is_confirmed_if_there_was_a_stop(services: Services, shop: Client) -> None:
    await agree(services, shop)
    await write(services, "START")
    assert await sent(services) == []

    await write(services, "STOP")
    await sent(services)
    await write(services, "Start.")

    assert await sent(services) == [said(Reply.STARTED, "en", shop.organisation.name)]
    assert await may(services, shop)


async def test_help_says_who_writes_how_it_ends_and_whom_to_ask(
    services: Services, shop: Client
) -> None:
    await set_up(services, shop, help_contact="089 1234567")
    await agree(services, shop)

    await write(services, "HELP")

    [text] = await sent(services)
    for part in (shop.organisation.name, "STOP", "089 1234567"):
        assert part in text
    assert await may(services, shop)


async def test_whoever_hears_from_us_and_writes_anything_is_told_once_a_day_how_it_ends(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await write(services, "Thank you!")
    assert await sent(services) == [], "nobody is answered who does not hear from us"
    await agree(services, shop)

    for text in ("When do you open?", "Thank you!", "HELP?", "481923"):
        await write(services, text)
    told = await sent(services)
    time.pass_by(timedelta(days=1))
    await write(services, "don't stop")
    await write(services, "never mind")

    help_ = said(Reply.HELP, "en", shop.organisation.name)
    assert told == [help_, help_], "HELP itself is always answered"
    assert await sent(services) == [help_]
    assert await may(services, shop)


@pytest.mark.parametrize(
    ("locale", "word", "days", "is_heard"),
    [
        ("en", "ok", 0.9, True),
        ("en", "ok", 1.1, False),
        ("en", "Sí, gracias!", 1.1, False),
        ("en", "YES", 29, True),
        ("es", "Sí, gracias!", 29, True),
        ("es", "ok", 1.1, False),
    ],
)
async def test_what_people_say_for_no_reason_answers_a_question_for_a_day_alone(
    services: Services,
    shop: Client,
    time: MovableTime,
    *,
    locale: str,
    word: str,
    days: float,
    is_heard: bool,
) -> None:
    await set_up(services, shop, opt_in="ask")
    async with services.storage.begin(shop.organisation.id) as transaction:
        opt_ins = services.consents.opt_ins
        await opt_ins.ask(transaction, shop, phone(), Scope.TEXT, locale)
    time.pass_by(timedelta(days=days))

    await write(services, word)

    assert await may(services, shop) is is_heard


@pytest.mark.parametrize("text", ["yes", "no"])
async def test_what_nobody_asked_for_is_met_with_silence(
    services: Services, shop: Client, text: str
) -> None:
    await agree(services, shop)

    await write(services, text)

    assert await sent(services) == []
    assert await may(services, shop)


async def test_what_a_provider_has_answered_itself_is_done_without_a_word(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)

    await write(services, "STOP", is_answered=True)

    assert await sent(services) == []
    assert not await may(services, shop)


async def test_two_machines_that_answer_each_other_have_an_end(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)

    for _ in range(ANSWERS_AT_MOST + 2):
        await write(services, "HELP")
    await write(services, "STOP")

    assert len(await sent(services)) == ANSWERS_AT_MOST
    assert not await may(services, shop)


async def test_a_stop_by_whatsapp_holds_for_texts_too(services: Services, shop: Client) -> None:
    await agree(services, shop)
    await agree(services, shop, scope=Scope.WHATSAPP)

    await write(services, "Stop", channel=Channel.WHATSAPP)

    assert not await may(services, shop)
    assert not await may(services, shop, Scope.WHATSAPP)


async def test_no_number_and_no_word_of_what_came_in_is_kept(
    services: Services, shop: Client, migrated: str
) -> None:
    await agree(services, shop)

    await write(services, "please unsubscribe my kitten")

    rest = await at_rest(migrated)
    assert b"kitten" not in rest
    assert PHONE.encode() not in rest
