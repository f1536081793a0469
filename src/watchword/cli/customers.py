"""`watchword customers`: take customers and cards in from a file, and write them into one.

$ watchword customers import sonnenhof kunden.csv --dry-run
1,204 rows: 1,198 would be taken in, 4 are here already, 2 cannot be. Nothing was kept.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Self, TypeAlias, assert_never

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, leave, note, show
from watchword.cli.running import run
from watchword.features.approvals.rules import BadReason
from watchword.features.imports.columns import BadMapping, Column, Plan, changed
from watchword.features.imports.exports.service import NeedsSecondPerson
from watchword.features.imports.files import ErrorFile, Words, look
from watchword.features.imports.reading import Dialect
from watchword.features.imports.rows import Refusal
from watchword.features.imports.rules import (
    BadWording,
    NoMoment,
    NoNames,
    NoTable,
    NoWording,
    Sight,
    Unready,
)
from watchword.features.imports.rules import Progress as Counts
from watchword.features.imports.uploads.rules import Import, ImportId, State
from watchword.features.imports.words import ENGLISH
from watchword.foundation.ids import new_id
from watchword.foundation.private_files import write_private

app = typer.Typer(add_completion=False, no_args_is_help=True)

PIECE = 64 * 1024
BEGINNING = 256 * 1024
OWN = ("Line", "Reason")
LET_IT_BE = (
    "Or let it be left out: --mapping text_consent=, email_consent= or whatsapp_consent= with "
    "nothing behind it."
)
SOME_REFUSED = 3

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]

File: TypeAlias = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A table, saved as CSV.")
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Read everything, and keep nothing.")
]
Mapped: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="COLUMN=HEADING", help="What is guessed wrongly: family_name=Zuname."),
]
Wording: TypeAlias = Annotated[
    str, typer.Option(help="What those have agreed to of whom the file says no more than that.")
]
Errors: TypeAlias = Annotated[
    Path | None, typer.Option(help="Where rows go that cannot be taken in; FILE.errors.csv.")
]
Verified: TypeAlias = Annotated[
    bool, typer.Option("--verified", help="Believe what the file says of verified cards.")
]


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file, for programs."""

    rows_read: int
    rows_kept: int
    rows_known: int
    rows_refused: int
    cards_verified: int
    consents_given: int
    dry_run: bool
    errors: str | None
    columns: dict[str, str]
    left_out: list[str]


@dataclass(frozen=True, slots=True)
class _Wish:
    """A file, and what is to be done with it."""

    organisation: str
    file: Path
    errors: Path
    is_trial: bool
    vouches: bool
    is_quiet: bool


@app.callback()
def _group() -> None:
    """Take customers in from a file, and write them into one."""


@app.command("import")
def import_(
    context: typer.Context,
    organisation: Slug,
    file: File,
    *,
    dry_run: DryRun = False,
    mapping: Mapped = None,
    wording: Wording = "",
    errors: Errors = None,
    verified: Verified = False,
    as_json: AsJson = False,
) -> None:
    """Take customers and cards in. Rows that are here already are let be, so run it as you like."""
    wish = _Wish(
        organisation=organisation,
        file=file,
        errors=errors or file.with_name(f"{file.stem}.errors.csv"),
        is_trial=dry_run,
        vouches=verified,
        is_quiet=as_json,
    )
    if wish.errors.exists():
        leave(f"{wish.errors} is there already. Name another file: --errors FILE")
    sight, plan = _planned(file, mapping or [], wording)
    counts = run(_import(context.obj, wish, sight, plan))
    if not isinstance(counts, Counts):
        leave(_unready(counts, sight))
    written = str(wish.errors) if counts.refused else None
    left_out = plan.left_out(sight.headings)
    view = _view(counts, wish, written, _named(plan, sight), left_out)
    show(view, _say(counts, wish, written, left_out), as_json=as_json)
    if counts.refused:
        raise typer.Exit(SOME_REFUSED)


@app.command("export")
def export(
    context: typer.Context,
    organisation: Slug,
    *,
    reason: Annotated[str, typer.Option(help="Why. It stays in the ledger, so it names nobody.")],
    to: Annotated[Path, typer.Option(help="The file that is written, for you alone to read.")],
    as_json: AsJson = False,
) -> None:
    """Write all customers and cards into a file, which can be taken in again elsewhere."""
    if to.exists():
        leave(f"{to} is there already. Name another file.")
    size = run(_export(context.obj, organisation, reason, to))
    show({"file": str(to), "bytes": size}, f"All customers are in {to}.", as_json=as_json)


async def _import(office: Office, wish: _Wish, sight: Sight, plan: Plan) -> Counts | Unready:
    async with office.services() as services:
        organisation = await find_organisation(services, wish.organisation)
        with _Teller(wish, sight, plan) as teller:
            caller, job = office.acting_for(organisation), _job(wish, plan, services.storage.now())
            counts = await services.imports.imports.run(
                caller,
                teller.pieces(),
                plan,
                teller.hear,
                is_trial=wish.is_trial,
                vouches=wish.vouches,
                id=job.id,
            )
        if isinstance(counts, Counts) and not wish.is_trial:
            await services.imports.uploads.record(
                caller, replace(job, progress=counts), sight.headings
            )
        return counts


