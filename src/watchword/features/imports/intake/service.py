"""What happens to a batch of rows: who is new comes in, and who is known is let be."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from msgspec.structs import replace as struct_replace

from watchword.features.cards.desk import number_place as card_place
from watchword.features.cards.history.store import HistoryStore
from watchword.features.cards.numbers import last_four
from watchword.features.cards.rules import (
    IMPORTED,
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
from watchword.features.contacts.service import index_of
from watchword.features.contacts.suppressions.rules import digest_of
from watchword.features.customers.accounts.rules import Account, AccountId, NewAccount, opened
from watchword.features.customers.accounts.store import AccountStore
from watchword.features.customers.bulk.rules import ReadyCustomer
from watchword.features.customers.bulk.service import Bulk, Kept
from watchword.features.customers.bulk.service import made_ready as made_ready_customer
from watchword.features.customers.reached.store import ReachedStore
from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.customers.store import CustomerStore
from watchword.features.imports.agreements import Agreement
from watchword.features.imports.intake.desk import AgreementDesk
from watchword.features.imports.intake.rules import (
    Decision,
    Key,
    NewCard,
    ReadyAgreement,
    ReadyCard,
    ReadyRow,
    decide,
)
from watchword.features.imports.intake.store import KeyStore, NewKey, Tried
from watchword.features.imports.ports import Book
from watchword.features.imports.rows import Refusal, Row, Shown
from watchword.features.organisations.keys import OrganisationKeys
from watchword.features.organisations.service import Organisations
from watchword.foundation.ids import Id, OrganisationId, new_id, new_ids
from watchword.foundation.sealing import Place, Sealer
from watchword.foundation.secret import Secret
from watchword.foundation.storage import Transaction

ROWS = "imports"
EVIDENCE = (IMPORTED,)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: `kept` are new, `known` were here; `verified` of the new cards;
    `agreed`: consents that are new in the book."""

    kept: int = 0
    known: int = 0
    verified: int = 0
    agreed: int = 0
    refusals: Sequence[Refusal] = field(default=(), repr=False)


class Intake:
    def __init__(self, *, organisations: Organisations, bulk: Bulk, book: Book) -> None:
        """`book`: where it is kept who agreed to what."""
        self._organisations = organisations
        self._bulk = bulk
        self._book = book

    async def take(
        self,
        transaction: Transaction,
        caller: Caller,
        rows: Sequence[ReadyRow],
        *,
        vouches: bool,
        own: ContactId | None = None,
    ) -> Taken:
        """Keep what is new of some rows. `vouches`: cards count as verified where the file says
        so; never one that is reached where the person is who brings it (`own`)."""
        whose = caller.organisation.id
        keys = await self._organisations.keys(transaction, whose)
        decision = await self._decided(transaction, whose, rows, {})
        ready = [_sealed(row) for row in decision.new]
        kept = await self._bulk.keep(transaction, whose, ready)
        await KeyStore(transaction, whose).add(_new_keys(decision, kept))
        desk = _CardDesk(transaction, caller, keys, own=own)
        agreed = await AgreementDesk(transaction, whose, decision).agreed(kept)
        return Taken(
            kept=decision.kept,
            known=decision.known,
            verified=await desk.add(decision.cards, kept, vouches=vouches),
            agreed=len(await self._book.take(transaction, caller, agreed)) if agreed else 0,
            refusals=_refused(decision),
        )

    async def attempt(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        rows: Sequence[ReadyRow],
        tried: Tried,
    ) -> Taken:
        """Say what would become of some rows, and keep nothing."""
        before = tried.known(key for row in rows for key in (row.key, row.card_key) if key)
        decision = await self._decided(transaction, whose, rows, before)
        refused = {row.line for row, _ in decision.taken}
        tried.add(
            (key, before.get(row.key, row.key))
            for row in rows
            if row.line not in refused
            for key in (row.key, row.card_key)
            if key
        )
        verified = sum(1 for row in rows if row.shown is not None and row.line not in refused)
        agreed = await AgreementDesk(transaction, whose, decision).attempt(self._book, tried)
        return Taken(decision.kept, decision.known, verified, agreed, _refused(decision))

    def announce(self, whose: OrganisationId) -> None:
        """Tell whoever hears of consents, once they are durable."""
        self._book.announce(whose)

    async def _decided(
        self,
        transaction: Transaction,
        whose: OrganisationId,
        rows: Sequence[ReadyRow],
        tried: Mapping[Key, Key],
    ) -> Decision:
        store = KeyStore(transaction, whose)
        cards = [row.card_key for row in rows if row.card_key is not None]
        known = await store.known([*(row.key for row in rows), *cards])
        return decide(rows, {**tried, **known}, await store.cards(cards))


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

    async def add(self, new: Sequence[NewCard], kept: Sequence[Kept], *, vouches: bool) -> int:
        """Keep cards with their histories; count those that are verified."""
        cards, lines = list[tuple[Card, SealedNumber]](), list[Verification]()
        old = await self._old({each.owner for each in new if not isinstance(each.owner, int)})
        for each in new:
            ready, shown = each.row.card, each.row.shown
            owner = kept[each.owner] if isinstance(each.owner, int) else old.get(each.owner)
            if ready is None or owner is None:
                continue
            card = self._card(owner, ready)
            if vouches and shown is not None and self._own not in owner.contact_ids:
                line = self._line(card, shown)
                card = derived(card, [line], self._transaction.now())
                lines.append(line)
            cards.append((card, SealedNumber(index=ready.index, sealed=self._sealed(owner, ready))))
        await CardStore(self._transaction, self._whose).add_many(cards)
        await HistoryStore(self._transaction, self._whose).add_many(lines)
        return len(lines)

    async def _old(self, ids: set[CustomerId]) -> Mapping[CustomerId, "_Old"]:
        """Read whom a further card is for who was here before."""
        accounts, owners = AccountStore(self._transaction, self._whose), dict[CustomerId, _Old]()
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
                owners[id] = _Old(id, account.id, [*reached[id]], Sealer({1: key}))
        return owners

    def _card(self, owner: "Kept | _Old", ready: ReadyCard) -> Card:
        now, account_id = self._transaction.now(), owner.account_id
        if account_id is None:
            raise ValueError("Whoever comes by a file has an account.")
        return Card(
            id=ready.id,
            account_id=account_id,
            customer_id=owner.id,
            last_four=ready.last_four,
            created_at=now,
            updated_at=now,
        )

    def _line(self, card: Card, shown: Shown) -> Verification:
        now = self._transaction.now()
        return Verification(
            id=VerificationId(new_id()),
            card_id=card.id,
            position=1,
            customer_id=card.customer_id,
            kind=Kind.CONFIRMED,
            means=shown.means,
            actor=self._caller.actor,
            at=now if shown.at is None else min(shown.at, now),
            evidence=EVIDENCE,
        )

    def _sealed(self, owner: "Kept | _Old", ready: ReadyCard) -> bytes:
        if isinstance(owner, Kept):
            return ready.sealed
        place = card_place(self._whose, ready.id)
        return owner.sealer.seal(ready.number.encode(), place)


