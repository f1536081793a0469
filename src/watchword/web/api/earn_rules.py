"""Earn rules over HTTP: how many points a purchase gives, and where, and when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, field

from watchword.features.clients.rules import Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.organisations.rules import LocationId
from watchword.features.points.earning.rules import (
    NAME_AT_MOST,
    BadTerms,
    EarnRule,
    EarnRuleId,
    Refused,
    RuleEnded,
    RuleOutOfDate,
    State,
    Terms,
    TooManyRules,
)
from watchword.foundation.ids import Id
from watchword.web.api.rewards import Count, Currency, Locations, moment, stale
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)


class NewEarnRule(Body, frozen=True, kw_only=True):
    """So many points for each whole amount. Money is in the smallest unit of its currency."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_AT_MOST, examples=["One per euro"])]
    points: Annotated[int, Meta(ge=1, le=10_000)]
    per_amount: Annotated[int, Meta(ge=1, le=1_000_000_000, examples=[100])]
    currency: Currency
    at_least: Count = 0
    locations: Locations = field(default_factory=list)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class EarnRuleChange(NewEarnRule, frozen=True, kw_only=True):
    """A rule as it is to be from now on. `version` is the one that you have read."""

    version: Annotated[int, Meta(ge=1)]
    state: State = State.ACTIVE


class EarnRuleView(Struct, frozen=True):
    """An earn rule."""

    id: UUID
    name: str
    points: int
    per_amount: int
    currency: str
    at_least: int
    locations: list[UUID]
    starts_at: datetime | None
    ends_at: datetime | None
    state: State
    version: int
    created_at: datetime
    updated_at: datetime


class EarnRulePage(Struct, frozen=True):
    earn_rules: list[EarnRuleView]
    cursor: str | None


@get(
    "/v1/earn-rules",
    opt={SCOPE: Scope.REWARDS_READ},
    summary="List earn rules, the newest first",
    responses=problems(),
)
async def list_earn_rules(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> EarnRulePage:
    page = await admitted.services.earn_rules.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return EarnRulePage([rule_view(each) for each in page.items], write_cursor(page.after))


@post(
    "/v1/earn-rules",
    opt={SCOPE: Scope.REWARDS_WRITE},
    summary="Add an earn rule",
    responses=problems(*WRITTEN, Kind.TOO_MANY_OFFERS, Kind.OTHER_BODY),
)
async def create_earn_rule(
    data: JSONBody[NewEarnRule], admitted: NamedDependency[Admitted]
) -> EarnRuleView:
    made = await admitted.services.earn_rules.create(admitted.client, _terms(data), admitted.once)
    return _shown(made)


@get(
    "/v1/earn-rules/{rule_id:uuid}",
    opt={SCOPE: Scope.REWARDS_READ},
    summary="Read an earn rule",
    responses=problems(Kind.NOT_FOUND),
)
async def read_earn_rule(
    rule_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> EarnRuleView:
    whose = admitted.client.organisation.id
    return rule_view(await admitted.services.earn_rules.find(whose, _id(rule_id)))


@put(
    "/v1/earn-rules/{rule_id:uuid}",
    opt={SCOPE: Scope.REWARDS_WRITE},
    summary="Change, pause or end an earn rule",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.STALE_OFFER, Kind.OFFER_ENDED),
)
async def change_earn_rule(
    rule_id: FromPath[UUID], data: JSONBody[EarnRuleChange], admitted: NamedDependency[Admitted]
) -> EarnRuleView:
    changed = await admitted.services.earn_rules.change(
        admitted.client, _id(rule_id), _terms(data), data.state, data.version
    )
    return _shown(changed)


def rule_view(rule: EarnRule) -> EarnRuleView:
    terms = rule.terms
    return EarnRuleView(
        id=rule.id,
        name=terms.name,
        points=terms.points,
        per_amount=terms.per_amount,
        currency=terms.currency,
        at_least=terms.at_least,
        locations=sorted(terms.locations),
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        state=rule.state,
        version=rule.version,
        created_at=rule.created_at,
        updated_at=rule.updated_at,
    )


def _shown(outcome: EarnRule | Refused | OtherBody) -> EarnRuleView:
    match outcome:
        case EarnRule():
            return rule_view(outcome)
        case BadTerms(name, because):
            raise Problem(Kind.MALFORMED, because, more={"field": name})
        case RuleOutOfDate(version):
            raise stale(version)
        case RuleEnded():
            raise Problem(Kind.OFFER_ENDED, "It is over for good. Add a new one.")
        case TooManyRules(most):
            raise Problem(Kind.TOO_MANY_OFFERS, f"There are {most} earn rules. End one before.")
        case OtherBody():
            raise Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


def _terms(data: NewEarnRule) -> Terms:
    return Terms(
        name=data.name,
        points=data.points,
        per_amount=data.per_amount,
        currency=data.currency,
        at_least=data.at_least,
        locations=frozenset(LocationId(Id(int=each.int)) for each in data.locations),
        starts_at=moment(data.starts_at, "starts_at"),
        ends_at=moment(data.ends_at, "ends_at"),
    )


def _id(id: UUID) -> EarnRuleId:
    return EarnRuleId(Id(int=id.int))


routes = [list_earn_rules, create_earn_rule, read_earn_rule, change_earn_rule]
