"""Whose a card is, edited by hand. Another name makes the card unverified; the page says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.cards.rules import CardId
from watchword.features.contacts.rules import Contact, Unreachable, read_email, read_phone
from watchword.features.customers.rules import BadField, Changes, Customer, Profile, read_profile
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.console.card_page import PATH
from watchword.web.console.forms import Form
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

EDIT = {PERMISSION: Permission.CARDS_EDIT}
BAD_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    given_name: str
    family_name: str
    birth_date: str
    phone: str = ""
    email: str = ""
    reason: str = ""
    version: int = 0


@get(PATH + "/{id:uuid}/edit", include_in_schema=False, opt=EDIT)
async def edit(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str]:
    card_id = CardId(Id(int=id.int))
    customer = await _customer(visitor, card_id)
    return _show(request, visitor, card_id, _typed_as(customer))


@post(PATH + "/{id:uuid}/edit", include_in_schema=False, status_code=200, opt=EDIT)
async def save(
    id: FromPath[UUID], request: AnyRequest, visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    card_id, typed = CardId(Id(int=id.int)), _read(visitor.form)
    customer = await _customer(visitor, card_id)
    if visitor.form.is_resumed:
        return _show(request, visitor, card_id, typed)
    changes = _changes(visitor, typed)
    if isinstance(changes, str):
        return _show(request, visitor, card_id, typed, problem=changes)
    if find_fault_of_reason(typed.reason):
        return _show(request, visitor, card_id, typed, problem="reason")
    after = await visitor.services.customers.change(
        visitor.colleague, customer.id, changes, typed.version, reason=typed.reason
    )
    if isinstance(after, Customer):
        return go(f"{PATH}/{card_id}", said="changed")
    return _show(request, visitor, card_id, _typed_as(customer), problem=after.word)


async def _customer(visitor: Visitor, id: CardId) -> Customer:
    holding = await visitor.services.cards.register.one(visitor.organisation.id, id)
    if holding.customer is None:
        raise NotFound("customer")
    return holding.customer


def _typed_as(customer: Customer) -> Typed:
    profile, born = customer.profile, customer.profile.birth_date
    return Typed(
        profile.given_name,
        profile.family_name,
        "" if born is None else born.isoformat(),
        version=customer.version,
    )


def _read(form: Form) -> Typed:
    return Typed(
        form.text("given_name"),
        form.text("family_name"),
        form.text("birth_date"),
        form.text("phone"),
        form.text("email"),
        form.text("reason"),
        version=form.version("version"),
    )


def _changes(visitor: Visitor, typed: Typed) -> Changes | str:
    """Read what is to become of the customer; or name the field that is wrong."""
    today = visitor.services.storage.now().date()
    try:
        born = date.fromisoformat(typed.birth_date) if typed.birth_date else None
    except ValueError:
        return BAD_DATE
    profile = read_profile(typed.given_name, typed.family_name, born, today)
    if isinstance(profile, BadField):
        return profile.field
    return _with_contacts(profile, typed, visitor.organisation.country)


def _with_contacts(profile: Profile, typed: Typed, country: str) -> Changes | str:
    adds: Sequence[Contact] = ()
    if typed.phone:
        phone = read_phone(typed.phone, country)
        if isinstance(phone, Unreachable):
            return "phone"
        adds = (*adds, phone)
    if typed.email:
        email = read_email(typed.email)
        if isinstance(email, Unreachable):
            return "email"
        adds = (*adds, email)
    return Changes(profile=profile, adds=adds)


def _show(
    request: AnyRequest, visitor: Visitor, id: CardId, typed: Typed, *, problem: str = ""
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "cards/edit.html",
        status=422 if problem else 200,
        id=id,
        typed=typed,
        problem=problem,
    )


routes = [edit, save]
