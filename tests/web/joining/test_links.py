"""What leads to the page on which a code is typed: beside the code, and where there is no form."""

from tests.web.joining.garden import Garden
from tests.web.joining.test_joining import ENTRY, sent
from watchword.features.cards.rules import CardState
from watchword.features.organisations.settings.sections import SectionName


async def test_a_code_by_whatsapp_has_its_link_in_a_message_of_its_own(garden: Garden) -> None:
    await garden.set(SectionName.VERIFICATION, '{"whatsapp_link": true}')
    browser = await garden.choose(await garden.register(), "whatsapp")
    assert "a second message with a link" in browser.page

    code, link = await sent(garden)
    assert garden.dealt.latest in code
    assert not ENTRY.search(code)
    assert garden.dealt.latest not in link
    [where] = ENTRY.findall(link)
    elsewhere = await garden.browser("192.0.2.9").open(where)
    assert "Enter the code" in elsewhere.page
    [card] = await garden.cards()
    assert card.state is not CardState.VERIFIED  # the link alone proves nothing
    await elsewhere.press("Confirm the card", code=garden.dealt.latest)
    assert "Your card is confirmed" in elsewhere.page
