"""Plans of fallback: by which channels a code goes out, one after the other, until it arrives.

A plan is declared for a purpose, by an organisation or by the operator for all. Each step names a
channel, and may name its providers, which then count as equal.
What was decided on the way is the trace of a challenge: each step, taken or skipped, and why.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactKind, PhoneLine
from watchword.features.delivery.rules import ProviderName, Sending
from watchword.features.organisations.settings.sections import Method
from watchword.features.prices.rules import Money

STEPS_AT_MOST = 6
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(seconds=600)
USUAL_WAIT = timedelta(seconds=30)

CHANNELS = {
    ContactKind.PHONE: (Channel.SMS, Channel.WHATSAPP, Channel.VOICE),
    ContactKind.EMAIL: (Channel.EMAIL,),
    ContactKind.POST: (Channel.LETTER,),
}
"""By which channels a contact point is reached; the first is used unless another is asked for."""

WRITTEN = {Channel.SMS, Channel.WHATSAPP}
"""Channels that a telephone on a wall cannot show."""


class Because(StrEnum):
    """Why a step was taken."""

    FIRST = "first"
    WANTED = "wanted"
    RESENT = "resent"
    NO_RECEIPT = "no_receipt"
    WAITED = "waited"
    """The time was over, and the provider before is one that never reports."""
    FAILED = "failed"


SETTING_OUT = {Because.FIRST, Because.WANTED, Because.RESENT}
"""Where somebody asked for a code just then. The other steps are taken by the plan itself."""


class Skipped(StrEnum):
    """Why a step was not taken."""

    WRONG_KIND = "does_not_lead_there"
    NOT_SERVED = "not_served"
    LANDLINE = "landline"
    SWITCHED_OFF = "switched_off"
    BLOCKED = "blocked"
    TOO_MANY = "too_many_messages"


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """An organisation has decided that codes for something do not go by some channels.

    `methods` are those by which its customers can confirm instead, in its order.
    """

    word: ClassVar = "switched_off"

    purpose: str
    channels: frozenset[Channel]
    methods: tuple[Method, ...]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to try, and for how many seconds to wait for it to arrive."""

    channel: Channel
    providers: tuple[str, ...] = ()
    wait_seconds: int = USUAL_WAIT.seconds


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The steps, in their order."""

    steps: tuple[Step, ...]


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One provider of one step. `place` counts the steps of the plan from 1.

    It is `is_pinned` where the plan names providers, and `is_choice` where one of several equal
    ones was chosen.
    """

    place: int
    channel: Channel
    provider: str
    wait_seconds: int
    is_pinned: bool = False
    is_choice: bool = False
    skipped: Skipped | None = None


class Considered(msgspec.Struct, frozen=True, array_like=True):
    """One attempt as it was decided about; `price` is in millionths of the currency."""

    place: int
    channel: Channel
    provider: str | None
    at: datetime
    wait_seconds: int = 0
    because: Because | None = None
    skipped: Skipped | None = None
    rule: str | None = None
    price: int | None = None
    currency: str | None = None
    is_choice: bool = False

    @property
    def was_taken(self) -> bool:
        return self.because is not None


class Route(msgspec.Struct, frozen=True, array_like=True):
    """What a challenge has tried, and what it may still try."""

    trace: tuple[Considered, ...] = ()
    ahead: tuple[Attempt, ...] = ()
    number_start: str | None = None
    """The beginning of the number, by which the figures of its providers are kept."""

    @property
    def wait(self) -> timedelta | None:
        """Give how long to wait before the next attempt; nothing, if there is none left."""
        if not self.trace or all(attempt.skipped for attempt in self.ahead):
            return None
        return timedelta(seconds=self.trace[-1].wait_seconds)

    @property
    def set_out_at(self) -> datetime | None:
        """Give the moment at which the plan was begun, or begun anew by a resend."""
        begun = [each.at for each in self.trace if each.because in SETTING_OUT]
        return begun[-1] if begun else None

    @property
    def choice(self) -> Considered | None:
        """Give the latest attempt, if its provider was chosen among equal ones."""
        taken = [each for each in self.trace if each.was_taken]
        return taken[-1] if taken and taken[-1].is_choice else None


NOTHING_TRIED = Route()


def considered(
    attempt: Attempt,
    at: datetime,
    *,
    because: Because | None = None,
    skipped: Skipped | None = None,
    rule: str | None = None,
    price: Money | None = None,
) -> Considered:
    """Write down what was decided about an attempt."""
    return Considered(
        place=attempt.place,
        channel=attempt.channel,
        provider=attempt.provider or None,
        at=at,
        wait_seconds=attempt.wait_seconds,
        because=because,
        skipped=skipped,
        rule=rule,
        is_choice=attempt.is_choice,
        price=None if price is None else price.micros,
        currency=None if price is None else price.currency,
    )


def passed_over(one: Considered) -> Considered:
    """Say of an attempt that nobody makes it, for what is asked does not go that way."""
    return msgspec.structs.replace(one, because=None, skipped=Skipped.NOT_SERVED, price=None)


