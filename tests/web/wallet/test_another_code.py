"""A code that does not count any more is followed by a new one, with one button."""

from datetime import timedelta

import pytest

from tests.web.console.bare import Bare
from tests.web.joining.garden import EMAIL, MOBILE, Garden, email, phone
from tests.web.wallet.holders import ask, come_in, cookie, known, messages
from tests.web.wallet.test_wallet import bare_page
from watchword.features.wallet.arrivals.rules import FROM_ONE_ADDRESS

RUN_OUT = timedelta(minutes=6)
OTHER_MOBILE = "0170 7654321"


async def run_out(garden: Garden, **typed: str) -> Bare:
    """Wait for too long with a code, and type it."""
    browser = await ask(garden, None, **typed)
    await messages(garden)
    garden.time.pass_by(RUN_OUT)
    return await browser.press("Go on", code=garden.dealt.latest)


@pytest.mark.parametrize("typed", [{"mobile": MOBILE}, {"email": EMAIL}])
async def test_whoever_comes_too_late_gets_another_code_and_comes_in(
    garden: Garden, typed: dict[str, str]
) -> None:
    browser = await run_out(garden, **typed)
    assert "This code has run out. Get a new one." in browser.page
    assert "Send it again" not in browser.page

    await browser.press("Send a new code")
    assert "There is a new code. The one before does not count any more." in browser.page
    assert len(await messages(garden)) == 1
    await browser.press("Go on", code=garden.dealt.latest)
    await browser.press("Get the card", given_name="Anna", family_name="Müller")

    assert "Welcome. This is your card." in browser.page


async def test_the_page_offers_it_when_it_is_opened_anew_as_well(garden: Garden) -> None:
    browser = await ask(garden)
    garden.time.pass_by(RUN_OUT)
    await browser.open("/o/sonnenhof/wallet/arrival")

    assert "This code does not count any more. Get a new one." in browser.page
    await browser.press("Send a new code")
    await browser.press("Go on", code=garden.dealt.latest)
    assert "What is your name?" in browser.page


async def test_a_code_whose_tries_are_used_up_is_followed_too(garden: Garden) -> None:
    browser = await ask(garden)
    while "Send a new code" not in browser.page:
        await browser.press("Go on", code=garden.dealt.wrong)
    garden.time.pass_by(RUN_OUT)

    await browser.press("Send a new code")
    await browser.press("Go on", code=garden.dealt.latest)

    assert "What is your name?" in browser.page


async def test_the_code_before_counts_no_more(garden: Garden) -> None:
    browser = await run_out(garden)
    before = garden.dealt.latest
    await browser.press("Send a new code")
    assert garden.dealt.latest != before

    await browser.press("Go on", code=before)

    assert "This code is not right." in browser.page
    assert cookie(browser) is None


async def test_known_and_unknown_look_alike(garden: Garden) -> None:
    await garden.card(await known(garden, phone()))

    one, other = await run_out(garden), await run_out(garden, mobile=OTHER_MOBILE)
    for browser in (one, other):
        await browser.press("Send a new code")

    assert (one.status, bare_page(one)) == (other.status, bare_page(other))


async def test_the_second_contact_gets_another_one_at_its_own_address(garden: Garden) -> None:
    browser = await come_in(garden, mobile=MOBILE, email=EMAIL)
    assert email().masked in browser.page
    garden.time.pass_by(RUN_OUT)
    await browser.press("Go on", code=garden.dealt.latest)

    await browser.press("Send a new code")
    assert email().masked in browser.page
    await browser.press("Go on", code=garden.dealt.latest)
    assert "What is your name?" in browser.page


async def test_another_code_counts_like_a_coming_from_that_address(garden: Garden) -> None:
    browser = await run_out(garden)
    most = FROM_ONE_ADDRESS.sends[0].most
    for at in range(most - 1):
        await ask(garden, mobile=f"0170 76543{at:02}")

    await browser.press("Send a new code")

    assert browser.status == 429
    assert "There were many sign-ins from your line just now." in browser.page
