"""`watchword api-keys`: let applications in, and shut them out.

$ watchword api-keys create sonnenhof --label checkout
ww_test_0b4c…
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias
from uuid import UUID

import typer
from msgspec import Struct
from msgspec.structs import asdict, replace

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, note, seen, show
from watchword.cli.running import run
from watchword.features.clients.rules import (
    USUAL_OVERLAP,
    AlreadyRevoked,
    ApiKey,
    ApiKeyId,
    Overlap,
    OverlapTooLong,
    Scope,
    is_good,
    read_overlap,
)
from watchword.foundation.secret import Secret

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Let applications in, and shut them out.",
)

SPAN = re.compile(r"([0-9]{1,4})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]


class ApiKeyView(Struct, frozen=True):
    """What is known of a key. It is shown itself only once, when it is made."""

    id: UUID
    label: str
    start: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewApiKeyView(ApiKeyView, frozen=True):
    key: str


@app.command("create")
def create(
    context: typer.Context,
    organisation: Slug,
    *,
    label: Annotated[str, typer.Option(help="What it is for, so that it can be told apart.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(
            help="What it opens; may be given again. Without it: challenges, and a test "
            "organisation's sandbox."
        ),
    ] = None,
    replaces: Annotated[
        UUID | None, typer.Option(metavar="ID", help="The key that runs out in its favour.")
    ] = None,
    overlap: Annotated[
        str | None,
        typer.Option(help="How long the replaced key is still good: 24h (as is), 30m, 7d."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and show it for the only time."""
    span = _read_overlap(overlap, is_asked=replaces is not None)
    scopes = frozenset(scope) if scope else None
    key, secret = run(
        _create(context.obj, organisation, label, scopes=scopes, replaces=replaces, overlap=span)
    )
    made = NewApiKeyView(**asdict(_view(key)), key=secret.reveal())
    if not as_json:
        note(f"This is the key {label} ({key.id}). It is shown this one time:")
    show(made, secret.reveal(), as_json=as_json)


@app.command("list")
def list_keys(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Print all keys of an organisation, the oldest first, and whether they are good."""
    office: Office = context.obj
    keys, now = run(_all(office, organisation))
    rows = [
        [
            str(key.id),
            f"{key.start}…",
            _say_state(key, now),
            key.label,
            " ".join(sorted(key.scopes)),
        ]
        for key in keys
    ]
    words = columns(rows) if rows else f"{organisation} has no keys yet."
    show([_view(key) for key in keys], words, as_json=as_json)


@app.command("revoke")
def revoke(
    context: typer.Context,
    id: Annotated[UUID, typer.Argument(help="An id that `list` prints.")],
    *,
    organisation: Annotated[str, typer.Option(metavar="SLUG", help="Whose key it is.")],
    as_json: AsJson = False,
) -> None:
    """Shut an application out. Within seconds its key opens nothing any more."""
    outcome = run(_revoke(context.obj, organisation, ApiKeyId(id)))
    if isinstance(outcome, AlreadyRevoked):
        leave(f"The key {id} was revoked already, at {moment(outcome.at)}. It opens nothing.")
    show({"id": id, "revoked": True}, f"The key {id} is revoked.", as_json=as_json)


async def _create(
    office: Office,
    slug: str,
    label: str,
    *,
    scopes: frozenset[Scope] | None,
    replaces: UUID | None,
    overlap: Overlap,
) -> tuple[ApiKey, Secret]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.clients.create(
            organisation,
            label=label,
            scopes=scopes,
            actor=office.actor,
            replaces=None if replaces is None else ApiKeyId(replaces),
            overlap=overlap,
        )


async def _all(office: Office, slug: str) -> tuple[Sequence[ApiKey], datetime]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.clients.all(organisation.id), services.storage.now()


async def _revoke(office: Office, slug: str, id: ApiKeyId) -> ApiKey | AlreadyRevoked:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.clients.revoke(organisation.id, id, office.actor)


def _read_overlap(written: str | None, *, is_asked: bool) -> Overlap:
    if written is None:
        return USUAL_OVERLAP
    if not is_asked:
        raise typer.BadParameter("--overlap goes with --replaces.")
    span = SPAN.fullmatch(written)
    if span is None:
        raise typer.BadParameter("Write the overlap as 24h, 30m or 7d.")
    overlap = read_overlap(timedelta(**{UNITS[span[2]]: int(span[1])}))
    if isinstance(overlap, OverlapTooLong):
        raise typer.BadParameter(f"The overlap is {overlap.at_most.days}d at most.")
    return overlap


def _say_state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {moment(key.revoked_at)}"
    if not is_good(key, now):
        return "has run out"
    return "good" if key.expires_at is None else f"good until {moment(key.expires_at)}"


def _view(key: ApiKey) -> ApiKeyView:
    return replace(seen(ApiKeyView, key), scopes=sorted(key.scopes))
