"""Pictures of landing pages: taken in, looked at, taken out again."""

from typing import TypeAlias
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from watchword.features.pages.leaves import Editing
from watchword.features.pages.pictures.rules import BYTES_AT_MOST, MEDIA_TYPE, NoPicture
from watchword.features.pages.pictures.service import (
    KEPT_AT_MOST,
    PictureAdded,
    PictureInUse,
    PictureRemoved,
    TooManyPictures,
)
from watchword.features.pages.rules import PageRetired, PageState
from watchword.foundation.errors import NotFound
from watchword.web.connections import let_it_be_long
from watchword.web.console.doormat import refuse
from watchword.web.console.envelopes import Envelope
from watchword.web.console.forms import NoForm
from watchword.web.console.landing_page_forms import read_id
from watchword.web.console.landing_pages import MAY, PATH, PICTURES, page_id
from watchword.web.console.pages import go, show_console
from watchword.web.console.visits import STREAMED, Visitor
from watchword.web.html.pages import HEADERS, AnyRequest

FORM_AT_MOST = BYTES_AT_MOST + 16 * 1024
PICTURE_HEADERS = {
    **HEADERS,
    # Opened by itself it is a picture, and can be nothing else.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}

Shown: TypeAlias = Response[str] | Redirect
Refused: TypeAlias = NoPicture | TooManyPictures | PageRetired | PictureInUse | None


@get(f"{PATH}/{{id:uuid}}/pictures", include_in_schema=False, opt=MAY)
async def show_pictures(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Response[str]:
    return await _list(request, visitor, id)


@post(
    f"{PATH}/{{id:uuid}}/pictures",
    include_in_schema=False,
    opt={**MAY, STREAMED: True},
    status_code=200,
    request_max_body_size=FORM_AT_MOST,
)
async def add_picture(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    try:
        let_it_be_long(request.scope, FORM_AT_MOST)
        envelope = Envelope(request)
        if not visitor.believes(await envelope.fields()):
            return refuse(request, "foreign", visitor)
        content = bytearray()
        async for piece in envelope.content():
            if len(content) <= BYTES_AT_MOST:
                content += piece
    except NoForm:
        return refuse(request, "foreign", visitor)
    added = await visitor.services.pages.pictures.add(visitor, page_id(id), bytes(content))
    if isinstance(added, PictureAdded):
        return go(f"{PATH}/{id}/pictures", said="added")
    return await _list(request, visitor, id, added)


@post(f"{PATH}/{{id:uuid}}/pictures/removals", include_in_schema=False, opt=MAY, status_code=200)
async def remove_picture(
    request: AnyRequest, id: FromPath[UUID], visitor: NamedDependency[Visitor]
) -> Shown:
    if visitor.form.is_resumed:
        return await _list(request, visitor, id)
    picture = read_id(visitor.form.text("picture_id"))
    if picture is None:
        raise NotFound("picture")
    removed = await visitor.services.pages.pictures.remove(visitor, page_id(id), picture)
    if isinstance(removed, PictureRemoved):
        return go(f"{PATH}/{id}/pictures", said="removed")
    return await _list(request, visitor, id, removed)


@get(f"{PATH}/pictures", include_in_schema=False, opt=MAY)
async def show_picture(request: AnyRequest, visitor: NamedDependency[Visitor]) -> Response[bytes]:
    ticket = request.query_params.get("ticket", "")
    content = await visitor.services.pages.pictures.show(visitor.organisation.id, ticket)
    return Response(content, media_type=MEDIA_TYPE, headers=PICTURE_HEADERS)


async def _list(
    request: AnyRequest, visitor: Visitor, id: UUID, refused: Refused = None
) -> Response[str]:
    page = await visitor.services.pages.pages.find(visitor.organisation.id, page_id(id))
    pictures = await visitor.services.pages.pictures.of_page(Editing(visitor), page.id)
    return show_console(
        request,
        visitor,
        "pages/pictures.html",
        status=200 if refused is None else 422,
        page=page,
        pictures=pictures,
        picture_path=PICTURES,
        refused=refused,
        kept_at_most=KEPT_AT_MOST,
        megabytes=BYTES_AT_MOST // 1024**2,
        is_editable=page.state is not PageState.RETIRED,
    )


routes = [show_pictures, add_picture, remove_picture, show_picture]
