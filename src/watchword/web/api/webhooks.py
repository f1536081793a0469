"""Endpoints of webhooks over HTTP: where an application is told what happens, and how it is sure.

A secret is shown once, when it is made. What was sent is in `webhook_deliveries`.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict

from watchword.features.clients.rules import OVERLAP_AT_MOST, USUAL_OVERLAP, Scope
from watchword.features.idempotency.rules import OtherBody
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import (
    DESCRIPTION_AT_MOST,
    ENDPOINTS_AT_MOST,
    EndpointChanges,
    EndpointDraft,
    EndpointId,
    Rotated,
    TargetRefused,
    TooManyEndpoints,
)
from watchword.features.webhooks.views import EndpointView, MadeEndpoint, endpoint_view
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

Url: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=500, examples=["https://hooks.example.org/watchword"])
]
Description: TypeAlias = Annotated[str, Meta(max_length=DESCRIPTION_AT_MOST)]
Kinds: TypeAlias = Annotated[list[EventKind], Meta(max_length=len(EventKind))]

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
ONCE = (*WRITTEN, Kind.OTHER_BODY)
"""What may be wrong with any request that carries something."""


class NewEndpoint(Body, frozen=True):
    """Where to send. Without `events`, all are sent."""

    url: Url
    description: Description = ""
    events: Kinds | UnsetType = UNSET


class EndpointPatch(Body, frozen=True):
    """What is to be different; what is left out stays."""

    url: Url | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    events: Kinds | UnsetType = UNSET
    state: Literal["enabled", "disabled"] | UnsetType = UNSET


class NewSecret(Body, frozen=True):
    """How long the old secret signs too, in seconds."""

    overlap_seconds: Annotated[int, Meta(ge=0, le=int(OVERLAP_AT_MOST.total_seconds()))] = int(
        USUAL_OVERLAP.total_seconds()
    )


class SecretView(Struct, frozen=True):
    """A new secret, this once."""

    secret: str
    old_until: datetime


@post(
    "/v1/webhook-endpoints",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Have events sent somewhere",
    responses=problems(*ONCE, Kind.NO_TARGET, Kind.FULL),
)
async def add_endpoint(
    data: JSONBody[NewEndpoint], admitted: NamedDependency[Admitted]
) -> MadeEndpoint:
    draft = EndpointDraft(
        url=data.url, description=data.description, kinds=_kinds(data.events) or frozenset()
    )
    outcome = await admitted.services.webhooks.add(admitted.client, draft, admitted.once)
    match outcome:
        case TargetRefused(because):
            raise Problem(Kind.NO_TARGET, because)
        case TooManyEndpoints():
            detail = f"Remove one: an organisation has {ENDPOINTS_AT_MOST} endpoints at most."
            raise Problem(Kind.FULL, detail)
        case OtherBody():
            raise other_body()
        case made:
            return MadeEndpoint(**asdict(endpoint_view(made.endpoint)), secret=made.secret)


@get(
    "/v1/webhook-endpoints",
    opt={SCOPE: Scope.WEBHOOKS_READ},
    summary="List the endpoints of webhooks",
    responses=problems(),
)
async def list_endpoints(admitted: NamedDependency[Admitted]) -> list[EndpointView]:
    found = await admitted.services.webhooks.all(admitted.client.organisation.id)
    return [endpoint_view(one) for one in found]


@get(
    "/v1/webhook-endpoints/{endpoint_id:uuid}",
    opt={SCOPE: Scope.WEBHOOKS_READ},
    summary="Look at an endpoint",
    responses=problems(Kind.NOT_FOUND),
)
async def read_endpoint(
    endpoint_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> EndpointView:
    whose = admitted.client.organisation.id
    return endpoint_view(await admitted.services.webhooks.read(whose, id_of(endpoint_id)))


@patch(
    "/v1/webhook-endpoints/{endpoint_id:uuid}",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Change an endpoint, or enable it again",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.NO_TARGET),
)
async def change_endpoint(
    endpoint_id: FromPath[UUID],
    data: JSONBody[EndpointPatch],
    admitted: NamedDependency[Admitted],
) -> EndpointView:
    changes = EndpointChanges(
        url=None if data.url is UNSET else data.url,
        description=None if data.description is UNSET else data.description,
        kinds=_kinds(data.events),
        enabled=None if data.state is UNSET else data.state == "enabled",
    )
    webhooks = admitted.services.webhooks
    outcome = await webhooks.change(admitted.client, id_of(endpoint_id), changes)
    if isinstance(outcome, TargetRefused):
        raise Problem(Kind.NO_TARGET, outcome.because)
    return endpoint_view(outcome)


@delete(
    "/v1/webhook-endpoints/{endpoint_id:uuid}",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Remove an endpoint",
    responses=problems(Kind.NOT_FOUND),
)
async def remove_endpoint(endpoint_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> None:
    await admitted.services.webhooks.remove(admitted.client, id_of(endpoint_id))


@post(
    "/v1/webhook-endpoints/{endpoint_id:uuid}/secrets",
    opt={SCOPE: Scope.WEBHOOKS_WRITE},
    summary="Make a new secret",
    responses=problems(*ONCE, Kind.NOT_FOUND),
)
async def rotate_secret(
    endpoint_id: FromPath[UUID],
    data: JSONBody[NewSecret],
    admitted: NamedDependency[Admitted],
) -> SecretView:
    outcome = await admitted.services.webhooks.rotate(
        admitted.client, id_of(endpoint_id), timedelta(seconds=data.overlap_seconds), admitted.once
    )
    match outcome:
        case Rotated(secret=secret, old_until=until):
            return SecretView(secret, until)
        case OtherBody():
            raise other_body()


def id_of(written: UUID) -> EndpointId:
    return EndpointId(Id(int=written.int))


def _kinds(events: list[EventKind] | UnsetType) -> frozenset[EventKind] | None:
    return None if events is UNSET else frozenset(events)


def other_body() -> Problem:
    return Problem(Kind.OTHER_BODY, "Use a new Idempotency-Key for another request.")


routes = [
    add_endpoint,
    list_endpoints,
    read_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
]
