"""What providers say later of a message that they took: it arrived, it was read, or it failed.

They say it in any order, and more than once, and anybody may pretend to be one.
So a receipt is believed only from its provider, and changes a message only in one direction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from watchword.features.contacts.channels import Channel
from watchword.features.delivery.rules import MessageId, ProviderName, Receipt, State
from watchword.foundation.ids import OrganisationId


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


Heard: TypeAlias = Reported | WordsWanted | Denied | Echo | NotBelieved
