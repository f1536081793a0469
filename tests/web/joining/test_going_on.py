"""Where it does not go straight on: what a customer is told, and what they can do then."""

import re
from datetime import timedelta

import pytest

from tests.web.joining.garden import EMAIL, Garden
from watchword.features.cards.means import Means
from watchword.features.organisations.settings.sections import SectionName


class TestTheForm:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"day": "31", "month": "2"}, "There is no such day"),
            ({"year": "2080"}, "A date of birth lies in the past"),
            ({"year": "80"}, "with four digits"),
        ],
    )
    async def test_is_told_what_is_wrong_with_a_date(
        self, garden: Garden, typed: dict[str, str], said: str
    ) -> None:
        browser = await garden.register(typed=typed)

        assert said in browser.page
        assert len(re.findall(r'name="(?:day|month|year)"[^>]*aria-invalid', browser.page)) == 3

    async def test_is_not_offered_a_call_without_a_number(self, garden: Garden) -> None:
        browser = await garden.register(mobile="", email=EMAIL)

        assert [each.partition(":")[0] for each in garden.ways(browser)] == ["email", "in_store"]
        await garden.press_way(browser, "phone")
        assert "This way is not open" in browser.page

    async def test_is_told_which_number_to_call(self, garden: Garden) -> None:
        await garden.set_again(SectionName.JOINING, '{"open": true, "telephone": "(089) 123-45"}')
        browser = await garden.choose(await garden.register(), "phone")

        assert '<a class="number" href="tel:08912345">(089) 123-45</a>' in browser.page


class TestACode:
    @pytest.mark.parametrize("ending", ["time", "tries"])
    async def test_that_has_ended_is_followed_by_a_new_one_the_same_way(
        self, garden: Garden, ending: str
    ) -> None:
        browser = await garden.choose(await garden.register(email=EMAIL), "email")
        garden.time.pass_by(timedelta(minutes=2))
        if ending == "time":
            garden.time.pass_by(timedelta(hours=1))
            await browser.press("Send it again")
        else:
            for _ in range(5):
                await browser.press("Verify the card", code=garden.dealt.wrong)
            assert "there are no more tries" in browser.page
            await browser.press("Send a new code")

        await browser.press("Verify the card", code=garden.dealt.latest)

        assert "Your card is verified" in browser.page
        [card] = await garden.cards()
        assert card.method is Means.EMAIL

    async def test_that_ran_out_says_so_among_the_ways(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")
        garden.time.pass_by(timedelta(hours=1))

        await browser.press("Verify the card", code=garden.dealt.latest)

        assert "This code has run out. Choose how to get a new one." in browser.page
        assert garden.ways(browser)


class TestACardOfTheirOwn:
    @pytest.mark.parametrize("act", ["block", "delete"])
    async def test_that_staff_stopped_offers_no_way_and_says_whom_to_ask(
        self, garden: Garden, act: str
    ) -> None:
        browser = await garden.register()
        [card] = await garden.cards()
        await getattr(garden.services.cards.cards, act)(garden.caller, card.id, "Karte verloren")

        await browser.open(f"{garden.path}/card")

        assert "Come to us with your card" in browser.page
        assert garden.ways(browser) == []

    async def test_that_counted_before_says_so(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)
        [card] = await garden.cards()
        await garden.services.cards.cards.withdraw(garden.caller, card.id, "Falsche Person")

        await browser.open(f"{garden.path}/card")

        assert "Your card was verified before" in browser.page
        assert garden.ways(browser)

    async def test_is_forgotten_here_and_the_page_says_so(self, garden: Garden) -> None:
        browser = await garden.register()

        await browser.press("This is not my device: forget me here")

        assert "This device knows nothing of your card any more" in browser.page
