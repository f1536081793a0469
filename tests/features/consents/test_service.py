"""Who agreed may be written to; who said stop may not, whatever was written down before."""

from collections.abc import Sequence

import pytest

from tests.whole_house import asked, phone
from watchword.features.audit.store import AuditStore
from watchword.features.clients.rules import Client
from watchword.features.consents.rules import (
    Agreement,
    ConsentGiven,
    Giving,
    NothingGiven,
    NothingShown,
    Record,
    Scope,
    Shown,
    Source,
    Standing,
    Started,
    Stopped,
    Withdrawing,
    Withdrawn,
    WrongKind,
)
from watchword.features.contacts.rules import Contact
from watchword.features.contacts.suppressions.rules import OptedOut, SuppressionKind
from watchword.wiring import Services

NEWS = Shown("en", "Offers from Sonnenhof by text, about 2 a week. STOP ends it.")
LATER = Shown("en", "Offers from Sonnenhof by text, every day.")
TEXT, EMAIL, WHATSAPP = Scope.TEXT, Scope.EMAIL, Scope.WHATSAPP


async def give(
    services: Services,
    shop: Client,
    scope: Scope = TEXT,
    source: Source = Source.STAFF,
    *,
    contact: Contact | None = None,
    shown: Shown = NEWS,
) -> Giving:
    async with services.storage.begin(shop.organisation.id) as transaction:
        return await services.consents.consents.give(
            transaction, shop, contact or phone(), Agreement(scope, source, shown)
        )


async def withdraw(
    services: Services, shop: Client, scope: Scope = TEXT, contact: Contact | None = None
) -> Withdrawing:
    async with services.storage.begin(shop.organisation.id) as transaction:
        return await services.consents.consents.withdraw(
            transaction, shop, contact or phone(), scope, Source.STAFF
        )


async def stop(services: Services, shop: Client, contact: Contact | None = None) -> Stopped:
    async with services.storage.begin(shop.organisation.id) as transaction:
        return await services.consents.consents.stop(
            transaction, shop.organisation, contact or phone(), Source.MESSAGE, TEXT
        )


async def start(services: Services, shop: Client) -> Started:
    async with services.storage.begin(shop.organisation.id) as transaction:
        return await services.consents.consents.start(transaction, shop.organisation, phone())


async def may(
    services: Services, shop: Client, scope: Scope = TEXT, contact: Contact | None = None
) -> bool:
    async with services.storage.reading(shop.organisation.id) as transaction:
        return await services.consents.consents.may_be_sent(
            transaction, shop.organisation.id, contact or phone(), scope
        )


async def book(services: Services, shop: Client) -> Sequence[Record]:
    async with services.storage.reading(shop.organisation.id) as transaction:
        return await services.consents.consents.of(transaction, shop.organisation.id, phone())


async def chosen(services: Services, shop: Client) -> set[str]:
    """Give the scopes by which somebody is chosen for a campaign."""
    async with services.storage.reading(shop.organisation.id) as transaction:
        rows = await transaction.all("select scope from consents")
    return {row["scope"] for row in rows}


async def test_who_agreed_may_be_written_to_in_that_way_alone(
    services: Services, shop: Client
) -> None:
    assert not await may(services, shop)

    given = await give(services, shop)

    assert isinstance(given, ConsentGiven)
    assert given.is_new
    assert await may(services, shop)
    assert not await may(services, shop, WHATSAPP)
    assert await chosen(services, shop) == {TEXT}
    [record] = await book(services, shop)
    assert (record.standing, record.shown, record.number) == (Standing.GIVEN, NEWS, 1)
    assert record.created_by == shop.actor


async def test_agreeing_again_adds_a_line_if_the_text_is_another(
    services: Services, shop: Client
) -> None:
    await give(services, shop)

    again = await give(services, shop)
    otherwise = await give(services, shop, shown=LATER)

    assert isinstance(again, ConsentGiven)
    assert not again.is_new
    assert isinstance(otherwise, ConsentGiven)
    assert otherwise.record.number == 2
    assert [each.shown for each in await book(services, shop)] == [LATER, NEWS]


async def test_what_was_withdrawn_does_not_hold_and_stays_in_the_book(
    services: Services, shop: Client
) -> None:
    await give(services, shop)

    assert isinstance(await withdraw(services, shop), Withdrawn)
    assert await withdraw(services, shop) == NothingGiven(TEXT)

    assert not await may(services, shop)
    assert await chosen(services, shop) == set()
    assert [each.standing for each in await book(services, shop)] == [
        Standing.WITHDRAWN,
        Standing.GIVEN,
    ]


@pytest.mark.parametrize(
    ("scope", "shown", "outcome"),
    [
        (EMAIL, NEWS, WrongKind(EMAIL, phone().kind)),
        (TEXT, Shown("en", "  "), NothingShown()),
        (TEXT, Shown("en", "x" * 2_001), NothingShown()),
    ],
    ids=["mail at a number", "nothing shown", "a novel"],
)
async def test_what_cannot_be_agreed_to_is_refused_and_nothing_is_kept(
    services: Services, shop: Client, scope: Scope, shown: Shown, outcome: Giving
) -> None:
    assert await give(services, shop, scope, shown=shown) == outcome

    assert await services.contacts.find(shop.organisation.id, phone()) is None