class _Old(NamedTuple):
    """Somebody who was here before, and what a further card of theirs is sealed with."""

    id: CustomerId
    account_id: AccountId
    contact_ids: Sequence[ContactId]
    sealer: Sealer


def made_ready(
    keys: OrganisationKeys, row: Row, locale: str, draw: Callable[[], Id], *, is_trial: bool
) -> ReadyRow:
    """Seal a row before anybody is asked about it; `locale` is that of the organisation."""
    number = row.card_number
    card_key = None if number is None else keys.blind(COLUMN, number.reveal())
    keyed = ReadyRow(
        line=row.line,
        cells=row.cells,
        key=keys.blind(ROWS, row.known_by),
        card_key=card_key,
        shown=row.shown,
    )
    if row.agreed is not None:
        keyed = _with_agreements(keys, keyed, row, row.agreed, is_trial=is_trial)
    if is_trial:
        return keyed
    new = row.new if row.new.account else replace(row.new, account=NewAccount())
    customer, sealer = made_ready_customer(keys, new, locale, draw)
    card = None
    if number is not None and card_key is not None:
        card = _ready_card(keys.organisation_id, number, card_key, sealer, CardId(draw()))
    key_id, sealed = draw(), None
    if row.customer_number is not None:
        place = number_place(keys.organisation_id, str(key_id))
        sealed = sealer.seal(row.customer_number.reveal().encode(), place)
    return struct_replace(keyed, customer=customer, card=card, key_id=key_id, number=sealed)


def _with_agreements(
    keys: OrganisationKeys,
    ready: ReadyRow,
    row: Row,
    agreed: Sequence[Agreement],
    *,
    is_trial: bool,
) -> ReadyRow:
    """Add who agreed; in a trial, also where each customer is reached."""
    contacts = row.new.contacts if is_trial else ()
    return struct_replace(
        ready,
        agreed=[
            ReadyAgreement(
                way=each.way,
                index=index_of(keys, each.contact),
                digest=digest_of(keys, each.contact),
                at=each.at,
                wording=each.wording,
            )
            for each in agreed
        ],
        reached=[index_of(keys, contact) for contact in contacts],
    )


def _ready_card(
    whose: OrganisationId, number: Secret, index: Key, sealer: Sealer, id: CardId
) -> ReadyCard:
    said = number.reveal()
    sealed = sealer.seal(said.encode(), card_place(whose, id))
    return ReadyCard(id, index, last_four(number), sealed, said)


def number_place(organisation_id: OrganisationId, id: str) -> Place:
    """Say where the number rests that a customer has elsewhere."""
    return Place(organisation_id, "import_keys", "number", id)


def _sealed(row: ReadyRow) -> ReadyCustomer:
    if row.customer is None:
        raise ValueError("A row that was only tried cannot be kept.")
    return row.customer


def _new_keys(decision: Decision, kept: Sequence[Kept]) -> Iterator[NewKey]:
    draw = new_ids()
    for key, whose, row in decision.keys:
        if not isinstance(whose, int):
            yield NewKey(id=str(draw()), key=key, customer_id=whose, person_id="")
            continue
        yield NewKey(
            id=str(draw() if row is None else row.key_id),
            key=key,
            customer_id=kept[whose].id,
            person_id=_sealed(decision.new[whose]).sealed.person_id,
            sealed_number=None if row is None else row.number,
        )


def _refused(decision: Decision) -> Sequence[Refusal]:
    return [
        Refusal(line=row.line, cells=row.cells, faults=[fault]) for row, fault in decision.taken
    ]
