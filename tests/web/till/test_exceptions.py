"""What a cashier is offered under each row of the truth table, and the exceptions from the code."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.features.customers.people import email, phone
from tests.features.redemptions.counter import WHY, enrol
from tests.features.redemptions.counter import Counter as Exceptions
from tests.features.tills.shop import named
from tests.web.console.bare import Bare
from tests.web.till.cashiers import PHONE, UNKNOWN, Counter, press
from watchword.features.organisations.settings.redemption import IN_STORE, Override, Way
from watchword.features.redemptions.overrides.rules import Kind, Use
from watchword.features.staff.permissions import Role
from watchword.features.tills.terminals.rules import NewTerminal
from watchword.features.tills.verdicts import Proven

ROWS = sorted(IN_STORE, key=sorted)
SHOWN = re.compile(r'<p class="code">(\d+)</p>')
PULL_UP, PIN = "Customer without a telephone …", "Exception with the master PIN …"


async def switch(counter: Counter, *on: Override) -> None:
    await counter.shop.elsewhere(**{each: each in on for each in Override})


async def exceptions(counter: Counter) -> Exceptions:
    """Have two owners set a master PIN for a till that is registered."""
    shop = counter.shop
    owner, other = await enrol(shop, "owner", Role.OWNER), await enrol(shop, "other", Role.OWNER)
    till = await shop.services.terminals.register(owner, counter.place, "Till 1")
    assert isinstance(till, NewTerminal)
    made = Exceptions(
        shop=shop, place=counter.place, till=till, owner=owner, other=other, manager=owner
    )
    await made.set_pin()
    return made


async def registered(counter: Counter, made: Exceptions, role: Role = Role.MANAGER) -> Bare:
    """Give the browser of somebody at a registered till."""
    cashier = await counter.cashier(role)
    await cashier.open("/till/terminal")
    await cashier.press("Register", credential=made.till.credential.reveal())
    assert "This device is a till now" in cashier.page
    assert "Till 1" in cashier.page
    return cashier


async def uses(counter: Counter) -> list[Use]:
    whose = counter.shop.client.organisation.id
    return [*(await counter.shop.services.overrides.page(whose, None, 10)).items]


async def the_page_behind_the_notice_names_the_shop(cashier: Bare, texts: list[str]) -> None:
    """It is opened by whoever holds the telephone, who is signed in nowhere."""
    [path] = [re.findall(r"/n/[\w-]+", text)[-1] for text in texts if "ohne einen Code" in text]
    async with httpx.AsyncClient(
        transport=cashier.client._transport,  # noqa: SLF001 - the same house, and no cookie of it
        base_url=cashier.client.base_url,
    ) as telephone:
        page = (await telephone.get(path, headers={"Accept-Language": "de"})).text
    assert "<dd>Nord</dd>" in page
    assert re.search(r"<dd><time [^>]*>\d+\.\d+\.\d{4}, \d\d:\d\d</time></dd>", page)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "+".join(sorted(row)) or "nothing")
async def test_a_cashier_is_offered_what_the_row_allows(
    counter: Counter, row: frozenset[Override]
) -> None:
    made = await exceptions(counter)
    await switch(counter, *row)
    cashier = await registered(counter, made)
    ways = IN_STORE[row]

    assert ("Send the code" in cashier.page) == (Way.SENT_CODE in ways)
    assert ("Code from the wallet" in cashier.page) == (Way.WALLET_CODE in ways)
    assert ("master_pin" in cashier.page) == (Way.MASTER_PIN in ways)
    assert ("nobody can redeem here" in cashier.page) == (not ways)
    if Way.SENT_CODE in ways:
        await counter.asking(cashier)
        assert (PULL_UP in cashier.page) == (Way.WALLET_CODE in ways)
        assert (PIN in cashier.page) == (Way.MASTER_PIN in ways)


async def test_what_is_switched_off_in_the_middle_of_a_sale_holds_at_once(
    counter: Counter,
) -> None:
    cashier = await counter.asking()
    await switch(counter, Override.MASTER_PIN)

    await cashier.press("Go on", code=counter.shop.dealt.latest)

    assert cashier.status == 422
    assert "switched off" in cashier.page


async def test_staff_pull_up_a_wallet_and_the_customer_is_told(counter: Counter) -> None:
    await switch(counter, Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET)
    cashier = await counter.asking(await counter.cashier(Role.MANAGER))
    sale = cashier.path

    await cashier.press("Show the code", reason=WHY)
    shown = SHOWN.search(cashier.page)
    assert shown is not None
    (use,) = await uses(counter)
    assert (use.kind, use.told, use.staff) == (Kind.LOOK, True, use.staff)
    assert use.staff.startswith("staff:")
    texts = [message.text.reveal() for message in await counter.shop.sent()]
    assert any("/n/" in each for each in texts)
    assert shown[1] not in str(use)
    await the_page_behind_the_notice_names_the_shop(cashier, texts)

    await cashier.press("Go on", code=shown[1])
    assert (cashier.path, "100" in cashier.page) == (sale, True)
    await counter.take(cashier)
    await cashier.press("The till has booked it", order="4711")
    assert "receipt 4711" in cashier.page


async def test_a_wallet_is_pulled_up_by_whom_and_when_it_may_be(counter: Counter) -> None:
    await switch(counter, Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET)
    clerk = await counter.asking()
    assert PULL_UP not in clerk.page
    await press(clerk, "/wallet", reason=WHY)
    assert clerk.status == 404

    manager = await counter.cashier(Role.MANAGER)
    await counter.asking(manager)
    await manager.press("Show the code", reason="")
    assert "A reason has" in manager.page
    await switch(counter, Override.CUSTOMER_PINS)
    await press(
        Bare(manager.client, await manager.client.get(sale_of(manager))), "/wallet", reason=WHY
    )
    assert await uses(counter) == []

    await switch(counter, Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET)
    await counter.asking(manager, UNKNOWN)
    await manager.press("Show the code", reason=WHY)
    assert "No customer is known there" in manager.page
    assert SHOWN.search(manager.page) is None
    assert await uses(counter) == []


async def at_card(counter: Counter, role: Role) -> tuple[Bare, str]:
    """Open the page of a customer's card in the console."""
    customer = await counter.shop.customer(phone("0170 1112223"), email("b@example.org"))
    card = await counter.shop.card(customer)
    counter.shop.time.pass_by(timedelta(minutes=2))
    staff, path = await counter.cashier(role), f"/console/cards/{card.id}"
    return await staff.open(path), path


