"""Whose a card is and how they are reached, edited by hand.

Another name makes the card unverified, and so does taking away what it rests on; the page says so.
"""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.rules import CardId
from watchword.features.customers.rules import Changes, Customer
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH
from watchword.web.console.customer_forms import (
    Typed,
    read_person,
    read_typed,
    removed_from,
    typed_as,
)
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

EDIT = {PERMISSION: Permission.CARDS_EDIT}


@get(PATH + "/{id:uuid}/edit", include_in_schema=False, opt=EDIT)
async def edit(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    card_id = CardId(Id(int=id.int))
    customer = await _customer(visitor, card_id)
    return _show(request, visitor, card_id, customer, typed_as(customer))


@post(PATH + "/{id:uuid}/edit", include_in_schema=False, status_code=200, opt=EDIT)
async def save(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    card_id, typed = CardId(Id(int=id.int)), read_typed(visitor.form)
    customer = await _customer(visitor, card_id)
    if visitor.form.is_resumed:
        return _show(request, visitor, card_id, customer, typed)
    person = read_person(visitor, typed)
    if isinstance(person, str):
        return _show(request, visitor, card_id, customer, typed, problem=person)
    if find_fault_of_reason(typed.reason):
        return _show(request, visitor, card_id, customer, typed, problem="reason")
    changes = Changes(
        profile=person.profile, adds=person.contacts, removes=removed_from(customer, typed)
    )
    after = await visitor.services.customers.change(
        visitor.colleague, customer.id, changes, typed.version, reason=typed.reason
    )
    if isinstance(after, Customer):
        return go(f"{PATH}/{card_id}", said="changed")
    return _show(request, visitor, card_id, customer, typed_as(customer), problem=after.word)


async def _customer(visitor: Visitor, id: CardId) -> Customer:
    holding = await visitor.services.cards.register.one(visitor.organisation.id, id)
    if holding.customer is None:
        raise NotFound("customer")
    return holding.customer


def _show(
    request: AnyRequest,
    visitor: Visitor,
    id: CardId,
    customer: Customer,
    typed: Typed,
    *,
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "cards/edit.html",
        status=422 if problem else 200,
        id=id,
        customer=customer,
        typed=typed,
        problem=problem,
    )


routes = [edit, save]
