"""`watchword doctor`: look at everything that a server needs, and say how to mend it.

$ watchword doctor
ok       python    Python 3.13.1 with SQLite 3.46.1
wrong    schema    The database is empty, and this version needs schema 0001
                   Bring it there: watchword database upgrade
"""

from collections.abc import Sequence

import typer

from watchword.cli.checks_cores import check_cores
from watchword.cli.checks_database import check_database
from watchword.cli.checks_here import (
    check_keyring,
    check_keyring_place,
    check_providers,
    check_public_url,
    check_python,
    check_sandbox_page,
)
from watchword.cli.checks_operation import check_operation
from watchword.cli.checks_telephone import check_telephone
from watchword.cli.findings import Finding, failed, is_anything_wrong, ok
from watchword.cli.office import Office
from watchword.cli.printing import REFUSED, AsJson, columns, show
from watchword.cli.running import run
from watchword.settings import SettingsWrong

app = typer.Typer(add_completion=False)


@app.command()
def doctor(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Look for what is wrong, and say how to mend it. Ends with 1 if anything is wrong."""
    findings = run(_examine(context.obj))
    show(findings, _say(findings), as_json=as_json)
    if is_anything_wrong(findings):
        raise typer.Exit(REFUSED)


async def _examine(office: Office) -> Sequence[Finding]:
    try:
        settings = office.settings()
    except SettingsWrong as fault:
        return [check_python(), failed("settings", fault)]
    return [
        check_python(),
        ok("settings", str(office.settings_file or "watchword.toml, as far as there is one")),
        check_keyring(office, settings),
        check_keyring_place(office, settings),
        check_public_url(settings),
        check_sandbox_page(settings),
        *check_operation(office, settings),
        *await check_providers(office, settings),
        *await check_cores(office, settings),
        *check_telephone(settings),
        *await check_database(office, settings),
    ]


def _say(findings: Sequence[Finding]) -> str:
    rows = []
    for finding in findings:
        rows.append([finding.state, finding.check, finding.detail])
        if finding.remedy:
            rows.append(["", "", finding.remedy])
    return columns(rows)
