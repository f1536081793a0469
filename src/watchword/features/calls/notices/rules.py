"""Where it is told that somebody has another PIN: at all that leads to them, and did until lately.

Whoever took over somebody's telephone or mail may have put their own in its place. So what was
replaced is told, too, and a landline is called unless something written goes to where they have
been reached for long.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Final

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import (
    Contact,
    ContactKind,
    PhoneLine,
    read_email,
    read_phone,
)
from watchword.features.cores.rules import ContactOnFile, Facts
from watchword.foundation.secret import Secret

SETTLED: Final = timedelta(days=30)
"""What has been on file for so long is not what somebody put there to hear of it themselves."""
TOLD_AT_MOST: Final = 6
"""Addresses of now, and as many of before. A core may have kept all that there ever were."""


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    contact: Contact = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Lead:
    """What leads to somebody. `is_settled`: it is on file, and has been for long."""

    contact: Contact = field(repr=False)
    is_settled: bool


def ways_to_tell(
    facts: Facts, country: str, served: Collection[Channel], now: datetime
) -> Sequence[Way]:
    """Say where somebody is told. Nothing: nobody can be told."""
    leads = chain(
        islice(_on_file(facts, country, now), TOLD_AT_MOST),
        islice(_former(facts, country), TOLD_AT_MOST),
    )
    written, spoken = dict[str, Way](), dict[str, Way]()
    is_sure = False
    for lead in leads:
        key, channel = lead.contact.canonical.reveal(), _writes(lead.contact)
        if channel is not None and channel in served:
            written.setdefault(key, Way(channel, lead.contact))
            is_sure = is_sure or lead.is_settled
        elif lead.contact.kind is ContactKind.PHONE and Channel.VOICE in served:
            spoken.setdefault(key, Way(Channel.VOICE, lead.contact))
    return [*written.values()] if is_sure else [*written.values(), *spoken.values()]


def _on_file(facts: Facts, country: str, now: datetime) -> Iterator[_Lead]:
    for each, contact in (
        *((each, _email(each.value)) for each in facts.emails),
        *((each, _phone(each.value, country)) for each in facts.phones),
    ):
        if contact is not None:
            yield _Lead(contact, _is_settled(each, now))


def _former(facts: Facts, country: str) -> Iterator[_Lead]:
    for contact in (
        *(_email(each) for each in facts.former_emails),
        *(_phone(each, country) for each in facts.former_phones),
    ):
        if contact is not None:
            yield _Lead(contact, is_settled=False)


def _is_settled(each: ContactOnFile, now: datetime) -> bool:
    """A core that dates nothing leaves nothing to tell by."""
    return each.since is None or each.since <= now - SETTLED


def _writes(contact: Contact) -> Channel | None:
    """Say how something written gets there; nothing, if it does not."""
    if contact.kind is ContactKind.EMAIL:
        return Channel.EMAIL
    return None if contact.line is PhoneLine.LANDLINE else Channel.SMS


def _email(value: Secret) -> Contact | None:
    read = read_email(value.reveal())
    return read if isinstance(read, Contact) else None


def _phone(value: Secret, country: str) -> Contact | None:
    read = read_phone(value.reveal(), country)
    return read if isinstance(read, Contact) else None
