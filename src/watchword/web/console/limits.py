"""Why somebody gets no code: which limit is used up, until when, and how it is lifted.

A contact is looked for by a form and never by an address, for addresses are written down
everywhere. What was typed stays in the form of whoever typed it.
"""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from watchword.features.challenges.allowances.rules import Allowance
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.policies import Purpose
from watchword.features.contacts.rules import Contact, Unreachable
from watchword.features.contacts.typed import read_typed
from watchword.features.routing.rules import Considered
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PAGE = "/console/blocks/limits"


@dataclass(frozen=True, slots=True)
class Found:
    """What is so with a contact point; `is_known`, if anything was ever sent to it."""

    contact: Contact
    is_known: bool
    allowances: list[Allowance]
    ways: list[Considered]

    @property
    def used_up(self) -> list[Allowance]:
        return [each for each in self.allowances if each.is_used_up]


@get(PAGE, include_in_schema=False, opt={PERMISSION: Permission.BLOCKS_SEE})
async def ask_for_contact(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _show(request, visitor)


@post(PAGE, include_in_schema=False, opt={PERMISSION: Permission.BLOCKS_SEE}, status_code=200)
async def show_limits(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    typed = visitor.form.text("contact")
    contact = read_typed(typed, visitor.organisation.country)
    if isinstance(contact, Unreachable):
        return _show(request, visitor, typed, problem="contact")
    return _show(request, visitor, typed, found=await _found(visitor, contact))


@post(
    f"{PAGE}/liftings",
    include_in_schema=False,
    opt={PERMISSION: Permission.BLOCKS_LIFT},
    status_code=200,
)
async def lift_limits(
    request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    typed, reason = visitor.form.text("contact"), visitor.form.text("reason")
    contact = read_typed(typed, visitor.organisation.country)
    if isinstance(contact, Unreachable):
        return _show(request, visitor, typed, problem="contact")
    is_unsaid = find_fault_of_reason(reason) is not None
    if visitor.form.is_resumed or is_unsaid:
        found, problem = await _found(visitor, contact), "reason" if is_unsaid else ""
        if visitor.form.is_resumed:
            problem = ""
        return _show(request, visitor, typed, found=found, reason=reason, problem=problem)
    organisation = visitor.organisation
    id = await visitor.services.contacts.find(organisation.id, contact)
    if id is None:
        return _show(request, visitor, typed, found=await _found(visitor, contact))
    await visitor.services.limits.lifts.lift(organisation.id, str(id), visitor.actor, reason)
    return go(PAGE, said="lifted")


async def _found(visitor: Visitor, contact: Contact) -> Found:
    services, organisation = visitor.services, visitor.organisation
    id = await services.contacts.find(organisation.id, contact)
    used = [] if id is None else [*await services.limits.allowances.look(organisation, id)]
    opening = Opening(
        purpose=Purpose.CONTACT_VERIFICATION,
        contact=contact,
        channel=None,
        locale=organisation.locale,
    )
    ways = await services.foresight.foresee(visitor, opening)
    return Found(contact, id is not None, used, ways)


def _show(
    request: AnyRequest,
    visitor: Visitor,
    typed: str = "",
    *,
    found: Found | None = None,
    reason: str = "",
    problem: str = "",
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "blocks/limits.html",
        status=422 if problem else 200,
        typed=typed,
        found=found,
        reason=reason,
        problem=problem,
    )


routes = [ask_for_contact, show_limits, lift_limits]
