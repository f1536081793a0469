"""What staff do about the people behind a card: a customer is forgotten, for good."""

from typing import assert_never
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.approvals.rules import Kind, Proposal, Request
from watchword.features.cards.rules import CardId
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.rules import BadReason, Erased, StillStaff
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.pages import go
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

ERASE = {PERMISSION: Permission.PEOPLE_ERASE}
FORGOTTEN = "forgotten"


@post(PATH + "/{id:uuid}/erasures", include_in_schema=False, status_code=200, opt=ERASE)
async def erase(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    """Forget the customer of a card, with a second person where the organisation wants one."""
    card_id, form = CardId(Id(int=id.int)), visitor.form
    reason = form.text("reason")
    if form.is_resumed:
        return await show_card(request, visitor, card_id, about=FORGOTTEN)
    if not form.flag("sure"):
        return await show_card(request, visitor, card_id, about=FORGOTTEN, problem="not_sure")
    card = await visitor.services.cards.cards.read(visitor.organisation.id, card_id)
    erasures = visitor.services.privacy.erasures
    match await erasures.erase_customer(visitor, card.customer_id, reason):
        case Erased():
            return go(PATH, said=FORGOTTEN)
        case NeedsSecondPerson() as needed:
            return await _propose(request, visitor, card_id, needed)
        case StillStaff() | BadReason() as refused:
            return await show_card(request, visitor, card_id, about=FORGOTTEN, problem=refused.word)
        case never:
            assert_never(never)


async def _propose(
    request: AnyRequest, visitor: Visitor, card_id: CardId, needed: NeedsSecondPerson
) -> Response[str] | Redirect:
    reason = visitor.form.text("reason")
    proposal = Proposal(kind=Kind.PERSON_ERASURE, subject=needed.subject, reason=reason)
    approvals = visitor.services.configuration.approvals
    outcome = await approvals.propose(visitor.organisation.id, proposal, actor=visitor.actor)
    if isinstance(outcome, Request):
        return go(f"/console/approvals/{outcome.id}", said="proposed")
    return await show_card(request, visitor, card_id, about=FORGOTTEN, problem=outcome.word)


routes = [erase]
