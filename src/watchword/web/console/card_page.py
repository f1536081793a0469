"""The page of one card: whose it is, its history, and what may be done with it by whom."""

from collections.abc import Mapping, Sequence

from litestar import Response

from watchword.features.cards.calls.service import Revealed
from watchword.features.cards.evidence import callable_back, comparable, is_on, may_be_confirmed
from watchword.features.cards.means import PERMISSIONS, Means
from watchword.features.cards.rules import Card, CardId
from watchword.features.challenges.displays.rules import Displayed
from watchword.features.contacts.post import envelope, place_of
from watchword.features.contacts.rules import ContactKind
from watchword.features.customers.rules import Customer
from watchword.features.organisations.locations.rules import Location
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.redemption import Way, in_store
from watchword.features.redemptions.viewings.rules import may_pull_up
from watchword.web.console.actors import name_of
from watchword.web.console.offers import offers_of
from watchword.web.console.pages import show_console
from watchword.web.console.visits import Visitor
from watchword.web.html.devices import spaced
from watchword.web.html.pages import AnyRequest

PATH = "/console/cards"
VIEWED = "viewed"
STATUS = dict.fromkeys(("no_call_back", "already_verified", "recent_contact"), 409)
"""What is no fault of the form, but of how things stand."""


async def show_card(
    request: AnyRequest,
    visitor: Visitor,
    id: CardId,
    *,
    about: str = "",
    problem: str = "",
    left: int = 0,
    revealed: Revealed | None = None,
    viewed: Displayed | None = None,
) -> Response[str]:
    """Show a card; `about` names the act that was not done, and `problem` why; `left`, how often a
    code may still be read; `viewed` is the code for a till that staff were let see."""
    cards = visitor.services.cards
    holding = await cards.register.one(visitor.organisation.id, id)
    customer = holding.customer
    known = await cards.confirmations.known(visitor.colleague, id) if customer else None
    return show_console(
        request,
        visitor,
        "cards/one.html",
        status=STATUS.get(problem, 422) if problem else 200,
        holding=holding,
        card=holding.card,
        customer=customer,
        waiting=await cards.attempts.current(visitor.colleague, id),
        means=await offered_to(visitor, holding.card),
        places=await places_of(visitor),
        numbers=callable_back(known.customer) if known else (),
        recent=known.recent if known else {},
        held=await cards.holders.of(visitor.organisation.id, holding.card),
        is_own=await cards.confirmations.is_own(visitor.colleague, holding.card),
        about=about,
        problem=problem,
        left=left,
        form=visitor.form,
        **await _about(visitor, id, customer),
        **_seen(revealed, viewed),
        **await _past(visitor, id),
    )


async def _about(visitor: Visitor, id: CardId, customer: Customer | None) -> Mapping[str, object]:
    """Give what staff compare, by what words a customer is told apart, and what they agreed to;
    and where staff write that down."""
    if customer is None:
        return {"compared": (), "tags": (), "offers": ()}
    tags = await visitor.services.tags.of(visitor.organisation.id, customer.id)
    return {
        "there": f"{PATH}/{id}",
        "compared": comparable(customer),
        "tags": tags,
        "offers": await offers_of(visitor, customer),
    }


def _seen(revealed: Revealed | None, viewed: Displayed | None) -> Mapping[str, object]:
    """Give the code that was shown, if one was, or the number, and how it is read off while
    dialling."""
    return {
        "viewed": viewed,
        "revealed": revealed,
        "to_call": "" if revealed is None else spaced(revealed.number.reveal()),
    }


async def _past(visitor: Visitor, id: CardId) -> Mapping[str, object]:
    """Give what was proven about a card and what was done to it, with who did it, and where; and
    where its code may be read."""
    history = await visitor.services.cards.cards.history(visitor.colleague, id)
    deeds = await visitor.services.cards.register.deeds(visitor.organisation.id, id)
    doers = {each.line.actor for each in history} | {each.actor for each in deeds}
    return {
        "history": list(reversed(history)),
        "deeds": list(reversed(deeds)),
        "doers": {doer: await name_of(visitor, doer) for doer in doers},
        "named": await _named(visitor),
        "viewers": await viewing_places(visitor),
        "claims": await visitor.services.joining.claims.waiting_for(visitor.organisation.id, id),
    }


def addresses_of(customer: Customer) -> Sequence[Sequence[str]]:
    """Give the addresses on file, each in its lines, for staff to compare."""
    places = (
        place_of(each.contact.address.reveal())
        for each in customer.contacts
        if each.kind is ContactKind.POST
    )
    return [[line for line in envelope(place) if line] for place in places if place is not None]


async def offered_to(visitor: Visitor, card: Card) -> Sequence[Means]:
    """Give the means by which somebody could confirm a card as it is."""
    settings = (
        await visitor.services.configuration.settings.of(visitor.organisation.id)
    ).verification
    return [
        means
        for means, permission in PERMISSIONS.items()
        if visitor.admits(permission)
        and is_on(means, settings)
        and may_be_confirmed(card, means) is None
    ]


async def places_of(visitor: Visitor) -> Mapping[Means, Sequence[Location | None]]:
    """Give the locations at which somebody may confirm; `None` is the organisation as a whole."""
    found = await visitor.services.configuration.locations.all(visitor.organisation.id)
    every: list[Location | None] = [None, *(each for each in found if each.closed_at is None)]
    return {
        means: [
            each for each in every if visitor.may(permission, None if each is None else each.id)
        ]
        for means, permission in PERMISSIONS.items()
    }


async def viewing_places(visitor: Visitor) -> Sequence[Location | None]:
    """Give the locations at which somebody may read the code of a customer without a telephone, or
    `None` for an organisation without any; as far as is known, for the service asks anew."""
    settings, whose = visitor.services.configuration.settings, visitor.organisation.id
    if Way.WALLET_CODE not in in_store((await settings.of(whose)).redemption):
        return ()
    grants = visitor.member.grants
    found = await visitor.services.configuration.locations.all(whose)
    if not found:
        there = (await settings.of(whose)).redemption
        return (None,) if may_pull_up(grants, None, there) else ()
    return [
        each
        for each in found
        if each.is_open
        and may_pull_up(grants, each.id, (await settings.at(whose, each.id)).redemption)
    ]


async def _named(visitor: Visitor) -> Mapping[LocationId, str]:
    found = await visitor.services.configuration.locations.all(visitor.organisation.id)
    return {each.id: each.name for each in found}
