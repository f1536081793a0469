"""Tills without a line, over HTTP: what a till needs beforehand, and what it took in.

Both need the credential of a registered till, in `Watchword-Terminal`.
"""

import base64
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from watchword.features.clients.rules import Scope
from watchword.features.redemptions.rules import BadWord
from watchword.features.tills.terminals.rules import UnknownTerminal
from watchword.features.vouchers.kits.rules import Kit
from watchword.features.vouchers.rules import SwitchedOff
from watchword.features.vouchers.settling.rules import TAKEN_IN_AT_MOST, Outcome, TakenIn, Verdict
from watchword.features.vouchers.tokens import LETTERS_AT_MOST
from watchword.foundation.secret import Secret
from watchword.web.api.master_pins import Credential
from watchword.web.api.redemptions import Word
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)
EXAMPLE = "WWV1AEBAGBAFAYDQQCIK"
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Token: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=LETTERS_AT_MOST, examples=[EXAMPLE])
]


class KeyView(Struct, frozen=True):
    """A key by which vouchers are signed: Ed25519, the public half in base64."""

    id: str
    public: str


class KitView(Struct, frozen=True):
    """What a till needs without a line. It takes none in from `ends_at` on, and never more than
    `count` and `value` before it has settled."""

    organisation_id: UUID
    terminal_id: UUID
    location_id: UUID
    issued_at: datetime
    ends_at: datetime
    count: int
    value: int
    keys: list[KeyView]


class NewUse(Body, frozen=True):
    """A voucher that a till took in, and when by its own clock."""

    voucher: Token
    taken_at: Moment
    order_id: Word | None = None

    def __repr__(self) -> str:
        return "NewUse(…)"


class NewSettlement(Body, frozen=True):
    """What a till took in; `sent_at` is what its clock says now."""

    sent_at: Moment
    vouchers: Annotated[list[NewUse], Meta(min_length=1, max_length=TAKEN_IN_AT_MOST)]


class UseView(Struct, frozen=True):
    """What became of one. `again`: this till told of it before, and is answered as it was then."""

    id: UUID
    verdict: Verdict
    again: bool
    voucher_id: UUID | None
    loss: int
    is_late: bool


class SettlementView(Struct, frozen=True):
    """What became of each, in the order in which they came."""

    vouchers: list[UseView]


@get(
    "/v1/voucher-kit",
    opt={SCOPE: Scope.VOUCHERS_SETTLE},
    summary="Read what a till needs to take vouchers in without a line",
    responses=problems(Kind.UNKNOWN_TERMINAL, Kind.SWITCHED_OFF),
)
async def read_voucher_kit(terminal: Credential, admitted: NamedDependency[Admitted]) -> KitView:
    kit = await admitted.services.vouchers.kits.read(admitted.client, Secret(terminal))
    match kit:
        case Kit():
            return _kit_view(kit)
        case UnknownTerminal():
            raise _unknown()
        case SwitchedOff():
            raise Problem(Kind.SWITCHED_OFF, "An owner switches vouchers on in the console.")


@post(
    "/v1/voucher-settlements",
    opt={SCOPE: Scope.VOUCHERS_SETTLE},
    summary="Settle the vouchers that a till took in",
    responses=problems(*WRITTEN, Kind.UNKNOWN_TERMINAL),
)
async def settle_vouchers(
    data: JSONBody[NewSettlement], terminal: Credential, admitted: NamedDependency[Admitted]
) -> SettlementView:
    taken = [TakenIn(Secret(each.voucher), each.taken_at, each.order_id) for each in data.vouchers]
    outcomes = await admitted.services.vouchers.settling.settle(
        admitted.client, Secret(terminal), data.sent_at, taken
    )
    match outcomes:
        case UnknownTerminal():
            raise _unknown()
        case BadWord():
            problem = {"field": outcomes.field, "because": outcomes.because}
            detail = "A field is not as it has to be."
            raise Problem(Kind.MALFORMED, detail, more={"problems": [problem]})
        case _:
            return SettlementView([_use_view(each) for each in outcomes])


def _kit_view(kit: Kit) -> KitView:
    keys = [KeyView(key.id.hex(), base64.b64encode(key.public).decode()) for key in kit.keys]
    return KitView(
        organisation_id=kit.organisation_id,
        terminal_id=kit.terminal_id,
        location_id=kit.location_id,
        issued_at=kit.issued_at,
        ends_at=kit.ends_at,
        count=kit.count,
        value=kit.value,
        keys=keys,
    )


def _use_view(outcome: Outcome) -> UseView:
    use = outcome.use
    return UseView(
        id=use.id,
        verdict=use.verdict,
        again=outcome.again,
        voucher_id=use.voucher_id,
        loss=use.loss,
        is_late=use.is_late,
    )


def _unknown() -> Problem:
    detail = "Register the till in the console, and send its credential in Watchword-Terminal."
    return Problem(Kind.UNKNOWN_TERMINAL, detail)


routes = [read_voucher_kit, settle_vouchers]
