"""`watchword keys`: make, rotate and retire the keys that lock everything.

$ watchword keys rotate outbox
outbox has version 2 now. Version 1 is kept for what rests under it.
Restart all servers and workers: those that run use the old versions until then.
$ watchword keys retire outbox 1
Version 1 of the outbox key is in use still: 2 waiting messages.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, assert_never

import typer
from msgspec import Struct

from watchword.cli.keyring_changes import changing
from watchword.cli.office import Office
from watchword.cli.printing import AsJson, columns, leave, moment, show
from watchword.cli.rotation import Rewrapped, Rotatable, rewrap, rotate
from watchword.cli.running import run
from watchword.features.census.rules import InUse, IsNewest, NoSuchVersion, Retirement
from watchword.foundation.keyring import KeyKind, Keyring, completed

RESTART = "Restart all servers and workers: those that run use the old versions until then."

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Make, rotate and retire the keys that lock everything.",
)


class KeyView(Struct, frozen=True):
    """A version of a key, without what it is made of."""

    kind: KeyKind
    version: int
    created_at: datetime
    is_newest: bool


@app.command("create")
def create(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Make a keyring; to one that is there, add only kinds of keys that it lacks."""
    office: Office = context.obj
    path = office.keyring_path(office.settings())
    with changing(path) as file:
        keyring = file.load() if path.exists() else Keyring(keys=())
        whole = completed(keyring, office.now())
        if whole == keyring:
            leave(
                f"There is a keyring at {path} already, and it lacks nothing. "
                "New versions are made by: watchword keys rotate"
            )
        file.save(whole)
    kinds = [key.kind for key in whole.keys[len(keyring.keys) :]]
    words = (
        f"The keyring at {path} has new keys: {', '.join(kinds)}.\n"
        "Keep a copy of it apart from copies of the database: without it, nothing can be read."
    )
    show({"path": str(path), "added": kinds}, words, as_json=as_json)


@app.command("list")
def list_keys(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Print the kind, version and age of every key, never what it is made of."""
    office: Office = context.obj
    views = _views(office.keyring(office.settings()))
    rows = [
        [
            view.kind,
            f"version {view.version}",
            moment(view.created_at),
            "in use" if view.is_newest else "kept",
        ]
        for view in views
    ]
    show(views, columns(rows), as_json=as_json)


@app.command("rotate")
def rotate_keys(
    context: typer.Context,
    kinds: Annotated[
        list[Rotatable] | None,
        typer.Argument(metavar="[KIND]...", help="Which keys; without it, all of them."),
    ] = None,
    *,
    only_add: Annotated[
        bool,
        typer.Option(
            "--only-add",
            help="Lock nothing with the new versions yet. Restart all servers, then call "
            "`rewrap`; so it is done while requests come in.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make new versions of keys, and lock with them what rests in the database.

    The kinds are root, codes, outbox and ledger, which lie in the keyring, and organisations,
    which are the keys that each organisation has in the database. Old versions are kept.
    """
    office: Office = context.obj
    wanted = [kind for kind in Rotatable if kind in (kinds or Rotatable)]
    with changing(office.keyring_path(office.settings())) as file:
        keyring, rewrapped = run(rotate(office, file, wanted, rewraps=not only_add))
    versions = {kind: keyring.newest(KeyKind(kind)) for kind in wanted if kind in {*KeyKind}}
    words = _say_rotated(versions, rewrapped, only_add=only_add)
    show({"versions": versions, "rewrapped": rewrapped}, words, as_json=as_json)


@app.command("rewrap")
def rewrap_keys(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Lock what rests in the database with the newest keys: the second half of `rotate`."""
    rewrapped = run(_rewrap(context.obj))
    show(rewrapped, _say_rewrapped(rewrapped), as_json=as_json)


@app.command("retire")
def retire(
    context: typer.Context,
    kind: Annotated[KeyKind, typer.Argument(help="Which key.")],
    version: Annotated[int, typer.Argument(help="Which version, as `list` prints it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Destroy an old version of a key under which nothing rests any more.

    A copy of the database that is older than the rotation cannot be read without it.
    """
    office: Office = context.obj
    with changing(office.keyring_path(office.settings())) as file:
        match run(_retire(office, file.load(), kind, version)):
            case NoSuchVersion():
                leave(f"The keyring holds no version {version} of the {kind} key.")
            case IsNewest():
                leave(f"Version {version} of the {kind} key is the newest. Rotate it first.")
            case InUse(resting):
                what = ", ".join(f"{count} {name}" for name, count in resting.items())
                leave(f"Version {version} of the {kind} key is in use still: {what}.")
            case Keyring() as left:
                file.save(left)
            case outcome:
                assert_never(outcome)
    words = f"Version {version} of the {kind} key is gone."
    show({"kind": kind, "version": version, "retired": True}, words, as_json=as_json)


def _views(keyring: Keyring) -> Collection[KeyView]:
    return [
        KeyView(key.kind, key.version, key.created_at, key.version == keyring.newest(key.kind))
        for key in sorted(keyring.keys, key=lambda key: (key.kind, key.version))
    ]


async def _rewrap(office: Office) -> Rewrapped:
    async with office.services() as services:
        return await rewrap(services)


async def _retire(office: Office, keyring: Keyring, kind: KeyKind, version: int) -> Retirement:
    async with office.services(keyring) as services:
        return await services.operation.census.retire(keyring, kind, version)


def _say_rotated(versions: Mapping[Rotatable, int], rewrapped: Rewrapped, *, only_add: bool) -> str:
    lines = [
        f"{kind} has version {version} now. Version {version - 1} is kept for what rests under it."
        for kind, version in versions.items()
    ]
    if not only_add:
        lines.append(_say_rewrapped(rewrapped))
    if versions:
        lines.append(RESTART)
    if only_add:
        lines.append("Then lock everything with the new versions: watchword keys rewrap")
    return "\n".join(lines)


def _say_rewrapped(rewrapped: Rewrapped) -> str:
    return (
        "Locked with the newest versions: "
        f"{rewrapped.organisation_keys} keys of organisations, "
        f"{rewrapped.person_keys} keys of persons, {rewrapped.pins} PINs, "
        f"{rewrapped.pages} keys of landing pages."
    )
