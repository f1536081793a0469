"""A contact point that staff added lately opens nobody's wallet, and later not in silence."""

from datetime import timedelta

import pytest

from tests.web.console.bare import Bare
from tests.web.joining.garden import Garden, email, phone, post
from tests.web.wallet.holders import WALLET, come_in, cookie, known, messages
from tests.web.wallet.test_wallet import bare_page
from watchword.features.contacts.rules import Contact
from watchword.features.customers.rules import Changes, Customer

ADDED, NUMBER = "0170 7654321", "402177880131"
CAME_WITH = [
    pytest.param(True, (phone(), email()), id="shown"),
    pytest.param(False, (phone(), email()), id="typed"),
]


async def bob(garden: Garden, *contacts: Contact, is_shown: bool) -> Customer:
    """Make somebody with a card, to whom staff added a number a week later."""
    made = await known(garden, *contacts) if is_shown else await garden.customer(*contacts)
    await garden.card(made, NUMBER)
    garden.time.pass_by(timedelta(days=7))
    async with garden.services.storage.begin(garden.organisation.id) as transaction:
        changes = Changes(adds=[phone(ADDED)])
        await garden.services.customers.amend(transaction, garden.caller, made.id, changes)
    return made


async def say_four(garden: Garden, typed: str = ADDED) -> Bare:
    browser = await come_in(garden, mobile=typed)
    assert "Who are you?" in browser.page
    return await browser.press("Open my card", four=NUMBER[-4:])


async def shown(garden: Garden, customer: Customer) -> dict[str, bool]:
    now = await garden.services.customers.read(garden.organisation.id, customer.id)
    return {each.contact.address.reveal(): each.verified_at is not None for each in now.contacts}


@pytest.mark.parametrize(("is_shown", "contacts"), CAME_WITH)
async def test_it_lets_nobody_in_and_is_not_shown_to_be_theirs(
    garden: Garden, contacts: tuple[Contact, ...], *, is_shown: bool
) -> None:
    customer = await bob(garden, *contacts, is_shown=is_shown)

    browser = await say_four(garden)

    assert browser.status == 422
    assert cookie(browser) is None
    assert not (await shown(garden, customer))["+491707654321"]
    await browser.open(f"{WALLET}/vouchers")
    assert "Send me a code" in browser.page


async def test_it_is_refused_like_anybody_who_says_the_wrong_thing(garden: Garden) -> None:
    await bob(garden, phone(), is_shown=True)
    await garden.card(await garden.customer(phone("0170 7654322"), given="Carla"), "402177889999")

    lately, wrong = await say_four(garden), await say_four(garden, "0170 7654322")

    assert (lately.status, bare_page(lately)) == (wrong.status, bare_page(wrong))


async def test_it_opens_the_wallet_after_a_while_and_all_others_hear_of_it(garden: Garden) -> None:
    customer = await bob(garden, phone(), email(), is_shown=True)
    garden.time.pass_by(timedelta(days=1))
    await messages(garden)

    browser = await say_four(garden)

    assert "Anna Müller" in browser.page
    assert (await shown(garden, customer))["+491707654321"]
    assert len([each for each in await messages(garden) if "erreicht Sie jetzt" in each]) == 2
    await come_in(garden, mobile=ADDED)
    assert not [each for each in await messages(garden) if "erreicht Sie jetzt" in each]


async def test_it_opens_the_wallet_at_once_of_somebody_who_is_reached_nowhere_else(
    garden: Garden,
) -> None:
    await bob(garden, post(), is_shown=False)

    assert "Anna Müller" in (await say_four(garden)).page


async def test_taking_the_old_one_away_before_does_not_help(garden: Garden) -> None:
    customer = await bob(garden, phone(), is_shown=True)
    async with garden.services.storage.begin(garden.organisation.id) as transaction:
        changes = Changes(removes=[customer.contacts[0].contact_id])
        await garden.services.customers.amend(transaction, garden.caller, customer.id, changes)

    refused = await say_four(garden)
    garden.time.pass_by(timedelta(days=1))

    assert refused.status == 422
    assert "Anna Müller" in (await say_four(garden)).page


async def test_it_stands_between_nobody_and_a_wallet_of_their_own(garden: Garden) -> None:
    await known(garden, phone(ADDED), given="Carla")
    await bob(garden, phone(), is_shown=True)

    assert "Carla" in (await come_in(garden, mobile=ADDED)).page