async def test_a_code_that_another_till_awaits_is_read_at_the_card_and_the_customer_is_told(
    counter: Counter,
) -> None:
    await switch(counter, Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET)
    manager, _ = await at_card(counter, Role.MANAGER)
    sale = (await counter.shop.asking(phone("0170 1112223"), wanted=named(counter.reward))).id
    before = len(await counter.shop.sent())

    await manager.press("Show the code", why="", place=str(counter.place))
    assert (manager.status, await uses(counter)) == (422, [])
    await manager.press("Show the code", why=WHY, place=str(counter.place))

    shown = SHOWN.search(manager.page)
    assert shown is not None
    (use,) = await uses(counter)
    assert (use.kind, use.told, use.session_id, use.location_id) == (
        *(Kind.LOOK, True, sale),
        counter.place,
    )
    assert any("/n/" in each.text.reveal() for each in await counter.shop.sent()), before
    answered = await counter.shop.services.tills.answer(counter.shop.client, sale, shown[1])
    assert isinstance(answered, Proven)


@pytest.mark.parametrize(
    ("rank", "role", "may"),
    [
        *(("clerk", Role.CLERK, True), ("manager", Role.CLERK, False)),
        *(("owner", Role.MANAGER, False), ("owner", Role.OWNER, True)),
        ("clerk", Role.PHONE_AGENT, False),
    ],
)
async def test_a_setting_says_from_which_role_on_codes_are_read(
    counter: Counter, *, rank: str, role: Role, may: bool
) -> None:
    wanted = {"customer_pins": True, "show_in_wallet": True, "wallets_pulled_up_from": rank}
    await counter.shop.elsewhere(**wanted)  # type: ignore[arg-type]
    staff, _ = await at_card(counter, role)

    assert ("Read the code for the till" in staff.page) == may
    await press(staff, "/viewings", why=WHY, place=str(counter.place))

    assert staff.status == (200 if may else 404)
    assert bool(SHOWN.search(staff.page)) == may == bool(await uses(counter))
    if role in (Role.CLERK, Role.OWNER):
        await counter.asking(staff)
        assert (PULL_UP in staff.page) == may


