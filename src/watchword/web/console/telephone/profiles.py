"""Profiles: what callers are asked, and what is looked for in their PINs; kept by those who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, assert_never
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.activation.profiles.rules import (
    DAYS_AT_MOST,
    KIND_OF,
    NAME_AT_MOST,
    BadProfile,
    Profile,
    ProfileId,
    ProfileInUse,
    ProfileKind,
    ProfileOutOfDate,
    Refused,
    Surroundings,
    Terms,
    TooManyProfiles,
)
from watchword.features.activation.profiles.service import Profilebook
from watchword.features.activation.profiles.versions import Version
from watchword.features.activation.profiles.writing import UnreadableFile, read
from watchword.features.activation.scenarios import ProcessKind
from watchword.features.staff.permissions import Permission
from watchword.foundation.errors import NotFound
from watchword.foundation.ids import Id
from watchword.web.connections import let_it_be_long
from watchword.web.console.doormat import refuse
from watchword.web.console.envelopes import Envelope
from watchword.web.console.forms import NoForm, read_version
from watchword.web.console.pages import go, show_console
from watchword.web.console.telephone.lists import read_pressed
from watchword.web.console.telephone.terms import (
    Author,
    layout_of,
    new_terms,
    read_terms,
    rearranged,
)
from watchword.web.console.visits import PERMISSION, STREAMED, Visitor
from watchword.web.html.pages import AnyRequest

PATH = "/console/telephone/profiles"
MAY = {PERMISSION: Permission.PROFILES_EDIT}
FILE_AT_MOST = 256 * 1024
"""A hundred profiles, with every question and scenario, are a third of it."""
FORM_AT_MOST = FILE_AT_MOST + 16 * 1024
SHOWN_AT_MOST = 32 * 1024
"""What is longer is mended where it comes from, and not in a field of the page."""


@dataclass(frozen=True, slots=True)
class FileTooLarge:
    word: ClassVar = "too_large"


Untaken: TypeAlias = BadProfile | TooManyProfiles | UnreadableFile | FileTooLarge
Shown: TypeAlias = Response[str] | Redirect
Problem: TypeAlias = Refused | None


@get(PATH, include_in_schema=False, opt=MAY)
async def show_profiles(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return await _list(request, visitor)


@get(f"{PATH}/new/{{kind:str}}", include_in_schema=False, opt=MAY)
async def show_new(
    request: AnyRequest, kind: FromPath[str], visitor: NamedDependency[Visitor]
) -> Response[str]:
    terms = new_terms(_kind(kind))
    return _form(request, visitor, await _all(visitor), terms, None)


@post(f"{PATH}/new/{{kind:str}}", include_in_schema=False, opt=MAY, status_code=200)
async def create(
    request: AnyRequest, kind: FromPath[str], visitor: NamedDependency[Visitor]
) -> Shown:
    found, before = await _all(visitor), new_terms(_kind(kind))
    terms = _typed(visitor, before, found.ground)
    if not _is_to_be_saved(visitor):
        return _form(request, visitor, found, terms, None)
    made = await visitor.services.telephone.profiles.create(visitor, terms)
    if isinstance(made, Profile):
        return go(f"{PATH}/{made.id}", said="created")
    return _form(request, visitor, found, terms, None, refused=made)


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=MAY)
async def show_profile(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    found, profile = await one(visitor, id)
    earlier = await _earlier(request, visitor, profile)
    if earlier is None or earlier.terms is None:
        return _form(request, visitor, found, profile.terms, profile)
    return _form(request, visitor, found, earlier.terms, profile, earlier=earlier)


@post(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=MAY, status_code=200)
async def change(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    found, profile = await one(visitor, id)
    terms = _typed(visitor, profile.terms, found.around[profile.id])
    if not _is_to_be_saved(visitor):
        return _form(request, visitor, found, terms, profile)
    version = visitor.form.version("version")
    after = await visitor.services.telephone.profiles.change(visitor, profile.id, terms, version)
    if isinstance(after, Profile):
        return go(f"{PATH}/{after.id}", said="changed")
    return _form(request, visitor, found, terms, profile, refused=after)


@post(f"{PATH}/{{id:uuid}}/deletions", include_in_schema=False, opt=MAY, status_code=200)
async def delete(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    found, profile = await one(visitor, id)
    if visitor.form.is_resumed:
        return _form(request, visitor, found, profile.terms, profile)
    version = visitor.form.version("version")
    refused = await visitor.services.telephone.profiles.delete(visitor, profile.id, version)
    if refused is None:
        return go(PATH, said="deleted")
    return _form(request, visitor, found, profile.terms, profile, refused=refused)


@get(f"{PATH}/file", include_in_schema=False, opt=MAY)
async def write_file(visitor: NamedDependency[Visitor]) -> Response[bytes]:
    content = await visitor.services.telephone.profiles.write(visitor.organisation.id)
    named = f'attachment; filename="{visitor.organisation.slug}-profiles.json"'
    return Response(content, media_type="application/json", headers={"Content-Disposition": named})


@post(f"{PATH}/file", include_in_schema=False, opt=MAY, status_code=200)
async def take_in(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    if visitor.form.is_resumed:
        return await _list(request, visitor)
    taken = await _taken(visitor, visitor.form.text("profiles").encode())
    match taken:
        case BadProfile() | TooManyProfiles() | UnreadableFile():
            return await _list(request, visitor, taken)
        case _:
            return go(PATH, said="taken_in")


@post(
    f"{PATH}/uploads",
    include_in_schema=False,
    opt={**MAY, STREAMED: True},
    status_code=200,
    request_max_body_size=FORM_AT_MOST,
)
async def upload(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    """Take in a file as it was exported. What is wrong with it is mended in the field below."""
    try:
        let_it_be_long(request.scope, FORM_AT_MOST)
        envelope = Envelope(request)
        if not visitor.believes(await envelope.fields()):
            return refuse(request, "foreign", visitor)
        content = b"".join([piece async for piece in envelope.content()])
    except NoForm:
        return refuse(request, "foreign", visitor)
    if len(content) > FILE_AT_MOST:
        return await _list(request, visitor, FileTooLarge())
    taken = await _taken(visitor, content)
    match taken:
        case BadProfile() | TooManyProfiles() | UnreadableFile():
            text = content.decode(errors="replace")
            return await _list(request, visitor, taken, text if len(text) <= SHOWN_AT_MOST else "")
        case _:
            return go(PATH, said="taken_in")


async def _taken(
    visitor: Visitor, content: bytes
) -> Sequence[Profile] | UnreadableFile | BadProfile | TooManyProfiles:
    view = read(content)
    if isinstance(view, UnreadableFile):
        return view
    return await visitor.services.telephone.profiles.take_in(visitor, view)


async def _list(
    request: AnyRequest,
    visitor: Visitor,
    refused: Untaken | None = None,
    written: str | None = None,
) -> Response[str]:
    return show_console(
        request,
        visitor,
        "telephone/profiles.html",
        status=200 if refused is None else 422,
        found=await _all(visitor),
        kinds=[*ProfileKind],
        refused=refused,
        written=visitor.form.text("profiles") if written is None else written,
        form=visitor.form,
    )


def _form(
    request: AnyRequest,
    visitor: Visitor,
    found: Profilebook,
    terms: Terms,
    profile: Profile | None,
    *,
    refused: Problem = None,
    earlier: Version | None = None,
) -> Response[str]:
    around = found.ground if profile is None else found.around[profile.id]
    pressed = None if refused else visitor.form.text("move")
    return show_console(
        request,
        visitor,
        "telephone/profile.html",
        status=200 if refused is None else 422,
        found=found,
        terms=terms,
        profile=profile,
        layout=layout_of(terms, around),
        traits=around.traits,
        linkable=_linkable(found),
        version=visitor.form.text("version") or (profile.version if profile else 0),
        is_typed=bool(visitor.form.pairs),
        pressed=pressed,
        cleared="" if visitor.form.is_resumed else _cleared(pressed),
        faults=_faults(refused),
        refused=refused,
        earlier=earlier,
        form=visitor.form,
        name_at_most=NAME_AT_MOST,
        days_at_most=DAYS_AT_MOST,
    )


def _cleared(pressed: str | None) -> str:
    """Name the lists in which nothing is ticked any more."""
    read = read_pressed(pressed or "")
    return read.name if read and read.takes_out else ""


def _faults(refused: Problem) -> dict[str, list[tuple[str, str | None]]]:
    """Give what is wrong by the field that it stands at; what belongs to another profile has no
    field here."""
    faults: dict[str, list[tuple[str, str | None]]] = {}
    match refused:
        case BadProfile(found):
            for each in found:
                faults.setdefault(each.where, []).append((each.flaw, each.what))
        case ProfileInUse() | ProfileOutOfDate() | TooManyProfiles() | None:
            pass
        case never:
            assert_never(never)
    return faults


def _linkable(found: Profilebook) -> dict[ProcessKind, list[Profile]]:
    return {
        process: [each for each in found.profiles if each.terms.kind is kind]
        for process, kind in KIND_OF.items()
    }


def _typed(visitor: Visitor, before: Terms, around: Surroundings) -> Terms:
    """Read what somebody has typed, with the lists as the button that was pressed leaves them."""
    author = Author(visitor.actor, visitor.services.storage.now())
    terms = read_terms(visitor.form, before, author)
    pressed = read_pressed(visitor.form.text("move"))
    if pressed is None or visitor.form.is_resumed:
        return terms
    return rearranged(terms, pressed, layout_of(terms, around), visitor.form)


def _is_to_be_saved(visitor: Visitor) -> bool:
    return visitor.form.flag("save") and not visitor.form.is_resumed


async def _all(visitor: Visitor) -> Profilebook:
    return await visitor.services.telephone.profiles.all(visitor.organisation.id)


async def one(visitor: Visitor, id: UUID) -> tuple[Profilebook, Profile]:
    found = await _all(visitor)
    profile = found.get(ProfileId(Id(int=id.int)))
    if profile is None:
        raise NotFound("profile")
    return found, profile


async def _earlier(request: AnyRequest, visitor: Visitor, profile: Profile) -> Version | None:
    """Give the version that somebody wants to go on from; nothing, for the newest."""
    asked = read_version(request.query_params.get("version", ""))
    if asked in (None, profile.version):
        return None
    profiles = visitor.services.telephone.profiles
    versions = await profiles.versions(visitor.organisation.id, profile.id)
    return next((each for each in versions if each.number == asked), None)


def _kind(written: str) -> ProfileKind:
    if written not in {*ProfileKind}:
        raise NotFound("kind")
    return ProfileKind(written)


routes = [
    show_profiles,
    show_new,
    create,
    show_profile,
    change,
    delete,
    write_file,
    take_in,
    upload,
]
