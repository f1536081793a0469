"""How somebody comes to know a code: it is sent, kept from all, or shown in their wallet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.stores import MovableTime
from tests.whole_house import OTHER_PHONE, Dealt, asked, email, phone, shown
from watchword.features.challenges.codebook import Spending, Telling
from watchword.features.challenges.displays.rules import SHOWN_FOR, Displayed
from watchword.features.challenges.displays.service import Looked
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import EVERYBODY, ChallengeId, Status, guesses_key
from watchword.features.challenges.service import Answered, Opened
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import Expired, TooMany, Verified, Wrong
from watchword.features.clients.rules import Client
from watchword.features.contacts.channels import Channel
from watchword.features.delivery.routes import SANDBOX
from watchword.features.delivery.rules import Message
from watchword.features.limits.rules import Budget
from watchword.features.limits.store import BudgetStore
from watchword.wiring import Services

A_MOMENT = timedelta(seconds=1)
COFFEE = Spending("Large coffee", 200)


def spending(telling: Telling = Telling.SENT, transaction: str | None = "sale") -> Opening:
    opening = asked(purpose=Purpose.REDEMPTION, transaction=transaction)
    return replace(opening, telling=telling)


async def look(services: Services, caller: Client, opening: Opening | None = None) -> Looked:
    async with services.storage.begin(caller.organisation.id) as transaction:
        wish = opening or spending(transaction=None)
        return await services.displays.show_code(transaction, caller, wish)


async def displayed(services: Services, caller: Client) -> Displayed:
    looked = await look(services, caller)
    assert isinstance(looked, Displayed)
    return looked


SIDE_BY_SIDE = (spending(), replace(spending(Telling.KEPT), contact=phone(OTHER_PHONE)))


def alike(outcomes: Sequence[Opened | Answered]) -> str:
    """Give the word of two outcomes, having seen that they differ in nothing but their ids."""
    one, other = outcomes
    if isinstance(one, Shown) and isinstance(other, Shown):
        hidden = {"id": one.id, "to": one.to, "route": one.route, "next_step_at": None}
        one, other = replace(one, next_step_at=None), replace(other, **hidden)  # type: ignore[arg-type]
    assert one == other
    return one.word


async def nearly_lock(services: Services, caller: Client) -> None:
    """Let hardly any wrong answer be left to either."""
    whose = caller.organisation.id
    async with services.storage.begin(whose) as transaction:
        for wish in SIDE_BY_SIDE:
            id = await services.contacts.known(transaction, whose, wish.contact)
            assert id is not None
            key = guesses_key(id, wish.purpose, EVERYBODY)
            budgets = BudgetStore(transaction, whose)
            await budgets.make_or_hold(key)
            await budgets.save(key, Budget(wrong_in_a_row=99))


async def wrong(
    services: Services, caller: Client, ids: Sequence[ChallengeId], dealt: Dealt
) -> str:
    typed = dealt.wrong
    return alike([await services.challenges.answer(caller, id, typed, "sale") for id in ids])


async def sent(services: Services) -> list[Message]:
    claimed = await services.deliveries.claim(SANDBOX, 9)
    return [await services.deliveries.open(queued) for queued in claimed]


class TestKept:
    async def test_looks_like_a_code_that_is_sent_and_is_not(
        self, services: Services, tester: Client
    ) -> None:
        known = shown(await services.challenges.open(tester, spending()))
        await sent(services)
        kept = shown(
            await services.challenges.open(
                tester, replace(spending(Telling.KEPT), contact=phone(OTHER_PHONE))
            )
        )

        assert await sent(services) == []
        same = {"id": known.id, "created_at": known.created_at, "to": "", "route": known.route}
        assert replace(kept, **same) == replace(known, **same)  # type: ignore[arg-type]

    async def test_has_the_waits_and_budgets_of_one_that_is_sent(
        self, services: Services, shop: Client, time: MovableTime, dealt: Dealt
    ) -> None:
        told = set[str]()
        for _ in range(6):
            opened = [await services.challenges.open(shop, wish) for wish in SIDE_BY_SIDE]
            told |= {alike(opened)}
            if isinstance(opened[0], TooMany):
                time.pass_by(opened[0].moment - time())
                continue
            ids = [shown(each).id for each in opened]
            for wait in (timedelta(0), timedelta(seconds=30)):
                time.pass_by(wait)
                resent = [await services.challenges.resend(shop, id, None) for id in ids]
                told |= {alike(resent)}
            told |= {await wrong(services, shop, ids, dealt) for _ in range(6)}
        time.pass_by(timedelta(days=1))
        opened = [await services.challenges.open(shop, wish) for wish in SIDE_BY_SIDE]
        await nearly_lock(services, shop)
        ids = [shown(each).id for each in opened]
        told |= {await wrong(services, shop, ids, dealt) for _ in range(3)}
        told |= {alike([await services.challenges.open(shop, wish) for wish in SIDE_BY_SIDE])}

        assert told == {"shown", "too_soon", "wrong", "exhausted", "too_many", "locked"}

    async def test_is_never_sent_by_a_plan_or_a_resend(
        self, services: Services, tester: Client, time: MovableTime
    ) -> None:
        id = shown(await services.challenges.open(tester, spending(Telling.KEPT))).id
        time.pass_by(timedelta(seconds=30))
        await services.challenges.resend(tester, id, None)

        assert await services.steps.next_due() is None
        assert await sent(services) == []


class TestShown:
    async def test_shows_the_code_that_was_sent(
        self, services: Services, shop: Client, dealt: Dealt
    ) -> None:
        opened = shown(await services.challenges.open(shop, spending()))

        seen = await displayed(services, shop)
        assert (seen.id, seen.code.reveal()) == (opened.id, dealt.latest)
        verdict = await services.challenges.answer(shop, opened.id, dealt.latest, "sale")
        assert verdict == Verified()

    async def test_is_good_for_two_minutes_from_when_it_was_first_seen(
        self, services: Services, shop: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        opened = shown(await services.challenges.open(shop, spending()))
        old = dealt.latest
        first = await displayed(services, shop)
        time.pass_by(SHOWN_FOR - A_MOMENT)
        assert await displayed(services, shop) == first
        time.pass_by(A_MOMENT)

        # It has run out, which costs nothing, and the challenge waits as before.
        assert await services.challenges.answer(shop, opened.id, old, "sale") == Expired()
        second = await displayed(services, shop)
        assert (second.id, second.expires_at) == (first.id, time() + SHOWN_FOR)
        assert second.code.reveal() != old
        assert await services.challenges.answer(shop, opened.id, old, "sale") == Expired()
        assert await services.challenges.answer(shop, opened.id, dealt.wrong, "sale") == Wrong(4)
        right = await services.challenges.answer(shop, opened.id, second.code.reveal(), "sale")
        assert right == Verified()

    async def test_sending_it_once_more_sends_one_that_is_good(
        self, services: Services, tester: Client, dealt: Dealt, time: MovableTime
    ) -> None:
        opened = shown(await services.challenges.open(tester, spending()))
        await displayed(services, tester)
        time.pass_by(SHOWN_FOR)
        await services.challenges.resend(tester, opened.id, None)

        (message,) = await sent(services)
        assert message.code is not None
        typed = message.code.reveal()
        assert await services.challenges.answer(tester, opened.id, typed, "sale") == Verified()

    async def test_what_is_sent_has_a_code_of_its_own_and_all_of_its_time(
        self, services: Services, tester: Client, time: MovableTime
    ) -> None:
        seen = await displayed(services, tester)
        time.pass_by(SHOWN_FOR - A_MOMENT)
        opened = shown(await services.challenges.open(tester, spending()))

        (message,) = await sent(services)
        assert message.code is not None
        assert message.code != seen.code
        assert "5 Minuten" in message.text.reveal()
        time.pass_by(opened.expires_at - time() - A_MOMENT)
        read = seen.code.reveal()
        assert await services.challenges.answer(tester, opened.id, read, "sale") == Expired()
        typed = message.code.reveal()
        assert await services.challenges.answer(tester, opened.id, typed, "sale") == Verified()

    async def test_is_made_without_a_message_when_none_is_live_and_then_taken_over(
        self, services: Services, tester: Client, dealt: Dealt
    ) -> None:
        seen = await displayed(services, tester)
        assert await sent(services) == []
        alone = await services.challenges.answer(tester, seen.id, dealt.wrong, "sale")
        assert alone == Wrong(4)

        opened = shown(await services.challenges.open(tester, spending(Telling.SHOWN)))
        again = await displayed(services, tester)
        assert (again.id, again.code, again.expires_at) == (opened.id, seen.code, seen.expires_at)
        typed = seen.code.reveal()
        assert await services.challenges.answer(tester, opened.id, typed, "sale") == Verified()

    async def test_what_pays_for_one_sale_is_not_taken_over_by_another(
        self, services: Services, shop: Client
    ) -> None:
        await services.challenges.open(shop, spending())
        seen = await displayed(services, shop)
        other = shown(await services.challenges.open(shop, spending(transaction="other sale")))

        typed = seen.code.reveal()
        assert await services.challenges.answer(shop, other.id, typed, "other sale") == Wrong(4)

    async def test_looking_costs_no_message_however_often(
        self, services: Services, shop: Client, time: MovableTime
    ) -> None:
        for _ in range(60):
            assert isinstance(await look(services, shop), Displayed)
            time.pass_by(timedelta(minutes=5))

        shown(await services.challenges.open(shop, spending()))

    async def test_a_new_code_takes_what_was_live_at_another_contact_point_and_says_nothing(
        self, services: Services, tester: Client, dealt: Dealt
    ) -> None:
        by_phone = shown(await services.challenges.open(tester, spending()))
        code = dealt.latest
        other = replace(spending(), contact=email())
        contact_id = await services.contacts.find(tester.organisation.id, phone())
        assert contact_id is not None
        await services.challenges.open(tester, replace(other, besides=(contact_id,)))

        read = await services.challenges.read(tester, by_phone.id)
        assert read.status is Status.PENDING
        assert await services.challenges.answer(tester, by_phone.id, code, "sale") == Wrong(4)


class TestSaid:
    async def test_the_message_says_what_is_spent_and_a_copy_has_the_same_code(
        self, services: Services, tester: Client, dealt: Dealt
    ) -> None:
        wish = replace(spending(), spends=COFFEE, copy_to=email())
        await services.challenges.open(tester, replace(wish, locale="en"))

        text, mail = sorted(await sent(services), key=lambda each: each.channel, reverse=True)
        assert (text.channel, mail.channel) == (Channel.SMS, Channel.EMAIL)
        for message in (text, mail):
            words = message.text.reveal()
            assert dealt.latest in words
            assert "It spends 200 points on: Large coffee." in words

    async def test_what_is_spent_is_never_read_as_a_place_for_something_else(
        self, services: Services, tester: Client, dealt: Dealt
    ) -> None:
        wish = replace(spending(), spends=Spending("{code} {organisation}", 1), copy_to=email())
        await services.challenges.open(tester, replace(wish, locale="en"))

        for message in await sent(services):
            assert "It spends 1 point on: {code} {organisation}." in message.text.reveal()
