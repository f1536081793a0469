"""What is found where somebody is looked for, before it is decided what to do there."""

from dataclasses import dataclass, field

from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.organisations.keys import OrganisationKeys


@dataclass(frozen=True, slots=True)
class Met:
    """A contact point as it was looked for, and what was found: perhaps nothing. It is true within
    the transaction that looked, and as long as nothing is kept there."""

    keys: OrganisationKeys = field(repr=False)
    contact: Contact = field(repr=False)
    blind_index: bytes = field(repr=False)
    id: ContactId | None
    is_opted_out: bool
