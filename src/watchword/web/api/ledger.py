"""The ledger over HTTP: what was done, receipts for it, what was signed, and the public keys."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from watchword.features.approvals.rules import Kind as Approvable
from watchword.features.clients.rules import Scope
from watchword.features.ledger.checkpoints import to_base64
from watchword.features.ledger.receipts import Receipt
from watchword.features.ledger.rules import (
    SIGN_WITHIN,
    EntryId,
    LedgerEntry,
    SealState,
    Wanted,
    seal_state,
)
from watchword.features.ledger.service import NotYet
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, needs_second_person
from watchword.wiring import Services

KEYS = "/.well-known/watchword-ledger-keys"
WORD_AT_MOST = 200
LARGEST = 2**53

Word: TypeAlias = str | None


class EntryView(Struct, frozen=True):
    """Something that was done. `position` is its place in the ledger, once it has one."""

    id: UUID
    at: datetime
    action: str
    actor: str
    target: str
    details: dict[str, Any]
    position: int | None
    state: SealState


class EntryPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    entries: list[EntryView]
    cursor: str | None


class CheckpointView(Struct, frozen=True):
    """What was signed last. `consistency`: that it goes on from the checkpoint over `since`."""

    size: int
    checkpoint: str
    signed_at: datetime
    consistency: list[str]


class KeyView(Struct, frozen=True):
    """A public key. What was signed with an old one is still good."""

    public: str
    version: int
    created_at: datetime


class Keys(Struct, frozen=True):
    keys: list[KeyView]


WRITTEN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?$"
Moment: TypeAlias = Annotated[str | None, QueryParameter(max_length=40, pattern=WRITTEN)]


@get(
    "/v1/ledger-entries",
    opt={SCOPE: Scope.LEDGER_READ},
    summary="List what was done, the newest first",
    responses=problems(Kind.NEEDS_SECOND_PERSON),
)
async def list_entries(
    admitted: NamedDependency[Admitted],
    *,
    action: Annotated[Word, QueryParameter(name="action", max_length=WORD_AT_MOST)] = None,
    actor: Annotated[Word, QueryParameter(name="actor", max_length=WORD_AT_MOST)] = None,
    target: Annotated[Word, QueryParameter(name="target", max_length=WORD_AT_MOST)] = None,
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> EntryPage:
    await _only_alone(admitted)
    wanted = Wanted(
        action=action, actor=actor, target=target, since=_in_utc(since), until=_in_utc(until)
    )
    found = await admitted.services.ledger.entries.page(
        admitted.client.organisation.id, wanted, most=limit, after=read_cursor(cursor)
    )
    views = [_view(entry, found.signed_size) for entry in found.page.items]
    return EntryPage(views, write_cursor(found.page.after))


@get(
    "/v1/ledger-entries/{entry_id:uuid}",
    opt={SCOPE: Scope.LEDGER_READ},
    summary="Look at an entry",
    responses=problems(Kind.NOT_FOUND),
)
async def read_entry(entry_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> EntryView:
    id = EntryId(Id(int=entry_id.int))
    return _view(*await admitted.services.ledger.entries.read(admitted.client.organisation.id, id))


@get(
    "/v1/ledger-entries/{entry_id:uuid}/receipt",
    opt={SCOPE: Scope.LEDGER_READ},
    summary="Get a receipt that proves an entry",
    responses=problems(Kind.NOT_FOUND, Kind.NOT_SEALED),
)
async def read_receipt(entry_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> Receipt:
    id = EntryId(Id(int=entry_id.int))
    receipt = await admitted.services.ledger.entries.receipt(admitted.client.organisation.id, id)
    if isinstance(receipt, NotYet):
        raise Problem(Kind.NOT_SEALED, "It is sealed and signed within a minute.", SIGN_WITHIN)
    return msgspec.json.decode(receipt, type=Receipt)


@get(
    "/v1/ledger-checkpoint",
    opt={SCOPE: Scope.LEDGER_READ},
    summary="Get what was signed last",
    responses=problems(Kind.NOT_FOUND),
)
async def read_checkpoint(
    admitted: NamedDependency[Admitted],
    since: Annotated[int | None, QueryParameter(name="since", ge=1, le=LARGEST)] = None,
) -> CheckpointView:
    newest = await admitted.services.ledger.entries.newest(admitted.client.organisation.id, since)
    if newest is None:
        raise Problem(Kind.NOT_FOUND, "Nothing was signed yet. Ask again in a minute.")
    kept, proof = newest
    return CheckpointView(kept.size, kept.note, kept.signed_at, [to_base64(each) for each in proof])


@get(KEYS, include_in_schema=False)
async def show_keys(services: NamedDependency[Services]) -> Response[Keys]:
    """Show to everybody by which keys anything is signed here."""
    keys = [
        KeyView(key.raw, key.version, key.created_at)
        for key in await services.ledger.entries.keys()
    ]
    return Response(Keys(keys))


def _view(entry: LedgerEntry, signed_size: int) -> EntryView:
    return EntryView(
        id=entry.id,
        at=entry.at,
        action=entry.action,
        actor=entry.actor,
        target=entry.target,
        details=dict(entry.details),
        position=entry.position,
        state=seal_state(entry, signed_size),
    )


async def _only_alone(admitted: Admitted) -> None:
    """Where two people have to agree to an export, no key takes the ledger out page by page."""
    approvals, whose = admitted.services.configuration.approvals, admitted.client.organisation.id
    if await approvals.needs_second_person(whose, Approvable.LEDGER_EXPORT):
        raise needs_second_person("for that", "Ledger")


def _in_utc(written: str | None) -> datetime | None:
    """Read a moment; one that does not say where it is meant is meant in UTC."""
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Problem(Kind.MALFORMED, "A moment is written as 2026-11-22T09:00:00Z.") from None


routes = [list_entries, read_entry, read_receipt, read_checkpoint, show_keys]
