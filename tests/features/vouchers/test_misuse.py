"""What others cannot do by a voucher: name it after a sale, take it twice, or hold up the rest."""

from structlog.testing import capture_logs

from tests.features.customers.people import phone
from tests.features.vouchers.stand import Stand
from tests.features.vouchers.test_service import state_of
from watchword.features.customers.rules import Profile
from watchword.features.points.ledger import Balance
from watchword.features.redemptions.rules import Redemption
from watchword.features.vouchers.rules import State, Voucher, WishId
from watchword.features.vouchers.settling.rules import TakenIn, Verdict
from watchword.foundation.secret import Secret


async def test_nobody_names_a_voucher_after_a_sale(stand: Stand) -> None:
    """They would have back at its end what was put by for the voucher, which is signed."""
    session = await stand.shop.proven()
    sale = await stand.shop.reserve(session, stand.reward)
    assert isinstance(sale, Redemption)

    voucher = await stand.take(id=WishId(sale.id))

    assert isinstance(voucher, Voucher)
    assert voucher.id != sale.id
    await stand.shop.services.redemptions.abandon(stand.shop.client, session)
    assert await stand.shop.balance(stand.customer) == Balance(available=140, reserved=60)
    assert (await stand.says(stand.shown(voucher))).verdict is Verdict.SETTLED
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_what_others_wished_for_is_no_wish_of_ours(stand: Stand) -> None:
    theirs = await stand.voucher()
    stand.customer = await stand.shop.customer(
        phone("+491701234599"), points=200, profile=Profile("Ben", "Becker")
    )

    ours = await stand.take(id=theirs.wish_id)

    assert isinstance(ours, Voucher)
    assert ours.id != theirs.id
    assert ours.customer_id == stand.customer.id


async def test_the_same_till_with_another_order_has_taken_it_twice(stand: Stand) -> None:
    """Its credential is on two devices. Each of them is answered as before when it tells again."""
    token = stand.shown(await stand.voucher())
    first = await stand.says(token, order="2030-1")

    double = await stand.says(token, order="2030-2")

    assert (double.verdict, double.loss, double.order_id) == (Verdict.DOUBLE, 500, "2030-2")
    assert await stand.says(token, order="2030-1") == first
    assert await stand.says(token, order="2030-2") == double
    assert await stand.shop.balance(stand.customer) == Balance(available=140)


async def test_one_that_the_books_do_not_know_spoils_no_bundle(stand: Stand) -> None:
    bad, good = await stand.voucher(), await stand.voucher()
    await stand.mislay(bad)
    now = stand.shop.time()
    taken = [TakenIn(Secret(stand.shown(each)), now) for each in (bad, good)]

    told, again = [
        await stand.shop.services.vouchers.settling.settle(
            stand.shop.client, stand.tills[0].credential, now, taken
        )
        for _ in range(2)
    ]

    assert isinstance(told, list)
    assert isinstance(again, list)
    assert [each.use.verdict for each in told] == [Verdict.EXPIRED, Verdict.SETTLED]
    assert [each.use.loss for each in told] == [500, 0]
    assert [each.use for each in again] == [each.use for each in told]
    assert await state_of(stand, good) is State.SETTLED


async def test_one_that_cannot_come_back_keeps_no_other(stand: Stand) -> None:
    bad = await stand.voucher()
    stand.later(seconds=1)
    good = await stand.voucher()
    await stand.mislay(bad)
    stand.to(good.releases_at)

    with capture_logs() as logs:
        assert await stand.shop.services.vouchers.vouchers.release(10) == 1

    assert await state_of(stand, good) is State.RELEASED
    stuck = [each for each in logs if each["event"] == "voucher.stuck"]
    assert [(each["voucher_id"], each["fault"]) for each in stuck] == [(str(bad.id), "BooksDiffer")]
