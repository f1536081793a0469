"""The page of a customer; who has a card is found on the page of that."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.customers.rules import Customer, CustomerId
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_offers import write_offers
from watchword.web.console.card_page import PATH
from watchword.web.console.card_tags import write_tags
from watchword.web.console.offers import offers_of
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

OF = PATH + "/of"


@get(OF + "/{id:uuid}", include_in_schema=False, opt={PERMISSION: Permission.CUSTOMERS_SEARCH})
async def read_customer(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Show a customer; who has a card is shown on its page, for all that is known stands there."""
    try:
        customer = await _customer(visitor, id)
    except NotFound:
        return go(PATH)  # They were forgotten since the link was written.
    card = await visitor.services.cards.register.card_of(visitor.organisation.id, customer.id)
    if card is not None:
        return go(f"{PATH}/{card.id}")
    return await _show(request, visitor, customer)


@post(
    OF + "/{id:uuid}/offers",
    include_in_schema=False,
    status_code=200,
    opt={PERMISSION: Permission.CONSENTS_EDIT},
)
async def write_down_for_customer(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    customer = await _customer(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, customer, about="offers")
    if problem := await write_offers(visitor, customer):
        return await _show(request, visitor, customer, about="offers", problem=problem)
    return go(f"{OF}/{customer.id}", said="offers")


@post(
    OF + "/{id:uuid}/tags",
    include_in_schema=False,
    status_code=200,
    opt={PERMISSION: Permission.CUSTOMERS_TAG},
)
async def tag_customer_without_card(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    customer = await _customer(visitor, id)
    if visitor.form.is_resumed:
        return await _show(request, visitor, customer, about="tags")
    if problem := await write_tags(visitor, customer.id):
        return await _show(request, visitor, customer, about="tags", problem=problem)
    return go(f"{OF}/{customer.id}", said="tagged")


async def _customer(visitor: Visitor, id: UUID) -> Customer:
    return await visitor.services.customers.read(
        visitor.organisation.id, CustomerId(Id(int=id.int))
    )


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    customer: Customer,
    *,
    about: str = "",
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "cards/cardless.html",
        status=422 if problem else 200,
        customer=customer,
        there=f"{OF}/{customer.id}",
        tags=await visitor.services.tags.of(visitor.organisation.id, customer.id),
        offers=await offers_of(visitor, customer),
        recent={},
        about=about,
        problem=problem,
        form=visitor.form,
    )


routes = [read_customer, write_down_for_customer, tag_customer_without_card]
