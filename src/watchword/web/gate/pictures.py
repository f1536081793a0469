"""The pictures of pages: each by a ticket that was written for whoever may see it, and runs out."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.organisations.rules import SLUG
from watchword.foundation.errors import NotFound
from watchword.web.gate.door import PICTURES
from watchword.web.gate.pages import HEADERS
from watchword.wiring import Services


@get(f"{PICTURES}{{slug:str}}/{{ticket:str}}", include_in_schema=False)
async def show_picture(
    slug: FromPath[str], ticket: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    if not SLUG.fullmatch(slug):
        raise NotFound("picture")
    organisation = await services.organisations.find(slug)
    picture = await services.pages.pictures.show(organisation.id, ticket)
    return Response(picture, media_type="image/webp", headers=HEADERS)


routes = [show_picture]
