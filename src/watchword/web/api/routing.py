"""Plans of fallback over HTTP: what is declared, and which way a code would take."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from watchword.features.challenges import policies
from watchword.features.challenges.openings import Opening
from watchword.features.clients.rules import Scope
from watchword.features.contacts.channels import Channel
from watchword.features.prices.rules import MICROS
from watchword.features.routing.rules import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    STEPS_AT_MOST,
    USUAL_WAIT,
    Because,
    Considered,
    Plan,
    Route,
    Skipped,
    Step,
)
from watchword.features.routing.service import BadPlan
from watchword.foundation.secret import Secret
from watchword.web.api.contact_points import To, read_contact
from watchword.web.api.purposes import Purpose
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

KNOWN = frozenset(Purpose)


class Cost(Struct, frozen=True):
    """The most that a message may cost: a decimal number of a currency (ISO 4217)."""

    amount: str
    currency: str


class StepView(Struct, frozen=True):
    """A step of the plan as it was decided: `because` says why it was taken, `skipped` why not.

    `step` counts the steps of the plan from 1. `lasted_seconds` is the time until the next step
    was taken, or until the challenge was over.
    """

    step: int
    channel: Channel
    provider: str | None
    at: datetime
    because: Because | None
    skipped: Skipped | None
    rule: str | None
    wait_seconds: int
    lasted_seconds: float | None
    cost: Cost | None


class NewStep(Body, frozen=True):
    """One way to try.

    Several providers count as equal: the one whose codes come back more often goes first.
    """

    channel: Channel
    providers: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    wait_seconds: Annotated[int, Meta(ge=SHORTEST_WAIT.seconds, le=LONGEST_WAIT.seconds)] = (
        USUAL_WAIT.seconds
    )


class NewPlan(Body, frozen=True):
    """The steps in their order."""

    steps: Annotated[tuple[NewStep, ...], Meta(min_length=1, max_length=STEPS_AT_MOST)]


class PlanView(Struct, frozen=True):
    """A plan that is in force. `is_own` is false where it is the operator's, for everybody."""

    purpose: Purpose
    steps: list[Step]
    is_own: bool


class NewRoutingPlan(Body, frozen=True):
    """A code that might be sent: what for, to whom, and who asks. Which way would it take?"""

    purpose: Purpose
    to: To
    channel: Channel | None = None
    requester: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class RoutingPlan(Struct, frozen=True):
    """Which way a code would take. Nothing was sent, counted or kept.

    The first step with a `because` would be taken at once, the later ones if it does not arrive.
    """

    purpose: Purpose
    to: str
    steps: list[StepView]


@post(
    "/v1/routing-plans",
    opt={SCOPE: Scope.CHALLENGES_READ},
    summary="See which way a code would take",
    responses=problems(Kind.TOO_LARGE, Kind.MEDIA, Kind.UNREACHABLE),
    status_code=200,
)
async def foresee(
    data: JSONBody[NewRoutingPlan], admitted: NamedDependency[Admitted]
) -> RoutingPlan:
    organisation = admitted.client.organisation
    contact = read_contact(data.to, organisation.country)
    opening = Opening(
        purpose=policies.Purpose(data.purpose),
        contact=contact,
        channel=data.channel,
        locale=organisation.locale,
        requester=None if data.requester is None else Secret(data.requester),
    )
    seen = await admitted.services.foresight.foresee(admitted.client, opening)
    return RoutingPlan(data.purpose, contact.masked, [step_of(each, None) for each in seen])


@get(
    "/v1/plans",
    opt={SCOPE: Scope.PLANS_READ},
    summary="Look at the plans of fallback",
    responses=problems(),
)
async def read_plans(admitted: NamedDependency[Admitted]) -> list[PlanView]:
    found = await admitted.services.plans.all(admitted.client.organisation)
    return [
        PlanView(Purpose(each.purpose), list(each.plan.steps), each.is_own)
        for each in found
        if each.purpose in KNOWN
    ]


@get(
    "/v1/plans/{purpose:str}",
    opt={SCOPE: Scope.PLANS_READ},
    summary="Look at the plan of a purpose",
    responses=problems(Kind.NOT_FOUND),
)
async def read_plan(purpose: FromPath[str], admitted: NamedDependency[Admitted]) -> PlanView:
    known = _purpose(purpose)
    for each in await admitted.services.plans.all(admitted.client.organisation):
        if each.purpose == known:
            return PlanView(known, list(each.plan.steps), each.is_own)
    raise Problem(Kind.NOT_FOUND, "No plan is declared for this purpose: each code has one way.")


@put(
    "/v1/plans/{purpose:str}",
    opt={SCOPE: Scope.PLANS_WRITE},
    summary="Declare the plan of a purpose",
    responses=problems(Kind.TOO_LARGE, Kind.MEDIA, Kind.NOT_FOUND, Kind.BAD_PLAN),
)
async def declare_plan(
    purpose: FromPath[str], data: JSONBody[NewPlan], admitted: NamedDependency[Admitted]
) -> PlanView:
    known = _purpose(purpose)
    plan = Plan(tuple(Step(each.channel, each.providers, each.wait_seconds) for each in data.steps))
    outcome = await admitted.services.plans.declare(admitted.client, known, plan)
    if isinstance(outcome, BadPlan):
        raise Problem(Kind.BAD_PLAN, " ".join(outcome.faults))
    return PlanView(known, list(plan.steps), is_own=True)


@delete(
    "/v1/plans/{purpose:str}",
    opt={SCOPE: Scope.PLANS_WRITE},
    summary="Go back to the operator's plan",
    responses=problems(Kind.NOT_FOUND),
)
async def withdraw_plan(purpose: FromPath[str], admitted: NamedDependency[Admitted]) -> None:
    if not await admitted.services.plans.withdraw(admitted.client, _purpose(purpose)):
        raise Problem(Kind.NOT_FOUND, "No plan of your own is declared for this purpose.")


def _purpose(written: str) -> Purpose:
    try:
        return Purpose(written)
    except ValueError:
        known = ", ".join(Purpose)
        raise Problem(Kind.NOT_FOUND, f"The purposes are: {known}.") from None


def steps_of(route: Route, ended_at: datetime | None) -> list[StepView]:
    """Show the trace of a route, each step with how long it lasted."""
    ends = [*(each.at for each in route.trace if each.was_taken), ended_at]
    views = []
    for each in route.trace:
        if each.was_taken:
            ends.pop(0)
        views.append(step_of(each, ends[0] if each.was_taken else None))
    return views


def step_of(each: Considered, end: datetime | None) -> StepView:
    lasted = None if end is None else (end - each.at).total_seconds()
    return StepView(
        step=each.place,
        channel=each.channel,
        provider=each.provider,
        at=each.at,
        because=each.because,
        skipped=each.skipped,
        rule=each.rule,
        wait_seconds=each.wait_seconds,
        lasted_seconds=lasted,
        cost=cost_of(each),
    )


def cost_of(each: Considered) -> Cost | None:
    if each.price is None or each.currency is None:
        return None
    return Cost(f"{Decimal(each.price) / MICROS:f}", each.currency)


routes = [foresee, read_plans, read_plan, declare_plan, withdraw_plan]
