"""Who gets webhooks, and what becomes of each: endpoints, deliveries and their attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NewType, TypeAlias
from uuid import UUID

from watchword.features.webhooks.events import EventId, EventKind
from watchword.foundation.ids import OrganisationId

EndpointId = NewType("EndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)

ENDPOINTS_AT_MOST = 20
DESCRIPTION_AT_MOST = 200
KEPT_FOR = timedelta(days=30)
REPLAYED_AT_ONCE = 1000
ATTEMPTS_KEPT = 200


class EndpointState(StrEnum):
    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"
    """It is no longer there for anybody, and goes once nothing waits for it."""


class DeliveryState(StrEnum):
    """Where a delivery is. The last two are final, until somebody has it sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """An endpoint as it is asked for. No kinds at all are all of them."""

    url: str = field(repr=False)
    description: str = ""
    kinds: frozenset[EventKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChanges:
    """What is to be different; what is None stays."""

    url: str | None = field(default=None, repr=False)
    description: str | None = None
    kinds: frozenset[EventKind] | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where webhooks go.

    `reason` says why it is disabled. `failing_since`: its first failure since its last success,
    and `failures`, how many there were from then on; `rests_until`: it asked us to be slower.
    """

    id: EndpointId
    url: str = field(repr=False)
    description: str
    kinds: frozenset[EventKind]
    state: EndpointState
    reason: str | None
    created_at: datetime
    failing_since: datetime | None = None
    failures: int = 0
    rests_until: datetime | None = None

    @property
    def is_failing(self) -> bool:
        return self.failing_since is not None


@dataclass(frozen=True, slots=True)
class Interest:
    """Which kinds an enabled endpoint wants to hear of; none at all are all."""

    endpoint_id: EndpointId
    kinds: frozenset[EventKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How an attempt ended: with a status, or with a short word of ours.

    `is_ours`: no receiver was asked, because of something that is ours to mend.
    """

    word: str
    status: int | None = None
    retry_after: timedelta | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One line of the log of a delivery. Of what the receiver said, nothing is kept."""

    at: datetime
    status: int | None
    word: str
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: DeliveryId
    endpoint_id: EndpointId
    event_id: EventId
    kind: EventKind
    about: str
    state: DeliveryState
    reason: str | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in the hands of a worker. `lease` counts how often it was handed out."""

    id: DeliveryId
    event_id: EventId
    sealed: bytes = field(repr=False)
    tries: int
    lease: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What a worker has for one endpoint."""

    organisation_id: OrganisationId
    endpoint: Endpoint
    sealed: bytes = field(repr=False)
    claimed: Sequence[Claimed]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """One request, ready to be sent."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that was made, and how it ended."""

    claimed: Claimed
    attempt: Attempt
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new endpoint, and its secret this once."""

    word: ClassVar[str] = "made"
    endpoint: Endpoint
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """A new secret. `old_until`: so long the one before signs too."""

    word: ClassVar[str] = "rotated"
    secret: str = field(repr=False)
    old_until: datetime


@dataclass(frozen=True, slots=True)
class Queued:
    """It is on its way (again)."""

    word: ClassVar[str] = "queued"
    id: DeliveryId


@dataclass(frozen=True, slots=True)
class QueuedAgain:
    """So many are on their way again. There may be more if it is as many as go at once."""

    word: ClassVar[str] = "queued_again"
    count: int


@dataclass(frozen=True, slots=True)
class TargetRefused:
    """No webhook can go to that address."""

    word: ClassVar[str] = "target_refused"
    because: str


@dataclass(frozen=True, slots=True)
class TooManyEndpoints:
    word: ClassVar[str] = "too_many_endpoints"
    at_most: int = ENDPOINTS_AT_MOST


@dataclass(frozen=True, slots=True)
class IsDisabled:
    """The endpoint gets nothing as long as nobody enables it."""

    word: ClassVar[str] = "is_disabled"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A worker has it in hand at the moment."""

    word: ClassVar[str] = "under_way"


@dataclass(frozen=True, slots=True)
class TriedTooOften:
    """Its log is full."""

    word: ClassVar[str] = "tried_too_often"


NotReplayed: TypeAlias = IsDisabled | UnderWay | TriedTooOften


def new_endpoint(id: EndpointId, draft: EndpointDraft, now: datetime) -> Endpoint:
    return Endpoint(
        id=id,
        url=draft.url,
        description=draft.description,
        kinds=draft.kinds,
        state=EndpointState.ENABLED,
        reason=None,
        created_at=now,
    )


def changed(endpoint: Endpoint, changes: EndpointChanges) -> Endpoint:
    """Change an endpoint as asked. One that is enabled, or goes elsewhere, begins anew."""
    if changes.description is not None:
        endpoint = replace(endpoint, description=changes.description)
    if changes.kinds is not None:
        endpoint = replace(endpoint, kinds=changes.kinds)
    if changes.url is not None or changes.enabled:
        endpoint = replace(endpoint, failing_since=None, failures=0, rests_until=None)
    if changes.url is not None:
        endpoint = replace(endpoint, url=changes.url)
    if changes.enabled is True:
        return replace(endpoint, state=EndpointState.ENABLED, reason=None)
    if changes.enabled is False and is_enabled(endpoint):
        return replace(endpoint, state=EndpointState.DISABLED, reason="asked for")
    return endpoint


def is_enabled(endpoint: Endpoint) -> bool:
    return endpoint.state is EndpointState.ENABLED


def wants(interest: Interest, kind: EventKind) -> bool:
    return not interest.kinds or kind in interest.kinds


def replayable(delivery: Delivery, endpoint: Endpoint | None) -> NotReplayed | None:
    """Decide whether a delivery may be sent again; give what is in the way."""
    if endpoint is None or not is_enabled(endpoint):
        return IsDisabled()
    if delivery.state is DeliveryState.SENDING:
        return UnderWay()
    if len(delivery.attempts) >= ATTEMPTS_KEPT:
        return TriedTooOften()
    return None
