"""Old cards: whoever registers is told nothing of them, and gets at them only by proving it."""

import os
import re
from datetime import timedelta

import httpx
import pytest

from tests.web.console.bare import Bare
from tests.web.joining.garden import BORN, EMAIL, Garden, email, phone, post
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.claims.rules import Because, ClaimState
from watchword.features.cards.confirmations.service import Confirming
from watchword.features.cards.evidence import Compared, Evidence, callable_back
from watchword.features.cards.means import Means
from watchword.features.cards.registration.rules import LIFE
from watchword.features.cards.rules import Card, CardState, may_collect, may_redeem, shows_balance
from watchword.features.cards.verdicts import NoCallBack, NotOffered, NotOnFile
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.organisations.settings.sections import SectionName

MASKED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|"
    r"(?<=watchword-card-sonnenhof=)[^;]+|"
    r"(?<=class=\"reference\" aria-label=\"Your reference\">)[^<]+|"
    r"(?<=<dd>)\w+(?=</dd>)|(?<=class=\"dots\" d=\")[^\"]+"
)
OTHER = "0170 7654321"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PAIRS = int(os.environ.get("DRILL_PAIRS", "12"))
SITUATIONS = ["nobody", "exact", "weak", "double", "taken", "frozen", "contradicting", "twice"]


def masked(reply: httpx.Response | None) -> tuple[int, str, list[str]]:
    """Give what somebody sees, without what is drawn anew for everybody."""
    assert reply is not None
    names = sorted(f"{name}: {value}" for name, value in reply.headers.items() if name != "date")
    kept = [each for each in names if not each.startswith(("x-request-id", "content-length"))]
    return reply.status_code, MASKED.sub("…", reply.text), [MASKED.sub("…", each) for each in kept]


async def prepare(garden: Garden, situation: str) -> dict[str, str]:
    """Let a situation be there, and give what is typed into the form besides."""
    if situation == "nobody":
        return {}
    born = None if situation == "weak" else BORN
    customer = await garden.customer(phone(), born=born)
    card = await garden.card(customer, "4711 0815")
    if situation == "double":
        await garden.card(customer)
    elif situation == "taken":
        attempts = garden.services.cards.attempts
        await attempts.begin(garden.caller, card.id, Means.SMS, None)
        await attempts.answer(garden.caller, card.id, garden.dealt.latest)
    elif situation == "frozen":
        async with garden.services.storage.begin(garden.organisation.id) as transaction:
            await garden.services.cards.cards.freeze(transaction, garden.caller, card.id)
    elif situation == "twice":
        await garden.register()
    return {}


class TestWhoeverRegisters:
    @pytest.mark.parametrize("situation", SITUATIONS[1:])
    async def test_sees_the_same_whatever_is_known_of_them(
        self, garden: Garden, situation: str
    ) -> None:
        seen = []
        for family, which in (("Schmidt", "nobody"), ("Müller", situation)):
            if which != "nobody":
                await prepare(garden, which)
            typed = {"family_name": family, "card": "old", "number": ""}
            if situation == "contradicting":
                typed["number"] = "4711 0815" if which == "nobody" else "1234 5678"
            browser = await garden.register(
                typed=typed, mobile=OTHER if family != "Müller" else "0170 1234567"
            )
            pages = [masked(browser.reply)]
            await garden.choose(browser, "sms")
            pages.append(masked(browser.reply))
            await browser.press("Verify the card", code=garden.dealt.wrong)
            pages.append(masked(browser.reply))
            await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), "in_store")
            pages.append(masked(browser.reply))
            seen.append(
                [(status, text.replace("4321", "4567"), names) for status, text, names in pages]
            )

        assert seen[0] == seen[1]


class TestManyWhoRegister:
    async def test_known_and_unknown_in_turn_are_answered_alike(self, garden: Garden) -> None:
        """`make drill` does it with 500 of each; DRILL_PAIRS sets the number."""
        answers: dict[str, set[str]] = {"known": set(), "unknown": set()}
        for number in range(PAIRS):
            mobile, address = f"0170 1{number:06}", f"192.0.2.{number % 250}"
            await garden.card(await garden.customer(phone(mobile)))
            for family, who in (("Müller", "known"), ("Schmidt", "unknown")):
                # Time goes on, so that no limit ends it, and by as much for either.
                garden.time.pass_by(HOUR)
                reached = mobile if who == "known" else f"0171 1{number:06}"
                browser = await garden.register(
                    garden.browser(address), {"family_name": family}, mobile=reached
                )
                assert browser.reply is not None
                seen = [masked(each) for each in (*browser.reply.history, browser.reply)]
                assert len(seen) > 1
                answers[who].add(repr(seen).replace(mobile[-4:], "…"))

        assert len([each for each in await garden.cards() if each.linked_from]) == PAIRS
        assert answers["known"] == answers["unknown"]


async def old_card(garden: Garden) -> Card:
    return await garden.card(await garden.customer(phone(), post()), "4711 0815")


