"""What happens to a batch of rows: who is new comes in, and who is known is let be."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watchword.features.cards.desk import number_place as card_place
from watchword.features.cards.history.store import HistoryStore
from watchword.features.cards.numbers import last_four
from watchword.features.cards.rules import (
    Card,
    CardId,
    Kind,
    Verification,
    VerificationId,
    derived,
)
from watchword.features.cards.service import COLUMN
from watchword.features.cards.store import CardStore, SealedNumber
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.accounts.rules import Account, AccountId, NewAccount, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.bulk.service import Bulk
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.store import CustomerStore
from watchword.features.imports.intake.rules import Decision, Key, Keyed, NewCard, decide
from watchword.features.imports.intake.store import KeyStore, NewKey, Tried
from watchword.features.imports.rows import Refusal, Row
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import OrganisationId, new_id, new_ids
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

ROWS = "imports"
EVIDENCE = ("imported",)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: `kept` are new, `known` were here; `verified` of the new cards."""

    kept: int = 0
    known: int = 0
    verified: int = 0
    refusals: Sequence[Refusal] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose a new card is, and what it is sealed and kept with."""

    customer_id: CustomerId
    account_id: AccountId
    person_id: str = field(repr=False)
    sealer: Sealer = field(repr=False)
    contact_ids: frozenset[ContactId]


class Intake:
    def __init__(self, *, organisations: Organisations, bulk: Bulk) -> None:
        self._organisations = organisations
        self._bulk = bulk

    async def take(
        self,
        transaction: Transaction,
        caller: Caller,
        rows: Sequence[Row],
        *,
        vouches: bool,
        own: ContactId | None = None,
    ) -> Taken:
        """Keep what is new of some rows. `vouches`: cards count as verified where the file says
        so; never one that is reached where the person is who brings it (`own`)."""
        whose = caller.organisation.id
        keys = await self._organisations.keys(transaction, whose)
        decision = await self._decided(transaction, keys, rows, {})
        news = [
            row.new if row.new.account else replace(row.new, account=NewAccount())
            for row in decision.new
        ]
        kept = await self._bulk.add_many(transaction, caller, news)
        owners = [
            _Owner(
                each.customer.id,
                _known(each.account).id,
                each.customer.person_id,
                each.sealer,
                frozenset(each.contact_ids),
            )
            for each in kept
        ]
        await KeyStore(transaction, whose).add(_new_keys(keys, decision, owners))
        desk = _CardDesk(transaction, caller, keys, own=own)
        return Taken(
            kept=decision.kept,
            known=decision.known,
            verified=await desk.add(decision.cards, owners, vouches=vouches),
            refusals=_refused(decision),
        )

    async def attempt(
        self, transaction: Transaction, whose: OrganisationId, rows: Sequence[Row], tried: Tried
    ) -> Taken:
        """Say what would become of some rows, and keep nothing."""
        keys = await self._organisations.keys(transaction, whose)
        keyed = _keyed(keys, rows)
        before = tried.known(key for each in keyed for key in (each.key, each.card) if key)
        decision = await self._decided(transaction, keys, rows, before)
        refused = {row.line for row, _ in decision.taken}
        tried.add(
            (key, before.get(each.key, each.key))
            for each in keyed
            if each.row.line not in refused
            for key in (each.key, each.card)
            if key
        )
        verified = sum(1 for row in rows if row.shown is not None and row.line not in refused)
        return Taken(decision.kept, decision.known, verified, _refused(decision))

    async def _decided(
        self,
        transaction: Transaction,
        keys: OrganisationKeys,
        rows: Sequence[Row],
        tried: Mapping[Key, Key],
    ) -> Decision:
        keyed = _keyed(keys, rows)
        store = KeyStore(transaction, keys.organisation_id)
        cards = [each.card for each in keyed if each.card is not None]
        known = await store.known([*(each.key for each in keyed), *cards])
        there = await store.cards(cards)
        return decide(keyed, {**tried, **known}, there)


class ImportKeys:
    """Hears what becomes of customers: who was merged is known under the other's id."""

    async def changed(
        self, transaction: Transaction, caller: Caller, before: Customer, after: Customer
    ) -> None:
        """Nothing changes: a row is known by what the file says, whatever staff have mended."""

    async def merged(
        self, transaction: Transaction, caller: Caller, kept: Customer, merged: Customer
    ) -> None:
        await KeyStore(transaction, caller.organisation.id).unite(kept.id, merged.id)

    async def erased(self, transaction: Transaction, caller: Caller, id: CustomerId) -> None:
        await KeyStore(transaction, caller.organisation.id).drop(id)


