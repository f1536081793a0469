"""The way into a wallet: what is asked, and who it leads to.

Until a code has come back, everybody is asked the same, whoever they are: a contact point that we
know and one that we do not know both get a code. What is known of it is said only after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

import msgspec

from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import ContactId
from watchword.features.customers.rules import Customer, CustomerId, Origin
from watchword.features.limits.rules import DAY, HOUR, Cap, Limits
from watchword.features.wallet.rules import SecondFact
from watchword.foundation.secret import Secret

ArrivalId = NewType("ArrivalId", UUID)

LIFE = timedelta(minutes=20)
FROM_ONE_ADDRESS = Limits(sends=(Cap(20, HOUR), Cap(60, DAY)))
"""A family has one network address, and a shop may have one for all who stand in it."""
TRIES = 5


class Kind(StrEnum):
    """What somebody is on the way to."""

    SIGN_IN = "sign_in"
    PROOF = "proof"
    """Somebody who is signed in shows once more who they are."""
    CONTACT = "contact"
    """Somebody who is signed in shows that a new contact point is theirs."""


PURPOSES = {
    Kind.SIGN_IN: Purpose.WALLET_SIGNIN,
    Kind.PROOF: Purpose.STEP_UP,
    Kind.CONTACT: Purpose.CONTACT_VERIFICATION,
}


class Step(StrEnum):
    """What is asked next."""

    CODE = "code"
    SECOND = "second"
    """Several people have the contact point: who of them is it?"""
    NAME = "name"
    """Nobody has it: who is it?"""
    MERGE = "merge"
    """Somebody else with the same name and date of birth has it: is that one person?"""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What an arrival has to know of a person. It rests sealed, and for minutes.

    `to` is where the code went, masked; `then` a contact point that is to be proven after it, as
    kind and address; `proven` are those that were. `tries` counts second facts that were wrong.
    """

    to: str
    then: tuple[str, str] | None = None
    proven: tuple[str, ...] = ()
    tries: int = 0
    replaces: str | None = None
    session_id: str | None = None
    other_id: str | None = None

    def __repr__(self) -> str:
        return "Facts(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """`customer_id`: who is signed in already; of whoever signs in, it is not known yet."""

    id: ArrivalId
    kind: Kind
    step: Step
    contact_id: ContactId | None
    challenge_id: ChallengeId | None
    customer_id: CustomerId | None
    facts: Facts = field(repr=False)
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TooOften:
    """From there so many came that nobody comes in before this moment."""

    word: ClassVar = "too_often"

    moment: datetime


@dataclass(frozen=True, slots=True)
class NotReached:
    """No code goes there, whoever it belongs to."""

    word: ClassVar = "not_reached"


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such arrival, or its time is over."""

    word: ClassVar = "gone"


@dataclass(frozen=True, slots=True)
class NotTheSame:
    """The second fact does not go with anybody there; `left`: so many more tries there are."""

    word: ClassVar = "not_the_same"

    left: int


@dataclass(frozen=True, slots=True)
class NotEnough:
    """Several go with it: the other fact is needed, too."""

    word: ClassVar = "not_enough"


@dataclass(frozen=True, slots=True)
class Onward:
    """Something was shown, and something else is asked. The secret takes the place of the old."""

    secret: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is in. `onward`: the secret of a question that is still open."""

    secret: Secret = field(repr=False)
    onward: Secret | None = field(default=None, repr=False)
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A new contact point is theirs, and so is a new session. `onward`: as above."""

    secret: Secret = field(repr=False)
    onward: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who has all contact points that were proven, and what else is known of them."""

    customer: Customer
    is_proven: bool
    """They showed before that one of them is theirs."""
    last_fours: frozenset[str] = field(default=frozenset(), repr=False)
    is_recent: bool = False
    """It was added lately, by somebody else: it leads to nobody who is reached at another one."""

    @property
    def has_a_fact(self) -> bool:
        return self.customer.profile.birth_date is not None or bool(self.last_fours)


@dataclass(frozen=True, slots=True)
class Come:
    customer_id: CustomerId


@dataclass(frozen=True, slots=True)
class AskWho:
    """Who of these is it?"""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """It is somebody new."""


Found: TypeAlias = Come | AskWho | Nobody


def decide(candidates: Sequence[Candidate]) -> Found:
    """Decide who somebody is whose contact points are proven.

    Whoever only typed a number into a form does not come between it and its owner. One person
    who is on file with it, and never showed so, is asked for what else is on file. Where it was
    added lately, that is asked as well, and nothing that is said goes with it.
    """
    settled = [each for each in candidates if not each.is_recent]
    if candidates and not settled:
        return AskWho(())
    is_owned = any(each.is_proven for each in settled)
    meant = [
        each
        for each in settled
        if each.is_proven or not is_owned or each.customer.origin is not Origin.REGISTRATION
    ]
    if not meant:
        return Nobody()
    if len(meant) == 1 and (meant[0].is_proven or not meant[0].has_a_fact):
        return Come(meant[0].customer.id)
    return AskWho(tuple(meant))


def agreeing(candidates: Sequence[Candidate], fact: SecondFact) -> Sequence[Candidate]:
    """Give those with whom all goes together that was said, and something was said."""
    if fact.is_nothing:
        return []
    return [
        each
        for each in candidates
        if fact.birth_date in (None, each.customer.profile.birth_date)
        and (fact.last_four is None or fact.last_four in each.last_fours)
    ]


def guessed(arrival: Arrival) -> tuple[Arrival, int]:
    """Count a try; give how many are left."""
    tries = arrival.facts.tries + 1
    return with_facts(arrival, tries=tries), max(TRIES - tries, 0)


def asked_at(
    arrival: Arrival, masked: str, challenge_id: ChallengeId, contact_id: ContactId | None
) -> Arrival:
    """Note where a code was sent to."""
    arrival = with_facts(arrival, to=masked, tries=0)
    return replace(arrival, contact_id=contact_id, challenge_id=challenge_id)


def with_facts(arrival: Arrival, **facts: object) -> Arrival:
    return replace(arrival, facts=msgspec.structs.replace(arrival.facts, **facts))


def proven(arrival: Arrival) -> Arrival:
    """Note that the contact point which was asked has answered."""
    shown = (*arrival.facts.proven, str(arrival.contact_id))
    return with_facts(arrival, proven=tuple(dict.fromkeys(shown)), tries=0)


def asking(arrival: Arrival, step: Step) -> Arrival:
    return replace(with_facts(arrival, tries=0), step=step, challenge_id=None)


def of_customer(arrival: Arrival, customer_id: CustomerId) -> Arrival:
    return replace(arrival, customer_id=customer_id)
