"""The boxes for offers on the last page of a registration. They are those of the wallet's sign-up.

Nobody is asked before their card is proven: what somebody only typed into a form may be anybody's,
and is written to for a code alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from watchword.features.cards.registration.service import View
from watchword.features.cards.rules import CardState
from watchword.features.consents.opt_ins.rules import ON_FORMS
from watchword.features.consents.rules import Scope
from watchword.features.contacts.rules import Contact, ContactId
from watchword.features.organisations.rules import Organisation
from watchword.wiring import Services


@dataclass(frozen=True, slots=True)
class Offer:
    """A box, what stands beside it, and the contact point that it is for."""

    scope: Scope
    words: str
    contact_id: ContactId


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be ticked, whose YES is waited for, and whether offers come already."""

    open: Sequence[Offer] = ()
    awaited: Sequence[Contact] = ()
    are_agreed: bool = False


async def offers_of(
    services: Services, organisation: Organisation, view: View, locale: str
) -> Offers:
    """Say what somebody can be asked, at what they have shown to be theirs."""
    if view.card.state is not CardState.VERIFIED:
        return Offers()
    shown = [each.contact_id for each in view.customer.contacts if each.verified_at is not None]
    seen_of = await services.consents.entries.of_contacts(organisation, shown)
    kinds = {contact.kind for _, contact, _ in seen_of}
    boxes = await services.consents.opt_ins.offered(organisation, kinds, locale)
    return Offers(
        open=[
            Offer(scope, boxes[scope], id)
            for id, contact, seen in seen_of
            if (scope := ON_FORMS[contact.kind]) in boxes
            and scope not in {*seen.allowed, *seen.awaited}
        ],
        awaited=[contact for _, contact, seen in seen_of if seen.awaited],
        are_agreed=any(seen.allowed for _, _, seen in seen_of),
    )
