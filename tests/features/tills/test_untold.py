"""A sale by card: what is said, before the proof, of where its code goes."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from tests.features.customers.people import email, phone
from tests.features.tills.shop import Shop
from tests.features.webhooks.bureau import URL
from tests.whole_house import asked, shown
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.verdicts import Over, Verified, Wrong
from watchword.features.contacts.rules import HIDDEN, Contact
from watchword.features.tills.rules import CardNumber, NewSession, Other, SessionOver, Wanted
from watchword.features.tills.verdicts import Asking
from watchword.features.webhooks.posting.service import Turn
from watchword.features.webhooks.rules import EndpointDraft, Made
from watchword.foundation.secret import Secret

STRANGER = CardNumber(Secret("2999999999990"))
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def card(shop: Shop) -> CardNumber:
    """Give a card of somebody who is reached by telephone, and by e-mail."""
    card = await shop.card(await shop.customer())
    opened = await shop.services.cards.cards.open(shop.client, card.id)
    assert opened.number is not None
    shop.time.pass_by(timedelta(days=2))
    return CardNumber(opened.number)


class TestWhereTheCodeGoes:
    async def test_an_event_says_of_a_card_what_it_says_of_one_that_nobody_has(
        self, shop: Shop, card: CardNumber
    ) -> None:
        await listen(shop)
        sales = [await begun(shop, who) for who in (card, STRANGER)]
        told = await openings(shop)

        assert [each.pop("reference") for each in told] == [
            f"till:{each.id}/card" for each in sales
        ]
        assert len({each.pop("challenge_id") for each in told}) == len(told)
        assert told[0] == told[1]
        assert told[0]["to"] == HIDDEN

    async def test_an_event_says_it_of_a_sale_that_was_begun_by_the_same(
        self, shop: Shop, card: CardNumber
    ) -> None:
        await listen(shop)
        for who in (phone(), email()):
            sale = await begun(shop, who)
            (told,) = await openings(shop)

            assert (told["to"], told["reference"]) == (who.masked, f"till:{sale.id}")

    @pytest.mark.parametrize("is_known", [True, False], ids=["known", "stranger"])
    async def test_nothing_else_says_it_before_or_after_the_sale_is_over(
        self, shop: Shop, card: CardNumber, *, is_known: bool
    ) -> None:
        await listen(shop)
        sale = await begun(shop, card if is_known else STRANGER)
        challenges = shop.services.challenges
        id = await asked_in(shop, sale)

        shop.time.pass_by(A_MINUTE)
        assert shown(await challenges.resend(shop.client, id, None)).to == HIDDEN
        assert (await challenges.read(shop.client, id)).to == HIDDEN
        other = Other(wanted=Wanted(amount=5))
        again = await shop.services.tills.ask_for_other(shop.client, sale.id, other)
        assert isinstance(again, Asking)
        for each in (id, await asked_in(shop, again)):
            shop.time.pass_by(AN_HOUR)
            assert (await challenges.read(shop.client, each)).to == HIDDEN
        told = await openings(shop)
        assert [(each["to"], each["reference"]) for each in told] == [
            (HIDDEN, f"till:{each.id}/card") for each in (sale, again)
        ]


class TestACodeThatIsAskedForOutsideOfTills:
    async def test_says_nothing_of_who_belongs_together(self, shop: Shop, card: CardNumber) -> None:
        told = [await heard_of(shop, who) for who in (card, STRANGER)]

        assert told[0] == told[1]
        assert told[0][:2] == ["asking", Status.PENDING]

    async def test_says_nothing_where_another_sale_came_between(
        self, shop: Shop, card: CardNumber
    ) -> None:
        told = [await heard_of(shop, who, between=phone()) for who in (card, STRANGER)]

        assert told[0] == told[1]
        assert told[0][:2] == ["asking", Status.PENDING]

    async def test_is_told_of_to_whoever_listens_as_if_there_were_no_sale(
        self, shop: Shop, card: CardNumber
    ) -> None:
        await listen(shop)
        for who in (card, STRANGER):
            await begun(shop, who)
            await shop.services.challenges.open(shop.client, elsewhere())

        kinds = [each["type"] for each in await heard(shop) if "superseded" in str(each["type"])]
        assert kinds == [
            "challenge.superseded"
        ]  # The first that was asked for there, by the second.

    async def test_lets_no_code_be_good_that_the_sale_had(
        self, shop: Shop, card: CardNumber
    ) -> None:
        sale = await begun(shop, card)
        before = shop.dealt.latest
        outside = shown(await shop.services.challenges.open(shop.client, elsewhere()))

        tills, typed = shop.services.tills, shop.dealt.latest
        assert await tills.answer(shop.client, sale.id, before) == Wrong(4)
        assert await tills.answer(shop.client, sale.id, typed) == Wrong(3)
        judged = await shop.services.challenges.answer(shop.client, outside.id, typed)
        assert judged == Verified()

    async def test_lets_nothing_more_be_sent_for_the_sale(
        self, shop: Shop, card: CardNumber
    ) -> None:
        await shop.sent()
        sale = await begun(shop, card)
        await shop.services.challenges.open(shop.client, elsewhere())
        assert len(await shop.sent()) == 1

        shop.time.pass_by(A_MINUTE)
        assert isinstance(await shop.services.tills.send_again(shop.client, sale.id), Asking)
        assert await shop.sent() == []

    async def test_ends_a_sale_that_was_begun_by_the_same(
        self, shop: Shop, card: CardNumber
    ) -> None:
        sale = await begun(shop, phone())
        await shop.services.challenges.open(shop.client, elsewhere())

        answered = await shop.services.tills.answer(shop.client, sale.id, shop.dealt.wrong)
        assert answered == SessionOver()

    @pytest.mark.parametrize("purpose", [Purpose.REDEMPTION, Purpose.WALLET_SIGNIN])
    async def test_leaves_no_two_codes_good_whatever_an_application_calls_them(
        self, shop: Shop, purpose: Purpose
    ) -> None:
        challenges = shop.services.challenges
        first = shown(await challenges.open(shop.client, elsewhere(purpose, "till:1/card")))
        code = shop.dealt.latest
        await challenges.open(shop.client, elsewhere(purpose))

        judged = await challenges.answer(shop.client, first.id, code)
        assert judged == (Wrong(4) if purpose is Purpose.REDEMPTION else Over())


def elsewhere(purpose: Purpose = Purpose.REDEMPTION, reference: str | None = None) -> Opening:
    return replace(asked(phone(), purpose=purpose), reference=reference)


async def begun(shop: Shop, who: Contact | CardNumber) -> Asking:
    opened = await shop.services.tills.open(shop.client, NewSession(who=who))
    assert isinstance(opened, Asking), opened
    return opened


async def asked_in(shop: Shop, sale: Asking) -> ChallengeId:
    session = await shop.services.tills.read(shop.client, sale.id)
    assert session.challenge_id is not None
    return session.challenge_id


async def listen(shop: Shop) -> None:
    made = await shop.services.webhooks.add(shop.client, EndpointDraft(url=URL))
    assert isinstance(made, Made)


async def heard(shop: Shop) -> list[dict[str, object]]:
    """Give what is to be sent to whoever listens, and has not been given yet."""
    posting = shop.services.posting
    hands = await posting.claim(busy=(), turn=Turn(), most=9, most_failing=9, size=lambda _: 99)
    return [
        msgspec.json.decode(posting.open(hand, each).body, type=dict[str, object])
        for hand in hands
        for each in hand.claimed
    ]


async def openings(shop: Shop) -> list[dict[str, object]]:
    return [
        msgspec.convert(each["data"], dict[str, object])
        for each in await heard(shop)
        if each["type"] == "challenge.opened"
    ]


async def heard_of(shop: Shop, who: CardNumber, *, between: Contact | None = None) -> list[object]:
    """Give all that is heard of a sale, once a code was asked for outside of tills."""
    tills, started = shop.services.tills, shop.time()
    sale = await begun(shop, who)
    if between is not None:
        await begun(shop, between)
    await shop.services.challenges.open(shop.client, elsewhere())
    session = await tills.read(shop.client, sale.id)
    asked = await shop.services.challenges.read(shop.client, await asked_in(shop, sale))
    told: list[object] = [session.state.value, asked.status, session.expires_at - started]
    shop.time.pass_by(A_MINUTE)
    again = await tills.send_again(shop.client, sale.id)
    assert isinstance(again, Asking)
    told.append((again.attempts_left, again.expires_at - started, again.resend_at - started))
    for _ in range(6):
        told.append(await tills.answer(shop.client, sale.id, shop.dealt.wrong))
        told.append((await tills.read(shop.client, sale.id)).state.value)
    shop.time.pass_by(timedelta(days=1))
    return told