async def test_no_code_is_read_at_a_card_while_wallets_show_none_or_elsewhere(
    counter: Counter,
) -> None:
    await switch(counter, Override.CUSTOMER_PINS)
    manager, path = await at_card(counter, Role.MANAGER)
    assert "Read the code for the till" not in manager.page

    await press(manager, "/viewings", why=WHY, place=str(counter.place))
    assert manager.status == 422
    assert "Wallets show no codes" in manager.page

    await switch(counter, Override.CUSTOMER_PINS, Override.SHOW_IN_WALLET)
    other = await counter.cashier(Role.MANAGER, await counter.shop.location("Süd"))
    await other.open(path)
    await press(other, "/viewings", why=WHY, place=str(counter.place))
    assert other.status == 404
    assert await uses(counter) == []


def sale_of(cashier: Bare) -> str:
    found = re.search(r"/till/sales/[0-9a-f-]{36}", cashier.path)
    assert found is not None
    return found[0]


async def test_a_master_pin_lets_one_through_at_a_registered_till(counter: Counter) -> None:
    made = await exceptions(counter)
    await switch(counter, Override.CUSTOMER_PINS, Override.MASTER_PIN)
    cashier = await registered(counter, made)
    await counter.asking(cashier)
    assert made.pin is not None

    await cashier.press("Open the wallet", why=WHY, pin="0000 0000 0001")
    assert "not the master PIN" in cashier.page
    await cashier.press("Open the wallet", why="", pin=made.pin.reveal())
    assert "A reason has" in cashier.page
    await cashier.press("Open the wallet", why=WHY, pin=made.pin.reveal())
    assert "100" in cashier.page

    (use,) = await uses(counter)
    assert (use.kind, use.told, use.terminal_id) == (
        Kind.MASTER_PIN,
        True,
        str(made.till.terminal.id),
    )
    await counter.take(cashier)
    await cashier.press("The till has booked it", order="4711")
    assert "receipt 4711" in cashier.page


async def test_where_nothing_else_works_a_sale_begins_with_the_master_pin(
    counter: Counter,
) -> None:
    made = await exceptions(counter)
    await switch(counter, Override.MASTER_PIN)
    cashier = await registered(counter, made)
    assert made.pin is not None

    await cashier.press("Go on", who=PHONE)
    assert await counter.shop.sent() == []
    await cashier.press("Open the wallet", why=WHY, pin=made.pin.reveal())

    assert "100" in cashier.page


async def test_without_a_registered_till_no_master_pin_is_offered_or_taken(
    counter: Counter,
) -> None:
    made = await exceptions(counter)
    await switch(counter, Override.CUSTOMER_PINS, Override.MASTER_PIN)
    cashier = await counter.asking(await counter.cashier(Role.MANAGER))
    assert PIN not in cashier.page
    assert made.pin is not None

    await press(cashier, "/master-pin", why=WHY, pin=made.pin.reveal())

    assert "no registered till" in cashier.page
    assert await uses(counter) == []


async def test_what_is_no_credential_makes_no_till(counter: Counter) -> None:
    cashier = await counter.cashier(Role.MANAGER)
    for typed in ("", "wt_" + "0" * 64, "ж" * 50):
        await cashier.open("/till/terminal")
        await cashier.press("Register", credential=typed)
        assert cashier.status == 422
        assert cashier.client.cookies.get("watchword-terminal") is None
