"""What a customer has agreed to, as their page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchword.features.consents.entries.rules import Seen
from watchword.features.consents.opt_ins.rules import ON_FORMS
from watchword.features.consents.rules import Scope
from watchword.features.consents.words import on_form
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.customers.rules import Customer
from watchword.web.console.visits import Visitor


@dataclass(frozen=True, slots=True)
class Offers:
    """What holds for one contact point. `can_agree`: to what the customer may agree here and now,
    by these `words`; nothing, if they have."""

    id: ContactId
    contact: Contact = field(repr=False)
    seen: Seen
    can_agree: Scope | None
    words: str = ""


async def offers_of(visitor: Visitor, customer: Customer) -> Sequence[Offers]:
    """Give what a customer has agreed to, contact point by contact point."""
    organisation, entries = visitor.organisation, visitor.services.consents.entries
    ids = [each.contact_id for each in customer.contacts]
    found = []
    for id, contact, seen in await entries.of_contacts(organisation, ids):
        scope = ON_FORMS[contact.kind]
        if scope in seen.allowed:
            found.append(Offers(id, contact, seen, None))
            continue
        words = on_form(scope, customer.locale, organisation.name)
        found.append(Offers(id, contact, seen, scope, words))
    return found
