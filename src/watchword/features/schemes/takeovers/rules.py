"""What another product tells of a service of its own, and what becomes of it here.

A service keeps its id: so an application that is pointed here finds what it asks for, and what is
taken over again is known again. What is here and not there stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from watchword.features.schemes.meters.rules import (
    LONGEST,
    MOST_AT_MOST,
    Bound,
    BoundId,
    Meter,
    MeterId,
    NameTaken,
    SpanTaken,
    TooManyBounds,
    TooManyMeters,
    find_fault_of_bound,
    find_fault_of_meter,
)
from watchword.features.schemes.rules import (
    DIGITS_IN_A_NAME,
    LENGTH_AT_LEAST,
    LENGTH_AT_MOST,
    NAME_AT_MOST,
    Manner,
    Scheme,
    SchemeId,
    begun,
    changed,
    is_name,
)
from watchword.features.schemes.senders.rules import Sender


@dataclass(frozen=True, slots=True)
class ToldBound:
    id: BoundId
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class ToldMeter:
    id: MeterId
    name: str
    description: str | None
    bounds: Sequence[ToldBound] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A service as the other product tells it. `senders`: which one, by country. `manner`: as it is
    there, whatever of it can be here."""

    id: SchemeId
    name: str
    manner: Manner
    meters: Sequence[ToldMeter] = ()
    senders: Mapping[str, str] = field(default_factory=dict)
    webhooks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What there is of it here already."""

    scheme: Scheme | None = None
    meters: Sequence[Meter] = ()
    bounds: Sequence[Bound] = ()
    senders: Sequence[Sender] = ()
    is_full: bool = False
    """Whether the organisation has as many schemes as it may have."""


class Why(StrEnum):
    """Why something is not taken over, is otherwise, or has no effect here."""

    NO_NAME = (
        "no codes go out under its name: a name can be read, is no address of a page, and has "
        f"{NAME_AT_MOST} characters at most, of which {DIGITS_IN_A_NAME} at most are digits"
    )
    TOO_SHORT = f"codes have {LENGTH_AT_LEAST} digits at least here, so they have {LENGTH_AT_LEAST}"
    TOO_LONG = f"codes have {LENGTH_AT_MOST} digits at most here, so they have {LENGTH_AT_MOST}"
    TOO_MANY = "there are as many here as there may be"
    NAME_TAKEN = "something else here has this name"
    SPAN_TAKEN = "there is a bound over the same time here"
    TOO_MUCH = f"here, {MOST_AT_MOST} in a day are the most that can be counted"
    NO_EFFECT = "it is kept and told again, and has no effect here"
    NOT_HERE = "there is nothing like it here"


WHY: Mapping[type, Why] = {
    NameTaken: Why.NAME_TAKEN,
    TooManyMeters: Why.TOO_MANY,
    SpanTaken: Why.SPAN_TAKEN,
    TooManyBounds: Why.TOO_MANY,
}
"""What a rate limit is refused for, in the words of whoever takes it over."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is not taken over, is otherwise, or has no effect."""

    scheme_id: SchemeId
    what: str
    why: Why


