"""What is blocked: why, until when, and how it is lifted."""

from collections.abc import Mapping, Sequence
from typing import assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.abuse.rules import (
    AlreadyOver,
    Block,
    BlockId,
    BlockState,
    Lifted,
    OperatorsOwn,
    RuleName,
    state_of,
)
from watchword.features.audit.rules import Noun
from watchword.features.idempotency.rules import OtherBody
from watchword.features.staff.permissions import Permission
from watchword.features.staff.rules import find_fault_of_reason
from watchword.foundation.ids import Id
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.pages import AnyRequest

LIST = "/console/blocks"
STATES = {str(state): state for state in BlockState}
ALL = "all"


@get(LIST, include_in_schema=False, opt={PERMISSION: Permission.BLOCKS_SEE})
async def show_blocks(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows, asked = rows_of(request), request.query_params.get("state", "")
    state = STATES.get(asked, None if asked == ALL else BlockState.STANDING)
    page, _ = await visitor.services.abuse.blocks.page(
        visitor.organisation.id, most=rows.most, after=rows.after, state=state
    )
    return show_console(
        request,
        visitor,
        "blocks/list.html",
        blocks=page.items,
        state=ALL if state is None else str(state),
        states=[*STATES, ALL],
        state_of=state_of,
        called=await _callers(visitor, page.items),
        in_force=visitor.services.abuse.rulebook.are_in_force(visitor.organisation),
        cursor=write_cursor(page.after),
        rows=rows,
    )


@get(f"{LIST}/{{id:uuid}}", include_in_schema=False, opt={PERMISSION: Permission.BLOCKS_SEE})
async def show_block(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _show_one(request, visitor, BlockId(Id(int=id.int)))


@post(
    f"{LIST}/{{id:uuid}}/liftings",
    include_in_schema=False,
    opt={PERMISSION: Permission.BLOCKS_LIFT},
    status_code=200,
)
async def lift_block(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str] | Redirect:
    which, reason = BlockId(Id(int=id.int)), visitor.form.text("reason")
    if visitor.form.is_resumed:
        return await _show_one(request, visitor, which, reason=reason)
    if find_fault_of_reason(reason):
        return await _show_one(request, visitor, which, reason=reason, problem="reason")
    outcome = await visitor.services.abuse.blocks.lift(
        visitor, which, is_operator=False, reason=reason
    )
    match outcome:
        case Lifted():
            return go(LIST, said="lifted")
        case AlreadyOver() | OperatorsOwn():
            return await _show_one(request, visitor, which, reason=reason, problem=outcome.word)
        case OtherBody():
            raise AssertionError("This ends so only for a request with a key of its own.")
        case _:
            assert_never(outcome)


async def _show_one(
    request: AnyRequest, visitor: Visitor, id: BlockId, *, reason: str = "", problem: str = ""
) -> Response[str]:
    block, now = await visitor.services.abuse.blocks.find(visitor.organisation.id, id)
    return show_console(
        request,
        visitor,
        "blocks/one.html",
        status=422 if problem else 200,
        block=block,
        state=state_of(block, now),
        is_operators_own=visitor.services.abuse.blocks.is_operators_own(block),
        called=await _callers(visitor, [block]),
        reason=reason,
        problem=problem,
    )


async def _callers(visitor: Visitor, blocks: Sequence[Block]) -> Mapping[str, str]:
    """Give the labels of API keys by their actors: a block on one is known by its label."""
    if all(block.rule is not RuleName.CLIENT for block in blocks):
        return {}
    keys = await visitor.services.clients.all(visitor.organisation.id)
    return {Noun.API_KEY.of(key.id): key.label for key in keys}


routes = [show_blocks, show_block, lift_block]
