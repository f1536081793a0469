"""A sale at the till of those who have none, from the telephone number to the receipt."""

import re
from collections.abc import Sequence
from datetime import timedelta

from tests.features.customers.people import email, phone
from tests.web.till.cashiers import BOOKED, PHONE, UNKNOWN, Counter, press
from watchword.features.audit.rules import Entry
from watchword.features.audit.store import AuditStore
from watchword.features.customers.rules import Profile
from watchword.features.organisations.settings.redemption import IN_STORE
from watchword.features.redemptions.rules import HELD_FOR
from watchword.features.rewards.rules import Offer
from watchword.features.staff.permissions import Role
from watchword.features.tills.rules import PROOF_LIFE

ROWS = sorted(IN_STORE, key=sorted)
CHANGING = re.compile(
    r'value="[0-9a-f]{32}"|/till/sales/[0-9a-f-]{36}|data-after="\d+"|\d+ seconds'
)


async def spent(counter: Counter) -> int:
    """Count what the first customer has spent."""
    found = await counter.shop.services.redemptions.page(
        counter.shop.client.organisation.id, None, 10
    )
    return sum(each.points - each.reversed for each in found.items if each.state == "committed")


async def test_a_sale_from_the_number_to_the_receipt(counter: Counter) -> None:
    cashier = await counter.asking()
    assert "Code requested" in cashier.page

    await cashier.press("Go on", code=counter.shop.dealt.latest)
    assert "Ann" in cashier.page
    assert "100" in cashier.page

    await counter.take(cashier)
    assert "5.00" in cashier.page
    assert await spent(counter) == 0

    await cashier.press(BOOKED, order="4711")
    assert "receipt 4711" in cashier.page
    assert await spent(counter) == 60


async def test_nothing_of_a_customer_is_seen_before_the_code(counter: Counter) -> None:
    """Known, unknown and begun with a card: what is said is the same, but for what was typed."""
    customer = await counter.shop.customer(phone("0170 1112223"), email("b@example.org"))
    card = await counter.shop.card(customer)
    number = await whole(counter, card.id)
    cashier = await counter.cashier()

    pages = []
    for who in (PHONE, UNKNOWN, number, "2999999999991"):
        await counter.asking(cashier, who)
        assert cashier.status == 200
        pages.append(CHANGING.sub("…", cashier.page))

    known, unknown, by_card, no_card = pages
    assert known.replace("567", "321") == unknown.replace("4321", "4567").replace("567", "321")
    assert by_card == no_card


async def whole(counter: Counter, id: object) -> str:
    card = await counter.shop.services.cards.cards.open(counter.shop.client, id)  # type: ignore[arg-type]
    assert card.number is not None
    return card.number.reveal()


async def test_a_wrong_code_says_how_many_tries_are_left_and_counts_once(
    counter: Counter,
) -> None:
    cashier = await counter.asking()
    nonce = cashier.field("nonce")
    wrong = counter.shop.dealt.wrong

    await cashier.press("Go on", code=wrong)
    assert cashier.status == 422
    left = re.search(r"(\d+) more tr", cashier.page)
    assert left is not None

    await cashier.press("Go on", code=wrong, nonce=nonce)
    assert left[0] in cashier.page


async def test_the_newest_till_counts_and_the_other_is_told(counter: Counter) -> None:
    first, second = await counter.asking(), await counter.asking()
    code = counter.shop.dealt.latest

    await first.press("Go on", code=code)
    assert "Another till serves this customer" in first.page

    await second.press("Go on", code=code)
    assert "Ann" in second.page


async def test_a_page_that_waits_is_told_that_its_sale_is_over_and_no_more(
    counter: Counter,
) -> None:
    first, clerk = await counter.asking(), await counter.cashier()
    endings = f"{first.path}/endings"
    assert (await first.client.get(endings)).status_code == 204
    assert (await clerk.client.get(endings)).status_code == 404

    await counter.asking()

    told = await first.client.get(endings)
    assert (told.status_code, told.content) == (200, b"")
    assert "no-store" in told.headers["cache-control"]


async def test_of_several_who_share_a_telephone_one_is_asked_for(counter: Counter) -> None:
    await counter.shop.customer(phone(), profile=Profile("Bernd", "Müller", None), points=70)
    cashier = await counter.proven()
    assert "Who is it?" in cashier.page

    await cashier.press("Bernd")

    assert "70" in cashier.page
    assert "Bernd" in cashier.page


