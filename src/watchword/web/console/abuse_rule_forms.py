"""Rules as fields of a form, and fields as rules: each section is the house's, or one's own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

import msgspec

from watchword.features.abuse.rulesets import (
    CAPPED,
    CAPS_AT_MOST,
    MONEY,
    OwnConversion,
    OwnRules,
    OwnSpend,
    OwnSpray,
    Ruleset,
    Section,
    SendCap,
    Unusable,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import PhoneLine
from watchword.web.console.forms import Form

SECTIONS: Final[tuple[Section, ...]] = get_args(Section)
LINED = (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)
UNITS: Final = {"hours": 3600, "minutes": 60, "seconds": 1}
WHOLE = re.compile(r"[0-9]{1,9}")
SPANS_OF: Final[Mapping[str, Sequence[str]]] = {
    "conversion": ("seconds", "grace_seconds", "block_seconds"),
    "spray": ("seconds", "step_up_seconds"),
}
NUMBERS_OF: Final[Mapping[str, Sequence[str]]] = {
    "conversion": ("least", "percent"),
    "spray": ("least", "percent", "absolute", "code_length", "attempts"),
}
PARTS: Final[Mapping[str, Any]] = {"conversion": OwnConversion, "spray": OwnSpray}


class Fields(Form):
    """The fields of the form, as a page shows them again."""

    def owns(self, section: str) -> bool:
        return section in self.all("own")

    def caps(self, section: str) -> list[Mapping[str, str]]:
        """Give the rows of caps as they were typed, and an empty one if there is room."""
        rows = [*_rows(self, section)]
        empty = {"most": "", "span": "", "unit": "hours", "whom": "strangers"}
        return [*rows, empty][:CAPS_AT_MOST]


class _Fault(Exception):
    """What was typed is none of what a field takes."""


def fields_of(ruleset: Ruleset, own: frozenset[str]) -> Fields:
    """Write rules as fields."""
    return Fields([*(("own", name) for name in sorted(own)), *_pairs(ruleset)])


def read_rules(form: Form) -> OwnRules | Unusable:
    """Read what is to be an organisation's own; the other sections stay with the house."""
    own: dict[str, Any] = {}
    faults: list[str] = []
    for section in SECTIONS:
        if section in form.all("own"):
            try:
                own[section] = _read(form, section)
            except _Fault as fault:
                faults.append(str(fault))
    if faults:
        return Unusable(tuple(faults))
    try:
        return msgspec.convert(own, OwnRules)
    except msgspec.ValidationError as fault:
        return Unusable((f"{fault}.",))


def split_span(seconds: int) -> tuple[int, str]:
    """Write a span in the largest unit that it is a whole number of."""
    unit = next(name for name, size in UNITS.items() if seconds % size == 0 and seconds)
    return seconds // UNITS[unit], unit


def _pairs(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    yield "countries", ", ".join(ruleset.countries)
    for channel in LINED:
        lines = ruleset.lines.get(channel, tuple(PhoneLine))
        yield from ((f"lines-{channel}", line) for line in lines)
    for section in CAPPED:
        for cap in getattr(ruleset, section):
            count, unit = split_span(cap.seconds)
            yield f"{section}-most", str(cap.most)
            yield f"{section}-span", str(count)
            yield f"{section}-unit", unit
            yield f"{section}-whom", "strangers" if cap.spares_known else "all"
    yield "known_factor", str(ruleset.known_factor)
    yield from _span("block_seconds", ruleset.block_seconds)
    for name in PARTS:
        part = getattr(ruleset, name)
        if part.on:
            yield f"{name}-on", "on"
        yield from ((f"{name}-{each}", str(getattr(part, each))) for each in NUMBERS_OF[name])
        for each in SPANS_OF[name]:
            yield from _span(f"{name}-{each}", getattr(part, each))
    for each in MONEY:
        cap = getattr(ruleset.spend, each)
        yield f"spend-{each}", "" if cap is None else f"{cap.normalize():f}"
    yield "spend-kept_for_known", str(ruleset.spend.kept_for_known)


def _span(name: str, seconds: int) -> Iterator[tuple[str, str]]:
    count, unit = split_span(seconds) if seconds else (0, "minutes")
    yield name, str(count)
    yield f"{name}-unit", unit


def _read(form: Form, section: Section) -> Any:  # noqa: ANN401 - of each section, what it has
    match section:
        case "countries":
            read: Any = tuple(form.countries("countries"))
        case "lines":
            lines = {channel: _lines(form, channel) for channel in LINED}
            read = {channel: each for channel, each in lines.items() if each is not None}
        case "known_factor":
            read = _number(form, section)
        case "block_seconds":
            read = _seconds(form, section)
        case "spend":
            read = _spend(form)
        case "conversion" | "spray":
            read = _part(form, section)
        case _:
            read = tuple(_caps(form, section))
    return read


def _part(form: Form, section: str) -> Any:  # noqa: ANN401 - likewise
    numbers = {each: _number(form, f"{section}-{each}") for each in NUMBERS_OF[section]}
    spans = {each: _seconds(form, f"{section}-{each}") for each in SPANS_OF[section]}
    return PARTS[section](on=form.flag(f"{section}-on"), **numbers, **spans)


def _lines(form: Form, channel: Channel) -> tuple[str, ...] | None:
    """Give the lines that a channel is used for; nothing, if for all."""
    chosen = form.all(f"lines-{channel}")
    lines = tuple(line for line in PhoneLine if line in chosen)
    return None if len(lines) == len(PhoneLine) else lines


def _caps(form: Form, section: str) -> Iterator[SendCap]:
    for row in _rows(form, section):
        seconds = _whole(row["span"], section) * UNITS.get(row["unit"], 1)
        yield SendCap(
            most=_whole(row["most"], section),
            seconds=seconds,
            spares_known=row["whom"] != "all",
        )


def _rows(form: Form, section: str) -> Iterator[Mapping[str, str]]:
    """Give the rows in which a number stands. Where it was taken out, the cap is gone."""
    names = ("most", "span", "unit", "whom")
    columns = [form.all(f"{section}-{name}") for name in names]
    for values in zip(*columns, strict=False):
        row = dict(zip(names, values, strict=True))
        if row["most"]:
            yield row


def _spend(form: Form) -> OwnSpend:
    caps = {each: _amount(form.text(f"spend-{each}")) for each in MONEY}
    return OwnSpend(**caps, kept_for_known=_number(form, "spend-kept_for_known"))


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise _Fault("spend: an amount is a number such as 25 or 12.50.") from None


def _number(form: Form, name: str) -> int:
    return _whole(form.text(name), name)


def _seconds(form: Form, name: str) -> int:
    return _whole(form.text(name), name) * UNITS.get(form.text(f"{name}-unit"), 1)


def _whole(text: str, name: str) -> int:
    if not WHOLE.fullmatch(text):
        raise _Fault(f"{name}: write a whole number, such as 60.")
    return int(text)
