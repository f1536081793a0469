"""The code for the till, on the screen of the customer."""

import re
from datetime import timedelta

from tests.web.joining.garden import Garden, phone
from tests.web.wallet.holders import come_in, known
from watchword.features.organisations.settings.sections import SectionName

CODE = re.compile(r'<p class="code till-code">(\d+)</p>')
SHOWN_FOR = timedelta(minutes=2)


async def test_a_code_is_shown_while_wallets_show_them_and_not_a_moment_longer(
    garden: Garden,
) -> None:
    await garden.card(await known(garden, phone()))
    await garden.set(SectionName.REDEMPTION, '{"show_in_wallet": true}')
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
