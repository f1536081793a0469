"""Whoever opts out is not written to, and nobody can read who that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.features.consents.people import agree, may, write
from tests.stores import at_rest
from tests.whole_house import PHONE, Dealt, asked, email, phone, shown
from watchword.features.audit.rules import Action, Noun
from watchword.features.audit.store import AuditStore
from watchword.features.challenges.verdicts import Over
from watchword.features.clients.rules import Client
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.suppressions.rules import (
    About,
    OptedOut,
    SuppressionKind,
    stops,
)
from watchword.features.delivery.rules import ProviderName
from watchword.features.privacy.optouts.rules import Added, Lifted, NotOptedOut
from watchword.features.privacy.rules import BadReason
from watchword.features.restores.rules import OptOut, Taken, What
from watchword.features.restores.service import take_away
from watchword.features.restores.store import RestoredTables
from watchword.foundation.ids import EVERYWHERE
from watchword.wiring import Services

WHY = "said so at the till"
GATEWAY = ProviderName("gateway")
EVERYTHING, MARKETING = SuppressionKind.EVERYTHING, SuppressionKind.MARKETING


async def opt_out(
    services: Services,
    client: Client,
    kind: SuppressionKind = EVERYTHING,
    contact: Contact | None = None,
) -> Added:
    outcome = await services.privacy.opt_outs.add(client, contact or phone(), kind, WHY)
    assert isinstance(outcome, Added)
    return outcome


@given(kinds=st.sets(st.sampled_from(SuppressionKind)), about=st.sampled_from(About))
def test_a_code_is_stopped_by_everything_alone_and_advertising_by_either(
    kinds: set[SuppressionKind], about: About
) -> None:
    assert stops(kinds, about) is (
        EVERYTHING in kinds or (about is About.ADVERTISING and MARKETING in kinds)
    )


async def test_to_whoever_wants_nothing_no_challenge_is_opened_and_nothing_is_kept(
    services: Services, shop: Client
) -> None:
    await opt_out(services, shop)

    outcome = await services.challenges.open(shop, asked())

    assert outcome == OptedOut()
    assert await services.contacts.find(shop.organisation.id, phone()) is None
    assert await services.deliveries.claim(GATEWAY, 10) == []


async def test_whoever_wants_no_advertising_still_gets_a_code_that_they_ask_for(
    services: Services, shop: Client
) -> None:
    await opt_out(services, shop, MARKETING)

    shown(await services.challenges.open(shop, asked()))
    async with services.storage.reading(shop.organisation.id) as transaction:
        assert await services.privacy.opt_outs.stops(
            transaction, shop.organisation.id, phone(), About.ADVERTISING
        )


async def test_however_an_address_is_typed_it_is_the_same_wish(
    services: Services, shop: Client
) -> None:
    await opt_out(services, shop, contact=email("Ann@Example.org"))

    found = await services.privacy.opt_outs.of(shop.organisation.id, email("ann@example.ORG"))
    assert [each.kind for each in found] == [EVERYTHING]


async def test_what_was_on_its_way_ends_and_does_not_leave(
    services: Services, shop: Client, dealt: Dealt
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))

    added = await opt_out(services, shop)

    assert (added.is_new, added.ended) == (True, 1)
    assert await services.challenges.answer(shop, challenge.id, dealt.latest) == Over()
    assert await services.deliveries.claim(GATEWAY, 10) == []


async def test_advertising_ends_no_code(services: Services, shop: Client, dealt: Dealt) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))

    added = await opt_out(services, shop, MARKETING)

    assert added.ended == 0
    assert (await services.challenges.answer(shop, challenge.id, dealt.latest)).word == "verified"


async def test_a_code_that_is_pending_all_the_same_is_not_sent_again(
    services: Services, shop: Client
) -> None:
    challenge = shown(await services.challenges.open(shop, asked()))
    await opt_out(services, shop)
    whose = shop.organisation.id
    async with services.storage.begin(whose) as transaction:
        await transaction.run(
            "update challenges set status = 'pending' where id = :id", id=str(challenge.id)
        )

    assert await services.challenges.resend(shop, challenge.id, None) == OptedOut()


async def test_asked_again_it_stays_as_it_was(services: Services, shop: Client) -> None:
    first, second = await opt_out(services, shop), await opt_out(services, shop)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.suppression == second.suppression


async def test_what_staff_set_besides_is_not_lifted_by_those_who_have_set_it_themselves(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)
    await write(services, "STOP")

    added = await opt_out(services, shop, MARKETING)
    await write(services, "START")

    assert (added.is_new, added.suppression.created_by) == (False, shop.actor)
    assert not await may(services, shop)
    [there] = await services.privacy.opt_outs.of(shop.organisation.id, phone())
    assert there == added.suppression
    async with services.storage.reading(shop.organisation.id) as transaction:
        target = Noun.SUPPRESSION.of(there.id)
        entries = await AuditStore(transaction, shop.organisation.id).about(target)
    assert {(each.actor, each.details.get("reason")) for each in entries} == {
        ("machine:incoming_message", None),
        (shop.actor, WHY),
    }


async def test_a_copy_from_before_learns_that_staff_have_set_it_besides(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)
    await write(services, "STOP")
    [there] = await services.privacy.opt_outs.of(shop.organisation.id, phone())
    said = OptOut(there.digest, MARKETING, there.contact_kind, shop.actor)
    line = Taken(1, str(shop.organisation.id), What.OPT_OUT, str(there.id), said)

    async with services.storage.begin(EVERYWHERE) as transaction:
        tables = RestoredTables(transaction)
        taken = [await take_away(transaction, tables, line) for _ in range(2)]
    await write(services, "START")

    assert taken == [1, 0]
    assert not await may(services, shop)


async def test_what_staff_have_set_stays_theirs_whatever_the_person_says_besides(
    services: Services, shop: Client
) -> None:
    await agree(services, shop)
    await opt_out(services, shop, MARKETING)

    await write(services, "STOP")
    await write(services, "START")

    assert not await may(services, shop)


async def test_it_is_lifted_by_whoever_names_the_address_and_once(
    services: Services, shop: Client
) -> None:
    await opt_out(services, shop)
    opt_outs = services.privacy.opt_outs

    lifted = await opt_outs.lift(shop, phone(), EVERYTHING, WHY)
    again = await opt_outs.lift(shop, phone(), EVERYTHING, WHY)
    other = await opt_outs.lift(shop, phone(), MARKETING, WHY)

    assert isinstance(lifted, Lifted)
    assert (again, other) == (NotOptedOut(EVERYTHING), NotOptedOut(MARKETING))
    shown(await services.challenges.open(shop, asked()))


async def test_others_may_write_as_before(services: Services, shop: Client, tester: Client) -> None:
    mine, theirs = await opt_out(services, shop), await opt_out(services, tester, MARKETING)

    shown(await services.challenges.open(tester, asked()))
    assert mine.suppression.digest != theirs.suppression.digest


async def test_who_it_is_can_be_read_nowhere(
    services: Services, shop: Client, migrated: str
) -> None:
    added = await opt_out(services, shop)

    rest = await at_rest(migrated)
    whose = shop.organisation.id
    async with services.storage.reading(whose) as transaction:
        keys = await services.organisations.keys(transaction, whose)
    assert PHONE.encode() not in rest
    assert added.suppression.digest in rest
    assert added.suppression.digest != keys.blind("phone", PHONE)
    assert "digest" not in repr(added)


async def test_each_stands_in_the_ledger_with_who_why_and_of_what(
    services: Services, shop: Client
) -> None:
    added = await opt_out(services, shop)
    await services.privacy.opt_outs.lift(shop, phone(), EVERYTHING, "changed their mind")

    whose, target = shop.organisation.id, f"suppression:{added.suppression.id}"
    async with services.storage.reading(whose) as transaction:
        entries = await AuditStore(transaction, whose).about(target)
    assert {(each.action, each.actor, each.details["reason"]) for each in entries} == {
        (Action.SUPPRESSION_ADDED, shop.actor, WHY),
        (Action.SUPPRESSION_LIFTED, shop.actor, "changed their mind"),
    }
    assert all(each.details["kind"] == EVERYTHING for each in entries)


@pytest.mark.parametrize("reason", ["", "to a@b.de", "at 0170 1234567", "x" * 201])
async def test_without_a_reason_that_may_stay_nothing_changes(
    services: Services, shop: Client, reason: str
) -> None:
    opt_outs = services.privacy.opt_outs

    assert isinstance(await opt_outs.add(shop, phone(), EVERYTHING, reason), BadReason)
    assert isinstance(await opt_outs.lift(shop, phone(), EVERYTHING, reason), BadReason)
    assert await opt_outs.of(shop.organisation.id, phone()) == []


async def test_they_are_listed_page_by_page(services: Services, shop: Client) -> None:
    for number in range(5):
        await opt_out(services, shop, contact=phone(f"+49170123456{number}"))
    opt_outs, whose = services.privacy.opt_outs, shop.organisation.id

    first = await opt_outs.page(whose, most=3)
    second = await opt_outs.page(whose, most=3, after=first.after)

    ids = {each.id for each in (*first.items, *second.items)}
    assert (len(first.items), len(second.items), len(ids)) == (3, 2, 5)
    assert second.after is None
