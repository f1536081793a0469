"""What may not stand in a section, and what would be right."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watchword.features.organisations.settings.catalogue import FACTS, Own
from watchword.features.organisations.settings.colours import (
    COLOUR,
    DARK_SHEET,
    LIGHT_SHEET,
    is_readable,
    nearest,
)
from watchword.features.organisations.settings.rules import (
    Because,
    Fault,
    Faults,
)
from watchword.features.organisations.settings.sections import (
    HOURS_AT_MOST,
    MARK_AT_MOST,
    ORIGINS_AT_MOST,
    REGISTRATIONS_AT_MOST,
    Access,
    Appearance,
    Approvals,
    Basis,
    Consent,
    Exceptions,
    Joining,
    Messages,
    Offline,
    Section,
    SectionName,
    Verification,
)
from watchword.features.organisations.settings.two_people import wants_any
from watchword.foundation.networks import (
    NETWORKS_AT_MOST,
    NoNetwork,
    admits,
    all_read,
    read_network,
)

DECIDERS_AT_LEAST = 2
HOST = r"https://[a-z0-9](?:[a-z0-9.-]{0,180}[a-z0-9])?(?::[0-9]{1,5})?"
ORIGIN = re.compile(HOST)
TELEPHONE = re.compile(r"\+?[0-9](?:[ ()/-]{0,2}[0-9]){2,19}")
ADDRESS = re.compile(HOST + r"(?:/[!-;=?-~]*)?")
"""Written into a header and a link: nothing that could end either."""
CAPS: Mapping[str, int] = {
    "uses_by_staff": 1_000,
    "uses_by_terminal": 1_000,
    "uses_by_customer": 100,
    "value_once": 999_999,
    "value_a_day": 999_999,
}
"""The most that each cap on exceptions may be; nought lets nobody through."""
RANGES: Mapping[str, tuple[int, int]] = {
    "vouchers_by_customer": (1, 5),
    "value_by_customer": (1, 999_999),
    "vouchers_by_terminal": (1, 500),
    "value_by_terminal": (1, 999_999),
    "voucher_hours": (1, 336),
    "kit_hours": (1, 168),
    "grace_hours": (1, 720),
}
"""Between what each bound of vouchers may be. Five squares are as many as a page can carry."""
REQUESTS_AT_MOST = 5
OFFERS_FROM, OFFERS_UNTIL = 8, 21
"""No organisation writes earlier or later than that: 47 CFR 64.1200(c)(1)."""
RECIPIENTS_AT_MOST = 1_000_000
HOURS_OF_A_DAY = 24
LEAST = {"idle_minutes": 5, "whole_hours": 1}
WIDEST = {4: 8, 6: 16}
"""How short the prefix of a network may be: a wider one is half the world, and no fence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a section is measured by: the house around it, and who is asking.

    `deciders`: how many people could approve something. `address`: from where the change is
    made; nothing, if no person makes it.
    """

    locales: Collection[str]
    idle_minutes: int
    whole_hours: int
    deciders: int
    address: str | None = None
    zones: Collection[str] = frozenset()


def find_faults(  # noqa: C901, PLR0911 - one for each section
    section: Section, around: Circumstances
) -> Faults:
    """Say what cannot be; nothing, if all is well."""
    match section:
        case Basis():
            return (*_of_basis(section, around),)
        case Verification():
            return (*_of_verification(section),)
        case Joining():
            return (*_of_joining(section),)
        case Consent():
            return (*_of_consent(section),)
        case Messages():
            return (*_of_messages(section, around),)
        case Appearance():
            return (*_of_appearance(section),)
        case Access():
            return (*_of_access(section, around),)
        case Exceptions():
            return (*_of_exceptions(section),)
        case Offline():
            return (*_of_offline(section),)
        case Approvals():
            return (*_of_approvals(section, around),)
        case _:
            return ()


def find_faults_of_place(name: SectionName, own: Own) -> Faults:
    """Say what a location may not have of its own."""
    return tuple(
        Fault(field=field, because=Because.NOT_PER_LOCATION)
        for field in own
        if not FACTS[name][field].per_location
    )


def _of_basis(section: Basis, around: Circumstances) -> Iterator[Fault]:
    if section.time_zone is not None and section.time_zone not in around.zones:
        yield Fault(field="time_zone", because=Because.NO_ZONE)


def _of_verification(section: Verification) -> Iterator[Fault]:
    if len({*section.methods}) < len(section.methods):
        yield Fault(field="methods", because=Because.TWICE)
    if not 1 <= section.recent_hours <= HOURS_AT_MOST:
        yield Fault(field="recent_hours", because=Because.OUT_OF_RANGE, least=1, most=HOURS_AT_MOST)


def _of_joining(section: Joining) -> Iterator[Fault]:
    number = section.telephone
    if number is not None and not TELEPHONE.fullmatch(number):
        yield Fault(field="telephone", because=Because.NO_TELEPHONE)
    notice = section.privacy_notice
    if notice is not None and not ADDRESS.fullmatch(notice):
        yield Fault(field="privacy_notice", because=Because.NO_ADDRESS)
    if len(section.embed_origins) > ORIGINS_AT_MOST:
        yield Fault(field="embed_origins", because=Because.TOO_MANY, most=ORIGINS_AT_MOST)
    for origin in section.embed_origins:
        if not ORIGIN.fullmatch(origin):
            yield Fault(field="embed_origins", because=Because.NO_ORIGIN, said=origin)
            break
    yield from _of_pace(section)


def _of_pace(section: Joining) -> Iterator[Fault]:
    field, most = "registrations_per_hour", REGISTRATIONS_AT_MOST
    if not 1 <= section.registrations_per_hour <= most:
        yield Fault(field=field, because=Because.OUT_OF_RANGE, least=1, most=most)
    if len(section.own_networks) > NETWORKS_AT_MOST:
        yield Fault(field="own_networks", because=Because.TOO_MANY, most=NETWORKS_AT_MOST)
    if wrong := find_fault_of_networks(section.own_networks):
        yield replace(wrong, field="own_networks")


def _of_messages(section: Messages, around: Circumstances) -> Iterator[Fault]:
    if section.language is not None and section.language not in around.locales:
        yield Fault(field="language", because=Because.NO_LANGUAGE)


def _of_appearance(section: Appearance) -> Iterator[Fault]:
    mark = section.mark
    if len(mark) > MARK_AT_MOST or mark != mark.strip() or not mark.isprintable():
        yield Fault(field="mark", because=Because.TOO_LONG, most=MARK_AT_MOST)
    yield from _of_colour("colour", section.colour, LIGHT_SHEET)
    yield from _of_colour("colour_on_dark", section.colour_on_dark, DARK_SHEET)


def _of_colour(field: str, colour: str | None, sheet: str) -> Iterator[Fault]:
    if colour is None:
        return
    if not COLOUR.fullmatch(colour):
        yield Fault(field=field, because=Because.NO_COLOUR)
    elif not is_readable(colour, sheet):
        yield Fault(field=field, because=Because.LITTLE_CONTRAST, instead=nearest(colour, sheet))


def _of_access(section: Access, around: Circumstances) -> Iterator[Fault]:
    if len(section.networks) > NETWORKS_AT_MOST:
        yield Fault(field="networks", because=Because.TOO_MANY, most=NETWORKS_AT_MOST)
    wrong = find_fault_of_networks(section.networks)
    if wrong is not None:
        yield wrong
    elif around.address is not None and not lets_in(section, around.address):
        yield Fault(field="networks", because=Because.LOCKS_OUT, instead=around.address)
    for field, most in (("idle_minutes", around.idle_minutes), ("whole_hours", around.whole_hours)):
        value: int | None = getattr(section, field)
        least = min(LEAST[field], most)
        if value is not None and not least <= value <= most:
            yield Fault(field=field, because=Because.OUT_OF_RANGE, least=least, most=most)


def find_fault_of_networks(lines: Sequence[str]) -> Fault | None:
    for line in lines:
        network = read_network(line)
        if isinstance(network, NoNetwork):
            instead = network.instead or ""
            return Fault(
                field="networks", because=Because.NO_NETWORK, said=network.line, instead=instead
            )
        if network.prefixlen < WIDEST[network.version]:
            return Fault(field="networks", because=Because.TOO_WIDE, said=line)
    return None


def lets_in(access: Access, address: str | None) -> bool:
    """Say whether staff may come from an address."""
    networks = all_read(access.networks)
    return networks is not None and admits(networks, address)


def _of_approvals(section: Approvals, around: Circumstances) -> Iterator[Fault]:
    if not 1 <= section.life_hours <= HOURS_AT_MOST:
        yield Fault(field="life_hours", because=Because.OUT_OF_RANGE, least=1, most=HOURS_AT_MOST)
    if not 1 <= section.campaign_recipients <= RECIPIENTS_AT_MOST:
        yield Fault(
            field="campaign_recipients",
            because=Because.OUT_OF_RANGE,
            least=1,
            most=RECIPIENTS_AT_MOST,
        )
    if wants_any(section) and around.deciders < DECIDERS_AT_LEAST:
        yield Fault(field="settings", because=Because.TOO_FEW_DECIDERS, least=DECIDERS_AT_LEAST)


def _of_offline(section: Offline) -> Iterator[Fault]:
    for field, (least, most) in RANGES.items():
        if not least <= getattr(section, field) <= most:
            yield Fault(field=field, because=Because.OUT_OF_RANGE, least=least, most=most)


def _of_consent(section: Consent) -> Iterator[Fault]:
    begins, ends, latest = section.offers_from, section.offers_until, OFFERS_UNTIL - 1
    for field, value, least, most in (
        ("opt_in_requests", section.opt_in_requests, 1, REQUESTS_AT_MOST),
        ("offers_from", begins, OFFERS_FROM, latest),
        ("offers_until", ends, min(max(begins, OFFERS_FROM), latest) + 1, OFFERS_UNTIL),
    ):
        if not least <= value <= most:
            yield Fault(field=field, because=Because.OUT_OF_RANGE, least=least, most=most)


def _of_exceptions(section: Exceptions) -> Iterator[Fault]:
    for field, most in CAPS.items():
        if not 0 <= getattr(section, field) <= most:
            yield Fault(field=field, because=Because.OUT_OF_RANGE, most=most)
    last = HOURS_OF_A_DAY - 1
    if not 0 <= section.opens <= last:
        yield Fault(field="opens", because=Because.OUT_OF_RANGE, most=last)
    elif not section.opens < section.closes <= HOURS_OF_A_DAY:
        least = section.opens + 1
        yield Fault(field="closes", because=Because.OUT_OF_RANGE, least=least, most=HOURS_OF_A_DAY)
