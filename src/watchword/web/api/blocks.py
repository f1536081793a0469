"""What is blocked, over HTTP, and by which rules: why, until when, and how it is lifted."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from watchword.features.abuse.rules import AlreadyOver, Block, BlockId, RuleName, is_active
from watchword.features.abuse.rulesets import (
    CAPS_AT_MOST,
    COUNTRIES_AT_MOST,
    Conversion,
    Loosened,
    Ruleset,
    SendCap,
    Spend,
    Spray,
    Unusable,
)
from watchword.features.clients.rules import Scope
from watchword.features.contacts.rules import Line
from watchword.features.delivery.rules import Channel
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

MOST = 100
CURSOR = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)

Caps: TypeAlias = Annotated[tuple[SendCap, ...], Meta(max_length=CAPS_AT_MOST)]


class BlockView(Struct, frozen=True):
    """A block. `subject` is what it stands on, shown so that nobody can call it."""

    id: UUID
    rule: RuleName
    subject: str
    active: bool
    reason: str
    way_round: str
    channels: list[Channel]
    created_at: datetime
    expires_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


class BlockPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    blocks: list[BlockView]
    cursor: str | None


class NewLifting(Body, frozen=True):
    """Nothing needs to be said."""


class NewRules(Body, frozen=True):
    """What is to differ from the rules of the house. What is left out is as the house has it."""

    countries: Annotated[tuple[str, ...], Meta(max_length=COUNTRIES_AT_MOST)] | UnsetType = UNSET
    lines: dict[Channel, tuple[Line, ...]] | UnsetType = UNSET
    prefix: Caps | UnsetType = UNSET
    dial_code: Caps | UnsetType = UNSET
    destination: Caps | UnsetType = UNSET
    client: Caps | UnsetType = UNSET
    address: Caps | UnsetType = UNSET
    organisation: Caps | UnsetType = UNSET
    conversion: Conversion | UnsetType = UNSET
    spray: Spray | UnsetType = UNSET
    spend: Spend | UnsetType = UNSET
    block_seconds: int | UnsetType = UNSET


@get(
    "/v1/blocks",
    opt={SCOPE: Scope.BLOCKS_READ},
    summary="List what is blocked, the newest first",
    responses=problems(Kind.NOT_FOUND),
)
async def list_blocks(
    admitted: NamedDependency[Admitted],
    *,
    active: Annotated[bool, QueryParameter()] = False,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 50,
) -> BlockPage:
    after = None if cursor is None else _read_cursor(cursor)
    blocks, now = await admitted.services.blocks.page(
        admitted.client.organisation.id, most=limit, after=after, only_active=active
    )
    more = str(blocks[-1].id) if len(blocks) == limit else None
    return BlockPage([block_view(block, now) for block in blocks], more)


@post(
    "/v1/blocks/{block_id:uuid}/liftings",
    opt={SCOPE: Scope.BLOCKS_WRITE},
    summary="Lift a block before its time",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.BLOCK_OVER),
)
async def lift_block(
    block_id: FromPath[UUID], data: JSONBody[NewLifting], admitted: NamedDependency[Admitted]
) -> BlockView:
    id = BlockId(Id(int=block_id.int))
    outcome = await admitted.services.blocks.lift(admitted.client, id)
    if isinstance(outcome, AlreadyOver):
        raise Problem(Kind.BLOCK_OVER, "This block has run out or was lifted before.")
    return block_view(outcome, admitted.services.storage.now())


@get(
    "/v1/abuse-rules",
    opt={SCOPE: Scope.ABUSE_RULES_READ},
    summary="Look at the rules in force",
    responses=problems(),
)
async def read_rules(admitted: NamedDependency[Admitted]) -> Ruleset:
    return await admitted.services.rulebook.show(admitted.client.organisation)


@put(
    "/v1/abuse-rules",
    opt={SCOPE: Scope.ABUSE_RULES_WRITE},
    summary="Set what differs from the rules of the house",
    responses=problems(*WRITTEN, Kind.BAD_RULES, Kind.NEEDS_OPERATOR),
)
async def set_rules(data: JSONBody[NewRules], admitted: NamedDependency[Admitted]) -> Ruleset:
    rulebook = admitted.services.rulebook
    outcome = await rulebook.set(admitted.client, _written(data), may_spend_more=False)
    match outcome:
        case Unusable(faults):
            raise Problem(Kind.BAD_RULES, " ".join(faults))
        case Loosened(names):
            what = ", ".join(f"spend.{name}" for name in names)
            detail = f"A key cannot loosen {what}. Ask the operator: watchword abuse rules set."
            raise Problem(Kind.NEEDS_OPERATOR, detail)
        case ruleset:
            return ruleset


def block_view(block: Block, now: datetime) -> BlockView:
    return BlockView(
        id=block.id,
        rule=block.rule,
        subject=block.shown,
        active=is_active(block, now),
        reason=block.reason,
        way_round=block.way_round,
        channels=list(block.channels),
        created_at=block.created_at,
        expires_at=block.expires_at,
        lifted_at=block.lifted_at,
        lifted_by=block.lifted_by,
    )


def _read_cursor(written: str) -> BlockId:
    if not CURSOR.fullmatch(written):
        raise Problem(Kind.MALFORMED, "A cursor is what an earlier page gave, as it was.")
    return BlockId(Id(written))


def _written(data: NewRules) -> dict[str, Any]:
    """Give what was sent, without what was left out."""
    names: Sequence[str] = data.__struct_fields__
    given = {name: getattr(data, name) for name in names}
    return {name: msgspec.to_builtins(value) for name, value in given.items() if value is not UNSET}


routes = [list_blocks, lift_block, read_rules, set_rules]
