"""`watchword audit`: take the ledger out of the house, and check what was taken out.

$ watchword audit export sonnenhof --output ledger.jsonl
1,204 entries are in ledger.jsonl. Check them anywhere: watchword audit verify ledger.jsonl
$ watchword audit verify ledger.jsonl --checkpoint /mnt/copies/5f0c1e9a-….checkpoints --key 3p2Cq…
1,204 entries of watchword/ledger/5f0c1e9a-… are as they were signed, and in their order.
"""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias

import typer
from msgspec import Struct

from watchword.cli.audit_words import VerdictView, say_finding, say_verdict
from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import REFUSED, AsJson, leave, note, show
from watchword.cli.reading import keys_of, notes_in, verified
from watchword.cli.running import run
from watchword.features.ledger.exports.service import ExportForm
from watchword.features.ledger.receipts import BYTES_AT_MOST, Because, Proven, check_receipt
from watchword.features.ledger.rules import EntryId
from watchword.features.ledger.service import NotYet
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Take the ledger out of the house, and check what was taken out.",
)

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write there, and not to stdout.", dir_okay=False),
]
Keys: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="A public key that may have signed, in base64; may be given again. Without it, the "
        "keys that the file itself names.",
    ),
]
There: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)
]


class ExportView(Struct, frozen=True):
    path: str
    bytes: int


class ProofView(Struct, frozen=True):
    """What a receipt proves: the entry, or why not. `is_known`: the key is one that you gave."""

    is_proven: bool
    because: Because | None
    entry: object
    origin: str | None
    size: int | None
    key: str | None
    is_known: bool


@app.command("export")
def export(
    context: typer.Context,
    organisation: Slug,
    *,
    output: Output = None,
    form: Annotated[
        ExportForm,
        typer.Option("--format", help="jsonl to be verified; csv or json to be read."),
    ] = ExportForm.JSONL,
    as_json: AsJson = False,
) -> None:
    """Write all entries of an organisation. That you do is written into the ledger, too."""
    if as_json and output is None:
        raise typer.BadParameter("Say where to write it: --output FILE", param_hint="--json")
    with _written(output) as file:
        count = run(_export(context.obj, organisation, form, file))
    if output is None:
        return
    words = f"The ledger of {organisation} is in {output}."
    if form is ExportForm.JSONL:
        words += f" Check it anywhere: watchword audit verify {output}"
    show(ExportView(str(output), count), words, as_json=as_json)


@app.command("verify")
def verify(
    file: There,
    *,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Checkpoints that were kept elsewhere; may be given again. Without them, entries "
            "that were cut off at the end are not missed.",
        ),
    ] = None,
    key: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Check an export, far from any server: no settings, no keyring and no database are read.

    Ends with 0 if all is well, and with 1 if anything was changed, taken out, put in, moved, cut
    off, or not signed.
    """
    keys = keys_of(key or [])
    notes, torn = notes_in(checkpoint or [])
    if torn:
        note(f"{torn} notes among the checkpoints are not whole, and were left out.")
    if checkpoint and not notes:
        leave("There is no whole checkpoint in what you named.")
    verdict = verified(file, keys, notes)
    show(VerdictView.of(verdict), say_verdict(verdict), as_json=as_json)
    if not verdict.is_good:
        raise typer.Exit(REFUSED)


@app.command("prove")
def prove(
    context: typer.Context,
    organisation: Slug,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="The id of the entry.")],
    *,
    output: Output = None,
) -> None:
    """Write a receipt for one entry: it can be checked without us, and by anybody."""
    try:
        id = EntryId(Id(entry))
    except ValueError:
        raise typer.BadParameter("An id is like 5f0c1e9a-6d0b-4c59-9a53-0d7f6f0f2b1e.") from None
    receipt = run(_prove(context.obj, organisation, id))
    if receipt is None:
        leave(f"There is no entry {id} in the ledger of {organisation}.")
    with _written(output) as file:
        file.write(receipt)
    if output is not None:
        note(f"The receipt is in {output}. Check it anywhere: watchword audit check-proof {output}")


@app.command("check-proof")
def check_proof(file: There, *, key: Keys = None, as_json: AsJson = False) -> None:
    """Say what a receipt proves, far from any server. Ends with 1 if it proves nothing."""
    keys = keys_of(key or [])
    with file.open("rb") as opened:
        content = opened.read(BYTES_AT_MOST + 1)
    finding = check_receipt(content, {each.public for each in keys})
    is_trusted = isinstance(finding, Proven) and (finding.is_known or not keys)
    match finding:
        case Proven(entry, found, by, is_known):
            view = ProofView(is_trusted, None, entry, found.origin, found.size, by.raw, is_known)
        case _:
            view = ProofView(is_trusted, finding.because, None, None, None, None, is_known=False)
    show(view, say_finding(finding, has_keys=bool(keys)), as_json=as_json)
    if not is_trusted:
        raise typer.Exit(REFUSED)


@contextmanager
def _written(path: Path | None) -> Iterator[BinaryIO]:
    """Give what to write to; a file takes its place once it is whole, and on the disk."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as fault:
        leave(f"{path} cannot be written: {fault.strerror}.")
    finally:
        draft.unlink(missing_ok=True)


async def _export(office: Office, slug: str, form: ExportForm, file: BinaryIO) -> int:
    async with office.services() as services:
        caller = office.acting_for(await find_organisation(services, slug))
        pieces = await services.ledger.exports.begin(caller, form)
        if isinstance(pieces, NeedsSecondPerson):
            raise AssertionError("The operator needs nobody else.")  # noqa: TRY004 - nor is it
        return await _poured(pieces, file)


async def _poured(pieces: AsyncIterator[bytes], file: BinaryIO) -> int:
    count = 0
    async for piece in pieces:
        count += file.write(piece)
    return count


async def _prove(office: Office, slug: str, id: EntryId) -> bytes | None:
    async with office.services() as services:
        whose = (await find_organisation(services, slug)).id
        try:
            receipt = await services.ledger.entries.receipt(whose, id)
            if isinstance(receipt, NotYet):
                await services.ledger.sealing.seal_all(whose)
                receipt = await services.ledger.entries.receipt(whose, id)
        except NotFound:
            return None
    return None if isinstance(receipt, NotYet) else receipt
