"""Who agreed to offers, over HTTP: writing it down, taking it back, asking, and looking it up."""

from datetime import datetime
from typing import Annotated, assert_never
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope as KeyScope
from watchword.features.consents.opt_ins.rules import Asked, AskedEnough, IsOff, NoWay
from watchword.features.consents.rules import (
    SHOWN_AT_MOST,
    ConsentGiven,
    NothingGiven,
    NothingShown,
    Record,
    Scope,
    Shown,
    Source,
    Standing,
    Withdrawn,
    WrongKind,
)
from watchword.features.contacts.suppressions.rules import OptedOut
from watchword.features.templates.rules import LOCALES
from watchword.web.api.contact_points import To, read_contact
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA, Kind.UNREACHABLE)


class ShownBody(Body, frozen=True):
    """What they were shown when they agreed, word by word."""

    locale: Annotated[str, Meta(min_length=2, max_length=20, examples=["en"])]
    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=SHOWN_AT_MOST,
            examples=["Yes, I would like offers from Sonnenhof by text. STOP ends it."],
        ),
    ]


class NewConsent(Body, frozen=True):
    """Who agreed, to what, and what they were shown."""

    to: To
    scope: Scope
    shown: ShownBody


class NewConsentWithdrawal(Body, frozen=True):
    """Who does not agree any more, and to what."""

    to: To
    scope: Scope


class NewOptInRequest(Body, frozen=True):
    """Who is asked by a message whether they want offers, and in which language."""

    to: To
    scope: Scope
    locale: Annotated[str, Meta(max_length=20, examples=["en"])] | None = None


class NewConsentCheck(Body, frozen=True):
    """To whom you would like to write."""

    to: To


class ShownView(Struct, frozen=True):
    """What they were shown."""

    locale: str
    text: str


class ConsentView(Struct, frozen=True):
    """One line of the book. Lines are never changed."""

    id: UUID
    scope: Scope
    standing: Standing
    source: Source
    shown: ShownView | None
    created_at: datetime
    created_by: str


class ConsentCheck(Struct, frozen=True):
    """What may be sent to somebody, and how that came about: by scope, the newest first."""

    allowed: list[Scope]
    is_opted_out: bool
    records: list[ConsentView]


class OptInRequest(Struct, frozen=True):
    """So often they were asked by now."""

    asked: int


@post(
    "/v1/consents",
    opt={SCOPE: KeyScope.CONSENTS_WRITE},
    summary="Write down that somebody agrees to offers",
    responses=problems(*WRITTEN, Kind.NO_WAY, Kind.OPTED_OUT),
)
async def give_consent(
    data: JSONBody[NewConsent], admitted: NamedDependency[Admitted]
) -> ConsentView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    shown = Shown(data.shown.locale, data.shown.text)
    entries = admitted.services.consents.entries
    match await entries.give(admitted.client, contact, data.scope, shown):
        case ConsentGiven(record):
            return consent_view(record)
        case NothingShown():
            raise Problem(Kind.MALFORMED, "Say in `shown.text` what they were shown.")
        case (OptedOut() | WrongKind()) as refusal:
            raise refused(refusal)
        case outcome:
            assert_never(outcome)


@post(
    "/v1/consent-withdrawals",
    opt={SCOPE: KeyScope.CONSENTS_WRITE},
    summary="Write down that somebody does not agree any more",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def withdraw_consent(
    data: JSONBody[NewConsentWithdrawal], admitted: NamedDependency[Admitted]
) -> ConsentView:
    contact = read_contact(data.to, admitted.client.organisation.country)
    entries = admitted.services.consents.entries
    match await entries.withdraw(admitted.client, contact, data.scope):
        case Withdrawn(record):
            return consent_view(record)
        case NothingGiven(scope):
            raise Problem(Kind.NOT_FOUND, f"Nobody there agrees to {scope}.")
        case outcome:
            assert_never(outcome)


@post(
    "/v1/opt-in-requests",
    opt={SCOPE: KeyScope.CONSENTS_WRITE},
    summary="Ask somebody by a message whether they want offers",
    responses=problems(*WRITTEN, Kind.NO_WAY, Kind.OPTED_OUT, Kind.SWITCHED_OFF, Kind.ASKED_ENOUGH),
)
async def ask_for_consent(
    data: JSONBody[NewOptInRequest], admitted: NamedDependency[Admitted]
) -> OptInRequest:
    if data.locale is not None and data.locale not in LOCALES:
        raise Problem(Kind.MALFORMED, f"There are words in: {', '.join(LOCALES)}.")
    contact = read_contact(data.to, admitted.client.organisation.country)
    entries = admitted.services.consents.entries
    match await entries.ask(admitted.client, contact, data.scope, data.locale):
        case Asked(count):
            return OptInRequest(count)
        case (OptedOut() | WrongKind() | AskedEnough() | IsOff() | NoWay()) as refusal:
            raise refused(refusal)
        case outcome:
            raise TypeError(f"Nobody agrees by being asked: {type(outcome).__name__}.")


@post(
    "/v1/consent-checks",
    opt={SCOPE: KeyScope.CONSENTS_READ},
    summary="Ask what somebody agreed to",
    responses=problems(*WRITTEN),
)
async def check_consents(
    data: JSONBody[NewConsentCheck], admitted: NamedDependency[Admitted]
) -> ConsentCheck:
    organisation = admitted.client.organisation
    contact = read_contact(data.to, organisation.country)
    seen = await admitted.services.consents.entries.look(organisation, contact)
    records = [consent_view(each) for each in seen.records]
    return ConsentCheck(sorted(seen.allowed), seen.is_opted_out, records)


def refused(refusal: OptedOut | WrongKind | AskedEnough | IsOff | NoWay) -> Problem:
    match refusal:
        case OptedOut():
            detail = (
                "This person wants no offers. They can say START themselves; or, if they ask "
                "you for it, lift that first: POST /v1/suppression-liftings."
            )
            return Problem(Kind.OPTED_OUT, detail)
        case WrongKind(scope):
            return Problem(Kind.NO_WAY, f"Nothing is sent there by {scope}.")
        case NoWay():
            return Problem(Kind.NO_WAY, "Nobody carries messages of that kind here.")
        case AskedEnough(count):
            detail = (
                f"They were asked {count} times, or within the last day, or have answered. "
                "Let them be."
            )
            return Problem(Kind.ASKED_ENOUGH, detail)
        case IsOff():
            detail = "Switch on `consent.opt_in` under Configuration, if people are to be asked."
            return Problem(Kind.SWITCHED_OFF, detail)
        case _:
            assert_never(refusal)


def consent_view(record: Record) -> ConsentView:
    shown = record.shown
    return ConsentView(
        id=record.id,
        scope=record.scope,
        standing=record.standing,
        source=record.source,
        shown=None if shown is None else ShownView(shown.locale, shown.text),
        created_at=record.created_at,
        created_by=record.created_by,
    )


routes = [give_consent, withdraw_consent, ask_for_consent, check_consents]
