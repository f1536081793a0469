"""Forms of settings: what was typed is read into values; what is none is kept as it was typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from watchword.features.organisations.settings.catalogue import FACTS, Own, Value, values_of
from watchword.features.organisations.settings.colours import COLOUR, Brand, brand
from watchword.features.organisations.settings.layers import Layers
from watchword.features.organisations.settings.rules import Because, Fault
from watchword.features.organisations.settings.sections import (
    Method,
    OptIn,
    Preset,
    Rank,
    SectionName,
)
from watchword.web.console.forms import Form

DIGITS_AT_MOST = 6
OUT = ("vouchers_by_customer", "value_by_customer")
TAKEN_IN = ("vouchers_by_terminal", "value_by_terminal")
CAPS = ("uses_by_staff", "uses_by_terminal", "uses_by_customer", "value_once", "value_a_day")
SESSIONS = ("idle_minutes", "whole_hours")
HOURS = ("life_hours", "recent_hours", "opens", "closes")
CONSENT = ("opt_in_requests", "offers_from", "offers_until")
SPANS = ("voucher_hours", "kit_hours", "grace_hours")
NUMBERS = frozenset(
    {
        *SESSIONS,
        *CAPS,
        *HOURS,
        *OUT,
        *TAKEN_IN,
        *SPANS,
        *CONSENT,
        "registrations_per_hour",
        "campaign_recipients",
    }
)
MAY_BE_EMPTY = frozenset(SESSIONS)
LINES = frozenset({"networks", "embed_origins", "own_networks"})
COLOURS = frozenset({"colour", "colour_on_dark"})
UP, DOWN = "up:", "down:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form as it stands: values, and for those that cannot be read, what was typed.

    `order` has all methods, those that are off at its end. `back`: what is to be inherited again.
    """

    values: Own
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    order: tuple[Method, ...] = ()
    back: frozenset[str] = frozenset()
    faults: Mapping[str, Fault] = field(default_factory=dict)


def fields_at(section: SectionName, *, is_location: bool) -> tuple[str, ...]:
    """Give the fields that a form has: at a location, those in which it may differ."""
    facts = FACTS[section]
    return tuple(name for name, fact in facts.items() if fact.per_location or not is_location)


def draft_of(layers: Layers, own: Own | None = None) -> Draft:
    """Give the form as it is when nobody has typed anything; `own`: as somebody wanted it."""
    section = layers.effective if own is None else layers.with_own(own)
    fields = fields_at(layers.section, is_location=layers.here is not None)
    values = {name: value for name, value in values_of(section).items() if name in fields}
    return Draft(values=values, order=_whole_order(values.get("methods")))


def read_draft(layers: Layers, form: Form) -> Draft:
    """Read what a page sent."""
    fields = fields_at(layers.section, is_location=layers.here is not None)
    values: dict[str, Value] = {}
    typed: dict[str, str] = {}
    faults: dict[str, Fault] = {}
    order = _read_order(form.all("order"))
    for name in fields:
        read = _read(name, form, layers, order)
        if isinstance(read, Fault):
            faults[name], typed[name] = read, form.text(name)
            values[name] = values_of(layers.effective)[name]
        else:
            values[name] = read
    back = frozenset(form.all("back")) & {*layers.own}
    in_order = _whole_order(values.get("methods"))
    return Draft(values=values, typed=typed, order=in_order, back=back, faults=faults)


def shifted(draft: Draft, wish: str) -> Draft:
    """Move a method one place up or down; `wish` is what the button says."""
    direction, _, named = wish.partition(":")
    on = draft.values.get("methods")
    methods = [*on] if isinstance(on, tuple) else []
    place = next((at for at, each in enumerate(methods) if each == named), None)
    other = None if place is None else place + (-1 if direction == "up" else 1)
    if place is None or other is None or not 0 <= other < len(methods):
        return draft
    methods[place], methods[other] = methods[other], methods[place]
    order = _whole_order(tuple(methods))
    return replace(draft, order=order, values={**draft.values, "methods": tuple(methods)})


def brand_of(values: Own) -> Brand | None:
    """Give what a brand looks like on our pages, as far as its colours can be read at all."""
    mark, colour, on_dark = (values.get(each) for each in ("mark", "colour", "colour_on_dark"))
    if not isinstance(colour, str) or not COLOUR.fullmatch(colour):
        return None
    is_fine = isinstance(on_dark, str) and COLOUR.fullmatch(on_dark)
    return brand(str(mark or ""), colour, str(on_dark) if is_fine else None)


def _read(  # noqa: PLR0911 - one for each kind of field
    name: str, form: Form, layers: Layers, order: Collection[Method]
) -> Value | Fault:
    text = form.text(name)
    if name == "methods":
        on = {*form.all(name)}
        return tuple(method for method in order if method in on)
    if name in LINES:
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    if name == "preset":
        return Preset(text) if text in [*Preset] else None
    if name == "wallets_pulled_up_from":
        return Rank(text) if text in [*Rank] else Rank.MANAGER
    if name == "opt_in":
        return OptIn(text) if text in [*OptIn] else OptIn.OFF
    if name in NUMBERS:
        return _read_number(name, text)
    if name in COLOURS:
        colour = text.lower()
        return (colour if colour.startswith("#") else f"#{colour}") if colour else None
    if isinstance(values_of(layers.effective)[name], bool):
        return form.flag(name)
    return text if name == "mark" else text or None


def _read_number(name: str, text: str) -> int | Fault | None:
    if not text and name in MAY_BE_EMPTY:
        return None
    if text and len(text) <= DIGITS_AT_MOST and not text.strip("0123456789"):
        return int(text)
    return Fault(field=name, because=Because.NOT_SO)


def _read_order(written: Collection[str]) -> tuple[Method, ...]:
    return _whole_order(tuple(Method(each) for each in written if each in [*Method]))


def _whole_order(first: Value) -> tuple[Method, ...]:
    """Give all methods: these first, and the others in the order of the house."""
    begun = tuple(dict.fromkeys(Method(each) for each in first)) if isinstance(first, tuple) else ()
    return (*begun, *(each for each in Method if each not in begun))
