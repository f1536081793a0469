"""Opening a wallet: everybody is asked the same, and comes in with a code."""

import re
from datetime import date, timedelta

from tests.web.console.bare import OWN_FORM, Bare, faults_of_cookies
from tests.web.joining.garden import BORN, EMAIL, MOBILE, Garden, phone
from tests.web.wallet.holders import WALLET, ask, come_in, cookie, known, messages, sign_up
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.customers.rules import Origin
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.wallet.sessions.rules import IDLE, WHOLE

OTHER_MOBILE = "0170 7654321"
VARIES = re.compile(r'name="token" value="[0-9a-f]+"|\+49[ •\d]+|[•\w.]+@[•\w.]+')


def bare_page(browser: Bare) -> str:
    return VARIES.sub("…", browser.page)


class TestSomebodyNew:
    async def test_opens_a_wallet_with_a_code_and_a_name(self, garden: Garden) -> None:
        browser = await sign_up(garden)

        assert "Welcome. This is your card." in browser.page
        assert "Anna Müller" in browser.page
        assert '<span class="points">0</span>' in browser.page
        [card] = await garden.cards()
        customer = await garden.services.customers.read(garden.organisation.id, card.customer_id)
        assert customer.origin is Origin.WALLET
        assert [each.verified_at is not None for each in customer.contacts] == [True]

    async def test_proves_both_where_they_give_both(self, garden: Garden) -> None:
        browser = await come_in(garden, mobile=MOBILE, email=EMAIL)
        assert "That was right. Now the other one." in browser.page
        await browser.press("Go on", code=garden.dealt.latest)
        await browser.press("Get the card", family_name="Müller")

        [card] = await garden.cards()
        customer = await garden.services.customers.read(garden.organisation.id, card.customer_id)
        assert [each.verified_at is not None for each in customer.contacts] == [True, True]

    async def test_is_nobody_before_the_name_is_said(self, garden: Garden) -> None:
        browser = await come_in(garden)

        assert "What is your name?" in browser.page
        assert cookie(browser) is None
        assert await garden.cards() == []
        await browser.press("Get the card", family_name="7")
        assert browser.status == 422
        assert await garden.cards() == []


