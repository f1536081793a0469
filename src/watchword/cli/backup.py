"""`watchword backup`: copy the whole database into one file, while servers go on working.

$ watchword backup /backup/2030-01-01.watchword
182,402 rows were copied to /backup/2030-01-01.watchword. The keyring is not among them.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from watchword.cli.copying import mark, progress_of
from watchword.cli.office import Office
from watchword.cli.printing import AsJson, show
from watchword.cli.running import run
from watchword.migrations.copies.files import Header
from watchword.wiring.copies import back_up

app = typer.Typer(add_completion=False)


class BackupView(Struct, frozen=True, kw_only=True):
    file: str
    bytes: int
    rows: int
    schema: str
    made_at: datetime
    sha256: str


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that is not there yet.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Copy the whole database into one file, as it is at this moment. Servers may go on working.

    No key is in it. Without the keyring, which is kept elsewhere, nobody can read what is sealed.
    """
    office: Office = context.obj
    settings = office.settings()
    with progress_of("Rows") as begin:
        header = run(back_up(settings.database.url, file, begin))
    mark(settings, file, header, office.now())
    view = _view(file, header)
    show(view, _say(view), as_json=as_json)


def _view(file: Path, header: Header) -> BackupView:
    return BackupView(
        file=str(file),
        bytes=file.stat().st_size,
        rows=header.rows,
        schema=header.schema,
        made_at=header.made_at,
        sha256=header.sha256,
    )


def _say(view: BackupView) -> str:
    return (
        f"{view.rows:,} rows were copied to {view.file} ({view.bytes:,} bytes).\n"
        f"Digest: {view.sha256}\n"
        "No key is in it: keep the keyring too, in another place."
    )