async def test_what_was_put_by_is_given_back_or_runs_out(counter: Counter) -> None:
    given_back = await (await counter.put_by()).press("Give it back")
    assert "Given back" in given_back.page

    counter.shop.time.pass_by(timedelta(minutes=2))
    late = await counter.put_by()
    counter.shop.time.pass_by(HELD_FOR)
    await late.press(BOOKED, order="4712")
    assert late.status == 422
    assert "half hour is over" in late.page
    assert await spent(counter) == 0


async def test_one_sale_is_booked_once_whatever_is_pressed(counter: Counter) -> None:
    cashier = await counter.put_by()
    page, token = cashier.path, cashier.field("token")
    for order in ("4711", "4711", "4712"):
        cashier.reply = await cashier.client.post(
            f"{page}/commitments",
            data={"token": token, "order": order},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    assert await spent(counter) == 60
    await cashier.open(page)
    assert "receipt 4711" in cashier.page

    await press(cashier, "/endings")
    assert await spent(counter) == 60


async def test_a_reward_for_a_certain_purchase_asks_for_its_sum(counter: Counter) -> None:
    dear = await counter.shop.reward(
        Offer(names={"en": "Plant"}, points=10, value=100, currency="EUR", at_least=2000)
    )
    cashier = await counter.proven()
    await press(cashier, "/redemptions", reward=str(dear.id))
    assert "Type the sum of the purchase" in cashier.page
    cashier.reply = await cashier.client.get(cashier.path.removesuffix("/redemptions"))

    await press(cashier, "/redemptions", reward=str(dear.id), amount="19,99")
    assert "too small" in cashier.page


async def test_a_proof_that_nobody_used_is_over_after_ten_minutes(counter: Counter) -> None:
    cashier = await counter.proven()
    counter.shop.time.pass_by(PROOF_LIFE)
    await cashier.open(cashier.path)
    assert "This sale is over" in cashier.page
    assert "Ann" not in cashier.page


async def test_nobody_sees_the_sale_of_a_colleague_or_redeems_elsewhere(
    counter: Counter,
) -> None:
    elsewhere = await counter.shop.location("Süd")
    cashier = await counter.proven()
    colleague = await counter.cashier(at=elsewhere)
    assert colleague.status == 404

    await colleague.open(cashier.path)
    assert colleague.status == 404
    await colleague.open("/till")
    assert colleague.path == f"/till/{elsewhere}"


async def test_points_are_given_back_from_the_list_of_today(counter: Counter) -> None:
    await counter.booked()
    manager = await counter.cashier(Role.MANAGER)
    await manager.open(f"{counter.path}/redemptions")
    assert "4711" in manager.page
    one = re.search(r"/till/redemptions/[0-9a-f-]{36}", manager.page)
    assert one is not None
    await manager.open(one[0])
    nonce = manager.field("nonce")

    await manager.press("Give points back", points="20", reason="one of three mugs was broken")
    assert "20 given back" in manager.page
    await manager.press("Give points back", points="20", reason="pressed again", nonce=nonce)
    assert await spent(counter) == 40

    await manager.press("Give points back", points="", reason="")
    assert manager.status == 422
    await manager.open(one[0])
    await manager.press("Give points back", points="", reason="all of it was broken")
    assert await spent(counter) == 0
    entries = await ledger(counter, one[0].rpartition("/")[2])
    assert {each.details.get("reason") for each in entries if "given" in each.details} == {
        "one of three mugs was broken",
        "all of it was broken",
    }


async def ledger(counter: Counter, id: str) -> Sequence[Entry]:
    whose = counter.shop.client.organisation.id
    async with counter.shop.services.storage.reading(whose) as transaction:
        return await AuditStore(transaction, whose).about(f"redemption:{id}")


async def test_a_clerk_gives_no_points_back(counter: Counter) -> None:
    clerk = await counter.booked()
    one = re.search(r"/till/redemptions/[0-9a-f-]{36}", clerk.page)
    assert one is not None
    await clerk.open(one[0])
    assert "A manager can give the points back" in clerk.page

    reply = await clerk.client.post(
        f"{one[0]}/reversals",
        data={"token": clerk.field("token"), "reason": "for a friend"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert reply.status_code == 403
    assert await spent(counter) == 60
