"""What a change will do, said before it is saved: each effect is a small value.

Pages put them into words. Whoever changes settings reads sentences, not switches: nobody can
redeem with these settings.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from watchword.features.organisations.settings.redemption import Way, in_store, is_ignored, online
from watchword.features.organisations.settings.sections import (
    Access,
    Approvals,
    Exceptions,
    Joining,
    Messages,
    Method,
    Offline,
    Redemption,
    Section,
    Verification,
)

LANDLINE = (Method.LETTER, Method.IN_STORE, Method.PHONE)
"""By which methods somebody can confirm who has no more than a telephone on the wall."""

CONTACT_ONLY = (Method.SMS, Method.EMAIL, Method.WHATSAPP)
"""What proves that somebody has a contact point in their hands, and no more."""

SENT_BY = (Method.SMS, Method.EMAIL, Method.WHATSAPP, Method.LETTER)
"""Methods for which something is sent, so that somebody has to carry it."""


CAPS = ("uses_by_staff", "uses_by_terminal", "uses_by_customer", "value_once", "value_a_day")
"""What bounds the master PIN."""


@dataclass(frozen=True, slots=True)
class NobodyRedeems:
    word: ClassVar = "nobody_redeems"
    mood: ClassVar = "bad"


@dataclass(frozen=True, slots=True)
class RedeemedBy:
    """What works in store, and what where no staff stand between."""

    in_store: tuple[Way, ...]
    online: tuple[Way, ...]
    word: ClassVar = "redeemed_by"
    mood: ClassVar = ""


@dataclass(frozen=True, slots=True)
class CodesEnd:
    """Codes for redemptions that are on their way now end at once."""

    word: ClassVar = "codes_end"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A setting has no effect because of another."""

    field: str
    word: ClassVar = "ignored"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class WithoutCode:
    """Integrations may be let in without a code."""

    word: ClassVar = "without_code"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class MoreExceptions:
    """More may be redeemed by the master PIN than so far; `fields` say in what way."""

    fields: tuple[str, ...]
    word: ClassVar = "more_exceptions"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class NoExceptions:
    """A cap is so low that no master PIN lets anybody through, whatever else is on."""

    fields: tuple[str, ...]
    word: ClassVar = "no_exceptions"
    mood: ClassVar = "bad"


@dataclass(frozen=True, slots=True)
class WorstCase:
    """What can be lost at one location before its tills are heard of again. `tills` are those of
    the location that has most; `each` may be taken in by one of them, and `whole` by all."""

    tills: int
    each: int
    whole: int
    hours: int
    currency: str = ""
    word: ClassVar = "worst_case"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class NoVouchers:
    """Nobody takes vouchers along from now on, and tills that ask again take none in."""

    word: ClassVar = "no_vouchers"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class NobodyVerifies:
    word: ClassVar = "nobody_verifies"
    mood: ClassVar = "bad"


@dataclass(frozen=True, slots=True)
class LandlineOnly:
    """What is left to customers who have no more than a landline; perhaps nothing."""

    methods: tuple[Method, ...]
    word: ClassVar = "landline_only"

    @property
    def mood(self) -> str:
        return "wait" if self.methods else "bad"


@dataclass(frozen=True, slots=True)
class MethodsEnd:
    """By these methods no code is sent for a card from now on."""

    methods: tuple[Method, ...]
    word: ClassVar = "methods_end"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Methods that are on, and yet are not offered: they prove no more than a contact point."""

    methods: tuple[Method, ...]
    word: ClassVar = "too_little"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class CountsAfter:
    """So long from now on a contact point that staff or a program added verifies no card."""

    hours: int
    is_sooner: bool
    word: ClassVar = "counts_after"

    @property
    def mood(self) -> str:
        return "wait" if self.is_sooner else ""


@dataclass(frozen=True, slots=True)
class TwoMessages:
    """Each code for a card by WhatsApp has a second message beside it, which costs as much."""

    word: ClassVar = "two_messages"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class NotServed:
    """Methods that are on, and that no provider serves here."""

    methods: tuple[Method, ...]
    word: ClassVar = "not_served"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class Registers:
    """Whether customers can get a card by themselves from now on."""

    is_open: bool
    word: ClassVar = "registers"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class LocksYouOut:
    address: str
    word: ClassVar = "locks_you_out"
    mood: ClassVar = "bad"


@dataclass(frozen=True, slots=True)
class ComesFromAnywhere:
    """Staff may sign in from everywhere again."""

    word: ClassVar = "from_anywhere"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class OneAlone:
    """What needed a second person can be done by one alone."""

    word: ClassVar = "one_alone"
    mood: ClassVar = "wait"


@dataclass(frozen=True, slots=True)
class Speaks:
    """Messages for which no language is asked are in this one."""

    language: str
    word: ClassVar = "speaks"
    mood: ClassVar = ""


Effect: TypeAlias = (
    NobodyRedeems
    | RedeemedBy
    | CodesEnd
    | Ignored
    | WithoutCode
    | MoreExceptions
    | NoExceptions
    | WorstCase
    | NoVouchers
    | NobodyVerifies
    | LandlineOnly
    | MethodsEnd
    | NotServed
    | TooLittle
    | CountsAfter
    | TwoMessages
    | Registers
    | LocksYouOut
    | ComesFromAnywhere
    | OneAlone
    | Speaks
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What effects depend on besides the settings.

    `served`: the methods by which something can be sent here. `is_locked_out`: whether whoever
    asks could not come in any more. `language` is that of the organisation. `tills`: how many the
    location has that has most; `currency`: what rewards are worth something in, if there are any.
    """

    served: Collection[Method]
    language: str
    address: str = ""
    is_locked_out: bool = False
    tills: int = 0
    currency: str = ""


