"""Whoever registers is asked for offers once their card is proven, as in the wallet."""

import pytest

from tests.web.console.bare import Bare
from tests.web.joining.garden import EMAIL, Garden, email, phone
from tests.web.wallet.holders import messages
from watchword.features.cards.means import Means
from watchword.features.consents.rules import Record, Scope, Source
from watchword.features.consents.words import Reply, on_form, said
from watchword.features.contacts.rules import Contact
from watchword.features.organisations.settings.sections import SectionName

NAME = "Gartencenter Sonnenhof"
BOX, MAIL_BOX = "offers_text", "offers_email"
QUESTION = "Would you like offers, too?"


async def proven(garden: Garden, opt_in: str, means: Means = Means.SMS, **typed: str) -> Bare:
    """Register and type the code; give the browser on the last page."""
    await garden.set(SectionName.CONSENT, f'{{"opt_in": "{opt_in}"}}')
    browser = await garden.register(typed=typed)
    assert "offers" not in browser.page
    await garden.choose(browser, means)
    assert BOX not in browser.page
    await browser.press("Verify the card", code=garden.dealt.latest)
    await messages(garden)
    return browser


async def book(garden: Garden, of: Contact) -> list[Record]:
    whose = garden.organisation.id
    async with garden.services.storage.reading(whose) as transaction:
        return [*await garden.services.consents.consents.of(transaction, whose, of)]


async def test_whoever_ticks_the_box_is_asked_by_a_message(garden: Garden) -> None:
    browser = await proven(garden, "ask")
    assert QUESTION in browser.page
    assert "checked" not in browser.page

    await browser.press("Send me offers", **{BOX: "1"})

    assert "One more step before offers come" in browser.page
    assert QUESTION not in browser.page
    assert said(Reply.ASK, "en", NAME) in await messages(garden)
    assert await book(garden, phone()) == []


async def test_where_ticking_is_enough_they_have_agreed_to_the_words_beside_the_box(
    garden: Garden,
) -> None:
    browser = await proven(garden, "automatic")

    await browser.press("Send me offers", **{BOX: "1"})

    assert "Offers come to you from now on" in browser.page
    [record] = await book(garden, phone())
    assert (record.scope, record.source) == (Scope.TEXT, Source.FORM)
    assert record.shown is not None
    assert record.shown.text == on_form(Scope.TEXT, "en", NAME)
    await browser.open(f"{garden.path}/card")
    assert QUESTION not in browser.page


async def test_an_address_is_asked_for_only_where_it_was_proven(garden: Garden) -> None:
    browser = await proven(garden, "automatic", Means.EMAIL, email=EMAIL)
    assert MAIL_BOX in browser.page
    assert BOX not in browser.page

    await browser.press("Send me offers", **{MAIL_BOX: "1"})

    assert [each.scope for each in await book(garden, email())] == [Scope.EMAIL]
    assert await book(garden, phone()) == []


@pytest.mark.parametrize("opt_in", ["ask", "automatic"])
async def test_whoever_ticks_nothing_agrees_to_nothing(garden: Garden, opt_in: str) -> None:
    browser = await proven(garden, opt_in)

    await browser.press("Send me offers")

    assert "Your card is verified" in browser.page
    assert "Offers come to you" not in browser.page
    assert await messages(garden) == []
    assert await book(garden, phone()) == []


async def press_unseen(garden: Garden, browser: Bare) -> None:
    """Send the form of the boxes, which the page in the browser does not have."""
    browser.reply = await browser.client.post(
        f"{garden.path}/card/offers",
        data={"token": browser.field("token"), BOX: "1"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


async def test_a_box_that_is_not_there_cannot_be_ticked(garden: Garden) -> None:
    browser = await proven(garden, "off")
    assert QUESTION not in browser.page

    await press_unseen(garden, browser)

    assert await book(garden, phone()) == []
    assert await messages(garden) == []


async def test_nobody_agrees_before_their_card_is_proven(garden: Garden) -> None:
    await garden.set(SectionName.CONSENT, '{"opt_in": "automatic"}')
    browser = await garden.register()

    await press_unseen(garden, browser)

    assert await book(garden, phone()) == []
    assert await messages(garden) == []


async def test_the_last_page_leads_into_the_wallet(garden: Garden) -> None:
    browser = await proven(garden, "off")
    assert QUESTION not in browser.page

    assert f'href="{garden.path}/wallet' in browser.page
    await browser.open(f"{garden.path}/wallet")
    assert browser.status == 200
