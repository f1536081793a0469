"""How commands speak: words for people or JSON for programs on stdout, and faults on stderr."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NoReturn, TypeAlias, TypeVar

import msgspec
import typer

REFUSED = 1
TRY_LATER = 75  # EX_TEMPFAIL, which scripts know to try again

View = TypeVar("View")

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def show(value: object, words: str, *, as_json: bool) -> None:
    """Print one of the two. `value` is made for being seen: nothing in it is secret."""
    if as_json:
        typer.echo(msgspec.json.encode(value))
    elif words:
        typer.echo(words)


def seen(kind: type[View], thing: object) -> View:
    """Give what may be seen of a thing: of its attributes, those that the view names."""
    return msgspec.convert(thing, kind, from_attributes=True)


def note(words: str) -> None:
    """Say something that is not what was asked for, but good to know."""
    typer.echo(words, err=True)


def leave(because: str, code: int = REFUSED) -> NoReturn:
    typer.echo(because, err=True)
    raise typer.Exit(code)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Write rows below each other, each column as wide as it must be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def moment(when: datetime) -> str:
    """Write a moment as people read it."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"
