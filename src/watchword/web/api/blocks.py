"""What is blocked, over HTTP, and by which rules: why, until when, and how it is lifted."""

from typing import Annotated, assert_never
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from watchword.features.abuse.loosening import sections_in
from watchword.features.abuse.rules import AlreadyOver, BlockId, BlockState, Lifted, OperatorsOwn
from watchword.features.abuse.rulesets import Loosened, Ruleset, Unusable
from watchword.features.abuse.views import (
    BlockView,
    RulesView,
    WrittenRules,
    block_view,
    own_rules,
    rules_view,
)
from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.settings.two_people import NeedsSecondPerson
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem, needs_second_person
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)


class BlockPage(Struct, frozen=True):
    """The newest come first. `cursor` leads to the next page, if there is one."""

    blocks: list[BlockView]
    cursor: str | None


class NewLifting(Body, frozen=True):
    """Nothing needs to be said."""


class NewRules(Body, WrittenRules, frozen=True):
    """What is to differ from the rules of the house. What is left out is as the house has it."""


@get(
    "/v1/blocks",
    opt={SCOPE: Scope.BLOCKS_READ},
    summary="List what is blocked, the newest first",
    responses=problems(),
)
async def list_blocks(
    admitted: NamedDependency[Admitted],
    only: Annotated[BlockState | None, QueryParameter(name="state")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL,
) -> BlockPage:
    page, now = await admitted.services.abuse.blocks.page(
        admitted.client.organisation.id, most=limit, after=read_cursor(cursor), state=only
    )
    return BlockPage([block_view(block, now) for block in page.items], write_cursor(page.after))


@post(
    "/v1/blocks/{block_id:uuid}/liftings",
    opt={SCOPE: Scope.BLOCKS_WRITE},
    summary="Lift a block before its time",
    responses=problems(
        *WRITTEN, Kind.OTHER_BODY, Kind.NOT_FOUND, Kind.BLOCK_OVER, Kind.NEEDS_OPERATOR
    ),
)
async def lift_block(
    block_id: FromPath[UUID], data: JSONBody[NewLifting], admitted: NamedDependency[Admitted]
) -> BlockView:
    id = BlockId(Id(int=block_id.int))
    outcome = await admitted.services.abuse.blocks.lift(
        admitted.client, id, admitted.once, is_operator=False
    )
    match outcome:
        case Lifted(block):
            return block_view(block, admitted.services.storage.now())
        case AlreadyOver():
            raise Problem(Kind.BLOCK_OVER, "This block has run out or was lifted before.")
        case OperatorsOwn(rule):
            command = f"watchword abuse lift {admitted.client.organisation.slug} {id}"
            detail = f"A key cannot lift a block of the rule {rule}. Ask the operator: {command}."
            raise Problem(Kind.NEEDS_OPERATOR, detail)
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")
        case _:
            assert_never(outcome)


@get(
    "/v1/abuse-rules",
    opt={SCOPE: Scope.ABUSE_RULES_READ},
    summary="Look at the rules in force",
    responses=problems(),
)
async def read_rules(admitted: NamedDependency[Admitted]) -> RulesView:
    rulebook, organisation = admitted.services.abuse.rulebook, admitted.client.organisation
    ruleset = await rulebook.show(organisation)
    return rules_view(ruleset, in_force=rulebook.are_in_force(organisation))


@put(
    "/v1/abuse-rules",
    opt={SCOPE: Scope.ABUSE_RULES_WRITE},
    summary="Set what differs from the rules of the house",
    responses=problems(*WRITTEN, Kind.BAD_RULES, Kind.NEEDS_OPERATOR, Kind.NEEDS_SECOND_PERSON),
)
async def set_rules(data: JSONBody[NewRules], admitted: NamedDependency[Admitted]) -> RulesView:
    rulebook = admitted.services.abuse.rulebook
    in_force = rulebook.are_in_force(admitted.client.organisation)
    own = own_rules(data, in_force=in_force)
    if isinstance(own, Unusable):
        raise _unusable(own)
    outcome = await rulebook.set(admitted.client, own, is_operator=False)
    match outcome:
        case Ruleset():
            return rules_view(outcome, in_force=in_force)
        case Unusable():
            raise _unusable(outcome)
        case NeedsSecondPerson(subject):
            what = ", ".join(sections_in(subject))
            raise needs_second_person(f"to loosen {what}", "Limits and blocks")
        case Loosened(names):
            what = ", ".join(names)
            detail = f"A key cannot loosen {what}. Ask the operator: watchword abuse rules set."
            raise Problem(Kind.NEEDS_OPERATOR, detail)
        case _:
            assert_never(outcome)


def _unusable(rules: Unusable) -> Problem:
    return Problem(Kind.BAD_RULES, " ".join(rules.faults))


routes = [list_blocks, lift_block, read_rules, set_rules]
