"""What staff do with a card: confirm it, take that back, block it, delete it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.approvals.rules import Kind, Proposal, Request
from watchword.features.cards.attempts.rules import Attempt
from watchword.features.cards.calls.service import Revealed
from watchword.features.cards.confirmations.service import Confirming
from watchword.features.cards.evidence import Compared, Evidence
from watchword.features.cards.means import PERMISSIONS, Means
from watchword.features.cards.references import read_reference
from watchword.features.cards.rules import Card, CardId
from watchword.features.cards.service import Changed
from watchword.features.cards.verdicts import Confirmed, NotRead
from watchword.features.clients.rules import Caller
from watchword.features.contacts.rules import ContactId
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.permissions import Permission
from watchword.foundation.ids import Id
from watchword.foundation.secret import secret_if_any
from watchword.web.console.card_page import PATH, show_card
from watchword.web.console.pages import go
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

SEE = {PERMISSION: Permission.CUSTOMERS_SEARCH}
EDIT = {PERMISSION: Permission.CARDS_EDIT}
CALL = {PERMISSION: Permission.VERIFY_BY_PHONE}
CODE_AT_MOST = 64

Act: TypeAlias = Callable[[Caller, CardId, str], Awaitable[Changed]]
Shown: TypeAlias = Response[str] | Redirect


@post(PATH + "/{id:uuid}/confirmations", include_in_schema=False, status_code=200, opt=SEE)
async def confirm_card(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    """Confirm by one of three means. Who may do it, and where, the service asks."""
    card_id, form = CardId(Id(int=id.int)), visitor.form
    written = form.text("means")
    if written not in set(PERMISSIONS) or form.is_resumed:
        return await show_card(request, visitor, card_id, about=written)
    wanted = Confirming(
        card_id=card_id,
        means=Means(written),
        evidence=_evidence(visitor),
        reason=form.text("reason"),
        location=_location(form.text("location")),
    )
    outcome = await visitor.services.cards.confirmations.confirm(visitor.colleague, wanted)
    if isinstance(outcome, Confirmed):
        return go(f"{PATH}/{card_id}", said="verified")
    problem = outcome.word
    if isinstance(outcome, NeedsSecondPerson):
        problem = await _propose(visitor, outcome, wanted.reason)
        if problem == "proposed":
            return go(f"{PATH}/{card_id}", said="proposed")
    left = outcome.left if isinstance(outcome, NotRead) else 0
    return await show_card(request, visitor, card_id, about=written, problem=problem, left=left)


@post(PATH + "/{id:uuid}/codes", include_in_schema=False, status_code=200, opt=SEE)
async def send_code(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    """Send a code to the number on file, for whoever calls to read it back."""
    card_id, to = CardId(Id(int=id.int)), _id(visitor.form.text("contact"))
    if to is None or visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about="phone")
    outcome = await visitor.services.cards.confirmations.send_code(
        visitor.colleague, card_id, ContactId(to), _location(visitor.form.text("location"))
    )
    if isinstance(outcome, Attempt):
        return go(f"{PATH}/{card_id}", said="sent")
    return await show_card(request, visitor, card_id, about="phone", problem=outcome.word)


@post(PATH + "/{id:uuid}/calls", include_in_schema=False, status_code=200, opt=CALL)
async def show_number(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    """Show the one number that somebody is about to call, in this answer and nowhere else."""
    card_id, which = CardId(Id(int=id.int)), _id(visitor.form.text("contact"))
    if which is None or visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about="phone")
    outcome = await visitor.services.cards.calls.reveal(
        visitor.colleague, card_id, ContactId(which), _location(visitor.form.text("location"))
    )
    if isinstance(outcome, Revealed):
        return await show_card(request, visitor, card_id, about="phone", revealed=outcome)
    return await show_card(request, visitor, card_id, about="phone", problem=outcome.word)


@post(PATH + "/{id:uuid}/withdrawals", include_in_schema=False, status_code=200, opt=EDIT)
async def withdraw(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    return await _act(request, visitor, id, "withdrawn", visitor.services.cards.cards.withdraw)


@post(PATH + "/{id:uuid}/blockings", include_in_schema=False, status_code=200, opt=EDIT)
async def block(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    return await _act(request, visitor, id, "blocked", visitor.services.cards.cards.block)


@post(PATH + "/{id:uuid}/unblockings", include_in_schema=False, status_code=200, opt=EDIT)
async def unblock(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    return await _act(request, visitor, id, "unblocked", visitor.services.cards.cards.unblock)


@post(PATH + "/{id:uuid}/deletions", include_in_schema=False, status_code=200, opt=EDIT)
async def delete(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Shown:
    return await _act(request, visitor, id, "deleted", visitor.services.cards.cards.delete)


async def _act(request: AnyRequest, visitor: Visitor, id: UUID, said: str, act: Act) -> Shown:
    card_id = CardId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await show_card(request, visitor, card_id, about=said)
    outcome = await act(visitor.colleague, card_id, visitor.form.text("reason"))
    if isinstance(outcome, Card):
        return go(f"{PATH}/{card_id}", said=said)
    return await show_card(request, visitor, card_id, about=said, problem=outcome.word)


async def _propose(visitor: Visitor, needed: NeedsSecondPerson, reason: str) -> str:
    """Ask for a second person; say what came of it."""
    proposal = Proposal(kind=Kind.CARD_OVERRIDE, subject=needed.subject, reason=reason)
    approvals = visitor.services.configuration.approvals
    outcome = await approvals.propose(visitor.organisation.id, proposal, actor=visitor.actor)
    return "proposed" if isinstance(outcome, Request) else outcome.word


def _evidence(visitor: Visitor) -> Evidence:
    form = visitor.form
    called = _id(form.text("called_back"))
    return Evidence(
        compared=frozenset(each for each in Compared if each in form.all("compared")),
        reference=read_reference(form.text("reference")),
        called_back=None if called is None else ContactId(called),
        read_back=secret_if_any(form.text("read_back")[:CODE_AT_MOST] or None),
    )


def _location(written: str) -> LocationId | None:
    found = _id(written)
    return None if found is None else LocationId(found)


def _id(written: str) -> Id | None:
    try:
        return Id(str(UUID(written)))
    except ValueError:
        return None


routes = [confirm_card, send_code, show_number, withdraw, block, unblock, delete]
