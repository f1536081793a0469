"""What leads to the page on which a code is typed: beside the code, and where there is no form."""

from tests.web.joining.garden import Garden
from tests.web.joining.test_joining import ENTRY, sent
from watchword.features.cards.means import Means
from watchword.features.cards.rules import CardState
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.settings.sections import SectionName


async def test_a_code_by_whatsapp_has_its_link_in_a_message_of_its_own(garden: Garden) -> None:
    await garden.set(SectionName.VERIFICATION, '{"whatsapp_link": true}')
    browser = await garden.choose(await garden.register(), "whatsapp")
    assert "a second message with a link" in browser.page

    # Both are on their way, and nobody says which leaves first.
    code, link = sorted(await sent(garden), key=lambda each: garden.dealt.latest not in each)
    assert garden.dealt.latest in code
    assert not ENTRY.search(code)
    assert garden.dealt.latest not in link
    [where] = ENTRY.findall(link)
    elsewhere = await garden.browser("192.0.2.9").open(where)
    assert "Enter the code" in elsewhere.page
    [card] = await garden.cards()
    assert card.state is not CardState.VERIFIED  # the link alone proves nothing
    await elsewhere.press("Verify the card", code=garden.dealt.latest)
    assert "Your card is verified" in elsewhere.page


async def test_whoever_holds_a_letter_comes_in_where_nobody_registers(garden: Garden) -> None:
    async with garden.services.storage.begin(garden.organisation.id) as transaction:
        await transaction.run("update organisation_settings set content = '{}'")
    card = await garden.card(await garden.customer())
    await garden.services.cards.attempts.begin(garden.caller, card.id, Means.LETTER)
    [queued] = await garden.services.deliveries.claim(SANDBOX, 9)
    letter = await garden.services.deliveries.open(queued)

    stranger = await garden.browser("192.0.2.9").open(f"{garden.path}/card")
    assert "scan the large square in our letter" in stranger.page
    assert "Get a card" not in stranger.page
    assert (await garden.browser().open(f"{garden.path}/join")).status == 404
    browser = await garden.browser().open(f"{letter.entry}?lang=en")
    await browser.press("Verify the card", code=garden.dealt.latest)

    assert "Your card is verified" in browser.page
