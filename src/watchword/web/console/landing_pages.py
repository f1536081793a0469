"""Landing pages: written block by block in each language, seen as on a telephone, published."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.pages.blocks import (
    BLOCKS_AT_MOST,
    BlockKind,
    kind_of,
)
from watchword.features.pages.content import Content
from watchword.features.pages.doubts import find_doubts
from watchword.features.pages.leaves import Editing
from watchword.features.pages.rules import (
    BadPage,
    Draft,
    Page,
    PageId,
    PageState,
    Refused,
    Terms,
)
from watchword.features.rewards.rules import RewardState
from watchword.features.staff.permissions import Permission
from watchword.features.templates.rules import LOCALES
from watchword.foundation.ids import Id
from watchword.web.console.landing_page_forms import (
    landed,
    read_terms,
    rearranged,
    written_moment,
)
from watchword.web.console.pages import go, show_console
from watchword.web.console.rows import rows_of
from watchword.web.console.visits import PERMISSION, Visitor
from watchword.web.cursors import write_cursor
from watchword.web.html.languages import LANGUAGES
from watchword.web.html.page_content import drawn
from watchword.web.html.pages import AnyRequest

PATH = "/console/pages"
PICTURES = f"{PATH}/pictures?ticket="
IN = "in"
"""The language that is written in, which need not be that of whoever writes."""
MAY = {PERMISSION: Permission.CAMPAIGNS}
FORM_AT_MOST = 384 * 1024
"""As much as a page may say, with each letter as a form spells it."""
REWARDS_AT_MOST = 100
OF_BLOCKS = {"kinds": [*BlockKind], "kind_of": kind_of, "blocks_at_most": BLOCKS_AT_MOST}

Shown: TypeAlias = Response[str] | Redirect
Faults: TypeAlias = Mapping[str, str]


@get(PATH, include_in_schema=False, opt=MAY)
async def show_pages(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    rows = rows_of(request)
    found = await visitor.services.pages.pages.page(visitor.organisation.id, rows.after, rows.most)
    return show_console(
        request,
        visitor,
        "pages/list.html",
        pages=found.items,
        cursor=write_cursor(found.after),
        rows=rows,
    )


@get(f"{PATH}/new", include_in_schema=False, opt=MAY)
async def ask_for_page(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[str]:
    return _ask(request, visitor)


@post(PATH, include_in_schema=False, opt=MAY, status_code=200)
async def add_page(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Shown:
    if visitor.form.is_resumed:
        return _ask(request, visitor)
    terms = Terms(name=visitor.form.text("name"), zone=str(visitor.zone))
    made = await visitor.services.pages.pages.create(visitor, terms)
    if isinstance(made, Page):
        return _back(made.id, _locale(visitor, ""), "added")
    return _ask(request, visitor, made.word)


@get(f"{PATH}/{{id:uuid}}", include_in_schema=False, opt=MAY)
async def show_page(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    draft, locale = await _draft(visitor, id), _locale(visitor, request.query_params.get(IN, ""))
    return await _editor(request, visitor, draft, locale, terms=draft.terms)


@post(
    f"{PATH}/{{id:uuid}}",
    include_in_schema=False,
    opt=MAY,
    status_code=200,
    request_max_body_size=FORM_AT_MOST,
)
async def change_page(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    draft, form = await _draft(visitor, id), visitor.form
    locale = _locale(visitor, form.text(IN))
    terms, problems = read_terms(form, draft.terms, locale)
    if form.is_resumed:
        return await _editor(request, visitor, draft, locale, terms=terms, faults=problems)
    if pressed := form.text("move"):
        blocks = rearranged(terms.variants.get(locale, ()), pressed)
        terms = replace(terms, variants={**terms.variants, locale: blocks})
        at = landed(pressed, len(blocks))
        return await _editor(request, visitor, draft, locale, terms=terms, faults=problems, at=at)
    if problems:
        return await _editor(
            request, visitor, draft, locale, terms=terms, faults=problems, is_refused=True
        )
    version = form.version("version")
    outcome = await visitor.services.pages.pages.change(visitor, draft.page.id, terms, version)
    if not isinstance(outcome, Page):
        found = _faults(outcome)
        return await _editor(
            request, visitor, draft, locale, terms=terms, faults=found, is_refused=True
        )
    there = form.text("go")
    if there == "pictures":
        return go(f"{PATH}/{draft.page.id}/pictures")
    return _back(draft.page.id, there if there in LOCALES else locale, "changed")


@post(f"{PATH}/{{id:uuid}}/publications", include_in_schema=False, opt=MAY, status_code=200)
async def publish_page(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    locale = _locale(visitor, visitor.form.text(IN))
    draft = await _draft(visitor, id)
    if visitor.form.is_resumed:
        return await _editor(request, visitor, draft, locale, terms=draft.terms)
    version = visitor.form.version("version")
    outcome = await visitor.services.pages.pages.publish(visitor, draft.page.id, version)
    if isinstance(outcome, Page):
        return _back(draft.page.id, locale, "published")
    found = _faults(outcome)
    return await _editor(
        request, visitor, draft, locale, terms=draft.terms, faults=found, is_refused=True
    )


@post(f"{PATH}/{{id:uuid}}/withdrawals", include_in_schema=False, opt=MAY, status_code=303)
async def withdraw_page(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if not visitor.form.is_resumed:
        await visitor.services.pages.pages.withdraw(visitor, page_id(id))
    said = "" if visitor.form.is_resumed else "withdrawn"
    return _back(id, _locale(visitor, visitor.form.text(IN)), said)


@post(f"{PATH}/{{id:uuid}}/retirements", include_in_schema=False, opt=MAY, status_code=303)
async def retire_page(id: FromPath[UUID], visitor: NamedDependency[Visitor]) -> Redirect:
    if visitor.form.is_resumed:
        return _back(id, _locale(visitor, visitor.form.text(IN)))
    await visitor.services.pages.pages.retire(visitor, page_id(id))
    return go(PATH, said="retired")


def _ask(request: AnyRequest, visitor: Visitor, problem: str = "") -> Response[str]:
    return show_console(
        request,
        visitor,
        "pages/new.html",
        status=422 if problem else 200,
        name=visitor.form.text("name"),
        problem=problem,
    )


async def _editor(
    request: AnyRequest,
    visitor: Visitor,
    draft: Draft,
    locale: str,
    *,
    terms: Terms,
    faults: Faults | None = None,
    is_refused: bool = False,
    at: int = 0,
) -> Response[str]:
    """Show the form, what is worth a look, and the page as others would see it. `at`: the block
    that a button was about."""
    services, leave = visitor.services, Editing(visitor)
    pictures = await services.pages.pictures.of_page(leave, draft.page.id)
    page = await services.rewards.page(visitor.organisation.id, None, REWARDS_AT_MOST)
    preview = await services.pages.pages.sketch(leave, draft.page.id, locale, terms.variants)
    named = await services.pages.pages.rewards_named(visitor.organisation.id, terms.variants)
    return show_console(
        request,
        visitor,
        "pages/editor.html",
        status=422 if is_refused else 200,
        page=draft.page,
        terms=terms,
        locale=locale,
        **_tabs(terms, locale, visitor),
        blocks=terms.variants.get(locale, ()),
        **OF_BLOCKS,
        faults=faults or {},
        is_refused=is_refused,
        is_editable=draft.page.state is not PageState.RETIRED,
        at=at,
        version=visitor.form.text("version") or draft.page.version,
        **_form(terms, visitor),
        pictures=pictures,
        rewards=[each for each in page.items if each.state is not RewardState.ENDED],
        doubts=find_doubts(terms, [*LANGUAGES], named, services.storage.now()),
        preview=_drawn(preview, visitor),
    )


def _tabs(terms: Terms, locale: str, visitor: Visitor) -> dict[str, list[str]]:
    """Give the languages to begin with: those that the house speaks, and those that are used."""
    used = {locale, _locale(visitor, ""), *LANGUAGES, *terms.variants}
    return {
        "tabs": [each for each in LOCALES if each in used],
        "others": [each for each in LOCALES if each not in used],
    }


def _form(terms: Terms, visitor: Visitor) -> dict[str, Any]:
    return {
        "form": visitor.form,
        "picture_path": PICTURES,
        "begins": written_moment(terms.valid_from, terms.zone),
        "ends": written_moment(terms.valid_until, terms.zone),
        "zones": sorted(visitor.services.pages.pages.zones),
    }


def _drawn(preview: Content, visitor: Visitor) -> str:
    return drawn(preview, pictures=PICTURES, press=None, zone=visitor.zone, top=2)


def _faults(refused: Refused) -> Faults:
    """Give what is wrong by its field; what belongs to the page as a whole stands at `form`."""
    if isinstance(refused, BadPage):
        return {each.where: each.flaw for each in refused.faults}
    return {"form": refused.word}


async def _draft(visitor: Visitor, id: UUID) -> Draft:
    return await visitor.services.pages.pages.edit(Editing(visitor), page_id(id))


def _locale(visitor: Visitor, asked: str) -> str:
    """Give the language to write in: the one that is asked for, or that of the organisation."""
    own = visitor.organisation.locale.partition("-")[0]
    return next((each for each in (asked, own) if each in LOCALES), LOCALES[0])


def _back(id: UUID, locale: str, said: str = "") -> Redirect:
    more = f"&said={said}" if said else ""
    return Redirect(f"{PATH}/{id}?{IN}={locale}{more}", status_code=303)


def page_id(id: UUID) -> PageId:
    return PageId(Id(int=id.int))


routes = [
    show_pages,
    ask_for_page,
    add_page,
    show_page,
    change_page,
    publish_page,
    withdraw_page,
    retire_page,
]
