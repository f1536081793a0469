"""Nobody is asked more often than anybody is, and an answer belongs to its question."""

from datetime import timedelta

import pytest

from tests.features.consents.people import book, may, sent, set_up, write
from tests.stores import MovableTime
from tests.whole_house import new_client, phone
from watchword.features.clients.rules import Client
from watchword.features.consents.opt_ins.rules import Asked, AskedEnough, IsOff, SigningUp
from watchword.features.consents.rules import Scope, WrongKind
from watchword.features.consents.words import WORDS, Reply, said
from watchword.features.contacts.suppressions.rules import OptedOut, SuppressionKind
from watchword.features.organisations.rules import NAME_AT_MOST, Mode
from watchword.foundation.gsm import first_beyond, segments
from watchword.wiring import Services

LATER = timedelta(days=2)
THIS_NUMBER = (
    "diese nummer",
    "this number",
    "ce numéro",
    "este numero",
    "questo numero",
    "dit nummer",
    "ten numer",
    "bu numara",
)


async def ask(services: Services, shop: Client, scope: Scope = Scope.TEXT) -> SigningUp:
    return await services.consents.entries.ask(shop, phone(), scope, None)


async def test_a_number_is_asked_so_often_and_never_again(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await set_up(services, shop, opt_in="ask", opt_in_requests=2)

    assert await ask(services, shop) == Asked(1)
    assert await ask(services, shop) == AskedEnough(1)  # A day has to be between.
    time.pass_by(LATER)
    assert await ask(services, shop) == Asked(2)
    for _ in range(3):
        time.pass_by(100 * LATER)
        assert await ask(services, shop) == AskedEnough(2)
    assert await sent(services) == []  # What is late by days is not sent any more.


async def test_who_was_forgotten_is_not_asked_anew(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await set_up(services, shop, opt_in="ask", opt_in_requests=1)
    await ask(services, shop)
    await services.privacy.erasures.erase(shop, phone(), "asked for it")
    time.pass_by(LATER)

    assert await ask(services, shop) == AskedEnough(1)


@pytest.mark.parametrize("answer", ["NO", "STOP"])
async def test_after_a_no_nobody_asks_again(
    services: Services, shop: Client, time: MovableTime, answer: str
) -> None:
    await set_up(services, shop, opt_in="ask", opt_in_requests=5)
    await ask(services, shop)
    await write(services, answer)
    if answer == "STOP":
        assert await ask(services, shop) == OptedOut()
        await write(services, "START")
    time.pass_by(LATER)

    assert await ask(services, shop) == AskedEnough(1)


async def test_who_has_agreed_is_not_asked(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await set_up(services, shop, opt_in="ask")
    await ask(services, shop)
    await write(services, "yes")
    time.pass_by(LATER)

    assert await ask(services, shop) == AskedEnough(1)


async def test_a_yes_that_comes_too_late_answers_nothing(
    services: Services, shop: Client, time: MovableTime
) -> None:
    await set_up(services, shop, opt_in="ask")
    await ask(services, shop)
    time.pass_by(timedelta(days=31))

    await write(services, "YES")

    assert not await may(services, shop)
    assert await book(services, shop) == []


async def test_a_yes_is_for_whoever_has_asked_last(
    services: Services, shop: Client, time: MovableTime
) -> None:
    other = await new_client(services, "other", Mode.LIVE)
    for each in (other, shop):
        await set_up(services, each, opt_in="ask")
        time.pass_by(LATER)
        await ask(services, each)
    await sent(services)

    await write(services, "YES")

    assert await may(services, shop)
    assert not await may(services, other)
    assert len(await sent(services)) == 1


async def test_nobody_is_asked_where_that_is_off_or_by_what_carries_no_answer(
    services: Services, shop: Client
) -> None:
    assert await ask(services, shop) == IsOff()

    other = await new_client(services, "other", Mode.LIVE)
    await set_up(services, other, opt_in="automatic")
    assert await ask(services, other, Scope.EMAIL) == WrongKind(Scope.EMAIL, phone().kind)
    await services.privacy.opt_outs.add(other, phone(), SuppressionKind.MARKETING, "at the till")
    assert await ask(services, other) == OptedOut()


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("reply", Reply)
def test_whatever_we_say_is_one_text_message_and_names_who_writes(
    reply: Reply, locale: str
) -> None:
    name = "N" * NAME_AT_MOST

    text = said(reply, locale, name, "4" * 64)

    assert segments(text) == 1
    assert first_beyond(text) is None
    assert text.startswith(name)
    is_stop = reply is Reply.STOPPED
    assert ("START" if is_stop else "STOP") in text
    assert ("4" in text) is (reply is Reply.HELP)


@pytest.mark.parametrize("locale", WORDS)
def test_a_stop_is_confirmed_as_what_it_is_nothing_more_to_this_number(locale: str) -> None:
    text = said(Reply.STOPPED, locale, "Sonnenhof").casefold()

    assert "whatsapp" in text
    assert any(word in text for word in THIS_NUMBER)