Thing: TypeAlias = Scheme | Meter | Bound | Sender


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to write, and whether it is new; an old one that is as told is no step."""

    thing: Thing
    is_new: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """All that is to be written of one service, what is there already, and what is left."""

    steps: Sequence[Step]
    same: int
    left: Sequence[Left]


USUAL = Manner()
WITHOUT_EFFECT: Mapping[str, str] = {
    "lookup_enabled": "the look-up of carriers",
    "tts_name": "the name for the voice",
    "default_template_sid": "the default template",
    "verify_event_subscription_enabled": "the subscription to events",
    "push": "push",
    "totp": "one-time passwords of authenticator apps",
    "whatsapp": "the sender for WhatsApp",
    "passkeys": "passkeys",
}


def taking(told: Told, here: Here, now: datetime) -> Taking:
    """Decide what is written of a service."""
    if not is_name(told.name):
        # It is not repeated: who could not read it in a message cannot on a screen.
        return Taking((), 0, (Left(told.id, "the service", Why.NO_NAME),))
    if here.scheme is None and here.is_full:
        return Taking((), 0, (Left(told.id, told.name, Why.TOO_MANY),))
    told, otherwise = _as_it_can_be(told)
    sheet = _Sheet(told, here, now)
    sheet.take_scheme()
    for meter in told.meters:
        if sheet.take_meter(meter):
            for bound in meter.bounds:
                sheet.take_bound(meter, bound)
    for country, sid in told.senders.items():
        sheet.take_sender(country, sid)
    left = [*otherwise, *_without_effect(told), *sheet.left]
    return Taking(tuple(sheet.steps), sheet.same, tuple(left))


class _Sheet:
    """What is decided of one service, line by line."""

    def __init__(self, told: Told, here: Here, now: datetime) -> None:
        self._told = told
        self._here = here
        self._now = now
        self._meters = {each.id: each for each in here.meters}
        self._names = {each.name: each.id for each in here.meters}
        self._bounds = {each.id: each for each in here.bounds}
        self.steps: list[Step] = []
        self.left: list[Left] = []
        self.same = 0

    def take_scheme(self) -> None:
        there, told = self._here.scheme, self._told
        if there is None:
            self._write(None, begun(told.id, told.name, told.manner, self._now))
        else:
            is_same = (there.name, there.manner) == (told.name, told.manner)
            after = there if is_same else changed(there, told.name, told.manner, self._now)
            self._write(there, after)

    def take_meter(self, meter: ToldMeter) -> bool:
        """Say whether there is one to put bounds on."""
        if (there := self._meters.get(meter.id)) is not None:
            is_same = there.description == meter.description
            after = replace(there, description=meter.description, changed_at=self._now)
            self._write(there, there if is_same else after)
            return True
        if fault := find_fault_of_meter(meter.name, self._names):
            return self._leave(f"the rate limit {meter.name}", WHY[type(fault)])
        self._names[meter.name] = meter.id
        new = Meter(
            id=meter.id,
            scheme_id=self._told.id,
            name=meter.name,
            description=meter.description,
            created_at=self._now,
            changed_at=self._now,
        )
        self._write(None, new)
        return True

    def take_bound(self, meter: ToldMeter, bound: ToldBound) -> None:
        what = f"{bound.most} in {bound.seconds} s by the rate limit {meter.name}"
        there = self._bounds.get(bound.id)
        others = [
            each.seconds
            for each in self._bounds.values()
            if each.meter_id == meter.id and each.id != bound.id
        ]
        fault = find_fault_of_bound(bound.seconds, others)
        if bound.most > MOST_AT_MOST or timedelta(seconds=bound.seconds) > LONGEST:
            self._leave(what, Why.TOO_MUCH)
        elif fault is not None:
            self._leave(what, WHY[type(fault)])
        else:
            after = self._bound(meter, bound, there)
            self._bounds[bound.id] = after
            self._write(there, after)

    def take_sender(self, country: str, sid: str) -> None:
        there = next((each for each in self._here.senders if each.country == country), None)
        if there is not None:
            is_same = there.service_sid == sid
            after = there if is_same else replace(there, service_sid=sid, changed_at=self._now)
            return self._write(there, after)
        new = Sender(
            scheme_id=self._told.id,
            country=country,
            service_sid=sid,
            created_at=self._now,
            changed_at=self._now,
        )
        return self._write(None, new)

    def _bound(self, meter: ToldMeter, bound: ToldBound, there: Bound | None) -> Bound:
        if there is not None:
            if (there.most, there.seconds) == (bound.most, bound.seconds):
                return there
            return replace(there, most=bound.most, seconds=bound.seconds, changed_at=self._now)
        return Bound(
            id=bound.id,
            meter_id=meter.id,
            most=bound.most,
            seconds=bound.seconds,
            created_at=self._now,
            changed_at=self._now,
        )

    def _write(self, before: Thing | None, after: Thing) -> None:
        if before == after:
            self.same += 1
        else:
            self.steps.append(Step(after, is_new=before is None))

    def _leave(self, what: str, why: Why) -> bool:
        self.left.append(Left(self._told.id, what, why))
        return False


def _as_it_can_be(told: Told) -> tuple[Told, Sequence[Left]]:
    """Give a service with codes as long as they can be here: the nearest length, and that it is so.
    For a length that nobody else has, the other services do not stay where they are."""
    length = told.manner.code_length
    taken = min(max(length, LENGTH_AT_LEAST), LENGTH_AT_MOST)
    if taken == length:
        return told, ()
    manner = msgspec.structs.replace(told.manner, code_length=taken)
    why = Why.TOO_SHORT if length < taken else Why.TOO_LONG
    return replace(told, manner=manner), (Left(told.id, f"the length of codes, {length}", why),)


def _without_effect(told: Told) -> Iterator[Left]:
    """Name what was chosen otherwise than everybody has it, and does nothing here."""
    for name, said in WITHOUT_EFFECT.items():
        if getattr(told.manner, name) != getattr(USUAL, name):
            yield Left(told.id, said, Why.NO_EFFECT)
    if told.senders:
        yield Left(told.id, "the choice of a messaging service by country", Why.NO_EFFECT)
    if told.webhooks:
        yield Left(told.id, f"webhooks: {told.webhooks}", Why.NOT_HERE)