def effects(  # noqa: PLR0911 - one for each section
    before: Section, after: Section, around: Surroundings
) -> tuple[Effect, ...]:
    """Say what it means that one section takes the place of another."""
    match before, after:
        case Verification(), Verification():
            return (*_of_verification(before, after, around),)
        case Joining(), Joining():
            return (Registers(after.open),) if before.open != after.open else ()
        case Redemption(), Redemption():
            return (*_of_redemption(before, after),)
        case Exceptions(), Exceptions():
            return (*_of_exceptions(before, after),)
        case Offline(), Offline():
            return (*_of_offline(before, after, around),)
        case Access(), Access():
            return (*_of_access(before, after, around),)
        case Approvals(), Approvals():
            return (*_of_approvals(before, after),)
        case Messages(), Messages():
            so_far, then = (each.language or around.language for each in (before, after))
            return (Speaks(then),) if so_far != then else ()
        case _:
            return ()


def _of_verification(
    before: Verification, after: Verification, around: Surroundings
) -> Iterator[Effect]:
    ended = tuple(each for each in before.methods if each not in after.methods)
    weak = tuple(each for each in after.methods if each in CONTACT_ONLY)
    if not after.methods or (after.more_than_contact and len(weak) == len(after.methods)):
        yield NobodyVerifies()
    elif _landline(before) != _landline(after):
        yield LandlineOnly(_landline(after))
    if after.methods and any(each in SENT_BY for each in ended):
        yield MethodsEnd(tuple(each for each in ended if each in SENT_BY))
    if after.more_than_contact and weak:
        yield TooLittle(weak)
    if after.whatsapp_link and not before.whatsapp_link:
        is_offered = Method.WHATSAPP in after.methods and not after.more_than_contact
        yield TwoMessages() if is_offered else Ignored("whatsapp_link")
    unserved = tuple(
        each for each in after.methods if each in SENT_BY and each not in around.served
    )
    if unserved:
        yield NotServed(unserved)
    if before.recent_hours != after.recent_hours:
        yield CountsAfter(after.recent_hours, after.recent_hours < before.recent_hours)


def _landline(section: Verification) -> tuple[Method, ...]:
    return tuple(each for each in section.methods if each in LANDLINE)


def _of_redemption(before: Redemption, after: Redemption) -> Iterator[Effect]:
    if not in_store(after):
        yield NobodyRedeems()
    elif (in_store(before), online(before)) != (in_store(after), online(after)):
        yield RedeemedBy(_ordered(in_store(after)), _ordered(online(after)))
    if before.customer_pins and not after.customer_pins:
        yield CodesEnd()
    for field in ("show_in_wallet", "copy_to_email", "clerks_enter_master_pin"):
        if getattr(after, field) and is_ignored(after, field):
            yield Ignored(field)
    if before.require_code and not after.require_code:
        yield WithoutCode()


def _of_exceptions(before: Exceptions, after: Exceptions) -> Iterator[Effect]:
    shut = tuple(name for name in CAPS if getattr(after, name) == 0)
    if shut:
        yield NoExceptions(shut)
        return
    raised = tuple(name for name in CAPS if getattr(after, name) > getattr(before, name))
    if raised:
        yield MoreExceptions(raised)


def _of_offline(before: Offline, after: Offline, around: Surroundings) -> Iterator[Effect]:
    if after.offline_vouchers:
        each = after.value_by_terminal
        whole = around.tills * each
        yield WorstCase(around.tills, each, whole, after.kit_hours, around.currency)
    elif before.offline_vouchers:
        yield NoVouchers()


def _ordered(ways: Collection[Way]) -> tuple[Way, ...]:
    return tuple(way for way in Way if way in ways)


def _of_access(before: Access, after: Access, around: Surroundings) -> Iterator[Effect]:
    if around.is_locked_out:
        yield LocksYouOut(around.address)
    if before.networks and not after.networks:
        yield ComesFromAnywhere()


def _of_approvals(before: Approvals, after: Approvals) -> Iterator[Effect]:
    from_, to = (
        {name for name in each.__struct_fields__ if getattr(each, name) is True}
        for each in (before, after)
    )
    if from_ - to:
        yield OneAlone()
