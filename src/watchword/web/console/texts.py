"""The texts that are sent: how each looks on its device, and an organisation's own words."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from babel import Locale
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.challenges.policies import FOR_STAFF, Purpose
from watchword.features.contacts.channels import Channel
from watchword.features.staff.permissions import Permission
from watchword.features.templates.own.rules import (
    ANY,
    Faulty,
    NotOurWords,
    OwnWords,
    Saved,
    Slot,
    Stale,
    chosen,
    fields_of,
    is_usable,
    judge,
    may_be_missing,
    places_of,
    read_slot,
    words_from,
)
from watchword.features.templates.rules import LOCALES
from watchword.features.templates.words import Words
from watchword.foundation.errors import NotFound
from watchword.web.console.forms import read_version
from watchword.web.console.pages import go, show_console
from watchword.web.console.people import names_of_staff
from watchword.web.console.text_previews import life_of, preview, shipped
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.html.pages import AnyRequest

LIST = "/console/templates"
ONE = f"{LIST}/{{purpose:str}}/{{channel:str}}/{{locale:str}}"
SEES, EDITS = {PERMISSION: Permission.TEMPLATES_SEE}, {PERMISSION: Permission.TEMPLATES_EDIT}
PURPOSES = (ANY, *(str(purpose) for purpose in Purpose if purpose not in FOR_STAFF))


def _language_name(code: str, into: str) -> str:
    return str(Locale.parse(code).get_display_name(into))


WORDING: Mapping[str, Any] = {
    "places_of": places_of,
    "may_be_missing": may_be_missing,
    "language_name": _language_name,
}
"""What the page of a text asks, rather than being told."""


@get(LIST, include_in_schema=False, opt=SEES)
async def show_texts(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    query, organisation = request.query_params, visitor.organisation
    purpose = query.get("purpose", "")
    purpose = purpose if purpose in PURPOSES else ANY
    locale = query.get("locale", "")
    locale = locale if locale in LOCALES else organisation.locale
    known = await visitor.services.own_texts.all(organisation.id)
    shown = []
    for channel in Channel:
        slot = Slot(purpose, channel, locale)
        own, words = _in_force(known, slot)
        if life_of(visitor.services.settings, slot) is not None:
            look = preview(visitor.services.settings, organisation, slot, words)
            shown.append((slot, own, look))
    return show_console(
        request,
        visitor,
        "texts/list.html",
        shown=shown,
        own=sorted(known.values(), key=_order),
        is_usable=is_usable,
        purpose=purpose,
        purposes=PURPOSES,
        locale=locale,
        locales=LOCALES,
        language_name=_language_name,
    )


@get(ONE, include_in_schema=False, opt=SEES)
async def show_text(
    request: AnyRequest,
    purpose: FromPath[str],
    channel: FromPath[str],
    locale: FromPath[str],
    visitor: NamedDependency[Visitor],
) -> Response[str]:
    slot = _slot(purpose, channel, locale)
    return await _show_one(request, visitor, slot)


@post(ONE, include_in_schema=False, opt=EDITS, status_code=200)
async def save_text(
    request: AnyRequest,
    purpose: FromPath[str],
    channel: FromPath[str],
    locale: FromPath[str],
    visitor: NamedDependency[Visitor],
) -> Response[str] | Redirect:
    """Look at words first, and save them when they have been looked at."""
    slot, form = _slot(purpose, channel, locale), visitor.form
    said = {name: form.text(name) for name in fields_of(slot.channel)}
    words, seen = words_from(slot.channel, said), form.version("seen")
    if form.is_resumed:
        return await _show_one(request, visitor, slot, typed=words, seen=seen)
    refusal = judge(slot, words)
    if refusal is None and form.text("do") == "save":
        outcome = await visitor.services.own_texts.save(visitor, slot, words, seen=seen)
        match outcome:
            case Saved():
                return go(_path(slot), said="saved")
            case Stale(current):
                now = 0 if current is None else current.version
                return await _show_one(
                    request, visitor, slot, typed=words, seen=now, problem=outcome
                )
            case Faulty() | NotOurWords():
                refusal = outcome
            case _:
                assert_never(outcome)
    return await _show_one(request, visitor, slot, typed=words, seen=seen, problem=refusal)


@post(f"{ONE}/resets", include_in_schema=False, opt=EDITS, status_code=200)
async def reset_text(
    request: AnyRequest,
    purpose: FromPath[str],
    channel: FromPath[str],
    locale: FromPath[str],
    visitor: NamedDependency[Visitor],
) -> Response[str] | Redirect:
    slot = _slot(purpose, channel, locale)
    if visitor.form.is_resumed:
        return go(_path(slot))
    seen = visitor.form.version("seen")
    outcome = await visitor.services.own_texts.reset(visitor, slot, seen=seen)
    match outcome:
        case Saved():
            return go(_path(slot), said="reset")
        case Stale():
            return await _show_one(request, visitor, slot, problem=outcome)
        case _:
            assert_never(outcome)


async def _show_one(
    request: AnyRequest,
    visitor: Visitor,
    slot: Slot,
    *,
    typed: Words | None = None,
    seen: int | None = None,
    problem: Faulty | Stale | NotOurWords | None = None,
) -> Response[str]:
    """Show what is sent from a slot. `typed` are words that are not saved yet."""
    whose, settings = visitor.organisation, visitor.services.settings
    versions = await visitor.services.own_texts.versions(whose.id, slot)
    _, sent = _in_force(await visitor.services.own_texts.all(whose.id), slot)
    asked = read_version(request.query_params.get("version", ""))
    earlier = next((one.words for one in versions if one.version == asked), None)
    anew = typed or earlier
    own = versions[0] if versions and versions[0].words is not None else None
    is_shown = anew is not None and judge(slot, anew) is None
    return show_console(
        request,
        visitor,
        "texts/one.html",
        status=422 if problem else 200,
        slot=slot,
        own=own,
        is_usable=own is None or is_usable(own),
        is_sent=life_of(settings, slot) is not None,
        faults=problem.faults if isinstance(problem, Faulty) else [],
        is_stale=isinstance(problem, Stale),
        now_sent=preview(settings, whose, slot, sent),
        typed=preview(settings, whose, slot, anew) if anew and is_shown else None,
        written=anew or (own and own.words) or shipped(slot),
        fields=[] if _is_theirs(slot) else fields_of(slot.channel),
        seen=_latest(versions) if seen is None else seen,
        versions=versions,
        names_of=await names_of_staff(visitor),
        **WORDING,
    )


def _in_force(known: Mapping[Slot, OwnWords], slot: Slot) -> tuple[OwnWords | None, Words]:
    """Give the words that are sent, and whose they are."""
    usable = {place: own for place, own in known.items() if is_usable(own)}
    own = chosen(usable, slot.purpose, slot.channel, slot.locale)
    return own, (own.words if own and own.words else shipped(slot))


def _is_theirs(slot: Slot) -> bool:
    return isinstance(judge(slot, shipped(slot)), NotOurWords)


def _latest(versions: Sequence[OwnWords]) -> int:
    return versions[0].version if versions else 0


def _slot(purpose: str, channel: str, locale: str) -> Slot:
    slot = read_slot(purpose, channel, locale)
    if slot is None or purpose not in PURPOSES:
        raise NotFound("text")
    return slot


def _path(slot: Slot) -> str:
    return f"{LIST}/{slot.purpose}/{slot.channel}/{slot.locale}"


def _order(own: OwnWords) -> tuple[int, str, str]:
    purpose = own.slot.purpose
    place = PURPOSES.index(purpose) if purpose in PURPOSES else len(PURPOSES)
    return place, own.slot.channel, own.slot.locale


routes = [show_texts, show_text, save_text, reset_text]
