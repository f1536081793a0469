"""What helps whoever plays in the sandbox: what is still to come, and the addresses of parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchword.features.organisations.rules import Organisation
from watchword.features.sandbox.rules import Ahead
from watchword.features.sandbox.scenarios import Part, mailbox_of, name_of, number_of
from watchword.web.html.devices import spaced
from watchword.wiring import Services

MOVES: Mapping[str, timedelta] = {
    str(int(span.total_seconds())): span
    for span in (
        timedelta(minutes=1),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(days=1),
    )
}
"""How far the clock is moved by a press of a button, by what the button says in seconds."""

SHOWN_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Coming:
    """What is still to come, and for whom."""

    what: Ahead
    name: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A part, with the addresses that play it, written as people write them."""

    part: Part
    phone: str | None
    mailbox: str | None
    """What stands before the @."""
    name: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the clock was just moved and whose it was, as an address says it."""

    seconds: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the page shows beside the devices; `moved` is how far the clock of `whose` was moved."""

    coming: Sequence[Coming]
    moved: timedelta | None
    whose: Organisation | None
    moves: Mapping[str, timedelta]
    scenarios: Sequence[Scenario]


async def tools(
    services: Services, known: Sequence[Organisation], slug: str, moved: Moved
) -> Tools:
    """Give what helps with the organisations that are looked at."""
    return Tools(
        coming=await _look_ahead(services, known, slug),
        moved=MOVES.get(moved.seconds),
        whose=next((each for each in known if each.slug == moved.slug), None),
        moves=MOVES,
        scenarios=[_scenario(part) for part in Part],
    )


async def _look_ahead(
    services: Services, known: Sequence[Organisation], slug: str
) -> Sequence[Coming]:
    coming = [
        Coming(ahead, organisation.name)
        for organisation in known
        if slug in ("", organisation.slug)
        for ahead in await services.sandbox.ahead(organisation.id)
    ]
    return sorted(coming, key=lambda one: one.what.due_at)[:SHOWN_AT_MOST]


def _scenario(part: Part) -> Scenario:
    number = number_of(part)
    phone = None if number is None else spaced(number)
    mailbox = part if mailbox_of(part) else None
    return Scenario(part, phone, mailbox, name_of(part))
