"""Cards as staff find them: a list, a search, one with its history, and one made by hand.

What somebody searches for may be a name or a number, so it is posted, and stands in no address that
anybody can read: that of what was found has it sealed, so that one can come back to it.
"""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.rules import Card, CardId, CardState
from watchword.features.cards.verdicts import BadNumber, NumberTaken
from watchword.features.customers.rules import BadField, Customer, CustomerId, NewCustomer, Origin
from watchword.features.customers.search.rules import TooShort
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.customer_forms import Typed, read_person, read_typed
from watchword.web.console.forms import Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest, Frame

FOUND = PATH + "/found"
SEE = {PERMISSION: Permission.CUSTOMERS_SEARCH}
EDIT = {PERMISSION: Permission.CARDS_EDIT}


@get(PATH, include_in_schema=False, opt=SEE)
async def list_cards(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, asked = rows_of(request), request.query_params.get("state", "")
    state = CardState(asked) if asked in {*CardState} else None
    register = visitor.services.cards.register
    page = await register.page(visitor.organisation.id, state, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "cards/list.html",
        holdings=page.items,
        cursor=write_cursor(page.after) or "",
        rows=rows,
        state=state,
        states=tuple(CardState),
        query={"state": state or "", "rows": str(rows.most)},
    )


@post(PATH + "/search", include_in_schema=False, status_code=200, opt=SEE)
async def find_cards(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    typed = visitor.form.text("find")
    hits = await visitor.services.cards.register.search(visitor.organisation.id, typed)
    if isinstance(hits, TooShort):
        return show_console(
            request, visitor, "cards/found.html", status=422, hits=None, typed=typed
        )
    if len(hits.holdings) == 1 and not hits.cardless:
        return go(f"{PATH}/{hits.holdings[0].card.id}")
    asked = visitor.services.staff.interruptions.keep(
        visitor.organisation.id, visitor.member.id, FOUND, [("find", typed)]
    )
    return Redirect(Frame(request).link(FOUND, asked=asked or ""), status_code=303)


@get(FOUND, include_in_schema=False, opt=SEE)
async def show_found(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Show what a search found, as often as one comes back to it within the hour."""
    kept = visitor.services.staff.interruptions.give_back(
        visitor.organisation.id, visitor.member.id, request.query_params.get("asked", "")
    )
    if kept is None or kept.path != FOUND:
        return go(PATH)
    typed = Form(kept.pairs).text("find")
    hits = await visitor.services.cards.register.search(visitor.organisation.id, typed)
    if isinstance(hits, TooShort):
        return go(PATH)
    return show_console(request, visitor, "cards/found.html", hits=hits, typed=typed)


@get(PATH + "/{id:uuid}", include_in_schema=False, opt=SEE)
async def read_card(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await show_card(request, visitor, CardId(Id(int=id.int)))


@get(PATH + "/new", include_in_schema=False, opt=EDIT)
async def ask_for_card(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    customer = await _customer(visitor, request.query_params.get("customer", ""))
    return _show_new(request, visitor, customer, Typed())


@post(PATH + "/new", include_in_schema=False, status_code=200, opt=EDIT)
async def make_card(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    form, typed = visitor.form, read_typed(visitor.form)
    customer = await _customer(visitor, form.text("customer"))
    if form.is_resumed or (form.text("customer") and customer is None):
        return _show_new(request, visitor, customer, typed)
    if customer is None:
        made = await _make_for_new(visitor, typed)
    elif find_fault_of_reason(typed.reason):
        made = "reason"
    else:
        made = await visitor.services.cards.cards.create(
            visitor.colleague, customer.id, typed.number or None, reason=typed.reason
        )
    match made:
        case Card():
            return go(f"{PATH}/{made.id}", said="made")
        case str():
            return _show_new(request, visitor, customer, typed, problem=made)
        case BadNumber() | NumberTaken() | BadField():
            return _show_new(request, visitor, customer, typed, problem=made.word)


async def _make_for_new(
    visitor: Visitor, typed: Typed
) -> Card | BadNumber | NumberTaken | BadField | str:
    """Keep a customer with their first card; or name the field that is wrong."""
    person = read_person(visitor, typed)
    if isinstance(person, str):
        return person
    if find_fault_of_reason(typed.reason):
        return "reason"
    new = NewCustomer(profile=person.profile, contacts=person.contacts, origin=Origin.STAFF)
    return await visitor.services.cards.cards.create_for(
        visitor.colleague, new, typed.number or None, reason=typed.reason
    )


async def _customer(visitor: Visitor, written: str) -> Customer | None:
    try:
        id = CustomerId(Id(str(UUID(written))))
        return await visitor.services.customers.read(visitor.organisation.id, id)
    except (ValueError, NotFound):
        return None


def _show_new(
    request: AnyRequest,
    visitor: Visitor,
    customer: Customer | None,
    typed: Typed,
    *,
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "cards/new.html",
        status=422 if problem else 200,
        customer=customer,
        problem=problem,
        typed=typed,
    )


routes = [list_cards, find_cards, show_found, ask_for_card, make_card, read_card]
