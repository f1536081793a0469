"""`watchword organisations`: found organisations, and see them.

$ watchword organisations create sonnenhof --name "Gartencenter Sonnenhof" --live
Gartencenter Sonnenhof is founded as sonnenhof, and live: it reaches real people.
"""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

import typer
from msgspec import Struct

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, seen, show
from watchword.cli.running import run
from watchword.features.organisations.rules import Mode, Organisation, SlugTaken, Unacceptable
from watchword.features.organisations.settings.changing.rules import Outcome
from watchword.features.organisations.settings.rules import Changed
from watchword.features.organisations.settings.sections import SectionName
from watchword.features.templates.rules import LOCALES

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Found organisations, and see them."
)


class OrganisationView(Struct, frozen=True):
    id: UUID
    slug: str
    name: str
    mode: Mode
    country: str
    locale: str
    created_at: datetime


@app.command("create")
def create(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="Its short name: sonnenhof.")],
    *,
    name: Annotated[str, typer.Option(help="Its name, as customers read it in messages.")],
    live: Annotated[
        bool, typer.Option("--live", help="Let it reach real people, not only the sandbox.")
    ] = False,
    country: Annotated[
        str, typer.Option(help="Where phone numbers without a prefix belong (ISO 3166-1).")
    ] = "DE",
    locale: Annotated[str, typer.Option(help=f"Its language: {', '.join(LOCALES)}.")] = "de",
    as_json: AsJson = False,
) -> None:
    """Found an organisation. Without --live, its messages go to the sandbox alone."""
    mode = Mode.LIVE if live else Mode.TEST
    outcome = run(_found(context.obj, slug, name, mode=mode, country=country, locale=locale))
    match outcome:
        case Unacceptable(because):
            raise typer.BadParameter(because)
        case SlugTaken(taken):
            leave(f"There is an organisation {taken} already. Choose another short name.")
        case Organisation() as organisation:
            show(seen(OrganisationView, organisation), _say_founded(organisation), as_json=as_json)
        case _:
            assert_never(outcome)


@app.command("list")
def list_organisations(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print every organisation, the oldest first."""
    organisations = run(_all(context.obj))
    rows = [[each.slug, each.mode, each.country, each.locale, each.name] for each in organisations]
    words = columns(rows) if rows else "There is none yet: watchword organisations create"
    show([seen(OrganisationView, each) for each in organisations], words, as_json=as_json)


@app.command("reset")
def reset(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="Its short name: sonnenhof.")],
    section: Annotated[SectionName, typer.Argument(help="The area of its settings.")],
) -> None:
    """Take back what an organisation has set in an area, as when it has shut itself out."""
    outcome = run(_reset(context.obj, slug, section))
    if not isinstance(outcome, Changed):
        leave(f"{slug} has set nothing of its own in {section}.")
    typer.echo(f"{slug} has nothing of its own in {section} any more. It holds within seconds.")


async def _reset(office: Office, slug: str, section: SectionName) -> Outcome:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.configuration.changes.reset(
            organisation.id, section, actor=office.actor
        )


async def _found(
    office: Office, slug: str, name: str, *, mode: Mode, country: str, locale: str
) -> Organisation | Unacceptable | SlugTaken:
    async with office.services() as services:
        return await services.organisations.found(
            slug=slug, name=name, mode=mode, country=country, locale=locale, actor=office.actor
        )


async def _all(office: Office) -> list[Organisation]:
    async with office.services() as services:
        return await services.organisations.all()


def _say_founded(organisation: Organisation) -> str:
    reach = {
        Mode.LIVE: "live: it reaches real people",
        Mode.TEST: "a test organisation: its messages go to the sandbox alone",
    }
    return (
        f"{organisation.name} is founded as {organisation.slug}, and {reach[organisation.mode]}.\n"
        f"Let an application in: watchword api-keys create {organisation.slug} --label …"
    )
