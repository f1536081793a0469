"""`watchword challenges`: send a code by hand, and try an answer.

$ watchword challenges create sonnenhof step_up --phone +491701234567
Challenge 7c1e… is open until 2026-01-01 12:05:00 UTC. Its code goes to +49•••••4567 by sms.
$ watchword challenges answer sonnenhof 7c1e…
Code: 123456
Verified: the code is right.
"""

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, NoReturn, TypeAlias, assert_never
from uuid import UUID

import typer
from msgspec import UNSET, Struct, UnsetType

from watchword.cli import contact_points
from watchword.cli.contact_points import Email, Phone
from watchword.cli.office import Office, find_organisation
from watchword.cli.printing import REFUSED, TRY_LATER, AsJson, leave, moment, seen, show
from watchword.cli.running import run
from watchword.features.abuse.rules import Blocked
from watchword.features.challenges import policies
from watchword.features.challenges.openings import Opening
from watchword.features.challenges.rules import ChallengeId, Status
from watchword.features.challenges.service import Answered, Opened
from watchword.features.challenges.shown import Shown
from watchword.features.challenges.verdicts import (
    Exhausted,
    Expired,
    Locked,
    NoWay,
    Over,
    Refusal,
    TooMany,
    TooSoon,
    Verdict,
    Verified,
    Wrong,
)
from watchword.features.contacts.channels import Channel
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.idempotency.rules import OtherBody
from watchword.features.routing.rules import SwitchedOff
from watchword.features.templates.rules import closest
from watchword.web.api.purposes import Purpose

STDIN = "-"

Slug: TypeAlias = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its short name.")]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Send a code by hand, and try an answer."
)


@dataclass(frozen=True)
class _Order:
    """What was typed."""

    organisation: str
    purpose: Purpose
    phone: str | None
    email: str | None
    channel: Channel | None
    locale: str | None


class ChallengeView(Struct, frozen=True):
    """A challenge. `to` is masked."""

    id: UUID
    purpose: Purpose
    status: Status
    channel: Channel
    to: str
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    attempts_left: int


class VerdictView(Struct, frozen=True):
    verdict: str
    attempts_left: int | UnsetType = UNSET
    slip: bool | UnsetType = UNSET


@app.command("create")
def create(
    context: typer.Context,
    organisation: Slug,
    purpose: Annotated[Purpose, typer.Argument(help="Why the code is asked for.")],
    *,
    phone: Phone = None,
    email: Email = None,
    channel: Annotated[
        Channel | None, typer.Option(help="How the code is sent; without it, the usual way.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="The language of the message: de, en.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a code to a contact point, as an application of the organisation would."""
    office: Office = context.obj
    order = _Order(organisation, purpose, phone, email, channel, locale)
    outcome = run(_open(office, order))
    if not isinstance(outcome, Shown):
        _leave_for(outcome)
    show(seen(ChallengeView, outcome), _say_sent(outcome, organisation), as_json=as_json)


@app.command("answer")
def answer(
    context: typer.Context,
    organisation: Slug,
    id: Annotated[UUID, typer.Argument(help="The id that `create` printed.")],
    code: Annotated[
        str | None,
        typer.Argument(
            help="The code. Without it, it is asked for, and stays out of the history of the "
            "shell; - reads it from stdin."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Try a code. Ends with 0 if it is right, and with 1 if it is not."""
    outcome = run(_answer(context.obj, organisation, ChallengeId(id), _typed(code)))
    if isinstance(outcome, TooMany | Locked | OtherBody):
        _leave_for(outcome)
    show(_verdict_view(outcome), _say_verdict(outcome), as_json=as_json)
    raise typer.Exit(0 if isinstance(outcome, Verified) else REFUSED)


async def _open(office: Office, order: _Order) -> Opened:
    async with office.services() as services:
        organisation = await find_organisation(services, order.organisation)
        contact = contact_points.read(order.phone, order.email, organisation.country)
        opening = Opening(
            purpose=policies.Purpose(order.purpose),
            contact=contact,
            channel=order.channel,
            locale=closest(order.locale, organisation.locale),
        )
        return await services.challenges.open(office.acting_for(organisation), opening)


async def _answer(office: Office, slug: str, id: ChallengeId, typed: str) -> Answered:
    async with office.services() as services:
        organisation = await find_organisation(services, slug)
        return await services.challenges.answer(office.acting_for(organisation), id, typed)


def _typed(code: str | None) -> str:
    if code == STDIN:
        return sys.stdin.readline().strip()
    return typer.prompt("Code", err=True) if code is None else code


def _leave_for(refusal: Refusal | OtherBody) -> NoReturn:
    match refusal:
        case TooSoon(when):
            leave(f"The next message may be sent at {moment(when)}.", TRY_LATER)
        case TooMany(when):
            leave(f"This contact point has had its share. Again from {moment(when)}.", TRY_LATER)
        case Locked():
            leave("Too many wrong codes in a row. If all is well: watchword limits lift")
        case NoWay(channel, others):
            offered = ", ".join(others) or "none"
            leave(f"By {channel} this contact point is not reached. Channels here: {offered}.")
        case SwitchedOff():
            leave("The organisation has switched this off. See Configuration in its console.")
        case OptedOut():
            leave("This person wants no messages. If they ask for it: watchword people lift")
        case Over():
            leave("This challenge is over. Make a new one: watchword challenges create")
        case Blocked(_, reason, _, way_round):
            leave(f"{reason} {way_round}", TRY_LATER)
        case OtherBody():
            leave("This was asked for before, for something else.")
        case _:
            assert_never(refusal)


def _verdict_view(verdict: Verdict) -> VerdictView:
    if isinstance(verdict, Wrong):
        return VerdictView(verdict.word, verdict.attempts_left, verdict.is_slip or UNSET)
    return VerdictView(verdict.word)


def _say_sent(shown: Shown, slug: str) -> str:
    return (
        f"Challenge {shown.id} is open until {moment(shown.expires_at)}. "
        f"Its code goes to {shown.to} by {shown.channel}.\n"
        f"Try an answer: watchword challenges answer {slug} {shown.id}"
    )


def _say_verdict(verdict: Verdict) -> str:
    match verdict:
        case Verified():
            return "Verified: the code is right."
        case Wrong(attempts_left, is_slip) if is_slip:
            return f"A slip: no letter has this code. Attempts left, as before: {attempts_left}."
        case Wrong(attempts_left):
            return f"Wrong: this is not the code. Attempts left: {attempts_left}."
        case Expired():
            return "Expired: the time for answers had run out."
        case Exhausted():
            return "Exhausted: all attempts had been used up."
        case Over():
            return "Over: the challenge had ended before this answer."
        case _:
            assert_never(verdict)
