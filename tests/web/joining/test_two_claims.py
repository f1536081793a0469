"""Two who claim one card: neither learns of the other, and staff decide whose it is."""

from tests.web.console.bare import Bare
from tests.web.joining.garden import Garden
from tests.web.joining.test_old_cards import HOUR, OTHER, SECOND, old_card
from watchword.features.cards.claims.rules import Because, ClaimState
from watchword.features.cards.rules import CardState, may_collect, may_redeem

HOME = {"street": "Gartenstraße 5", "postal_code": "80331", "city": "München"}


async def another(garden: Garden, mobile: str = OTHER) -> Bare:
    """Register as somebody with the same name and address, and a telephone of their own."""
    return await garden.register(typed=HOME, mobile=mobile)


class TestTwoClaims:
    async def test_freeze_the_card_for_staff(self, garden: Garden) -> None:
        card = await old_card(garden)
        first = await garden.register()
        await another(garden)

        frozen = await garden.now(card)
        assert frozen.frozen_at is not None
        assert not may_redeem(frozen)
        assert may_collect(frozen)
        claims = [each for each in await garden.claims() if each.state is ClaimState.OPEN]
        assert [each.because for each in claims] == [Because.CLAIMED_TWICE] * 2
        assert len({each.customer_id for each in claims}) == 2
        await garden.choose(await first.open(f"{garden.path}/card"), "sms")
        await first.press("Verify the card", code=garden.dealt.latest)
        assert "Your card is verified" in first.page
        assert (await garden.now(card)).state is CardState.UNVERIFIED

    async def test_leave_a_code_on_its_way_and_its_tries_as_they_are(self, garden: Garden) -> None:
        card = await old_card(garden)
        first = await garden.register()
        await garden.choose(first, "sms")
        code, wrong = garden.dealt.latest, garden.dealt.wrong
        await first.press("Verify the card", code=wrong)
        before = first.page
        garden.time.pass_by(SECOND)

        await another(garden)
        await first.press("Verify the card", code=wrong)

        assert "4 more" in before
        assert "3 more" in first.page
        await first.press("Verify the card", code=code)
        assert "Your card is verified" in first.page
        contested = await garden.now(card)
        assert (contested.state, contested.customer_id) == (CardState.UNVERIFIED, card.customer_id)
        assert contested.frozen_at is not None

    async def test_and_a_third_stand_in_the_queue_and_it_thaws_with_the_last(
        self, garden: Garden
    ) -> None:
        card, manager = await old_card(garden), await garden.manager()
        claims = garden.services.joining.claims
        for number in range(3):
            garden.time.pass_by(HOUR)
            browser = await another(garden, f"0170 765432{number}")
            if number == 1:
                await garden.choose(browser, "sms")

        waiting = [each for each in await garden.claims() if each.state is ClaimState.OPEN]
        assert len({each.customer_id for each in waiting}) == len(waiting) == 3
        for left in (2, 1, 0):
            await claims.keep_apart(manager, waiting[2 - left].id, "Not theirs.")
            assert ((await garden.now(card)).frozen_at is None) is (left == 0)
        assert (await garden.now(card)).customer_id == card.customer_id

    async def test_leave_whoever_does_not_get_it_with_a_card_of_their_own(
        self, garden: Garden
    ) -> None:
        card, manager = await old_card(garden), await garden.manager()
        first, second = await garden.register(), await another(garden)
        both = [each for each in await garden.claims() if each.state is ClaimState.OPEN]
        [other] = [each for each in both if each.card_id != card.id]

        await garden.services.joining.claims.link(manager, other.id, card.id, "They brought it.")

        for browser, means in ((second, "letter"), (first, "sms")):
            await garden.choose(await browser.open(f"{garden.path}/card?choose=1"), means)
            await browser.press("Verify the card", code=garden.dealt.latest)
            assert "Your card is verified" in browser.page
        now = await garden.now(card)
        assert (now.customer_id, now.state) == (other.customer_id, CardState.VERIFIED)
        assert len({each.customer_id for each in await garden.cards()}) == 2

    async def test_do_nothing_to_a_card_that_is_proven(self, garden: Garden) -> None:
        card = await old_card(garden)
        owner = await garden.register()
        await garden.choose(owner, "sms")
        await owner.press("Verify the card", code=garden.dealt.latest)
        garden.time.pass_by(SECOND)

        await garden.register()

        assert may_redeem(await garden.now(card))
        assert (await garden.claims())[-1].because is Because.TAKEN
