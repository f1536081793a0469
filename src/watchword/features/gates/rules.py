"""What a gate is: what may be seen before it, what somebody shows to get through, how that ends.

It keeps a message for its recipient and away from minors, and hides nothing from those who look
after the network: who writes, why, and how to stop it stands before anything is asked. Whoever
knows the end of a number is let through to nothing personal.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from watchword.features.campaigns.links.rules import Named
from watchword.features.campaigns.recipients.rules import Recipient
from watchword.features.campaigns.rules import Campaign, GateKind, purpose_in
from watchword.features.challenges.codes import read_code
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, ContactKind, read_email
from watchword.features.gates.ages import Age, NotOldEnough, Said, age_of
from watchword.features.gates.tries.rules import Paused
from watchword.features.limits.rules import Cap, Limits
from watchword.features.organisations.rules import Organisation
from watchword.features.pages.content import Content
from watchword.foundation.secret import Secret

DOOR: Final = "gate"
OFTEN: Final = Limits(sends=(Cap(120, timedelta(minutes=10)),))
"""Answers from one network address. Whole cities stand behind one of a telephone network."""
END: Final = 4
"""Digits of a number that are asked for."""
TYPED_AT_MOST: Final = 254


class Asks(StrEnum):
    """What is typed to show that a message was for oneself. Programs that follow links and press
    buttons type nothing; so it is asked for before anything happens, opting out too."""

    NOTHING = "nothing"
    LAST_FOUR = "last_four"
    ADDRESS = "address"
    """The e-mail address that was written to: it has no digits, and its reader knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a link leads to, while it does."""

    organisation: Organisation
    campaign: Campaign
    recipient: Recipient
    link: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What stands before a gate. All recipients of a campaign in one language see the same."""

    organisation: Organisation
    sender: str
    purpose: str
    purpose_locale: str
    """The language in which the purpose is written."""
    channel: Channel
    kind: GateKind
    asks: Asks
    age: Age | None
    locale: str

    @property
    def is_open(self) -> bool:
        """Say whether there is nothing to do before one sees what is behind it."""
        return self.kind is GateKind.NONE and self.age is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody typed and ticked, and from where they called."""

    typed: str = field(default="", repr=False)
    said: Said = field(default=Said(), repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """They see it. `proof`: what the buttons of the page carry."""

    word: ClassVar = "opened"

    content: Content = field(repr=False)
    proof: Secret


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to where the message went. `proof`: what its form carries."""

    word: ClassVar = "code_sent"

    proof: Secret
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NothingTyped:
    """Nothing was typed, or what can never be right. It was not compared, and cost no try."""

    word: ClassVar = "nothing_typed"


@dataclass(frozen=True, slots=True)
class Wrong:
    """It is not that. After the last of `left` there is a pause."""

    word: ClassVar = "wrong"

    left: int


@dataclass(frozen=True, slots=True)
class WrongCode:
    """It is not the code that was sent."""

    word: ClassVar = "wrong_code"

    left: int
    proof: Secret


@dataclass(frozen=True, slots=True)
class CodeOver:
    """The code does not count any more; another one can be had from the beginning."""

    word: ClassVar = "code_over"


@dataclass(frozen=True, slots=True)
class NoCode:
    """None can be sent there now. `until`: when it can be asked for again, if that is known."""

    word: ClassVar = "no_code"

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Too much comes from the same network address."""

    word: ClassVar = "busy"

    until: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """They were let through, and there is nothing to be seen at this moment."""

    word: ClassVar = "closed"


@dataclass(frozen=True, slots=True)
class Gone:
    """The link leads nowhere: it never did, or does not any more. Nobody can tell which."""

    word: ClassVar = "gone"


@dataclass(frozen=True, slots=True)
class Left:
    """Nothing of the kind is sent there any more. `is_new`: it was until now."""

    word: ClassVar = "left"

    is_new: bool


NotProven: TypeAlias = NothingTyped | Wrong | Paused | Busy | Gone
Refused: TypeAlias = NotProven | NotOldEnough | Closed
Answered: TypeAlias = Opened | CodeSent | NoCode | Refused
CodeTyped: TypeAlias = Opened | WrongCode | CodeOver | NothingTyped | Paused | Busy | Gone | Closed
Leaving: TypeAlias = Left | NotProven


def front_of(found: Found, chosen: str | None = None) -> Front:
    return front_of_campaign(found.organisation, found.campaign, found.recipient.locale, chosen)


def front_of_campaign(
    organisation: Organisation, campaign: Campaign, locale: str, chosen: str | None = None
) -> Front:
    """Give what stands before a gate for whoever was written to in a language, or has chosen
    another one on the page."""
    written_in, purpose = purpose_in(campaign.draft, chosen or locale, locale)
    return Front(
        organisation=organisation,
        sender=campaign.sender or organisation.name,
        purpose=purpose,
        purpose_locale=written_in,
        channel=campaign.channel,
        kind=campaign.gate,
        asks=Asks.NOTHING if campaign.gate is GateKind.NONE else asks_of(campaign.channel),
        age=age_of(campaign.category, campaign.minimum_age),
        locale=locale,
    )


def asks_of(channel: Channel) -> Asks:
    """Say by what a recipient shows that a message by a channel was theirs."""
    return Asks.ADDRESS if channel is Channel.EMAIL else Asks.LAST_FOUR


def read_typed(asks: Asks, typed: str) -> Secret | None:
    """Read what was typed; nothing, for what can never be right."""
    if asks is Asks.LAST_FOUR:
        return read_code(typed, END)
    if asks is Asks.ADDRESS and len(typed) <= TYPED_AT_MOST:
        read = read_email(typed.strip())
        return read.canonical if isinstance(read, Contact) else None
    return None


def is_theirs(contact: Contact, typed: Secret) -> bool:
    """Say whether a message went there: by the end of the number, or by the whole address."""
    if contact.kind is ContactKind.PHONE:
        ours = contact.canonical.reveal()[-END:]
    elif contact.kind is ContactKind.EMAIL:
        ours = contact.canonical.reveal()
    else:
        return False
    return hmac.compare_digest(ours.encode(), typed.reveal().encode())
