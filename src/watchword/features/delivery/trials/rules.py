"""What is said when somebody tries a way out: nothing, in friendly words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact
from watchword.features.delivery.rules import Address, Message, MessageId, SendOutcome
from watchword.features.limits.rules import HOUR, Cap, Limits
from watchword.foundation.ids import OrganisationId
from watchword.foundation.secret import Secret

GOOD_FOR = timedelta(minutes=5)
CODE = Secret("123456")
"""Some channels send nothing without a code. This one opens nothing."""

TRIALS = Limits(sends=(Cap(5, HOUR),))
"""For all who work for one organisation together: a trial costs as much as any message."""

BUDGET = "channels:trials"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """What a trial says in one language."""

    subject: str
    text: str
    greeting: str


WORDS: Mapping[str, Said] = {
    "en": Said(
        "A test of your message channel",
        "This is a test of your message channel. There is nothing you need to do.",
        "Hello. This is a test call. Press 1 to end it.",
    ),
    "de": Said(
        "Ein Test Ihres Nachrichtenkanals",
        "Das ist ein Test Ihres Nachrichtenkanals. Sie müssen nichts tun.",
        "Guten Tag. Das ist ein Testanruf. Drücken Sie die 1, um ihn zu beenden.",
    ),
}


@dataclass(frozen=True, slots=True)
class NoSuchWay:
    """That provider does not serve that channel here, or the address is of another kind."""


@dataclass(frozen=True, slots=True)
class TooManyTrials:
    """Enough was tried for now; again from this moment on."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """A message was handed over. `outcome` is what the provider made of it."""

    outcome: SendOutcome


def trial(
    id: MessageId,
    organisation_id: OrganisationId,
    contact: Contact,
    channel: Channel,
    *,
    locale: str,
    now: datetime,
) -> Message:
    """Write a message that tries a channel."""
    spoken = locale if locale in WORDS else FALLBACK
    said = WORDS[spoken]
    return Message(
        id=id,
        organisation_id=organisation_id,
        channel=channel,
        address=Address(contact.address.reveal()),
        subject=Secret(said.subject) if channel is Channel.EMAIL else None,
        text=Secret(said.text),
        locale=spoken,
        not_after=now + GOOD_FOR,
        code=CODE,
        minutes=GOOD_FOR // timedelta(minutes=1),
        greeting=Secret(said.greeting) if channel is Channel.VOICE else None,
    )
