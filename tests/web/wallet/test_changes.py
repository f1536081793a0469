"""How a customer is reached: changed with fresh proof, told to the old one, undone from there."""

import re
from datetime import timedelta

from tests.web.console.bare import Bare
from tests.web.joining.garden import EMAIL, MOBILE, Garden, email, phone
from tests.web.wallet.holders import WALLET, come_in, cookie, known, messages
from tests.web.wallet.test_devices import Key, come_back, trust
from watchword.features.cards.rules import CardState
from watchword.features.customers.rules import Customer, CustomerState

NEW = "0170 7654321"
LINK = re.compile(r"/n/[a-z2-7]{12}")


async def now(garden: Garden, customer: Customer) -> Customer:
    return await garden.services.customers.read(garden.organisation.id, customer.id)


async def change(garden: Garden, browser: Bare, number: str = NEW) -> Bare:
    await browser.open(f"{WALLET}/profile")
    await browser.press("Send a code to the new number", mobile=number)
    return await browser.press("Go on", code=garden.dealt.latest)


class TestANewNumber:
    async def test_takes_the_place_of_the_old_one_that_hears_of_it(self, garden: Garden) -> None:
        customer = await known(garden, phone(), email())
        await garden.card(customer)
        browser = await come_in(garden)
        await messages(garden)

        await change(garden, browser)

        assert "We reach you there from now on." in browser.page
        reached = {each.contact.address.reveal() for each in (await now(garden, customer)).contacts}
        assert reached == {"+491707654321", EMAIL}
        told = [text for text in await messages(garden) if "erreicht Sie jetzt" in text]
        assert len(told) == 3

    async def test_is_not_theirs_before_its_code_is_right(self, garden: Garden) -> None:
        customer = await known(garden, phone())
        await garden.card(customer)
        browser = await come_in(garden)
        await browser.open(f"{WALLET}/profile")
        await browser.press("Send a code to the new number", mobile=NEW)
        await browser.press("Go on", code=garden.dealt.wrong)

        assert [
            each.contact.address.reveal() for each in (await now(garden, customer)).contacts
        ] == ["+491701234567"]

    async def test_needs_that_they_show_who_they_are(self, garden: Garden) -> None:
        customer = await known(garden, phone())
        await garden.card(customer)
        browser = await come_in(garden)
        await browser.open(f"{WALLET}/profile")
        token, stale = browser.field("token"), cookie(browser)
        garden.time.pass_by(timedelta(minutes=10))

        await browser.press("Send a code to the new number", mobile=NEW)
        assert browser.status == 422
        assert "First show once more that it is you." in browser.page

        await browser.press("Show that it is you, by a code")
        await browser.press("Go on", code=garden.dealt.latest)
        assert "Anna Müller" in browser.page
        assert cookie(browser) != stale
        assert token != (await browser.open(f"{WALLET}/profile")).field("token")
        await change(garden, browser)
        assert "We reach you there from now on." in browser.page

    async def test_cannot_be_set_by_a_device_that_only_came_back(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        browser, key = await come_in(garden), Key()
        await trust(browser, key)
        back = garden.browser()
        await come_back(garden, back, key)

        await back.open(f"{WALLET}/profile")

        assert "first show once more that it is you" in back.page
        assert "Send a code to the new number" not in back.page

    async def test_makes_a_card_unverified_that_rests_on_the_old_one(self, garden: Garden) -> None:
        browser = await garden.choose(await garden.register(), "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)
        [card] = await garden.cards()
        assert card.state is CardState.VERIFIED

        await change(garden, await come_in(garden))

        assert (await garden.now(card)).state is CardState.UNVERIFIED

    async def test_is_undone_where_the_old_one_says_not_me(self, garden: Garden) -> None:
        customer = await known(garden, phone())
        await garden.card(customer)
        thief = await come_in(garden)
        await messages(garden)
        await change(garden, thief)
        texts = await messages(garden)
        link = LINK.findall(next(text for text in texts if "erreicht Sie jetzt" in text))[-1]

        owner = await garden.browser().open(link)
        assert "Did you change how we reach you?" in owner.page
        await owner.press("That was not me \u2013 shut the wallet")

        assert "Send me a code" in (await thief.open(WALLET)).page
        [contact] = (await now(garden, customer)).contacts
        assert contact.contact.address.reveal() == "+491701234567"
        # The number may be somebody else's by now: a code to it is not enough.
        assert contact.verified_at is None
        assert "Who are you?" in (await come_in(garden)).page

    async def test_the_last_one_cannot_be_removed(self, garden: Garden) -> None:
        customer = await known(garden, phone(), email())
        await garden.card(customer)
        browser = await come_in(garden)
        await browser.open(f"{WALLET}/profile")
        await browser.press("Remove")

        assert len((await now(garden, customer)).contacts) == 1
        await browser.open(f"{WALLET}/profile")
        assert "How we reach you" in browser.page
        assert "Remove" not in browser.page


class TestTwoEntries:
    async def test_of_one_person_are_put_together_when_they_say_so(self, garden: Garden) -> None:
        one = await known(garden, phone())
        other = await known(garden, email())
        await garden.card(one)
        card = await garden.card(other)
        await garden.give(card.account_id, 500)
        browser = await come_in(garden)
        await messages(garden)

        await browser.open(f"{WALLET}/profile")
        await browser.press("Add it, by a code", email=EMAIL)
        await browser.press("Go on", code=garden.dealt.latest)
        assert "You have two entries with us" in browser.page
        await browser.press("That was me \u2013 put them together")

        assert "Your entries are one now" in browser.page
        assert (await now(garden, other)).id == one.id
        assert any("zwei Einträge" in text for text in await messages(garden))

    async def test_are_found_when_both_are_given_at_the_door(self, garden: Garden) -> None:
        one, other = await known(garden, phone()), await known(garden, email())
        await garden.card(one)
        await garden.card(other)

        browser = await come_in(garden, mobile=MOBILE, email=EMAIL)
        await browser.press("Go on", code=garden.dealt.latest)

        assert "You have two entries with us" in browser.page
        await browser.press("Leave them as they are")
        assert (await now(garden, other)).state is CustomerState.ACTIVE
        assert "Anna Müller" in (await browser.open(WALLET)).page

    async def test_of_two_people_stay_two(self, garden: Garden) -> None:
        one = await known(garden, phone())
        other = await known(garden, email(), given="Bernd")
        await garden.card(one)
        browser = await come_in(garden)
        await browser.open(f"{WALLET}/profile")
        await browser.press("Add it, by a code", email=EMAIL)
        await browser.press("Go on", code=garden.dealt.latest)

        assert "We reach you there from now on." in browser.page
        assert (await now(garden, other)).id == other.id

    async def test_are_not_merged_by_a_form_that_nobody_was_shown(self, garden: Garden) -> None:
        one, other = await known(garden, phone()), await known(garden, email())
        await garden.card(one)
        browser = await come_in(garden)
        await browser.open(f"{WALLET}/profile")
        await browser.press("Add it, by a code", email=EMAIL)
        token = browser.field("token")
        reply = await browser.client.post(
            f"{WALLET}/arrival/merge",
            data={"token": token},
            headers={"Sec-Fetch-Site": "same-origin"},
        )

        assert reply.status_code in {200, 303, 410}
        assert (await now(garden, other)).id == other.id
