"""Getting a card: the form, the ways to show that it is one's own, and the way back."""

import re

import pytest

from tests.web.joining.garden import EMAIL, FORM, Garden
from watchword.features.cards.means import Means
from watchword.features.cards.registration.rules import LIFE
from watchword.features.cards.rules import CardState, shows_balance
from watchword.features.challenges.desk import ENTRIES
from watchword.features.delivery.routes import SANDBOX
from watchword.features.organisations.settings.sections import SectionName

ENTRY = re.compile(re.escape(ENTRIES) + r"[a-z2-7]{12}\b")
ADDRESS = {"street": "Gartenstraße 5", "postal_code": "80331", "city": "München"}


async def sent(garden: Garden) -> list[str]:
    """Give the texts of all that waits to be sent, the newest last."""
    queued = await garden.services.deliveries.claim(SANDBOX, 9)
    return [(await garden.services.deliveries.open(each)).text.reveal() for each in queued]


class TestSomebodyNew:
    async def test_gets_a_card_and_confirms_it_with_a_code(self, garden: Garden) -> None:
        browser = await garden.register()
        assert "Verify your card" in browser.page

        await garden.choose(browser, "sms")
        assert "Enter the code" in browser.page
        await browser.press("Verify the card", code=garden.dealt.latest)

        assert "Your card is verified" in browser.page
        [card] = await garden.cards()
        assert (card.state, card.method) == (CardState.VERIFIED, Means.SMS)

    async def test_chooses_among_the_ways_that_lead_to_them(self, garden: Garden) -> None:
        browser = await garden.register(email=EMAIL)

        assert [each.partition(":")[0] for each in garden.ways(browser)] == [
            "sms",
            "email",
            "whatsapp",
            "in_store",
            "phone",
        ]

    async def test_chooses_in_the_order_of_the_organisation(self, garden: Garden) -> None:
        await garden.set(SectionName.VERIFICATION, '{"methods": ["in_store", "letter", "email"]}')

        browser = await garden.register(typed={"email": EMAIL, **ADDRESS})

        ways = [each.partition(":")[0] for each in garden.ways(browser)]
        assert ways == ["in_store", "letter", "email"]

    async def test_is_told_what_is_wrong_and_keeps_what_they_typed(self, garden: Garden) -> None:
        browser = await garden.register(mobile="123", day="31", month="2", given_name="Ägidius")

        assert browser.status == 422
        assert "2 things are not right yet" in browser.page
        assert browser.field("given_name") == "Ägidius"
        assert browser.field("mobile") == "123"
        assert await garden.cards() == []

    async def test_has_to_be_reached_somehow(self, garden: Garden) -> None:
        browser = await garden.register(mobile="")

        assert browser.status == 422
        assert "Give us one way to reach you" in browser.page

    async def test_reads_german_or_english(self, garden: Garden) -> None:
        browser = garden.browser()

        assert 'lang="de"' in (await browser.open(f"{garden.path}/join", "de")).page
        assert "Kundenkarte" in browser.page
        assert 'lang="en"' in (await browser.open(f"{garden.path}/join?lang=en", "de")).page
        assert "customer card" in browser.page

    async def test_finds_nothing_where_nobody_registers(self, garden: Garden) -> None:
        await garden.services.organisations.found(
            slug="bank", name="Bank", mode=garden.organisation.mode, country="DE", locale="de",
            actor="test",
        )  # fmt: skip

        for slug in ("bank", "nobody", "UPPER", "a%2Fb"):
            assert (await garden.browser().open(f"/o/{slug}/join")).status == 404


class TestACode:
    async def test_that_is_wrong_says_how_often_one_may_try(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")

        await browser.press("Verify the card", code=garden.dealt.wrong)

        assert browser.status == 422
        assert "4 more tries" in browser.page
        assert f'href="{garden.path}/card?lang=de"' in browser.page
        assert f"{garden.path}/card/code?" not in browser.page

    async def test_ends_when_another_way_is_chosen(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(email=EMAIL), "sms")
        first = garden.dealt.latest
        await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), "email")

        await browser.press("Verify the card", code=first)

        assert "This code is not right" in browser.page
        await browser.press("Verify the card", code=garden.dealt.latest)
        assert "Your card is verified" in browser.page

    async def test_comes_again_when_asked_for_and_not_too_soon(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")

        await browser.press("Send it again")
        assert browser.status == 429
        assert "A message is on its way" in browser.page

    async def test_comes_with_a_way_to_the_page_and_not_by_whatsapp(self, garden: Garden) -> None:
        browser = await garden.register(email=EMAIL)
        for means in ("sms", "email", "whatsapp"):
            await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), means)
            *_, text = await sent(garden)
            assert garden.dealt.latest in text
            assert bool(ENTRY.search(text)) is (means != "whatsapp"), text
            assert all(garden.dealt.latest not in link for link in re.findall(r"http\S+", text))

    async def test_by_whatsapp_keeps_the_page_open(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "whatsapp")

        assert "Keep this page open" in browser.page

    async def test_by_letter_is_of_letters_and_a_slip_costs_nothing(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(typed=ADDRESS), "letter")
        code = garden.dealt.latest
        slip = ("A" if code[0] != "A" else "B") + code[1:]
        assert "A letter is on its way" in browser.page

        await browser.press("Verify the card", code=slip)
        assert "There was a slip in it" in browser.page
        await browser.press("Verify the card", code=f" {code[:5].lower()} {code[5:]} ")

        assert "Your card is verified" in browser.page

    async def test_that_is_typed_too_soon_costs_nothing(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")
        code = garden.dealt.latest
        for _ in range(6):
            await browser.press("Verify the card", code=code[:2])
            assert "The code is longer" in browser.page
        await browser.press("Verify the card", code=code)

        assert "Your card is verified" in browser.page

    async def test_that_comes_late_meets_a_card_that_is_confirmed(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(typed=ADDRESS), "letter")
        await sent(garden)
        letter = garden.dealt.latest
        token = browser.field("token")
        await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)

        browser.reply = await browser.client.post(
            f"{garden.path}/card/code",
            data={"token": token, "code": letter},
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
        )

        assert browser.status == 200
        assert "was verified before" in browser.page
        assert "not right" not in browser.page


