"""The parts that know customers' cards, and what is proven about them."""

import secrets
from dataclasses import dataclass

from watchword.features.approvals.service import Approvals
from watchword.features.cards.attempts.service import Attempts
from watchword.features.cards.calls.service import Calls
from watchword.features.cards.confirmations.service import Confirmations
from watchword.features.cards.desk import Backroom
from watchword.features.cards.effects.service import Effects
from watchword.features.cards.holders.service import Holders
from watchword.features.cards.notices.service import CardNotices
from watchword.features.cards.register.service import CardRegister
from watchword.features.cards.service import Cards
from watchword.features.challenges.desk import Mailroom
from watchword.features.challenges.service import Challenges
from watchword.features.customers.service import Customers
from watchword.features.delivery.routes import Routes
from watchword.features.idempotency.service import Requests
from watchword.features.organisations.service import Organisations
from watchword.features.organisations.settings.service import OrganisationSettings
from watchword.foundation.storage import Storage
from watchword.wiring.tokens import new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class CardServices:
    """All that doors may ask of cards."""

    cards: Cards
    attempts: Attempts
    confirmations: Confirmations
    calls: Calls
    notices: CardNotices
    effects: Effects
    register: CardRegister
    holders: Holders
    backroom: Backroom


def card_services(
    storage: Storage,
    organisations: Organisations,
    customers: Customers,
    *,
    mailroom: Mailroom,
    routes: Routes,
    settings: OrganisationSettings,
    challenges: Challenges,
    approvals: Approvals,
    requests: Requests,
) -> CardServices:
    backroom = _backroom(organisations, customers, mailroom, routes)
    attempts = _attempts(storage, backroom, settings, challenges)
    effects = Effects(backroom=backroom)
    customers.be_heard_by(effects)
    cards = Cards(storage=storage, backroom=backroom, requests=requests, draw=secrets.randbelow)
    confirmations = Confirmations(
        storage=storage,
        backroom=backroom,
        settings=settings,
        challenges=challenges,
        attempts=attempts,
        approvals=approvals,
    )
    return CardServices(
        cards=cards,
        attempts=attempts,
        confirmations=confirmations,
        calls=Calls(storage=storage, backroom=backroom, confirmations=confirmations),
        notices=CardNotices(storage=storage, backroom=backroom),
        effects=effects,
        register=CardRegister(storage=storage, cards=cards, customers=customers),
        holders=Holders(storage=storage, backroom=backroom),
        backroom=backroom,
    )


def _attempts(
    storage: Storage, backroom: Backroom, settings: OrganisationSettings, challenges: Challenges
) -> Attempts:
    # Numbers and references are drawn here, not with the chance that tests choose for codes.
    return Attempts(
        storage=storage,
        backroom=backroom,
        settings=settings,
        challenges=challenges,
        draw=secrets.randbelow,
    )


def _backroom(
    organisations: Organisations, customers: Customers, mailroom: Mailroom, routes: Routes
) -> Backroom:
    return Backroom(
        organisations=organisations,
        customers=customers,
        mailroom=mailroom,
        routes=routes,
        new_token=new_token,
    )