class TestSomebodyKnown:
    async def test_comes_in_with_a_code_and_sees_what_they_have(self, garden: Garden) -> None:
        card = await garden.card(await known(garden, phone()), "402177880131")
        await garden.give(card.account_id, 1240)

        browser = await come_in(garden)

        assert "1,240" in browser.page
        assert "4021 7788 0131" in browser.page
        assert '<svg class="bars"' in browser.page

    async def test_looks_like_somebody_new_until_the_code_is_right(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))

        one, other = await ask(garden), await ask(garden, mobile=OTHER_MOBILE)
        assert bare_page(one) == bare_page(other)
        assert headers(one) == headers(other)
        for browser in (one, other):
            await browser.press("Go on", code="000000")
        assert (one.status, bare_page(one)) == (other.status, bare_page(other))
        for browser in (one, other):
            await browser.press("Send it again")
        assert (one.status, bare_page(one)) == (other.status, bare_page(other))

    async def test_costs_nothing_where_a_code_is_too_short_whoever_it_is(
        self, garden: Garden
    ) -> None:
        await garden.card(await known(garden, phone()))
        for browser in (await ask(garden), await ask(garden, mobile=OTHER_MOBILE)):
            for _ in range(6):
                await browser.press("Go on", code="12")
                assert browser.status == 422
                assert "The code is longer" in browser.page

    async def test_who_wants_to_hear_nothing_looks_so_too(self, garden: Garden) -> None:
        opt_outs = garden.services.privacy.opt_outs
        await opt_outs.add(
            garden.caller, phone(OTHER_MOBILE), SuppressionKind.EVERYTHING, "STOP by text"
        )

        one, other = await ask(garden), await ask(garden, mobile=OTHER_MOBILE)
        for browser in (one, other):
            await browser.press("Go on", code="000000")

        assert (one.status, bare_page(one)) == (other.status, bare_page(other))
        assert len(await messages(garden)) == 1

    async def test_who_wants_to_hear_nothing_looks_so_too_when_asked_for_it_once_more(
        self, garden: Garden
    ) -> None:
        opt_outs = garden.services.privacy.opt_outs
        await opt_outs.add(
            garden.caller, phone(OTHER_MOBILE), SuppressionKind.EVERYTHING, "STOP by text"
        )
        one, other = await ask(garden), await ask(garden, mobile=OTHER_MOBILE)

        garden.time.pass_by(timedelta(minutes=2))
        for browser in (one, other):
            await browser.press("Send it again")
        assert (one.status, bare_page(one)) == (other.status, bare_page(other))
        assert one.status == 200

        for browser in (one, other):
            for _ in range(5):
                await browser.press("Go on", code="000000")
        assert (one.status, bare_page(one)) == (other.status, bare_page(other))
        garden.time.pass_by(timedelta(minutes=5))
        for browser in (one, other):
            await browser.press("Send a new code")
        assert (one.status, bare_page(one)) == (other.status, bare_page(other))
        assert len(await messages(garden)) == 1

    async def test_is_asked_again_where_the_code_was_wrong(self, garden: Garden) -> None:
        browser = await ask(garden)
        await browser.press("Go on", code=garden.dealt.wrong)

        assert browser.status == 422
        assert "4 more tries" in browser.page
        assert cookie(browser) is None

    async def test_gains_nothing_by_a_form_without_a_code(self, garden: Garden) -> None:
        await known(garden, phone())
        browser = await ask(garden)
        await browser.press("Go on", code="")

        assert browser.status == 422
        assert cookie(browser) is None

    async def test_cannot_come_in_by_the_code_of_another_browser(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        theirs = await ask(garden)
        code = garden.dealt.latest
        mine = await ask(garden, garden.browser("192.0.2.7"))

        await mine.press("Go on", code=code)
        assert cookie(mine) is None
        await theirs.press("Go on", code=code)
        assert cookie(theirs) is None

    async def test_is_asked_at_all_only_where_customers_have_pages(self, garden: Garden) -> None:
        await garden.services.organisations.found(
            slug="bank", name="Bank", mode=garden.organisation.mode, country="DE", locale="de",
            actor="test",
        )  # fmt: skip

        assert (await garden.browser().open("/o/bank/wallet")).status == 404


class TestASharedPhone:
    async def test_asks_for_a_second_fact_and_says_no_name(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone(), given="Anna"))
        await garden.card(await known(garden, phone(), given="Bernd", born=date(1978, 1, 2)))

        browser = await come_in(garden)

        assert "Who are you?" in browser.page
        assert "Bernd" not in browser.page
        assert cookie(browser) is None
        await browser.press("Open my card", day="2", month="1", year="1978")
        assert "Bernd" in browser.page

    async def test_takes_the_end_of_a_card_number_as_well(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone(), given="Anna"), "402177880131")
        await garden.card(await known(garden, phone(), given="Bernd"), "402177889999")

        browser = await come_in(garden)
        await browser.press("Open my card", four="9999")

        assert "Bernd" in browser.page

    async def test_wants_both_from_twins(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone(), given="Anna"), "402177880131")
        await garden.card(await known(garden, phone(), given="Bernd"), "402177889999")
        browser = await come_in(garden)

        await browser.press("Open my card", day=f"{BORN.day}", month=f"{BORN.month}", year="1980")
        assert "more than one person" in browser.page
        await browser.press(
            "Open my card", day=f"{BORN.day}", month=f"{BORN.month}", year="1980", four="0131"
        )
        assert "Anna" in browser.page

    async def test_gives_five_tries_and_no_more(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()), "402177880131")
        await garden.card(await known(garden, phone(), given="Bernd"), "402177889999")
        browser = await come_in(garden)

        for _ in range(4):
            await browser.press("Open my card", four="0000")
            assert browser.status == 422
        await browser.press("Open my card", four="0000")

        assert browser.status == 410
        assert (await browser.open(f"{WALLET}/arrival")).status == 410
        assert cookie(browser) is None

    async def test_asks_who_never_showed_that_it_is_theirs(self, garden: Garden) -> None:
        await garden.card(await garden.customer(phone()))

        browser = await come_in(garden)
        assert "Who are you?" in browser.page
        await browser.press("Open my card", day="7", month="5", year="1980")
        assert "Anna Müller" in browser.page

    async def test_is_not_shared_by_whoever_types_a_number_into_a_form(
        self, garden: Garden
    ) -> None:
        await garden.card(await known(garden, phone()))
        await garden.register(given_name="Zoe", family_name="Other")

        assert "Anna Müller" in (await come_in(garden)).page

    async def test_may_be_somebody_new_as_well(self, garden: Garden) -> None:
        await garden.card(await garden.customer(phone()))
        browser = await come_in(garden)
        await browser.press("I have no card yet")
        await browser.press("Get the card", given_name="Carla", family_name="Neu")

        assert "Carla Neu" in browser.page


