"""What a customer shows at the till: the whole number of their card, once it is proven."""

import re

import zxingcpp
from PIL import Image

from tests.web.joining.garden import Garden
from watchword.features.cards.registration.rules import Registrant

MODULE = re.compile(r"M(\d+) (\d+)h1v1h-1z")


async def test_the_whole_number_is_shown_and_scanned_once_the_card_is_proven(
    garden: Garden,
) -> None:
    browser = await garden.choose(await garden.register(), "sms")
    [card] = await garden.cards()
    caller = Registrant(garden.organisation, card.customer_id)
    number = (await garden.services.cards.cards.open(caller, card.id)).number
    assert number is not None
    grouped = " ".join(re.findall(".{1,4}(?=(?:.{4})*$)", number.reveal()))
    before = browser.page

    await browser.press("Verify the card", code=garden.dealt.latest)

    assert number.reveal() not in before
    assert grouped not in before
    assert grouped in browser.page
    assert scanned(browser.page) == number.reveal()


def scanned(page: str) -> str:
    """Read the picture as a scanner does: dark modules on white, each of four points."""
    found = re.search(r'viewBox="0 0 (\d+) \1" role="img"', page)
    assert found is not None
    size, zoom = int(found[1]), 4
    picture = Image.new("L", (size * zoom, size * zoom), 255)
    for across, down in MODULE.findall(page):
        left, top = int(across) * zoom, int(down) * zoom
        picture.paste(0, (left, top, left + zoom, top + zoom))
    [read] = zxingcpp.read_barcodes(picture)
    return str(read.text)