class _CardDesk:
    """Makes the cards of one batch."""

    def __init__(
        self,
        transaction: Transaction,
        caller: Caller,
        keys: OrganisationKeys,
        *,
        own: ContactId | None,
    ) -> None:
        self._transaction = transaction
        self._caller = caller
        self._whose = caller.organisation.id
        self._keys = keys
        self._own = own
        self._draw = new_ids()

    async def add(self, new: Sequence[NewCard], owners: Sequence[_Owner], *, vouches: bool) -> int:
        """Keep cards with their histories; count those that are verified."""
        cards, lines = list[tuple[Card, SealedNumber]](), list[Verification]()
        old = await self._old({each.owner for each in new if not isinstance(each.owner, int)})
        for each in new:
            number = each.row.card_number
            owner = owners[each.owner] if isinstance(each.owner, int) else old.get(each.owner)
            if number is None or owner is None:
                continue
            card = self._card(owner, number)
            if vouches and each.row.shown is not None and self._own not in owner.contact_ids:
                line = self._line(card, each.row)
                card = derived(card, [line], self._transaction.now())
                lines.append(line)
            cards.append((card, self._sealed(card, number, each.index, owner.sealer)))
        await CardStore(self._transaction, self._whose).add_many(cards)
        await HistoryStore(self._transaction, self._whose).add_many(lines)
        return len(lines)

    async def _old(self, ids: set[CustomerId]) -> Mapping[CustomerId, _Owner]:
        """Read whom a further card is for who was here before."""
        accounts, owners = AccountStore(self._transaction, self._whose), dict[CustomerId, _Owner]()
        customers = CustomerStore(self._transaction, self._whose)
        reached = defaultdict[CustomerId, set[ContactId]](set)
        for each in await ReachedStore(self._transaction, self._whose).of([*ids]):
            reached[each.customer_id].add(each.sealed.id)
        for sealed in await customers.some_as_it_grows(ids):
            id = sealed.customer.id
            held = await accounts.of(id)
            account: Account
            if held:
                account = held[0]
            else:
                account = opened(AccountId(new_id()), NewAccount(), self._transaction.now())
                await accounts.add([(account, id)])
            if sealed.key is not None:
                key = self._keys.unwrap_person(sealed.key.data_version, sealed.key.wrapped)
                owners[id] = _Owner(
                    id, account.id, sealed.key.person_id, Sealer({1: key}), frozenset(reached[id])
                )
        return owners

    def _card(self, owner: _Owner, number: Secret) -> Card:
        now = self._transaction.now()
        return Card(
            id=CardId(self._draw()),
            account_id=owner.account_id,
            customer_id=owner.customer_id,
            last_four=last_four(number),
            created_at=now,
            updated_at=now,
        )

    def _line(self, card: Card, row: Row) -> Verification:
        shown, now = row.shown, self._transaction.now()
        return Verification(
            id=VerificationId(new_id()),
            card_id=card.id,
            position=1,
            customer_id=card.customer_id,
            kind=Kind.CONFIRMED,
            means=None if shown is None else shown.means,
            actor=self._caller.actor,
            at=now if shown is None or shown.at is None else min(shown.at, now),
            evidence=EVIDENCE,
        )

    def _sealed(self, card: Card, number: Secret, index: Key, sealer: Sealer) -> SealedNumber:
        place = card_place(self._whose, card.id)
        return SealedNumber(index=index, sealed=sealer.seal(number.reveal().encode(), place))


def number_place(organisation_id: OrganisationId, id: str) -> Place:
    """Say where the number rests that a customer has elsewhere."""
    return Place(organisation_id, "import_keys", "number", id)


def _keyed(keys: OrganisationKeys, rows: Sequence[Row]) -> Sequence[Keyed]:
    return [
        Keyed(
            row,
            keys.blind(ROWS, row.known_by),
            None if row.card_number is None else keys.blind(COLUMN, row.card_number.reveal()),
        )
        for row in rows
    ]


def _new_keys(
    keys: OrganisationKeys, decision: Decision, owners: Sequence[_Owner]
) -> Iterator[NewKey]:
    draw = new_ids()
    for key, whose, row in decision.keys:
        id = str(draw())
        if not isinstance(whose, int):
            yield NewKey(id=id, key=key, customer_id=whose, person_id="")
            continue
        owner = owners[whose]
        number = None if row is None else row.customer_number
        sealed = None
        if number is not None:
            place = number_place(keys.organisation_id, id)
            sealed = owner.sealer.seal(number.reveal().encode(), place)
        yield NewKey(
            id=id,
            key=key,
            customer_id=owner.customer_id,
            person_id=owner.person_id,
            sealed_number=sealed,
        )


def _refused(decision: Decision) -> Sequence[Refusal]:
    return [
        Refusal(line=row.line, cells=row.cells, faults=[fault]) for row, fault in decision.taken
    ]


def _known(account: Account | None) -> Account:
    if account is None:
        raise ValueError("Whoever comes by a file has an account.")
    return account
