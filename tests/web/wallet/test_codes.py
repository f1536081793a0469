"""The code for the till, on the screen of the customer."""

import re
from datetime import timedelta

from tests.web.joining.garden import Garden, phone
from tests.web.wallet.holders import WALLET, come_in, known
from watchword.features.cards.means import Means
from watchword.features.cards.rules import Card, CardState
from watchword.features.cards.verdicts import Confirmed
from watchword.features.organisations.settings.sections import SectionName

CODE = re.compile(r'<p class="code till-code">(\d+)</p>')
SHOWN_FOR = timedelta(minutes=2)


async def verified_card(garden: Garden) -> Card:
    card, cards = await garden.card(await known(garden, phone())), garden.services.cards
    await cards.attempts.begin(garden.caller, card.id, Means.SMS)
    ended = await cards.attempts.answer(garden.caller, card.id, garden.dealt.latest)
    assert isinstance(ended, Confirmed), ended
    return ended.card


async def test_a_code_is_shown_while_wallets_show_them_and_not_a_moment_longer(
    garden: Garden,
) -> None:
    await garden.set(SectionName.REDEMPTION, '{"show_in_wallet": true}')
    await verified_card(garden)
    browser = await come_in(garden)
    await browser.press("Show the code")
    shown = CODE.search(browser.page)
    assert shown is not None
    assert shown[1] == garden.dealt.latest
    garden.time.pass_by(SHOWN_FOR)
    await browser.press("Show another code")
    assert CODE.findall(browser.page) == [garden.dealt.latest]

    for off in ('{"show_in_wallet": false}', '{"show_in_wallet": true, "customer_pins": false}'):
        await garden.set_again(SectionName.REDEMPTION, off)  # as another process does
        garden.time.pass_by(SHOWN_FOR)
        await browser.press("Show another code")
        assert CODE.findall(browser.page) == []
        await garden.set_again(SectionName.REDEMPTION, '{"show_in_wallet": true}')
        await browser.press("Show the code")
        assert CODE.findall(browser.page) == [garden.dealt.latest]


async def test_a_card_that_is_not_verified_shows_what_is_missing_and_no_code(
    garden: Garden,
) -> None:
    card = await garden.card(await known(garden, phone()))
    await garden.set(SectionName.REDEMPTION, '{"show_in_wallet": true}')
    browser = await come_in(garden)
    drawn = garden.dealt.latest

    assert "One step before you redeem" in browser.page
    assert "Whether the card is yours is another question" in browser.page
    assert "You collect with this card already" in browser.page
    assert "<li>By text message</li>" in browser.page
    assert "<li>In the shop</li>" in browser.page
    assert "Show the code" not in browser.page
    # Whoever has the form still open from before is not fooled either.
    token = browser.field("token")
    browser.reply = await browser.client.post(
        f"{WALLET}/code", data={"token": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert browser.status == 200
    assert CODE.search(browser.page) is None
    assert garden.dealt.latest == drawn
    await browser.open(WALLET)
    await browser.press("Verify the card")
    assert garden.ways(browser)[0].startswith("sms")
    assert (await garden.now(card)).state is CardState.UNVERIFIED
