"""Whoever types what may be a stranger's learns from no page whether the stranger is known."""

import re
from datetime import timedelta

import pytest

from tests.web.joining.garden import EMAIL, Garden, email, phone, post
from tests.web.wallet.holders import WALLET, come_in, messages
from watchword.features.contacts.suppressions.rules import SuppressionKind
from watchword.features.customers.rules import Customer
from watchword.features.organisations.settings.sections import SectionName

MASK = re.compile(r'<span class="to">([^<]+)</span>')
DRAWN = re.compile(r"[0-9a-f]{32}|•\d{4}")
OTHER, SOMEBODY_ELSE = "192.0.2.2", {"given_name": "Thea", "family_name": "Dieb"}


def masks(page: str) -> list[str]:
    """Give what a page shows of where its buttons lead."""
    return MASK.findall(page)


def without_marks(page: str) -> str:
    """Give a page without what is drawn anew for each browser, and without the end of a number."""
    return DRAWN.sub("", page)


def names_none_of(page: str, customer: Customer) -> bool:
    ids = [each.contact_id for each in customer.contacts]
    return not any(spelled in page.lower() for id in ids for spelled in (str(id), id.hex))


async def test_no_form_names_a_contact_point_by_its_id_which_says_since_when_it_is_known(
    garden: Garden,
) -> None:
    owner = await garden.customer(phone(), email())

    stranger = await garden.register(email=EMAIL, typed=SOMEBODY_ELSE)

    assert [each.partition(":")[0] for each in garden.ways(stranger) if ":" in each] == [
        "sms",
        "email",
        "whatsapp",
    ]
    assert names_none_of(stranger.page, owner)


async def test_another_browser_calls_the_same_contact_point_by_another_name(
    garden: Garden,
) -> None:
    one = await garden.register()
    other = await garden.register(garden.browser(OTHER), typed=SOMEBODY_ELSE)

    assert {*garden.ways(one)} & {*garden.ways(other)} == {"in_store", "phone"}
    await garden.press_way(other, garden.ways(one)[0])
    assert "Enter the code" not in other.page


async def test_a_wallet_does_not_name_a_stranger_s_address_by_its_id(garden: Garden) -> None:
    owner = await garden.customer(email())
    thief = await garden.choose(await garden.register(email=EMAIL, typed=SOMEBODY_ELSE), "sms")
    await thief.press("Verify the card", code=garden.dealt.latest)

    await (await come_in(garden, thief)).open(f"{WALLET}/profile")

    assert "not confirmed" in thief.page
    assert names_none_of(thief.page, owner)


@pytest.mark.parametrize("typed", ["Anna@Example.ORG", "ANNA@example.org", "anna@EXAMPLE.org"])
async def test_a_mailbox_that_is_known_looks_like_one_that_is_not(
    garden: Garden, typed: str
) -> None:
    unknown = await garden.register(mobile="", email=typed.replace("@", ".x@"), typed=SOMEBODY_ELSE)
    await garden.customer(email())

    known = await garden.register(
        garden.browser(OTHER), mobile="", email=typed, typed=SOMEBODY_ELSE
    )

    assert masks(known.page) == masks(unknown.page) == ["a•••@example.org"]


async def test_a_letter_box_that_is_known_looks_like_one_that_is_not(garden: Garden) -> None:
    await garden.set(SectionName.VERIFICATION, '{"methods": ["letter"]}')
    typed = {"given_name": "anna", "family_name": "müller", "mobile": "", "postal_code": "80331"}
    typed |= {"city": "MÜNCHEN"}
    unknown = await garden.register(typed={**typed, "street": "Gartenstraße 6"})
    await garden.customer(post())

    known = await garden.register(
        garden.browser(OTHER), typed={**typed, "street": "Gartenstraße 5"}
    )

    assert masks(known.page) == masks(unknown.page) == ["A••• · 80••• München"]


async def test_whoever_wants_to_hear_nothing_looks_like_all_others(garden: Garden) -> None:
    opt_outs, silent = garden.services.privacy.opt_outs, "0170 7654321"
    await opt_outs.add(garden.caller, phone(silent), SuppressionKind.EVERYTHING, "by post")
    one = await garden.choose(await garden.register(), "sms")
    other = await garden.register(garden.browser(OTHER), typed=SOMEBODY_ELSE, mobile=silent)

    await garden.choose(other, "sms")

    assert "Enter the code" in one.page
    for browser in (one, other):
        assert browser.status == 200
    assert without_marks(other.page) == without_marks(one.page)
    for browser in (one, other):
        await browser.press("Verify the card", code="000000")
    assert (other.status, without_marks(other.page)) == (one.status, without_marks(one.page))
    garden.time.pass_by(timedelta(minutes=3))
    for browser in (one, other):
        await browser.press("Send it again")
    assert (other.status, without_marks(other.page)) == (one.status, without_marks(one.page))
    assert len(await messages(garden)) == 2