class TestAnExactMatch:
    async def test_links_and_counts_once_it_is_proven(self, garden: Garden) -> None:
        card = await old_card(garden)

        browser = await garden.register()

        linked = await garden.now(card)
        assert linked.linked_from == card.customer_id
        assert (linked.state, linked.account_id) == (CardState.UNVERIFIED, card.account_id)
        assert may_collect(linked)
        assert not may_redeem(linked)
        assert not shows_balance(linked)
        await garden.choose(browser, "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)
        proven = await garden.now(card)
        assert may_redeem(proven)
        assert shows_balance(proven)
        assert "0815" in browser.page
        [claim] = await garden.claims()
        assert (claim.because, claim.state) == (Because.EXACT, ClaimState.LINKED)

    async def test_is_worth_nothing_where_the_customer_was_never_reached(
        self, garden: Garden
    ) -> None:
        """Whoever knows name, birthday and telephone of somebody has a mailbox of their own."""
        card = await old_card(garden)
        thief = await garden.register(email="thief@example.org")
        garden.time.pass_by(SECOND)

        await garden.choose(thief, "email")
        await thief.press("Verify the card", code=garden.dealt.latest)

        assert "Your card is verified" in thief.page
        assert "0815" not in thief.page
        old = await garden.now(card)
        assert (old.customer_id, old.linked_from) == (card.customer_id, None)
        assert old.state is CardState.UNVERIFIED
        claim = (await garden.claims())[-1]
        assert (claim.because, claim.state) == (Because.OTHER_CONTACT, ClaimState.OPEN)
        assert claim.candidates == (card.id,)

    async def test_holds_no_account_any_more_when_it_was_given_back(self, garden: Garden) -> None:
        card = await old_card(garden)
        thief = await garden.register(email="thief@example.org")
        garden.time.pass_by(SECOND)
        await garden.choose(thief, "email")

        claim = (await garden.claims())[-1]
        async with garden.services.storage.reading(garden.organisation.id) as transaction:
            held = await garden.services.customers.accounts(
                transaction, garden.organisation.id, claim.customer_id
            )

        assert card.account_id not in {each.id for each in held}
        assert len(held) == 1

    async def test_by_number_links_without_a_birthday_on_file(self, garden: Garden) -> None:
        customer = await garden.customer(phone(), born=None)
        card = await garden.card(customer, "4711 0815")

        await garden.register(typed={"card": "old", "number": "4711-0815"})

        assert (await garden.now(card)).linked_from == customer.id

    async def test_by_address_is_proven_by_a_letter_to_that_house(self, garden: Garden) -> None:
        customer = await garden.customer(post())
        card = await garden.card(customer, "4711 0815")
        address = {"street": "Gartenstr. 5", "postal_code": "80331", "city": "München"}

        browser = await garden.register(typed=address, mobile="")
        await garden.choose(browser, "letter")
        await browser.press("Verify the card", code=garden.dealt.latest)

        assert (await garden.now(card)).state is CardState.VERIFIED

    async def test_goes_back_when_nobody_followed_it_up(self, garden: Garden) -> None:
        card = await old_card(garden)
        await garden.register()
        garden.time.pass_by(LIFE)

        assert await garden.services.joining.registrations.forget(500) == 1

        old = await garden.now(card)
        assert (old.customer_id, old.linked_from) == (card.customer_id, None)


class TestAnOldCardInOtherHands:
    """Whoever begins an attempt besides the pages: programs with a key, and staff."""

    async def test_is_proven_by_no_program_where_its_customer_was_never_reached(
        self, garden: Garden
    ) -> None:
        card = await old_card(garden)
        await garden.register(email="thief@example.org")
        thief = await garden.services.customers.read(
            garden.organisation.id, (await garden.now(card)).customer_id
        )
        [own] = [each.contact_id for each in thief.contacts if each.kind is ContactKind.EMAIL]
        begin = garden.services.cards.attempts.begin

        for to in (own, None):
            begun = await begin(garden.caller, card.id, Means.EMAIL, to)
            assert isinstance(begun, NotOnFile)

        assert isinstance(await begin(garden.caller, card.id, Means.SMS), Attempt)

    async def test_is_called_back_nowhere_else(self, garden: Garden) -> None:
        customer = await garden.customer(post(), email())
        card = await garden.card(customer, "4711 0815")
        await garden.register(email=EMAIL, mobile=OTHER)
        thief = (await garden.now(card)).customer_id
        assert thief != customer.id
        read = await garden.services.customers.read(garden.organisation.id, thief)
        [own] = [each.contact_id for each in read.contacts if each.kind is ContactKind.PHONE]
        manager = await garden.manager()
        confirmations = garden.services.cards.confirmations

        sent = await confirmations.send_code(manager, card.id, own, None)
        confirmed = await confirmations.confirm(
            manager,
            Confirming(
                card_id=card.id,
                means=Means.PHONE,
                evidence=Evidence(compared=frozenset(Compared), called_back=own),
            ),
        )

        assert isinstance(sent, NotOffered)
        assert isinstance(confirmed, NoCallBack)
        known = (await confirmations.known(manager, card.id)).customer
        assert callable_back(known) == ()

    async def test_is_nobody_s_when_its_customer_was_forgotten(self, garden: Garden) -> None:
        card = await old_card(garden)
        browser = await garden.register(email="new@example.org")
        garden.time.pass_by(SECOND)
        async with garden.services.storage.begin(garden.organisation.id) as transaction:
            await garden.services.customers.forget(
                transaction, garden.caller, card.customer_id, "They asked us to."
            )

        await garden.choose(browser, "email")
        await browser.press("Verify the card", code=garden.dealt.latest)

        assert "Your card is verified" in browser.page
        assert (await garden.now(card)).state is CardState.DELETED


class TestWhatWasCollectedMeanwhile:
    async def test_comes_to_the_old_card_when_that_is_proven(self, garden: Garden) -> None:
        card = await garden.card(await garden.customer(phone(), born=None), "4711 0815")
        browser = await garden.register()
        [claim] = await garden.claims()
        await garden.give(card.account_id, 100)
        meanwhile = await garden.services.cards.cards.read(garden.organisation.id, claim.card_id)
        await garden.give(meanwhile.account_id, 7)
        claims = garden.services.joining.claims
        await claims.link(await garden.manager(), claim.id, card.id, "They brought it along.")
        before = await garden.accounts(claim.customer_id)
        assert sorted(each.points for each in before) == [7, 100]

        await garden.choose(await browser.open(f"{garden.path}/card"), "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)

        [account] = await garden.accounts(claim.customer_id)
        assert (account.id, account.points) == (card.account_id, 107)
        assert (await garden.now(meanwhile)).account_id == card.account_id

    async def test_stays_where_it_is_if_others_hold_it_too(self, garden: Garden) -> None:
        card = await garden.card(await garden.customer(phone(), born=None), "4711 0815")
        browser = await garden.register()
        [claim] = await garden.claims()
        meanwhile = await garden.services.cards.cards.read(garden.organisation.id, claim.card_id)
        other = await garden.customer(phone(OTHER), given="Bernd")
        async with garden.services.storage.begin(garden.organisation.id) as transaction:
            store = AccountStore(transaction, garden.organisation.id)
            [account] = await store.of(claim.customer_id)
            await store.add_holder(account, other.id)
        manager = await garden.manager()
        await garden.services.joining.claims.link(manager, claim.id, card.id, "They brought it.")

        await garden.choose(await browser.open(f"{garden.path}/card"), "sms")
        await browser.press("Verify the card", code=garden.dealt.latest)

        assert (await garden.now(card)).state is CardState.VERIFIED
        assert (await garden.now(meanwhile)).account_id == meanwhile.account_id
        assert len(await garden.accounts(claim.customer_id)) == 2


class TestWithoutACard:
    async def test_a_customer_who_registers_is_shown_to_staff(self, garden: Garden) -> None:
        known = await garden.customer(phone())

        await garden.register()
        await garden.register()

        page = await garden.services.duplicates.page(garden.organisation.id, None, 25)
        pairs = [{each.duplicate.first_id, each.duplicate.second_id} for each in page.items]
        assert len(pairs) == 2
        assert all(known.id in pair for pair in pairs)
        assert await garden.claims() == []


class TestMany:
    async def test_are_too_many_for_one_contact_point(self, garden: Garden) -> None:
        for _ in range(3):
            browser = await garden.register()
            assert browser.status == 200

        browser = await garden.register()

        assert browser.status == 429
        assert "many registrations" in browser.page
        assert browser.field("family_name") == "Müller"

    async def test_are_too_many_from_one_address(self, garden: Garden) -> None:
        replies: list[Bare] = [
            await garden.register(mobile=f"0170 12345{number}") for number in range(60, 71)
        ]

        assert [each.status for each in replies] == [200] * 10 + [429]
        assert len(await garden.cards()) == 10

        await garden.services.clock.move(garden.organisation, timedelta(hours=1))
        assert (await garden.register(mobile="0170 1234571")).status == 200

    @pytest.mark.parametrize(("own", "status"), [("192.0.2.0/24", 429), ("127.0.0.0/8", 200)])
    async def test_are_as_many_as_the_organisation_says_and_any_from_its_shops(
        self, garden: Garden, own: str, status: int
    ) -> None:
        pace = f'{{"open": true, "registrations_per_hour": 1, "own_networks": ["{own}"]}}'
        await garden.set_again(SectionName.JOINING, pace)

        first = await garden.register(mobile="0170 1234560")
        second = await garden.register(mobile="0170 1234561")

        assert (first.status, second.status) == (200, status)


async def test_ways_are_those_of_what_was_typed_and_not_of_what_is_on_file(garden: Garden) -> None:
    await garden.set(SectionName.VERIFICATION, '{"methods": ["sms", "email", "letter"]}')
    await garden.card(await garden.customer(phone(), email(), post()))

    browser = await garden.register()

    assert [each.partition(":")[0] for each in garden.ways(browser)] == ["sms"]
    assert EMAIL.partition("@")[2] not in browser.page
