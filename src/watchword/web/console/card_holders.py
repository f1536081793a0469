"""Who holds the account of a card: somebody joins, found by a search, and somebody leaves."""

from typing import TypeAlias
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.holders.rules import Holder
from watchword.features.cards.rules import CardId
from watchword.features.customers.rules import CustomerId
from watchword.features.customers.search.rules import TooShort
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

EDIT = {PERMISSION: Permission.CARDS_EDIT}
HOLDERS = "holders"

Shown: TypeAlias = Response[str] | Redirect


@post(PATH + "/{id:uuid}/holders/search", include_in_schema=False, status_code=200, opt=EDIT)
async def find_holder(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    return await _show_found(request, visitor, CardId(Id(int=id.int)))


@post(PATH + "/{id:uuid}/holders", include_in_schema=False, status_code=200, opt=EDIT)
async def add_holder(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    card_id, form = CardId(Id(int=id.int)), visitor.form
    whom = _customer(form.text("customer"))
    if form.is_resumed:
        return await _show_found(request, visitor, card_id)
    if whom is None:
        return await _show_found(request, visitor, card_id, problem="nobody_chosen")
    holders = visitor.services.cards.holders
    outcome = await holders.add(visitor.colleague, card_id, whom, form.text("reason"))
    if isinstance(outcome, Holder):
        return go(f"{PATH}/{card_id}", said="holder_added")
    return await _show_found(request, visitor, card_id, problem=_word(outcome))


@post(
    PATH + "/{id:uuid}/holders/{customer:uuid}/removals",
    include_in_schema=False,
    status_code=200,
    opt=EDIT,
)
async def remove_holder(
    id: FromPath[UUID],
    customer: FromPath[UUID],
    request: AnyRequest,
    visitor: NamedDependency[Visitor],
) -> Shown:
    card_id = CardId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about=HOLDERS)
    outcome = await visitor.services.cards.holders.remove(
        visitor.colleague, card_id, CustomerId(Id(int=customer.int)), visitor.form.text("reason")
    )
    if isinstance(outcome, Holder):
        return go(f"{PATH}/{card_id}", said="holder_removed")
    return await show_card(request, visitor, card_id, about=HOLDERS, problem=_word(outcome))


async def _show_found(
    request: AnyRequest, visitor: Visitor, id: CardId, *, problem: str = ""
) -> Response[str]:
    """Show whom a search found, each with what tells them apart from others of the name."""
    register, typed = visitor.services.cards.register, visitor.form.text("find")
    holding = await register.one(visitor.organisation.id, id)
    hits = await register.search(visitor.organisation.id, typed)
    is_short = isinstance(hits, TooShort)
    people = {}
    if not isinstance(hits, TooShort):
        people = {each.customer.id: each.customer for each in hits.holdings if each.customer}
        people |= {each.id: each for each in hits.cardless}
    held = await visitor.services.cards.holders.of(visitor.organisation.id, holding.card)
    return show_console(
        request,
        visitor,
        "cards/holders.html",
        status=422 if problem or is_short else 200,
        holding=holding,
        card=holding.card,
        people=list(people.values()),
        holds={each.customer.id for each in held},
        is_short=is_short,
        typed=typed,
        problem=problem,
        form=visitor.form,
    )


def _customer(written: str) -> CustomerId | None:
    try:
        return CustomerId(Id(str(UUID(written))))
    except ValueError:
        return None


def _word(refusal: object) -> str:
    return str(getattr(refusal, "word", refusal))


routes = [find_holder, add_holder, remove_holder]