def _job(wish: _Wish, plan: Plan, now: datetime) -> Import:
    """Describe what is taken in, as the console lists it. Its error file lies with the file."""
    size = wish.file.stat().st_size
    return Import(
        id=ImportId(new_id()),
        state=State.DONE,
        plan=plan,
        dialect=Dialect(),
        size=size,
        place=size,
        vouches=wish.vouches,
        started_by="",
        started_at=now,
        touched_at=now,
    )


async def _export(office: Office, slug: str, reason: str, to: Path) -> int:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        begun = await services.imports.exports.begin(office.acting_for(organisation), reason)
        if isinstance(begun, BadReason):
            raise typer.BadParameter(f"A reason has 1 to {begun.at_most} printable characters.")
        if isinstance(begun, NeedsSecondPerson):
            leave("This organisation wants two people for that. Do it in the console.")
        return await _written(begun, to)


async def _written(pieces: AsyncIterator[bytes], to: Path) -> int:
    write_private(to, b"")
    size = 0
    with to.open("ab") as file:
        async for piece in pieces:
            size += file.write(piece)
    return size


@dataclass
class _Teller:
    """Shows how far it is, and writes down what is refused."""

    wish: _Wish
    sight: Sight
    plan: Plan
    _errors: BinaryIO | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self._source = self.wish.file.open("rb")
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=self.wish.is_quiet or not Console(stderr=True).is_terminal,
            transient=True,
        )
        self._task: TaskID = self._bar.add_task("", total=self.wish.file.stat().st_size)
        self._bar.start()
        called = {
            column: self.sight.headings[at]
            for at, column in enumerate(self.plan.columns)
            if column is not None
        }
        self._file = ErrorFile(self.sight.headings, OWN, Words(ENGLISH, called))
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        self._source.close()
        if self._errors is not None:
            self._errors.close()

    def pieces(self) -> Iterator[bytes]:
        while piece := self._source.read(PIECE):
            yield piece

    def hear(self, counts: Counts, refusals: Sequence[Refusal]) -> None:
        words = f"{counts.read:,} rows: {counts.kept:,} in, {counts.refused:,} refused"
        self._bar.update(self._task, completed=self._source.tell(), description=words)
        if not refusals:
            return
        if self._errors is None:
            write_private(self.wish.errors, self._file.head())
            self._errors = self.wish.errors.open("ab")
        self._errors.write(self._file.lines(refusals))


def _unready(fault: Unready, sight: Sight) -> str:
    headings = ", ".join(sight.headings)
    match fault:
        case NoNames():
            return (
                f"No column has family names: {headings}. Say which: --mapping family_name=HEADING"
            )
        case NoMoment():
            return (
                f"The file says who agreed to offers, and no column says when: {headings}. Say "
                f"which: --mapping consent_at=HEADING. {LET_IT_BE}"
            )
        case NoWording():
            return (
                "The file says who agreed to offers, and not to what. Say which column has the "
                "words: --mapping consent_text=HEADING, or what they are for the whole file: "
                f"--wording TEXT. {LET_IT_BE}"
            )
        case BadWording():
            return f"--wording has {fault.at_most} characters at most that can be printed."
        case _:
            assert_never(fault)


def _planned(file: Path, wishes: Sequence[str], wording: str) -> tuple[Sight, Plan]:
    with file.open("rb") as source:
        sight = look(source.read(BEGINNING))
    if isinstance(sight, NoTable):
        leave(
            f"{file} begins with no headings. Save the table as CSV, with a name for each column."
        )
    pairs = dict[str, str]()
    for wish in wishes:
        column, mark, heading = wish.partition("=")
        if not mark:
            raise typer.BadParameter("Write it as COLUMN=HEADING: family_name=Zuname")
        pairs[column.strip()] = heading
    plan = changed(sight.plan, sight.headings, pairs, wording)
    if isinstance(plan, BadMapping):
        raise typer.BadParameter(plan.because)
    if unused := plan.left_out(sight.headings):
        note(f"Not used: {', '.join(unused)}. What a column may be: {', '.join(Column)}.")
    return sight, plan


def _view(
    counts: Counts,
    wish: _Wish,
    errors: str | None,
    columns: dict[str, str],
    left_out: Sequence[str],
) -> ImportView:
    return ImportView(
        rows_read=counts.read,
        rows_kept=counts.kept,
        rows_known=counts.known,
        rows_refused=counts.refused,
        cards_verified=counts.verified if wish.vouches else 0,
        consents_given=counts.agreed,
        dry_run=wish.is_trial,
        errors=errors,
        columns=columns,
        left_out=[*left_out],
    )


def _named(plan: Plan, sight: Sight) -> dict[str, str]:
    return {
        str(column): sight.headings[at]
        for at, column in enumerate(plan.columns)
        if column is not None
    }


def _say(counts: Counts, wish: _Wish, errors: str | None, left_out: Sequence[str]) -> str:
    taken = "would be taken in" if wish.is_trial else "taken in"
    said = f"{counts.read:,} rows: {counts.kept:,} {taken}, {counts.known:,} here already"
    said += f", {counts.refused:,} refused."
    if wish.is_trial:
        said += " Nothing was kept."
    if counts.verified and wish.vouches:
        said += (
            f" {counts.verified:,} cards {'would count' if wish.is_trial else 'count'} as verified."
        )
    if counts.agreed:
        said += f" Consents {'to be ' if wish.is_trial else ''}written down: {counts.agreed:,}."
    if left_out:
        said += f"\nLeft out, and nothing kept of them: {', '.join(left_out)}."
    if errors is not None:
        said += f"\nMend those in {errors}, and take that file in."
    return said
