"""Where it is told that somebody has another PIN: at all that leads to them, and did until lately.

Whoever took over somebody's telephone or mail may have put their own in its place, and others
beside it. So what was replaced is told, too, nothing new crowds out what has been there for longer,
and a landline is called unless something written goes to where they have been reached as long.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, zip_longest
from typing import Final

from watchword.features.calls.rules import CallId
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import (
    Contact,
    ContactKind,
    PhoneLine,
    read_email,
    read_phone,
)
from watchword.features.cores.rules import FORMER, ContactOnFile, CoreEvent, Facts
from watchword.foundation.ids import Id

NOTICE: Final = "notice"
"""What the `about` of a notice begins with."""
ABOUT: Final = re.compile(f"{NOTICE}:([0-9a-f-]{{36}}):([0-9]{{1,9}})")
TOLD_AT_MOST: Final = 20
"""Addresses of one person. A customer of ours has no more at once; a core may have kept all that
there ever were."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A PIN that was set: in which call and turn, for what, and in which language."""

    call_id: CallId
    turn: int
    event: CoreEvent
    language: str

    @property
    def about(self) -> str:
        return f"{NOTICE}:{self.call_id}:{self.turn}"


def read_about(about: str) -> tuple[CallId, int] | None:
    """Say of which call and turn a message tells; nothing, if it tells of something else."""
    read = ABOUT.fullmatch(about)
    return None if read is None else (CallId(Id(read[1])), int(read[2]))


@dataclass(frozen=True, slots=True)
class Told:
    """At how many places it is told. `is_partial`: there is somebody whom nothing leads to."""

    places: int
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    contact: Contact = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Lead:
    """What leads to somebody. `since`: on file, if that is known; of what was, it is not."""

    contact: Contact = field(repr=False)
    since: datetime | None = None

    @property
    def key(self) -> str:
        return self.contact.canonical.reveal()


def ways_to_tell(
    facts: Facts, country: str, served: Collection[Channel], now: datetime
) -> Sequence[Way]:
    """Say where somebody is told. Nothing: nobody can be told."""
    leads = [(each, _channel(each.contact, served)) for each in _leads(facts, country)]
    sure = min(
        (
            lead.since
            for lead, channel in leads
            if channel not in {None, Channel.VOICE}
            and lead.since is not None
            and lead.since <= now - FORMER
        ),
        default=None,
    )
    ways = (
        Way(channel, lead.contact)
        for lead, channel in leads
        if channel is not None and not (channel is Channel.VOICE and _is_told(lead, sure))
    )
    return [*islice(ways, TOLD_AT_MOST)]


def _is_told(lead: _Lead, sure: datetime | None) -> bool:
    """Say whether something written goes to where they have been reached at least as long as by a
    landline. What is not dated may be of this moment, or of long ago: it proves nothing."""
    return sure is not None and lead.since is not None and sure <= lead.since


def _leads(facts: Facts, country: str) -> Iterator[_Lead]:
    """Give each once: by turns what is on file, the oldest first, and what is not dated, and what
    was on file, where a core may give the newest first or last."""
    phones, emails = [*_phones(facts.phones, country)], [*_emails(facts.emails)]
    dated = [each for each in (*emails, *phones) if each.since is not None]
    there = {each.key for each in (*phones, *emails)}
    before = (
        _phones(map(ContactOnFile, facts.former_phones), country),
        _emails(map(ContactOnFile, facts.former_emails)),
    )
    gone = ([each for each in some if each.key not in there] for some in before)
    seen = set[str]()
    for lead in _by_turns(
        sorted(dated, key=_since),
        [each for each in phones if each.since is None],
        [each for each in emails if each.since is None],
        *(way for some in gone for way in (some, some[::-1])),
    ):
        if lead.key not in seen:
            seen.add(lead.key)
            yield lead


def _since(lead: _Lead) -> float:
    return 0 if lead.since is None else lead.since.timestamp()


def _by_turns(*some: Sequence[_Lead]) -> Iterator[_Lead]:
    for each in zip_longest(*some):
        yield from (lead for lead in each if lead is not None)


def _channel(contact: Contact, served: Collection[Channel]) -> Channel | None:
    """Say how somebody is told there; nothing, if nobody can."""
    written = _writes(contact)
    if written in served:
        return written
    is_called = contact.kind is ContactKind.PHONE and Channel.VOICE in served
    return Channel.VOICE if is_called else None


def _writes(contact: Contact) -> Channel | None:
    """Say how something written gets there; nothing, if it does not."""
    if contact.kind is ContactKind.EMAIL:
        return Channel.EMAIL
    return None if contact.line is PhoneLine.LANDLINE else Channel.SMS


def _emails(known: Iterable[ContactOnFile]) -> Iterator[_Lead]:
    for each in known:
        read = read_email(each.value.reveal())
        if isinstance(read, Contact):
            yield _Lead(read, each.since)


def _phones(known: Iterable[ContactOnFile], country: str) -> Iterator[_Lead]:
    for each in known:
        read = read_phone(each.value.reveal(), country)
        if isinstance(read, Contact):
            yield _Lead(read, each.since)
