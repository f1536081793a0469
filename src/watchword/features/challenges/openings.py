"""What is asked for when a code is: why, where it goes, and what it is good for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from watchword.features.challenges.codebook import NO_AUTOFILL, Autofill, Spending, Telling
from watchword.features.challenges.policies import Purpose
from watchword.features.challenges.terms import Terms
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.met import Met
from watchword.features.contacts.rules import Contact, ContactId
from watchword.foundation.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is asked for. `transaction` names what the code approves, if it approves something.

    `requester` stands for who asks: a device, a session or a network address, in any spelling.
    Whoever has answered rightly before has a budget that strangers cannot use up.
    """

    purpose: Purpose
    contact: Contact
    channel: Channel | None
    locale: str
    reference: str | None = None
    requester: Secret | None = None
    transaction: str | None = None
    autofill: Autofill = NO_AUTOFILL
    telling: Telling = Telling.SENT
    spends: Spending | None = None
    copy_to: Contact | None = field(default=None, repr=False)
    """An e-mail address of the same person: the same code goes there, for it proves the same."""
    besides: Collection[ContactId] = ()
    """Other contact points of the same person: no code is good there any more for the purpose."""
    ends_unseen: bool = False
    """Whether nobody sees that what is pending at the contact ends by this: it goes on as if
    nobody were known there. That it ended would say who belongs together, to somebody who has
    proven nothing; whoever asks tells those who may know. What is `besides` always ends so."""
    call_id: UUID | None = None
    """The telephone call in which it is asked for: no other one ends it."""
    brought: Secret | None = None
    """The words of the text message that carries it, with `{code}` in its place; it then goes by no
    other channel."""
    terms: Terms | None = None
    """What the scheme under which it is asked for wants besides, if there is one."""
    met: Met | None = field(default=None, repr=False)
    """What was found of the contact point, if the transaction has looked for it already."""


def goes_one_way(opening: Opening) -> bool:
    """Say whether a code goes by no other channel than was asked for, whatever the plan says."""
    is_payment = opening.terms is not None and opening.terms.pays is not None
    return opening.autofill.read_aloud or opening.brought is not None or is_payment


def in_order(id: ContactId, besides: Collection[ContactId]) -> Sequence[ContactId]:
    """Give the contact points of a person in the order in which all hold what is live there."""
    return sorted({id, *besides}, key=str)
