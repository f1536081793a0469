"""Blocks and rules as they are shown, at every door alike; and rules as they come back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from watchword.features.abuse.rules import Block, BlockState, RuleName, state_of
from watchword.features.abuse.rulesets import OwnRules, Ruleset, Unusable, named
from watchword.features.contacts.channels import Channel


class BlockView(Struct, frozen=True):
    """A block. `subject` is what it stands on, shown so that nobody can call it."""

    id: UUID
    rule: RuleName
    subject: str
    state: BlockState
    reason: str
    way_round: str
    channels: list[Channel]
    created_at: datetime
    expires_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


class RulesView(Ruleset, frozen=True, kw_only=True):
    """Rules. For a test organisation they are not in force, but those that it would have."""

    in_force: bool


class WrittenRules(OwnRules, frozen=True):
    """What is to differ from the rules of the house. What is left out is as the house has it."""

    in_force: bool | UnsetType = UNSET
    """May stand there as it was shown, and sets nothing."""


def block_view(block: Block, now: datetime) -> BlockView:
    return BlockView(
        id=block.id,
        rule=block.rule,
        subject=block.shown,
        state=state_of(block, now),
        reason=block.reason,
        way_round=block.way_round,
        channels=list(block.channels),
        created_at=block.created_at,
        expires_at=block.expires_at,
        lifted_at=block.lifted_at,
        lifted_by=block.lifted_by,
    )


def rules_view(ruleset: Ruleset, *, in_force: bool) -> RulesView:
    fields = {name: getattr(ruleset, name) for name in Ruleset.__struct_fields__}
    return RulesView(**fields, in_force=in_force)


def parse(found: Mapping[str, Any]) -> WrittenRules | Unusable:
    """Read what stands in a file."""
    try:
        return msgspec.convert(found, WrittenRules, strict=False)
    except msgspec.ValidationError as fault:
        return Unusable((f"{fault}.",))


def own_rules(written: WrittenRules, *, in_force: bool) -> OwnRules | Unusable:
    """Take out what is to be set."""
    if written.in_force not in {UNSET, in_force}:
        return Unusable(("in_force cannot be set: rules are in force where messages are real.",))
    return OwnRules(**named(written))
