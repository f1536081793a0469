"""Customers who are known inside out, so that a test can say by itself who is meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from watchword.features.audiences.rules import Choice, Filter
from watchword.features.audiences.store import AudienceStore
from watchword.features.cards.rules import Card
from watchword.features.clients.rules import Client
from watchword.features.consents.rules import Agreement, ConsentGiven, Scope, Shown, Source
from watchword.features.contacts.rules import Contact, read_email, read_phone
from watchword.features.customers.accounts.rules import NewAccount
from watchword.features.customers.rules import (
    START,
    Customer,
    CustomerId,
    NewCustomer,
    Origin,
    Profile,
)
from watchword.features.organisations.rules import LocationId
from watchword.foundation.clock import to_microseconds
from watchword.foundation.ids import new_id
from watchword.wiring import Services

NEWS = Shown("en", "Offers from us, about 2 a week. STOP ends it.")
BOUGHT = """
    insert into point_transfers (
        organisation_id, id, account_id, kind, giver, taker, points, amount, actor, at, location_id
    ) values (
        :whose, :id, :account_id, 'earned', 'issued', 'available', 1, 100, 'test', :at, :location
    )
"""
VERIFY = "update cards set state = 'verified' where organisation_id = :whose and id = :id"
ACCOUNT = "select account_id from cards where organisation_id = :whose and id = :id"


@dataclass
class Somebody:
    """What a test knows of a customer."""

    id: CustomerId
    points: int
    locale: str
    tags: frozenset[str]
    scopes: frozenset[Scope]
    bought: Sequence[tuple[date, LocationId | None]]
    verified: bool
    phone: Contact
    email: Contact
    card: Card


def is_meant(one: Somebody, said: Filter) -> bool:
    """Say it again in other words: the test's own reading of a filter."""
    days = [day for day, _ in one.bought]
    there = [
        day
        for day, place in one.bought
        if not said.bought_at or (place is not None and place in said.bought_at)
    ]
    return (
        (not said.consents or bool(one.scopes & {*said.consents}))
        and (said.points_from is None or one.points >= said.points_from)
        and (said.points_to is None or one.points <= said.points_to)
        and (not said.never_bought or not days)
        and (said.bought_since is None or any(day >= said.bought_since for day in there))
        and (not said.bought_at or bool(there))
        and (
            said.not_bought_since is None
            or (bool(days) and all(day < said.not_bought_since for day in days))
        )
        and (not said.tags_any or bool(one.tags & {*said.tags_any}))
        and not one.tags & {*said.tags_none}
        and (not said.languages or one.locale in said.languages)
        and said.card_verified in {None, one.verified}
    )


@dataclass
class Crowd:
    services: Services
    caller: Client
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))

    @property
    def whose(self) -> str:
        return str(self.caller.organisation.id)

    async def come(
        self,
        *,
        points: int = 0,
        locale: str = "de",
        tags: Sequence[str] = (),
        scopes: Sequence[Scope] = (Scope.TEXT,),
        bought: Sequence[tuple[date, LocationId | None]] = (),
        verified: bool = False,
    ) -> Somebody:
        number = next(self.numbers)
        phone, email = a_phone(f"+49170{number}"), an_email(f"c{number}@example.org")
        new = NewCustomer(
            profile=Profile("Anna", f"Adler{number}"),
            contacts=(phone, email),
            origin=Origin.STAFF,
            locale=locale,
            account=NewAccount(points=points),
        )
        made = await self.services.customers.create(self.caller, new)
        assert isinstance(made, Customer)
        card = await self.services.cards.cards.create(self.caller, made.id, f"99{number}")
        assert isinstance(card, Card), card
        await self.services.tags.set(self.caller, made.id, tags)
        for scope in scopes:
            await self.agree(email if scope is Scope.EMAIL else phone, scope)
        await self._live(card, bought, verified=verified)
        return Somebody(
            *(made.id, points, locale, frozenset(tags), frozenset(scopes), bought, verified),
            *(phone, email, card),
        )

    async def agree(self, contact: Contact, scope: Scope) -> None:
        async with self.services.storage.begin(self.caller.organisation.id) as transaction:
            given = await self.services.consents.consents.give(
                transaction, self.caller, contact, Agreement(scope, Source.STAFF, NEWS)
            )
        assert isinstance(given, ConsentGiven)

    async def _live(
        self, card: Card, bought: Sequence[tuple[date, LocationId | None]], *, verified: bool
    ) -> None:
        async with self.services.storage.begin(self.caller.organisation.id) as transaction:
            if verified:
                await transaction.run(VERIFY, whose=self.whose, id=str(card.id))
            for day, place in bought:
                noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
                await transaction.run(
                    BOUGHT,
                    whose=self.whose,
                    id=str(new_id()),
                    account_id=str(card.account_id),
                    at=to_microseconds(noon),
                    location=None if place is None else str(place),
                )

    async def chosen(
        self, choice: Choice, scope: Scope = Scope.TEXT, most: int = 5
    ) -> list[tuple[CustomerId, str]]:
        """Go through all, a few at once, as a campaign does."""
        found, after = list[tuple[CustomerId, str]](), START
        while True:
            async with self.services.storage.reading(self.caller.organisation.id) as transaction:
                store = AudienceStore(transaction, self.caller.organisation.id)
                some = await store.page(choice, scope, after, most)
            found += [(each.customer_id, str(each.contact_id)) for each in some.chosen]
            if some.after is None:
                return found
            after = some.after

    def today(self) -> date:
        return self.services.storage.now().date()

    def ago(self, days: int) -> date:
        return self.today() - timedelta(days=days)


def a_phone(number: str) -> Contact:
    read = read_phone(number, "DE")
    assert isinstance(read, Contact)
    return read


def an_email(address: str) -> Contact:
    read = read_email(address)
    assert isinstance(read, Contact)
    return read
