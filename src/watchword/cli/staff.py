"""`watchword staff`: let a first owner in, see who works here, and shut somebody out.

$ watchword staff first-owner sonnenhof --email ann@example.org
http://localhost:8000/console/invitations/…
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NoReturn, TypeAlias, assert_never
from uuid import UUID

import typer
from msgspec import Struct

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import TRY_LATER, AsJson, columns, leave, moment, note, show
from watchword.cli.running import run
from watchword.features.contacts.rules import Unreachable
from watchword.features.organisations.rules import LocationId
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.staff.owners.rules import OwnedAlready, Printed
from watchword.features.staff.roles.rules import (
    Changed,
    LastOwner,
    NoRoles,
    NotNow,
    NotYourself,
    Refusal,
    Stale,
)
from watchword.features.staff.rules import (
    NamelessOrEndless,
    Reasonless,
    StaffId,
    StaffMember,
    StaffState,
)
from watchword.foundation.ids import Id

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Let a first owner into the console, and shut somebody out.",
)

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
Who: TypeAlias = Annotated[UUID, typer.Argument(metavar="ID", help="An id that `list` prints.")]
Reason: TypeAlias = Annotated[str, typer.Option(help="Why; it stands in the audit.")]


class MemberView(Struct, frozen=True):
    """Somebody who works here. The address is masked."""

    id: UUID
    name: str
    email: str
    state: StaffState
    roles: list[str]
    seen_at: datetime | None


class LinkView(Struct, frozen=True):
    """A link that signs an owner in, once."""

    id: UUID
    link: str
    expires_at: datetime


@dataclass(frozen=True)
class _Listed:
    member: StaffMember
    seen_at: datetime | None
    roles: list[str]


@app.command("list")
def list_staff(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Print who works for an organisation, with the roles and the last visit of each."""
    found = run(_all(context.obj, organisation))
    rows = [
        [
            str(each.member.id),
            each.member.state,
            " ".join(each.roles),
            "" if each.seen_at is None else moment(each.seen_at),
            each.member.masked,
            each.member.name,
        ]
        for each in found
    ]
    empty = f"Nobody works for {organisation} yet: watchword staff first-owner {organisation}"
    show([_view(each) for each in found], columns(rows) if rows else empty, as_json=as_json)


@app.command("first-owner")
def first_owner(
    context: typer.Context,
    organisation: Slug,
    *,
    email: Annotated[str, typer.Option(help="The e-mail address of the owner.")],
    name: Annotated[
        str | None,
        typer.Option(help="Their name; they can mend it. Without it, what stands before the @."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a link that signs an owner in, once and within three days.

    It is for the first owner, and for one who has lost every other way in. Where somebody else is
    an owner, they let others in: in the console, under Staff.
    """
    called = name or email.partition("@")[0]
    outcome = run(_first_owner(context.obj, organisation, called, email))
    match outcome:
        case Unreachable(because) | NamelessOrEndless(because):
            raise typer.BadParameter(because)
        case OwnedAlready(masked):
            leave(
                f"{organisation} has an owner already: {masked}. Owners let others in: in the "
                "console, under Staff. If that one has lost every way in, give their address."
            )
        case Printed(member, link, address):
            if not as_json:
                until = moment(link.expires_at)
                note(f"This link signs {member.masked} in as an owner, once, until {until}:")
            view = LinkView(member.id, address.reveal(), link.expires_at)
            show(view, address.reveal(), as_json=as_json)
        case _:
            assert_never(outcome)


@app.command("disable")
def disable(
    context: typer.Context, organisation: Slug, id: Who, *, reason: Reason, as_json: AsJson = False
) -> None:
    """Shut somebody out, wherever they are signed in, within seconds."""
    outcome = run(_turn(context.obj, organisation, id, reason, is_out=True))
    if not isinstance(outcome, Changed):
        _leave_for(outcome)
    show({"id": id, "state": outcome.member.state}, f"{id} is shut out.", as_json=as_json)


@app.command("enable")
def enable(
    context: typer.Context, organisation: Slug, id: Who, *, reason: Reason, as_json: AsJson = False
) -> None:
    """Let somebody in again who was shut out, with the same roles as before."""
    outcome = run(_turn(context.obj, organisation, id, reason, is_out=False))
    if not isinstance(outcome, Changed):
        _leave_for(outcome)
    show({"id": id, "state": outcome.member.state}, f"{id} can come in again.", as_json=as_json)


@app.command("sign-out")
def sign_out(
    context: typer.Context, organisation: Slug, id: Who, *, as_json: AsJson = False
) -> None:
    """End all sessions of somebody. They can sign in again."""
    ended = run(_sign_out(context.obj, organisation, id))
    show({"id": id, "sessions": ended}, f"{ended} sessions are ended.", as_json=as_json)


async def _all(office: Office, slug: str) -> Sequence[_Listed]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        seen_last = await services.staff.sessions.seen_last(organisation.id)
        locations = await services.configuration.locations.all(organisation.id)
        names = {location.id: location.name for location in locations}
        return [
            _Listed(member, seen_last.get(member.id), _roles(member, names))
            for member in await services.staff.members.all(organisation.id)
        ]


async def _first_owner(
    office: Office, slug: str, name: str, email: str
) -> Printed | OwnedAlready | Unreachable | NamelessOrEndless:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.staff.owners.print(
            organisation, name=name, email=email, actor=office.actor
        )


async def _turn(
    office: Office, slug: str, id: UUID, reason: str, *, is_out: bool
) -> Changed | Refusal:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        roles, caller = services.staff.roles, office.acting_for(organisation)
        turn = roles.disable if is_out else roles.enable
        return await turn(caller, StaffId(Id(int=id.int)), reason)


async def _sign_out(office: Office, slug: str, id: UUID) -> int:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        staff_id, caller = StaffId(Id(int=id.int)), office.acting_for(organisation)
        await services.staff.members.get(organisation.id, staff_id)
        return await services.staff.sessions.end_everywhere(caller, staff_id)


def _leave_for(refusal: Refusal) -> NoReturn:
    match refusal:
        case LastOwner():
            leave("This is the only owner. Make somebody else an owner first, in the console.")
        case NotNow(state):
            leave(f"It is so already, or not the moment for it: the state is {state}.")
        case Reasonless(because):
            raise typer.BadParameter(because)
        case NotYourself() | Stale() | NoRoles() | NeedsSecondPerson():
            leave("Somebody else has just changed this. Look, and try again.", TRY_LATER)
        case _:
            assert_never(refusal)


def _roles(member: StaffMember, names: dict[LocationId, str]) -> list[str]:
    return [
        grant.role
        if grant.location is None
        else f"{grant.role}@{names.get(grant.location, grant.location)}"
        for grant in member.grants
    ]


def _view(listed: _Listed) -> MemberView:
    member = listed.member
    return MemberView(
        id=member.id,
        name=member.name,
        email=member.masked,
        state=member.state,
        roles=listed.roles,
        seen_at=listed.seen_at,
    )
