"""`watchword letters`: print what waits, and take in what came back.

$ watchword letters collect sonnenhof
Batch 0198c1a2-…: 12 letters. Release it: watchword letters release sonnenhof 0198c1a2-…
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn, assert_never
from uuid import UUID

import typer
from msgspec import Struct

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, show
from watchword.cli.running import run
from watchword.features.clients.rules import Operator
from watchword.features.letters.batches.rules import (
    Batch,
    BatchState,
    NeedsSecondPerson,
    NothingWaits,
    NotNow,
)
from watchword.features.letters.returns.service import (
    BackAlready,
    NoSuchLetter,
    TakenBack,
    TookBack,
)
from watchword.features.letters.rules import BatchId
from watchword.foundation.ids import Id
from watchword.wiring import Services

SHOWN_AT_MOST = 25

app = typer.Typer(add_completion=False, no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
Which = Annotated[UUID, typer.Argument(metavar="BATCH", help="The id of the batch.")]


class BatchView(Struct, frozen=True):
    id: UUID
    state: BatchState
    letters: int
    rendered: int


class LettersView(Struct, frozen=True):
    waiting: int
    returned: int
    batches: list[BatchView]


class ReturnView(Struct, frozen=True):
    outcome: str
    to: str


@app.callback()
def _group() -> None:
    """Print letters, and take in what came back."""


@app.command("list")
def list_batches(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Show how many letters wait, and the newest batches."""
    view, words = run(_list(context.obj, organisation))
    show(view, words, as_json=as_json)


@app.command("collect")
def collect(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Make a batch of the letters that wait."""
    outcome = run(_collect(context.obj, organisation))
    if isinstance(outcome, NothingWaits):
        leave("No letter waits.")
    words = f"Batch {outcome.id}: {outcome.letters} letters. Release it: watchword letters release"
    show(_view(outcome), f"{words} {organisation} {outcome.id}", as_json=as_json)


@app.command("release")
def release(
    context: typer.Context, organisation: Slug, batch: Which, *, as_json: AsJson = False
) -> None:
    """Let the letters of a batch be drawn, and wait until they are."""
    done = run(_release(context.obj, organisation, _id(batch)))
    if isinstance(done, NotNow):
        _leave_for(done)
    words = f"{done.letters} letters are drawn. Take them: watchword letters hand-over"
    show(_view(done), f"{words} {organisation} {done.id} --to letters.zip", as_json=as_json)


@app.command("hand-over")
def hand_over(
    context: typer.Context,
    organisation: Slug,
    batch: Which,
    *,
    to: Annotated[Path, typer.Option(help="The file to write: a ZIP of PDFs, and their list.")],
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Then delete what is kept here of the batch.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the letters of a batch into a file that its owner alone may read."""
    if to.exists():
        leave(f"There is a file {to} already. Choose another name.")
    done = run(_hand_over(context.obj, organisation, _id(batch), to, confirm=confirm))
    if isinstance(done, NotNow):
        _leave_for(done)
    left = "Nothing of them is kept here." if confirm else "Confirm it when they are printed."
    show(_view(done), f"The letters are in {to}. {left}", as_json=as_json)


@app.command("confirm")
def confirm(
    context: typer.Context, organisation: Slug, batch: Which, *, as_json: AsJson = False
) -> None:
    """Say that a batch was printed: what is kept of it here is deleted."""
    done = run(_confirm(context.obj, organisation, _id(batch)))
    if isinstance(done, NotNow):
        _leave_for(done)
    show(_view(done), "The batch is handed over. Nothing of it is kept here.", as_json=as_json)


@app.command("returned")
def returned(
    context: typer.Context,
    organisation: Slug,
    mark: Annotated[str, typer.Argument(help="What the small square says, or stands beside it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Take back a letter that came back: its code is dead, and its address is marked."""
    outcome = run(_returned(context.obj, organisation, mark))
    match outcome:
        case TakenBack(contact, was_open):
            words = "Its code is dead." if was_open else "Its code was over already."
            words = f"Taken back: {contact.masked}. {words}"
        case BackAlready(contact, at):
            words = f"Was taken back before, at {moment(at)}: {contact.masked}."
        case NoSuchLetter():
            leave("No letter has this mark: twelve letters and digits, without 0, 1, I, L and O.")
        case _:
            assert_never(outcome)
    show(ReturnView(outcome.word, outcome.contact.masked), words, as_json=as_json)


async def _list(office: Office, slug: str) -> tuple[LettersView, str]:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        letters = services.letters
        standing = await letters.letters.standing(organisation.id)
        page = await letters.batches.page(organisation.id, most=SHOWN_AT_MOST)
    view = LettersView(standing.waiting, standing.returned, [_view(each) for each in page.items])
    rows = [(str(each.id), each.state, str(each.letters)) for each in page.items]
    counted = f"{standing.waiting} letters wait. {standing.returned} came back."
    return view, "\n".join([counted, columns(rows)] if rows else [counted])


async def _collect(office: Office, slug: str) -> Batch | NothingWaits:
    async with office.services() as services:
        return await services.letters.batches.collect(await _caller(office, services, slug))


async def _release(office: Office, slug: str, id: BatchId) -> Batch | NotNow:
    async with office.services() as services:
        caller = await _caller(office, services, slug)
        batches = services.letters.batches
        outcome = await batches.release(caller, id)
        if isinstance(outcome, NotNow):
            return outcome
        # Whoever runs the machine is asked for no second person.
        assert not isinstance(outcome, NeedsSecondPerson)  # noqa: S101
        while (batch := await batches.find(caller.organisation.id, id)).state is (
            BatchState.RENDERING
        ):
            if not await batches.draw_some():
                await asyncio.sleep(0.1)  # a worker elsewhere draws them
        return batch


async def _hand_over(
    office: Office, slug: str, id: BatchId, to: Path, *, confirm: bool
) -> Batch | NotNow:
    async with office.services() as services:
        caller = await _caller(office, services, slug)
        batches = services.letters.batches
        pieces = await batches.take_out(caller, id)
        if isinstance(pieces, NotNow):
            return pieces
        await _write(to, pieces)
        if confirm:
            return await batches.confirm(caller, id)
        return await batches.find(caller.organisation.id, id)


async def _write(to: Path, pieces: AsyncIterator[bytes]) -> None:
    # What can be read in it must never have been open to others, not for a moment.
    with _opened(to) as file:
        async for piece in pieces:
            file.write(piece)


def _opened(to: Path) -> BinaryIO:
    return os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def _confirm(office: Office, slug: str, id: BatchId) -> Batch | NotNow:
    async with office.services() as services:
        return await services.letters.batches.confirm(await _caller(office, services, slug), id)


async def _returned(office: Office, slug: str, mark: str) -> TookBack:
    async with office.services() as services:
        caller = await _caller(office, services, slug)
        return await services.letters.returned.take_back(caller, mark)


async def _caller(office: Office, services: Services, slug: str) -> Operator:
    return office.acting_for(await find_organisation(services, slug))


def _view(batch: Batch) -> BatchView:
    return BatchView(batch.id, batch.state, batch.letters, batch.rendered)


def _id(id: UUID) -> BatchId:
    return BatchId(Id(int=id.int))


def _leave_for(refusal: NotNow) -> NoReturn:
    leave(f"That cannot be done with this batch: it is {refusal.state}.")
