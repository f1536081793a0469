"""A sale at a till or in a shop on the web, and what shows that its customer is there.

A session knows a customer, and tells nothing about them until they have proven to be there. The
proof is good for this sale alone: for one reward and one amount, and for ten minutes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias, assert_never
from uuid import UUID

from watchword.features.cards.rules import Card, CardId, may_redeem
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.customers.accounts.rules import Account, AccountId
from watchword.features.customers.rules import (
    Customer,
    CustomerContact,
    CustomerId,
    Reachable,
)
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings import redemption
from watchword.features.organisations.settings.redemption import Way
from watchword.features.organisations.settings.sections import Redemption as Settings
from watchword.features.rewards.rules import RewardId
from watchword.foundation.secret import Secret

TillSessionId = NewType("TillSessionId", UUID)

PROOF_LIFE = timedelta(minutes=10)
NAME_IN_MESSAGE = 30
"""Characters of the name of a reward, so that a text message stays one."""


class Kind(StrEnum):
    STORE = "store"
    ONLINE = "online"
    """A shop on the web: no staff stand between, and the customer types the code."""


class State(StrEnum):
    ASKING = "asking"
    PROVEN = "proven"
    SUPERSEDED = "superseded"
    """Another till has asked for the same customer since."""
    BURNT = "burnt"
    """After the proof, something else was asked for than what was proven."""
    ENDED = "ended"


class Proof(StrEnum):
    """By what a customer was let through."""

    SENT_CODE = Way.SENT_CODE.value
    WALLET_CODE = Way.WALLET_CODE.value
    MASTER_PIN = Way.MASTER_PIN.value
    DIRECT = "direct"
    """By nothing: the organisation asks for no code, and the key may do without."""
    VOUCHER = "voucher"
    """By what they took along from their wallet, for a till without a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a proof is for. Whatever is not named yet is fixed by the first reservation."""

    reward_id: RewardId | None = None
    amount: int | None = None
    """What the customer buys, in the smallest unit of the currency of the reward."""


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A card, as it is typed or scanned."""

    number: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A sale that begins. `is_sent`: whether the code is to be sent; if not, the customer looks
    it up in their wallet."""

    who: Contact | CardNumber = field(repr=False)
    kind: Kind = Kind.STORE
    location_id: LocationId | None = None
    terminal_id: str | None = None
    staff: str | None = None
    wanted: Wanted = Wanted()
    currency: str = ""
    locale: str | None = None
    is_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What a customer wants in place of what was asked for before."""

    wanted: Wanted
    is_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSession:
    """`client` is who opened it, as the ledger names them; nobody else can use it."""

    id: TillSessionId
    kind: Kind
    client: str
    location_id: LocationId | None
    terminal_id: str | None
    staff: str | None
    contact_id: ContactId
    customer_id: CustomerId | None = None
    card_id: CardId | None = None
    challenge_id: ChallengeId | None = None
    wanted: Wanted = Wanted()
    points: int | None = None
    """What the reward cost when the code was asked for: the customer has agreed to no more."""
    currency: str
    way: Proof | None = None
    locale: str
    state: State = State.ASKING
    opened_at: datetime
    expires_at: datetime
    proven_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another till asks for the same customer since; this one is over."""

    word: ClassVar = "superseded"


@dataclass(frozen=True, slots=True)
class Burnt:
    """Something else was asked for than what was proven, so the proof is gone."""

    word: ClassVar = "burnt"


@dataclass(frozen=True, slots=True)
class SessionOver:
    """The session has ended, or its time is over."""

    word: ClassVar = "session_over"


@dataclass(frozen=True, slots=True)
class NotProven:
    """Nobody has proven to be there yet."""

    word: ClassVar = "not_proven"


@dataclass(frozen=True, slots=True)
class Shut:
    """The organisation lets nobody through in this way, now."""

    word: ClassVar = "shut"


@dataclass(frozen=True, slots=True)
class NotChosen:
    """Several customers are reached there, and nobody has said yet which one it is."""

    word: ClassVar = "not_chosen"


@dataclass(frozen=True, slots=True)
class NoAccount:
    """The customer has no points to spend, or no card of theirs may be used."""

    word: ClassVar = "no_account"


Closed: TypeAlias = Superseded | Burnt | SessionOver
Unusable: TypeAlias = Closed | NotProven | Shut


def binding(session: TillSession) -> str:
    """Write what a code approves: this sale, and as much of it as is known."""
    reward_id, amount = session.wanted.reward_id, session.wanted.amount
    return f"till:{session.id}:{reward_id or ''}:{'' if amount is None else amount}"


def closed(session: TillSession, now: datetime) -> Closed | None:
    """Say how a session has ended, if it has."""
    match session.state:
        case State.SUPERSEDED:
            return Superseded()
        case State.BURNT:
            return Burnt()
        case State.ENDED:
            return SessionOver()
        case State.ASKING | State.PROVEN:
            return SessionOver() if now >= session.expires_at else None
        case never:
            assert_never(never)


def is_open(kind: Kind, way: Proof, settings: Settings) -> bool:
    """Say whether somebody may be let through in a way, as the settings are now."""
    if way is Proof.DIRECT:
        return not settings.require_code
    ways = redemption.in_store(settings) if kind is Kind.STORE else redemption.online(settings)
    return Way(way) in ways


def usable(session: TillSession, settings: Settings, now: datetime) -> Unusable | None:
    """Say why a proof cannot be used, as things are at this moment."""
    if over := closed(session, now):
        return over
    if session.way is None or session.state is not State.PROVEN:
        return NotProven()
    return None if is_open(session.kind, session.way, settings) else Shut()


def proven(
    session: TillSession, way: Proof, customer_id: CustomerId | None, now: datetime
) -> TillSession:
    return replace(
        session,
        state=State.PROVEN,
        way=way,
        customer_id=customer_id,
        proven_at=now,
        expires_at=now + PROOF_LIFE,
    )


def anew(before: TillSession, other: Other, who: Contact) -> NewSession:
    """Begin a sale again where it is, for the same customer and for something else."""
    return NewSession(
        who=who,
        kind=before.kind,
        location_id=before.location_id,
        terminal_id=before.terminal_id,
        staff=before.staff,
        wanted=other.wanted,
        currency=before.currency,
        locale=before.locale,
        is_sent=other.is_sent,
    )


def fixed(session: TillSession, wanted: Wanted, points: int) -> TillSession | Burnt:
    """Fix what a proof is for; whoever wants something else than was proven has lost it, and so has
    whoever wants it for more `points`."""
    proven_for = session.wanted
    is_other_reward = proven_for.reward_id not in (None, wanted.reward_id)
    is_other_amount = proven_for.amount not in (None, wanted.amount)
    is_dearer = session.points is not None and points > session.points
    if is_other_reward or is_other_amount or is_dearer:
        return Burnt()
    return replace(session, wanted=wanted)


def over(session: TillSession, state: State, now: datetime) -> TillSession:
    return replace(session, state=state, ended_at=now)


def where_to_write(customer: Customer, settled: Reachable) -> CustomerContact | None:
    """Choose where to reach a customer who is known by their card: by telephone, or by e-mail, of
    what counts already."""
    counting = [each for each in customer.contacts if settled.tie(each.contact_id)]
    working = [each for each in counting if each.bad_since is None]
    for kind in (ContactKind.PHONE, ContactKind.EMAIL):
        for contact in sorted(working, key=lambda each: each.verified_at is None):
            if contact.kind is kind:
                return contact
    return None


def where_to_copy(customers: Sequence[Reachable], to: Contact) -> ContactId | None:
    """Choose the e-mail address for a copy: one that is proven, of the only one who is meant."""
    if len(customers) != 1 or to.kind is not ContactKind.PHONE:
        return None
    for each in customers[0].ties:
        is_theirs = each.verified_at is not None and each.bad_since is None
        if each.kind is ContactKind.EMAIL and is_theirs:
            return each.contact_id
    return None


def besides(customers: Sequence[Reachable], id: ContactId | None) -> Sequence[ContactId]:
    """Give the other contact points at which codes for the same people may be live."""
    return [
        each.contact_id
        for customer in customers
        for each in customer.ties
        if each.kind is not ContactKind.POST and each.contact_id != id
    ]


def account_of(
    cards: Collection[Card], accounts: Sequence[Account], used: CardId | None
) -> AccountId | NoAccount:
    """Choose the account that pays: that of the card that was used, or of one that may be.

    Whoever has cards of which none may be used cannot go around that by their telephone.
    """
    if used is not None:
        cards = [card for card in cards if card.id == used]
    usable_cards = sorted(filter(may_redeem, cards), key=lambda card: (card.created_at, card.id))
    if usable_cards:
        return usable_cards[0].account_id
    if cards or used is not None or not accounts:
        return NoAccount()
    return accounts[0].id
