"""The tags of the customer of a card."""

import re
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.audiences.tags.rules import Retagged
from watchword.features.cards.rules import CardId
from watchword.features.customers.rules import CustomerId
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.pages import go
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

BETWEEN = re.compile(r"[,;\n]")


@post(
    PATH + "/{id:uuid}/tags",
    include_in_schema=False,
    status_code=200,
    opt={PERMISSION: Permission.CUSTOMERS_TAG},
)
async def tag_customer(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    card_id = CardId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about="tags")
    holding = await visitor.services.cards.register.one(visitor.organisation.id, card_id)
    if holding.customer is None:
        raise NotFound("customer")
    if problem := await write_tags(visitor, holding.customer.id):
        return await show_card(request, visitor, card_id, about="tags", problem=problem)
    return go(f"{PATH}/{card_id}", said="tagged")


async def write_tags(visitor: Visitor, customer_id: CustomerId) -> str | None:
    """Tag a customer as the form says; give the word for why not."""
    typed = BETWEEN.split(visitor.form.text("tags"))
    outcome = await visitor.services.tags.set(visitor.colleague, customer_id, typed)
    return None if isinstance(outcome, Retagged) else outcome.word


routes = [tag_customer]