class TestAReference:
    @pytest.mark.parametrize("means", ["in_store", "phone"])
    async def test_stands_there_big_with_the_words_that_both_screens_show(
        self, garden: Garden, means: str
    ) -> None:
        browser = await garden.choose(await garden.register(), means)

        assert re.search(r'class="reference"[^>]*>[2-9A-Z]{3} [2-9A-Z]{3}<', browser.page)
        assert ('class="square"' in browser.page) is (means == "in_store")
        assert "We say" in browser.page
        page = browser.page
        assert (await browser.open(f"{garden.path}/card")).page == page

    async def test_is_found_by_staff(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "in_store")
        found = re.search(r'class="reference"[^>]*>([^<]+)<', browser.page)
        assert found is not None
        [card] = await garden.cards()

        attempt = await garden.services.cards.attempts.current(garden.caller, card.id)

        assert attempt is not None
        assert attempt.ticket is not None
        assert attempt.ticket.reference.reveal() == found[1].replace(" ", "")


class TestTheWayIn:
    async def entry(self, garden: Garden, means: str = "sms") -> str:
        await garden.choose(await garden.register(email=EMAIL), means)
        *_, text = await sent(garden)
        found = ENTRY.search(text)
        assert found is not None, text
        return found[0]

    @pytest.mark.parametrize("means", ["sms", "email"])
    async def test_takes_the_code_in_any_browser_and_remembers_it(
        self, garden: Garden, means: str
    ) -> None:
        path = await self.entry(garden, means)
        other = garden.browser()
        await other.open(path)

        await other.press("Verify the card", code=garden.dealt.latest)

        assert other.path == f"{garden.path}/card"
        assert "Your card is verified" in other.page
        assert "was verified before" in (await garden.browser().open(path)).page

    async def test_is_opened_by_programs_and_even_sent_and_nothing_comes_of_it(
        self, garden: Garden
    ) -> None:
        path = await self.entry(garden)
        scanner = garden.browser()

        await scanner.client.head(path)
        for _ in range(3):
            assert (await scanner.open(path)).status == 200
        for fields in ({}, {"code": ""}, {"code": "   "}):
            for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://x.test"}):
                await scanner.client.post(path, data=fields, headers=headers)
        for button in ("Verify the card",):
            await (await scanner.open(path)).press(button)
        [card] = await garden.cards()
        assert card.state is CardState.UNVERIFIED

        human = await garden.browser().open(path)
        await human.press("Verify the card", code=garden.dealt.wrong)
        assert "4 more tries" in human.page
        await human.press("Verify the card", code=garden.dealt.latest)
        assert "Your card is verified" in human.page

    async def test_alone_proves_nothing(self, garden: Garden) -> None:
        path = await self.entry(garden)

        page = (await garden.browser().open(path)).page

        assert garden.dealt.latest not in page + path
        assert "1234567" not in page
        assert "Müller" not in page

    async def test_that_leads_nowhere_says_so(self, garden: Garden) -> None:
        for path in (f"{ENTRIES}aaaaaaaaaaaa", f"{ENTRIES}{'a' * 300}"):
            assert (await garden.browser().open(path)).status == 404

    async def test_says_that_another_way_was_chosen_since(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(email=EMAIL), "sms")
        *_, text = await sent(garden)
        found = ENTRY.search(text)
        assert found is not None
        await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), "in_store")

        assert "does not count any more" in (await garden.browser().open(found[0])).page

    async def test_has_a_way_out_for_whoever_did_not_ask(self, garden: Garden) -> None:
        path = await self.entry(garden)
        page = (await garden.browser().open(path)).page
        denial = re.search(r'href="(/n/[a-z2-7]{12})"', page)
        assert denial is not None

        stranger = await garden.browser().open(denial[1])
        await stranger.press("That was not me \u2013 stop this code")

        assert "The code is stopped" in stranger.page
        human = await garden.browser().open(path)
        await human.press("Verify the card", code=garden.dealt.latest)
        assert human.status == 422


