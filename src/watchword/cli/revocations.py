"""`watchword revocations`: keep a list of what was taken away, for a later restore.

$ watchword revocations /backup/revocations
3 lines were added to /backup/revocations.
"""

from pathlib import Path
from typing import Annotated

import typer

from watchword.cli.copying import adding_to
from watchword.cli.office import Office
from watchword.cli.printing import AsJson, show
from watchword.cli.running import run
from watchword.features.restores.rules import OVERLAP
from watchword.foundation.clock import EPOCH, from_microseconds
from watchword.wiring.copies import open_restores

app = typer.Typer(add_completion=False)


@app.command()
def revocations(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="LIST", help="It is made, or added to.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Add to a list what was taken away since its last line: keys, people, roles, opt-outs.

    A backup knows nothing of what came after it. So call this every minute, and keep the list on
    another disk; `watchword restore --revocations` takes all of it away once more, and names the
    settings that were lost. It holds random ids and digests, and no address.
    """
    office: Office = context.obj
    added = run(_add(office.settings().database.url, file))
    show({"file": str(file), "added": added}, _say(file, added), as_json=as_json)


async def _add(url: str, file: Path) -> int:
    async with open_restores(url) as restores:
        with adding_to(file) as written:
            latest = max((line.at for line in written.lines), default=None)
            since = EPOCH if latest is None else from_microseconds(latest) - OVERLAP
            added = 0
            async for lines in restores.taken_since(since):
                added += written.add(lines)
            return added


def _say(file: Path, added: int) -> str:
    lines = "1 line was" if added == 1 else f"{added:,} lines were"
    return f"{lines} added to {file}."
