"""The ways out as people see them: who carries codes by a channel, how they do, and trying one."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from litestar import Response, get, post
from litestar.di import NamedDependency

from watchword.features.contacts.channels import Channel
from watchword.features.contacts.rules import Contact, Unreachable
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.contacts.typed import read_typed
from watchword.features.delivery.rules import ProviderName, SendOutcome
from watchword.features.delivery.trials.rules import TRIALS, NoSuchWay, TooManyTrials, Tried
from watchword.features.routing.rules import CHANNELS
from watchword.features.staff.permissions import Permission
from watchword.web.console.pages import show_console
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.languages import choose
from watchword.web.html.pages import AnyRequest

PATH = "/console/channels"
TRIED_BY_HAND = (Channel.SMS, Channel.WHATSAPP, Channel.VOICE, Channel.EMAIL)
"""A letter is not tried: it costs a stamp, and nobody sees before days whether it came."""


@get(PATH, include_in_schema=False, opt={PERMISSION: Permission.CHANNELS_SEE})
async def show_channels(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _show(request, visitor)


@post(
    PATH + "/trials",
    include_in_schema=False,
    status_code=200,
    opt={PERMISSION: Permission.CHANNELS_TRY},
)
async def try_channel(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    """Send one message that says nothing, to an address that somebody typed."""
    typed = Attempt(way=visitor.form.text("way"), address=visitor.form.text("address"))
    if not visitor.form.is_resumed:
        typed = await _try(request, visitor, typed)
    return await _show(request, visitor, typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody typed to try a way, and what came of it. `problem` names what was not right."""

    way: str = ""
    address: str = field(default="", repr=False)
    provider: str = ""
    problem: str = ""
    again_at: datetime | None = None
    outcome: SendOutcome | None = None


async def _try(request: AnyRequest, visitor: Visitor, typed: Attempt) -> Attempt:
    channel, provider = _way(typed.way)
    if channel is None:
        return replace(typed, problem="way")
    contact = _read(typed.address, channel, visitor)
    if isinstance(contact, Unreachable):
        return replace(typed, problem="address")
    outcome = await visitor.services.overview.trials.make(
        visitor.colleague, provider, channel, contact, locale=_locale(request, visitor)
    )
    match outcome:
        case Tried(result):
            # Whoever tries again types the address again: it stands on no page.
            return Attempt(way=typed.way, provider=provider, outcome=result)
        case TooManyTrials(moment):
            return replace(typed, problem="too_many", again_at=moment)
        case OptedOut():
            return replace(typed, problem="opted_out")
        case NoSuchWay():
            return replace(typed, problem="way")
        case _:
            assert_never(outcome)


async def _show(
    request: AnyRequest, visitor: Visitor, attempt: Attempt | None = None
) -> Response[str]:
    attempt = attempt or Attempt()
    ways = await visitor.services.overview.ways.all(visitor.organisation)
    return show_console(
        request,
        visitor,
        "channels/list.html",
        status=422 if attempt.problem else 200,
        ways=ways,
        to_try=[
            (f"{each.channel}:{served.provider}", each.channel, served.provider)
            for each in ways
            if each.channel in TRIED_BY_HAND
            for served in each.served
            if served.place is not None
        ],
        attempt=attempt,
        trials_at_most=TRIALS.sends[0].most,
    )


def _way(written: str) -> tuple[Channel | None, ProviderName]:
    channel, _, provider = written.partition(":")
    known = {each.value: each for each in TRIED_BY_HAND}
    return known.get(channel), ProviderName(provider)


def _read(address: str, channel: Channel, visitor: Visitor) -> Contact | Unreachable:
    """Read an address, if it is one to which the channel leads."""
    contact = read_typed(address, visitor.organisation.country)
    if isinstance(contact, Contact) and channel not in CHANNELS[contact.kind]:
        return Unreachable("another kind")
    return contact


def _locale(request: AnyRequest, visitor: Visitor) -> str:
    """Give the language of whoever tries: they are the one who reads it."""
    accepted = request.headers.get("accept-language", "")
    return choose(request.query_params.get("lang") or visitor.member.locale, accepted).code


routes = [show_channels, try_channel]