async def test_stop_ends_every_way_to_a_number_and_is_new_only_once(
    services: Services, shop: Client
) -> None:
    await give(services, shop)
    await give(services, shop, WHATSAPP)

    assert await stop(services, shop) == Stopped(is_new=True)
    assert await stop(services, shop) == Stopped(is_new=False)

    assert not await may(services, shop)
    assert not await may(services, shop, WHATSAPP)
    assert await chosen(services, shop) == set()
    assert {(each.scope, each.standing) for each in (await book(services, shop))[:1]} == {
        (TEXT, Standing.WITHDRAWN)
    }
    assert await services.privacy.opt_outs.of(shop.organisation.id, phone())


async def test_who_was_never_here_can_say_stop_and_is_not_kept_for_it(
    services: Services, shop: Client
) -> None:
    assert await stop(services, shop) == Stopped(is_new=True)

    assert await services.contacts.find(shop.organisation.id, phone()) is None
    [record] = await book(services, shop)
    assert (record.standing, record.source) == (Standing.WITHDRAWN, Source.MESSAGE)
    assert record.contact_id is None


async def test_nobody_agrees_for_somebody_who_said_stop_but_they_themselves(
    services: Services, shop: Client
) -> None:
    await stop(services, shop)

    for source in (Source.STAFF, Source.PROGRAM, Source.IMPORT):
        assert await give(services, shop, source=source) == OptedOut()
    assert isinstance(await give(services, shop, source=Source.FORM), ConsentGiven)

    assert await may(services, shop)


async def test_start_takes_up_what_stop_has_ended_and_nothing_else(
    services: Services, shop: Client
) -> None:
    await give(services, shop)
    await give(services, shop, WHATSAPP)
    await withdraw(services, shop, WHATSAPP)
    await stop(services, shop)

    started = await start(services, shop)

    assert [each.scope for each in started.given] == [TEXT]
    assert started.given[0].shown == NEWS
    assert await may(services, shop)
    assert not await may(services, shop, WHATSAPP)
    assert await start(services, shop) == Started(was_stopped=False)


@pytest.mark.parametrize("kind", SuppressionKind)
async def test_start_lifts_nothing_that_staff_have_set(
    services: Services, shop: Client, kind: SuppressionKind
) -> None:
    await give(services, shop)
    await services.privacy.opt_outs.add(shop, phone(), kind, "said so at the till")

    assert await chosen(services, shop) == set()
    assert await start(services, shop) == Started(was_stopped=False)
    assert not await may(services, shop)
    assert await give(services, shop, source=Source.FORM) == OptedOut()


async def test_who_is_opted_out_of_everything_hears_nothing_by_saying_start(
    services: Services, shop: Client
) -> None:
    await give(services, shop)
    await stop(services, shop)
    everything = SuppressionKind.EVERYTHING
    await services.privacy.opt_outs.add(shop, phone(), everything, "said so at the till")

    assert await start(services, shop) == Started(was_stopped=True)
    assert not await may(services, shop)
    assert await chosen(services, shop) == set()


async def test_each_line_is_in_the_audit_without_an_address(
    services: Services, shop: Client
) -> None:
    given = await give(services, shop)
    assert isinstance(given, ConsentGiven)

    async with services.storage.reading(shop.organisation.id) as transaction:
        store = AuditStore(transaction, shop.organisation.id)
        [entry] = await store.about(f"consent:{given.record.id}")
    assert (entry.action, entry.details) == ("consent.given", {"scope": "text", "source": "staff"})


async def test_who_was_forgotten_is_not_written_to_when_they_come_back(
    services: Services, shop: Client
) -> None:
    await give(services, shop)
    await stop(services, shop)
    await services.privacy.erasures.erase(shop, phone(), "asked for it")

    assert await services.contacts.find(shop.organisation.id, phone()) is None
    assert {each.contact_id for each in await book(services, shop)} == {None}
    assert await give(services, shop, source=Source.IMPORT) == OptedOut()
    assert not await may(services, shop)


async def test_who_was_forgotten_and_comes_back_has_to_agree_anew(
    services: Services, shop: Client
) -> None:
    await give(services, shop)
    await services.privacy.erasures.erase(shop, phone(), "asked for it")
    await services.challenges.open(shop, asked())

    assert await chosen(services, shop) == set()
    assert isinstance(await give(services, shop), ConsentGiven)
    assert await chosen(services, shop) == {TEXT}


async def test_asking_for_a_code_is_no_consent(services: Services, shop: Client) -> None:
    await services.challenges.open(shop, asked())

    assert not await may(services, shop)
    assert await chosen(services, shop) == set()