class TestABrowser:
    async def test_is_known_by_a_cookie_that_goes_nowhere_else(self, garden: Garden) -> None:
        browser = garden.browser(follows=False)
        await browser.open(f"{garden.path}/join")
        await browser.press("Get the card", **FORM)

        assert browser.reply is not None
        [cookie] = browser.reply.headers.get_list("set-cookie")
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/o/"} <= flags
        assert f"max-age={int(LIFE.total_seconds())}" in flags

    async def test_is_known_no_more_when_it_asks_to_be_forgotten(self, garden: Garden) -> None:
        browser = await garden.register()

        await browser.press("This is not my device: forget me here")

        assert (await browser.open(f"{garden.path}/card")).status == 404
        assert "We do not know this browser" in browser.page

    async def test_is_known_no_more_after_its_time(self, garden: Garden) -> None:
        browser = await garden.register()
        garden.time.pass_by(LIFE)

        assert (await browser.open(f"{garden.path}/card")).status == 404

    async def test_that_registered_before_is_led_back(self, garden: Garden) -> None:
        browser = await garden.register()

        assert "You have begun already" in (await browser.open(f"{garden.path}/join")).page

    async def test_sends_nothing_from_pages_of_others(self, garden: Garden) -> None:
        browser = await garden.register()
        token = browser.field("token")
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
            for path, fields in (
                ("join", FORM),
                ("card/way", {"token": token, "way": "in_store"}),
                ("card/leaving", {"token": token}),
            ):
                reply = await browser.client.post(
                    f"{garden.path}/{path}", data=fields, headers=headers
                )
                assert reply.status_code == 403
        forged = await browser.client.post(
            f"{garden.path}/card/way",
            data={"token": "0" * 32, "way": "in_store"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert forged.status_code == 403
        assert len(await garden.cards()) == 1

    async def test_chooses_nothing_that_is_not_offered(self, garden: Garden) -> None:
        browser = await garden.register()
        known = garden.ways(browser)[0]

        for value in ("", "other", "sms", "letter", "sms:1", f"sms:{'0' * 32}", f"email:{known}"):
            await garden.press_way(browser, value)
            assert browser.status == 422, value
        [card] = await garden.cards()
        assert await garden.services.cards.attempts.current(garden.caller, card.id) is None


class TestAPage:
    async def test_changes_nothing_by_being_opened(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(email=EMAIL), "sms")
        before = await garden.cards()

        for path in ("join", "card", "card?choose=1", "join?embedded=1"):
            for _ in range(2):
                await browser.open(f"{garden.path}/{path}")
                await browser.client.head(f"{garden.path}/{path}")

        assert await garden.cards() == before
        assert len(garden.dealt.codes) == 1

    async def test_shows_whose_it_is(self, garden: Garden) -> None:
        await garden.set(SectionName.APPEARANCE, '{"mark": "S", "colour": "#2f6b2f"}')

        browser = await garden.browser().open(f"{garden.path}/join")

        assert "Gartencenter Sonnenhof" in browser.page
        sheet = re.search(r'href="(/o/sonnenhof/colours/[0-9a-f]{12})"', browser.page)
        assert sheet is not None
        styles = await browser.client.get(sheet[1])
        assert "#2f6b2f" in styles.text
        assert styles.headers["content-type"].startswith("text/css")

    async def test_is_framed_only_where_the_organisation_allows_it(self, garden: Garden) -> None:
        browser = garden.browser()
        assert browser.client.headers is not None
        alone = await browser.open(f"{garden.path}/join")
        assert alone.reply is not None
        assert "frame-ancestors 'none'" in alone.reply.headers["content-security-policy"]

    async def test_is_framed_by_those_that_the_organisation_named(self, garden: Garden) -> None:
        async with garden.services.storage.begin(garden.organisation.id) as transaction:
            await transaction.run(
                "update organisation_settings set content = :content where section = 'joining'",
                content='{"open": true, "embed_origins": ["https://www.sonnenhof.example"]}',
            )

        browser = await garden.register()
        for path, is_framed in (("join?embedded=1", True), ("card", False)):
            reply = await browser.client.get(f"{garden.path}/{path}")
            policy = reply.headers["content-security-policy"]
            assert ("frame-ancestors https://www.sonnenhof.example" in policy) is is_framed
            assert ("frame-ancestors 'none'" in policy) is not is_framed
        framed = await garden.browser().open(f"{garden.path}/join?embedded=1")
        assert 'target="_top"' in framed.page

    async def test_shows_no_balance_of_a_card_that_is_not_proven(self, garden: Garden) -> None:
        await garden.card(await garden.customer())

        await garden.register()

        [card] = [each for each in await garden.cards() if each.linked_from is not None]
        assert not shows_balance(card)
