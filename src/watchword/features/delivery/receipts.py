"""What providers tell us: what became of a message that they took, and what people write to us.

They say it in any order, and more than once, and anybody may pretend to be one.
So a receipt is believed only from its provider, and changes a message only in one direction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import (
    Address,
    MessageId,
    ProviderName,
    Receipt,
    State,
)
from watchword.foundation.ids import OrganisationId, new_id
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider says of one message, which it names by our id or by its own reference.

    `reason` is a short word of ours such as `Twilio 30003`, never what the provider said.
    """

    receipt: Receipt
    message_id: MessageId | None = None
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What we know of a message that a provider speaks of."""

    id: MessageId
    organisation_id: OrganisationId
    about: str
    channel: Channel
    provider: ProviderName
    locale: str
    state: State
    receipt: Receipt | None
    reference: str | None = None
    """The name that the provider has for it."""

    def is_the_one(self, reference: str | None) -> bool:
        """Say whether a provider that names it so means this message, and not one long over.

        As long as we have not heard how the provider calls it, there is nothing to compare.
        """
        if self.reference is None:
            return self.state is State.SENDING
        return self.reference == reference


def received(before: Receipt | None, report: Report) -> Receipt | None:
    """Give the receipt that a message has from now on; nothing, if the report changes nothing.

    What has arrived can still be read, and cannot fail any more. What has failed stays so: by
    then the next step of a plan is on its way.
    """
    match before, report.receipt:
        case None, receipt:
            return receipt
        case Receipt.DELIVERED, Receipt.READ:
            return Receipt.READ
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A request that somebody made to us, who says that they are a provider.

    `url` is the address as the world knows it, with its query; that is what providers sign.
    `headers` have names in small letters. `about` is our id of a message, where the address that
    we gave the provider has one.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    about: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The provider reported on messages; on none, if it spoke of what is nothing to us."""

    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A text that somebody wrote to us.

    `reference` is the provider's name for it, by which it is known when it is told twice; where a
    provider has none, each telling is another text.
    """

    channel: Channel
    sender: Address = field(repr=False)
    text: Secret
    reference: str = field(default_factory=lambda: str(new_id()))
    is_answered: bool = False
    """Whether the provider has answered it already, as some do with STOP and HELP."""


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody has written to us. A provider that gathers may report on messages as well."""

    texts: tuple[Incoming, ...]
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class WordsWanted:
    """Somebody picked up the telephone. Once they have `pressed` the key, they are told the words.

    Before that they are greeted and asked for it. `asked`: how often they were, if they pressed
    another one.
    """

    message_id: MessageId
    pressed: bool = True
    asked: int = 0
    reference: str | None = None
    """The name that the provider has for the call."""


@dataclass(frozen=True, slots=True)
class Denied:
    """Whoever picked up says that they did not ask for a code."""

    message_id: MessageId
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """The provider wants a text back, to know that the address is ours."""

    text: str


@dataclass(frozen=True, slots=True)
class NotBelieved:
    """It is not signed, wrongly signed, or too old. `reason` is a short word of ours."""

    reason: str


Heard: TypeAlias = Reported | Written | WordsWanted | Denied | Echo | NotBelieved