def abandoned(route: Route, skipped: Skipped, now: datetime) -> Route:
    """Try nothing more, and write down why."""
    left = [considered(each, now, skipped=each.skipped or skipped) for each in route.ahead]
    return Route((*route.trace, *left), (), route.number_start)


def aged(route: Route, by: timedelta) -> Route:
    """Give a route as it looks when so much time has passed."""
    trace = [msgspec.structs.replace(each, at=each.at - by) for each in route.trace]
    return Route(tuple(trace), route.ahead, route.number_start)


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """There is no step to come, or the challenge is over."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Nothing more is to be tried: a message is there."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The message that is on its way is given more time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Onwards:
    """The next attempt is to be made now."""

    because: Because


Look: TypeAlias = NothingToDo | Arrived | Patience | Onwards


def find_faults(plan: Plan, served: Collection[tuple[Channel, str]]) -> list[str]:
    """Say what cannot be in a plan; `served`: each channel with each provider that serves it."""
    faults = []
    if not 1 <= len(plan.steps) <= STEPS_AT_MOST:
        faults.append(f"A plan has 1 to {STEPS_AT_MOST} steps.")
    for place, step in enumerate(plan.steps, start=1):
        if not SHORTEST_WAIT.seconds <= step.wait_seconds <= LONGEST_WAIT.seconds:
            faults.append(
                f"Step {place} waits {SHORTEST_WAIT.seconds} to {LONGEST_WAIT.seconds} seconds, "
                f"not {step.wait_seconds}."
            )
        if len({*step.providers}) < len(step.providers):
            faults.append(f"Step {place} names a provider twice.")
        faults += [
            f"Step {place}: there is no provider {name} that serves {step.channel} here."
            for name in step.providers
            if (step.channel, name) not in served
        ]
    return faults


def default_plan(contact: Contact, served: Collection[Channel]) -> Plan:
    """Give the plan where none is declared: one channel, and nothing after it."""
    for channel in CHANNELS[contact.kind]:
        if channel in served and reads(contact, channel):
            return Plan((Step(channel),))
    return Plan((Step(CHANNELS[contact.kind][0]),))


def leads_to(plan: Plan, kind: ContactKind) -> bool:
    """Say whether any step of a plan can reach that kind of contact point."""
    return any(step.channel in CHANNELS[kind] for step in plan.steps)


def reads(contact: Contact, channel: Channel) -> bool:
    return contact.line is not PhoneLine.LANDLINE or channel not in WRITTEN


def from_wish(plan: Plan, wanted: Channel | None) -> Plan:
    """Begin a plan with the channel that somebody asked for; the steps before it are let be."""
    if wanted is None:
        return plan
    for place, step in enumerate(plan.steps):
        if step.channel is wanted:
            return Plan(plan.steps[place:])
    return Plan((Step(wanted),))


def unfitness(step: Step, contact: Contact, ways: Sequence[ProviderName]) -> Skipped | None:
    """Say why a step cannot lead to a contact point; `ways`: those of its providers that exist."""
    if step.channel not in CHANNELS[contact.kind]:
        return Skipped.WRONG_KIND
    if not reads(contact, step.channel):
        return Skipped.LANDLINE
    return None if ways else Skipped.NOT_SERVED


def unfit(step: Step, place: int, skipped: Skipped) -> Attempt:
    """Keep in mind that a step is not to be taken, so that the trace can say so in its turn."""
    name = step.providers[0] if step.providers else ""
    return Attempt(place, step.channel, name, step.wait_seconds, skipped=skipped)


def attempts(step: Step, place: int, ways: Sequence[ProviderName]) -> Iterator[Attempt]:
    """Give the attempts of a step; `ways`: its providers, the best first.

    Where the plan names none, one attempt is enough: delivery itself goes on to the next provider
    while one is out of service. Where it names them, each is asked in turn.
    """
    is_pinned, is_choice = bool(step.providers), len(step.providers) > 1
    for provider in ways if is_pinned else ways[:1]:
        yield Attempt(place, step.channel, provider, step.wait_seconds, is_pinned, is_choice)


def look(
    sendings: Sequence[Sending],
    next_step_at: datetime,
    reporting: Collection[str],
    now: datetime,
) -> Look:
    """Decide whether the next attempt is to be made; the latest sending is the last.

    Of a provider that is not `reporting`, nothing is heard even when all is well; the plan goes on
    all the same, but it does not say that something was amiss.
    """
    if any(sending.has_arrived for sending in sendings):
        return Arrived()
    latest = sendings[-1] if sendings else None
    if latest is not None and latest.has_failed:
        return Onwards(Because.FAILED)
    if now < next_step_at:
        return Patience(next_step_at)
    if in_vain(sendings):
        return Onwards(Because.FAILED)
    is_silent = latest is not None and latest.provider not in reporting
    return Onwards(Because.WAITED if is_silent else Because.NO_RECEIPT)


def in_vain(sendings: Sequence[Sending]) -> bool:
    """Say whether there is no reason to go on waiting for the latest sending.

    What becomes of the ones before it is of no account: the plan has gone on from there.
    """
    latest = sendings[-1] if sendings else None
    return latest is not None and (latest.has_failed or latest.is_stalled)
