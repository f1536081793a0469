"""`watchword database`: how far the schema is, and the way to the newest one.

$ watchword database upgrade
The database was empty. It has schema 0001 now.
"""

import typer

from watchword.cli.office import Office
from watchword.cli.printing import REFUSED, AsJson, show
from watchword.cli.running import run
from watchword.migrations import steps

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Bring the database to the newest schema.",
)


@app.command("upgrade")
def upgrade(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Bring the database to the newest schema, and make it if there is none."""
    office: Office = context.obj
    before = run(steps.upgrade(office.settings().database.url))
    show({"before": before, "now": steps.NEWEST}, _say_upgraded(before), as_json=as_json)


@app.command("version")
def version(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Say which schema the database has; end with 1 if that is not the newest."""
    office: Office = context.obj
    found = run(steps.version(office.settings().database.url))
    show({"found": found, "newest": steps.NEWEST}, _say_version(found), as_json=as_json)
    if found != steps.NEWEST:
        raise typer.Exit(REFUSED)


def _say_upgraded(before: str | None) -> str:
    if before == steps.NEWEST:
        return f"The database has schema {before} already, which is the newest."
    was = "was empty" if before is None else f"had schema {before}"
    return f"The database {was}. It has schema {steps.NEWEST} now."


def _say_version(found: str | None) -> str:
    if found == steps.NEWEST:
        return f"The database has schema {found}, which is the newest."
    return str(steps.OtherSchema(found))
