"""What a cashier is offered under each row of the truth table, and the exceptions from the code."""

import re

import pytest

from tests.features.redemptions.counter import WHY, enrol
from tests.features.redemptions.counter import Counter as Exceptions
from tests.web.console.bare import Bare
from tests.web.till.cashiers import PHONE, UNKNOWN, Counter, press
from watchword.features.organisations.settings.redemption import IN_STORE, Override, Way
from watchword.features.redemptions.overrides.rules import Kind, Use
from watchword.features.staff.permissions import Role
from watchword.features.tills.terminals.rules import NewTerminal

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
    assert clerk.status == 403

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
