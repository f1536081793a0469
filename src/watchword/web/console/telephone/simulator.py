"""A telephone in the browser: a profile is called before it goes live. It works by forms alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.activation.dialogue.steps import (
    Ask,
    EndedBy,
    Event,
    HungUp,
    NothingTyped,
    Say,
    Step,
    Transfer,
    Typed,
    read_keys,
)
from watchword.features.activation.profiles.rules import ProfileId, ProfileKind
from watchword.features.activation.prompts.rules import LANGUAGES, read_out, spoken_in
from watchword.features.activation.questions import Question
from watchword.features.calls.conduct.service import Begun, Held, OutOfStep, Spoken
from watchword.features.calls.history import Answer
from watchword.features.calls.rehearsals.rules import code_of
from watchword.features.calls.rules import Call, CallId, Door, Incoming
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.foundation.secret import Secret
from watchword.web.console.pages import show_console
from watchword.web.console.telephone.calls import texts_of
from watchword.web.console.telephone.terms import profile_id_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/simulator"
MAY = {PERMISSION: Permission.PROFILES_EDIT}
KEYS = "123456789*0"
AGAIN = "*"
FOR_REAL = "real"
"""What has to be chosen. Whatever else is, the call is rehearsed, and nothing comes of it."""
SEND, NOTHING, HANG_UP, WAIT = "send", "nothing", "hang_up", "wait"


@dataclass(frozen=True, slots=True)
class Stroke:
    """What somebody did on the telephone: `typed` so far, and the key or button after that."""

    typed: Secret
    key: str


Shown: TypeAlias = Response[str]


@get(PATH, include_in_schema=False, opt=MAY)
async def show_simulator(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    return await _start(request, visitor, request.query_params.get("profile", ""))


@post(PATH, include_in_schema=False, opt=MAY, status_code=200)
async def begin(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    form, telephone = visitor.form, visitor.services.telephone
    chosen = profile_id_of(form.text("profile"))
    if form.is_resumed or chosen is None:
        return await _start(request, visitor, form.text("profile"))
    language = spoken_in(form.text("language"), visitor.organisation.locale, sorted(LANGUAGES))
    door = Door.SIMULATOR if form.text("manner") == FOR_REAL else Door.REHEARSAL
    # Nobody hides here: what goes wrong counts for whoever sits at it.
    number = Secret(visitor.actor)
    incoming = Incoming(door=door, language=language, profile_id=chosen, number=number)
    begun = await telephone.conduct.begin(visitor, incoming)
    if not isinstance(begun, Begun):
        return await _start(request, visitor, str(chosen), "no_line")
    return await _play(request, visitor, begun.id, begun.spoken)


@post(f"{PATH}/{{id:uuid}}/turns", include_in_schema=False, opt=MAY, status_code=200)
async def press(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    call_id = CallId(Id(int=id.int))
    if visitor.form.is_resumed:
        return await _start(request, visitor, "")
    door = (await _ours(visitor, call_id)).door
    stroke = _stroke(visitor)
    conduct, token = visitor.services.telephone.conduct, visitor.form.text("turn")
    # Asked for news, a call says again what it is waiting for, and nothing is heard by that.
    spoken = await conduct.hear(visitor, door, call_id, token, None)
    if not isinstance(spoken, Answer) or spoken.token is None:
        return await _play(request, visitor, call_id, spoken)
    event = _event(stroke, _asked(spoken))
    if event is None:
        typed = Secret("") if stroke.key == WAIT else _after(stroke)
        return await _play(request, visitor, call_id, spoken, typed)
    heard = await conduct.hear(visitor, door, call_id, spoken.token.reveal(), event)
    return await _play(request, visitor, call_id, heard)


def _stroke(visitor: Visitor) -> Stroke:
    """Read what somebody pressed; what no telephone has is the key that does nothing."""
    typed, key = visitor.form.text("typed"), visitor.form.text("press")
    is_key = len(key) == 1 and key in KEYS
    known = is_key or key in (SEND, NOTHING, HANG_UP, WAIT)
    read = read_keys(typed)
    return Stroke(Secret("") if read is None else read.value, key if known else WAIT)


def _event(stroke: Stroke, ask: Ask | None) -> Event | None:
    """Say what is heard of that; nothing, as long as more keys may follow."""
    said: dict[str, Event | None] = {
        SEND: Typed(stroke.typed, EndedBy.TERMINATOR),
        NOTHING: NothingTyped(),
        HANG_UP: HungUp(),
        WAIT: None,
    }
    if stroke.key in said:
        return said[stroke.key]
    typed = _after(stroke)
    if ask is None or len(typed.reveal()) >= ask.most:
        return Typed(typed, EndedBy.LENGTH)
    if typed.reveal() == AGAIN and not ask.takes_star:
        return Typed(typed, EndedBy.TIMEOUT)
    return None


def _after(stroke: Stroke) -> Secret:
    """Give what is typed after the key."""
    return Secret(stroke.typed.reveal() + stroke.key)


def _asked(answer: Answer) -> Ask | None:
    return next((each for each in answer.steps if isinstance(each, Ask)), None)


async def _ours(visitor: Visitor, id: CallId) -> Call:
    """Give a call of the simulator. Nobody gets into another one by this door."""
    call = await visitor.services.telephone.register.get(visitor.organisation.id, id)
    if not call.door.is_trial:
        raise NotFound("call")
    return call


async def _start(
    request: AnyRequest, visitor: Visitor, chosen: str, problem: str = ""
) -> Response[str]:
    found = await visitor.services.telephone.profiles.all(visitor.organisation.id)
    standard = [each for each in found.profiles if each.terms.kind is ProfileKind.STANDARD]
    return show_console(
        request,
        visitor,
        "telephone/simulator.html",
        status=422 if problem else 200,
        found=found,
        standard=standard,
        chosen=chosen or str(found.line.settings.profile_id or ""),
        languages=sorted(LANGUAGES),
        problem=problem,
    )


async def _play(
    request: AnyRequest,
    visitor: Visitor,
    id: CallId,
    spoken: Spoken,
    typed: Secret | None = None,
) -> Response[str]:
    call, lines = await visitor.services.telephone.register.story(visitor.organisation.id, id)
    found = await visitor.services.telephone.profiles.all(visitor.organisation.id)
    profile = found.get(ProfileId(Id(int=call.profile_id.int)))
    steps = spoken.steps if isinstance(spoken, Answer) else ()
    token = None if isinstance(spoken, OutOfStep) else spoken.token
    return show_console(
        request,
        visitor,
        "telephone/simulated.html",
        call=call,
        profile=profile,
        heard=[read_out(each, call.language) for each in steps if isinstance(each, Say)],
        ask=next((each for each in steps if isinstance(each, Ask)), None),
        transfer=_target(steps),
        is_held=isinstance(spoken, Held),
        is_lost=isinstance(spoken, OutOfStep),
        turn=None if token is None or call.ended_at else token.reveal(),
        typed="" if typed is None else typed.reveal(),
        code=_code_shown(call, steps),
        lines=lines,
        texts=texts_of(lines, call.language, visitor.organisation.name),
        keys=KEYS,
    )


def _code_shown(call: Call, steps: Sequence[Step]) -> str:
    """Give the code that a rehearsal waits for; it was sent to nobody."""
    waits = any(isinstance(each, Ask) and each.name == Question.CODE for each in steps)
    is_rehearsed = call.door is Door.REHEARSAL
    return code_of(call.id).reveal() if waits and is_rehearsed else ""


def _target(steps: Sequence[Step]) -> str | None:
    return next((each.target for each in steps if isinstance(each, Transfer)), None)


routes = [show_simulator, begin, press]
