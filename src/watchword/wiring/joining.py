"""The parts by which customers get a card by themselves, and staff see who may have one already."""

from dataclasses import dataclass

from watchword.features.cards.claims.service import Claims
from watchword.features.cards.handing.service import Handing
from watchword.features.cards.registration.apart.service import Apart
from watchword.features.cards.registration.entrance.service import Entrance
from watchword.features.cards.registration.reunion.service import Reunion
from watchword.features.cards.registration.service import Registrations
from watchword.features.contacts.service import Contacts
from watchword.features.customers.service import Customers
from watchword.features.limits.service import Gates
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.storage import Storage
from watchword.wiring.cards import CardServices


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningServices:
    registrations: Registrations
    entrance: Entrance
    claims: Claims


def joining_services(
    storage: Storage,
    organisations: Organisations,
    contacts: Contacts,
    customers: Customers,
    cards: CardServices,
    *,
    gates: Gates,
    settings: OrganisationSettings,
) -> JoiningServices:
    handing = Handing(customers=customers, cards=cards.cards)
    claims = Claims(storage=storage, customers=customers, cards=cards.cards, handing=handing)
    apart = Apart(cards=cards.cards, attempts=cards.attempts, claims=claims, handing=handing)
    reunion = _reunion(customers, cards, claims, handing, apart)
    return JoiningServices(
        claims=claims,
        registrations=Registrations(
            storage=storage,
            organisations=organisations,
            customers=customers,
            contacts=contacts,
            cards=cards.cards,
            attempts=cards.attempts,
            claims=claims,
            handing=handing,
            gates=gates,
            settings=settings,
            apart=apart,
            reunion=reunion,
        ),
        entrance=Entrance(
            storage=storage,
            organisations=organisations,
            contacts=contacts,
            cards=cards.cards,
            attempts=cards.attempts,
            apart=apart,
            reunion=reunion,
        ),
    )


def _reunion(
    customers: Customers, cards: CardServices, claims: Claims, handing: Handing, apart: Apart
) -> Reunion:
    return Reunion(
        customers=customers,
        cards=cards.cards,
        attempts=cards.attempts,
        claims=claims,
        handing=handing,
        apart=apart,
    )
