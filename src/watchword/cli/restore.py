"""`watchword restore`: bring a backup back into an empty database, with nothing revived.

$ watchword restore /backup/2030-01-01.watchword --revocations /backup/revocations
182,402 rows are back, as they were at 2030-01-01 03:00:00 UTC.
…
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from watchword.cli.copying import progress_of, read_list
from watchword.cli.office import Office
from watchword.cli.printing import AsJson, columns, moment, note, show
from watchword.cli.running import run
from watchword.features.restores.rules import Taken, in_force
from watchword.foundation.clock import to_microseconds
from watchword.migrations.copies.files import CopyReader
from watchword.wiring.copies import Restored
from watchword.wiring.copies import restore as bring_back

app = typer.Typer(add_completion=False)

WORDS = {
    "challenges": "open challenges were cancelled",
    "messages": "messages that waited, or held words, are empty and are not sent",
    "requests": "answers for repeated requests were dropped",
    "known_requesters": "trusted devices are strangers again",
    "webhook_deliveries": "webhooks wait no more; send them again by hand if you want them",
    "sandbox_happenings": "things to happen in the sandbox were dropped",
    "staff_sessions": "sessions of staff ended",
    "staff_links": "invitations and links to staff were withdrawn",
    "staff_recovery_codes": "recovery codes of staff are no longer good",
    "passkey_challenges": "sign-ins by passkey that had begun were dropped",
    "sign_on_attempts": "sign-ons by another service that had begun were dropped",
    "approval_requests": "requests for a second person have run out",
    "provider_rests": "rests of providers were dropped",
}


class LostView(Struct, frozen=True, kw_only=True):
    at: datetime
    organisation: str
    setting: str


class RestoreView(Struct, frozen=True, kw_only=True):
    rows: int
    schema: str
    made_at: datetime
    voided: Mapping[str, int]
    taken_away_again: Mapping[str, int]
    settings_lost: Sequence[LostView]


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `watchword backup` has made.")],
    *,
    revocations: Annotated[
        Path | None,
        typer.Option(
            metavar="LIST", help="What `watchword revocations` has kept since the backup was made."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back, into the database of the settings, which must be empty.

    Codes that were open are dead, messages that waited are not sent, and staff sign in again.
    The file is read to its end first: if it is damaged, nothing has happened.
    """
    office: Office = context.obj
    url = office.settings().database.url
    reader = CopyReader(file)
    lines = _lines(revocations, reader)
    with progress_of("Rows") as begin:
        restored = run(bring_back(url, reader, lines, actor=office.actor, begin=begin))
    view = _view(restored)
    show(view, _say(view), as_json=as_json)
    if revocations is None:
        note(
            "Without --revocations, what was taken away since the backup is back: revoked keys, "
            "removed passkeys, roles, people who were forgotten or want to hear no more. Settings "
            "that were changed since are as they were."
        )


def _lines(path: Path | None, reader: CopyReader) -> Sequence[Taken]:
    if path is None:
        return []
    return in_force(read_list(path), to_microseconds(reader.header.made_at))


def _view(restored: Restored) -> RestoreView:
    return RestoreView(
        rows=restored.header.rows,
        schema=restored.header.schema,
        made_at=restored.header.made_at,
        voided=restored.settled.voided,
        taken_away_again={what.value: count for what, count in restored.settled.taken.items()},
        settings_lost=[
            LostView(at=each.at, organisation=each.organisation, setting=each.setting)
            for each in restored.settled.lost
        ],
    )


def _say(view: RestoreView) -> str:
    rows = [[f"{count:,}", WORDS[table]] for table, count in view.voided.items() if count]
    rows += [
        [f"{count:,}", f"taken away once more: {what.replace('_', ' ')}"]
        for what, count in view.taken_away_again.items()
        if count
    ]
    head = f"{view.rows:,} rows are back, as they were at {moment(view.made_at)}."
    said = f"{head}\n{columns(rows)}" if rows else head
    return f"{said}\n{_say_lost(view.settings_lost)}" if view.settings_lost else said


def _say_lost(lost: Sequence[LostView]) -> str:
    rows = [[moment(each.at), each.organisation, each.setting] for each in lost]
    return f"These were set after the backup, and are as before. Set them again:\n{columns(rows)}"
