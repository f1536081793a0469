"""What the doors for platforms of telephones share: a call begins, goes on turn by turn, and ends.

Where the next turn goes stands in the document, with a token that is good once. What is typed
comes in the body of a `POST`, and stands nowhere else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never
from urllib.parse import urlencode
from uuid import UUID

import structlog
from litestar import Response

from watchword.features.activation.dialogue.steps import (
    Event,
    Step,
)
from watchword.features.activation.prompts.rules import LANGUAGES, spoken_in
from watchword.features.calls.conduct.service import Begun, Held, NoLine, OutOfStep, Spoken
from watchword.features.calls.history import Answer
from watchword.features.calls.rules import CallId, Door, Incoming, number_of
from watchword.features.challenges.desk import Machine
from watchword.features.organisations.rules import Organisation
from watchword.features.pins.kept.rules import TELEPHONE
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.wiring import Services

HELD: Final = "held"
"""Part of an address where nothing was asked: the caller holds, and the platform asks for news."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of platform: how a turn is written for it."""

    door: Door
    media_type: str
    turn: Callable[[Sequence[Step], str, str], bytes]
    hold: Callable[[str, str], bytes]
    goodbye: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where turns of one organisation are sent to; `besides` is part of each address."""

    services: Services
    organisation: Organisation
    before: str = ""
    besides: Mapping[str, str] | None = None

    @property
    def client(self) -> Machine:
        return Machine(name=TELEPHONE, organisation=self.organisation)

    def address(self, door: Door, id: CallId, token: Secret, *, is_held: bool = False) -> str:
        path = f"/telephone/{door}/{self.organisation.slug}/calls/{id}/{token.reveal()}"
        query = urlencode({**(self.besides or {}), **({HELD: "1"} if is_held else {})})
        return f"{self.before}{path}" + (f"?{query}" if query else "")


async def begin(
    place: Place,
    platform: Platform,
    profile_id: UUID | None,
    caller: str,
    reference: str | None = None,
) -> Response[bytes]:
    """Begin a call. `caller` is a hint, and never a proof; `reference`: the platform's own name."""
    services, organisation = place.services, place.organisation
    language = _language(organisation)
    begun = await services.telephone.conduct.begin(
        place.client,
        Incoming(
            door=platform.door,
            language=language,
            profile_id=profile_id,
            number=number_of(caller),
            reference=reference,
        ),
    )
    match begun:
        case Begun(id, spoken):
            return _document(place, platform, id, language, spoken)
        case NoLine():
            log.warning("call.refused", door=platform.door, because="no_line")
            return _said(platform, platform.goodbye(language))
        case never:
            assert_never(never)


async def hear(
    place: Place, platform: Platform, call_id: UUID, token: str, event: Event | None
) -> Response[bytes]:
    """Go on with a call that came by this door."""
    telephone, id = place.services.telephone, CallId(Id(int=call_id.int))
    try:
        call = await telephone.register.get(place.organisation.id, id)
    except NotFound:
        call = None
    if call is None:
        log.warning("call.refused", door=platform.door, because="no_call")
        return _said(platform, platform.goodbye(_language(place.organisation)))
    spoken = await telephone.conduct.hear(place.client, platform.door, id, token, event)
    return _document(place, platform, id, call.language, spoken)


def _document(
    place: Place, platform: Platform, id: CallId, language: str, spoken: Spoken
) -> Response[bytes]:
    door = platform.door
    match spoken:
        case Answer(steps, None):
            return _said(platform, platform.turn(steps, language, ""))
        case Answer(steps, Secret() as token):
            return _said(platform, platform.turn(steps, language, place.address(door, id, token)))
        case Held(token):
            action = place.address(door, id, token, is_held=True)
            return _said(platform, platform.hold(language, action))
        case OutOfStep():
            return _said(platform, platform.goodbye(language))
        case never:
            assert_never(never)  # type: ignore[arg-type]


def _language(organisation: Organisation) -> str:
    """Give the language of calls for which a platform has chosen none."""
    return spoken_in(None, organisation.locale, sorted(LANGUAGES))


def _said(platform: Platform, document: bytes) -> Response[Any]:
    return Response(document, media_type=platform.media_type)
