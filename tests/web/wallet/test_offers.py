"""Whoever signs up may say that they want offers, and gets a card either way."""

import pytest

from tests.web.console.bare import Bare
from tests.web.joining.garden import EMAIL, MOBILE, Garden
from tests.web.wallet.holders import come_in, messages
from tests.whole_house import email, phone
from watchword.features.consents.rules import Record, Scope, Source, Standing
from watchword.features.consents.words import Reply, on_form, said
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.receipts import Incoming
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Address
from watchword.features.organisations.settings.sections import SectionName
from watchword.foundation.secret import Secret

NAME = "Gartencenter Sonnenhof"
BOX = "offers_text"
NAMED = {"given_name": "Anna", "family_name": "Müller"}


async def signing_up(garden: Garden, opt_in: str, email: str | None = None) -> Bare:
    await garden.set(SectionName.CONSENT, f'{{"opt_in": "{opt_in}"}}')
    typed = {"mobile": MOBILE} if email is None else {"email": email}
    return await come_in(garden, None, **typed)


async def book(garden: Garden, of: Contact) -> list[Record]:
    whose = garden.organisation.id
    async with garden.services.storage.reading(whose) as transaction:
        return [*await garden.services.consents.consents.of(transaction, whose, of)]


async def answer(garden: Garden, text: str) -> None:
    incoming = Incoming(channel=Channel.SMS, sender=Address("+491701234567"), text=Secret(text))
    await garden.services.consents.inbound.hear(SANDBOX, [incoming], garden.organisation)


async def texts(garden: Garden) -> list[str]:
    return [each for each in await messages(garden) if "STOP" in each]


@pytest.mark.parametrize("opt_in", ["off", "ask", "automatic"])
async def test_a_card_depends_on_no_box(garden: Garden, opt_in: str) -> None:
    browser = await signing_up(garden, opt_in)

    assert (BOX in browser.page) is (opt_in != "off")
    assert "checked" not in browser.page.partition(BOX)[2].partition("</label>")[0]
    await browser.press("Get the card", **NAMED)

    assert "Anna" in browser.page
    assert await book(garden, phone()) == []
    assert await texts(garden) == []


async def test_who_is_asked_agrees_by_their_answer(garden: Garden) -> None:
    browser = await signing_up(garden, "ask")

    await browser.press("Get the card", **NAMED, **{BOX: "1"})
    asked = said(Reply.ASK, "en", NAME)
    assert await texts(garden) == [asked]
    assert await book(garden, phone()) == []
    await answer(garden, "Yes please")

    assert await texts(garden) == [said(Reply.AGREED, "en", NAME)]
    [record] = await book(garden, phone())
    assert (record.scope, record.source) == (Scope.TEXT, Source.MESSAGE)
    assert record.shown is not None
    assert record.shown.text == asked


async def test_who_has_only_to_tick_agrees_to_the_text_beside_the_box(garden: Garden) -> None:
    browser = await signing_up(garden, "automatic")

    await browser.press("Get the card", **NAMED, **{BOX: "1"})

    words = on_form(Scope.TEXT, "en", NAME)
    assert await texts(garden) == [said(Reply.AGREED, "en", NAME)]
    [record] = await book(garden, phone())
    assert (record.standing, record.source) == (Standing.GIVEN, Source.FORM)
    assert record.shown is not None
    assert record.shown.text == words


async def test_an_address_that_was_shown_needs_no_answer(garden: Garden) -> None:
    browser = await signing_up(garden, "ask", email=EMAIL)
    assert BOX not in browser.page

    await browser.press("Get the card", **NAMED, offers_email="1")

    [record] = await book(garden, email(EMAIL))
    assert (record.scope, record.source) == (Scope.EMAIL, Source.FORM)


async def test_what_is_ticked_stays_ticked_while_a_name_is_missing(garden: Garden) -> None:
    browser = await signing_up(garden, "ask")

    await browser.press("Get the card", given_name="", family_name="", **{BOX: "1"})

    assert browser.status == 422
    assert "checked" in browser.page.partition(BOX)[2].partition(">")[0]
    assert await book(garden, phone()) == []


async def test_a_box_that_is_not_there_cannot_be_ticked(garden: Garden) -> None:
    browser = await signing_up(garden, "off")
    form = await browser.open("/o/sonnenhof/wallet/arrival")
    token = form.page.partition('name="token" value="')[2].partition('"')[0]

    await browser.client.post(
        "/o/sonnenhof/wallet/arrival/name",
        data={"token": token, **NAMED, BOX: "1"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert await book(garden, phone(MOBILE)) == []


async def test_who_is_signed_in_says_yes_and_no_as_they_like(garden: Garden) -> None:
    browser = await signing_up(garden, "automatic")
    await browser.press("Get the card", **NAMED)
    await browser.open("/o/sonnenhof/wallet/profile")

    await browser.press("Yes, send me offers")
    assert "You get offers here." in browser.page
    await browser.press("Send me no more offers")

    assert "You get offers here." not in browser.page
    assert [(each.standing, each.source) for each in await book(garden, phone())] == [
        (Standing.WITHDRAWN, Source.FORM),
        (Standing.GIVEN, Source.FORM),
    ]


AWAITED = "One more step before offers come"


async def test_whoever_has_to_answer_is_told_of_the_message_and_what_to_do(garden: Garden) -> None:
    browser = await signing_up(garden, "ask")

    await browser.press("Get the card", **NAMED, **{BOX: "1"})

    assert browser.path == "/o/sonnenhof/wallet"
    assert AWAITED in browser.page
    assert f"It begins with “{NAME}:” and asks you for a YES" in browser.page
    assert "Answer it with YES" in browser.page
    assert phone().masked in browser.page
    [asked] = await texts(garden)
    assert asked.startswith(f"{NAME}:")


async def test_their_profile_says_so_until_they_have_answered(garden: Garden) -> None:
    browser = await signing_up(garden, "ask")
    await browser.press("Get the card", **NAMED, **{BOX: "1"})

    await browser.open("/o/sonnenhof/wallet/profile")
    assert AWAITED in browser.page
    await answer(garden, "yes")
    await browser.open("/o/sonnenhof/wallet/profile")

    assert AWAITED not in browser.page
    assert "You get offers here." in browser.page


@pytest.mark.parametrize(("opt_in", "ticked"), [("ask", {}), ("automatic", {BOX: "1"})])
async def test_nobody_is_told_of_a_message_that_nobody_waits_for(
    garden: Garden, opt_in: str, ticked: dict[str, str]
) -> None:
    browser = await signing_up(garden, opt_in)

    await browser.press("Get the card", **NAMED, **ticked)

    assert AWAITED not in browser.page
    assert "Welcome. This is your card." in browser.page


async def test_whoever_has_said_stop_before_is_not_told_to_answer(garden: Garden) -> None:
    browser = await signing_up(garden, "ask")
    await answer(garden, "STOP")

    await browser.press("Get the card", **NAMED, **{BOX: "1"})

    assert AWAITED not in browser.page
