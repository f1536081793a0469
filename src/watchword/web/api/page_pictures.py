"""Pictures of landing pages over HTTP: brought as they are, listed, taken out.

A picture comes as the body of its request, and is read only once it is known who sends it. What it
is, its own bytes say; the header that names a kind is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath
from msgspec import Struct

from watchword.features.clients.rules import Client, Scope
from watchword.features.pages.blocks import PictureId
from watchword.features.pages.content import Size
from watchword.features.pages.leaves import Editing
from watchword.features.pages.pictures.rules import BYTES_AT_MOST, NoPicture
from watchword.features.pages.pictures.service import (
    PictureAdded,
    PictureInUse,
    PictureRemoved,
    TooManyPictures,
)
from watchword.features.pages.rules import PageId, PageRetired
from watchword.foundation.ids import Id
from watchword.web.authentication import SCOPE, Admitted
from watchword.web.connections import let_it_be_long
from watchword.web.openapi import problems
from watchword.web.problems import Kind, Problem
from watchword.wiring import Services

PATH = "/v1/pages/{page_id:uuid}/pictures"
KINDS = ("image/png", "image/jpeg", "image/webp")
AnyRequest: TypeAlias = Request[Any, Any, Any]


@dataclass
class Bringing(Operation):
    """Says of a request that its body is a file: the framework knows of JSON alone."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {kind: OpenAPIMediaType(schema=file) for kind in KINDS}
        self.request_body = RequestBody(content=content, required=True)


class PictureSizeView(Struct, frozen=True):
    """In dots."""

    width: int
    height: int


class PictureView(Struct, frozen=True):
    """A picture as it was drawn anew. A block of the kind `picture` names it by its `id`."""

    id: UUID
    sizes: list[PictureSizeView]


class PictureList(Struct, frozen=True):
    pictures: list[PictureView]


@get(
    PATH,
    opt={SCOPE: Scope.PAGES_READ},
    summary="List the pictures of a landing page, the oldest first",
    responses=problems(Kind.NOT_FOUND),
)
async def list_pictures(
    page_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> PictureList:
    page = await admitted.services.pages.pages.find(admitted.client.organisation.id, _id(page_id))
    found = await admitted.services.pages.pictures.of_page(Editing(admitted.client), page.id)
    return PictureList([_view(id, sizes) for id, sizes in found.items()])


@post(
    PATH,
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Bring a picture for a landing page",
    operation_class=Bringing,
    request_max_body_size=BYTES_AT_MOST,
    responses=problems(
        *(Kind.TOO_LARGE, Kind.NOT_FOUND, Kind.BAD_PICTURE),
        *(Kind.TOO_MANY_OFFERS, Kind.OFFER_ENDED),
    ),
)
async def add_picture(
    request: AnyRequest, page_id: FromPath[UUID], services: NamedDependency[Services]
) -> PictureView:
    # It is not asked for as `Admitted`: that reads the body, which is long, before it may be.
    client: Client = request.state.client
    await services.pages.pages.find(client.organisation.id, _id(page_id))
    let_it_be_long(request.scope, BYTES_AT_MOST)
    added = await services.pages.pictures.add(client, _id(page_id), await request.body())
    match added:
        case PictureAdded(id):
            found = await services.pages.pictures.of_page(Editing(client), _id(page_id))
            return _view(id, found[id])
        case NoPicture(why):
            detail = "Nothing was kept of it. `because` says why."
            raise Problem(Kind.BAD_PICTURE, detail, more={"because": why})
        case TooManyPictures(most):
            detail = f"The page has {most} pictures. Take one out before."
            raise Problem(Kind.TOO_MANY_OFFERS, detail)
        case PageRetired():
            raise Problem(Kind.OFFER_ENDED, "The page is over for good. Make a new one.")
        case never:
            assert_never(never)


@delete(
    f"{PATH}/{{picture_id:uuid}}",
    opt={SCOPE: Scope.PAGES_WRITE},
    summary="Take out a picture that stands in no block",
    responses=problems(Kind.NOT_FOUND, Kind.PICTURE_IN_USE),
)
async def remove_picture(
    page_id: FromPath[UUID], picture_id: FromPath[UUID], admitted: NamedDependency[Admitted]
) -> None:
    removed = await admitted.services.pages.pictures.remove(
        admitted.client, _id(page_id), PictureId(Id(int=picture_id.int))
    )
    match removed:
        case PictureRemoved():
            return
        case PictureInUse():
            detail = "It stands in a block of the page, or of what others see of it."
            raise Problem(Kind.PICTURE_IN_USE, detail)
        case never:
            assert_never(never)


def _view(id: PictureId, sizes: Sequence[Size]) -> PictureView:
    return PictureView(id, [PictureSizeView(each.width, each.height) for each in sizes])


def _id(id: UUID) -> PageId:
    return PageId(Id(int=id.int))


routes = [list_pictures, add_picture, remove_picture]
