"""Calls of an organisation that crosses over: they go on to Twilio, and we say beside it what we
would have answered.

Whoever calls gets Twilio's own answer, byte for byte. Of ours nothing is sent, and what we keep of
both names nobody. Nothing that goes wrong with ours reaches whoever calls.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response

from watchword.features.challenges.codebook import Telling
from watchword.features.challenges.rules import ChallengeId
from watchword.features.contacts.rules import Contact
from watchword.features.crossings.pairs.rules import Call, Said, standing
from watchword.features.crossings.ports import Answered, Asked, Silent
from watchword.features.crossings.rules import Crossed, Crossing, Side, Who, WithoutThem
from watchword.features.schemes.askings.rules import Target
from watchword.features.schemes.rules import SchemeId
from watchword.web.compat.twilio.door import Guest
from watchword.web.compat.twilio.errors import UNAVAILABLE, Trouble
from watchword.web.compat.twilio.places import FRONT
from watchword.web.compat.twilio.sids import VERIFICATION, read_sid
from watchword.web.problems import Problem

DONE, BEGUN, GONE, FAULT = 200, 201, 404, 500
APPROVED, OVER = "approved", {"approved", "canceled", "expired", "deleted", "failed"}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Part:
    """The part that we play in a call.

    Alone, we answer. Beside Twilio nothing is sent, and `beside` is what of ours stands for its
    verification. Only Twilio knows its codes, so it says whether one `is_right`.
    """

    telling: Telling = Telling.SENT
    beside: ChallengeId | None = None
    is_right: bool = False

    @property
    def is_alone(self) -> bool:
        return self.telling is Telling.SENT


ALONE = Part()
Serve: TypeAlias = Callable[[Part], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Matter:
    """What a call is, under which service, and about whom; nobody, where that cannot be read. It is
    read again only for those who cross over: whoever is across does not wait for it."""

    call: Call
    scheme_id: SchemeId
    read_who: Callable[[], Who | None] = field(repr=False)


async def cross(
    guest: Guest, request: Request[Any, Any, Any], matter: Matter, serve: Serve
) -> dict[str, Any] | Response[bytes]:
    """Answer a call, or let Twilio answer it."""
    crossings = guest.services.crossings.crossings
    crossing = await crossings.of(guest.client.organisation)
    if crossing is None:
        return await serve(ALONE)
    who = matter.read_who()
    side, crossed = await crossings.side(guest.client, crossing, matter.scheme_id, who)
    if side is Side.OURS:
        return await serve(ALONE)
    raw: bytes = request.scope["raw_path"]
    asked = Asked(request.method, raw.decode("latin-1").removeprefix(FRONT), await request.body())
    answered = await crossings.ask(guest.client.organisation, asked)
    if isinstance(answered, Silent):
        return await _without_them(guest, crossing, crossed, matter, serve)
    try:
        await _stand_beside(guest, matter, who, crossed, answered, serve)
    except Exception as fault:  # noqa: BLE001 - the answer is Twilio's, whatever becomes of ours
        log.warning("crossing.not_kept", fault=type(fault).__name__)
    return _handed_on(answered)


def _handed_on(answered: Answered) -> Response[bytes]:
    """Give Twilio's own answer, and of its headers how long it wants to be left in peace."""
    pause = answered.retry_after
    headers = {} if pause is None else {"Retry-After": str(int(pause.total_seconds()))}
    return Response(
        answered.body,
        status_code=answered.status,
        headers=headers,
        media_type="application/json",
    )


async def _without_them(
    guest: Guest, crossing: Crossing, crossed: Crossed | None, matter: Matter, serve: Serve
) -> dict[str, Any]:
    """Answer in place of Twilio, which does not, where the operator wants it so."""
    if matter.call is not Call.CREATE or crossing.without_them is WithoutThem.REFUSE:
        raise UNAVAILABLE
    if crossed is not None:
        await guest.services.crossings.crossings.is_over(guest.client, crossed.original_id)
    return await serve(ALONE)


async def _stand_beside(  # noqa: PLR0917 - both sides of one call
    guest: Guest,
    matter: Matter,
    who: Who | None,
    crossed: Crossed | None,
    answered: Answered,
    serve: Serve,
) -> None:
    crossings, client = guest.services.crossings.crossings, guest.client
    told = _read(answered.body)
    theirs = _said(answered.status, told)
    original = _id_of(told) if theirs.status == BEGUN else None
    if original is not None and isinstance(who, Contact):
        # First of all, so that what comes next is asked there too.
        await crossings.begun(client, matter.scheme_id, who, original)
    beside = None if crossed is None else crossed.beside
    is_right = matter.call is Call.CHECK and theirs.standing == APPROVED
    ours, shown = await _would_say(matter.call, serve, Part(Telling.KEPT, beside, is_right))
    if matter.call is Call.CREATE and (id := _id_of(shown)) is not None:
        if original is not None:
            await crossings.stands_beside(client, original, ChallengeId(id))
        elif crossed is None:
            target = Target(matter.scheme_id, ChallengeId(id))
            await guest.services.schemes.askings.cancel(client, target)
    if crossed is not None and (theirs.standing in OVER or theirs.status == GONE):
        await crossings.is_over(client, crossed.original_id)
    await guest.services.crossings.pairs.note(client, matter.call, theirs, ours)


async def _would_say(call: Call, serve: Serve, part: Part) -> tuple[Said, dict[str, Any]]:
    """Give what we would have said, and what we would have shown."""
    try:
        shown = await serve(part)
    except Trouble as trouble:
        # The same ones are raised over and over, and would keep every request that they have ended.
        trouble.__traceback__ = trouble.__context__ = None
        return Said(trouble.status, trouble.code), {}
    except Problem as problem:
        return Said(problem.kind.status), {}
    except Exception as fault:  # noqa: BLE001 - it is what we would have said, and no more
        log.warning("crossing.beside_failed", fault=type(fault).__name__)
        return Said(FAULT), {}
    status = BEGUN if call is Call.CREATE else DONE
    return Said(status, None, standing(shown.get("status"))), shown


def _said(status: int, told: dict[str, Any]) -> Said:
    code = told.get("code")
    return Said(
        status,
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        standing(told.get("status")) if isinstance(told.get("status"), str) else None,
    )


def _read(body: bytes) -> dict[str, Any]:
    """Read what Twilio said; nothing, if it is not what it always says."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _id_of(told: dict[str, Any]) -> UUID | None:
    sid = told.get("sid")
    return read_sid(VERIFICATION, sid) if isinstance(sid, str) else None
