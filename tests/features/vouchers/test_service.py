"""What becomes of vouchers: points are put by, spent once, and come back when nobody needs them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.features.customers.people import phone
from tests.features.tills.shop import MUG
from tests.features.vouchers.stand import Stand
from watchword.client.offline import Refused, Taken, Why
from watchword.features.audit.rules import Action
from watchword.features.audit.store import AuditStore
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import RedemptionId
from watchword.features.redemptions.rules import State as Redeemed
from watchword.features.rewards.rules import MayNotTake, Offer, WhyNot
from watchword.features.tills.rules import Proof
from watchword.features.tills.terminals.rules import UnknownTerminal
from watchword.features.vouchers.rules import (
    NotThere,
    State,
    SwitchedOff,
    TooManyOut,
    Voucher,
    WishId,
    target_of,
)
from watchword.features.vouchers.settling.rules import TakenIn, Verdict
from watchword.features.vouchers.store import VoucherStore
from watchword.foundation.ids import new_id
from watchword.foundation.secret import Secret


async def state_of(stand: Stand, voucher: Voucher) -> State:
    whose = stand.shop.client.organisation.id
    async with stand.shop.services.storage.reading(whose) as transaction:
        found = await VoucherStore(transaction, whose).get(voucher.id)
    assert found is not None
    return found.state


async def test_a_voucher_puts_its_points_by_at_once(stand: Stand) -> None:
    await stand.voucher()

    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)


async def test_where_vouchers_are_off_nobody_takes_one_and_no_till_gets_a_kit(
    stand: Stand,
) -> None:
    await stand.set(offline_vouchers=False)

    assert await stand.take() == SwitchedOff()
    kits = stand.shop.services.vouchers.kits
    assert await kits.read(stand.shop.client, stand.tills[0].credential) == SwitchedOff()


async def test_a_form_that_is_sent_twice_is_one_wish(stand: Stand) -> None:
    id = WishId(new_id())

    first, second = await stand.take(id=id), await stand.take(id=id)

    assert first == second
    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)


async def test_a_customer_has_only_so_many_out_and_for_so_much(stand: Stand) -> None:
    await stand.set(vouchers_by_customer=2, value_by_customer=2_000)
    dear = await stand.shop.reward(_worth(1_600))
    await stand.voucher()

    assert await stand.take(reward=dear) == TooManyOut(2, 2_000)
    await stand.voucher()
    assert await stand.take() == TooManyOut(2, 2_000)


async def test_of_many_wishes_at_once_no_more_come_true_than_may(stand: Stand) -> None:
    await stand.set(vouchers_by_customer=1)

    taken = await asyncio.gather(*(stand.take() for _ in range(5)))

    assert sum(isinstance(each, Voucher) for each in taken) == 1
    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)


async def test_nobody_takes_along_what_they_have_no_points_for(stand: Stand) -> None:
    dear = await stand.shop.reward(_worth(100, points=500))

    assert await stand.take(reward=dear) == MayNotTake(WhyNot.TOO_FEW_POINTS)


async def test_nothing_is_taken_along_to_where_no_till_is(stand: Stand) -> None:
    stall = await stand.shop.location("Stall")

    assert await stand.take(place=stall) == NotThere()
    assert await stand.shop.balance(stand.customer) == Balance(available=200)


async def test_what_is_offered_is_what_can_be_taken(stand: Stand) -> None:
    """One voucher for 5.00 is out, so what is worth more than 15.00 is not offered any more."""
    await stand.set(value_by_customer=2_000)
    dear, cheap = [await stand.shop.reward(_worth(value)) for value in (1_600, 1_500)]
    whose, vouchers = stand.shop.client.organisation.id, stand.shop.services.vouchers.vouchers
    before = await vouchers.choice(whose, stand.customer.id)
    await stand.voucher()

    after = await vouchers.choice(whose, stand.customer.id)

    assert {each.id for each in before.rewards} == {stand.reward.id, dear.id, cheap.id}
    assert {each.id for each in after.rewards} == {stand.reward.id, cheap.id}
    assert [each.id for each in after.places] == [stand.place]


async def test_who_may_not_redeem_is_offered_nothing(stand: Stand) -> None:
    shop = stand.shop
    await shop.services.blocklist.add(shop.client, phone(), None, "works here")

    choice = await shop.services.vouchers.vouchers.choice(
        shop.client.organisation.id, stand.customer.id
    )

    assert (choice.is_blocked, choice.rewards) == (True, ())
    assert await stand.take() == MayNotTake(WhyNot.BLOCKED)


async def test_a_reward_that_is_out_of_stock_puts_no_points_by(stand: Stand) -> None:
    scarce = await stand.shop.reward(_worth(100, stock=1))
    assert isinstance(await stand.take(reward=scarce), Voucher)

    assert await stand.take(reward=scarce) == MayNotTake(WhyNot.NONE_LEFT)
    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)


async def test_what_a_till_took_in_is_spent_and_is_a_redemption(
    stand: Stand, tmp_path: Path
) -> None:
    voucher, till = await stand.voucher(), await stand.till(tmp_path)
    assert isinstance(till.take(stand.shown(voucher), order_id="2030-1"), Taken)

    assert await stand.settle(till) == [Verdict.SETTLED]

    assert await stand.shop.balance(stand.customer) == Balance(available=140)
    services, organisation = stand.shop.services, stand.shop.client.organisation.id
    redeemed = await services.redemptions.read(organisation, RedemptionId(voucher.id))
    assert (redeemed.state, redeemed.way) == (Redeemed.COMMITTED, Proof.VOUCHER)
    assert (redeemed.order_id, redeemed.terminal_id) == (
        "2030-1",
        str(stand.tills[0].terminal.id),
    )


async def test_what_was_settled_can_be_reversed_like_any_other(
    stand: Stand, tmp_path: Path
) -> None:
    voucher = await stand.voucher()
    await stand.says(stand.shown(voucher))

    await stand.shop.services.redemptions.reverse(
        stand.shop.client, RedemptionId(voucher.id), None, "back-1"
    )

    assert await stand.shop.balance(stand.customer) == Balance(available=200)


async def test_a_till_may_tell_as_often_as_it_likes(stand: Stand) -> None:
    token = stand.shown(await stand.voucher())

    first, second = await stand.says(token), await stand.says(token)

    assert first == second
    assert first.verdict is Verdict.SETTLED
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_a_double_moves_no_points_and_names_both_tills(stand: Stand) -> None:
    voucher = await stand.voucher()
    token = stand.shown(voucher)
    await stand.says(token, 0)

    double = await stand.says(token, 1)

    assert (double.verdict, double.loss) == (Verdict.DOUBLE, 500)
    assert await stand.shop.balance(stand.customer) == Balance(available=140)
    whose = stand.shop.client.organisation.id
    async with stand.shop.services.storage.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(target_of(voucher.id))
    lost = next(each for each in entries if each.action is Action.VOUCHER_LOST)
    assert lost.details["terminal"] == str(stand.tills[1].terminal.id)
    assert lost.details["other_terminal"] == str(stand.tills[0].terminal.id)


async def test_of_tills_that_tell_at_once_one_settles(stand: Stand) -> None:
    token = stand.shown(await stand.voucher())

    told = await asyncio.gather(*(stand.says(token, which) for which in (0, 1, 2)))

    assert sorted(each.verdict for each in told) == [
        Verdict.DOUBLE,
        Verdict.DOUBLE,
        Verdict.SETTLED,
    ]
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_points_come_back_when_time_and_grace_are_over(stand: Stand) -> None:
    scarce = await stand.shop.reward(_worth(100, stock=1))
    voucher = await stand.take(reward=scarce)
    assert isinstance(voucher, Voucher)
    services = stand.shop.services.vouchers.vouchers
    stand.to(voucher.releases_at - timedelta(seconds=1))
    assert await services.release(10) == 0

    stand.to(voucher.releases_at)

    assert await services.release(10) == 1
    assert await stand.shop.balance(stand.customer) == Balance(available=200)
    assert await state_of(stand, voucher) is State.RELEASED
    assert isinstance(await stand.take(reward=scarce), Voucher)


async def test_who_tells_after_that_has_lost_it(stand: Stand) -> None:
    voucher = await stand.voucher()
    token = stand.shown(voucher)
    stand.to(voucher.releases_at)
    await stand.shop.services.vouchers.vouchers.release(10)

    told = await stand.says(token)

    assert (told.verdict, told.loss) == (Verdict.EXPIRED, 500)
    assert await stand.shop.balance(stand.customer) == Balance(available=200)


async def test_a_clock_that_is_wrong_is_set_right_and_costs_the_customer_nothing(
    stand: Stand,
) -> None:
    """A till lives two years ahead: its voucher is settled, and taken in when it was."""
    token, now = stand.shown(await stand.voucher()), stand.shop.time()
    ahead = timedelta(days=730)
    entry = TakenIn(Secret(token), now + ahead - timedelta(minutes=10))
    (told,) = await stand.shop.services.vouchers.settling.settle(  # type: ignore[misc]
        stand.shop.client, stand.tills[0].credential, now + ahead, [entry]
    )

    assert told.use.verdict is Verdict.SETTLED
    assert (told.use.taken_at, told.use.has_wrong_clock) == (now - timedelta(minutes=10), True)
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_what_was_taken_in_after_its_time_is_settled_and_marked(stand: Stand) -> None:
    voucher = await stand.voucher()
    token = stand.shown(voucher)
    stand.to(voucher.ends_at + timedelta(hours=1))

    told = await stand.says(token)

    assert (told.verdict, told.is_late) == (Verdict.SETTLED, True)
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_a_till_that_is_not_registered_settles_nothing(stand: Stand) -> None:
    told = await stand.shop.services.vouchers.settling.settle(
        stand.shop.client,
        Secret("wt_" + "0" * 64),
        stand.shop.time(),
        [TakenIn(Secret("WWV1"), stand.shop.time())],
    )

    assert told == UnknownTerminal()


@pytest.mark.parametrize("change", ["letter", "nonsense", "empty"])
async def test_what_we_never_signed_is_forged(stand: Stand, change: str) -> None:
    token = stand.shown(await stand.voucher())
    wrong = {
        "letter": token[:60] + ("A" if token[60] != "A" else "B") + token[61:],
        "nonsense": "WWV1HELLO",
        "empty": "-",
    }

    told = await stand.says(wrong[change])

    assert (told.verdict, told.loss) == (Verdict.FORGED, 0)
    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)


async def test_what_a_restore_took_away_is_known_as_ours(stand: Stand) -> None:
    voucher = await stand.voucher()
    token, whose = stand.shown(voucher), stand.shop.client.organisation.id
    async with stand.shop.services.storage.begin(whose) as transaction:
        await transaction.run("delete from vouchers where id = :id", id=str(voucher.id))

    assert (await stand.says(token)).verdict is Verdict.UNKNOWN


async def test_another_location_settles_nothing(stand: Stand) -> None:
    token = stand.shown(await stand.voucher())
    south = await stand.shop.location("Süd")
    async with stand.shop.services.storage.begin(stand.shop.client.organisation.id) as transaction:
        await transaction.run(
            "update terminals set location_id = :there where id = :id",
            there=str(south),
            id=str(stand.tills[1].terminal.id),
        )

    assert (await stand.says(token, 1)).verdict is Verdict.ELSEWHERE
    assert (await stand.says(token, 0)).verdict is Verdict.SETTLED


async def test_a_till_refuses_the_same_voucher_twice_even_when_it_has_settled(
    stand: Stand, tmp_path: Path
) -> None:
    token, till = stand.shown(await stand.voucher()), await stand.till(tmp_path)
    assert isinstance(till.take(token), Taken)
    assert _why(till.take(token)) is Why.TAKEN_BEFORE
    await stand.settle(till)

    assert _why(till.take(token)) is Why.TAKEN_BEFORE


def _why(answer: Taken | Refused) -> Why | None:
    return answer.why if isinstance(answer, Refused) else None


def _worth(value: int, points: int = 60, stock: int | None = None) -> Offer:
    return replace(MUG, value=value, points=points, stock=stock)
