"""What happens at tills, on a real database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.features.customers.people import ANNA, email, phone
from tests.features.tills.shop import MUG, Shop, named
from watchword.features.challenges.displays.rules import SHOWN_FOR, Displayed
from watchword.features.challenges.verdicts import Expired, TooMany, Wrong
from watchword.features.clients.rules import Client
from watchword.features.customers.rules import Changes, Customer, Profile
from watchword.features.delivery.rules import Message
from watchword.features.organisations.settings.changing.rules import Change
from watchword.features.organisations.settings.redemption import IN_STORE, Override, Way
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.rewards.rules import MayNotTake, MayTake, WhyNot
from watchword.features.tills.rules import (
    PROOF_LIFE,
    CardNumber,
    Kind,
    NewSession,
    NoAccount,
    NotChosen,
    NotProven,
    SessionOver,
    Shut,
    Superseded,
)
from watchword.features.tills.verdicts import (
    Asking,
    Nobody,
    NotOneOfThem,
    OpenedWithout,
    OpenWallet,
    Proven,
)
from watchword.foundation.errors import NotFound
from watchword.foundation.secret import Secret

A_MINUTE = timedelta(minutes=1)
UNKNOWN = phone("0170 7654321")
ROWS = sorted(IN_STORE, key=sorted)


class TestOpening:
    async def test_an_unknown_number_looks_like_a_known_one_until_it_is_locked(
        self, shop: Shop
    ) -> None:
        await shop.customer()
        told = set[str]()
        for _ in range(4):
            both = [await shop.open(who) for who in (phone(), UNKNOWN)]
            told |= {_alike(both)}
            if isinstance(both[0], TooMany):
                shop.time.pass_by(both[0].moment - shop.time())
                continue
            ids = [each.id for each in both if isinstance(each, Asking)]
            for wait in (timedelta(), A_MINUTE):
                shop.time.pass_by(wait)
                again = [await shop.services.tills.send_again(shop.client, id) for id in ids]
                told |= {_alike(again)}
            for _ in range(6):
                wrong = [
                    await shop.services.tills.answer(shop.client, id, shop.dealt.wrong)
                    for id in ids
                ]
                told |= {_alike(wrong)}
                assert {type(await shop.services.tills.wallet(shop.client, id)) for id in ids} == {
                    NotProven
                }

        assert told == {"asking", "too_soon", "wrong", "exhausted", "too_many"}

    async def test_nothing_is_sent_where_nobody_is_known_nor_where_nothing_works(
        self, shop: Shop
    ) -> None:
        await shop.asking(UNKNOWN)
        assert await shop.sent() == []

        customer = await shop.customer()
        contact = next(each for each in customer.contacts if each.kind == "phone")
        async with shop.services.storage.begin(shop.client.organisation.id) as transaction:
            await shop.services.customers.mark_bad(
                transaction, shop.client.organisation.id, contact.contact_id
            )
        await shop.asking()
        assert await shop.sent() == []

    async def test_a_number_that_was_added_lately_leads_nowhere_yet(self, shop: Shop) -> None:
        customer = await shop.customer(email())
        shop.time.pass_by(A_MINUTE)
        changed = await shop.services.customers.change(
            shop.client, customer.id, Changes(adds=[UNKNOWN]), customer.version
        )
        assert isinstance(changed, Customer)

        await shop.asking(UNKNOWN)
        assert await shop.sent() == []
        shop.time.pass_by(timedelta(days=1))
        await shop.asking(UNKNOWN)
        assert len(await shop.sent()) == 1

    async def test_no_code_opens_what_belongs_to_nobody(self, shop: Shop) -> None:
        asking = await shop.asking(UNKNOWN)

        answered = await shop.services.tills.answer(shop.client, asking.id, shop.dealt.latest)

        assert answered == Wrong(4)

    async def test_the_text_says_what_is_spent_and_a_copy_goes_to_a_proven_address(
        self, shop: Shop
    ) -> None:
        customer = await shop.customer()
        reward = await shop.reward()
        mail = next(each for each in customer.contacts if each.kind == "email")
        await shop.elsewhere(copy_to_email=True)

        await shop.asking(wanted=named(reward), locale="en")
        (alone,) = await shop.sent()
        async with shop.services.storage.begin(shop.client.organisation.id) as transaction:
            await shop.services.customers.mark_verified(
                transaction, shop.client.organisation.id, customer.id, mail.contact_id
            )
        await shop.asking(wanted=named(reward), locale="en")
        both = await shop.sent()

        assert "It spends 60 points on: Mug." in alone.text.reveal()
        assert {each.channel for each in both} == {"sms", "email"}
        assert len({_code(each) for each in both}) == 1

    async def test_the_newest_of_two_tills_wins_and_the_other_is_told(self, shop: Shop) -> None:
        await shop.customer()
        first = await shop.asking()
        code = shop.dealt.latest
        second = await shop.asking()

        assert await shop.services.tills.answer(shop.client, first.id, code) == Superseded()
        assert await shop.services.tills.send_again(shop.client, first.id) == Superseded()
        assert isinstance(
            await shop.services.tills.answer(shop.client, second.id, shop.dealt.latest), Proven
        )

    async def test_a_customer_has_one_live_code_by_whatever_way_they_are_known(
        self, shop: Shop
    ) -> None:
        await shop.customer()
        by_phone = await shop.asking(phone())
        code = shop.dealt.latest
        by_mail = await shop.asking(email())

        assert await shop.services.tills.answer(shop.client, by_phone.id, code) == Wrong(4)
        assert await shop.services.tills.answer(shop.client, by_mail.id, code) == Wrong(4)

    async def test_a_card_leads_to_its_customer_and_one_of_nobody_looks_the_same(
        self, shop: Shop
    ) -> None:
        customer = await shop.customer()
        card = await shop.card(customer)
        opened = await shop.services.cards.cards.open(shop.client, card.id)
        assert opened.number is not None
        await shop.sent()
        numbers = [CardNumber(opened.number), CardNumber(Secret("2999999999990"))]

        new = [NewSession(who=each) for each in numbers]
        both = [await shop.services.tills.open(shop.client, each) for each in new]

        _alike(both)
        assert len(await shop.sent()) == 1

    async def test_a_session_is_nobody_elses(self, shop: Shop) -> None:
        asking = await shop.asking()
        key, _ = await shop.services.clients.create(
            shop.client.organisation, label="other", scopes=frozenset(), actor="test"
        )
        other = Client(key=key, organisation=shop.client.organisation)

        with pytest.raises(NotFound):
            await shop.services.tills.answer(other, asking.id, "123456")


class TestProof:
    async def test_opens_the_wallet_for_this_session_alone(self, shop: Shop) -> None:
        await shop.customer(points=100)
        here, there = await shop.location(), await shop.location("Süd")
        cheap = await shop.reward()
        dear = await shop.reward(replace(MUG, points=101, names={"en": "Rose"}))
        await shop.reward(replace(MUG, locations=frozenset({there})))

        session = await shop.proven(location_id=here)
        wallet = await shop.services.tills.wallet(shop.client, session)

        assert isinstance(wallet, OpenWallet)
        assert (wallet.name, wallet.balance.available) == ("Anna", 100)
        assert [*wallet.rewards] == [
            (cheap, MayTake()),
            (dear, MayNotTake(WhyNot.TOO_FEW_POINTS)),
        ]

    async def test_is_over_after_ten_minutes(self, shop: Shop) -> None:
        await shop.customer()
        session = await shop.proven()
        shop.time.pass_by(PROOF_LIFE)

        assert await shop.services.tills.wallet(shop.client, session) == SessionOver()
        assert await shop.reserve(session, await shop.reward()) == SessionOver()

    async def test_said_twice_is_as_good_as_once(self, shop: Shop) -> None:
        await shop.customer()
        asking = await shop.asking()
        typed = shop.dealt.latest

        first = await shop.services.tills.answer(shop.client, asking.id, typed)
        assert await shop.services.tills.answer(shop.client, asking.id, typed) == first

    async def test_an_ended_session_takes_no_code(self, shop: Shop) -> None:
        await shop.customer()
        asking = await shop.asking()
        await shop.services.tills.end(shop.client, asking.id)

        answered = await shop.services.tills.answer(shop.client, asking.id, shop.dealt.latest)
        assert answered == SessionOver()

    async def test_whoever_shares_a_telephone_is_named_only_after_the_proof(
        self, shop: Shop
    ) -> None:
        await shop.customer(phone())
        ben = await shop.customer(phone(), profile=Profile("Ben", "Müller", None))
        stranger = await shop.customer(UNKNOWN)
        asking = await shop.asking()

        answered = await shop.services.tills.answer(shop.client, asking.id, shop.dealt.latest)

        assert isinstance(answered, Proven)
        assert {each.given_name for each in answered.choices} == {ANNA.given_name, "Ben"}
        tills = shop.services.tills
        assert await tills.wallet(shop.client, asking.id) == NotChosen()
        assert await tills.choose(shop.client, asking.id, stranger.id) == NotOneOfThem()
        assert isinstance(await tills.choose(shop.client, asking.id, ben.id), Proven)
        wallet = await tills.wallet(shop.client, asking.id)
        assert isinstance(wallet, OpenWallet)
        assert wallet.name == "Ben"

    async def test_whoever_has_cards_of_which_none_may_be_used_has_no_account(
        self, shop: Shop
    ) -> None:
        customer = await shop.customer()
        await shop.card(customer, verified=False)

        session = await shop.proven()
        assert await shop.services.tills.wallet(shop.client, session) == NoAccount()

    async def test_what_is_typed_shows_that_the_number_is_theirs(self, shop: Shop) -> None:
        customer = await shop.customer()
        await shop.proven()

        after = await shop.services.customers.read(shop.client.organisation.id, customer.id)
        assert [each.kind for each in after.contacts if each.verified_at] == ["phone"]


class TestTruthTable:
    @pytest.mark.parametrize("on", ROWS, ids=lambda row: "+".join(sorted(row)) or "nothing")
    @pytest.mark.parametrize("kind", Kind)
    async def test_each_row_holds_for_each_way(
        self, shop: Shop, on: frozenset[Override], kind: Kind
    ) -> None:
        customer = await shop.customer()
        await shop.elsewhere(**{each.value: each in on for each in Override})
        works = IN_STORE[on]

        opened = await shop.open(kind=kind)
        looked = await shop.services.tills.show_code(shop.client, customer)
        alone = await shop.open(kind=kind, is_sent=False)

        assert isinstance(opened, Asking) == (Way.SENT_CODE in works)
        assert isinstance(looked, Displayed) == (Way.WALLET_CODE in works)
        assert isinstance(alone, Asking) == (Way.WALLET_CODE in works)

    async def test_switched_off_elsewhere_nothing_goes_on_from_the_next_call(
        self, shop: Shop
    ) -> None:
        await shop.customer()
        await shop.customer(UNKNOWN)
        reward = await shop.reward()
        proven = await shop.proven(UNKNOWN)
        asking = await shop.asking()
        await shop.elsewhere(customer_pins=False)
        tills = shop.services.tills

        assert await tills.answer(shop.client, asking.id, shop.dealt.latest) == Shut()
        assert await tills.send_again(shop.client, asking.id) == Shut()
        assert await tills.wallet(shop.client, proven) == Shut()
        assert await shop.reserve(proven, reward) == Shut()
        assert await shop.open() == Shut()

    async def test_codes_that_are_live_end_when_they_are_switched_off_here(
        self, shop: Shop
    ) -> None:
        await shop.customer()
        asking = await shop.asking()
        code = shop.dealt.latest
        await _settle(shop, customer_pins=False)
        await _settle(shop, customer_pins=True)

        answered = await shop.services.tills.answer(shop.client, asking.id, code)
        assert answered == SessionOver()

    async def test_a_code_that_was_only_shown_is_worth_nothing_when_showing_is_off(
        self, shop: Shop
    ) -> None:
        customer = await shop.customer()
        await shop.elsewhere(show_in_wallet=True)
        shown = await shop.asking(is_sent=False)
        assert await shop.sent() == []
        looked = await shop.services.tills.show_code(shop.client, customer)
        assert isinstance(looked, Displayed)
        await shop.elsewhere(show_in_wallet=False)
        typed = looked.code.reveal()

        assert await shop.services.tills.answer(shop.client, shown.id, typed) == Shut()
        assert await shop.services.tills.show_code(shop.client, customer) == Shut()

        sent = await shop.asking()
        await shop.elsewhere(show_in_wallet=True)
        await shop.services.tills.show_code(shop.client, customer)
        await shop.elsewhere(show_in_wallet=False)
        typed = shop.dealt.latest
        assert isinstance(await shop.services.tills.answer(shop.client, sent.id, typed), Proven)

    async def test_what_the_wallet_shows_is_good_for_two_minutes_at_a_till_that_sends_nothing(
        self, shop: Shop
    ) -> None:
        customer = await shop.customer()
        await shop.elsewhere(show_in_wallet=True)
        looked = await shop.services.tills.show_code(shop.client, customer)
        assert isinstance(looked, Displayed)
        typed = looked.code.reveal()

        first = await shop.asking(is_sent=False)
        assert isinstance(await shop.services.tills.answer(shop.client, first.id, typed), Proven)
        looked = await shop.services.tills.show_code(shop.client, customer)
        assert isinstance(looked, Displayed)
        second = await shop.asking(is_sent=False)
        shop.time.pass_by(SHOWN_FOR)
        late = await shop.services.tills.answer(shop.client, second.id, looked.code.reveal())
        assert late == Expired()

    async def test_without_a_code_a_session_opens_only_where_none_is_asked_for(
        self, shop: Shop
    ) -> None:
        await shop.customer()
        tills, new = shop.services.tills, NewSession(who=phone())

        assert await tills.open_directly(shop.client, new) == Shut()
        await shop.elsewhere(require_code=False)
        opened = await tills.open_directly(shop.client, new)
        assert isinstance(opened, OpenedWithout)
        assert isinstance(await tills.wallet(shop.client, opened.id), OpenWallet)
        assert await tills.open_directly(shop.client, NewSession(who=UNKNOWN)) == Nobody()
        await shop.elsewhere(require_code=True)
        assert await tills.wallet(shop.client, opened.id) == Shut()


async def test_sales_that_nobody_ended_end_by_themselves(shop: Shop) -> None:
    await shop.asking(UNKNOWN)
    shop.time.pass_by(PROOF_LIFE)

    assert await shop.services.tills.expire(10) == 1
    assert await shop.services.tills.expire(10) == 0


def _alike(both: Sequence[object]) -> str:
    """Give the word of two outcomes, having seen that they differ in nothing but their ids."""
    one, other = both
    if isinstance(one, Asking) and isinstance(other, Asking):
        other = replace(other, id=one.id)
    assert one == other
    word: str = one.word  # type: ignore[attr-defined]
    return word


def _code(message: Message) -> str:
    assert message.code is not None
    return message.code.reveal()


async def _settle(shop: Shop, **own: bool) -> None:
    """Change settings as people do."""
    whose, services = shop.client.organisation.id, shop.services.configuration
    layers = await services.settings.layers(whose, SectionName.REDEMPTION)
    change = Change(section=SectionName.REDEMPTION, own=own, ground=layers.ground)
    assert isinstance(await services.changes.change(whose, change, actor="staff:1"), Changed)
