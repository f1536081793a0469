"""`watchword people`: hand out what is known about somebody, forget them, and heed who opts out.

$ watchword people export sonnenhof --phone +491701234567 --reason "asked by letter" --to ann.json
All that is known about +49•••••4567 is in ann.json: 7 sections. Only you can read the file.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar, assert_never

import msgspec
import typer

from watchword.cli import contact_points
from watchword.cli.contact_points import Email, Phone
from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, note, show
from watchword.cli.running import run
from watchword.features.clients.rules import Operator
from watchword.features.contacts.post import read_line
from watchword.features.contacts.rules import Contact, Unreachable
from watchword.features.contacts.suppressions.rules import Suppression, SuppressionKind
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.features.privacy.optouts.rules import Added, Lifted, NotOptedOut
from watchword.features.privacy.rules import (
    AGES_OUT,
    BadReason,
    Erased,
    Erasure,
    NothingKnown,
    StillStaff,
    remaining,
)
from watchword.features.privacy.service import Exported
from watchword.features.privacy.tables import OF_PEOPLE
from watchword.features.privacy.views import PersonExport
from watchword.foundation.pages import MOST_ON_A_PAGE
from watchword.foundation.private_files import write_private
from watchword.web.api.people import erasure_view
from watchword.web.api.suppressions import suppression_view
from watchword.wiring import Services

app = typer.Typer(add_completion=False, no_args_is_help=True)

Outcome = TypeVar("Outcome")
Work: TypeAlias = Callable[[Services, Operator, Contact], Awaitable[Outcome]]

TWO_PEOPLE = "This organisation wants two people for that. Do it in the console, under Privacy."
WHAT = {SuppressionKind.MARKETING: "advertising", SuppressionKind.EVERYTHING: "messages"}

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
Post: TypeAlias = Annotated[
    str | None, typer.Option(help="A postal address: Ann Example, Hauptstr. 1, 10115 Berlin, DE.")
]
Reason: TypeAlias = Annotated[
    str, typer.Option(help="Why. It stays in the ledger, so it names nobody.")
]
Kind: TypeAlias = Annotated[SuppressionKind, typer.Option(help="Of what: codes are no marketing.")]


@app.callback()
def _group() -> None:
    """Answer people who ask what is known of them, or want to be left alone."""


@dataclass(frozen=True, slots=True)
class _Whom:
    """Somebody as they were typed."""

    organisation: str
    phone: str | None
    email: str | None
    post: str | None

    def read(self, country: str) -> Contact:
        if self.post is None:
            return contact_points.read(self.phone, self.email, country)
        if self.phone is not None or self.email is not None:
            raise typer.BadParameter("Name one of the three: --phone, --email or --post.")
        reading = read_line(self.post)
        if isinstance(reading, Unreachable):
            raise typer.BadParameter(reading.because)
        return reading


@app.command("export")
def export(
    context: typer.Context,
    organisation: Slug,
    *,
    reason: Reason,
    to: Annotated[Path, typer.Option(help="The file that is written, for you alone to read.")],
    phone: Phone = None,
    email: Email = None,
    post: Post = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that is known about somebody into a file."""
    whom = _Whom(organisation, phone, email, post)
    if to.exists():
        leave(f"{to} is there already. Name another file.")

    async def work(services: Services, actor: Operator, contact: Contact) -> Exported:
        return await services.privacy.people.export(actor, contact, reason)

    match run(_with(context.obj, whom, work)):
        case PersonExport() as found:
            write_private(to, msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
            words = (
                f"All that is known about {found.contact_point} is in {to}: "
                f"{len(found.sections)} sections. Only you can read the file."
            )
            said = {"file": str(to), "sections": sorted(found.sections)}
            show(said, words, as_json=as_json)
        case NothingKnown(suppressions):
            kept = " That they opted out is kept, as a digest." if suppressions else ""
            leave(f"Nothing is known about this contact point.{kept}")
        case BadReason(because):
            raise typer.BadParameter(because)
        case NeedsSecondPerson():
            leave(TWO_PEOPLE)
        case outcome:
            assert_never(outcome)


@app.command("erase")
def erase(
    context: typer.Context,
    organisation: Slug,
    *,
    reason: Reason,
    phone: Phone = None,
    email: Email = None,
    post: Post = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget somebody: their key is destroyed. Nobody can bring back what was known."""
    whom = _Whom(organisation, phone, email, post)
    if not yes:
        typer.confirm(
            "All that is known of them goes, and nothing brings it back. Go on?", abort=True
        )

    async def work(services: Services, actor: Operator, contact: Contact) -> Erasure:
        return await services.privacy.erasures.erase(actor, contact, reason)

    match run(_with(context.obj, whom, work)):
        case Erased() as erased:
            show(erasure_view(erased), _say_erased(erased), as_json=as_json)
        case StillStaff():
            leave("This person works the console. First disable them there, under Staff.")
        case BadReason(because):
            raise typer.BadParameter(because)
        case NeedsSecondPerson():
            leave(TWO_PEOPLE)
        case outcome:
            assert_never(outcome)


@app.command("suppress")
def suppress(
    context: typer.Context,
    organisation: Slug,
    *,
    reason: Reason,
    kind: Kind = SuppressionKind.MARKETING,
    phone: Phone = None,
    email: Email = None,
    post: Post = None,
    as_json: AsJson = False,
) -> None:
    """Send somebody no advertising any more, or nothing at all."""
    whom = _Whom(organisation, phone, email, post)

    async def work(
        services: Services, actor: Operator, contact: Contact
    ) -> tuple[Added | BadReason, str]:
        return await services.privacy.opt_outs.add(actor, contact, kind, reason), contact.masked

    match run(_with(context.obj, whom, work)):
        case Added(suppression, is_new, ended), masked:
            words = f"{masked} gets no {WHAT[kind]} any more."
            if ended:
                words += f" {ended} codes that were on their way are worth nothing now."
            if not is_new:
                words = f"{masked} gets no {WHAT[kind]} since {moment(suppression.created_at)}."
            show(suppression_view(suppression), words, as_json=as_json)
        case BadReason(because), _:
            raise typer.BadParameter(because)


@app.command("lift")
def lift(
    context: typer.Context,
    organisation: Slug,
    *,
    reason: Reason,
    kind: Kind = SuppressionKind.MARKETING,
    phone: Phone = None,
    email: Email = None,
    post: Post = None,
    as_json: AsJson = False,
) -> None:
    """Write to somebody again who asks for it. Nobody but the person can."""
    whom = _Whom(organisation, phone, email, post)

    async def work(
        services: Services, actor: Operator, contact: Contact
    ) -> tuple[Lifted | NotOptedOut | BadReason, str]:
        return await services.privacy.opt_outs.lift(actor, contact, kind, reason), contact.masked

    match run(_with(context.obj, whom, work)):
        case Lifted(suppression), masked:
            words = f"{masked} gets {WHAT[kind]} again."
            show(suppression_view(suppression), words, as_json=as_json)
        case NotOptedOut(), masked:
            leave(f"{masked} has not opted out of {kind}.")
        case BadReason(because), _:
            raise typer.BadParameter(because)


@app.command("suppressions")
def suppressions(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """List the newest opt-outs: of what, since when, and by whom; not whose they are."""
    found, is_all = run(_newest(context.obj, organisation))
    rows = [
        [each.kind, each.contact_kind, moment(each.created_at), each.created_by] for each in found
    ]
    words = columns([["kind", "where", "since", "by"], *rows]) if rows else "Nobody has opted out."
    show([suppression_view(each) for each in found], words, as_json=as_json)
    if not is_all:
        note(f"These are the newest {len(found)}. The API gives all: GET /v1/suppressions")


async def _with(office: Office, whom: _Whom, work: Work[Outcome]) -> Outcome:
    async with office.services() as services:
        organisation = await find_organisation(services, whom.organisation)
        contact = whom.read(organisation.country)
        return await work(services, office.acting_for(organisation), contact)


async def _newest(office: Office, slug: str) -> tuple[Sequence[Suppression], bool]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        page = await services.privacy.opt_outs.page(organisation.id, most=MOST_ON_A_PAGE)
    return page.items, page.after is None


def _say_erased(erased: Erased) -> str:
    if not erased.was_known:
        return "Nothing was known about this contact point, so there was nothing to forget."
    lines = [f"They are forgotten: {sum(erased.rows.values())} rows went or were emptied."]
    if erased.is_opted_out:
        lines.append("That they opted out is kept, as a digest.")
    lines += ["What stays:", *(f"  {each.what}: {each.because}" for each in remaining(OF_PEOPLE))]
    lines += [
        "What goes by itself, later:",
        *(f"  {each.what}: {each.because}" for each in AGES_OUT),
    ]
    return "\n".join(lines)