class TestASession:
    async def test_has_a_new_secret_at_every_step(self, garden: Garden) -> None:
        await garden.customer(phone())
        arrival = "watchword-wallet-arrival-sonnenhof"
        browser = await ask(garden)
        first = cookie(browser, arrival)
        await browser.press("Go on", code=garden.dealt.latest)
        second = cookie(browser, arrival)
        await browser.press("Open my card", day="7", month="5", year="1980")
        session = cookie(browser)

        assert None not in {first, second, session}
        assert len({first, second, session}) == 3
        assert all(len(each or "") >= 43 for each in (first, second, session))
        assert cookie(browser, arrival) is None

        old = garden.browser()
        old.client.cookies.set(arrival, second or "")
        assert (await old.open(f"{WALLET}/arrival")).status == 410

    async def test_has_cookies_that_no_script_reads(self, garden: Garden) -> None:
        browser = garden.browser(follows=False)
        await browser.open(WALLET)
        await browser.press("Send me a code", mobile=MOBILE)

        assert browser.reply is not None
        assert browser.reply.headers.get_list("set-cookie")
        assert faults_of_cookies(browser.reply) == []

    async def test_ends_after_an_hour_without_use_and_after_twelve_in_all(
        self, garden: Garden
    ) -> None:
        await garden.card(await known(garden, phone()))
        browser = await come_in(garden)
        for _ in range(int(WHOLE / timedelta(minutes=45)) - 1):
            garden.time.pass_by(timedelta(minutes=45))
            assert "Anna Müller" in (await browser.open(WALLET)).page
        garden.time.pass_by(timedelta(minutes=45))
        assert "Send me a code" in (await browser.open(WALLET)).page

        browser = await come_in(garden)
        garden.time.pass_by(IDLE)
        assert "Send me a code" in (await browser.open(WALLET)).page

    async def test_is_over_when_somebody_signs_out(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        browser = await come_in(garden)
        secret = cookie(browser)
        await browser.press("Sign out")
        assert "You are signed out" in browser.page

        thief = garden.browser()
        thief.client.cookies.set("watchword-wallet-sonnenhof", secret or "")
        assert "Send me a code" in (await thief.open(WALLET)).page

    async def test_takes_no_form_of_somebody_else(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        browser = await come_in(garden)
        token = browser.field("token")

        foreign = await browser.client.post(
            f"{WALLET}/sign-out", data={"token": token}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        forged = await browser.client.post(
            f"{WALLET}/sign-out", data={"token": "0" * 32}, headers=OWN_FORM
        )

        assert (foreign.status_code, forged.status_code) == (403, 403)
        assert "Anna Müller" in (await browser.open(WALLET)).page

    async def test_opens_nothing_of_another_organisation(self, garden: Garden) -> None:
        await garden.card(await known(garden, phone()))
        browser = await come_in(garden)
        other = await garden.services.organisations.found(
            slug="other", name="Other", mode=garden.organisation.mode, country="DE", locale="de",
            actor="test",
        )  # fmt: skip
        garden.organisation, own = other, garden.organisation  # type: ignore[assignment]
        await garden.set(SectionName.JOINING, '{"open": true}')
        garden.organisation = own

        browser.client.cookies.set("watchword-wallet-other", cookie(browser) or "")
        assert "Send me a code" in (await browser.open("/o/other/wallet")).page


def headers(browser: Bare) -> dict[str, str]:
    assert browser.reply is not None
    skipped = {"content-length", "date", "set-cookie", "x-request-id"}
    return {name: value for name, value in browser.reply.headers.items() if name not in skipped}
