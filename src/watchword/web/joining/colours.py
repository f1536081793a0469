"""The colours of an organisation, as a style sheet: pages have no styles of their own in them."""

import hashlib

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from watchword.features.organisations.rules import SLUG, Organisation
from watchword.features.organisations.settings.colours import Brand
from watchword.foundation.errors import NotFound
from watchword.web.html.assets import FOR_EVER, KINDS
from watchword.wiring import Services


def address_of_sheet(organisation: Organisation, brand: Brand | None) -> str:
    """Give where the sheet is; nothing, where the organisation has chosen no colour."""
    if brand is None:
        return ""
    digest = hashlib.sha256(sheet_of(brand).encode()).hexdigest()[:12]
    return f"/o/{organisation.slug}/colours/{digest}"


def sheet_of(brand: Brand) -> str:
    light, dark = brand.colour, brand.colour_on_dark
    return (
        "@layer tokens { :root {"
        f" --brand: light-dark({light}, {dark});"
        f" --brand-ink: light-dark({brand.ink}, {brand.ink_on_dark});"
        " --brand-wash: color-mix(in oklch, var(--brand) 8%, var(--sheet));"
        " } }\n"
    )


@get("/o/{slug:str}/colours/{digest:str}", include_in_schema=False)
async def show_colours(
    slug: FromPath[str], digest: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    if not SLUG.fullmatch(slug):
        raise NotFound("organisation")
    organisation = await services.organisations.find(slug)
    brand = await services.configuration.settings.brand_of(organisation.id)
    if brand is None or not address_of_sheet(organisation, brand).endswith(f"/{digest}"):
        raise NotFound("sheet")
    return Response(sheet_of(brand), media_type=KINDS[".css"], headers={"Cache-Control": FOR_EVER})


routes = [show_colours]
