"""What an asking is: that an application asked for a code under a scheme.

Its challenge, of the same id, says what became of it; what only the application knows of it rests
sealed beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from watchword.features.challenges.codebook import NO_AUTOFILL, Autofill, Payment, Telling
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import Challenge, ChallengeId, Status, status_at
from watchword.features.challenges.terms import Terms
from watchword.features.challenges.verdicts import Locked, Refusal, TooMany
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactId, ContactKind
from watchword.features.delivery.rules import MessageId, ProviderName, Sending
from watchword.features.schemes.meters.rules import Metered, UnknownMeter
from watchword.features.schemes.rules import NoScheme, Scheme, SchemeId
from watchword.foundation.secret import Secret

TELLS_PAYMENTS: Mapping[ContactKind, Channel] = {
    ContactKind.PHONE: Channel.SMS,
    ContactKind.EMAIL: Channel.EMAIL,
}
"""The channels whose words say what a code is for."""

PURPOSE = Purpose.CONTACT_VERIFICATION


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an application said when it asked. It may tell of a person, and rests sealed."""

    amount: str | None = None
    payee: str | None = None
    tags: Mapping[str, str] = {}

    @property
    def is_empty(self) -> bool:
        return not (self.amount or self.payee or self.tags)

    @property
    def payment(self) -> Payment | None:
        """Give the payment that a code is for, and for no other."""
        if self.amount is None or self.payee is None:
            return None
        return Payment(self.amount, self.payee)

    def __repr__(self) -> str:
        return "Said(…)"


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`vouched_at`: when the application said that it knows by itself. It is no proof of ours."""

    id: ChallengeId
    scheme_id: SchemeId
    contact_id: ContactId
    country: str | None
    created_at: datetime
    vouched_at: datetime | None = None
    sealed_said: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A code as it is asked for under a scheme. `metered`: by what, and whose, it is counted."""

    scheme_id: SchemeId
    contact: Contact = field(repr=False)
    channel: Channel | None
    locale: str
    brand: str | None = None
    own_code: Secret | None = None
    requester: Secret | None = None
    said: Said = NOTHING_SAID
    autofill: Autofill = NO_AUTOFILL
    metered: Mapping[str, str] = field(default_factory=dict, repr=False)
    telling: Telling = Telling.SENT
    """Whether anybody comes to know the code: of what only stands beside another, nobody does."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which asking is meant: by its id, or the last one to a contact point."""

    scheme_id: SchemeId
    who: ChallengeId | Contact = field(repr=False)


class Ending(StrEnum):
    """How an asking ends without a code that was typed here."""

    CANCELLED = "cancelled"
    VOUCHED = "vouched"
    """The application knows by itself who is there."""
    CONCEDED = "conceded"
    """Somebody else, who sent a code of their own, had it typed there."""


class Standing(StrEnum):
    """What an application sees of what became of an asking."""

    PENDING = "pending"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that carried the code."""

    id: MessageId
    channel: Channel
    provider: ProviderName
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An asking as its application sees it. `touched_at`: when it was ended, or tried just now.
    `sendings` are there where they are asked for."""

    word: ClassVar[str] = "seen"

    asking: Asking
    channel: Channel
    touched_at: datetime | None
    contact: Contact = field(repr=False)
    standing: Standing
    said: Said = NOTHING_SAID
    sendings: Sequence[Sent] = ()

    @property
    def changed_at(self) -> datetime:
        moments = [self.asking.created_at, *(each.created_at for each in self.sendings)]
        return max(moments if self.touched_at is None else [*moments, self.touched_at])


@dataclass(frozen=True, slots=True)
class NotThere:
    """There is no such asking, or it is over and of no use any more."""

    word: ClassVar[str] = "not_there"


@dataclass(frozen=True, slots=True)
class TriedOut:
    """Its attempts are used up."""

    word: ClassVar[str] = "tried_out"


@dataclass(frozen=True, slots=True)
class NoOwnCodes:
    """The scheme lets no application make codes itself."""

    word: ClassVar[str] = "no_own_codes"


@dataclass(frozen=True, slots=True)
class PaymentMissing:
    """Under the scheme each code is for one payment, and none is named."""

    word: ClassVar[str] = "payment_missing"


@dataclass(frozen=True, slots=True)
class NotTold:
    """By this channel nobody is told of a payment: on the telephone, or by fixed words."""

    word: ClassVar[str] = "not_told"

    channel: Channel | None


Unfit: TypeAlias = NoOwnCodes | PaymentMissing | NotTold
Started: TypeAlias = Seen | Refusal | NoScheme | Metered | UnknownMeter | Unfit
Checked: TypeAlias = Seen | NoScheme | NotThere | TriedOut | TooMany | Locked | PaymentMissing


def unfit(scheme: Scheme, wish: Wish) -> Unfit | None:
    """Look for what a scheme does not let be asked for so."""
    if wish.own_code is not None and not scheme.manner.custom_code_enabled:
        return NoOwnCodes()
    if not scheme.manner.psd2_enabled:
        return None
    if wish.said.payment is None:
        return PaymentMissing()
    return None if wish.channel in {None, *TELLS_PAYMENTS.values()} else NotTold(wish.channel)


def payment_of(scheme: Scheme, said: Said) -> Payment | None:
    """Give the payment that a code under a scheme is for, if its codes are for payments."""
    return said.payment if scheme.manner.psd2_enabled else None


def named(payment: Payment) -> str:
    """Name a payment as what a code approves."""
    return msgspec.json.encode(payment).decode()


def opening_of(scheme: Scheme, wish: Wish) -> Opening:
    """Say what is asked for in the words of challenges."""
    is_told = wish.telling is not Telling.KEPT
    own, pays = wish.own_code, payment_of(scheme, wish.said)
    length = scheme.manner.code_length if own is None else len(own.reveal())
    return Opening(
        purpose=PURPOSE,
        contact=wish.contact,
        channel=TELLS_PAYMENTS.get(wish.contact.kind) if pays else wish.channel,
        locale=wish.locale,
        requester=wish.requester,
        transaction=None if pays is None else named(pays),
        autofill=wish.autofill,
        telling=wish.telling,
        terms=Terms(
            scheme_id=scheme.id,
            code_length=length,
            own_code=own if is_told else None,
            is_own=own is not None,
            brand=wish.brand or scheme.name,
            pays=pays,
        ),
    )


STANDINGS: Mapping[Status, Standing] = {
    Status.PENDING: Standing.PENDING,
    Status.VERIFIED: Standing.APPROVED,
    Status.EXHAUSTED: Standing.EXHAUSTED,
    Status.EXPIRED: Standing.EXPIRED,
    Status.CANCELLED: Standing.CANCELLED,
    Status.SUPERSEDED: Standing.CANCELLED,
    Status.DENIED: Standing.CANCELLED,
}


def standing_of(asking: Asking, challenge: Challenge, now: datetime) -> Standing:
    if asking.vouched_at is not None:
        return Standing.APPROVED
    return STANDINGS[status_at(challenge, now)]


def sent_of(sendings: Sequence[Sending]) -> Sequence[Sent]:
    return [Sent(each.id, each.channel, each.provider, each.created_at) for each in sendings]


def is_readable(standing: Standing) -> bool:
    """Say whether there is still something to see: what is proven or expired is of no more use."""
    return standing not in {Standing.APPROVED, Standing.EXPIRED}
