"""A reward that is named before the code is asked for: the message says what is being spent."""

from datetime import timedelta

from tests.features.customers.people import email, phone
from tests.web.till.cashiers import BOOKED, PHONE, UNKNOWN, Counter, press
from tests.web.till.test_till import CHANGING, spent, whole
from watchword.features.rewards.rules import Offer, Reward

OTHER = "/others"


async def tea(counter: Counter, points: int = 20, at_least: int = 0) -> Reward:
    offer = Offer(names={"en": "Tea"}, points=points, value=100, currency="EUR", at_least=at_least)
    return await counter.shop.reward(offer)


async def texts(counter: Counter) -> list[str]:
    return [message.text.reveal() for message in await counter.shop.sent()]


async def test_the_message_says_what_is_being_spent_and_the_code_puts_it_by(
    counter: Counter,
) -> None:
    cashier = await counter.named()
    assert "Mug" in cashier.page
    (text,) = await texts(counter)
    assert "60" in text
    assert "Becher" in text

    await cashier.press("Go on", code=counter.shop.dealt.latest)
    assert "Take off at the till" in cashier.page
    assert await spent(counter) == 0

    await cashier.press(BOOKED, order="4711")
    assert await spent(counter) == 60


async def test_what_can_be_had_is_shown_before_anything_is_known_of_anybody(
    counter: Counter,
) -> None:
    cashier = await counter.cashier()
    pages = []
    for who in (PHONE, UNKNOWN):
        await cashier.open(counter.path)
        await cashier.press("Send the code", who=who)
        assert "What would the customer like?" in cashier.page
        assert "Ann" not in cashier.page
        pages.append(CHANGING.sub("…", cashier.page).replace(who, "…"))

    assert pages[0] == pages[1]
    assert await counter.shop.sent() == []


async def test_known_and_unknown_are_asked_alike_for_this_and_for_another_one(
    counter: Counter,
) -> None:
    customer = await counter.shop.customer(phone("0170 1112223"), email("b@example.org"))
    card = await counter.shop.card(customer)
    number, other, cashier = await whole(counter, card.id), await tea(counter), None
    cashier = await counter.cashier()

    pages = []
    for who in (PHONE, UNKNOWN, number, "2999999999991"):
        await counter.named(cashier, who)
        counter.shop.time.pass_by(timedelta(minutes=2))
        nonce = cashier.field("nonce")
        await press(cashier, OTHER, reward=str(other.id), nonce=nonce)
        assert cashier.status == 200
        assert "There is a new code" in cashier.page
        assert "Tea" in cashier.page
        pages.append(CHANGING.sub("…", cashier.page))

    known, unknown, by_card, no_card = pages
    assert known.replace("567", "321") == unknown.replace("4321", "4567").replace("567", "321")
    assert by_card == no_card


async def test_another_reward_after_the_code_asks_for_a_code_of_its_own(
    counter: Counter,
) -> None:
    dear, cheap = await tea(counter, 500), await tea(counter, 20)
    cashier = await counter.named(reward=dear)
    first, sale = counter.shop.dealt.latest, cashier.path

    await cashier.press("Go on", code=first)
    assert cashier.status == 422
    assert "not enough points" in cashier.page
    assert "The customer gets a new code for it" in cashier.page

    counter.shop.time.pass_by(timedelta(minutes=2))
    await cashier.open(sale)
    nonce, asked = cashier.field("nonce"), set()
    for _ in range(2):
        reply = await cashier.client.post(
            f"{sale}{OTHER}",
            data={"token": cashier.field("token"), "nonce": nonce, "reward": str(cheap.id)},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        asked.add(reply.url.path)
    assert len(asked) == 1
    assert ["20" in each for each in await texts(counter)] == [True]
    await cashier.open(sale)
    assert "This sale is over" in cashier.page


async def test_the_new_code_puts_by_the_other_reward_and_the_old_one_nothing(
    counter: Counter,
) -> None:
    cheap, cashier = await tea(counter), await counter.named()
    first = counter.shop.dealt.latest
    counter.shop.time.pass_by(timedelta(minutes=2))
    await press(cashier, OTHER, reward=str(cheap.id), nonce=cashier.field("nonce"))

    await cashier.press("Go on", code=first)
    assert cashier.status == 422
    await cashier.press("Go on", code=counter.shop.dealt.latest)
    await cashier.press(BOOKED, order="4711")

    assert await spent(counter) == 20


async def test_a_proof_for_one_reward_puts_by_no_other(counter: Counter) -> None:
    """Whoever sends the form of another page by hand has lost the proof, and no points are gone."""
    dear, cheap = await tea(counter, 500), await tea(counter, 20)
    cashier = await counter.named(reward=dear)
    sale = cashier.path
    await cashier.press("Go on", code=counter.shop.dealt.latest)
    await cashier.open(sale)

    await press(cashier, "/redemptions", reward=str(cheap.id))

    assert "agreed to something else" in cashier.page
    assert await spent(counter) == 0


async def test_a_reward_for_a_certain_purchase_asks_for_its_sum_before(counter: Counter) -> None:
    plant = await tea(counter, 10, 2000)
    cashier = await counter.cashier()
    for amount, words in (("", "Type the sum"), ("x", "Type the sum"), ("19,99", "too small")):
        await counter.named(cashier, reward=plant, amount=amount)
        assert words in cashier.page
    assert await counter.shop.sent() == []

    await counter.named(cashier, reward=plant, amount="20,00")
    await cashier.press("Go on", code=counter.shop.dealt.latest)
    await cashier.press(BOOKED, order="4711")
    assert await spent(counter) == 10


async def test_where_nothing_is_to_be_had_the_code_is_asked_for_at_once(counter: Counter) -> None:
    await counter.shop.services.rewards.pause(counter.shop.client, counter.reward.id)
    cashier = await counter.cashier()
    await cashier.press("Send the code", who=PHONE)
    assert "Code requested" in cashier.page


async def test_too_few_digits_are_a_slip_and_cost_no_try(counter: Counter) -> None:
    cashier = await counter.named()
    code = counter.shop.dealt.latest

    for typed in (code[:2], code + "0", "", code[:5]):
        for _ in range(3):
            await cashier.press("Go on", code=typed)
            assert cashier.status == 422
    await cashier.press("Go on", code=code)

    assert "Take off at the till" in cashier.page
