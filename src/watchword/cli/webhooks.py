"""`watchword webhooks`: tell other programs what happens, and see what they got.

$ watchword webhooks add sonnenhof https://hooks.example.org/watchword
whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, NoReturn, TypeAlias, TypeVar
from uuid import UUID

import typer
from msgspec.structs import asdict

from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import AsJson, columns, leave, moment, note, show
from watchword.cli.running import run
from watchword.features.clients.rules import Operator, OverlapTooLong, read_overlap
from watchword.features.webhooks.events import EventKind
from watchword.features.webhooks.rules import (
    ENDPOINTS_AT_MOST,
    Delivery,
    DeliveryId,
    DeliveryState,
    Endpoint,
    EndpointChanges,
    EndpointDraft,
    EndpointId,
    IsDisabled,
    Made,
    Queued,
    QueuedAgain,
    Rotated,
    TargetRefused,
    TooManyEndpoints,
    UnderWay,
    is_enabled,
)
from watchword.features.webhooks.views import MadeEndpoint, delivery_view, endpoint_view
from watchword.foundation.ids import Id
from watchword.foundation.pages import Page
from watchword.wiring import Services

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Tell other programs what happens, and see what they got.",
)

Outcome = TypeVar("Outcome")

SPAN = re.compile(r"([0-9]{1,4})([smhd])")
SHOWN_AT_MOST = 50  # deliveries
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]
Which: TypeAlias = Annotated[
    UUID, typer.Argument(metavar="ID", help="An id that `webhooks list` prints.")
]
Events: TypeAlias = Annotated[
    list[EventKind] | None,
    typer.Option("--event", help="What to tell of; may be given again. Without it, of all."),
]


@app.command("add")
def add(
    context: typer.Context,
    organisation: Slug,
    url: Annotated[str, typer.Argument(help="Where to send: https://hooks.example.org/codes.")],
    *,
    event: Events = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Have events sent somewhere, and show the secret that proves they are ours."""
    draft = EndpointDraft(url=url, description=description, kinds=frozenset(event or ()))
    outcome = _ask(context, organisation, lambda it, me: it.webhooks.add(me, draft))
    match outcome:
        case Made(endpoint=endpoint, secret=secret):
            if not as_json:
                note(f"This is the secret of {endpoint.id}. It is shown this one time:")
            made = MadeEndpoint(**asdict(endpoint_view(endpoint)), secret=secret)
            show(made, secret, as_json=as_json)
        case TargetRefused(because):
            raise typer.BadParameter(because)
        case TooManyEndpoints():
            leave(f"There are {ENDPOINTS_AT_MOST} already, which is the most. Remove one.")
        case _:
            _impossible()


@app.command("list")
def list_endpoints(context: typer.Context, organisation: Slug, *, as_json: AsJson = False) -> None:
    """Print all endpoints of an organisation, the oldest first, and how they are."""
    found = _ask(context, organisation, lambda it, me: it.webhooks.all(me.organisation.id))
    rows = [[str(one.id), _say_state(one), one.url, one.description] for one in found]
    words = columns(rows) if rows else f"{organisation} has no endpoints yet."
    show([endpoint_view(one) for one in found], words, as_json=as_json)


@app.command("enable")
def enable(
    context: typer.Context, organisation: Slug, id: Which, *, as_json: AsJson = False
) -> None:
    """Let an endpoint that was disabled begin anew.

    What it missed is sent by: watchword webhooks replay ORGANISATION --endpoint ID
    """
    changes = EndpointChanges(enabled=True)
    outcome = _ask(
        context, organisation, lambda it, me: it.webhooks.change(me, _endpoint_id(id), changes)
    )
    if isinstance(outcome, TargetRefused):
        _impossible()
    show(endpoint_view(outcome), f"The endpoint {id} is enabled.", as_json=as_json)


@app.command("rotate")
def rotate(
    context: typer.Context,
    organisation: Slug,
    id: Which,
    *,
    overlap: Annotated[
        str, typer.Option(help="How long the old secret signs too: 24h, 30m, 7d.")
    ] = "24h",
    as_json: AsJson = False,
) -> None:
    """Make a new secret. For a while, webhooks are signed with both."""
    span = _read_span(overlap)
    outcome = _ask(
        context, organisation, lambda it, me: it.webhooks.rotate(me, _endpoint_id(id), span)
    )
    if not isinstance(outcome, Rotated):
        _impossible()
    if not as_json:
        note(f"The old secret signs too until {moment(outcome.old_until)}. This is the new one:")
    shown = {"secret": outcome.secret, "old_until": outcome.old_until}
    show(shown, outcome.secret, as_json=as_json)


@app.command("test")
def try_endpoint(
    context: typer.Context, organisation: Slug, id: Which, *, as_json: AsJson = False
) -> None:
    """Send a test event to an endpoint. A server or a worker has to be running."""
    outcome = _ask(context, organisation, lambda it, me: it.webhooks.test(me, _endpoint_id(id)))
    match outcome:
        case Queued(delivery_id):
            words = (
                f"The delivery {delivery_id} is on its way. How it went: "
                f"watchword webhooks deliveries {organisation} --endpoint {id}"
            )
            show({"id": delivery_id}, words, as_json=as_json)
        case IsDisabled():
            _leave_disabled(organisation, id)
        case _:
            _impossible()


