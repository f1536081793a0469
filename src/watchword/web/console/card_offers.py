"""Staff write down what the customer of a card says about offers."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.rules import CardId
from watchword.features.consents.rules import ConsentGiven, Shown
from watchword.features.customers.rules import Customer
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.offers import Offers, offers_of
from watchword.web.console.pages import go
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest


@post(
    PATH + "/{id:uuid}/offers",
    include_in_schema=False,
    status_code=200,
    opt={PERMISSION: Permission.CONSENTS_EDIT},
)
async def write_down(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    card_id = CardId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about="offers")
    holding = await visitor.services.cards.register.one(visitor.organisation.id, card_id)
    if holding.customer is None:
        raise NotFound("customer")
    problem = await write_offers(visitor, holding.customer)
    if problem:
        return await show_card(request, visitor, card_id, about="offers", problem=problem)
    return go(f"{PATH}/{card_id}", said="offers")


async def write_offers(visitor: Visitor, customer: Customer) -> str:
    """Write down what they say; give the word for what stands in the way."""
    form = visitor.form
    known = {str(each.id): each for each in await offers_of(visitor, customer)}
    meant = known.get(form.text("contact"))
    if meant is None:
        raise NotFound("contact point")
    if form.text("agrees") == "yes":
        return await _agree(visitor, customer, meant)
    scope = next((each for each in meant.seen.allowed if each == form.text("scope")), None)
    if scope is not None:
        # Whoever has taken it back meanwhile has done so.
        await visitor.services.consents.entries.withdraw(visitor.colleague, meant.contact, scope)
    return ""


async def _agree(visitor: Visitor, customer: Customer, meant: Offers) -> str:
    if not visitor.form.flag("told"):
        return "not_told"
    if meant.can_agree is None:
        return ""  # They have agreed already.
    shown = Shown(customer.locale, meant.words)
    entries = visitor.services.consents.entries
    outcome = await entries.give(visitor.colleague, meant.contact, meant.can_agree, shown)
    return "" if isinstance(outcome, ConsentGiven) else outcome.word


routes = [write_down]
