"""Calls over HTTP, turn by turn: for any platform that can send JSON, and read it.

A platform begins a call, says the steps that it is given, and sends what the caller typed, with the
token of that turn. It sends a turn again if it heard nothing; it gets the same answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeAlias, assert_never
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from watchword.features.activation.dialogue.steps import (
    Ask,
    EndedBy,
    Ending,
    Event,
    HangUp,
    HungUp,
    NothingTyped,
    PauseRecording,
    ResumeRecording,
    Say,
    Step,
    Transfer,
    Typed,
)
from watchword.features.activation.prompts.rules import LANGUAGES, read_out, spoken_in, ssml_of
from watchword.features.calls.conduct.service import Begun, Held, NoLine, OutOfStep, Spoken
from watchword.features.calls.history import Answer
from watchword.features.calls.log import LineKind, LogLine
from watchword.features.calls.rules import Call, CallId, Door, Incoming, number_of
from watchword.features.clients.rules import Scope
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.cursors import USUAL, Cursor, Limit, read_cursor, write_cursor
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.web.requests import Body

POLL_AFTER = 1.0
"""Seconds that a platform lets somebody hold before it asks again."""
WRITTEN = (Kind.TOO_LARGE, Kind.MEDIA)

Token: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Keys: TypeAlias = Annotated[
    # Without the look ahead, a line break may stand at the end.
    str,
    Meta(max_length=40, pattern=r"^(?!.*\s)[0-9*]*$", examples=["123456"]),
]


class NewCall(Body, frozen=True, kw_only=True):
    """A call that begins. `profile_id`: a line, if it is not the one that answers calls. `caller`:
    the number it comes from, a hint and never a proof. `language`: as `de` or `en-US`."""

    profile_id: UUID | None = None
    caller: Annotated[str, Meta(max_length=40, examples=["+15551230100"])] | None = None
    language: Annotated[str, Meta(min_length=2, max_length=35, examples=["en"])] | None = None

    def __repr__(self) -> str:
        return "NewCall(…)"


class NewTurn(Body, frozen=True, kw_only=True):
    """What became of the last step. `digits`: what was typed, none if only `#` was; without them
    nothing was typed. `hung_up`: nobody is there any more. `poll`: the caller was told to hold."""

    token: Token
    digits: Keys | None = None
    ended_by: EndedBy = EndedBy.UNKNOWN
    hung_up: bool = False
    poll: bool = False

    def __repr__(self) -> str:
        return "NewTurn(…)"


class CallStep(Struct, frozen=True, omit_defaults=True):
    """One step. `do` says which, and the other fields belong to one or the other:

    `say`: `prompt`, `text`, `ssml`. `ask`: `name`, `least`, `most`, `first_timeout`,
    `next_timeout`, `terminator`. `transfer`: `target`. `hold`: `poll_after`. Times in seconds.
    """

    do: str
    prompt: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    ssml: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    least: int | UnsetType = UNSET
    most: int | UnsetType = UNSET
    first_timeout: float | UnsetType = UNSET
    next_timeout: float | UnsetType = UNSET
    terminator: str | UnsetType = UNSET
    target: str | UnsetType = UNSET
    poll_after: float | UnsetType = UNSET


class TurnView(Struct, frozen=True):
    """What to say and to ask. `token` goes back with the next turn; without it the call is over."""

    call_id: UUID
    language: str
    steps: Sequence[CallStep]
    token: str | None


class CallView(Struct, frozen=True):
    """A call as it stands, or as it went."""

    id: UUID
    profile_id: UUID
    door: Door
    language: str
    is_trial: bool
    turns: int
    started_at: datetime
    ended_at: datetime | None
    ending: Ending | None


class CallLineView(Struct, frozen=True):
    """A line of what happened. `digits`: how many were typed; which is not kept."""

    turn: int
    at: datetime
    kind: LineKind
    what: str
    why: str | None
    digits: int | None


class CallWithLines(Struct, frozen=True):
    call: CallView
    lines: Sequence[CallLineView]


class CallPage(Struct, frozen=True):
    calls: Sequence[CallView]
    cursor: str | None


@post(
    "/v1/calls",
    opt={SCOPE: Scope.CALLS_WRITE},
    summary="Begin a call",
    responses=problems(*WRITTEN, Kind.NOT_FOUND),
)
async def begin_call(data: JSONBody[NewCall], admitted: NamedDependency[Admitted]) -> TurnView:
    client, offered = admitted.client, sorted(LANGUAGES)
    language = spoken_in(data.language, client.organisation.locale, offered)
    begun = await admitted.services.telephone.conduct.begin(
        client,
        Incoming(
            door=Door.TURNS,
            language=language,
            profile_id=data.profile_id,
            number=number_of(data.caller),
        ),
    )
    match begun:
        case Begun(id, spoken):
            return _turn(id, language, spoken)
        case NoLine():
            detail = "No telephone line is set up, or not by this id. See PIN rules and line."
            raise Problem(Kind.NOT_FOUND, detail)
        case never:
            assert_never(never)


@post(
    "/v1/calls/{call_id:uuid}/turns",
    opt={SCOPE: Scope.CALLS_WRITE},
    summary="Go on with a call",
    responses=problems(*WRITTEN, Kind.NOT_FOUND, Kind.OUT_OF_STEP),
)
async def hear_turn(
    call_id: FromPath[UUID], data: JSONBody[NewTurn], admitted: NamedDependency[Admitted]
) -> TurnView:
    id = _call_id(call_id)
    call = await admitted.services.telephone.register.get(admitted.client.organisation.id, id)
    spoken = await admitted.services.telephone.conduct.hear(
        admitted.client, Door.TURNS, id, data.token, _event(data)
    )
    return _turn(id, call.language, spoken)


@get(
    "/v1/calls",
    opt={SCOPE: Scope.CALLS_READ},
    summary="List calls, the newest first",
    responses=problems(),
)
async def list_calls(
    admitted: NamedDependency[Admitted], cursor: Cursor = None, limit: Limit = USUAL
) -> CallPage:
    page = await admitted.services.telephone.register.page(
        admitted.client.organisation.id, read_cursor(cursor), limit
    )
    return CallPage([call_view(each) for each in page.items], write_cursor(page.after))


@get(
    "/v1/calls/{call_id:uuid}",
    opt={SCOPE: Scope.CALLS_READ},
    summary="Read how a call went",
    responses=problems(Kind.NOT_FOUND),
)
async def read_call(call_id: FromPath[UUID], admitted: NamedDependency[Admitted]) -> CallWithLines:
    call, lines = await admitted.services.telephone.register.story(
        admitted.client.organisation.id, _call_id(call_id)
    )
    return CallWithLines(call_view(call), [_line_view(each) for each in lines])


def call_view(call: Call) -> CallView:
    return CallView(
        id=call.id,
        profile_id=call.profile_id,
        door=call.door,
        language=call.language,
        is_trial=call.is_trial,
        turns=call.turn,
        started_at=call.started_at,
        ended_at=call.ended_at,
        ending=call.ending,
    )


def step_view(step: Step, language: str) -> CallStep:
    """Show a step. The digits of a PIN that we have made are part of what is said."""
    match step:
        case Say(prompt):
            text, ssml = read_out(step, language), ssml_of(step, language)
            return CallStep("say", prompt=prompt, text=text, ssml=ssml)
        case Ask():
            return CallStep(
                "ask",
                name=step.name,
                least=step.least,
                most=step.most,
                first_timeout=step.first_timeout,
                next_timeout=step.next_timeout,
                terminator=step.terminator,
            )
        case PauseRecording():
            return CallStep("pause_recording")
        case ResumeRecording():
            return CallStep("resume_recording")
        case Transfer(target):
            return CallStep("transfer", target=target)
        case HangUp():
            return CallStep("hang_up")
        case never:
            assert_never(never)


def _turn(id: CallId, language: str, spoken: Spoken) -> TurnView:
    match spoken:
        case Answer(steps, token):
            views = [step_view(each, language) for each in steps]
            return TurnView(id, language, views, None if token is None else token.reveal())
        case Held(token):
            hold = [
                step_view(Say("hold"), language),
                CallStep("hold", poll_after=POLL_AFTER),
            ]
            return TurnView(id, language, hold, token.reveal())
        case OutOfStep():
            detail = "This was not the next turn of the call. The call is over: hang up."
            raise Problem(Kind.OUT_OF_STEP, detail)
        case never:
            assert_never(never)


def _event(data: NewTurn) -> Event | None:
    if data.poll:
        return None
    if data.hung_up:
        return HungUp()
    return NothingTyped() if data.digits is None else Typed(Secret(data.digits), data.ended_by)


def _line_view(line: LogLine) -> CallLineView:
    return CallLineView(line.turn, line.at, line.kind, line.what, line.why, line.digits)


def _call_id(id: UUID) -> CallId:
    return CallId(Id(int=id.int))


routes = [begin_call, hear_turn, list_calls, read_call]