@app.command("deliveries")
def deliveries(
    context: typer.Context,
    organisation: Slug,
    *,
    endpoint: Annotated[UUID | None, typer.Option(metavar="ID", help="Only to this one.")] = None,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the newest 50 deliveries, the newest first."""
    only = None if endpoint is None else _endpoint_id(endpoint)

    async def look(services: Services, me: Operator) -> Page[Delivery]:
        return await services.webhooks.deliveries(
            me.organisation.id, endpoint_id=only, state=state, most=SHOWN_AT_MOST
        )

    found = _ask(context, organisation, look).items
    rows = [
        [str(one.id), moment(one.created_at), one.kind, one.state, _say_last(one)] for one in found
    ]
    words = columns(rows) if rows else "Nothing was sent in the last 30 days."
    show([delivery_view(one) for one in found], words, as_json=as_json)


@app.command("replay")
def replay(
    context: typer.Context,
    organisation: Slug,
    delivery: Annotated[
        UUID | None,
        typer.Argument(metavar="[ID]", help="An id that `webhooks deliveries` prints."),
    ] = None,
    *,
    endpoint: Annotated[
        UUID | None, typer.Option(metavar="ID", help="Everything that this one never got.")
    ] = None,
    since: Annotated[str, typer.Option(help="How far back, with --endpoint: 24h, 30m, 7d.")] = "3d",
    as_json: AsJson = False,
) -> None:
    """Send one delivery again, or all that an endpoint never got."""
    if (delivery is None) == (endpoint is None):
        raise typer.BadParameter("Name either a delivery or an --endpoint.")
    if endpoint is not None:
        _replay_all(context, organisation, endpoint, since, as_json=as_json)
    elif delivery is not None:
        _replay_one(context, organisation, delivery, as_json=as_json)


@app.command("remove")
def remove(
    context: typer.Context, organisation: Slug, id: Which, *, as_json: AsJson = False
) -> None:
    """Send nothing more to an endpoint, and forget its secret. What waits is not sent."""
    _ask(context, organisation, lambda it, me: it.webhooks.remove(me, _endpoint_id(id)))
    show({"id": id, "removed": True}, f"The endpoint {id} is removed.", as_json=as_json)


def _replay_one(context: typer.Context, slug: str, id: UUID, *, as_json: bool) -> None:
    which = DeliveryId(Id(int=id.int))
    outcome = _ask(context, slug, lambda it, me: it.webhooks.replay(me, which))
    match outcome:
        case Queued():
            show({"replayed": 1}, f"The delivery {id} is on its way again.", as_json=as_json)
        case IsDisabled():
            leave("Its endpoint is disabled or removed, and gets nothing.")
        case UnderWay():
            leave("It is on its way at this moment. Look again in a minute.")
        case _:
            leave("It was tried so often that its log is full. It is not tried any more.")


def _replay_all(context: typer.Context, slug: str, id: UUID, since: str, *, as_json: bool) -> None:
    span = _read_span(since)

    async def work(services: Services, me: Operator) -> object:
        start = services.storage.now() - span
        return await services.webhooks.replay_failed(me, _endpoint_id(id), start)

    outcome = _ask(context, slug, work)
    match outcome:
        case QueuedAgain(count):
            words = f"{count} deliveries are on their way again."
            show({"replayed": count}, words, as_json=as_json)
        case IsDisabled():
            _leave_disabled(slug, id)
        case _:
            _impossible()


def _ask(
    context: typer.Context, slug: str, work: Callable[[Services, Operator], Awaitable[Outcome]]
) -> Outcome:
    """Do something for an organisation, as the operator."""
    office: Office = context.obj

    async def asked() -> Outcome:
        async with office.services() as services:
            organisation = await find_organisation(services, slug)
            return await work(services, office.acting_for(organisation))

    return run(asked())


def _endpoint_id(written: UUID) -> EndpointId:
    return EndpointId(Id(int=written.int))


def _read_span(written: str) -> timedelta:
    span = SPAN.fullmatch(written)
    if span is None:
        raise typer.BadParameter("Write a span of time as 24h, 30m or 7d.")
    found = read_overlap(timedelta(**{UNITS[span[2]]: int(span[1])}))
    if isinstance(found, OverlapTooLong):
        raise typer.BadParameter(f"A span of time is {found.at_most.days}d at most.")
    return found


def _say_state(endpoint: Endpoint) -> str:
    if not is_enabled(endpoint):
        return f"disabled ({endpoint.reason})"
    if endpoint.failing_since is not None:
        return f"failing since {moment(endpoint.failing_since)}"
    return "good"


def _say_last(delivery: Delivery) -> str:
    return delivery.attempts[-1].word if delivery.attempts else (delivery.reason or "")


def _leave_disabled(slug: str, id: UUID) -> NoReturn:
    leave(f"The endpoint is disabled. Enable it first: watchword webhooks enable {slug} {id}")


def _impossible() -> NoReturn:
    raise AssertionError("This ends otherwise only for a request with a key of its own.")
