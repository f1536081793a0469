"""How points came and went, and what each line was for."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.features.vouchers.stand import Stand
from watchword.features.customers.accounts.rules import AccountId
from watchword.features.organisations.rules import Mode, Organisation
from watchword.features.points.earning.rules import EarnRule, Purchase, Terms
from watchword.features.points.ledger import Kind, Transfer, TransferId, adjusting
from watchword.features.points.verdicts import Adjustment, Earned
from watchword.features.redemptions.rules import Redemption
from watchword.features.statements.rules import Line, Names, Subject, lines
from watchword.features.wallet.rules import Movement, movements
from watchword.foundation.ids import Id

ACCOUNT, ID = AccountId(Id(int=1)), UUID(int=7)


async def account_of(stand: Stand) -> AccountId:
    services, whose = stand.shop.services, stand.shop.client.organisation.id
    async with services.storage.reading(whose) as transaction:
        (account,) = await services.customers.accounts(transaction, whose, stand.customer.id)
    return account.id


async def statement(stand: Stand) -> list[Line]:
    """Give all lines, the oldest first."""
    whose, id = stand.shop.client.organisation.id, await account_of(stand)
    page = await stand.shop.services.statements.page(whose, id, None, 50)
    return [*reversed(page.items)]


async def redeemed(stand: Stand) -> Redemption:
    redemptions, shop = stand.shop.services.redemptions, stand.shop
    session = await shop.proven(location_id=stand.place)
    made = await shop.reserve(session, stand.reward)
    assert isinstance(made, Redemption), made
    spent = await redemptions.commit(shop.client, made.id, "2030-1")
    assert isinstance(spent, Redemption), spent
    return spent


def told(made: list[Line], locale: str = "de") -> list[tuple[str, int, str | None, str | None]]:
    said = movements(made, locale)
    return [(str(each.kind), each.points, each.reward, each.place) for each in said]


async def test_what_was_redeemed_and_given_back_is_called_by_its_reward_and_its_place(
    stand: Stand,
) -> None:
    spent = await redeemed(stand)
    stand.later(minutes=1)
    redemptions = stand.shop.services.redemptions
    back = await redemptions.reverse(stand.shop.client, spent.id, 20, "back-1")
    assert isinstance(back, Redemption), back
    made = await statement(stand)
    (place,) = {each.place for each in made}

    assert place is not None
    assert told(made) == [("reserved", -60, "Becher", place), ("reversed", 20, "Becher", place)]
    assert all(each.was_spent for each in made)
    assert told(made, "en")[0][2] == "Mug"
    assert told(made, "fr")[0][2] in {"Becher", "Mug"}


async def test_what_waits_is_not_said_to_be_spent_nor_is_what_was_let_go(stand: Stand) -> None:
    shop = stand.shop
    made = await shop.reserve(await shop.proven(location_id=stand.place), stand.reward)
    assert isinstance(made, Redemption), made
    (waits,) = await statement(stand)
    stand.later(minutes=1)
    await shop.services.redemptions.release(shop.client, made.id)
    after = await statement(stand)

    assert (waits.reward("en"), waits.was_spent) == ("Mug", False)
    assert [(each.change, each.was_spent) for each in after] == [(-60, False), (60, False)]


async def test_a_voucher_is_named_before_a_till_has_taken_it_in(stand: Stand) -> None:
    voucher = await stand.voucher()
    (out,) = await statement(stand)
    stand.later(minutes=1)
    use = await stand.says(stand.shown(voucher))
    taken, *_ = await statement(stand)

    assert (out.reward("de"), out.was_spent, out.change) == ("Becher", False, -60)
    assert out.place is not None
    assert use.verdict == "settled"
    assert (taken.reward("de"), taken.was_spent, taken.place) == ("Becher", True, out.place)


async def test_a_purchase_says_where_it_was_and_staff_read_by_which_rules(stand: Stand) -> None:
    services, boss = stand.shop.services, stand.shop.client
    terms = Terms(name="Ein Punkt je Euro", points=1, per_amount=100, currency="EUR")
    assert isinstance(await services.earn_rules.create(boss, terms), EarnRule)
    bought = Purchase(amount=1999, currency="EUR", order_id="2030-9", location_id=stand.place)
    id = await account_of(stand)
    assert isinstance(await services.points.earn(boss, id, bought), Earned)
    stand.later(minutes=1)
    assert isinstance(await services.points.adjust(boss, id, 5, "a slip"), Adjustment)
    earned, adjusted = await statement(stand)

    assert (earned.change, earned.rules) == (19, (terms.name,))
    assert earned.place is not None
    assert (adjusted.place, adjusted.rules, adjusted.subject) == (None, (), None)
    # What staff call a rule, and why they set something right, is nothing for the customer.
    shown = repr(movements([earned, adjusted], "de"))
    assert terms.name not in shown
    assert "a slip" not in shown


async def test_nobody_reads_names_of_another_organisation(stand: Stand) -> None:
    await redeemed(stand)
    other = await stand.shop.services.organisations.found(
        slug="other", name="Other", mode=Mode.TEST, country="DE", locale="de", actor="test"
    )
    assert isinstance(other, Organisation)
    id = await account_of(stand)
    page = await stand.shop.services.statements.page(other.id, id, None, 50)

    assert not page.items


@given(st.sampled_from(Kind), st.integers(1, 500), st.booleans(), st.booleans())
def test_a_line_never_loses_its_points_whatever_is_known_of_it(
    kind: Kind,
    points: int,
    is_named: bool,  # noqa: FBT001 - drawn
    was_spent: bool,  # noqa: FBT001 - likewise
) -> None:
    giver, taker = adjusting(points)
    transfer = Transfer(
        id=TransferId(Id(int=2)),
        account_id=ACCOUNT,
        kind=kind,
        giver=giver,
        taker=taker,
        points=points,
        actor="test",
        at=datetime(2030, 1, 1, tzinfo=UTC),
        redemption_id=ID,
    )
    subject = Subject(names={"de": "Becher"}, place="Nord", was_spent=was_spent)
    made = lines([transfer], ACCOUNT, Names(subjects={ID: subject} if is_named else {}))
    (shown,) = movements(made, "en")

    assert shown == Movement(
        kind=kind,
        points=points,
        at=transfer.at,
        reward="Becher" if is_named else None,
        place="Nord" if is_named else None,
        was_spent=is_named and was_spent,
    )
